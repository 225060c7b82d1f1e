#include "study/condition_rows.h"

#include <stdio.h>

static void hash_trials(struct secret_sha256 *sha, const struct planned_trial *trials, int count)
{
    for (int i = 0; i < count; i++) {
        char line[128];
        int  length = snprintf(line, sizeof line, "%d %d %d %d %d\n", trials[i].left_stimulus, trials[i].right_stimulus,
                               (int)trials[i].category, trials[i].left_points, trials[i].right_points);

        secret_sha256_add(sha, line, (size_t)length);
    }
}

static bool insert_trials(struct store *store, const struct condition_place *place, int64_t condition_id, enum phase phase,
                          const struct planned_trial *trials, int count, struct err *err)
{
    for (int i = 0; i < count; i++) {
        struct condition_trial_row row = {
            .trial_index      = i,
            .left_stimulus_id = place->stimuli[trials[i].left_stimulus].stimulus_id,
            .left_points      = trials[i].left_points,
            .right_points     = trials[i].right_points,
        };

        if (trials[i].right_stimulus >= 0)
            row.right_stimulus_id = place->stimuli[trials[i].right_stimulus].stimulus_id;
        else
            (void)snprintf(row.category, sizeof row.category, "%s", dinosaur_name(trials[i].category));
        if (!store_condition_trial_insert(store, condition_id, phase, &row, err)) return false;
    }
    return true;
}

void condition_rows_hash(const struct condition_place *place, const struct condition *condition, struct secret_hash *out)
{
    struct secret_sha256 sha;

    secret_sha256_begin(&sha);
    secret_sha256_add(&sha, place->set->sha256.bytes, sizeof place->set->sha256.bytes);
    hash_trials(&sha, condition->practice, condition->practice_count);
    hash_trials(&sha, condition->trials, condition->trial_count);
    secret_sha256_end(&sha, out);
}

bool condition_rows_insert(struct store *store, const struct condition_place *place, const struct condition_facts *facts,
                           const struct condition *condition, int64_t *id, struct err *err)
{
    struct condition_row row = {
        .study_id             = place->study_id,
        .condition_number     = facts->number,
        .dimension            = facts->dimension < 0 ? 0 : facts->dimension,
        .is_dimension_missing = facts->dimension < 0,
        .points_min           = condition->points_min,
        .points_max           = condition->points_max,
    };

    if (place->task == TASK_CATEGORY)
        (void)snprintf(row.high_dinosaur, sizeof row.high_dinosaur, "%s", dinosaur_name(facts->high));
    condition_rows_hash(place, condition, &row.sha256);
    return store_condition_insert(store, &row, id, err) &&
           insert_trials(store, place, *id, PHASE_PRACTICE, condition->practice, condition->practice_count, err) &&
           insert_trials(store, place, *id, PHASE_MAIN, condition->trials, condition->trial_count, err);
}
