#include "live/cohort_member.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/choice_rule.h"

static double evidence_of(const struct cohort_member *member, enum learner_task task, const double *pairs)
{
    const struct fit_past past = {task, pairs};
    struct choice_grid    grid;

    choice_grid_init(&grid);
    for (int t = 0; t < member->response_count; t++)
        (void)choice_grid_update(&grid, fit_past_drive(&past, t), member->answers[t].response, fit_past_drive, &past);
    return grid.log_evidence;
}

static int agreement_of(const struct cohort_member *member, const double *pairs)
{
    int halves = 0;

    for (int t = 0; t < member->response_count; t++) {
        const int preference = fit_preference(pairs, t);

        halves += member->answers[t].response == 1 ? 1 + preference : 1 - preference;
    }
    return halves;
}

/* What a session that has ended was fitted to need not be computed again; NAN for all else. */
static bool read_evidence(struct cohort *cohort, struct cohort_member *member, struct err *err)
{
    struct fit_row *rows  = NULL;
    int             count = 0;
    struct arena    arena;
    bool            ok = true;

    for (int m = 0; m < cohort->study->model_count; m++) member->log_evidence[m] = NAN;
    if (member->session.state == SESSION_ACTIVE) return true;
    arena_init(&arena);
    ok = store_fits_of_session(cohort->store, member->session.session_id, &arena, &rows, &count, err);
    for (int i = 0; ok && i < count; i++) {
        const int model_index = live_study_model_index(cohort->study, rows[i].representation_id, rows[i].learner);

        if (model_index < 0 || rows[i].trial_count != member->response_count) continue;
        member->log_evidence[model_index] = rows[i].log_evidence;
    }
    arena_close(&arena);
    return ok;
}

static void fit_model(struct cohort_member *member, enum learner_task task, int model_index)
{
    const double *pairs = member->condition->live->columns[model_index];

    if (pairs == NULL) {
        member->log_evidence[model_index] = NAN;
        return;
    }
    if (isnan(member->log_evidence[model_index])) member->log_evidence[model_index] = evidence_of(member, task, pairs);
    member->agreement_halves[model_index] = agreement_of(member, pairs);
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static bool find_median(struct cohort_member *member, struct err *err)
{
    double *sorted;
    size_t  count = 0;

    if (member->response_count == 0) return true;
    sorted = malloc((size_t)member->response_count * sizeof *sorted);
    if (sorted == NULL) return err_no_memory(err);
    for (int t = 0; t < member->response_count; t++)
        if (!isnan(member->rt_ms[t])) sorted[count++] = member->rt_ms[t];
    qsort(sorted, count, sizeof *sorted, compare_numbers);
    member->median_rt_ms = count == 0 ? NAN : 0.5 * (sorted[(count - 1) / 2] + sorted[count / 2]);
    free(sorted);
    return true;
}

bool cohort_member_refresh(struct cohort *cohort, struct cohort_member *member, struct err *err)
{
    if (!read_evidence(cohort, member, err)) return false;
    for (int m = 0; m < cohort->study->model_count; m++) fit_model(member, study_learner_task(cohort->study->task), m);
    if (!find_median(member, err)) return false;
    member->is_stale = false;
    return true;
}
