#include "study/create_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_representation.h"
#include "study/document_files.h"
#include "study/study_parts.h"

enum { STATE_NOT_GIVEN = -1 };

static const char *const TASK_NAMES[] = {"category", "reward", NULL}; /* in the order of enum task_kind */

/* In which a study can begin, in the order of enum study_stage. */
static const char *const STATE_NAMES[] = {"draft", "pilot", "open", NULL};

struct description {
    const char              *slug;
    const char              *title;
    int                      task;
    const char              *stimulus_set;
    const struct json_value *representations;
    const struct json_value *settings;
    const char              *generative;
    int                      condition_count;
    int64_t                  seed;
    const struct json_value *conditions;
    const struct json_value *documents;
    int                      state;
};

static const struct json_field DESCRIPTION_FIELDS[] = {
    JSON_TEXT("slug", struct description, slug, 1, NAME_BYTES - 1),
    JSON_TEXT("title", struct description, title, 1, STUDY_TITLE_BYTES_MAX),
    JSON_NAME("task", struct description, task, TASK_NAMES),
    JSON_TEXT("stimulus_set", struct description, stimulus_set, 1, NAME_BYTES - 1),
    JSON_VALUE("representations", struct description, representations),
    JSON_OPTIONAL_VALUE("settings", struct description, settings),
    JSON_OPTIONAL_TEXT("generative", struct description, generative, 1, NAME_BYTES - 1),
    JSON_OPTIONAL_INT("condition_count", struct description, condition_count, 1, STUDY_CONDITION_MAX),
    {.name        = "seed",
     .kind        = JSON_KIND_I64,
     .offset      = offsetof(struct description, seed),
     .min         = 0,
     .max         = 9e15,
     .is_optional = true},
    JSON_OPTIONAL_VALUE("conditions", struct description, conditions),
    JSON_OPTIONAL_VALUE("documents", struct description, documents),
    {.name        = "state",
     .kind        = JSON_KIND_NAME,
     .offset      = offsetof(struct description, state),
     .names       = STATE_NAMES,
     .is_optional = true},
};

/* What the steps of making a study share. */
struct making {
    struct store                     *store;
    const struct create_study_source *source;
    struct description                description;
    struct study_settings             settings;
    struct study_row                  row;
    struct text                       settings_text; /* of the row */
    struct condition_maker            maker;
};

static bool read_description(struct making *making, const struct json_value *root, struct err *err)
{
    struct description *description = &making->description;
    struct text         settings;
    bool                ok;

    description->seed  = SEED_NONE;
    description->state = STATE_NOT_GIVEN;
    if (!json_read_object(root, "", DESCRIPTION_FIELDS, JSON_FIELD_COUNT(DESCRIPTION_FIELDS), description, err)) return false;
    if (!text_is_slug(description->slug)) return err_set(err, ERR_INVALID, "field 'slug' must be of a-z 0-9 _ -");
    if (description->conditions == NULL && description->generative == NULL)
        return err_set(err, ERR_INVALID, "give either 'conditions', or 'generative' with 'condition_count'");
    if (description->conditions == NULL && description->condition_count == 0)
        return err_set(err, ERR_INVALID, "field 'condition_count' is missing");
    if (description->conditions != NULL && (description->condition_count != 0 || description->seed != SEED_NONE))
        return err_set(err, ERR_INVALID, "fields 'condition_count' and 'seed' are for sampling, not for written 'conditions'");
    if (description->conditions == NULL && description->seed == SEED_NONE) description->seed = 0;
    text_init(&settings);
    if (description->settings != NULL) json_copy(description->settings, &settings);
    ok = text_ok(&settings, err) && study_settings_read((enum task_kind)description->task,
                                                        (struct span){settings.data, settings.length}, &making->settings, err);
    text_close(&settings);
    return ok ? true : err_in(err, "settings");
}

