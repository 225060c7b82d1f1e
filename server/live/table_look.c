#include "live/table_look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "live/id_map.h"
#include "live/live_study.h"

struct known_study {
    struct live_study *study;
    int                condition_count; /* that its progress was measured with */
};

struct table_look {
    struct table_queue    *queue;
    struct table_progress *progress;
    struct id_map          studies;  /* known_study, owned */
    struct id_map          complete; /* conditions with all their tables; the value says nothing */
};

/* One look. */
struct round {
    struct table_look *look;
    struct store      *store;
    struct table_wish *wishes;
    int                wish_max;
    int                wish_count;
    struct arena       arena;
};

/* The conditions of a study in this round. */
struct study_round {
    struct live_study      *study;
    struct table_condition *conditions;
    int                     condition_count;
};

struct table_look *table_look_new(struct table_queue *queue, struct table_progress *progress, struct err *err)
{
    struct table_look *look = calloc(1, sizeof *look);

    if (look == NULL) return err_no_memory(err), NULL;
    look->queue    = queue;
    look->progress = progress;
    return look;
}

void table_look_free(struct table_look *look)
{
    if (look == NULL) return;
    for (int i = 0; i < look->studies.count; i++) {
        struct known_study *known = look->studies.entries[i].value;

        live_study_free(known->study);
        free(known);
    }
    id_map_close(&look->studies);
    id_map_close(&look->complete);
    free(look);
}

/* --- what a study has --- */

static bool measure(struct round *round, struct known_study *known, int condition_count, struct err *err)
{
    const struct live_study *study         = known->study;
    const int                learner_count = study->settings.learner_count;
    struct model_progress   *models        = arena_alloc_array(&round->arena, (size_t)study->model_count + 1, sizeof *models);
    struct table_time       *times         = NULL;
    int                      time_count    = 0;

    if (models == NULL) return err_no_memory(err);
    if (!store_table_times(round->store, study->study_id, &round->arena, &times, &time_count, err)) return false;
    for (int i = 0; i < study->model_count; i++)
        models[i] = (struct model_progress){.representation_id = study->models[i].representation->representation_id,
                                            .learner_index     = i % learner_count,
                                            .feature_count     = study->models[i].representation->feature_count};
    for (int i = 0; i < time_count; i++) {
        const int index = live_study_model_index(study, times[i].model.representation_id, times[i].model.learner);

        if (index < 0) continue;
        models[index].ready       = times[i].table_count;
        models[index].timed_count = times[i].table_count;
        models[index].time_sum_ms = times[i].time_sum_ms;
    }
    if (!table_progress_set_study(round->look->progress, study->study_id, condition_count, models, study->model_count, err))
        return false;
    known->condition_count = condition_count;
    return true;
}

static void forget_study(struct table_look *look, struct known_study *known)
{
    id_map_remove(&look->studies, known->study->study_id);
    live_study_free(known->study);
    free(known);
    id_map_close(&look->complete); /* found out again */
}

/* NULL when it cannot be read. */
static struct known_study *know_study(struct round *round, const struct study_row *row, struct err *err)
{
    struct known_study *known = id_map_get(&round->look->studies, row->study_id);

    if (known != NULL && known->study->revision == row->revision) return known;
    if (known != NULL) forget_study(round->look, known); /* it may have other models now */
    known = calloc(1, sizeof *known);
    if (known == NULL) return err_no_memory(err), NULL;
    known->condition_count = -1;
    known->study           = live_study_load(round->store, row->study_id, err);
    if (known->study != NULL && id_map_put(&round->look->studies, row->study_id, known, err)) return known;
    live_study_free(known->study);
    free(known);
    return NULL;
}

static bool open_study(struct round *round, const struct study_row *row, struct study_round *out, struct err *err)
{
    struct known_study *known = know_study(round, row, err);

    if (known == NULL) return false;
    out->study = known->study;
    if (!store_table_conditions(round->store, row->study_id, &round->arena, &out->conditions, &out->condition_count, err))
        return false;
    return known->condition_count == out->condition_count || measure(round, known, out->condition_count, err);
}

/* --- what a condition lacks --- */

static struct table_wish wish_for(const struct live_study *study, int model_index, const struct table_condition *condition)
{
    const struct live_model *model = &study->models[model_index];
    struct table_wish        wish  = {.study_id          = study->study_id,
                                      .model_index       = model_index,
                                      .task              = study_learner_task(study->task),
                                      .learner           = *model->learner,
                                      .condition_id      = condition->condition_id,
                                      .condition_sha256  = condition->sha256,
                                      .representation_id = model->representation->representation_id,
                                      .matrix_sha256     = model->representation->matrix_sha256};

    (void)snprintf(wish.study_slug, sizeof wish.study_slug, "%s", study->slug);
    return wish;
}

static bool add_condition(struct round *round, const struct live_study *study, const struct table_condition *condition,
                          struct err *err)
{
    bool               *is_there = arena_alloc_array(&round->arena, (size_t)study->model_count + 1, sizeof *is_there);
    struct table_model *models   = NULL;
    int                 count = 0, missing_count = 0;

    if (is_there == NULL) return err_no_memory(err);
    if (!store_table_models(round->store, condition->condition_id, &round->arena, &models, &count, err)) return false;
    memset(is_there, 0, (size_t)study->model_count * sizeof *is_there);
    for (int i = 0; i < count; i++) {
        const int index = live_study_model_index(study, models[i].representation_id, models[i].learner);

        if (index >= 0) is_there[index] = true;
    }
    for (int i = 0; i < study->model_count; i++) {
        struct table_wish wish;

        if (is_there[i]) continue;
        missing_count++;
        wish = wish_for(study, i, condition);
        if (round->wish_count < round->wish_max && !table_queue_has_failed(round->look->queue, &wish))
            round->wishes[round->wish_count++] = wish;
    }
    return missing_count > 0 || id_map_put(&round->look->complete, condition->condition_id, round->look, err);
}

static bool add_study(struct round *round, const struct study_round *study, bool is_played, struct err *err)
{
    for (int i = 0; i < study->condition_count && round->wish_count < round->wish_max; i++) {
        const struct table_condition *condition = &study->conditions[i];

        if (condition->is_played != is_played || id_map_get(&round->look->complete, condition->condition_id) != NULL) continue;
        if (!add_condition(round, study->study, condition, err)) return false;
    }
    return true;
}

static bool look_around(struct round *round, struct err *err)
{
    struct study_row   *rows = NULL;
    struct study_round *studies;
    int                 count = 0, open_count = 0;

    if (!store_studies(round->store, &round->arena, &rows, &count, err)) return false;
    studies = arena_alloc_array(&round->arena, (size_t)count + 1, sizeof *studies);
    if (studies == NULL) return err_no_memory(err);
    for (int i = 0; i < count; i++) {
        if (open_study(round, &rows[i], &studies[open_count], err))
            open_count++;
        else
            log_error("study '%s' gets no value tables: %s", rows[i].slug, err->message);
    }
    for (int i = 0; i < open_count; i++)
        if (!add_study(round, &studies[i], true, err)) return false;
    for (int i = 0; i < open_count; i++)
        if (!add_study(round, &studies[i], false, err)) return false;
    return true;
}

bool table_look_around(struct table_look *look, struct store *store, struct table_wish *wishes, int wish_max, int *wish_count,
                       struct err *err)
{
    struct round round = {.look = look, .store = store, .wishes = wishes, .wish_max = wish_max};
    bool         ok;

    arena_init(&round.arena);
    ok          = look_around(&round, err);
    *wish_count = round.wish_count;
    arena_close(&round.arena);
    return ok;
}
