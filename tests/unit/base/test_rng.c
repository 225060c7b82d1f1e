/* The random generator: its published sequence, bounds without bias, a shuffle that loses nothing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"

/* xoshiro256** from the state 1, 2, 3, 4, computed from the published recurrence in exact integers. */
static void the_sequence_is_that_of_xoshiro256_star_star(void **state)
{
    static const uint64_t SEQUENCE[] = {11520U,
                                        0U,
                                        1509978240U,
                                        1215971899390074240U,
                                        1216172134540287360U,
                                        607988272756665600U,
                                        16172922978634559625U,
                                        8476171486693032832U,
                                        10595114339597558777U,
                                        2904607092377533576U};
    struct rng            rng        = {{1, 2, 3, 4}};

    (void)state;
    for (size_t i = 0; i < sizeof SEQUENCE / sizeof SEQUENCE[0]; i++) assert_true(rng_next(&rng) == SEQUENCE[i]);
}

/* SplitMix64 from 1234567, as its authors' reference gives it. */
static void the_state_is_filled_by_splitmix64(void **state)
{
    static const uint64_t STATE[4] = {6457827717110365317U, 3203168211198807973U, 9817491932198370423U, 4593380528125082431U};
    struct rng            rng;

    (void)state;
    rng_init(&rng, 1234567);
    for (int i = 0; i < 4; i++) assert_true(rng.state[i] == STATE[i]);
}

static void equal_seeds_give_equal_numbers_and_other_seeds_others(void **state)
{
    struct rng left, right, other;
    int        same_count = 0;

    (void)state;
    rng_init(&left, 42);
    rng_init(&right, 42);
    rng_init(&other, 43);
    for (int i = 0; i < 100; i++) {
        uint64_t number = rng_next(&left);

        assert_true(number == rng_next(&right));
        same_count += number == rng_next(&other);
    }
    assert_int_equal(same_count, 0);
}

/* 60,000 draws below 6: each value within 5 standard deviations (sd = 91) of 10,000. */
static void numbers_below_a_limit_are_below_it_and_equally_frequent(void **state)
{
    struct rng rng;
    int        count[6] = {0};

    (void)state;
    rng_init(&rng, 1);
    for (int i = 0; i < 60000; i++) {
        uint64_t number = rng_below(&rng, 6);

        assert_true(number < 6);
        count[number]++;
    }
    for (int i = 0; i < 6; i++) assert_true(abs(count[i] - 10000) < 460);
    for (int i = 0; i < 100; i++) assert_true(rng_below(&rng, 1) == 0);
}

/* Below 3/4 of 2^64 a plain remainder would give the lower third twice as often as the rest. */
static void limits_near_the_top_of_64_bits_are_not_biased(void **state)
{
    const uint64_t limit = UINT64_C(3) << 62;
    struct rng     rng;
    int            lower_count = 0;

    (void)state;
    rng_init(&rng, 2);
    for (int i = 0; i < 30000; i++) lower_count += rng_below(&rng, limit) < limit / 3;
    assert_true(abs(lower_count - 10000) < 410); /* 5 sd of 82; biased: 15,000 */
}

static void uniform_numbers_fill_the_half_open_unit_interval(void **state)
{
    struct rng rng;
    double     sum = 0.0, least = 1.0, most = 0.0;

    (void)state;
    rng_init(&rng, 3);
    for (int i = 0; i < 100000; i++) {
        double number = rng_uniform(&rng);

        assert_true(number >= 0.0 && number < 1.0);
        sum += number;
        least = fmin(least, number);
        most  = fmax(most, number);
    }
    assert_true(fabs(sum / 100000 - 0.5) < 0.005);
    assert_true(least < 0.001 && most > 0.999);
}

static void normal_numbers_have_mean_0_variance_1_and_normal_tails(void **state)
{
    struct rng rng;
    double     sum = 0.0, squares = 0.0;
    int        beyond_2_count = 0;

    (void)state;
    rng_init(&rng, 4);
    for (int i = 0; i < 100000; i++) {
        double number = rng_normal(&rng);

        sum += number;
        squares += number * number;
        beyond_2_count += fabs(number) > 2.0;
    }
    assert_true(fabs(sum / 100000) < 0.016);           /* 5 sd */
    assert_true(fabs(squares / 100000 - 1.0) < 0.023); /* 5 sd */
    assert_true(abs(beyond_2_count - 4550) < 330);     /* 2 (1 - Phi(2)) = 0.0455; 5 sd of 66 */
}

static void a_shuffle_is_a_permutation_and_every_place_is_reached(void **state)
{
    enum { ITEM_COUNT = 7, ROUND_COUNT = 7000 };
    int        place_count[ITEM_COUNT][ITEM_COUNT] = {{0}};
    struct rng rng;

    (void)state;
    rng_init(&rng, 5);
    for (int round = 0; round < ROUND_COUNT; round++) {
        int  items[ITEM_COUNT];
        bool is_seen[ITEM_COUNT] = {false};

        for (int i = 0; i < ITEM_COUNT; i++) items[i] = i;
        rng_shuffle(&rng, items, ITEM_COUNT);
        for (int i = 0; i < ITEM_COUNT; i++) {
            assert_in_range(items[i], 0, ITEM_COUNT - 1);
            assert_false(is_seen[items[i]]);
            is_seen[items[i]] = true;
            place_count[items[i]][i]++;
        }
    }
    for (int item = 0; item < ITEM_COUNT; item++)
        for (int i = 0; i < ITEM_COUNT; i++) assert_true(abs(place_count[item][i] - 1000) < 150); /* 5 sd of 29 */
    rng_shuffle(&rng, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_that_of_xoshiro256_star_star),
        cmocka_unit_test(the_state_is_filled_by_splitmix64),
        cmocka_unit_test(equal_seeds_give_equal_numbers_and_other_seeds_others),
        cmocka_unit_test(numbers_below_a_limit_are_below_it_and_equally_frequent),
        cmocka_unit_test(limits_near_the_top_of_64_bits_are_not_biased),
        cmocka_unit_test(uniform_numbers_fill_the_half_open_unit_interval),
        cmocka_unit_test(normal_numbers_have_mean_0_variance_1_and_normal_tails),
        cmocka_unit_test(a_shuffle_is_a_permutation_and_every_place_is_reached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
