#include "study/export_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool path_of(const struct data_folder *folder, const char *name, char path[PATH_BYTES])
{
    return (size_t)snprintf(path, PATH_BYTES, "%s/exports-cache%s%s", folder->path, name[0] == '\0' ? "" : "/", name) <
           PATH_BYTES;
}

static bool path_of_kept(const struct data_folder *folder, const char *owner, const struct secret_hash *sha256,
                         char path[PATH_BYTES])
{
    char hex[SECRET_HEX_BYTES], name[SECRET_HEX_BYTES + EXPORT_OWNER_BYTES];

    secret_hex(sha256, hex);
    (void)snprintf(name, sizeof name, "%s-%s", hex, owner);
    return path_of(folder, name, path);
}

bool export_cache_create(const struct data_folder *folder, struct export_cache_file *out, struct err *err)
{
    char place[PATH_BYTES];
    int  descriptor;

    *out = (struct export_cache_file){0};
    if (!path_of(folder, "", place) || !path_of(folder, "partial.XXXXXX", out->path))
        return err_set(err, ERR_INVALID, "the data folder's path is too long");
    if (mkdir(place, 0700) != 0 && errno != EEXIST) return err_errno(err, "make the folder %s", place);
    descriptor = mkostemp(out->path, O_CLOEXEC);
    if (descriptor < 0) return err_errno(err, "make a file in %s", place);
    out->file = fdopen(descriptor, "w");
    if (out->file != NULL) return true;
    err_errno(err, "open %s", out->path);
    (void)close(descriptor);
    (void)unlink(out->path);
    return false;
}

bool export_cache_keep(const struct data_folder *folder, struct export_cache_file *file, const char *owner,
                       const struct secret_hash *sha256, int *descriptor, struct err *err)
{
    char path[PATH_BYTES];
    bool ok = fclose(file->file) == 0 ? true : err_errno(err, "write the export");

    file->file = NULL;
    if (ok && !path_of_kept(folder, owner, sha256, path)) ok = err_set(err, ERR_INVALID, "the data folder's path is too long");
    *descriptor = ok ? open(file->path, O_RDONLY | O_CLOEXEC) : -1;
    if (ok && *descriptor < 0) ok = err_errno(err, "open %s", file->path);
    if (ok && rename(file->path, path) == 0) return true;
    if (ok) err_errno(err, "keep the export");
    if (*descriptor >= 0) (void)close(*descriptor);
    (void)unlink(file->path);
    return false;
}

void export_cache_discard(struct export_cache_file *file)
{
    if (file->file == NULL) return;
    (void)fclose(file->file);
    (void)unlink(file->path);
    file->file = NULL;
}

int export_cache_find(const struct data_folder *folder, const char *owner, const struct secret_hash *sha256, int64_t *byte_count)
{
    char        path[PATH_BYTES];
    struct stat at;
    int         descriptor = path_of_kept(folder, owner, sha256, path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (descriptor < 0) return -1;
    if (fstat(descriptor, &at) != 0) return (void)close(descriptor), -1;
    *byte_count = at.st_size;
    return descriptor;
}

void export_cache_expire(const struct data_folder *folder, int64_t now_ms, int64_t keep_ms)
{
    char           path[PATH_BYTES];
    DIR           *place = path_of(folder, "", path) ? opendir(path) : NULL;
    struct dirent *entry;
    struct stat    at;

    if (place == NULL) return;
    while ((entry = readdir(place)) != NULL) {
        if (entry->d_name[0] == '.' || fstatat(dirfd(place), entry->d_name, &at, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (keep_ms == 0 || now_ms - (int64_t)at.st_mtim.tv_sec * 1000 > keep_ms) (void)unlinkat(dirfd(place), entry->d_name, 0);
    }
    (void)closedir(place);
}
