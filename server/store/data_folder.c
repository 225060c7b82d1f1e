#include "store/data_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_folder(const char *path, struct err *err)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST ? true : err_errno(err, "make the folder %s", path);
}

bool data_folder_open(const char *path, struct data_folder *out, struct err *err)
{
    static const char *const SUBFOLDERS[] = {"media", "representations", "uploads"};
    char                     below[PATH_BYTES];

    if (strlen(path) == 0 || strlen(path) >= sizeof out->path)
        return err_set(err, ERR_INVALID, "the data folder's path must have 1 to %zu characters", sizeof out->path - 1);
    (void)snprintf(out->path, sizeof out->path, "%s", path);
    if (!make_folder(path, err)) return false;
    for (size_t i = 0; i < sizeof SUBFOLDERS / sizeof SUBFOLDERS[0]; i++) {
        (void)snprintf(below, sizeof below, "%s/%s", path, SUBFOLDERS[i]);
        if (!make_folder(below, err)) return false;
    }
    return true;
}

void data_folder_database(const struct data_folder *folder, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/dinolab.db", folder->path);
}

void data_folder_key(const struct data_folder *folder, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/dinolab.key", folder->path);
}

void data_folder_media(const struct data_folder *folder, const struct secret_hash *sha256, char path[PATH_BYTES])
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(sha256, hex);
    (void)snprintf(path, PATH_BYTES, "%s/media/%.2s/%s", folder->path, hex, hex);
}

void data_folder_matrix(const struct data_folder *folder, const struct secret_hash *sha256, char path[PATH_BYTES])
{
    char hex[SECRET_HEX_BYTES];

    secret_hex(sha256, hex);
    (void)snprintf(path, PATH_BYTES, "%s/representations/%s.npy", folder->path, hex);
}

void data_folder_uploads(const struct data_folder *folder, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/uploads", folder->path);
}

int data_folder_lock(const struct data_folder *folder, struct err *err)
{
    char path[PATH_BYTES];
    int  file;

    (void)snprintf(path, sizeof path, "%s/dinolab.lock", folder->path);
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return err_errno(err, "open %s", path), -1;
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return file;
    if (errno == EWOULDBLOCK)
        err_set(err, ERR_BUSY, "another dinolab is working on the data folder %s; stop it first", folder->path);
    else
        err_errno(err, "lock %s", path);
    (void)close(file);
    return -1;
}

static bool write_bytes(int file, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = write(file, data, bytes);

        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        data += written;
        bytes -= (size_t)written;
    }
    return true;
}

bool data_folder_sync_names(const char *path)
{
    char  folder[PATH_BYTES];
    char *slash;
    int   file;
    bool  ok;

    (void)snprintf(folder, sizeof folder, "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL) return true;
    *slash = '\0';
    file   = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok     = file >= 0 && fsync(file) == 0;
    if (file >= 0) (void)close(file);
    return ok;
}

static bool make_folder_of(const char *path, struct err *err)
{
    char  folder[PATH_BYTES];
    char *slash;

    (void)snprintf(folder, sizeof folder, "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL) return true;
    *slash = '\0';
    if (access(folder, F_OK) == 0) return true;
    return make_folder(folder, err) &&
           (data_folder_sync_names(folder) ? true : err_errno(err, "sync the folder above %s", folder));
}

static bool write_file(const char *path, const void *data, size_t bytes, bool is_synced, struct err *err)
{
    char temporary[PATH_BYTES + 8];
    int  file;
    bool ok;

    if (!make_folder_of(path, err)) return false;
    (void)snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0) return err_errno(err, "make a file beside %s", path);
    ok = write_bytes(file, data, bytes) && (!is_synced || fsync(file) == 0);
    ok = close(file) == 0 && ok;
    ok = ok && rename(temporary, path) == 0 && (!is_synced || data_folder_sync_names(path));
    if (ok) return true;
    err_errno(err, "write %s", path);
    (void)unlink(temporary);
    return false;
}

bool data_folder_write(const char *path, const void *data, size_t bytes, struct err *err)
{
    return write_file(path, data, bytes, true, err);
}

bool data_folder_put(const char *path, const void *data, size_t bytes, struct err *err)
{
    return write_file(path, data, bytes, false, err);
}

bool data_folder_sync(const struct data_folder *folder, struct err *err)
{
    const int file = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool      ok   = file >= 0 && syncfs(file) == 0;

    if (!ok) err_errno(err, "sync %s", folder->path);
    if (file >= 0) (void)close(file);
    return ok;
}
