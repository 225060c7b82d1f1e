#include "demo/demo_file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_CHUNK_BYTES = 16 * 1024 };

bool demo_file_read(const char *path, size_t bytes_max, struct text *out, struct err *err)
{
    FILE  *file = fopen(path, "rb");
    bool   ok   = true;
    size_t count;
    char   chunk[READ_CHUNK_BYTES];

    if (file == NULL) return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_STORAGE, "cannot open '%s'", path);
    while (ok && (count = fread(chunk, 1, sizeof chunk, file)) > 0) {
        text_append(out, chunk, count);
        if (out->length > bytes_max) ok = err_set(err, ERR_TOO_LARGE, "'%s' has more than %zu bytes", path, bytes_max);
    }
    if (ok && ferror(file)) ok = err_errno(err, "read '%s'", path);
    (void)fclose(file);
    return ok && text_ok(out, err);
}

bool demo_file_write(const char *path, struct span bytes, struct err *err)
{
    FILE *file = fopen(path, "wb");
    bool  ok;

    if (file == NULL) return err_errno(err, "create '%s'", path);
    ok = fwrite(bytes.data, 1, bytes.length, file) == bytes.length;
    if (!ok) err_errno(err, "write '%s'", path);
    if (fclose(file) != 0 && ok) ok = err_errno(err, "write '%s'", path);
    return ok;
}

bool demo_folder_make(const char *path, struct err *err)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return true;
    return err_errno(err, "make the folder '%s'", path);
}

bool demo_file_remove(const char *path, struct err *err)
{
    if (unlink(path) == 0 || errno == ENOENT) return true;
    return err_errno(err, "remove '%s'", path);
}
