#include "live/group_mixed.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "model/choice_rule.h"
#include "model/glmm.h"

enum { ROWS_PER_LOOK = 64 }; /* predictions between two looks at the clock */

static const double US_PER_S = 1e6;

/* --- the rows of one model --- */

/* One who counts, with the responses that are taken. */
struct taken {
    const struct cohort_member *member;
    int                         response_count;
};

struct rows {
    int     row_count;
    int     participant_count;
    int    *first; /* participant_count + 1 */
    double *x;
    int    *choices;
    int    *participants;
};

static void rows_close(struct rows *rows)
{
    free(rows->first);
    free(rows->x);
    free(rows->choices);
    free(rows->participants);
    *rows = (struct rows){0};
}

static void add_rows(struct rows *rows, const struct taken *taken, enum task_kind task, const double *pairs)
{
    for (int t = 0; t < taken->response_count; t++) {
        const double right = pairs[2 * t + 1];

        rows->x[rows->row_count]            = task == TASK_REWARD ? right - pairs[2 * t] : right;
        rows->choices[rows->row_count]      = taken->member->answers[t].response;
        rows->participants[rows->row_count] = rows->participant_count;
        rows->row_count++;
    }
    rows->first[++rows->participant_count] = rows->row_count;
}

/* People for whom the model is not ready are left out. */
static bool rows_init(struct rows *rows, const struct cohort *cohort, const struct taken *taken, int taken_count, int model,
                      struct err *err)
{
    size_t total = 1;

    for (int i = 0; i < taken_count; i++) total += (size_t)taken[i].response_count;
    *rows = (struct rows){.first        = calloc((size_t)taken_count + 1, sizeof *rows->first),
                          .x            = calloc(total, sizeof *rows->x),
                          .choices      = calloc(total, sizeof *rows->choices),
                          .participants = calloc(total, sizeof *rows->participants)};
    if (rows->first == NULL || rows->x == NULL || rows->choices == NULL || rows->participants == NULL) return err_no_memory(err);
    for (int i = 0; i < taken_count; i++) {
        const double *pairs = taken[i].member->condition->live->columns[model];

        if (pairs != NULL) add_rows(rows, &taken[i], cohort->study->task, pairs);
    }
    return true;
}

static struct taken *take_all(const struct group_numbers *numbers, struct err *err)
{
    struct taken *taken = calloc((size_t)numbers->counted_count + 1, sizeof *taken);
    int           count = 0;

    if (taken == NULL) return err_no_memory(err), NULL;
    for (int i = 0; i < numbers->person_count; i++)
        if (numbers->people[i].is_counted)
            taken[count++] = (struct taken){numbers->people[i].member, numbers->people[i].member->response_count};
    return taken;
}

static struct glmm *glmm_of(const struct rows *rows, struct err *err)
{
    const struct glmm_data data = {.row_count         = rows->row_count,
                                   .participant_count = rows->participant_count,
                                   .x                 = rows->x,
                                   .choices           = rows->choices,
                                   .participant_index = rows->participants};

    return glmm_new(&data, GLMM_SCALE_TRAINING, err);
}

/* --- fits --- */

bool group_mixed_init(struct group_mixed *mixed, int model_count, struct err *err)
{
    *mixed = (struct group_mixed){.model_count = model_count,
                                  .fits        = calloc((size_t)model_count + 1, sizeof *mixed->fits),
                                  .results     = calloc((size_t)model_count + 1, sizeof *mixed->results)};
    if (mixed->fits != NULL && mixed->results != NULL) return true;
    group_mixed_close(mixed);
    return err_no_memory(err);
}

static bool refresh_fit(struct group_mixed_fit *fit, bool may_be_warm, const struct rows *rows, struct err *err)
{
    struct glmm       *glmm;
    struct glmm_result result;

    fit->is_warm = may_be_warm && fit->has_fit && fit->is_converged;
    if (rows->row_count == 0) {
        fit->has_fit = fit->is_warm = false;
        return true;
    }
    glmm = glmm_of(rows, err);
    if (glmm == NULL) return false;
    if (fit->is_warm)
        glmm_solve_from(glmm, fit->slope, fit->slope_sd, &result);
    else
        glmm_solve(glmm, &result);
    glmm_free(glmm);
    fit->has_fit        = true;
    fit->slope          = result.slope;
    fit->slope_sd       = result.slope_sd;
    fit->log_likelihood = result.log_likelihood;
    fit->is_singular    = result.status == GLMM_SINGULAR;
    fit->is_converged   = result.status != GLMM_NOT_CONVERGED;
    return true;
}

