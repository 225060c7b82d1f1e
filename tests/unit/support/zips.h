/* zips.h - small zip files, made by libzip itself; include after cmocka.h. */
#ifndef DINOLAB_TESTS_ZIPS_H
#define DINOLAB_TESTS_ZIPS_H

#include <string.h>

#include <zip.h>

struct zip_entry {
    const char *name;
    const void *data; /* borrowed until zips_write returns */
    size_t      length;
    bool        is_stored; /* as it is; else deflated */
};

static inline void zips_write(const char *path, const struct zip_entry *entries, int count)
{
    int    why = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);

    assert_non_null(zip);
    for (int i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, entries[i].data, entries[i].length, 0);
        zip_int64_t   index  = zip_file_add(zip, entries[i].name, source, ZIP_FL_ENC_UTF_8);

        if (index < 0) fail_msg("%s: %s", entries[i].name, zip_strerror(zip));
        if (entries[i].is_stored) assert_int_equal(zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE, 0), 0);
    }
    if (zip_close(zip) != 0) fail_msg("%s", zip_strerror(zip));
}

/* Where `bytes` stand in a file that was read, from `from` on. */
static inline size_t zips_find(const char *data, size_t length, size_t from, const char *bytes, size_t count)
{
    for (size_t at = from; at + count <= length; at++)
        if (memcmp(data + at, bytes, count) == 0) return at;
    fail_msg("the bytes are not in the file");
    return 0;
}

#endif
