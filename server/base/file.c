#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FILE_CHUNK_BYTES = 64 * 1024 };

bool file_read(const char *path, size_t bytes_max, struct text *out, struct err *err)
{
    char   chunk[FILE_CHUNK_BYTES];
    FILE  *file  = fopen(path, "rbe");
    size_t total = 0, bytes;
    bool   ok;

    if (file == NULL && errno == ENOENT) return err_set(err, ERR_NOT_FOUND, "there is no file %s", path);
    if (file == NULL) return err_errno(err, "open %s", path);
    while ((bytes = fread(chunk, 1, sizeof chunk, file)) > 0 && total <= bytes_max) {
        text_append(out, chunk, bytes);
        total += bytes;
    }
    if (ferror(file) != 0 && errno == EISDIR) {
        (void)fclose(file);
        return err_set(err, ERR_INVALID, "%s is a folder, not a file", path);
    }
    ok = ferror(file) == 0 ? text_ok(out, err) : err_errno(err, "read %s", path);
    (void)fclose(file);
    if (ok && total > bytes_max) return err_set(err, ERR_TOO_LARGE, "%s is larger than %zu bytes", path, bytes_max);
    return ok;
}
