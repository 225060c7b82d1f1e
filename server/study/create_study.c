#include "study/create_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_representation.h"
#include "study/document_files.h"
#include "study/study_description.h"
#include "study/study_parts.h"

/* What the steps of making a study share. */
struct making {
    struct store                     *store;
    const struct create_study_source *source;
    struct study_description          description;
    struct study_row                  row;
    struct text                       settings_text; /* of the row */
    struct condition_maker            maker;
};

static bool insert_study(struct making *making, struct err *err)
{
    const struct study_description *description = &making->description;
    struct study_row               *row         = &making->row;

    row->title           = description->title;
    row->stimulus_set_id = making->maker.set.stimulus_set_id;
    row->created_at_ms   = making->source->now_ms;
    row->sample_count    = description->condition_count;
    row->sample_seed     = description->seed;
    (void)snprintf(row->slug, sizeof row->slug, "%s", description->slug);
    (void)snprintf(row->task, sizeof row->task, "%s", task_name((enum task_kind)description->task));
    study_row_set_stage(row, description->state == STUDY_STATE_NOT_GIVEN ? making->source->stage
                                                                         : (enum study_stage)description->state);
    if (study_row_stage(row) == STUDY_OPEN) row->opened_at_ms = making->source->now_ms;
    return study_row_set_settings(row, &making->description.settings, &making->settings_text, err) &&
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
    const struct study_description *description = &making->description;

    making->maker.study_id = making->row.study_id;
    if (description->conditions != NULL) return conditions_take(&making->maker, description->conditions, err);
    if (study_row_stage(&making->row) == STUDY_DRAFT) return true;
    return conditions_sample(&making->maker, description->generative, description->condition_count, description->seed, err);
}

static bool make_study(struct making *making, struct err *err)
{
    const struct study_description *description = &making->description;
    struct stimulus_set_row         set;

    if (!study_check_excludes(making->store, &making->description.settings, err)) return false;
    if (!store_stimulus_set_by_name(making->store, description->stimulus_set, &set, err)) return false;
    if (!conditions_open(&making->maker, making->store, making->source->folder, (enum task_kind)description->task,
                         &making->description.settings, set.stimulus_set_id, err) ||
        !conditions_check_pictures(&making->maker, err))
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
    ok = study_description_read(description, &making->description, err) && make_study(making, err);
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
