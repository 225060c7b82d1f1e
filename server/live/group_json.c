#include "live/group_json.h"

#include <math.h>

#include "live/live_json.h"

static const unsigned EXCLUSIONS[] = {GROUP_BELOW_CHANCE, GROUP_NOT_INCLUDED};
enum {
    PEOPLE_MAX      = 1000, /* the newest: a page shows no more, and a document must stay small */
    EXCLUSION_COUNT = sizeof EXCLUSIONS / sizeof EXCLUSIONS[0],
};

const char *group_exclusion_name(unsigned exclusion)
{
    return exclusion == GROUP_BELOW_CHANCE ? "below_chance" : "not_included";
}

static void write_exclusions(struct json_writer *writer, const char *key, unsigned exclusions)
{
    json_begin_array(writer, key);
    for (int i = 0; i < EXCLUSION_COUNT; i++)
        if ((exclusions & EXCLUSIONS[i]) != 0) json_text(writer, NULL, group_exclusion_name(EXCLUSIONS[i]));
    json_end_array(writer);
}

static void write_study(struct json_writer *writer, const struct live_study *study)
{
    json_begin_object(writer, "study");
    json_text(writer, "slug", study->slug);
    json_text(writer, "title", study->title);
    json_text(writer, "task", task_name(study->task));
    json_end_object(writer);
    json_bool(writer, "is_pilot", study->is_pilot);
}

static void write_excluded(struct json_writer *writer, const struct group_numbers *numbers)
{
    json_begin_object(writer, "excluded");
    json_i64(writer, "below_chance", numbers->below_chance_count);
    json_i64(writer, "not_included", numbers->not_included_count);
    json_i64(writer, "no_trials", numbers->no_trials_count);
    json_end_object(writer);
}

static void write_funnel(struct json_writer *writer, const struct group_document *document)
{
    const struct group_funnel *funnel = document->funnel;

    json_begin_object(writer, "funnel");
    json_i64(writer, "arrived", funnel->arrived);
    json_i64(writer, "consented", funnel->consented);
    json_i64(writer, "passed_comprehension", funnel->passed_comprehension);
    json_i64(writer, "playing", funnel->active);
    json_i64(writer, "finished", funnel->finished);
    json_i64(writer, "left", funnel->left);
    json_i64(writer, "places", (int64_t)document->condition_count * document->study->settings.sessions_per_condition);
    json_end_object(writer);
}

static void write_interval(struct json_writer *writer, const struct interval *interval)
{
    json_f64(writer, "low", interval->low);
    json_f64(writer, "high", interval->high);
}

