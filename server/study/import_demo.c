#include "study/import_demo.h"

#include <stdio.h>

#include "base/file.h"
#include "base/log.h"
#include "study/create_study.h"
#include "study/project.h"
#include "json/json_read.h"

enum { MANIFEST_BYTES_MAX = 1024 * 1024, DEMO_PATH_BYTES = 2 * PATH_BYTES };

static const char *const DEMO_STUDIES[] = {"category-demo", "reward-demo"};

/* What an entry of the manifest says; numbers in it are for readers. */
struct manifest_entry {
    const char *name;
    const char *file;
    const char *family;
    const char *description;
};

static bool read_entry(const struct json_value *value, bool has_family, struct manifest_entry *out, struct err *err)
{
    *out = (struct manifest_entry){0};
    if (json_is_object(value) && json_as_text(json_member(value, "name"), &out->name) &&
        json_as_text(json_member(value, "file"), &out->file) &&
        json_as_text(json_member(value, "description"), &out->description) &&
        (!has_family || json_as_text(json_member(value, "family"), &out->family)))
        return true;
    return err_set(err, ERR_INVALID, "demo.json has an entry without name, file, description%s", has_family ? " or family" : "");
}

static bool has_set(const struct import_place *place, const char *name)
{
    struct stimulus_set_row row;
    struct err              ignored; /* not found is the ordinary answer of a first run */

    return store_stimulus_set_by_name(place->store, name, &row, &ignored);
}

static bool has_representation(const struct import_place *place, const char *set, const char *name)
{
    struct stimulus_set_row   set_row;
    struct representation_row row;
    struct arena              arena;
    struct err                ignored; /* as above */
    bool                      is_there;

    arena_init(&arena);
    is_there = store_stimulus_set_by_name(place->store, set, &set_row, &ignored) &&
               store_representation_by_name(place->store, set_row.stimulus_set_id, name, &arena, &row, &ignored);
    arena_close(&arena);
    return is_there;
}

static bool import_set(const struct import_place *place, const char *path, const struct manifest_entry *set, char *csv_path,
                       size_t csv_path_bytes, struct err *err)
{
    int count;

    (void)snprintf(csv_path, csv_path_bytes, "%s/%s", path, set->file);
    if (has_set(place, set->name)) return true;
    if (!import_stimulus_set(place, set->name, csv_path, &count, err)) return false;
    log_info("stimulus set '%s' imported: %d pictures", set->name, count);
    return true;
}

static bool import_matrices(const struct import_place *place, const char *path, const struct manifest_entry *set,
                            const char *csv_path, const struct json_value *list, struct err *err)
{
    if (json_array_count(list) < 1) return err_set(err, ERR_INVALID, "demo.json lists no representations");
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item)) {
        char                  matrix_path[DEMO_PATH_BYTES];
        struct manifest_entry entry;
        struct import_matrix  matrix;
        int                   extra_count;

        if (!read_entry(item, true, &entry, err)) return false;
        if (has_representation(place, set->name, entry.name)) continue;
        (void)snprintf(matrix_path, sizeof matrix_path, "%s/%s", path, entry.file);
        matrix = (struct import_matrix){.stimulus_set = set->name,
                                        .name         = entry.name,
                                        .family       = entry.family,
                                        .description  = entry.description,
                                        .matrix_path  = matrix_path,
                                        .ids_path     = csv_path};
        if (!import_representation(place, &matrix, &extra_count, err)) return false;
        log_info("representation '%s' imported", entry.name);
    }
    return true;
}

static bool create_demo_study(const struct import_place *place, const char *path, const char *slug, struct err *err)
{
    char                       file[DEMO_PATH_BYTES];
    struct create_study_result result;
    struct study_row           row;
    struct arena               arena;
    struct text                json;
    struct err                 ignored;
    bool                       ok, is_there;

    arena_init(&arena);
    is_there = store_study_by_slug(place->store, slug, &arena, &row, &ignored);
    arena_close(&arena);
    if (is_there) return true;
    text_init(&json);
    (void)snprintf(file, sizeof file, "%s/%s.json", path, slug);
    ok = file_read(file, MANIFEST_BYTES_MAX, &json, err) &&
         create_study(place->store, place->folder, place->now_ms, file, (struct span){json.data, json.length}, &result, err);
    if (ok) log_info("study '%s' opened with %d conditions", result.slug, result.condition_count);
    text_close(&json);
    return ok;
}

static bool create_demo_project(const struct import_place *place, struct err *err)
{
    bool is_new;

    if (!project_ensure(place->store, "demo", "Demo: both tasks", DEMO_STUDIES, sizeof DEMO_STUDIES / sizeof DEMO_STUDIES[0],
                        place->now_ms, &is_new, err))
        return false;
    if (is_new) log_info("project 'demo' made");
    return true;
}

bool import_demo(const struct import_place *place, const char *path, struct err *err)
{
    char                  manifest_path[DEMO_PATH_BYTES], csv_path[DEMO_PATH_BYTES];
    struct manifest_entry set;
    struct json_doc      *doc = NULL;
    struct text           manifest;
    bool                  ok = false;

    text_init(&manifest);
    (void)snprintf(manifest_path, sizeof manifest_path, "%s/demo.json", path);
    if (!file_read(manifest_path, MANIFEST_BYTES_MAX, &manifest, err)) goto done;
    doc = json_parse((struct span){manifest.data, manifest.length}, err);
    if (doc == NULL || !read_entry(json_member(json_root(doc), "stimulus_set"), false, &set, err)) goto done;
    ok = import_set(place, path, &set, csv_path, sizeof csv_path, err) &&
         import_matrices(place, path, &set, csv_path, json_member(json_root(doc), "representations"), err);
    for (size_t i = 0; ok && i < sizeof DEMO_STUDIES / sizeof DEMO_STUDIES[0]; i++)
        ok = create_demo_study(place, path, DEMO_STUDIES[i], err);
    ok = ok && create_demo_project(place, err);
done:
    json_free(doc);
    text_close(&manifest);
    return ok ? true : err_wrap(err, "the embedded default in %s", path);
}