static bool insert_study(struct making *making, struct err *err)
{
    const struct description *description = &making->description;
    struct study_row         *row         = &making->row;

    row->title           = description->title;
    row->stimulus_set_id = making->maker.set.stimulus_set_id;
    row->created_at_ms   = making->source->now_ms;
    row->sample_count    = description->condition_count;
    row->sample_seed     = description->seed;
    (void)snprintf(row->slug, sizeof row->slug, "%s", description->slug);
    (void)snprintf(row->task, sizeof row->task, "%s", task_name((enum task_kind)description->task));
    study_row_set_stage(row,
                        description->state == STATE_NOT_GIVEN ? making->source->stage : (enum study_stage)description->state);
    if (study_row_stage(row) == STUDY_OPEN) row->opened_at_ms = making->source->now_ms;
    return study_row_set_settings(row, &making->settings, &making->settings_text, err) &&
           store_study_insert(making->store, row, &row->study_id, err);
}

/* Where the conditions come from, or are said to. */
static bool note_generative(struct making *making, struct err *err)
{
    struct representation_row row;

    if (making->description.generative == NULL) return true;
    return store_representation_by_name(making->store, making->row.stimulus_set_id, making->description.generative,
                                        &making->maker.arena, &row, err) &&
           store_study_set_generative(making->store, making->row.study_id, row.representation_id, err);
}

/* A draft's are sampled when it is tried out or opened: until then its settings may change. */
static bool make_conditions(struct making *making, struct err *err)
{
    const struct description *description = &making->description;

    making->maker.study_id = making->row.study_id;
    if (description->conditions != NULL) return conditions_take(&making->maker, description->conditions, err);
    if (study_row_stage(&making->row) == STUDY_DRAFT) return true;
    return conditions_sample(&making->maker, description->generative, description->condition_count, description->seed, err);
}

static bool make_study(struct making *making, struct err *err)
{
    const struct description *description = &making->description;
    struct stimulus_set_row   set;

    if (!study_check_excludes(making->store, &making->settings, err)) return false;
    if (!store_stimulus_set_by_name(making->store, description->stimulus_set, &set, err)) return false;
    if (!conditions_open(&making->maker, making->store, making->source->folder, (enum task_kind)description->task,
                         &making->settings, set.stimulus_set_id, err))
        return false;
    if (!insert_study(making, err) ||
        !study_add_representations(making->store, making->row.study_id, set.stimulus_set_id, description->representations, err))
        return false;
    if (description->documents != NULL && !document_files_add(making->store, making->row.study_id, making->source->path,
                                                              description->documents, making->source->now_ms, err))
        return false;
    return note_generative(making, err) && make_conditions(making, err);
}

bool create_study_described(struct store *store, const struct create_study_source *source, const struct json_value *description,
                            struct create_study_result *out, struct err *err)
{
    struct making *making = calloc(1, sizeof *making);
    bool           ok;

    *out = (struct create_study_result){0};
    if (making == NULL) return err_no_memory(err);
    making->store  = store;
    making->source = source;
    text_init(&making->settings_text);
    ok = read_description(making, description, err) && make_study(making, err);
    if (ok) (void)snprintf(out->slug, sizeof out->slug, "%s", making->description.slug);
    out->study_id        = making->row.study_id;
    out->stage           = study_row_stage(&making->row);
    out->condition_count = making->maker.condition_count;
    conditions_close(&making->maker);
    text_close(&making->settings_text);
    free(making);
    return ok;
}

bool create_study(struct store *store, const struct data_folder *folder, int64_t now_ms, const char *name, struct span json,
                  struct create_study_result *out, struct err *err)
{
    struct create_study_source source = {.folder = folder, .now_ms = now_ms, .path = name, .stage = STUDY_OPEN};
    struct json_doc           *doc    = json_parse(json, err);
    bool                       ok     = doc != NULL && store_begin(store, err);

    *out = (struct create_study_result){0};
    if (ok) {
        ok = create_study_described(store, &source, json_root(doc), out, err) && store_commit(store, err);
        if (!ok) store_rollback(store);
    }
    json_free(doc);
    return ok ? true : err_wrap(err, "%s", name);
}
