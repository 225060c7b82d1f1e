/* Maximum-likelihood beta: against a fine grid, against finite differences of the log likelihood, and at both bounds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/temperature.h"

enum { TRIALS = 120, FINE_COUNT = 2001 };

static long double log_likelihood(int trial_count, const double *drives, const int *choices, long double beta)
{
    long double sum = 0.0L;

    for (int t = 0; t < trial_count; t++) {
        const long double x = beta * (choices[t] == 1 ? (long double)drives[t] : -(long double)drives[t]);

        sum += x >= 0.0L ? -log1pl(expl(-x)) : x - log1pl(expl(x));
    }
    return sum;
}

static void simulate(uint64_t seed, double beta, double spread, double *drives, int *choices)
{
    struct rng rng;

    rng_init(&rng, seed);
    for (int t = 0; t < TRIALS; t++) {
        drives[t]  = spread * rng_normal(&rng);
        choices[t] = rng_uniform(&rng) < 1.0 / (1.0 + exp(-beta * drives[t])) ? 1 : 0;
    }
}

static void check_against_a_fine_grid(const double *drives, const int *choices, const struct temperature_result *result)
{
    const long double best = log_likelihood(TRIALS, drives, choices, (long double)result->beta);

    assert_true(fabsl(best - (long double)result->log_likelihood) <= 1e-13L * fabsl(best));
    assert_true(result->beta >= TEMPERATURE_BETA_MIN && result->beta <= TEMPERATURE_BETA_MAX);
    for (int i = 0; i < FINE_COUNT; i++) {
        const long double beta = powl(10.0L, -3.0L + 5.0L * (long double)i / (FINE_COUNT - 1));

        assert_true(log_likelihood(TRIALS, drives, choices, beta) <= best + 1e-15L * fabsl(best));
    }
}

/* d log L / d log beta over its own derivative, from differences in long double: the Newton step that is left, relative to beta. Where the
 * log likelihood is nearly flat the differences themselves are good to 1e-11. */
static long double step_left(const double *drives, const int *choices, long double beta)
{
    const long double h      = 1e-4L;
    const long double middle = log_likelihood(TRIALS, drives, choices, beta);
    const long double up     = log_likelihood(TRIALS, drives, choices, beta * (1.0L + h));
    const long double down   = log_likelihood(TRIALS, drives, choices, beta * (1.0L - h));
    const long double up2    = log_likelihood(TRIALS, drives, choices, beta * (1.0L + 2.0L * h));
    const long double down2  = log_likelihood(TRIALS, drives, choices, beta * (1.0L - 2.0L * h));

    return (8.0L * (up - down) - (up2 - down2)) / (12.0L * h) / ((up - 2.0L * middle + down) / (h * h));
}

static void the_maximum_is_that_of_a_fine_grid_and_has_no_slope(void **state)
{
    const double betas[]         = {0.01, 0.1, 1.0, 5.0, 40.0};
    const double spreads[]       = {0.02, 0.5, 3.0, 40.0};
    int          converged_count = 0;

    (void)state;
    for (int i = 0; i < 20; i++) {
        double                    drives[TRIALS];
        int                       choices[TRIALS];
        struct temperature_result result;

        simulate((uint64_t)(10 + i), betas[i % 5], spreads[i / 5], drives, choices);
        temperature_fit(TRIALS, drives, choices, &result);
        check_against_a_fine_grid(drives, choices, &result);
        if (result.status != TEMPERATURE_CONVERGED) continue;
        converged_count++;
        assert_true(fabsl(step_left(drives, choices, (long double)result.beta)) < 1e-10L);
    }
    assert_true(converged_count >= 10);
}

static void one_wrong_response_among_huge_and_tiny_drives(void **state)
{
    double                    drives[TRIALS];
    int                       choices[TRIALS];
    struct temperature_result result;

    (void)state;
    for (int t = 0; t < TRIALS; t++) {
        drives[t]  = pow(10.0, -8.0 + 16.0 * t / (TRIALS - 1));
        choices[t] = t != 60;
    }
    temperature_fit(TRIALS, drives, choices, &result);
    assert_int_equal(result.status, TEMPERATURE_CONVERGED);
    check_against_a_fine_grid(drives, choices, &result);
    assert_true(fabsl(step_left(drives, choices, (long double)result.beta)) < 1e-10L);
}

