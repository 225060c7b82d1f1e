/* Random-effects model selection: fixed point and free energy from the definition, the published formulas in numpy
 * (tests/model_reference/model_comparison.py), and the published data. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/gamma_function.h"
#include "model/model_comparison.h"
#include "reference.h"

enum { MODELS_MAX = 86, ENTRIES_MAX = 6400, SAMPLES = 4000000 };

struct comparison_numbers {
    double                         frequency[MODELS_MAX];
    double                         exceedance[MODELS_MAX];
    double                         protected_exceedance[MODELS_MAX];
    struct model_comparison_result result;
};

static void compare(int participants, int models, const double *table, struct comparison_numbers *out)
{
    struct err err = {0};

    out->result = (struct model_comparison_result){
        .frequency = out->frequency, .exceedance_prob = out->exceedance, .protected_exceedance_prob = out->protected_exceedance};
    if (!model_comparison(participants, models, table, &out->result, &err)) fail_msg("%s", err.message);
}

static void fill(int participants, int models, uint64_t seed, double spread, double head_start, int impossible_every,
                 double *table)
{
    for (int n = 0; n < participants; n++)
        for (int k = 0; k < models; k++) {
            const int i = n * models + k;

            table[i] = -80.0 + spread * reference_bell(&seed) + (k == 0 ? head_start : 0.0);
            if (impossible_every > 0 && i % impossible_every == 1) table[i] = -INFINITY;
        }
}

/* Stephan et al. 2009, one step: from alpha to the next, participant by participant. */
static void step(int participants, int models, const double *table, const double *alpha, double *next)
{
    for (int k = 0; k < models; k++) next[k] = 1.0 / models;
    for (int n = 0; n < participants; n++) {
        const double *row = table + (ptrdiff_t)n * models;
        double        max = -INFINITY, sum = 0.0;

        for (int k = 0; k < models; k++) max = fmax(max, row[k] + gamma_digamma(alpha[k]));
        for (int k = 0; k < models; k++) sum += exp(row[k] + gamma_digamma(alpha[k]) - max);
        for (int k = 0; k < models; k++) next[k] += exp(row[k] + gamma_digamma(alpha[k]) - max) / sum;
    }
}

/* E[log p(data, models, frequencies)] + entropy, term by term, at the best assignment for these alphas. */
static double free_energy(int participants, int models, const double *table, const double *alpha)
{
    double total = 0.0, energy = 0.0;

    for (int k = 0; k < models; k++) total += alpha[k];
    for (int n = 0; n < participants; n++) {
        const double *row = table + (ptrdiff_t)n * models;
        double        max = -INFINITY, sum = 0.0;

        for (int k = 0; k < models; k++) max = fmax(max, row[k] + gamma_digamma(alpha[k]));
        for (int k = 0; k < models; k++) sum += exp(row[k] + gamma_digamma(alpha[k]) - max);
        for (int k = 0; k < models; k++) {
            const double g = exp(row[k] + gamma_digamma(alpha[k]) - max) / sum;

            if (g > 0.0) energy += g * (row[k] + gamma_digamma(alpha[k]) - gamma_digamma(total) - log(g));
        }
    }
    energy += lgamma(1.0) - models * lgamma(1.0 / models) - lgamma(total);
    for (int k = 0; k < models; k++)
        energy += lgamma(alpha[k]) + (1.0 / models - alpha[k]) * (gamma_digamma(alpha[k]) - gamma_digamma(total));
    return energy;
}

static void the_frequencies_are_a_fixed_point_of_the_published_step(void **state)
{
    static double table[ENTRIES_MAX];
    const int     cases[][3] = {{20, 4, 0}, {3, 5, 0}, {60, 86, 0}, {25, 6, 4}};

    (void)state;
    for (int i = 0; i < 4; i++) {
        const int                 participants = cases[i][0], models = cases[i][1];
        double                    alpha[MODELS_MAX], next[MODELS_MAX], sum = 0.0;
        struct comparison_numbers numbers;

        fill(participants, models, (uint64_t)(50 + i), 4.0, 1.0, cases[i][2], table);
        compare(participants, models, table, &numbers);
        assert_true(numbers.result.is_converged);
        for (int k = 0; k < models; k++) alpha[k] = numbers.frequency[k] * (participants + 1);
        step(participants, models, table, alpha, next);
        for (int k = 0; k < models; k++) {
            sum += numbers.frequency[k];
            assert_true(fabs(next[k] - alpha[k]) < 1e-11 * (participants + 1));
        }
        assert_true(fabs(sum - 1.0) < 1e-12);
    }
}

