#include "study/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "json/json_read.h"
#include "json/json_write.h"

enum { ABOUT_BYTES_MAX = 4096, UPLOAD_PATH_BYTES = PATH_BYTES + 8 };

static const char ABOUT_SUFFIX[] = ".about";

struct about {
    const char *name;
    int64_t     byte_count;
};

static const struct json_field ABOUT_FIELDS[] = {
    JSON_TEXT("name", struct about, name, 1, UPLOAD_NAME_BYTES - 1),
    JSON_I64("byte_count", struct about, byte_count, 1, (double)UPLOAD_BYTES_MAX),
};

/* Ids come from outside and become names of files: only the form that upload_create gives. */
static bool is_id(const char *id)
{
    return strlen(id) == UPLOAD_ID_BYTES - 1 && strspn(id, "0123456789abcdef") == UPLOAD_ID_BYTES - 1;
}

static void bytes_path(const struct data_folder *folder, const char *id, char path[PATH_BYTES])
{
    char uploads[PATH_BYTES];

    data_folder_uploads(folder, uploads);
    (void)snprintf(path, PATH_BYTES, "%.*s/%s", (int)(PATH_BYTES - UPLOAD_ID_BYTES - 1), uploads, id);
}

static void about_path(const struct data_folder *folder, const char *id, char path[UPLOAD_PATH_BYTES])
{
    char bytes[PATH_BYTES];

    bytes_path(folder, id, bytes);
    (void)snprintf(path, UPLOAD_PATH_BYTES, "%s%s", bytes, ABOUT_SUFFIX);
}

static bool unknown(const char *id, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no upload '%.40s' (any more)", id);
}

static bool read_about(const struct data_folder *folder, const char *id, struct upload *out, struct err *err)
{
    struct about     about = {0};
    struct json_doc *doc   = NULL;
    struct text      text;
    char             path[UPLOAD_PATH_BYTES];
    bool             ok;

    text_init(&text);
    about_path(folder, id, path);
    ok = file_read(path, ABOUT_BYTES_MAX, &text, err);
    if (ok) doc = json_parse((struct span){text.data, text.length}, err);
    ok = doc != NULL && json_read_object(json_root(doc), "", ABOUT_FIELDS, JSON_FIELD_COUNT(ABOUT_FIELDS), &about, err);
    if (ok) {
        (void)snprintf(out->id, sizeof out->id, "%s", id);
        (void)snprintf(out->name, sizeof out->name, "%s", about.name);
        out->byte_count = about.byte_count;
    }
    json_free(doc);
    text_close(&text);
    return ok;
}

bool upload_find(const struct data_folder *folder, const char *id, struct upload *out, struct err *err)
{
    struct stat status;
    struct err  why;

    *out = (struct upload){0};
    if (!is_id(id)) return unknown(id, err);
    bytes_path(folder, id, out->path);
    /* a power cut may have left half of it behind: as good as none */
    if (!read_about(folder, id, out, &why))
        return why.kind == ERR_STORAGE ? err_set(err, why.kind, "%s", why.message) : unknown(id, err);
    if (stat(out->path, &status) != 0) return errno == ENOENT ? unknown(id, err) : err_errno(err, "look at %s", out->path);
    out->received = status.st_size;
    return true;
}

/* --- a new one --- */

/* What is announced by all that are there, and how many they are. */
static bool sum_up(const struct data_folder *folder, int *count, int64_t *byte_count, struct err *err)
{
    struct dirent *entry;
    char           path[PATH_BYTES];
    DIR           *uploads;

    data_folder_uploads(folder, path);
    *count      = 0;
    *byte_count = 0;
    uploads     = opendir(path);
    if (uploads == NULL) return err_errno(err, "list %s", path);
    while ((entry = readdir(uploads)) != NULL) {
        struct upload upload;
        struct err    ignored;

        if (!is_id(entry->d_name) || !upload_find(folder, entry->d_name, &upload, &ignored)) continue;
        ++*count;
        *byte_count += upload.byte_count;
    }
    (void)closedir(uploads);
    return true;
}

static bool check_room(const struct data_folder *folder, int64_t byte_count, struct err *err)
{
    struct statvfs disk;
    int64_t        all_bytes, free_bytes;
    int            count;

    if (byte_count < 1 || byte_count > UPLOAD_BYTES_MAX)
        return err_set(err, ERR_TOO_LARGE, "byte_count must be from 1 to %" PRId64 " (8 GiB)", UPLOAD_BYTES_MAX);
    if (!sum_up(folder, &count, &all_bytes, err)) return false;
    if (count >= UPLOAD_COUNT_MAX || all_bytes + byte_count > UPLOAD_ALL_BYTES_MAX)
        return err_set(err, ERR_TOO_MANY, "%d uploads with %" PRId64 " MiB wait to be imported already; import them first", count,
                       all_bytes >> 20);
    if (statvfs(folder->path, &disk) != 0) return err_errno(err, "look at the disk of %s", folder->path);
    free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize - UPLOAD_FREE_BYTES;
    if (byte_count <= free_bytes) return true;
    return err_set(err, ERR_STORAGE, "the disk has no room for %" PRId64 " MiB", (byte_count >> 20) + 1);
}

