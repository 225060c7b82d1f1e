#include "study/picture_source.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/archive.h"
#include "base/file.h"
#include "base/parallel.h"
#include "study/picture_source_private.h"

enum {
    UNPACKED_TIMES_MAX = 20,                /* pictures hardly shrink in a zip; a bomb unpacks to a thousand times its size */
    UNPACKED_FREE      = 256 * 1024 * 1024, /* below this nobody minds */
};

struct picture_source *picture_source_new(struct err *err)
{
    struct picture_source *source = calloc(1, sizeof *source);

    if (source == NULL) return err_no_memory(err), NULL;
    arena_init(&source->arena);
    return source;
}

void picture_source_close(struct picture_source *source)
{
    if (source == NULL) return;
    for (int i = 0; i < source->archive_count; i++) archive_close(source->archives[i]);
    free(source->archives);
    free(source->entries);
    arena_close(&source->arena);
    free(source);
}

int picture_source_count(const struct picture_source *source)
{
    return source->count;
}

const struct picture_entry *picture_source_entry(const struct picture_source *source, int index)
{
    return &source->entries[index];
}

int picture_source_passed_over(const struct picture_source *source)
{
    return source->passed_over_count;
}

struct picture_entry *picture_source_add(struct picture_source *source, struct err *err)
{
    if (source->count == source->capacity) {
        const int             capacity = source->capacity == 0 ? 1024 : 2 * source->capacity;
        struct picture_entry *entries  = realloc(source->entries, (size_t)capacity * sizeof *entries);

        if (entries == NULL) return err_no_memory(err), NULL;
        source->entries  = entries;
        source->capacity = capacity;
    }
    if (source->count == STIMULUS_MAX) return err_set(err, ERR_TOO_LARGE, "more than %d pictures", STIMULUS_MAX), NULL;
    source->entries[source->count] = (struct picture_entry){.archive_index = -1};
    return &source->entries[source->count++];
}

static bool is_picture_name(const char *name)
{
    static const char *const ENDINGS[] = {".jpg", ".jpeg", ".png", ".webp"};
    const char              *ending    = strrchr(name, '.');

    for (size_t i = 0; ending != NULL && i < sizeof ENDINGS / sizeof ENDINGS[0]; i++)
        if (strcasecmp(ending, ENDINGS[i]) == 0) return true;
    return false;
}

/* From the path below the folder or within the zip. */
static bool add_by_path(struct picture_source *source, const char *below, const char *path, int archive_index, struct err *err)
{
    const char           *slash  = strrchr(below, '/');
    const char           *file   = slash == NULL ? below : slash + 1;
    const size_t          length = (size_t)(strrchr(file, '.') - file);
    const char           *object = below;
    struct picture_entry *entry;

    if (!text_is_utf8(below, strlen(below))) return err_set(err, ERR_INVALID, "'%s': the name is not UTF-8 text", below);
    entry = picture_source_add(source, err);
    if (entry == NULL) return false;
    if (slash == NULL) {
        entry->object = entry->name = arena_copy(&source->arena, file, length);
    } else {
        for (const char *at = below; at < slash; at++)
            if (*at == '/') object = at + 1;
        entry->object = arena_copy(&source->arena, object, (size_t)(slash - object));
        entry->name   = entry->object == NULL ? NULL : arena_printf(&source->arena, "%s/%.*s", entry->object, (int)length, file);
    }
    entry->path          = arena_copy(&source->arena, path, strlen(path));
    entry->label         = entry->path;
    entry->archive_index = archive_index;
    return entry->name != NULL && entry->path != NULL ? true : err_no_memory(err);
}

/* --- a folder --- */

static bool add_found(struct picture_source *source, const char *top, const FTSENT *found, struct err *err)
{
    if (found->fts_info == FTS_ERR || found->fts_info == FTS_DNR || found->fts_info == FTS_NS) {
        errno = found->fts_errno;
        return err_errno(err, "read %s", found->fts_path);
    }
    if (found->fts_info != FTS_F) return true;
    if (found->fts_name[0] == '.' || !is_picture_name(found->fts_name)) {
        source->passed_over_count++;
        return true;
    }
    return add_by_path(source, found->fts_path + strlen(top) + 1, found->fts_path, -1, err);
}

static bool list_folder(struct picture_source *source, const char *path, struct err *err)
{
    char       *top      = arena_copy(&source->arena, path, strlen(path));
    char *const paths[2] = {top, NULL};
    FTS        *walk;
    FTSENT     *found;
    bool        ok = true;

    if (top == NULL) return err_no_memory(err);
    for (size_t length = strlen(top); length > 1 && top[length - 1] == '/'; length--) top[length - 1] = '\0';
    walk = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, NULL);
    if (walk == NULL) return err_errno(err, "read the folder %s", path);
    while (ok && (found = fts_read(walk)) != NULL) {
        if (found->fts_info == FTS_D && found->fts_level > 0 && found->fts_name[0] == '.')
            (void)fts_set(walk, found, FTS_SKIP);
        else
            ok = add_found(source, top, found, err);
    }
    (void)fts_close(walk);
    return ok;
}

