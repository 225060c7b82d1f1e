/* Zip files read entry by entry: what was packed, and files that lie, are cut off or damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "../support/zips.h"
#include "base/archive.h"

enum { LONG_BYTES = 100 * 1000, LIMIT_BYTES = 1000 * 1000 };

struct files {
    struct scratch scratch;
    char           path[PATH_BYTES];
};

/* Two entries and a folder: short words as they are, a long row of one letter deflated. */
static void files_open(struct files *files)
{
    static char            letters[LONG_BYTES];
    const struct zip_entry entries[3] = {
        {"cat/short.txt", "some words", 10, true}, {"cat/long.txt", letters, sizeof letters, false}, {"empty", "", 0, true}};

    memset(letters, 'a', sizeof letters);
    scratch_make(&files->scratch);
    scratch_file(&files->scratch, "made.zip", files->path);
    zips_write(files->path, entries, 3);
}

static struct archive *must_open(const char *path)
{
    struct err      err     = {0};
    struct archive *archive = archive_open(path, &err);

    if (archive == NULL) fail_msg("%s", err.message);
    return archive;
}

static void what_was_packed_is_read_and_appended(void **state)
{
    struct files    files;
    struct archive *archive;
    struct text     out;
    struct err      err = {0};
    const char     *name;
    int64_t         byte_count;

    (void)state;
    files_open(&files);
    text_init(&out);
    archive = must_open(files.path);
    assert_int_equal(archive_entry_count(archive), 3);
    MUST(archive_entry(archive, 1, &name, &byte_count, &err));
    assert_string_equal(name, "cat/long.txt");
    assert_int_equal(byte_count, LONG_BYTES);
    text_append(&out, "before ", 7);
    MUST(archive_read(archive, 0, LIMIT_BYTES, &out, &err));
    assert_int_equal(out.length, 17);
    assert_memory_equal(out.data, "before some words", 17);
    MUST(archive_read(archive, 2, LIMIT_BYTES, &out, &err));
    assert_int_equal(out.length, 17);
    MUST(archive_read(archive, 1, LIMIT_BYTES, &out, &err));
    assert_int_equal(out.length, 17 + LONG_BYTES);
    assert_int_equal(out.data[17 + LONG_BYTES - 1], 'a');
    text_close(&out);
    archive_close(archive);
    scratch_remove(&files.scratch);
}

static void an_entry_over_the_limit_is_not_unpacked(void **state)
{
    struct files    files;
    struct archive *archive;
    struct text     out;
    struct err      err;

    (void)state;
    files_open(&files);
    text_init(&out);
    archive = must_open(files.path);
    MUST_REFUSE(archive_read(archive, 1, LONG_BYTES - 1, &out, &err), ERR_TOO_LARGE,
                "has 100000 bytes; at most 99999 are allowed");
    assert_int_equal(out.length, 0);
    MUST(archive_read(archive, 1, LONG_BYTES, &out, &err));
    text_close(&out);
    archive_close(archive);
    scratch_remove(&files.scratch);
}

/* The file once more with some bytes of it changed, as made.zip. */
static void change(struct files *files, const char *find, size_t count, int occurrence, size_t offset, const char *bytes,
                   size_t byte_count)
{
    struct text text;
    size_t      at = 0;

    scratch_read(files->path, &text);
    for (int i = 0; i <= occurrence; i++) at = zips_find(text.data, text.length, i == 0 ? 0 : at + 1, find, count);
    memcpy(text.data + at + offset, bytes, byte_count);
    scratch_write(&files->scratch, "made.zip", text.data, text.length);
    text_close(&text);
}

/* APPNOTE 4.3.12: in the directory an entry's unpacked length stands 24 bytes after its signature. */
static void a_length_that_is_a_lie_does_not_get_past_the_limit(void **state)
{
    struct files    files;
    struct archive *archive;
    struct text     out;
    struct err      err;

    (void)state;
    files_open(&files);
    text_init(&out);
    change(&files, "PK\x01\x02", 4, 1, 24, "\x05\0\0\0", 4);
    archive = must_open(files.path);
    err     = (struct err){.kind = ERR_KIND_COUNT};
    assert_false(archive_read(archive, 1, 50, &out, &err));
    assert_true(err.kind == ERR_INVALID || err.kind == ERR_TOO_LARGE);
    assert_true(out.length <= 50 + 64 * 1024); /* a piece over it, not what it unpacks to */
    text_close(&out);
    archive_close(archive);
    scratch_remove(&files.scratch);
}

static void a_changed_byte_is_noticed(void **state)
{
    struct files    files;
    struct archive *archive;
    struct text     out;
    struct err      err;

    (void)state;
    files_open(&files);
    text_init(&out);
    change(&files, "some words", 10, 0, 5, "W", 1);
    archive = must_open(files.path);
    MUST_REFUSE(archive_read(archive, 0, LIMIT_BYTES, &out, &err), ERR_INVALID, "'cat/short.txt' cannot be unpacked");
    text_close(&out);
    archive_close(archive);
    scratch_remove(&files.scratch);
}

static void what_is_no_whole_zip_is_refused(void **state)
{
    struct files files;
    struct text  text;
    struct err   err;
    char         path[PATH_BYTES];

    (void)state;
    files_open(&files);
    scratch_read(files.path, &text);
    scratch_file(&files.scratch, "other.zip", path);
    MUST_REFUSE(archive_open(path, &err) != NULL, ERR_NOT_FOUND, "other.zip");
    for (size_t length = 0; length < text.length; length += text.length / 7) {
        scratch_write(&files.scratch, "other.zip", text.data, length);
        MUST_REFUSE(archive_open(path, &err) != NULL, ERR_INVALID, "other.zip");
    }
    text_close(&text);
    archive_close(NULL);
    scratch_remove(&files.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_read_and_appended),
        cmocka_unit_test(an_entry_over_the_limit_is_not_unpacked),
        cmocka_unit_test(a_length_that_is_a_lie_does_not_get_past_the_limit),
        cmocka_unit_test(a_changed_byte_is_noticed),
        cmocka_unit_test(what_is_no_whole_zip_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