static void the_free_energy_rises_to_where_the_comparison_stops(void **state)
{
    static double             table[ENTRIES_MAX];
    double                    alpha[4], next[4];
    double                    energy, best;
    struct comparison_numbers numbers;
    struct rng                rng;

    (void)state;
    fill(20, 4, 77, 3.0, 1.0, 0, table);
    compare(20, 4, table, &numbers);
    for (int k = 0; k < 4; k++) alpha[k] = 0.25;
    energy = free_energy(20, 4, table, alpha);
    for (int i = 0; i < numbers.result.iteration_count; i++) {
        step(20, 4, table, alpha, next);
        memcpy(alpha, next, sizeof alpha);
        assert_true(free_energy(20, 4, table, alpha) >= energy - 1e-12 * fabs(energy));
        energy = free_energy(20, 4, table, alpha);
    }
    for (int k = 0; k < 4; k++) alpha[k] = 21.0 * numbers.frequency[k];
    best = free_energy(20, 4, table, alpha);
    assert_true(fabs(best - energy) < 1e-10 * fabs(energy));
    rng_init(&rng, 5);
    for (int i = 0; i < 200; i++) { /* and it is a maximum: any other alphas do worse */
        for (int k = 0; k < 4; k++) next[k] = alpha[k] * exp(0.2 * rng_normal(&rng));
        assert_true(free_energy(20, 4, table, next) < best);
    }
}

/* The risk is 1 / (1 + exp(F1 - F0)), F0 the exact log probability of the data under equal frequencies. */
static void the_omnibus_risk_is_that_of_the_free_energies(void **state)
{
    static double table[ENTRIES_MAX];

    (void)state;
    for (int i = 0; i < 5; i++) {
        double                    alpha[4], equal = 0.0, risk;
        struct comparison_numbers numbers;

        fill(20, 4, (uint64_t)(90 + i), 2.0, 0.7 * i, i == 2 ? 5 : 0, table);
        compare(20, 4, table, &numbers);
        for (int k = 0; k < 4; k++) alpha[k] = 21.0 * numbers.frequency[k];
        for (int n = 0; n < 20; n++) {
            double sum = 0.0;

            for (int k = 0; k < 4; k++) sum += exp(table[4 * n + k] + 80.0) / 4.0;
            equal += log(sum) - 80.0;
        }
        risk = 1.0 / (1.0 + exp(free_energy(20, 4, table, alpha) - equal));
        assert_true(fabs(numbers.result.omnibus_risk - risk) < 1e-10);
        for (int k = 0; k < 4; k++)
            assert_true(fabs(numbers.protected_exceedance[k] - ((1.0 - risk) * numbers.exceedance[k] + risk / 4.0)) < 1e-10);
    }
}

static void the_numbers_are_those_of_the_published_formulas(void **state)
{
    static double             table[ENTRIES_MAX];
    struct reference_file     file;
    char                      line[512], name[32], last[32] = "";
    struct comparison_numbers numbers;
    int                       case_count = 0;

    (void)state;
    reference_open(&file, "tests/model_reference/model_comparison.csv");
    while (reference_line(&file, line, sizeof line)) {
        int    participants, models, seed, impossible_every, k;
        double spread, head_start, frequency, exceedance, sampled, protected_exceedance, risk;

        assert_int_equal(sscanf(line, "%31[^,],%d,%d,%d,%lf,%lf,%d,%d,%lf,%lf,%lf,%lf,%lf", name, &participants, &models, &seed,
                                &spread, &head_start, &impossible_every, &k, &frequency, &exceedance, &sampled,
                                &protected_exceedance, &risk),
                         13);
        if (strcmp(name, last) != 0) {
            assert_true(participants * models <= ENTRIES_MAX);
            fill(participants, models, (uint64_t)seed, spread, head_start, impossible_every, table);
            compare(participants, models, table, &numbers);
            memcpy(last, name, sizeof last);
            case_count++;
        }
        assert_true(fabs(numbers.frequency[k] - frequency) < 1e-10);
        assert_true(fabs(numbers.exceedance[k] - exceedance) < 1e-9);
        assert_true(fabs(numbers.exceedance[k] - sampled) < 4.5 * sqrt(exceedance / SAMPLES) + 2.0 / SAMPLES);
        assert_true(fabs(numbers.protected_exceedance[k] - protected_exceedance) < 1e-9);
        assert_true(fabs(numbers.result.omnibus_risk - risk) < 1e-9);
    }
    reference_close(&file);
    assert_int_equal(case_count, 7);
}

