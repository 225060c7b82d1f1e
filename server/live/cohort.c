#include "live/cohort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "live/cohort_member.h"
#include "store/store_erase.h"

enum { PAGE_ROWS = 4096 };

static const int64_t ERASED_STAMP = INT64_C(1) << 40; /* more than there are responses and value tables together */

/* --- life --- */

static void free_condition(struct cohort_condition *condition)
{
    live_condition_free(condition->live);
    free(condition->scored);
    free(condition->right_halves);
    free(condition);
}

static void free_member(struct cohort_member *member)
{
    free(member->answers);
    free(member->rt_ms);
    free(member->log_evidence);
    free(member->agreement_halves);
    free(member);
}

struct cohort *cohort_new(struct store *store, int64_t study_id, struct err *err)
{
    struct cohort *cohort = calloc(1, sizeof *cohort);

    if (cohort == NULL) return err_no_memory(err), NULL;
    cohort->store = store;
    cohort->study = live_study_load(store, study_id, err);
    if (cohort->study != NULL && store_value_table_newest_id(store, &cohort->table_cursor, err)) return cohort;
    cohort_free(cohort);
    return NULL;
}

void cohort_free(struct cohort *cohort)
{
    if (cohort == NULL) return;
    for (int i = 0; i < cohort->members.count; i++) free_member(cohort->members.entries[i].value);
    for (int i = 0; i < cohort->conditions.count; i++) free_condition(cohort->conditions.entries[i].value);
    id_map_close(&cohort->members);
    id_map_close(&cohort->conditions);
    live_study_free(cohort->study);
    free(cohort);
}

struct cohort_member *cohort_member_at(const struct cohort *cohort, int index)
{
    return cohort->members.entries[index].value;
}

/* --- conditions --- */

static void count_right(struct cohort_condition *condition, int model_index)
{
    const struct live_condition *live  = condition->live;
    const double                *pairs = live->columns[model_index];
    int                         *right = condition->right_halves + (size_t)model_index * ((size_t)live->trial_count + 1);

    if (pairs == NULL) return;
    for (int t = 0; t < live->trial_count; t++) {
        const int truth      = live->truths[t];
        const int preference = t == 0 ? 0 : fit_preference(pairs, t); /* before the first trial nothing is known */

        right[t + 1] = right[t] + (truth < 0 ? 0 : truth == 1 ? 1 + preference : 1 - preference);
    }
}

static bool fill_condition(struct cohort *cohort, struct cohort_condition *condition, int64_t condition_id, struct err *err)
{
    const size_t model_count = (size_t)cohort->study->model_count;

    condition->live = live_condition_load(cohort->store, cohort->study, condition_id, err);
    if (condition->live == NULL) return false;
    condition->scored       = calloc((size_t)condition->live->trial_count + 1, sizeof *condition->scored);
    condition->right_halves = calloc(model_count * ((size_t)condition->live->trial_count + 1) + 1, sizeof(int));
    if (condition->scored == NULL || condition->right_halves == NULL) return err_no_memory(err);
    for (int t = 0; t < condition->live->trial_count; t++)
        condition->scored[t + 1] = condition->scored[t] + (condition->live->truths[t] >= 0);
    for (int m = 0; m < cohort->study->model_count; m++) count_right(condition, m);
    return true;
}

static struct cohort_condition *condition_of(struct cohort *cohort, int64_t condition_id, struct err *err)
{
    struct cohort_condition *condition = id_map_get(&cohort->conditions, condition_id);

    if (condition != NULL) return condition;
    condition = calloc(1, sizeof *condition);
    if (condition == NULL) return err_no_memory(err), NULL;
    if (fill_condition(cohort, condition, condition_id, err) && id_map_put(&cohort->conditions, condition_id, condition, err))
        return condition;
    free_condition(condition);
    return NULL;
}

/* --- what was stored --- */

static struct cohort_member *new_member(struct cohort *cohort, const struct group_session_row *row, struct err *err)
{
    const size_t          model_count = (size_t)cohort->study->model_count;
    struct cohort_member *member      = calloc(1, sizeof *member);
    size_t                trial_count;

