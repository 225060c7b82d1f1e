#include "fit/report.h"

#include <math.h>
#include <stdlib.h>

#include "model/bootstrap.h"
#include "model/model_comparison.h"
#include "model/representation_metrics.h"
#include "json/json_write.h"

static const char *const R2_NAMES[] = {
    [CHOICE_FIT_GRID]        = "r2_online",
    [CHOICE_FIT_TEMPERATURE] = "r2_fit",
    [CHOICE_FIT_GLMM_LOO]    = "r2_loo",
};

static bool print_line(FILE *out, struct text *line, struct err *err)
{
    text_add(line, "\n");
    if (!text_ok(line, err)) return false;
    if (fwrite(line->data, 1, line->length, out) == line->length && fflush(out) == 0) return true;
    return err_errno(err, "write the results");
}

/* Trials with a right answer: all but pairs of equal points. */
static int answer_count(const struct trial_table *table, int participant)
{
    int count = 0;

    if (table->task == LEARNER_TASK_CATEGORY) return trial_table_count_of(table, participant);
    for (int t = table->first[participant]; t < table->first[participant + 1]; t++) {
        const double *points = table->targets + 2 * (size_t)t;

        count += points[0] < points[1] || points[0] > points[1];
    }
    return count;
}

/* Over all trials with a right answer of all participants. */
static void add_task_accuracy(struct json_writer *json, const struct trial_table *table, const struct learner_value *values)
{
    double right = 0.0;
    int    count = 0;

    for (int p = 0; p < table->participant_count; p++) {
        const int           first = table->first[p];
        const struct metric own   = metrics_task_accuracy(table->task, trial_table_count_of(table, p), values + first,
                                                          table->targets + (size_t)first * (size_t)table->image_count);

        if (own.status != METRIC_DONE) continue;
        right += own.value * answer_count(table, p);
        count += answer_count(table, p);
    }
    if (count > 0)
        json_f64(json, "task_accuracy", right / count);
    else
        json_null(json, "task_accuracy");
}

static int count_status(const struct trial_table *table, const struct learner_value *values, enum learner_status status)
{
    int count = 0;

    for (int t = 0; t < table->trial_count; t++) count += values[t].status == status;
    return count;
}

static void add_rule(struct json_writer *json, enum choice_fit_rule rule, const struct choice_fit_summary *summary)
{
    switch (rule) {
    case CHOICE_FIT_GRID:
        break;
    case CHOICE_FIT_TEMPERATURE:
        json_i64(json, "at_bound", summary->at_bound_count);
        break;
    case CHOICE_FIT_GLMM_LOO:
        json_f64(json, "slope", summary->slope);
        json_f64(json, "slope_sd", summary->slope_sd);
        json_bool(json, "singular", summary->is_singular);
        json_bool(json, "converged", summary->is_converged);
        json_i64(json, "refits_not_converged", summary->unconverged_count);
        break;
    }
}

bool report_fit(FILE *out, const struct report_fit *what, const struct trial_table *table, const struct learner_value *values,
                const struct choice_fit *fit, const struct choice_fit_summary *summary, struct err *err)
{
    struct interval    r2;
    struct text        line;
    struct json_writer json;
    bool               ok;

    if (!bootstrap_r2(table->participant_count, fit->nll, fit->trial_count, BOOTSTRAP_SEED, &r2, err)) return false;
    text_init(&line);
    json_writer_init(&json, &line);
    json_begin_object(&json, NULL);
    json_text(&json, "representation", what->representation);
    json_text(&json, "learner", what->learner->text);
    json_i64(&json, "participants", table->participant_count);
    json_i64(&json, "trials", table->trial_count);
    json_f64(&json, "nll", summary->nll);
    json_f64(&json, R2_NAMES[what->rule], summary->r2);
    json_f64(&json, "seconds", what->seconds);
    /* Of one participant there is nothing to draw from: the interval would have no width. */
    json_f64(&json, "r2_low", table->participant_count > 1 ? r2.low : NAN);
    json_f64(&json, "r2_high", table->participant_count > 1 ? r2.high : NAN);
    add_task_accuracy(&json, table, values);
    json_bool(&json, "looks_ahead", learner_looks_ahead(what->learner));
    json_i64(&json, "iteration_limit_trials", count_status(table, values, LEARNER_ITERATION_LIMIT));
    json_i64(&json, "singular_trials", count_status(table, values, LEARNER_SINGULAR));
    add_rule(&json, what->rule, summary);
    json_end_object(&json);
    ok = print_line(out, &line, err);
    text_close(&line);
    return ok;
}

static void add_comparison(struct json_writer *json, int participant_count, int model_count, const char *const *models,
                           const struct model_comparison_result *result)
{
    json_begin_object(json, NULL);
    json_begin_array(json, "compare");
    for (int m = 0; m < model_count; m++) {
        json_begin_object(json, NULL);
        json_text(json, "model", models[m]);
        json_f64(json, "frequency", result->frequency[m]);
        json_f64(json, "exceedance_prob", result->exceedance_prob[m]);
        json_f64(json, "protected_exceedance_prob", result->protected_exceedance_prob[m]);
        json_end_object(json);
    }
    json_end_array(json);
    json_f64(json, "omnibus_risk", result->omnibus_risk);
    json_i64(json, "participants", participant_count);
    json_i64(json, "iterations", result->iteration_count);
    json_bool(json, "converged", result->is_converged);
    json_end_object(json);
}

bool report_comparison(FILE *out, int participant_count, int model_count, const double *log_evidence, const char *const *models,
                       struct err *err)
{
    double                        *numbers = calloc(3 * (size_t)model_count, sizeof *numbers);
    struct model_comparison_result result  = {0};
    struct text                    line;
    struct json_writer             json;
    bool                           ok;

    if (numbers == NULL) return err_no_memory(err);
    result.frequency                 = numbers;
    result.exceedance_prob           = numbers + model_count;
    result.protected_exceedance_prob = numbers + 2 * (size_t)model_count;
    text_init(&line);
    json_writer_init(&json, &line);
    ok = model_comparison(participant_count, model_count, log_evidence, &result, err);
    if (ok) {
        add_comparison(&json, participant_count, model_count, models, &result);
        ok = print_line(out, &line, err);
    }
    text_close(&line);
    free(numbers);
    return ok;
}