/* The model whose fit is oldest, if it is not of the present revision; -1: none. */
static int oldest_fit(const struct group_mixed *mixed, int64_t revision)
{
    int oldest = -1;

    for (int m = 0; m < mixed->model_count; m++)
        if (mixed->fits[m].revision != revision && (oldest < 0 || mixed->fits[m].revision < mixed->fits[oldest].revision))
            oldest = m;
    return oldest;
}

static int first_warm_fit(const struct group_mixed *mixed, int64_t revision)
{
    (void)revision;
    for (int m = 0; m < mixed->model_count; m++)
        if (mixed->fits[m].is_warm) return m;
    return -1;
}

typedef int (*next_fit_fn)(const struct group_mixed *mixed, int64_t revision);

static bool fit_some(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                     const struct clock *clock, int64_t end_us, next_fit_fn next, bool may_be_warm, struct err *err)
{
    struct taken *taken = take_all(numbers, err);
    bool          ok    = taken != NULL;
    int           model;

    while (ok && (model = next(mixed, cohort->revision)) >= 0) {
        struct group_mixed_fit *fit = &mixed->fits[model];
        struct rows             rows;

        ok = rows_init(&rows, cohort, taken, numbers->counted_count, model, err) && refresh_fit(fit, may_be_warm, &rows, err);
        rows_close(&rows);
        fit->revision = cohort->revision;
        fit->has_fit &= ok; /* what it was is of other data */
        fit->is_warm &= ok; /* one that fails is not tried again before something changes */
        if (clock_monotonic_us(clock) >= end_us) break;
    }
    free(taken);
    return ok;
}

bool group_mixed_refresh(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                         const struct clock *clock, int64_t budget_us, bool *is_done, struct err *err)
{
    const int64_t end_us = clock_monotonic_us(clock) + budget_us;
    const bool    ok     = fit_some(mixed, cohort, numbers, clock, end_us, oldest_fit, true, err);

    *is_done = oldest_fit(mixed, cohort->revision) < 0;
    return ok;
}

bool group_mixed_settle(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                        const struct clock *clock, int64_t budget_us, bool *is_done, struct err *err)
{
    const int64_t end_us = clock_monotonic_us(clock) + budget_us;
    const bool    ok     = fit_some(mixed, cohort, numbers, clock, end_us, first_warm_fit, false, err);

    *is_done = first_warm_fit(mixed, cohort->revision) < 0;
    return ok;
}

/* --- leaving one trial out --- */

struct group_loo_job {
    const struct cohort *cohort; /* borrowed */
    int64_t              data_stamp;
    struct taken        *taken;
    int                  taken_count;
    int                  model;      /* under way */
    int                  row;        /* of the model, next to be left out */
    struct rows          rows;       /* of the model */
    struct glmm         *glmm;       /* NULL: the model is not begun */
    double              *nll;        /* per participant of the model */
    int                 *row_counts; /* the same */
    int64_t              done_count;
    int64_t              total_count;
    int64_t              began_us;
};

static void close_model(struct group_loo_job *job)
{
    glmm_free(job->glmm);
    job->glmm = NULL;
    rows_close(&job->rows);
    job->row = 0;
}

static void free_job(struct group_loo_job *job)
{
    if (job == NULL) return;
    close_model(job);
    free(job->taken);
    free(job->nll);
    free(job->row_counts);
    free(job);
}

static void end_job(struct group_mixed *mixed)
{
    free_job(mixed->job);
    mixed->job = NULL;
}

void group_mixed_leave(struct group_mixed *mixed)
{
    end_job(mixed);
    for (int m = 0; m < mixed->model_count; m++) mixed->fits[m].revision = 0;
}

void group_mixed_forget(struct group_mixed *mixed)
{
    end_job(mixed);
    for (int m = 0; m < mixed->model_count; m++) {
        mixed->fits[m]    = (struct group_mixed_fit){0};
        mixed->results[m] = (struct group_loo_result){0};
    }
}

void group_mixed_close(struct group_mixed *mixed)
{
    free_job(mixed->job);
    free(mixed->fits);
    free(mixed->results);
    *mixed = (struct group_mixed){0};
}

