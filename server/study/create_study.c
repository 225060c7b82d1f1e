#include "study/create_study.h"

#include <stdio.h>
#include <string.h>

#include "store/store_representation.h"
#include "study/document_files.h"
#include "study/study_parts.h"

/* --- what takes a while --- */

static enum study_stage stage_of(const struct create_study_plan *plan)
{
    return plan->description.state == STUDY_STATE_NOT_GIVEN ? plan->source.stage : (enum study_stage)plan->description.state;
}

/* A draft's are sampled when it is tried out or opened: until then its settings may change. */
static bool make_conditions(struct create_study_plan *plan, struct err *err)
{
    const struct study_description *description = &plan->description;

    if (description->conditions != NULL) return conditions_take(&plan->maker, description->conditions, err);
    if (stage_of(plan) == STUDY_DRAFT) return true;
    return conditions_sample(&plan->maker, description->generative, description->condition_count, description->seed, err);
}

/* Mistakes that are told at once, before a second of sampling; the transaction looks again. */
static bool check_first(struct store *store, const struct create_study_plan *plan, struct arena *arena, struct err *err)
{
    const struct study_description *description = &plan->description;
    struct study_row                row;
    struct err                      missing = {0};

    if (store_study_by_slug(store, description->slug, arena, &row, &missing))
        return err_set(err, ERR_CONFLICT, "the study '%s' exists already", description->slug);
    if (missing.kind != ERR_NOT_FOUND) return err_set(err, missing.kind, "%s", missing.message);
    return study_check_excludes(store, &description->settings, err) &&
           study_check_representations(store, plan->maker.set.stimulus_set_id, description->representations, err);
}

bool create_study_prepare(struct store *store, const struct create_study_source *source, const struct json_value *description,
                          struct arena *arena, struct create_study_plan **out, struct err *err)
{
    struct create_study_plan *plan = arena_alloc(arena, sizeof *plan);
    struct stimulus_set_row   set;

    *out = plan;
    if (plan == NULL) return err_no_memory(err);
    plan->source = *source;
    return study_description_read(description, &plan->description, err) &&
           store_stimulus_set_by_name(store, plan->description.stimulus_set, &set, err) &&
           conditions_open(&plan->maker, store, source->folder, (enum task_kind)plan->description.task,
                           &plan->description.settings, set.stimulus_set_id, arena, err) &&
           conditions_check_pictures(&plan->maker, err) && check_first(store, plan, arena, err) && make_conditions(plan, err);
}

/* --- what is written --- */

static bool insert_row(struct store *store, struct create_study_plan *plan, enum study_stage stage, struct text *settings,
                       int64_t *id, struct err *err)
{
    const struct study_description *description = &plan->description;
    struct study_row                row         = {
                               .title           = description->title,
                               .stimulus_set_id = plan->maker.set.stimulus_set_id,
                               .created_at_ms   = plan->source.now_ms,
                               .opened_at_ms    = stage == STUDY_OPEN ? plan->source.now_ms : 0,
                               .sample_count    = description->condition_count,
                               .sample_seed     = description->seed,
    };

    (void)snprintf(row.slug, sizeof row.slug, "%s", description->slug);
    (void)snprintf(row.task, sizeof row.task, "%s", task_name((enum task_kind)description->task));
    study_row_set_stage(&row, stage);
    return study_row_set_settings(&row, &description->settings, settings, err) && store_study_insert(store, &row, id, err);
}

/* Where the conditions come from, or are said to. */
static bool note_generative(struct store *store, struct create_study_plan *plan, int64_t study_id, struct err *err)
{
    struct representation_row row;

    if (plan->description.generative == NULL) return true;
    return store_representation_by_name(store, plan->maker.set.stimulus_set_id, plan->description.generative, plan->maker.arena,
                                        &row, err) &&
           store_study_set_generative(store, study_id, row.representation_id, err);
}

static bool insert_study(struct store *store, struct create_study_plan *plan, enum study_stage stage, int64_t *id,
                         struct err *err)
{
    const struct study_description *description = &plan->description;
    struct text                     settings;
    bool                            ok;

    text_init(&settings);
    ok = study_check_excludes(store, &description->settings, err) && insert_row(store, plan, stage, &settings, id, err);
    text_close(&settings);
    return ok && study_add_representations(store, *id, plan->maker.set.stimulus_set_id, description->representations, err) &&
           (description->documents == NULL ||
            document_files_add(store, *id, plan->source.path, description->documents, plan->source.now_ms, err)) &&
           note_generative(store, plan, *id, err);
}

bool create_study_is_long(const struct create_study_plan *plan)
{
    return plan->description.conditions == NULL && plan->maker.made_count > STUDY_STEP_CONDITIONS;
}

bool create_study_insert(struct store *store, struct create_study_plan *plan, struct create_study_result *out,
                         struct study_sample *rest, struct err *err)
{
    const bool             is_long = rest != NULL && create_study_is_long(plan);
    const enum study_stage stage   = stage_of(plan);
    const int              count   = plan->maker.made_count;
    int64_t                id;

    *out = (struct create_study_result){0};
    if (!insert_study(store, plan, is_long ? STUDY_DRAFT : stage, &id, err)) return false;
    if (!is_long && !conditions_insert(&plan->maker, store, id, 0, count, err)) return false;
    if (is_long) {
        *rest = (struct study_sample){.study_id = id, .maker = plan->maker};
        if (!store_study_revision(store, id, &rest->revision, err)) return false;
    }
    *out = (struct create_study_result){.study_id = id, .stage = stage, .condition_count = count, .is_unfinished = is_long};
    (void)snprintf(out->slug, sizeof out->slug, "%s", plan->description.slug);
    return true;
}

/* --- all of it --- */

static bool create_planned(struct store *store, struct create_study_plan *plan, struct create_study_result *out, struct err *err)
{
    bool ok = store_begin(store, err);

    if (!ok) return false;
    ok = create_study_insert(store, plan, out, NULL, err) && store_commit(store, err);
    if (!ok) store_rollback(store);
    return ok;
}

bool create_study(struct store *store, const struct data_folder *folder, int64_t now_ms, const char *name, struct span json,
                  struct create_study_result *out, struct err *err)
{
    const struct create_study_source source = {.folder = folder, .now_ms = now_ms, .path = name, .stage = STUDY_OPEN};
    struct json_doc                 *doc    = json_parse(json, err);
    struct create_study_plan        *plan;
    struct arena                     arena;
    bool                             ok;

    *out = (struct create_study_result){0};
    arena_init(&arena);
    ok = doc != NULL && create_study_prepare(store, &source, json_root(doc), &arena, &plan, err) &&
         create_planned(store, plan, out, err);
    arena_close(&arena);
    json_free(doc);
    return ok ? true : err_wrap(err, "%s", name);
}
