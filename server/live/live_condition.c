#include "live/live_condition.h"

#include <stdlib.h>
#include <string.h>

#include "live/value_table.h"

static bool set_column(struct live_condition *condition, const struct value_table_row *table, int *model_index, bool *is_new,
                       struct err *err)
{
    *is_new = false;
    if (table->revision != VALUE_TABLE_REVISION) return true; /* of an earlier program: as if it were not there */
    *model_index = live_study_model_index(condition->study, table->representation_id, table->learner);
    if (*model_index < 0 || condition->columns[*model_index] != NULL) return true;
    if (table->trial_count != condition->trial_count)
        return err_set(err, ERR_INTERNAL, "a value table of condition %lld has %d trials, the condition %d; run dinolab rebuild",
                       (long long)condition->row.condition_id, table->trial_count, condition->trial_count);
    condition->columns[*model_index] = table->value_pairs;
    condition->ready_count++;
    return *is_new = true;
}

static int truth_of(enum task_kind task, const struct condition_trial_row *trial)
{
    if (task == TASK_CATEGORY) return strcmp(trial->category, dinosaur_name(DINOSAUR_JULTY)) == 0;
    return trial->left_points == trial->right_points ? -1 : trial->right_points > trial->left_points;
}

static bool load_trials(struct live_condition *condition, struct store *store, int64_t condition_id, struct err *err)
{
    if (!store_condition_trials(store, condition_id, PHASE_MAIN, &condition->arena, &condition->trials, &condition->trial_count,
                                err))
        return false;
    condition->truths = arena_alloc_array(&condition->arena, (size_t)condition->trial_count + 1, sizeof *condition->truths);
    if (condition->truths == NULL) return err_no_memory(err);
    for (int t = 0; t < condition->trial_count; t++)
        condition->truths[t] = (signed char)truth_of(condition->study->task, &condition->trials[t]);
    return true;
}

static bool load(struct live_condition *condition, struct store *store, int64_t condition_id, struct err *err)
{
    struct value_table_row *tables = NULL;
    int                     count  = 0;
    int                     model_index;
    bool                    is_new;

    if (!store_condition_by_id(store, condition_id, &condition->row, err)) return false;
    if (!load_trials(condition, store, condition_id, err)) return false;
    condition->columns = arena_alloc_array(&condition->arena, (size_t)condition->study->model_count, sizeof *condition->columns);
    if (condition->columns == NULL) return err_no_memory(err);
    if (!store_value_tables(store, condition_id, &condition->arena, &tables, &count, err)) return false;
    for (int i = 0; i < count; i++)
        if (!set_column(condition, &tables[i], &model_index, &is_new, err)) return false;
    return true;
}

struct live_condition *live_condition_load(struct store *store, const struct live_study *study, int64_t condition_id,
                                           struct err *err)
{
    struct live_condition *condition = calloc(1, sizeof *condition);

    if (condition == NULL) return err_no_memory(err), NULL;
    condition->study = study;
    arena_init(&condition->arena);
    if (load(condition, store, condition_id, err)) return condition;
    live_condition_free(condition);
    return NULL;
}

void live_condition_free(struct live_condition *condition)
{
    if (condition == NULL) return;
    arena_close(&condition->arena);
    free(condition);
}

bool live_condition_is_ready(const struct live_condition *condition)
{
    return condition->ready_count == condition->study->model_count;
}

bool live_condition_add_table(struct live_condition *condition, struct store *store, const struct value_table_name *name,
                              int *model_index, bool *is_new, struct err *err)
{
    struct value_table_row table;
    bool                   is_found;

    *is_new      = false;
    *model_index = live_study_model_index(condition->study, name->representation_id, name->learner);
    if (*model_index < 0 || condition->columns[*model_index] != NULL) return true;
    if (!store_value_table_get(store, name->condition_id, name->representation_id, name->learner, &condition->arena, &table,
                               &is_found, err))
        return false;
    return is_found ? set_column(condition, &table, model_index, is_new, err) : true;
}

bool live_condition_state_init(const struct live_condition *condition, struct fit_state *state, struct err *err)
{
    const struct live_study *study = condition->study;

    if (!fit_state_init(state, study_learner_task(study->task), study->model_count, condition->trial_count, condition->truths,
                        err))
        return false;
    for (int i = 0; i < study->model_count; i++)
        if (condition->columns[i] != NULL) fit_state_set_values(state, i, condition->columns[i]);
    return true;
}