bool group_loo_begin(struct group_mixed *mixed, const struct cohort *cohort, const struct group_numbers *numbers,
                     const struct clock *clock, struct err *err)
{
    struct group_loo_job *job;

    if (mixed->job != NULL || numbers->counted_count == 0) return true;
    job = calloc(1, sizeof *job);
    if (job == NULL) return err_no_memory(err);
    *job = (struct group_loo_job){.cohort      = cohort,
                                  .data_stamp  = cohort->data_stamp,
                                  .taken       = take_all(numbers, err),
                                  .taken_count = numbers->counted_count,
                                  .nll         = calloc((size_t)numbers->counted_count, sizeof *job->nll),
                                  .row_counts  = calloc((size_t)numbers->counted_count, sizeof *job->row_counts),
                                  .began_us    = clock_monotonic_us(clock)};
    if (job->taken == NULL || job->nll == NULL || job->row_counts == NULL) {
        free_job(job);
        return err_no_memory(err);
    }
    for (int m = 0; m < mixed->model_count; m++)
        for (int i = 0; i < job->taken_count; i++)
            if (job->taken[i].member->condition->live->columns[m] != NULL) job->total_count += job->taken[i].response_count;
    mixed->job = job;
    return true;
}

static bool begin_model(struct group_loo_job *job, struct err *err)
{
    struct glmm_result result;

    if (!rows_init(&job->rows, job->cohort, job->taken, job->taken_count, job->model, err)) return false;
    if (job->rows.row_count == 0) return true;
    job->glmm = glmm_of(&job->rows, err);
    if (job->glmm == NULL) return false;
    glmm_solve(job->glmm, &result);
    for (int p = 0; p < job->rows.participant_count; p++) {
        job->nll[p]        = 0.0;
        job->row_counts[p] = job->rows.first[p + 1] - job->rows.first[p];
    }
    return true;
}

/* A probability that rounds to 1 may still be wrong: its other side counts as the least that R's binomial family gives. */
static double log_lik_of(double prob, int choice)
{
    return log(fmax(choice == 1 ? prob : 1.0 - prob, DBL_EPSILON));
}

static void leave_out_some(struct group_loo_job *job)
{
    for (int i = 0; i < ROWS_PER_LOOK && job->row < job->rows.row_count; i++, job->row++, job->done_count++) {
        struct glmm_result result;
        double             prob;

        glmm_leave_out_fast(job->glmm, job->row, &result, &prob);
        job->nll[job->rows.participants[job->row]] -= log_lik_of(prob, job->rows.choices[job->row]);
    }
}

static bool end_model(struct group_mixed *mixed, struct err *err)
{
    struct group_loo_job   *job = mixed->job;
    struct group_loo_result out = {.is_there          = true,
                                   .data_stamp        = job->data_stamp,
                                   .interval          = {NAN, NAN},
                                   .participant_count = job->rows.participant_count,
                                   .trial_count       = job->rows.row_count};

    if (out.trial_count > 0) {
        for (int p = 0; p < out.participant_count; p++) out.nll += job->nll[p];
        out.r2_loo = choice_r2(out.nll, out.trial_count);
        if (out.participant_count > 1 &&
            !bootstrap_r2(out.participant_count, job->nll, job->row_counts, BOOTSTRAP_SEED, &out.interval, err))
            return false;
        mixed->results[job->model] = out;
    }
    close_model(job);
    job->model++;
    return true;
}

bool group_loo_step(struct group_mixed *mixed, const struct clock *clock, int64_t budget_us, struct err *err)
{
    struct group_loo_job *job    = mixed->job;
    const int64_t         end_us = clock_monotonic_us(clock) + budget_us;
    bool                  ok     = true;

    if (job == NULL) return true;
    while (ok && job->model < mixed->model_count && clock_monotonic_us(clock) < end_us) {
        if (job->glmm == NULL) ok = begin_model(job, err);
        if (ok) leave_out_some(job);
        if (ok && job->row == job->rows.row_count) ok = end_model(mixed, err);
    }
    if (ok && job->model < mixed->model_count) return true;
    end_job(mixed);
    return ok;
}

bool group_loo_progress(const struct group_mixed *mixed, const struct clock *clock, struct group_loo_progress *out)
{
    const struct group_loo_job *job = mixed->job;

    if (job == NULL) return false;
    *out = (struct group_loo_progress){.done_count = job->done_count, .total_count = job->total_count, .left_s = NAN};
    if (job->done_count > 0)
        out->left_s = (double)(clock_monotonic_us(clock) - job->began_us) / US_PER_S / (double)job->done_count *
                      (double)(job->total_count - job->done_count);
    return true;
}