/* Three of four go with a drive of 2: the maximum is where s(2 beta) = 3/4. */
static void a_known_maximum(void **state)
{
    struct temperature_result result;

    (void)state;
    temperature_fit(4, (const double[]){2.0, -2.0, 2.0, -2.0}, (const int[]){1, 0, 0, 0}, &result);
    assert_int_equal(result.status, TEMPERATURE_CONVERGED);
    assert_true(fabs(result.beta - 0.5 * log(3.0)) < 1e-15);
    assert_true(fabs(result.log_likelihood - (3.0 * log(0.75) + log(0.25))) < 1e-15);
}

static void a_person_who_always_follows_is_at_the_upper_bound(void **state)
{
    const double              sizes[] = {1e-6, 1.0, 30.0, 1e9, 1e300};
    struct temperature_result result;

    (void)state;
    for (int i = 0; i < 5; i++) {
        temperature_fit(3, (const double[]){sizes[i], -sizes[i], 0.0}, (const int[]){1, 0, 1}, &result);
        assert_int_equal(result.status, TEMPERATURE_AT_UPPER_BOUND);
        assert_true(result.beta == 1e2);
        assert_true(fabs(result.log_likelihood + 2.0 * log1p(exp(-1e2 * fmin(sizes[i], 1e9))) + log(2.0)) < 1e-15);
    }
    /* nearly always, and with drives so small that more than 100 would be needed */
    temperature_fit(4, (const double[]){1e-4, 1e-4, 1e-4, 1e-4}, (const int[]){1, 1, 1, 0}, &result);
    assert_int_equal(result.status, TEMPERATURE_AT_UPPER_BOUND);
}

static void a_person_who_goes_against_the_drives_is_at_the_lower_bound(void **state)
{
    const double              sizes[] = {1e-6, 1.0, 30.0, 1e9};
    struct temperature_result result;

    (void)state;
    for (int i = 0; i < 4; i++) {
        temperature_fit(2, (const double[]){sizes[i], -sizes[i]}, (const int[]){0, 1}, &result);
        assert_int_equal(result.status, TEMPERATURE_AT_LOWER_BOUND);
        assert_true(result.beta == 1e-3);
        assert_true(fabs(result.log_likelihood + 2.0 * (1e-3 * sizes[i] + log1p(exp(-1e-3 * sizes[i])))) <= 1e-9);
    }
    temperature_fit(1, (const double[]){INFINITY}, (const int[]){0}, &result);
    assert_int_equal(result.status, TEMPERATURE_AT_LOWER_BOUND);
    assert_true(isfinite(result.log_likelihood));
    /* even odds: no slope at beta = 0, and downhill from there */
    temperature_fit(2, (const double[]){1.0, 1.0}, (const int[]){0, 1}, &result);
    assert_int_equal(result.status, TEMPERATURE_AT_LOWER_BOUND);
}

static void without_any_drive_each_trial_costs_ln_2(void **state)
{
    struct temperature_result result;

    (void)state;
    temperature_fit(3, (const double[]){0.0, -0.0, 0.0}, (const int[]){1, 0, 0}, &result);
    assert_int_equal(result.status, TEMPERATURE_AT_LOWER_BOUND);
    assert_true(result.beta == 1e-3);
    assert_true(fabs(result.log_likelihood + 3.0 * log(2.0)) < 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_maximum_is_that_of_a_fine_grid_and_has_no_slope),
        cmocka_unit_test(one_wrong_response_among_huge_and_tiny_drives),
        cmocka_unit_test(a_known_maximum),
        cmocka_unit_test(a_person_who_always_follows_is_at_the_upper_bound),
        cmocka_unit_test(a_person_who_goes_against_the_drives_is_at_the_lower_bound),
        cmocka_unit_test(without_any_drive_each_trial_costs_ln_2),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
