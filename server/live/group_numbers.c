#include "live/group_numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/binomial.h"
#include "model/choice_rule.h"
#include "model/model_comparison.h"

enum { RT_BINS_PER_DECADE = 10 };

/* --- people --- */

static bool is_done(const struct cohort_member *member)
{
    return member->session.state != SESSION_ACTIVE || member->response_count == member->condition->live->trial_count;
}

static void judge(const struct cohort_member *member, unsigned exclude, struct group_person *out)
{
    *out = (struct group_person){.member = member, .accuracy = NAN, .p_value = NAN};
    if (member->scored_count > 0) {
        out->accuracy = (double)member->correct_count / member->scored_count;
        out->p_value  = binomial_guess_at_least(member->correct_count, member->scored_count);
        if (is_done(member) && out->p_value >= BINOMIAL_CHANCE_PROB) out->exclusions |= GROUP_BELOW_CHANCE;
    }
    if (member->session.inclusion == INCLUSION_NO) out->exclusions |= GROUP_NOT_INCLUDED;
    out->is_counted = member->response_count > 0 && (out->exclusions & exclude) == 0;
}

static bool judge_all(const struct cohort *cohort, unsigned exclude, struct group_numbers *out, struct err *err)
{
    out->person_count = cohort->members.count;
    out->people       = arena_alloc_array(&out->arena, (size_t)out->person_count + 1, sizeof *out->people);
    if (out->people == NULL) return err_no_memory(err);
    for (int i = 0; i < out->person_count; i++) {
        struct group_person *person = &out->people[i];

        judge(cohort_member_at(cohort, i), exclude, person);
        out->below_chance_count += (person->exclusions & GROUP_BELOW_CHANCE) != 0;
        out->not_included_count += (person->exclusions & GROUP_NOT_INCLUDED) != 0;
        out->no_trials_count += person->member->response_count == 0;
        out->counted_count += person->is_counted;
        if (person->is_counted) out->trial_count += person->member->response_count;
    }
    return true;
}

/* The next person that counts, from index `at` on; NULL after the last. */
static const struct cohort_member *next_counted(const struct group_numbers *numbers, int *at)
{
    while (*at < numbers->person_count) {
        const struct group_person *person = &numbers->people[(*at)++];

        if (person->is_counted) return person->member;
    }
    return NULL;
}

/* --- accuracy and response times in the course of a session --- */

static void place_bins(struct group_numbers *out, int trial_count)
{
    out->bin_count = trial_count < GROUP_BINS_MAX ? trial_count : GROUP_BINS_MAX;
    for (int b = 0; b < out->bin_count; b++)
        out->bins[b] = (struct group_bin){.from     = trial_count * b / out->bin_count,
                                          .to       = trial_count * (b + 1) / out->bin_count,
                                          .accuracy = NAN,
                                          .interval = {NAN, NAN}};
}

static void count_bins(const struct group_numbers *numbers, const struct cohort_member *member, double *right, double *scored)
{
    for (int b = 0; b < numbers->bin_count; b++)
        for (int t = numbers->bins[b].from; t < numbers->bins[b].to && t < member->response_count; t++) {
            if (member->answers[t].is_tie) continue;
            scored[b] += 1.0;
            right[b] += member->answers[t].is_correct;
        }
}

