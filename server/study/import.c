#include "study/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/file.h"

enum {
    CSV_BYTES_MAX     = 64 * 1024 * 1024,
    PICTURE_BYTES_MAX = 32 * 1024 * 1024,
    STIMULUS_MAX      = 1000 * 1000,
};

/* By the first bytes of the formats (RFC 9649 WebP, ITU T.81 JPEG, RFC 2083 PNG); NULL for anything else. */
static const char *media_type_of(const struct text *bytes)
{
    const char *data = bytes->data;

    if (bytes->length >= 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0) return "image/webp";
    if (bytes->length >= 3 && memcmp(data, "\xFF\xD8\xFF", 3) == 0) return "image/jpeg";
    if (bytes->length >= 8 && memcmp(data, "\x89PNG\r\n\x1A\n", 8) == 0) return "image/png";
    return NULL;
}

static bool import_picture(const struct import_place *place, const char *path, struct media_row *out, struct err *err)
{
    char        media_path[PATH_BYTES];
    struct text bytes;
    const char *type;
    bool        ok = false;

    text_init(&bytes);
    if (!file_read(path, PICTURE_BYTES_MAX, &bytes, err)) goto done;
    type = media_type_of(&bytes);
    if (type == NULL) {
        err_set(err, ERR_INVALID, "%s is not a WebP, JPEG or PNG picture", path);
        goto done;
    }
    *out = (struct media_row){.byte_count = (int64_t)bytes.length};
    (void)snprintf(out->media_type, sizeof out->media_type, "%s", type);
    secret_sha256_of(bytes.data, bytes.length, &out->sha256);
    data_folder_media(place->folder, &out->sha256, media_path);
    ok = access(media_path, R_OK) == 0 || data_folder_write(media_path, bytes.data, bytes.length, err);
done:
    text_close(&bytes);
    return ok;
}

/* A stimulus list as read from its csv, with the pictures stored. */
struct stimulus_list {
    struct stimulus_row *stimuli;
    struct media_row    *media;
    int                 *lines; /* of the csv */
    int                  count;
};

static int count_lines(struct span text)
{
    int count = 1;

    for (size_t i = 0; i < text.length; i++) count += text.data[i] == '\n';
    return count;
}

static void folder_of(const char *path, char out[PATH_BYTES])
{
    char *slash;

    (void)snprintf(out, PATH_BYTES, "%s", path);
    slash = strrchr(out, '/');
    if (slash == NULL)
        (void)snprintf(out, PATH_BYTES, ".");
    else
        *slash = '\0';
}

static bool read_stimulus(const struct import_place *place, struct csv_reader *reader, const char *folder, const int columns[3],
                          struct stimulus_list *list, struct err *err)
{
    struct stimulus_row *stimulus = &list->stimuli[list->count];
    char                 path[2 * PATH_BYTES];

    stimulus->row_index = list->count;
    stimulus->name      = reader->fields[columns[0]];
    stimulus->object    = reader->fields[columns[1]];
    if (stimulus->name[0] == '\0' || stimulus->object[0] == '\0')
        return err_set(err, ERR_INVALID, "%s, line %d: id and object must not be empty", reader->name, reader->line);
    (void)snprintf(path, sizeof path, "%s/%s", folder, reader->fields[columns[2]]);
    if (!import_picture(place, path, &list->media[list->count], err))
        return err_wrap(err, "%s, line %d", reader->name, reader->line);
    stimulus->media_sha256   = list->media[list->count].sha256;
    list->lines[list->count] = reader->line;
    list->count++;
    return true;
}

static bool read_stimuli(const struct import_place *place, const char *csv_path, struct span csv, struct arena *arena,
                         struct stimulus_list *list, struct err *err)
{
    static const char *const COLUMNS[3] = {"id", "object", "file"};
    int                      columns[3];
    int                      capacity = count_lines(csv);
    char                     folder[PATH_BYTES];
    struct csv_reader        reader;
    bool                     has_row = true;

