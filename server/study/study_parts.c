#include "study/study_parts.h"

#include <stdio.h>
#include <string.h>

#include "store/store_representation.h"

bool study_row_set_settings(struct study_row *row, const struct study_settings *settings, struct text *text, struct err *err)
{
    text_reset(text);
    study_settings_write(settings, text);
    if (!text_ok(text, err)) return false;
    row->settings = text->data;
    secret_sha256_of(text->data, text->length, &row->settings_sha256);
    return true;
}

bool study_row_settings(const struct study_row *row, struct study_settings *out, enum task_kind *task, struct err *err)
{
    if (!task_from_name(row->task, task))
        return err_set(err, ERR_STORAGE, "study '%s' has the unknown task '%s'", row->slug, row->task);
    return study_settings_read(*task, span_of(row->settings), out, err);
}

static bool find_representation(struct store *store, int64_t stimulus_set_id, const char *name, int64_t *ids, int position,
                                struct err *err)
{
    struct representation_row row;
    struct arena              arena;
    bool                      ok;

    arena_init(&arena);
    ok = store_representation_by_name(store, stimulus_set_id, name, &arena, &row, err);
    arena_close(&arena);
    if (!ok) return false;
    ids[position] = row.representation_id;
    for (int i = 0; i < position; i++)
        if (ids[i] == row.representation_id)
            return err_set(err, ERR_INVALID, "field 'representations[%d]' names '%s' again", position, name);
    return true;
}

static bool find_representations(struct store *store, int64_t stimulus_set_id, const struct json_value *list,
                                 int64_t ids[STUDY_REPRESENTATION_MAX], struct err *err)
{
    int count = json_array_count(list);
    int i     = 0;

    if (count < 1 || count > STUDY_REPRESENTATION_MAX)
        return err_set(err, ERR_INVALID, "field 'representations' must be a list of 1 to %d names", STUDY_REPRESENTATION_MAX);
    for (const struct json_value *item = json_first(list); item != NULL; item = json_next(item), i++) {
        const char *name;

        if (!json_as_text(item, &name)) return err_set(err, ERR_INVALID, "field 'representations[%d]' must be a text", i);
        if (!find_representation(store, stimulus_set_id, name, ids, i, err)) return false;
    }
    return true;
}

bool study_check_representations(struct store *store, int64_t stimulus_set_id, const struct json_value *list, struct err *err)
{
    int64_t ids[STUDY_REPRESENTATION_MAX];

    return find_representations(store, stimulus_set_id, list, ids, err);
}

bool study_add_representations(struct store *store, int64_t study_id, int64_t stimulus_set_id, const struct json_value *list,
                               struct err *err)
{
    int64_t ids[STUDY_REPRESENTATION_MAX];
    bool    ok = find_representations(store, stimulus_set_id, list, ids, err);

    for (int i = 0; ok && i < json_array_count(list); i++)
        ok = store_study_representation_insert(store, study_id, ids[i], i, err);
    return ok;
}

/* People of another study are recognised by the same platform's ids; where that cannot be, nobody would be excluded, and nobody told. */
static bool check_excluded_study(struct store *store, enum platform ours, const char *slug, struct arena *arena, struct err *err)
{
    struct study_settings *theirs = arena_alloc(arena, sizeof *theirs);
    struct study_row       row;
    enum task_kind         task;

    if (theirs == NULL) return err_no_memory(err);
    if (!store_study_by_slug(store, slug, arena, &row, err))
        return err->kind == ERR_NOT_FOUND ? err_set(err, ERR_INVALID, "there is no study '%s'", slug) : false;
    if (!study_row_settings(&row, theirs, &task, err)) return false;
    if (theirs->recruitment.platform.platform == ours) return true;
    return err_set(err, ERR_INVALID, "the study '%s' gets its participants by %s, this one by %s: nobody would be recognised",
                   slug, PLATFORM_NAMES[theirs->recruitment.platform.platform], PLATFORM_NAMES[ours]);
}

bool study_check_excludes(struct store *store, const struct study_settings *settings, struct err *err)
{
    const struct recruitment *recruitment = &settings->recruitment;
    struct arena              arena;
    bool                      ok = true;

    arena_init(&arena);
    for (int i = 0; ok && i < recruitment->exclude_count; i++) {
        char reason[ERR_MESSAGE_BYTES];

        ok = check_excluded_study(store, recruitment->platform.platform, recruitment->excludes[i], &arena, err);
        if (ok || err == NULL || err->kind != ERR_INVALID) continue;
        (void)snprintf(reason, sizeof reason, "%s", err->message);
        err_set(err, ERR_INVALID, "field 'recruitment.excludes[%d]': %.400s", i, reason);
        err_in(err, "settings");
    }
    arena_close(&arena);
    return ok;
}
