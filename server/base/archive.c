#include "base/archive.h"

#include <limits.h>
#include <stdlib.h>
#include <zip.h>

enum { PIECE_BYTES = 64 * 1024 };

struct archive {
    zip_t *zip;
    int    entry_count;
};

struct archive *archive_open(const char *path, struct err *err)
{
    struct archive *archive = calloc(1, sizeof *archive);
    int             code    = 0;
    zip_error_t     error;
    zip_int64_t     count;

    if (archive == NULL) return err_no_memory(err), NULL;
    archive->zip = zip_open(path, ZIP_RDONLY, &code);
    if (archive->zip == NULL) {
        zip_error_init_with_code(&error, code);
        err_set(err, code == ZIP_ER_NOENT ? ERR_NOT_FOUND : ERR_INVALID, "open the zip file %s: %s", path,
                zip_error_strerror(&error));
        zip_error_fini(&error);
        free(archive);
        return NULL;
    }
    count = zip_get_num_entries(archive->zip, 0);
    if (count > INT_MAX) {
        err_set(err, ERR_TOO_LARGE, "%s has %lld entries", path, (long long)count);
        archive_close(archive);
        return NULL;
    }
    archive->entry_count = (int)count;
    return archive;
}

void archive_close(struct archive *archive)
{
    if (archive == NULL) return;
    zip_discard(archive->zip);
    free(archive);
}

int archive_entry_count(const struct archive *archive)
{
    return archive->entry_count;
}

bool archive_entry(struct archive *archive, int index, const char **name, int64_t *byte_count, struct err *err)
{
    zip_stat_t stat;

    if (zip_stat_index(archive->zip, (zip_uint64_t)index, 0, &stat) != 0 || (stat.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE)) == 0)
        return err_set(err, ERR_INVALID, "entry %d of the zip file: %s", index + 1, zip_strerror(archive->zip));
    *name       = stat.name;
    *byte_count = stat.size > INT64_MAX ? INT64_MAX : (int64_t)stat.size;
    return true;
}

bool archive_read(struct archive *archive, int index, size_t bytes_max, struct text *out, struct err *err)
{
    const char *name;
    int64_t     byte_count;
    size_t      began = out->length;
    zip_file_t *file;
    zip_int64_t got;
    char        piece[PIECE_BYTES];

    if (!archive_entry(archive, index, &name, &byte_count, err)) return false;
    if ((uint64_t)byte_count > bytes_max)
        return err_set(err, ERR_TOO_LARGE, "'%s' has %lld bytes; at most %zu are allowed", name, (long long)byte_count,
                       bytes_max);
    file = zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
    if (file == NULL) return err_set(err, ERR_INVALID, "'%s' cannot be unpacked: %s", name, zip_strerror(archive->zip));
    while ((got = zip_fread(file, piece, sizeof piece)) > 0 && out->length - began <= bytes_max)
        text_append(out, piece, (size_t)got);
    if (got < 0)
        err_set(err, ERR_INVALID, "'%s' cannot be unpacked: %s", name, zip_file_strerror(file));
    else if (out->length - began > bytes_max)
        err_set(err, ERR_TOO_LARGE, "'%s' unpacks to more than its %lld bytes", name, (long long)byte_count);
    (void)zip_fclose(file);
    return got == 0 && out->length - began <= bytes_max && text_ok(out, err);
}
