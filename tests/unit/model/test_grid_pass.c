/* One pass over the grid of betas: every version against the definition, and against one another bit by bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/grid_pass.h"

struct points {
    double beta[GRID_PASS_POINTS];
    double joint[GRID_PASS_POINTS];
    double certain[GRID_PASS_POINTS];
};

static void fill(struct points *points, uint64_t seed)
{
    struct rng rng;

    rng_init(&rng, seed);
    for (int i = 0; i < GRID_PASS_POINTS; i++) {
        points->beta[i]    = exp(3.0 * rng_normal(&rng));
        points->joint[i]   = exp2(300.0 - 800.0 * rng_uniform(&rng));
        points->certain[i] = rng_uniform(&rng);
    }
    points->beta[7]  = 0.0;
    points->joint[9] = 0.0;
}

static void the_sums_and_products_are_those_of_the_definition(void **state)
{
    const double sizes[] = {0.0, 1e-9, 0.3, 2.0, 40.0, 1e9};

    (void)state;
    for (int i = 0; i < 12; i++) {
        const bool            is_with = i % 2 == 0;
        const double          size    = sizes[i / 2];
        struct points         before, after;
        struct grid_pass_sums sums;
        long double           with = 0.0L, against = 0.0L;

        fill(&before, (uint64_t)i);
        after = before;
        grid_pass(GRID_PASS_PLAIN, after.beta, size, is_with, after.joint, &sums);
        grid_pass_certain(after.beta, size, after.certain);
        for (int k = 0; k < GRID_PASS_POINTS; k++) {
            const long double odds      = expl(-(long double)before.beta[k] * (long double)size);
            const long double with_prob = 1.0L / (1.0L + odds);
            const long double joint     = (long double)before.joint[k] * (is_with ? with_prob : odds * with_prob);

            with += (long double)before.joint[k] * with_prob;
            against += (long double)before.joint[k] * odds * with_prob;
            /* A double's product beta * size is off by half a unit in its last place: 346 * 1.1e-16. */
            assert_true(fabsl((long double)after.joint[k] - joint) <= 1e-13L * joint + 0x1p-199L);
            assert_true(after.joint[k] == 0.0 || after.joint[k] >= GRID_PASS_JOINT_MIN);
            assert_true(fabsl((long double)after.certain[k] - (long double)before.certain[k] * with_prob) <= 1e-15L);
        }
        assert_true(fabsl((long double)sums.with - with) <= 1e-15L * with);
        assert_true(fabsl((long double)sums.against - against) <= 1e-13L * against + 0x1p-190L);
    }
}

/* One point with all of the weight: against / with is exp(-z) after a product and a quotient, three roundings of 1.1e-16 each. */
static void the_exponential_is_within_its_bound(void **state)
{
    double worst = 0.0;

    (void)state;
    for (int i = 0; i <= 200000; i++) {
        const double          z = i < 100000 ? i * 3.4599e-3 : (i - 100000) * 1.0e-5;
        struct points         points;
        struct grid_pass_sums sums;
        double                error;

        memset(&points, 0, sizeof points);
        points.beta[0]  = 1.0;
        points.joint[0] = 1.0;
        grid_pass(GRID_PASS_PLAIN, points.beta, z, true, points.joint, &sums);
        error = (double)fabsl((long double)sums.against / (long double)sums.with * expl((long double)z) - 1.0L);
        worst = fmax(worst, error);
    }
    if (!(worst < 2.3e-16 + 3.4e-16)) fail_msg("relative error %.3g", worst);
}

static void certainty_begins_at_346(void **state)
{
    struct points         points;
    struct grid_pass_sums sums;

    (void)state;
    memset(&points, 0, sizeof points);
    points.beta[0]  = 1.0;
    points.joint[0] = 1.0;
    grid_pass(GRID_PASS_PLAIN, points.beta, nextafter(346.0, 0.0), true, points.joint, &sums);
    assert_true(sums.against > 0x1p-500 && sums.against < 0x1p-499);
    grid_pass(GRID_PASS_PLAIN, points.beta, 346.0, false, points.joint, &sums);
    assert_true(sums.against == 0.0 && sums.with == 1.0 && points.joint[0] == 0.0);
}

static void every_version_gives_the_same_bits(void **state)
{
    int compared = 0;

    (void)state;
    assert_true(grid_pass_is_supported(GRID_PASS_PLAIN) && grid_pass_is_supported(grid_pass_best()));
    for (int version = GRID_PASS_PLAIN + 1; version < GRID_PASS_VERSION_COUNT; version++) {
        if (!grid_pass_is_supported((enum grid_pass_version)version)) continue;
        for (int i = 0; i < 2000; i++) {
            const double          size = exp2(-20.0 + 0.025 * i);
            struct points         plain, other;
            struct grid_pass_sums plain_sums, other_sums;

            fill(&plain, (uint64_t)(1000 + i));
            other = plain;
            grid_pass(GRID_PASS_PLAIN, plain.beta, size, i % 3 == 0, plain.joint, &plain_sums);
            grid_pass((enum grid_pass_version)version, other.beta, size, i % 3 == 0, other.joint, &other_sums);
            assert_memory_equal(&plain, &other, sizeof plain);
            assert_memory_equal(&plain_sums, &other_sums, sizeof plain_sums);
            compared++;
        }
    }
    if (compared == 0) print_message("this processor knows the plain version only\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sums_and_products_are_those_of_the_definition),
        cmocka_unit_test(the_exponential_is_within_its_bound),
        cmocka_unit_test(certainty_begins_at_346),
        cmocka_unit_test(every_version_gives_the_same_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