static bool fill_curve(struct group_numbers *out, struct err *err)
{
    const size_t                bins   = (size_t)out->bin_count;
    const size_t                cells  = (size_t)out->counted_count * bins;
    double                     *right  = arena_alloc_array(&out->arena, cells + 1, sizeof *right);
    double                     *scored = arena_alloc_array(&out->arena, cells + 1, sizeof *scored);
    const struct cohort_member *member;
    struct interval             intervals[GROUP_BINS_MAX];
    size_t                      row = 0;

    if (right == NULL || scored == NULL) return err_no_memory(err);
    for (int at = 0; (member = next_counted(out, &at)) != NULL; row += bins) count_bins(out, member, right + row, scored + row);
    if (row == 0) return true;
    if (!bootstrap_shares(out->counted_count, out->bin_count, right, scored, BOOTSTRAP_SEED, intervals, err)) return false;
    for (size_t b = 0; b < bins; b++) {
        double right_sum = 0.0, scored_sum = 0.0;

        for (size_t i = b; i < cells; i += bins) {
            right_sum += right[i];
            scored_sum += scored[i];
        }
        out->bins[b].scored_count = (int)scored_sum;
        if (scored_sum > 0.0) out->bins[b].accuracy = right_sum / scored_sum;
        if (out->counted_count > 1) out->bins[b].interval = intervals[b];
    }
    return true;
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Type 7; NAN of none. */
static double quantile(const double *sorted, int count, double prob)
{
    const double position = (count - 1) * prob;
    const int    below    = (int)position;

    if (count == 0) return NAN;
    if (below + 1 >= count) return sorted[count - 1];
    return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
}

static int gather_times(const struct group_numbers *numbers, int from, int to, double *times)
{
    const struct cohort_member *member;
    int                         count = 0;

    for (int at = 0; (member = next_counted(numbers, &at)) != NULL;)
        for (int t = from; t < to && t < member->response_count; t++)
            if (!isnan(member->rt_ms[t])) times[count++] = member->rt_ms[t];
    qsort(times, (size_t)count, sizeof *times, compare_numbers);
    return count;
}

double group_rt_bin_ms(int bin)
{
    return GROUP_RT_FIRST_MS * pow(10.0, (double)bin / RT_BINS_PER_DECADE);
}

static int rt_bin_of(double rt_ms)
{
    const double bin = floor(log10(fmax(rt_ms, 1e-3) / GROUP_RT_FIRST_MS) * RT_BINS_PER_DECADE);

    return bin < 0.0 ? 0 : bin >= GROUP_RT_BINS ? GROUP_RT_BINS - 1 : (int)bin;
}

static bool fill_times(struct group_numbers *out, int trial_count, struct err *err)
{
    double *times = malloc(((size_t)out->trial_count + 1) * sizeof *times);
    int     count;

    if (times == NULL) return err_no_memory(err);
    for (int b = 0; b < out->bin_count; b++) {
        struct group_bin *bin = &out->bins[b];

        count                    = gather_times(out, bin->from, bin->to, times);
        bin->rt_median_ms        = quantile(times, count, 0.5);
        bin->rt_low_quartile_ms  = quantile(times, count, 0.25);
        bin->rt_high_quartile_ms = quantile(times, count, 0.75);
    }
    count             = gather_times(out, 0, trial_count, times);
    out->rt_median_ms = quantile(times, count, 0.5);
    for (int i = 0; i < count; i++) out->rt_counts[rt_bin_of(times[i])]++;
    free(times);
    return true;
}

static bool fill_tests(struct group_numbers *out, int trial_count, struct err *err)
{
    const struct cohort_member *member;

    out->test_count = trial_count;
    out->tests      = arena_alloc_array(&out->arena, (size_t)trial_count + 1, sizeof *out->tests);
    if (out->tests == NULL) return err_no_memory(err);
    for (int t = 0; t < trial_count; t++) {
        struct group_trial_test *test  = &out->tests[t];
        int                      right = 0;

        for (int at = 0; (member = next_counted(out, &at)) != NULL;) {
            if (t >= member->response_count || member->answers[t].is_tie) continue;
            test->scored_count++;
            right += member->answers[t].is_correct;
        }
        test->interval = binomial_interval(right, test->scored_count);
        test->accuracy = test->scored_count > 0 ? (double)right / test->scored_count : (double)NAN;
        test->p_value  = test->scored_count > 0 ? binomial_guess_two_sided(right, test->scored_count) : (double)NAN;
    }
    return true;
}

/* --- models --- */

static const int *right_halves_of(const struct cohort_member *member, int model)
{
    return member->condition->right_halves + (size_t)model * ((size_t)member->condition->live->trial_count + 1);
}

static int at_most(int value, int limit)
{
    return value < limit ? value : limit;
}

/* What of one model is summed over participants. */
struct model_sums {
    double right_halves[GROUP_BINS_MAX];
    double scored[GROUP_BINS_MAX];
    double agreement_halves;
};

static void add_member(const struct group_numbers *numbers, const struct cohort_member *member, int model,
                       struct model_sums *sums)
{
    const int *right = right_halves_of(member, model), *scored = member->condition->scored;

    for (int b = 0; b < numbers->bin_count; b++) {
        const int from = at_most(numbers->bins[b].from, member->response_count);
        const int to   = at_most(numbers->bins[b].to, member->response_count);

        sums->right_halves[b] += right[to] - right[from];
        sums->scored[b] += scored[to] - scored[from];
    }
    sums->agreement_halves += member->agreement_halves[model];
}

static double half_share(double halves, double whole)
{
    return whole > 0.0 ? 0.5 * halves / whole : (double)NAN;
}

static void fill_model(const struct group_numbers *numbers, int model, struct group_model_numbers *out)
{
    const struct cohort_member *member;
    struct model_sums           sums  = {0};
    double                      right = 0.0, scored = 0.0;

    *out = (struct group_model_numbers){.nll = NAN, .r2_online = NAN, .r2 = {NAN, NAN}};
    for (int at = 0; (member = next_counted(numbers, &at)) != NULL;) {
        if (isnan(member->log_evidence[model])) continue;
        if (out->participant_count++ == 0) out->nll = 0.0;
        out->trial_count += member->response_count;
        out->nll -= member->log_evidence[model];
        add_member(numbers, member, model, &sums);
    }
    for (int b = 0; b < numbers->bin_count; b++) {
        out->curve[b] = half_share(sums.right_halves[b], sums.scored[b]);
        right += sums.right_halves[b];
        scored += sums.scored[b];
    }
    out->task_accuracy = half_share(right, scored);
    out->agreement     = half_share(sums.agreement_halves, out->trial_count);
    if (out->participant_count > 0) out->r2_online = choice_r2(out->nll, out->trial_count);
}

/* All models that everybody has at once, the others one by one. */
struct r2_table {
    double *nll; /* row-major */
    int    *trial_counts;
    int     column_count;
    int    *models; /* of the columns */
};

static bool intervals_at_once(struct group_numbers *out, struct r2_table *table, struct err *err)
{
    struct interval            *intervals = arena_alloc_array(&out->arena, (size_t)table->column_count + 1, sizeof *intervals);
    const struct cohort_member *member;
    int                         row = 0;

    if (intervals == NULL) return err_no_memory(err);
    if (table->column_count == 0) return true;
    for (int at = 0; (member = next_counted(out, &at)) != NULL; row++) {
        table->trial_counts[row] = member->response_count;
        for (int c = 0; c < table->column_count; c++)
            table->nll[(size_t)row * (size_t)table->column_count + (size_t)c] = -member->log_evidence[table->models[c]];
    }
    if (!bootstrap_r2_all(row, table->column_count, table->nll, table->trial_counts, BOOTSTRAP_SEED, intervals, err))
        return false;
    for (int c = 0; c < table->column_count; c++) out->models[table->models[c]].r2 = intervals[c];
    return true;
}

static bool interval_alone(struct group_numbers *out, struct r2_table *table, int model, struct err *err)
{
    const struct cohort_member *member;
    int                         row = 0;

    for (int at = 0; (member = next_counted(out, &at)) != NULL;) {
        if (isnan(member->log_evidence[model])) continue;
        table->nll[row]            = -member->log_evidence[model];
        table->trial_counts[row++] = member->response_count;
    }
    return bootstrap_r2(row, table->nll, table->trial_counts, BOOTSTRAP_SEED, &out->models[model].r2, err);
}

static bool fill_intervals(struct group_numbers *out, int model_count, struct err *err)
{
    const size_t    rows  = (size_t)out->counted_count + 1;
    struct r2_table table = {
        .nll          = arena_alloc_array(&out->arena, rows * ((size_t)model_count + 1), sizeof(double)),
        .trial_counts = arena_alloc_array(&out->arena, rows, sizeof(int)),
        .models       = arena_alloc_array(&out->arena, (size_t)model_count + 1, sizeof(int)),
    };

    if (table.nll == NULL || table.trial_counts == NULL || table.models == NULL) return err_no_memory(err);
    for (int m = 0; m < model_count; m++) {
        const int count = out->models[m].participant_count;

        if (count < 2) continue;
        if (count == out->counted_count)
            table.models[table.column_count++] = m;
        else if (!interval_alone(out, &table, m, err))
            return false;
    }
    return intervals_at_once(out, &table, err);
}

static bool fill_models(struct group_numbers *out, int model_count, struct err *err)
{
    out->models = arena_alloc_array(&out->arena, (size_t)model_count + 1, sizeof *out->models);
    if (out->models == NULL) return err_no_memory(err);
    for (int m = 0; m < model_count; m++) fill_model(out, m, &out->models[m]);
    return fill_intervals(out, model_count, err);
}

/* --- the whole --- */

bool group_numbers_compute(const struct cohort *cohort, unsigned exclude, struct group_numbers *out, struct err *err)
{
    const int trial_count = cohort->study->settings.trial_count;

    *out = (struct group_numbers){.rt_median_ms = NAN};
    arena_init(&out->arena);
    place_bins(out, trial_count);
    return judge_all(cohort, exclude, out, err) && fill_curve(out, err) && fill_times(out, trial_count, err) &&
           fill_tests(out, trial_count, err) && fill_models(out, cohort->study->model_count, err);
}

void group_numbers_close(struct group_numbers *numbers)
{
    arena_close(&numbers->arena);
}

static bool is_complete(const struct cohort_member *member, int model_count)
{
    for (int m = 0; m < model_count; m++)
        if (isnan(member->log_evidence[m])) return false;
    return true;
}

bool group_numbers_compare(const struct cohort *cohort, struct group_numbers *numbers, struct err *err)
{
    const size_t             models = (size_t)cohort->study->model_count;
    struct group_comparison *out    = &numbers->comparison;
    double *evidence = arena_alloc_array(&numbers->arena, ((size_t)numbers->counted_count + 1) * models, sizeof(double));
    double *results  = arena_alloc_array(&numbers->arena, 3 * models + 1, sizeof(double));
    const struct cohort_member    *member;
    struct model_comparison_result result;
    int                            count = 0;

    if (evidence == NULL || results == NULL) return err_no_memory(err);
    if (models < 2 || models > MODEL_COMPARISON_MODELS_MAX) return true;
    for (int at = 0; (member = next_counted(numbers, &at)) != NULL;)
        if (is_complete(member, (int)models))
            memcpy(evidence + (size_t)count++ * models, member->log_evidence, models * sizeof *evidence);
    if (count == 0) return true;
    result = (struct model_comparison_result){
        .frequency = results, .exceedance_prob = results + models, .protected_exceedance_prob = results + 2 * models};
    if (!model_comparison(count, (int)models, evidence, &result, err)) return false;
    *out = (struct group_comparison){.participant_count         = count,
                                     .omnibus_risk              = result.omnibus_risk,
                                     .is_converged              = result.is_converged,
                                     .frequency                 = result.frequency,
                                     .exceedance_prob           = result.exceedance_prob,
                                     .protected_exceedance_prob = result.protected_exceedance_prob};
    return true;
}