/* Published column order: Linear, GP, SingleCue, EqualWeighting, then the participant. */
static void the_published_data_give_the_converged_frequencies(void **state)
{
    const double              expected[4]   = {0.378216, 0.601799, 0.010359, 0.009626};
    double                    table[25 * 4] = {0.0};
    FILE                     *file          = fopen("../shared/data/reward2022/published_loo_14.csv", "r");
    char                      line[256];
    struct comparison_numbers numbers;

    (void)state;
    if (file == NULL) {
        print_message("../shared/data/reward2022/published_loo_14.csv is not there: skipped\n");
        skip();
        return;
    }
    assert_non_null(fgets(line, sizeof line, file)); /* the header */
    while (fgets(line, sizeof line, file) != NULL) {
        double row[4];
        int    participant;

        assert_int_equal(sscanf(line, "%lf,%lf,%lf,%lf,%d", &row[0], &row[1], &row[2], &row[3], &participant), 5);
        assert_in_range(participant, 1, 25);
        for (int k = 0; k < 4; k++) table[4 * (participant - 1) + k] += row[k];
    }
    (void)fclose(file);
    compare(25, 4, table, &numbers);
    assert_true(numbers.result.is_converged);
    for (int k = 0; k < 4; k++) assert_true(fabs(numbers.frequency[k] - expected[k]) < 1e-6);
}

static void symmetric_evidence_gives_symmetric_frequencies(void **state)
{
    double                    table[12 * 3];
    struct comparison_numbers numbers;

    (void)state;
    for (int n = 0; n < 12; n++)
        for (int k = 0; k < 3; k++) table[3 * n + k] = n % 3 == k ? -50.0 : -55.0;
    compare(12, 3, table, &numbers);
    for (int k = 0; k < 3; k++) {
        assert_true(fabs(numbers.frequency[k] - 1.0 / 3.0) < 1e-12);
        assert_true(fabs(numbers.exceedance[k] - 1.0 / 3.0) < 1e-12);
        assert_true(fabs(numbers.protected_exceedance[k] - 1.0 / 3.0) < 1e-12);
    }
    assert_true(numbers.result.omnibus_risk > 0.5);
}

static void one_model_is_certain_and_one_participant_is_enough(void **state)
{
    struct comparison_numbers numbers;

    (void)state;
    compare(3, 1, (const double[]){-10.0, -20.0, -30.0}, &numbers);
    assert_true(fabs(numbers.frequency[0] - 1.0) < 1e-15 && fabs(numbers.exceedance[0] - 1.0) < 1e-12);
    assert_true(fabs(numbers.protected_exceedance[0] - 1.0) < 1e-12 && fabs(numbers.result.omnibus_risk - 0.5) < 1e-12);
    compare(1, 2, (const double[]){-INFINITY, -5.0}, &numbers); /* alpha = 1/2, 3/2: P(share 1 > 1/2) = 1/2 + 1/pi */
    assert_true(fabs(numbers.frequency[0] - 0.25) < 1e-12);
    assert_true(fabs(numbers.exceedance[1] - 0.5 - 1.0 / 3.14159265358979324) < 1e-12);
}

static void adding_a_number_to_a_participants_row_changes_nothing(void **state)
{
    double                    table[20 * 4];
    struct comparison_numbers one, other;

    (void)state;
    fill(20, 4, 12, 3.0, 1.0, 0, table);
    compare(20, 4, table, &one);
    for (int n = 0; n < 20; n++)
        for (int k = 0; k < 4; k++) table[4 * n + k] -= 1000.0 * n;
    compare(20, 4, table, &other);
    for (int k = 0; k < 4; k++) assert_true(fabs(one.protected_exceedance[k] - other.protected_exceedance[k]) < 1e-9);
}

static void what_cannot_be_compared_is_refused_by_name(void **state)
{
    double                    table[3 * 2] = {-1.0, -2.0, -INFINITY, -INFINITY, -3.0, -4.0};
    struct comparison_numbers numbers;
    struct err                err;

    (void)state;
    compare(1, 2, table, &numbers);
    assert_false(model_comparison(3, 2, table, &numbers.result, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "participant 1 "));
    table[2] = -1.0;
    table[5] = (double)NAN;
    assert_false(model_comparison(3, 2, table, &numbers.result, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "participant 2, model 1"));
    table[5] = INFINITY;
    assert_false(model_comparison(3, 2, table, &numbers.result, &err));
    assert_false(model_comparison(0, 2, table, &numbers.result, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_frequencies_are_a_fixed_point_of_the_published_step),
        cmocka_unit_test(the_free_energy_rises_to_where_the_comparison_stops),
        cmocka_unit_test(the_omnibus_risk_is_that_of_the_free_energies),
        cmocka_unit_test(the_numbers_are_those_of_the_published_formulas),
        cmocka_unit_test(the_published_data_give_the_converged_frequencies),
        cmocka_unit_test(symmetric_evidence_gives_symmetric_frequencies),
        cmocka_unit_test(one_model_is_certain_and_one_participant_is_enough),
        cmocka_unit_test(adding_a_number_to_a_participants_row_changes_nothing),
        cmocka_unit_test(what_cannot_be_compared_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