static bool write_file(const char *path, const char *data, size_t bytes, struct err *err)
{
    int  file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok;

    if (file < 0) return err_errno(err, "make %s", path);
    ok = write(file, data, bytes) == (ssize_t)bytes;
    if (!ok) err_errno(err, "write %s", path);
    (void)close(file);
    return ok;
}

static bool write_both(const struct data_folder *folder, const struct upload *upload, struct err *err)
{
    struct json_writer writer;
    struct text        about;
    char               path[UPLOAD_PATH_BYTES];
    bool               ok;

    text_init(&about);
    json_writer_init(&writer, &about);
    json_begin_object(&writer, NULL);
    json_text(&writer, "name", upload->name);
    json_i64(&writer, "byte_count", upload->byte_count);
    json_end_object(&writer);
    about_path(folder, upload->id, path);
    ok = text_ok(&about, err) && write_file(path, about.data, about.length, err) && write_file(upload->path, "", 0, err);
    text_close(&about);
    if (!ok) upload_delete(folder, upload->id);
    return ok;
}

static void make_id(const struct data_folder *folder, struct upload *out)
{
    unsigned char random[(UPLOAD_ID_BYTES - 1) / 2];

    secret_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) (void)snprintf(out->id + 2 * i, 3, "%02x", random[i]);
    bytes_path(folder, out->id, out->path);
}

bool upload_create(const struct data_folder *folder, const char *name, int64_t byte_count, struct upload *out, struct err *err)
{
    *out = (struct upload){.byte_count = byte_count};
    if (name[0] == '\0' || strlen(name) >= sizeof out->name)
        return err_set(err, ERR_INVALID, "name must have 1 to %zu bytes", sizeof out->name - 1);
    if (!check_room(folder, byte_count, err)) return false;
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    make_id(folder, out);
    return write_both(folder, out, err);
}

bool upload_scratch(const struct data_folder *folder, struct upload *out, int *file, struct err *err)
{
    *out = (struct upload){0};
    make_id(folder, out);
    *file = open(out->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return *file >= 0 ? true : err_errno(err, "make %s", out->path);
}

/* --- one that is there --- */

bool upload_open(const struct data_folder *folder, const char *id, int64_t offset, struct upload *out, int *file, struct err *err)
{
    *file = -1;
    if (!upload_find(folder, id, out, err)) return false;
    if (offset != out->received)
        return err_set(err, ERR_CONFLICT,
                       "%" PRId64 " of %" PRId64 " bytes are received; the next piece begins there, not at %" PRId64,
                       out->received, out->byte_count, offset);
    *file = open(out->path, O_WRONLY | O_CLOEXEC);
    return *file >= 0 ? true : err_errno(err, "open %s", out->path);
}

bool upload_whole(const struct data_folder *folder, const char *id, struct upload *out, struct err *err)
{
    if (!upload_find(folder, id, out, err)) return false;
    if (out->received == out->byte_count) return true;
    return err_set(err, ERR_CONFLICT, "of '%s' only %" PRId64 " of %" PRId64 " bytes are uploaded", out->name, out->received,
                   out->byte_count);
}

void upload_name_in(const struct upload *upload, struct err *err)
{
    char  message[ERR_MESSAGE_BYTES];
    char *path = strstr(err->message, upload->path);

    if (path == NULL) return;
    (void)snprintf(message, sizeof message, "%.*s%s%s", (int)(path - err->message), err->message, upload->name,
                   path + strlen(upload->path));
    (void)snprintf(err->message, sizeof err->message, "%s", message);
}

void upload_delete(const struct data_folder *folder, const char *id)
{
    char bytes[PATH_BYTES], about[UPLOAD_PATH_BYTES];

    if (!is_id(id)) return;
    bytes_path(folder, id, bytes);
    about_path(folder, id, about);
    (void)unlink(about);
    (void)unlink(bytes);
}

/* The bytes say when something was added last; without them, what is left of an upload goes by its own age. */
static bool is_expired(const struct data_folder *folder, const char *id, int64_t before_ms)
{
    char        bytes[PATH_BYTES], about[UPLOAD_PATH_BYTES];
    struct stat status;

    bytes_path(folder, id, bytes);
    about_path(folder, id, about);
    if (stat(bytes, &status) != 0 && stat(about, &status) != 0) return false;
    return (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 < before_ms;
}

bool upload_expire(const struct data_folder *folder, int64_t before_ms, int *removed_count, struct err *err)
{
    struct dirent *entry;
    char           path[PATH_BYTES];
    DIR           *uploads;

    data_folder_uploads(folder, path);
    *removed_count = 0;
    uploads        = opendir(path);
    if (uploads == NULL) return err_errno(err, "list %s", path);
    while ((entry = readdir(uploads)) != NULL) {
        char id[UPLOAD_ID_BYTES] = "";

        if (strlen(entry->d_name) < UPLOAD_ID_BYTES - 1) continue;
        memcpy(id, entry->d_name, UPLOAD_ID_BYTES - 1); /* of the .about file too */
        if (!is_id(id) || !is_expired(folder, id, before_ms)) continue;
        upload_delete(folder, id);
        ++*removed_count;
    }
    (void)closedir(uploads);
    return true;
}
