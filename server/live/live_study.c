#include "live/live_study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static bool make_models(struct live_study *study, const struct representation_row *representations, int representation_count,
                        struct err *err)
{
    int    learner_count = study->settings.learner_count;
    size_t count         = (size_t)representation_count * (size_t)learner_count;

    study->model_count            = (int)count;
    study->models                 = arena_alloc_array(&study->arena, count, sizeof *study->models);
    study->scratch.prob           = arena_alloc_array(&study->arena, count, sizeof(double));
    study->scratch.log_evidence   = arena_alloc_array(&study->arena, count, sizeof(double));
    study->scratch.posterior_prob = arena_alloc_array(&study->arena, count, sizeof(double));
    study->posterior_scratch      = arena_alloc_array(&study->arena, count, sizeof(double));
    if (study->models == NULL || study->scratch.prob == NULL || study->scratch.log_evidence == NULL ||
        study->scratch.posterior_prob == NULL || study->posterior_scratch == NULL)
        return err_no_memory(err);
    for (int i = 0; i < study->model_count; i++)
        study->models[i] = (struct live_model){.representation = &representations[i / learner_count],
                                               .learner        = &study->settings.learners[i % learner_count]};
    return true;
}

static bool look_blind(struct store *store, struct live_study *study, struct err *err)
{
    struct study_use use;

    study->is_blind = study->settings.blind.is_blind && !study->is_unblinded;
    if (!study->is_blind) return true;
    if (!store_study_use(store, study->study_id, &use, err)) return false;
    study->is_blind = study_settings_hides(&study->settings, use.finished_count, clock_wall_ms(&CLOCK_SYSTEM));
    return true;
}

bool live_study_hides(const struct live_study *study, bool is_pilot_session)
{
    return study->is_blind && !is_pilot_session;
}

static bool load(struct store *store, int64_t study_id, struct live_study *study, struct err *err)
{
    struct study_row           row             = {0};
    struct representation_row *representations = NULL;
    int                        count           = 0;

    if (!store_study_by_id(store, study_id, &study->arena, &row, err)) return false;
    study->study_id     = study_id;
    study->title        = row.title;
    study->is_pilot     = row.is_pilot;
    study->revision     = row.revision;
    study->is_unblinded = row.unblinded_at_ms != 0;
    (void)snprintf(study->slug, sizeof study->slug, "%s", row.slug);
    if (!task_from_name(row.task, &study->task))
        return err_set(err, ERR_INTERNAL, "study '%s' has the unknown task '%s'", row.slug, row.task);
    if (!study_settings_read(study->task, span_of(row.settings), &study->settings, err))
        return err_wrap(err, "settings of study '%s'", row.slug);
    if (!look_blind(store, study, err)) return false;
    if (!store_study_representations(store, study_id, &study->arena, &representations, &count, err)) return false;
    return make_models(study, representations, count, err);
}

struct live_study *live_study_load(struct store *store, int64_t study_id, struct err *err)
{
    struct live_study *study = calloc(1, sizeof *study);

    if (study == NULL) return err_no_memory(err), NULL;
    arena_init(&study->arena);
    if (load(store, study_id, study, err)) return study;
    live_study_free(study);
    return NULL;
}

void live_study_free(struct live_study *study)
{
    if (study == NULL) return;
    arena_close(&study->arena);
    free(study);
}

static bool has_same_models(const struct live_study *left, const struct live_study *right)
{
    if (left->model_count != right->model_count) return false;
    for (int i = 0; i < left->model_count; i++)
        if (left->models[i].representation->representation_id != right->models[i].representation->representation_id ||
            strcmp(left->models[i].learner->text, right->models[i].learner->text) != 0)
            return false;
    return true;
}

/* Models point into the settings: the same learners are at the same places of the new ones. */
static bool take_over(struct live_study *study, const struct live_study *newer, struct err *err)
{
    const char *title = arena_copy(&study->arena, newer->title, strlen(newer->title));

    if (title == NULL) return err_no_memory(err);
    study->title        = title;
    study->revision     = newer->revision;
    study->is_pilot     = newer->is_pilot;
    study->settings     = newer->settings;
    study->is_unblinded = newer->is_unblinded;
    study->is_blind     = newer->is_blind;
    return true;
}

bool live_study_refresh(struct store *store, struct live_study *study, bool *has_other_models, struct err *err)
{
    struct live_study *newer;
    int64_t            revision;
    bool               ok = true;

    *has_other_models = false;
    if (!store_study_revision(store, study->study_id, &revision, err)) return false;
    if (revision == study->revision) return look_blind(store, study, err);
    newer = live_study_load(store, study->study_id, err);
    if (newer == NULL) return false;
    *has_other_models = !has_same_models(study, newer);
    if (!*has_other_models) ok = take_over(study, newer, err);
    live_study_free(newer);
    return ok;
}

int live_study_model_index(const struct live_study *study, int64_t representation_id, const char *learner)
{
    for (int i = 0; i < study->model_count; i++)
        if (study->models[i].representation->representation_id == representation_id &&
            strcmp(study->models[i].learner->text, learner) == 0)
            return i;
    return -1;
}
