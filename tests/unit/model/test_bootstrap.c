/* The bootstrap interval of R2: recomputed draw by draw, known small cases, and against the spread that theory expects. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/bootstrap.h"

enum { PEOPLE = 60 };

static struct interval interval_of(int count, const double *nll, const int *trial_count, uint64_t seed)
{
    struct interval interval;
    struct err      err = {0};

    if (!bootstrap_r2(count, nll, trial_count, seed, &interval, &err)) fail_msg("%s", err.message);
    return interval;
}

static double r2(double nll, double trials)
{
    return 1.0 - nll / (trials * log(2.0));
}

static void make_people(double *nll, int *trial_count)
{
    struct rng rng;

    rng_init(&rng, 31);
    for (int p = 0; p < PEOPLE; p++) {
        trial_count[p] = 100 + (int)rng_below(&rng, 51);
        nll[p]         = trial_count[p] * (0.55 + 0.06 * rng_normal(&rng));
    }
}

/* The value with exactly `rank` draws in front of it, counting from 0, by counting. */
static double ranked(const double *draws, int rank)
{
    for (int i = 0; i < BOOTSTRAP_DRAWS; i++) {
        int below = 0, equal = 0;

        for (int j = 0; j < BOOTSTRAP_DRAWS; j++) {
            below += draws[j] < draws[i];
            equal += draws[j] == draws[i];
        }
        if (below <= rank && rank < below + equal) return draws[i];
    }
    fail_msg("no draw of rank %d", rank);
    return 0.0;
}

/* 0.025 * 1999 = 49.975 and 0.975 * 1999 = 1949.025 */
static void the_interval_is_that_of_the_seeded_draws(void **state)
{
    double          nll[PEOPLE], draws[BOOTSTRAP_DRAWS], low, high;
    int             trial_count[PEOPLE];
    struct interval interval;
    struct rng      rng;

    (void)state;
    make_people(nll, trial_count);
    interval = interval_of(PEOPLE, nll, trial_count, 7);
    rng_init(&rng, 7);
    for (int i = 0; i < BOOTSTRAP_DRAWS; i++) {
        double nll_sum = 0.0;
        int    trials  = 0;

        for (int k = 0; k < PEOPLE; k++) {
            const int p = (int)rng_below(&rng, PEOPLE);

            nll_sum += nll[p];
            trials += trial_count[p];
        }
        draws[i] = r2(nll_sum, trials);
    }
    low  = 0.025 * ranked(draws, 49) + 0.975 * ranked(draws, 50);
    high = 0.975 * ranked(draws, 1949) + 0.025 * ranked(draws, 1950);
    assert_true(fabs(interval.low - low) < 1e-14 && fabs(interval.high - high) < 1e-14);
}

/* With equal numbers of trials R2 is a mean, whose bootstrap deviation is sd / sqrt(n). */
static void its_width_is_that_of_a_mean(void **state)
{
    double          nll[PEOPLE], mean = 0.0, square = 0.0, deviation;
    int             trial_count[PEOPLE];
    struct interval interval;

    (void)state;
    make_people(nll, trial_count);
    for (int p = 0; p < PEOPLE; p++) {
        nll[p] *= 120.0 / trial_count[p];
        trial_count[p] = 120;
        mean += r2(nll[p], 120) / PEOPLE;
    }
    for (int p = 0; p < PEOPLE; p++) square += pow(r2(nll[p], 120) - mean, 2.0) / PEOPLE;
    deviation = sqrt(square / PEOPLE);
    for (uint64_t seed = 1; seed < 20; seed++) {
        interval = interval_of(PEOPLE, nll, trial_count, seed);
        assert_true(fabs(interval.low - (mean - 1.96 * deviation)) < 0.25 * deviation);
        assert_true(fabs(interval.high - (mean + 1.96 * deviation)) < 0.25 * deviation);
    }
}

static void the_same_seed_gives_the_same_bits_and_another_does_not(void **state)
{
    double          nll[PEOPLE];
    int             trial_count[PEOPLE];
    struct interval one, again, other;

    (void)state;
    make_people(nll, trial_count);
    one   = interval_of(PEOPLE, nll, trial_count, 1);
    again = interval_of(PEOPLE, nll, trial_count, 1);
    other = interval_of(PEOPLE, nll, trial_count, 2);
    assert_memory_equal(&one, &again, sizeof one);
    assert_true(one.low != other.low && one.high != other.high);
}

