/* scratch.h - a folder of its own for one test, gone afterwards; include after cmocka.h. */
#ifndef DINOLAB_TESTS_SCRATCH_H
#define DINOLAB_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/data_folder.h"

enum { SCRATCH_BYTES = 256, SCRATCH_FILE_BYTES_MAX = 64 * 1024 * 1024 };

struct scratch {
    char path[SCRATCH_BYTES];
};

static inline void scratch_make(struct scratch *scratch)
{
    const char *parent = getenv("TMPDIR");

    (void)snprintf(scratch->path, sizeof scratch->path, "%s/dinolab-test-XXXXXX", parent == NULL ? "/tmp" : parent);
    assert_non_null(mkdtemp(scratch->path));
}

static inline int scratch_remove_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
    (void)what;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline void scratch_remove(struct scratch *scratch)
{
    assert_int_equal(nftw(scratch->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void scratch_file(const struct scratch *scratch, const char *name, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/%s", scratch->path, name);
}

static inline void scratch_write(const struct scratch *scratch, const char *name, const void *data, size_t bytes)
{
    char  path[PATH_BYTES];
    FILE *file;

    scratch_file(scratch, name, path);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, bytes, file), bytes);
    assert_int_equal(fclose(file), 0);
}

static inline void scratch_write_text(const struct scratch *scratch, const char *name, const char *text)
{
    scratch_write(scratch, name, text, strlen(text));
}

/* The whole file; the caller closes `out`. */
static inline void scratch_read(const char *path, struct text *out)
{
    struct err err = {0};

    text_init(out);
    if (!file_read(path, SCRATCH_FILE_BYTES_MAX, out, &err)) fail_msg("%s", err.message);
}

#endif