    if (member == NULL) return err_no_memory(err), NULL;
    member->condition = condition_of(cohort, row->condition_id, err);
    if (member->condition == NULL) return free(member), NULL;
    trial_count              = (size_t)member->condition->live->trial_count;
    member->answers          = calloc(trial_count + 1, sizeof *member->answers);
    member->rt_ms            = calloc(trial_count + 1, sizeof *member->rt_ms);
    member->log_evidence     = calloc(model_count + 1, sizeof *member->log_evidence);
    member->agreement_halves = calloc(model_count + 1, sizeof *member->agreement_halves);
    member->median_rt_ms     = NAN;
    member->is_stale         = true;
    if (member->answers != NULL && member->rt_ms != NULL && member->log_evidence != NULL && member->agreement_halves != NULL) {
        if (id_map_put(&cohort->members, row->session_id, member, err)) return member;
    } else {
        err_no_memory(err);
    }
    free_member(member);
    return NULL;
}

static bool take_trial(struct cohort *cohort, const struct group_trial_row *row, struct err *err)
{
    struct cohort_member *member = id_map_get(&cohort->members, row->session_id);

    if (member != NULL && row->trial_index < member->response_count) return true; /* read with its session */
    if (member == NULL || row->trial_index > member->response_count || row->trial_index >= member->condition->live->trial_count)
        return err_set(err, ERR_INTERNAL, "trial %d of session %lld does not follow what was read", row->trial_index,
                       (long long)row->session_id);
    member->answers[row->trial_index] =
        (struct cohort_answer){.response = row->response == 1, .is_correct = row->is_correct, .is_tie = row->is_tie};
    member->rt_ms[row->trial_index] = row->rt_ms;
    member->response_count++;
    member->scored_count += !row->is_tie;
    member->correct_count += !row->is_tie && row->is_correct;
    member->is_stale = true;
    cohort->response_count++;
    cohort->revision++;
    return true;
}

/* What was answered before the session was met is read with it, so that other studies' trials are not walked over. */
static bool take_past(struct cohort *cohort, int64_t session_id, struct err *err)
{
    struct group_trial_row *rows  = NULL;
    int                     count = 0;
    struct arena            arena;
    bool                    ok;

    arena_init(&arena);
    ok = store_group_trials_of_session(cohort->store, session_id, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) ok = take_trial(cohort, &rows[i], err);
    arena_close(&arena);
    return ok;
}

static bool take_session(struct cohort *cohort, const struct group_session_row *row, struct err *err)
{
    struct cohort_member *member = id_map_get(&cohort->members, row->session_id);
    const bool            is_new = member == NULL;

    if (is_new) member = new_member(cohort, row, err);
    if (member == NULL) return false;
    /* Most changes of a session are that it was seen. */
    if (is_new || row->state != member->session.state || row->inclusion != member->session.inclusion) cohort->revision++;
    member->session = *row;
    return !is_new || take_past(cohort, row->session_id, err);
}

static bool take_table(struct cohort *cohort, const struct value_table_name *name, struct err *err)
{
    struct cohort_condition *condition = id_map_get(&cohort->conditions, name->condition_id);
    int                      model_index;
    bool                     is_new;

    if (condition == NULL) return true;
    if (!live_condition_add_table(condition->live, cohort->store, name, &model_index, &is_new, err)) return false;
    if (!is_new) return true;
    count_right(condition, model_index);
    for (int i = 0; i < cohort->members.count; i++) {
        struct cohort_member *member = cohort_member_at(cohort, i);

        if (member->condition == condition) member->is_stale = true;
    }
    cohort->revision++;
    return true;
}

/* Whoever kept a pointer to the member has to begin anew: erased_count says so. */
static void take_tombstone(struct cohort *cohort, const struct tombstone_row *stone)
{
    struct cohort_member *member = id_map_get(&cohort->members, stone->session_id);

    if (stone->study_id != cohort->study->study_id) return;
    cohort->erased_count++;
    if (member == NULL) return;
    cohort->response_count -= member->response_count;
    cohort->revision++;
    id_map_remove(&cohort->members, stone->session_id);
    free_member(member);
}

static bool follow_tombstones(struct cohort *cohort, struct arena *arena, int *count, struct err *err)
{
    struct tombstone_row *stones = NULL;

    if (!store_tombstones_after(cohort->store, cohort->stone_cursor, PAGE_ROWS, arena, &stones, count, err)) return false;
    for (int i = 0; i < *count; i++) {
        take_tombstone(cohort, &stones[i]);
        cohort->stone_cursor = stones[i].change_number;
    }
    return true;
}