static void two_people_give_the_worse_and_the_better(void **state)
{
    const struct interval interval = interval_of(2, (const double[]){60.0, 40.0}, (const int[]){100, 80}, 5);

    (void)state;
    assert_true(fabs(interval.low - r2(60.0, 100)) < 1e-15 && fabs(interval.high - r2(40.0, 80)) < 1e-15);
}

static void one_person_gives_an_interval_of_no_width(void **state)
{
    const struct interval interval = interval_of(1, (const double[]){60.0}, (const int[]){100}, 5);

    (void)state;
    assert_true(interval.low == interval.high && interval.low == r2(60.0, 100));
}

static void people_without_trials_change_nothing(void **state)
{
    double          nll[PEOPLE], more_nll[2 * PEOPLE];
    int             trial_count[PEOPLE], more_trial_count[2 * PEOPLE];
    struct interval one, other;

    (void)state;
    make_people(nll, trial_count);
    for (int p = 0; p < PEOPLE; p++) {
        more_nll[2 * p]             = (double)NAN; /* nothing is known of them */
        more_trial_count[2 * p]     = 0;
        more_nll[2 * p + 1]         = nll[p];
        more_trial_count[2 * p + 1] = trial_count[p];
    }
    one   = interval_of(PEOPLE, nll, trial_count, 3);
    other = interval_of(2 * PEOPLE, more_nll, more_trial_count, 3);
    assert_memory_equal(&one, &other, sizeof one);
}

static void what_cannot_be_drawn_from_is_refused(void **state)
{
    struct interval interval;
    struct err      err;

    (void)state;
    assert_false(bootstrap_r2(2, (const double[]){0.0, 0.0}, (const int[]){0, 0}, 1, &interval, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(bootstrap_r2(0, NULL, NULL, 1, &interval, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(bootstrap_r2(2, (const double[]){1.0, INFINITY}, (const int[]){3, 3}, 1, &interval, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "participant 1 "));
    assert_false(bootstrap_r2(2, (const double[]){1.0, 1.0}, (const int[]){-3, 3}, 1, &interval, &err));
    assert_non_null(strstr(err.message, "participant 0 "));
}

static void models_together_have_the_bits_that_each_has_alone(void **state)
{
    enum { MODELS = 3 };
    double          nll[PEOPLE], together[PEOPLE * MODELS];
    int             trial_count[PEOPLE];
    struct interval intervals[MODELS];
    struct err      err = {0};

    (void)state;
    make_people(nll, trial_count);
    trial_count[7] = 0;
    for (int p = 0; p < PEOPLE; p++)
        for (int m = 0; m < MODELS; m++) together[p * MODELS + m] = nll[p] * (1.0 + 0.1 * m) + m;
    assert_true(bootstrap_r2_all(PEOPLE, MODELS, together, trial_count, 5, intervals, &err));
    for (int m = 0; m < MODELS; m++) {
        struct interval alone;

        for (int p = 0; p < PEOPLE; p++) nll[p] = together[p * MODELS + m];
        alone = interval_of(PEOPLE, nll, trial_count, 5);
        assert_true(alone.low == intervals[m].low && alone.high == intervals[m].high);
    }
}

/* Two people, one always right, one never: a draw is 0, 1/2 or 1, and both ends are seen in a quarter of 2,000 draws each. */
static void shares_are_pooled_and_nothing_to_share_is_no_number(void **state)
{
    const double    part[] = {4, 1, 0, 0, 2, 0}, whole[] = {4, 2, 0, 4, 4, 0};
    struct interval out[3];
    struct err      err = {0};

    (void)state;
    assert_true(bootstrap_shares(2, 3, part, whole, 1, out, &err));
    assert_true(out[0].low == 0.0 && out[0].high == 1.0);
    assert_true(out[1].low == 0.5 && out[1].high == 0.5);
    assert_true(isnan(out[2].low) && isnan(out[2].high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_that_of_the_seeded_draws),
        cmocka_unit_test(its_width_is_that_of_a_mean),
        cmocka_unit_test(the_same_seed_gives_the_same_bits_and_another_does_not),
        cmocka_unit_test(two_people_give_the_worse_and_the_better),
        cmocka_unit_test(one_person_gives_an_interval_of_no_width),
        cmocka_unit_test(people_without_trials_change_nothing),
        cmocka_unit_test(what_cannot_be_drawn_from_is_refused),
        cmocka_unit_test(models_together_have_the_bits_that_each_has_alone),
        cmocka_unit_test(shares_are_pooled_and_nothing_to_share_is_no_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