    if (capacity > STIMULUS_MAX) return err_set(err, ERR_TOO_LARGE, "%s has more than %d lines", csv_path, STIMULUS_MAX);
    list->stimuli = arena_alloc_array(arena, (size_t)capacity, sizeof *list->stimuli);
    list->media   = arena_alloc_array(arena, (size_t)capacity, sizeof *list->media);
    list->lines   = arena_alloc_array(arena, (size_t)capacity, sizeof *list->lines);
    if (list->stimuli == NULL || list->media == NULL || list->lines == NULL) return err_no_memory(err);
    folder_of(csv_path, folder);
    if (!csv_begin(&reader, csv_path, csv, arena, err)) return false;
    for (int i = 0; i < 3; i++)
        if (!csv_need_column(&reader, COLUMNS[i], &columns[i], err)) return false;
    while (has_row) {
        if (!csv_next(&reader, &has_row, err)) return false;
        if (has_row && !read_stimulus(place, &reader, folder, columns, list, err)) return false;
    }
    return list->count > 0 ? true : err_set(err, ERR_INVALID, "%s lists no stimuli", csv_path);
}

static void hash_list(const struct stimulus_list *list, struct secret_hash *out)
{
    struct secret_sha256 sha;

    secret_sha256_begin(&sha);
    for (int i = 0; i < list->count; i++) {
        const struct stimulus_row *stimulus = &list->stimuli[i];

        secret_sha256_add(&sha, stimulus->name, strlen(stimulus->name) + 1); /* with the NUL: "a","bc" is not "ab","c" */
        secret_sha256_add(&sha, stimulus->object, strlen(stimulus->object) + 1);
        secret_sha256_add(&sha, stimulus->media_sha256.bytes, sizeof stimulus->media_sha256.bytes);
    }
    secret_sha256_end(&sha, out);
}

/* The database finds a repeated id; the sentence is for whoever wrote the list. */
static bool stimulus_conflict(const struct stimulus_list *list, int index, const char *csv_path, struct err *err)
{
    if (err == NULL || err->kind != ERR_CONFLICT) return err_wrap(err, "stimulus '%s'", list->stimuli[index].name);
    return err_set(err, ERR_INVALID, "%s, line %d: the id '%s' comes twice", csv_path, list->lines[index],
                   list->stimuli[index].name);
}

static bool insert_set(const struct import_place *place, const char *name, const char *csv_path, const struct stimulus_list *list,
                       struct err *err)
{
    struct stimulus_set_row row = {.created_at_ms = place->now_ms};
    int64_t                 id;

    (void)snprintf(row.name, sizeof row.name, "%s", name);
    hash_list(list, &row.sha256);
    if (!store_stimulus_set_insert(place->store, &row, &id, err)) return false;
    for (int i = 0; i < list->count; i++) {
        if (!store_media_insert(place->store, &list->media[i], err)) return false;
        if (!store_stimulus_insert(place->store, id, &list->stimuli[i], err)) return stimulus_conflict(list, i, csv_path, err);
    }
    return true;
}

bool import_stimulus_set(const struct import_place *place, const char *name, const char *csv_path, int *stimulus_count,
                         struct err *err)
{
    struct stimulus_list list = {0};
    struct arena         arena;
    struct text          csv;
    bool                 ok;

    if (!text_is_slug(name)) return err_set(err, ERR_INVALID, "the name '%s' must be of a-z 0-9 _ -", name);
    arena_init(&arena);
    text_init(&csv);
    ok = file_read(csv_path, CSV_BYTES_MAX, &csv, err) &&
         read_stimuli(place, csv_path, (struct span){csv.data, csv.length}, &arena, &list, err) && store_begin(place->store, err);
    if (ok) {
        ok = insert_set(place, name, csv_path, &list, err) && store_commit(place->store, err);
        if (!ok) store_rollback(place->store);
    }
    *stimulus_count = list.count;
    text_close(&csv);
    arena_close(&arena);
    return ok;
}