static bool follow_sessions(struct cohort *cohort, struct arena *arena, int *count, struct err *err)
{
    struct group_session_row *rows = NULL;

    if (!store_group_sessions_after(cohort->store, cohort->study->study_id, cohort->change_cursor, PAGE_ROWS, arena, &rows, count,
                                    err))
        return false;
    for (int i = 0; i < *count; i++) {
        if (!take_session(cohort, &rows[i], err)) return false;
        cohort->change_cursor = rows[i].change_number;
    }
    return true;
}

static bool follow_trials(struct cohort *cohort, struct arena *arena, int *count, struct err *err)
{
    struct group_trial_row *rows = NULL;

    if (!store_group_trials_after(cohort->store, cohort->study->study_id, cohort->trial_cursor, PAGE_ROWS, arena, &rows, count,
                                  err))
        return false;
    for (int i = 0; i < *count; i++) {
        if (!take_trial(cohort, &rows[i], err)) return false;
        cohort->trial_cursor = rows[i].trial_id;
    }
    return true;
}

static bool follow_tables(struct cohort *cohort, struct arena *arena, int *count, struct err *err)
{
    struct value_table_name *names = NULL;

    if (!store_value_tables_after(cohort->store, cohort->table_cursor, PAGE_ROWS, arena, &names, count, err)) return false;
    for (int i = 0; i < *count; i++) {
        if (!take_table(cohort, &names[i], err)) return false;
        cohort->table_cursor = names[i].value_table_id;
    }
    return true;
}

typedef bool (*follow_fn)(struct cohort *cohort, struct arena *arena, int *count, struct err *err);

static bool follow_all(struct cohort *cohort, follow_fn follow, struct err *err)
{
    int  count = PAGE_ROWS;
    bool ok    = true;

    while (ok && count == PAGE_ROWS) {
        struct arena arena;

        arena_init(&arena);
        ok = follow(cohort, &arena, &count, err);
        arena_close(&arena);
    }
    return ok;
}

static int64_t stamp_of(const struct cohort *cohort)
{
    int64_t stamp = cohort->response_count + cohort->erased_count * ERASED_STAMP;

    for (int i = 0; i < cohort->conditions.count; i++)
        stamp += ((const struct cohort_condition *)cohort->conditions.entries[i].value)->live->ready_count;
    return stamp;
}

/* Sessions first: a trial's session is there by then. The cursors end at the mark, behind what is of other studies. */
static bool follow_marked(struct cohort *cohort, struct err *err)
{
    struct group_mark mark;

    if (!store_group_mark(cohort->store, &mark, err)) return false;
    if (cohort->members.count == 0) cohort->trial_cursor = mark.trial_id; /* trials come with their sessions */
    if (mark.stone_change_number > cohort->stone_cursor && !follow_all(cohort, follow_tombstones, err)) return false;
    if (mark.change_number > cohort->change_cursor && !follow_all(cohort, follow_sessions, err)) return false;
    if (mark.trial_id > cohort->trial_cursor && !follow_all(cohort, follow_trials, err)) return false;
    cohort->change_cursor = mark.change_number;
    cohort->trial_cursor  = mark.trial_id;
    return follow_all(cohort, follow_tables, err);
}

/* The study may have been changed: with another mode or other models everybody is to be read again. */
static bool follow_study(struct cohort *cohort, struct err *err)
{
    bool was_pilot = cohort->study->is_pilot;
    bool has_other_models;

    if (!live_study_refresh(cohort->store, cohort->study, &has_other_models, err)) return false;
    if (!has_other_models && cohort->study->is_pilot == was_pilot) return true;
    return err_set(err, ERR_BUSY, "the study was changed");
}

static bool follow(struct cohort *cohort, struct err *err)
{
    bool ok;

    if (!store_snapshot_begin(cohort->store, err)) return false;
    ok = follow_marked(cohort, err);
    store_snapshot_end(cohort->store);
    cohort->data_stamp = stamp_of(cohort);
    return ok;
}

bool cohort_update(struct cohort *cohort, bool (*is_stopped)(void *argument), void *argument, struct err *err)
{
    if (!follow_study(cohort, err) || !follow(cohort, err)) return false;
    for (int i = 0; i < cohort->members.count; i++) {
        struct cohort_member *member = cohort_member_at(cohort, i);

        if (!member->is_stale) continue;
        if (is_stopped != NULL && is_stopped(argument)) return err_set(err, ERR_BUSY, "stopped");
        if (!cohort_member_refresh(cohort, member, err)) return false;
    }
    return true;
}
