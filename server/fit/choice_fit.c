#include "fit/choice_fit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "model/choice_rule.h"
#include "model/logistic.h"
#include "model/temperature.h"

bool choice_fit_init(struct choice_fit *fit, const struct trial_table *table, struct err *err)
{
    *fit = (struct choice_fit){
        .prob        = calloc((size_t)table->trial_count, sizeof *fit->prob),
        .log_lik     = calloc((size_t)table->trial_count, sizeof *fit->log_lik),
        .nll         = calloc((size_t)table->participant_count, sizeof *fit->nll),
        .trial_count = calloc((size_t)table->participant_count, sizeof *fit->trial_count),
    };
    if (fit->prob == NULL || fit->log_lik == NULL || fit->nll == NULL || fit->trial_count == NULL) return err_no_memory(err);
    for (int p = 0; p < table->participant_count; p++) fit->trial_count[p] = trial_table_count_of(table, p);
    return true;
}

void choice_fit_close(struct choice_fit *fit)
{
    free(fit->prob);
    free(fit->log_lik);
    free(fit->nll);
    free(fit->trial_count);
    *fit = (struct choice_fit){0};
}

/* One participant's trials. */
struct past {
    enum learner_task           task;
    const struct learner_value *values;
};

static double past_drive(const void *argument, int trial_index)
{
    const struct past *past = argument;

    return choice_drive(past->task, &past->values[trial_index]);
}

static void fit_grid(struct choice_fit *fit, const struct trial_table *table, const struct learner_value *values)
{
    for (int p = 0; p < table->participant_count; p++) {
        const struct past  past = {table->task, values + table->first[p]};
        struct choice_grid grid;

        choice_grid_init(&grid);
        for (int t = table->first[p]; t < table->first[p + 1]; t++) {
            const double before = grid.log_evidence;

            fit->prob[t] = choice_grid_update(&grid, choice_drive(table->task, &values[t]), table->choices[t], past_drive, &past);
            /* The growth of the evidence is the log of that probability, and finite where the probability rounds to 0. */
            fit->log_lik[t] = grid.log_evidence - before;
        }
    }
}

static bool fit_temperature(struct choice_fit *fit, const struct trial_table *table, const struct learner_value *values,
                            struct choice_fit_summary *out, struct err *err)
{
    double *drives = calloc((size_t)table->trial_count, sizeof *drives);

    if (drives == NULL) return err_no_memory(err);
    for (int t = 0; t < table->trial_count; t++) drives[t] = choice_drive(table->task, &values[t]);
    for (int p = 0; p < table->participant_count; p++) {
        struct temperature_result result;

        temperature_fit(fit->trial_count[p], drives + table->first[p], table->choices + table->first[p], &result);
        out->at_bound_count += result.status != TEMPERATURE_CONVERGED;
        for (int t = table->first[p]; t < table->first[p + 1]; t++) {
            const double logit = result.beta * choice_drive_limited(drives[t]);

            fit->prob[t]    = logistic_prob(logit);
            fit->log_lik[t] = logistic_log_prob(table->choices[t] == 1 ? logit : -logit);
        }
    }
    free(drives);
    return true;
}

/* A probability that rounds to 1 may still be wrong: its other side counts as the least that R's binomial family gives. */
static double log_lik_of(double prob, int choice)
{
    return log(fmax(choice == 1 ? prob : 1.0 - prob, DBL_EPSILON));
}

static void leave_out_each(struct choice_fit *fit, struct glmm *glmm, const struct trial_table *table, struct progress *progress,
                           struct choice_fit_summary *out)
{
    for (int t = 0; t < table->trial_count; t++) {
        struct glmm_result result;

        glmm_leave_out_fast(glmm, t, &result, &fit->prob[t]);
        out->unconverged_count += result.status == GLMM_NOT_CONVERGED;
        fit->log_lik[t] = log_lik_of(fit->prob[t], table->choices[t]);
        progress_step(progress);
    }
}

static bool fit_glmm(struct choice_fit *fit, enum glmm_scale scale, const struct trial_table *table,
                     const struct learner_value *values, struct progress *progress, struct choice_fit_summary *out,
                     struct err *err)
{
    double                *x    = calloc((size_t)table->trial_count, sizeof *x);
    struct glmm           *glmm = NULL;
    const struct glmm_data data = {
        .row_count         = table->trial_count,
        .participant_count = table->participant_count,
        .x                 = x,
        .choices           = table->choices,
        .participant_index = table->participants,
    };
    struct glmm_result result;

    if (x == NULL) return err_no_memory(err);
    for (int t = 0; t < table->trial_count; t++)
        x[t] = table->task == LEARNER_TASK_REWARD ? values[t].right - values[t].left : values[t].right;
    glmm = glmm_new(&data, scale, err);
    if (glmm != NULL) {
        glmm_solve(glmm, &result);
        out->slope        = result.slope;
        out->slope_sd     = result.slope_sd;
        out->is_singular  = result.status == GLMM_SINGULAR;
        out->is_converged = result.status != GLMM_NOT_CONVERGED;
        leave_out_each(fit, glmm, table, progress, out);
    }
    glmm_free(glmm);
    free(x);
    return glmm != NULL;
}

static void add_up(struct choice_fit *fit, const struct trial_table *table, struct choice_fit_summary *out)
{
    for (int p = 0; p < table->participant_count; p++) {
        fit->nll[p] = 0.0;
        for (int t = table->first[p]; t < table->first[p + 1]; t++) fit->nll[p] -= fit->log_lik[t];
        out->nll += fit->nll[p];
    }
    out->r2 = choice_r2(out->nll, table->trial_count);
}

bool choice_fit_run(struct choice_fit *fit, const struct choice_fit_settings *settings, const struct trial_table *table,
                    const struct learner_value *values, struct progress *progress, struct choice_fit_summary *out,
                    struct err *err)
{
    bool ok = true;

    *out = (struct choice_fit_summary){0};
    switch (settings->rule) {
    case CHOICE_FIT_GRID:
        fit_grid(fit, table, values);
        break;
    case CHOICE_FIT_TEMPERATURE:
        ok = fit_temperature(fit, table, values, out, err);
        break;
    case CHOICE_FIT_GLMM_LOO:
        ok = fit_glmm(fit, settings->scale, table, values, progress, out, err);
        break;
    }
    if (ok) add_up(fit, table, out);
    return ok;
}

int64_t choice_fit_step_count(const struct choice_fit_settings *settings, const struct trial_table *table)
{
    return settings->rule == CHOICE_FIT_GLMM_LOO ? table->trial_count : 0;
}