static void write_curve(struct json_writer *writer, const struct group_numbers *numbers)
{
    json_begin_array(writer, "learning_curve");
    for (int b = 0; b < numbers->bin_count; b++) {
        const struct group_bin *bin = &numbers->bins[b];

        json_begin_object(writer, NULL);
        json_i64(writer, "from", bin->from + 1);
        json_i64(writer, "to", bin->to);
        json_f64(writer, "accuracy", bin->accuracy);
        write_interval(writer, &bin->interval);
        json_i64(writer, "responses", bin->scored_count);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_tests(struct json_writer *writer, const struct group_numbers *numbers)
{
    json_begin_array(writer, "trial_tests");
    for (int t = 0; t < numbers->test_count; t++) {
        const struct group_trial_test *test = &numbers->tests[t];

        json_begin_object(writer, NULL);
        json_i64(writer, "trial", t + 1);
        json_i64(writer, "responses", test->scored_count);
        json_f64(writer, "accuracy", test->accuracy);
        write_interval(writer, &test->interval);
        json_f64(writer, "p_value", test->p_value);
        json_end_object(writer);
    }
    json_end_array(writer);
}

static void write_times(struct json_writer *writer, const struct group_numbers *numbers)
{
    json_begin_object(writer, "response_times");
    json_f64(writer, "median_ms", numbers->rt_median_ms);
    json_begin_array(writer, "histogram");
    for (int b = 0; b < GROUP_RT_BINS; b++) {
        json_begin_object(writer, NULL);
        json_f64(writer, "from_ms", group_rt_bin_ms(b));
        json_f64(writer, "to_ms", group_rt_bin_ms(b + 1));
        json_i64(writer, "count", numbers->rt_counts[b]);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_begin_array(writer, "curve");
    for (int b = 0; b < numbers->bin_count; b++) {
        const struct group_bin *bin = &numbers->bins[b];

        json_begin_object(writer, NULL);
        json_i64(writer, "from", bin->from + 1);
        json_i64(writer, "to", bin->to);
        json_f64(writer, "median_ms", bin->rt_median_ms);
        json_f64(writer, "q1_ms", bin->rt_low_quartile_ms);
        json_f64(writer, "q3_ms", bin->rt_high_quartile_ms);
        json_end_object(writer);
    }
    json_end_array(writer);
    json_end_object(writer);
}

static void write_mixed(struct json_writer *writer, const struct group_mixed_fit *fit)
{
    if (!fit->has_fit) {
        json_null(writer, "mixed");
        return;
    }
    json_begin_object(writer, "mixed");
    json_f64(writer, "slope", fit->slope);
    json_f64(writer, "slope_sd", fit->slope_sd);
    json_f64(writer, "log_likelihood", fit->log_likelihood);
    json_bool(writer, "is_singular", fit->is_singular);
    json_bool(writer, "is_converged", fit->is_converged);
    json_end_object(writer);
}

/* Current: of the same responses of the same people as the numbers beside it. */
static void write_loo(struct json_writer *writer, const struct group_loo_result *result, int64_t data_stamp,
                      const struct group_model_numbers *now)
{
    if (!result->is_there) {
        json_null(writer, "loo");
        return;
    }
    json_begin_object(writer, "loo");
    json_f64(writer, "r2_loo", result->r2_loo);
    json_f64(writer, "r2_low", result->interval.low);
    json_f64(writer, "r2_high", result->interval.high);
    json_f64(writer, "nll", result->nll);
    json_i64(writer, "participants", result->participant_count);
    json_i64(writer, "trials", result->trial_count);
    json_bool(writer, "is_current",
              result->data_stamp == data_stamp && result->participant_count == now->participant_count &&
                  result->trial_count == now->trial_count);
    json_end_object(writer);
}

static void write_comparison_of(struct json_writer *writer, const struct group_comparison *comparison, int model)
{
    const bool is_there = comparison->participant_count > 0;

    json_f64(writer, "frequency", is_there ? comparison->frequency[model] : (double)NAN);
    json_f64(writer, "exceedance_prob", is_there ? comparison->exceedance_prob[model] : (double)NAN);
    json_f64(writer, "protected_exceedance_prob", is_there ? comparison->protected_exceedance_prob[model] : (double)NAN);
}

static void write_model(struct json_writer *writer, const struct group_document *document, int model)
{
    const struct group_numbers       *numbers = document->numbers;
    const struct group_model_numbers *own     = &numbers->models[model];

    json_begin_object(writer, NULL);
    live_json_model(writer, &document->study->models[model]);
    json_i64(writer, "participants", own->participant_count);
    json_i64(writer, "trials", own->trial_count);
    json_f64(writer, "nll", own->nll);
    json_f64(writer, "r2_online", own->r2_online);
    json_f64(writer, "r2_low", own->r2.low);
    json_f64(writer, "r2_high", own->r2.high);
    json_f64(writer, "task_accuracy", own->task_accuracy);
    json_f64(writer, "agreement", own->agreement);
    json_begin_array(writer, "curve");
    for (int b = 0; b < numbers->bin_count; b++) json_f64(writer, NULL, own->curve[b]);
    json_end_array(writer);
    write_mixed(writer, &document->mixed->fits[model]);
    write_loo(writer, &document->mixed->results[model], document->data_stamp, own);
    write_comparison_of(writer, &numbers->comparison, model);
    json_end_object(writer);
}

static void write_comparison(struct json_writer *writer, const struct group_comparison *comparison)
{
    if (comparison->participant_count == 0) {
        json_null(writer, "comparison");
        return;
    }
    json_begin_object(writer, "comparison");
    json_i64(writer, "participants", comparison->participant_count);
    json_f64(writer, "omnibus_risk", comparison->omnibus_risk);
    json_bool(writer, "is_converged", comparison->is_converged);
    json_end_object(writer);
}

void group_json_loo_job(struct json_writer *writer, const char *key, const struct group_loo_progress *job)
{
    if (job == NULL) {
        json_null(writer, key);
        return;
    }
    json_begin_object(writer, key);
    json_i64(writer, "done", job->done_count);
    json_i64(writer, "total", job->total_count);
    json_f64(writer, "left_s", job->left_s);
    json_end_object(writer);
}

static void write_person(struct json_writer *writer, const struct group_person *person)
{
    const struct cohort_member *member = person->member;

    json_begin_object(writer, NULL);
    json_text(writer, "session_id", member->session.public_id);
    json_i64(writer, "number", member->session.participant_number);
    json_text(writer, "state", session_state_name(member->session.state));
    json_i64(writer, "responses", member->response_count);
    json_i64(writer, "scored", member->scored_count);
    json_i64(writer, "correct", member->correct_count);
    json_f64(writer, "accuracy", person->accuracy);
    json_f64(writer, "p_value", person->p_value);
    json_f64(writer, "median_rt_ms", member->median_rt_ms);
    if (member->session.inclusion == INCLUSION_NOT_ASKED)
        json_null(writer, "is_included");
    else
        json_bool(writer, "is_included", member->session.inclusion == INCLUSION_YES);
    write_exclusions(writer, "exclusions", person->exclusions);
    json_bool(writer, "is_counted", person->is_counted);
    json_end_object(writer);
}

static void write_conditions(struct json_writer *writer, const struct group_document *document)
{
    json_begin_array(writer, "conditions");
    for (int i = 0; i < document->condition_count; i++) {
        json_begin_object(writer, NULL);
        json_i64(writer, "number", document->conditions[i].condition_number);
        json_i64(writer, "active", document->conditions[i].active);
        json_i64(writer, "finished", document->conditions[i].finished);
        json_i64(writer, "left", document->conditions[i].left);
        json_end_object(writer);
    }
    json_end_array(writer);
}

void group_json_write(struct json_writer *writer, const struct group_document *document)
{
    const struct group_numbers *numbers = document->numbers;

    json_begin_object(writer, NULL);
    write_study(writer, document->study);
    write_exclusions(writer, "exclude", document->exclude);
    json_i64(writer, "participants", numbers->counted_count);
    json_i64(writer, "trials", numbers->trial_count);
    write_excluded(writer, numbers);
    write_funnel(writer, document);
    write_curve(writer, numbers);
    write_tests(writer, numbers);
    write_times(writer, numbers);
    json_begin_array(writer, "models");
    for (int m = 0; m < document->study->model_count; m++) write_model(writer, document, m);
    json_end_array(writer);
    write_comparison(writer, &numbers->comparison);
    group_json_loo_job(writer, "loo_job", document->loo_job);
    json_begin_array(writer, "people");
    for (int i = numbers->person_count > PEOPLE_MAX ? numbers->person_count - PEOPLE_MAX : 0; i < numbers->person_count; i++)
        write_person(writer, &numbers->people[i]);
    json_end_array(writer);
    write_conditions(writer, document);
    json_i64(writer, "computed_at_ms", document->computed_at_ms);
    json_f64(writer, "refresh_ms", document->refresh_ms);
    json_end_object(writer);
}
