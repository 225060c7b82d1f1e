#include "study/study_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_representation.h"
#include "study/document_files.h"
#include "study/study_description.h"
#include "study/study_parts.h"
#include "study/study_sample.h"
#include "study/study_standing.h"

enum { NOT_GIVEN = -1, FIELD_PATH_BYTES = 96 };

struct change_message {
    const char              *title;
    const struct json_value *settings;
    const struct json_value *representations;
    const char              *generative;
    int                      condition_count;
    int64_t                  seed;
    const struct json_value *documents;
};

static const struct json_field CHANGE_FIELDS[] = {
    JSON_OPTIONAL_TEXT("title", struct change_message, title, 1, STUDY_TITLE_BYTES_MAX),
    JSON_OPTIONAL_VALUE("settings", struct change_message, settings),
    JSON_OPTIONAL_VALUE("representations", struct change_message, representations),
    JSON_OPTIONAL_TEXT("generative", struct change_message, generative, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_INT("condition_count", struct change_message, condition_count, 1, STUDY_CONDITION_MAX),
    {.name        = "seed",
     .kind        = JSON_KIND_I64,
     .offset      = offsetof(struct change_message, seed),
     .min         = 0,
     .max         = 9e15,
     .is_optional = true},
    JSON_OPTIONAL_VALUE("documents", struct change_message, documents),
};

/* What the steps share. */
struct changing {
    struct store         *store;
    int64_t               now_ms;
    struct study_row      row;
    struct study_standing standing;
    enum task_kind        task;
    struct study_settings settings;
    struct change_message message;
    struct text           text; /* of the row's settings */
    bool                  is_other_sample;
    bool                  is_other_models;
    bool                 *is_crowded;
    struct arena          arena;
};

/* --- settings --- */

static void merge(struct json_writer *writer, const char *key, const struct json_value *old, const struct json_value *change);

static void copy_member(struct json_writer *writer, const struct json_value *value)
{
    struct text text;

    text_init(&text);
    json_copy(value, &text);
    if (text.is_failed)
        writer->out->is_failed = true;
    else
        json_raw(writer, json_name(value), text.data);
    text_close(&text);
}

/* Members of both, then those of the change alone: reading says that they are not known. */
static void merge(struct json_writer *writer, const char *key, const struct json_value *old, const struct json_value *change)
{
    json_begin_object(writer, key);
    for (const struct json_value *item = json_first(old); item != NULL; item = json_next(item)) {
        const struct json_value *other = json_member(change, json_name(item));

        if (json_is_object(item) && json_is_object(other))
            merge(writer, json_name(item), item, other);
        else
            copy_member(writer, other == NULL || json_is_null(other) ? item : other);
    }
    for (const struct json_value *item = json_first(change); item != NULL; item = json_next(item))
        if (json_member(old, json_name(item)) == NULL) copy_member(writer, item);
    json_end_object(writer);
}

static bool is_same_value(const struct json_value *left, const struct json_value *right)
{
    struct text a, b;
    bool        is_same;

    text_init(&a);
    text_init(&b);
    json_copy(left, &a);
    json_copy(right, &b);
    is_same = !a.is_failed && !b.is_failed && strcmp(a.data, b.data) == 0;
    text_close(&a);
    text_close(&b);
    return is_same;
}

/* Both are settings written out: they have the same members. */
static bool check_settings(struct changing *changing, const char *prefix, const struct json_value *old,
                           const struct json_value *changed, struct err *err)
{
    for (const struct json_value *item = json_first(old); item != NULL; item = json_next(item)) {
        const struct json_value   *other = json_member(changed, json_name(item));
        const struct setting_note *note;
        char                       path[FIELD_PATH_BYTES], deeper[FIELD_PATH_BYTES];

        if (other == NULL || is_same_value(item, other)) continue;
        (void)snprintf(path, sizeof path, "settings.%s%.40s", prefix, json_name(item));
        (void)snprintf(deeper, sizeof deeper, "%.40s.", json_name(item));
        note = setting_note(path + sizeof "settings." - 1);
        if (json_is_object(item) && json_is_object(other)) {
            if (!check_settings(changing, deeper, item, other, err)) return false;
            continue;
        }
        if (note == NULL) return err_set(err, ERR_INTERNAL, "nothing is said of the setting %s", path);
        if (!study_check_change(&changing->standing, note->change, path, err)) return false;
        changing->is_other_sample |= note->change == CHANGE_SAMPLE;
        changing->is_other_models |= note->change == CHANGE_MODELS;
    }
    return true;
}

static bool read_merged(struct changing *changing, const struct json_value *old, struct err *err)
{
    struct json_writer writer;
    struct text        merged;
    bool               ok;

    text_init(&merged);
    json_writer_init(&writer, &merged);
    merge(&writer, NULL, old, changing->message.settings);
    ok = text_ok(&merged, err);
    if (ok && !study_settings_read(changing->task, (struct span){merged.data, merged.length}, &changing->settings, err))
        ok = err_in(err, "settings");
    text_close(&merged);
    return ok;
}

/* Settings from before a setting was there lack it: what is compared is what both say. */
static bool change_settings(struct changing *changing, struct err *err)
{
    struct json_doc *old = NULL, *changed = NULL;
    struct text      before;
    bool             ok;

    if (changing->message.settings == NULL) return true;
    if (!json_is_object(changing->message.settings)) return err_set(err, ERR_INVALID, "field 'settings' must be an object");
    text_init(&before);
    study_settings_write(&changing->settings, &before);
    old = text_ok(&before, err) ? json_parse((struct span){before.data, before.length}, err) : NULL;
    ok  = old != NULL && read_merged(changing, json_root(old), err) &&
         study_row_set_settings(&changing->row, &changing->settings, &changing->text, err);
    if (ok) changed = json_parse(span_of(changing->row.settings), err);
    ok = ok && changed != NULL && check_settings(changing, "", json_root(old), json_root(changed), err) &&
         study_check_excludes(changing->store, &changing->settings, err);
    json_free(changed);
    json_free(old);
    text_close(&before);
    return ok;
}

/* --- the rest --- */

static bool is_same_list(const struct representation_row *rows, int count, const struct json_value *list)
{
    const struct json_value *item = json_array_count(list) == count && count > 0 ? json_first(list) : NULL;
    const char              *name;
    int                      i = 0;

    while (item != NULL && json_as_text(item, &name) && strcmp(name, rows[i].name) == 0) {
        item = json_next(item);
        i++;
    }
    return count > 0 && i == count;
}

static bool change_representations(struct changing *changing, struct err *err)
{
    const struct json_value   *list  = changing->message.representations;
    const int64_t              id    = changing->row.study_id;
    struct representation_row *rows  = NULL;
    int                        count = 0;

    if (list == NULL) return true;
    if (!store_study_representations(changing->store, id, &changing->arena, &rows, &count, err)) return false;
    if (is_same_list(rows, count, list)) return true;
    changing->is_other_models = true;
    return study_check_change(&changing->standing, CHANGE_MODELS, "representations", err) &&
           store_study_representations_delete(changing->store, id, err) &&
           study_add_representations(changing->store, id, changing->row.stimulus_set_id, list, err);
}

static bool change_generative(struct changing *changing, struct err *err)
{
    const char               *name = changing->message.generative;
    struct generative_row     generative;
    struct representation_row row;

    if (name == NULL) return true;
    if (!store_study_generative(changing->store, changing->row.study_id, &generative, err)) return false;
    if (generative.representation_id != 0 && strcmp(generative.name, name) == 0) return true;
    changing->is_other_sample = true;
    return study_check_change(&changing->standing, CHANGE_SAMPLE, "generative", err) &&
           store_representation_by_name(changing->store, changing->row.stimulus_set_id, name, &changing->arena, &row, err) &&
           store_study_set_generative(changing->store, changing->row.study_id, row.representation_id, err);
}

static bool change_sample(struct changing *changing, struct err *err)
{
    struct study_row *row        = &changing->row;
    const int         count      = changing->message.condition_count;
    const int64_t     seed       = changing->message.seed;
    bool              is_counted = count != NOT_GIVEN && count != row->sample_count;
    bool              is_seeded  = seed != NOT_GIVEN && seed != row->sample_seed;

    if (is_counted && !study_check_change(&changing->standing, CHANGE_SAMPLE, "condition_count", err)) return false;
    if (is_seeded && !study_check_change(&changing->standing, CHANGE_SAMPLE, "seed", err)) return false;
    if (is_counted) row->sample_count = count;
    if (is_seeded) row->sample_seed = seed;
    changing->is_other_sample |= is_counted || is_seeded;
    return true;
}

static bool change_texts(struct changing *changing, struct err *err)
{
    const struct change_message *message = &changing->message;

    if (message->title != NULL && strcmp(message->title, changing->row.title) != 0) {
        if (!study_check_change(&changing->standing, CHANGE_ALWAYS, "title", err)) return false;
        changing->row.title = message->title;
    }
    return message->documents == NULL ||
           (study_check_change(&changing->standing, CHANGE_ALWAYS, "documents", err) &&
            document_files_add(changing->store, changing->row.study_id, NULL, message->documents, changing->now_ms, err));
}

/* Conditions are made anew when the study opens. */
static bool drop_sample(struct changing *changing, struct err *err)
{
    int count;

    if (!store_condition_count(changing->store, changing->row.study_id, &count, err)) return false;
    if (changing->is_crowded != NULL && count > STUDY_STEP_CONDITIONS) {
        *changing->is_crowded = true;
        return err_set(err, ERR_BUSY, "the study has too many conditions to be made anew at once");
    }
    return store_study_conditions_delete(changing->store, changing->row.study_id, STUDY_CONDITION_MAX, err);
}

static bool change(struct changing *changing, const char *slug, const struct json_value *root, struct err *err)
{
    const int64_t *id = &changing->row.study_id;

    changing->message = (struct change_message){.condition_count = NOT_GIVEN, .seed = NOT_GIVEN};
    if (!json_read_object(root, "", CHANGE_FIELDS, JSON_FIELD_COUNT(CHANGE_FIELDS), &changing->message, err)) return false;
    if (!store_study_by_slug(changing->store, slug, &changing->arena, &changing->row, err) ||
        !study_row_settings(&changing->row, &changing->settings, &changing->task, err) ||
        !study_standing_read(changing->store, &changing->row, &changing->standing, err))
        return false;
    if (changing->row.is_imported)
        return err_set(err, ERR_CONFLICT, "the study '%s' was brought in finished and stays as it is", changing->row.slug);
    if (!change_texts(changing, err) || !change_settings(changing, err) || !change_representations(changing, err) ||
        !change_generative(changing, err) || !change_sample(changing, err))
        return false;
    if (changing->is_other_sample && !drop_sample(changing, err)) return false;
    if (changing->is_other_models && !store_study_tables_delete(changing->store, *id, err)) return false;
    return store_study_update(changing->store, &changing->row, changing->now_ms, err);
}

bool study_change(struct store *store, const char *slug, const struct json_value *root, int64_t now_ms, bool *is_crowded,
                  struct err *err)
{
    struct changing *changing = calloc(1, sizeof *changing);
    bool             ok;

    if (is_crowded != NULL) *is_crowded = false;
    if (changing == NULL) return err_no_memory(err);
    changing->store      = store;
    changing->now_ms     = now_ms;
    changing->is_crowded = is_crowded;
    text_init(&changing->text);
    arena_init(&changing->arena);
    ok = change(changing, slug, root, err);
    arena_close(&changing->arena);
    text_close(&changing->text);
    free(changing);
    return ok;
}

bool study_change_make_room(struct store *store, const char *slug, bool *is_done, struct err *err)
{
    struct study_standing standing;
    struct study_row      row;
    struct arena          arena;
    int                   count;
    bool                  ok;

    *is_done = false;
    arena_init(&arena);
    ok = store_study_by_slug(store, slug, &arena, &row, err) && study_standing_read(store, &row, &standing, err) &&
         study_check_change(&standing, CHANGE_SAMPLE, "seed", err) &&
         store_study_conditions_delete(store, row.study_id, STUDY_STEP_CONDITIONS, err) &&
         store_condition_count(store, row.study_id, &count, err);
    if (ok) *is_done = count <= STUDY_STEP_CONDITIONS;
    arena_close(&arena);
    return ok;
}