/* --- a zip file --- */

/* An absolute name, a drive, a backslash or a part ".." : no packer writes them, whoever wants to write elsewhere does. */
static bool leads_out(const char *name)
{
    if (name[0] == '/' || strchr(name, '\\') != NULL || (name[0] != '\0' && name[1] == ':')) return true;
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        if (*part == '/') part++;
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0')) return true;
    }
    return false;
}

static bool is_hidden(const char *name)
{
    return name[0] == '.' || strstr(name, "/.") != NULL || strncmp(name, "__MACOSX/", 9) == 0 ||
           strstr(name, "/__MACOSX/") != NULL;
}

static bool check_unpacked(const char *path, int64_t unpacked, struct err *err)
{
    struct stat stat_of;

    if (stat(path, &stat_of) != 0) return err_errno(err, "read %s", path);
    if (unpacked <= UNPACKED_FREE || unpacked / UNPACKED_TIMES_MAX <= stat_of.st_size) return true;
    return err_set(err, ERR_INVALID, "%s would unpack to %lld MB, more than %d times its size: pictures do not do that", path,
                   (long long)(unpacked / 1000 / 1000), UNPACKED_TIMES_MAX);
}

static bool list_archive(struct picture_source *source, const char *path, struct err *err)
{
    struct archive *archive  = source->archives[0];
    int64_t         unpacked = 0;

    for (int i = 0; i < archive_entry_count(archive); i++) {
        const char *name;
        int64_t     byte_count;

        if (!archive_entry(archive, i, &name, &byte_count, err)) return false;
        if (leads_out(name)) return err_set(err, ERR_INVALID, "%s has the entry '%s', which leads out of its folder", path, name);
        unpacked = byte_count > INT64_MAX - unpacked ? INT64_MAX : unpacked + byte_count;
        if (name[0] == '\0' || name[strlen(name) - 1] == '/') continue;
        if (is_hidden(name) || !is_picture_name(name))
            source->passed_over_count++;
        else if (!add_by_path(source, name, name, i, err))
            return false;
    }
    return check_unpacked(path, unpacked, err);
}

static bool open_archives(struct picture_source *source, const char *path, int thread_count, struct err *err)
{
    source->archives = calloc((size_t)thread_count, sizeof(struct archive *));
    if (source->archives == NULL) return err_no_memory(err);
    while (source->archive_count < thread_count) {
        source->archives[source->archive_count] = archive_open(path, err);
        if (source->archives[source->archive_count] == NULL) return false;
        source->archive_count++;
    }
    return true;
}

/* --- both --- */

static int by_object_and_name(const void *left, const void *right)
{
    const struct picture_entry *a = left, *b = right;
    const int                   by_object = strcmp(a->object, b->object);

    return by_object != 0 ? by_object : strcmp(a->name, b->name) != 0 ? strcmp(a->name, b->name) : strcmp(a->path, b->path);
}

struct picture_source *picture_source_open(const char *path, int thread_count, struct err *err)
{
    struct picture_source *source = picture_source_new(err);
    struct stat            stat_of;
    bool                   ok = false;

    if (source == NULL) return NULL;
    if (stat(path, &stat_of) != 0)
        err_set(err, ERR_NOT_FOUND, "there is no folder or zip file %s", path);
    else if (S_ISDIR(stat_of.st_mode))
        ok = list_folder(source, path, err);
    else
        ok = open_archives(source, path, thread_count, err) && list_archive(source, path, err);
    if (ok && source->count == 0) ok = err_set(err, ERR_INVALID, "%s has no JPEG, PNG or WebP pictures", path);
    if (ok) {
        qsort(source->entries, (size_t)source->count, sizeof *source->entries, by_object_and_name);
        return source;
    }
    picture_source_close(source);
    return NULL;
}

bool picture_source_read(const struct picture_source *source, int index, int thread, struct text *out, struct err *err)
{
    const struct picture_entry *entry = &source->entries[index];

    if (entry->archive_index < 0) return file_read(entry->path, PICTURE_BYTES_MAX, out, err);
    return archive_read(source->archives[thread], entry->archive_index, PICTURE_BYTES_MAX, out, err);
}

static int by_order(const void *left, const void *right)
{
    const struct picture_entry *a = left, *b = right;

    return a->order != b->order ? (a->order < b->order ? -1 : 1) : by_object_and_name(left, right);
}

void picture_source_arrange(struct picture_source *source, int (*place)(void *argument, const struct picture_entry *entry),
                            void                  *argument)
{
    int kept = 0;

    for (int i = 0; i < source->count; i++) {
        struct picture_entry entry = source->entries[i];

        entry.order = place(argument, &entry);
        if (entry.order >= 0) source->entries[kept++] = entry;
    }
    source->count = kept;
    qsort(source->entries, (size_t)kept, sizeof *source->entries, by_order);
}
