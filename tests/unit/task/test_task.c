/* Scoring, ties, pay and the comprehension questions of both tasks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "task/task.h"

static const struct pay_rule RULE = {.currency = "GBP", .base_minor = 200, .per_correct_minor = 4, .max_bonus_minor = 400};

static void every_name_is_read_back_and_others_are_refused(void **state)
{
    enum task_kind task;
    enum dinosaur  dinosaur;

    (void)state;
    for (int i = 0; i < TASK_KIND_COUNT; i++) {
        assert_true(task_from_name(task_name((enum task_kind)i), &task));
        assert_int_equal(task, i);
    }
    assert_string_equal(task_name(TASK_CATEGORY), "category");
    assert_string_equal(task_name(TASK_REWARD), "reward");
    assert_false(task_from_name("", &task));
    assert_false(task_from_name("Category", &task));
    assert_string_equal(dinosaur_name(DINOSAUR_FOLTY), "folty");
    assert_string_equal(dinosaur_name(DINOSAUR_JULTY), "julty");
    assert_true(dinosaur_from_name("julty", &dinosaur));
    assert_int_equal(dinosaur, DINOSAUR_JULTY);
    assert_true(dinosaur_from_name("folty", &dinosaur));
    assert_int_equal(dinosaur, DINOSAUR_FOLTY);
    assert_false(dinosaur_from_name("rex", &dinosaur));
}

static void a_delivery_is_correct_when_it_goes_to_the_dinosaur_that_it_is_meant_for(void **state)
{
    struct tally tally = {0};

    (void)state;
    for (int category = 0; category < CHOICE_COUNT; category++)
        for (int response = 0; response < CHOICE_COUNT; response++) {
            struct planned_trial trial = {.left_stimulus = 3, .right_stimulus = -1, .category = (enum dinosaur)category};
            struct score         score = task_score(TASK_CATEGORY, &trial, response, &tally);

            assert_int_equal(score.is_correct, response == category);
            assert_false(score.is_tie);
        }
    assert_int_equal(tally.response_count, 4);
    assert_int_equal(tally.scored_count, 4);
    assert_int_equal(tally.correct_count, 2);
    assert_int_equal(tally.regret, 0);
    assert_int_equal(tally.chance_regret_doubled, 0);
}

static void a_reward_response_is_scored_by_the_points_of_both_images(void **state)
{
    static const struct {
        int          left_points, right_points, response;
        struct score score;
        struct tally tally; /* of this response alone */
    } ROWS[] = {
        {10, 30, 1, {true, false}, {1, 1, 1, 0, 20}},     {10, 30, 0, {false, false}, {1, 1, 0, 20, 20}},
        {30, 10, 0, {true, false}, {1, 1, 1, 0, 20}},     {30, 10, 1, {false, false}, {1, 1, 0, 20, 20}},
        {0, 100, 0, {false, false}, {1, 1, 0, 100, 100}}, {100, 0, 0, {true, false}, {1, 1, 1, 0, 100}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct planned_trial trial = {.left_points = ROWS[i].left_points, .right_points = ROWS[i].right_points};
        struct tally         tally = {0};
        struct score         score = task_score(TASK_REWARD, &trial, ROWS[i].response, &tally);

        assert_int_equal(score.is_correct, ROWS[i].score.is_correct);
        assert_int_equal(score.is_tie, ROWS[i].score.is_tie);
        assert_memory_equal(&tally, &ROWS[i].tally, sizeof tally);
    }
}

static void in_a_tie_both_options_are_correct_and_accuracy_leaves_it_out(void **state)
{
    struct planned_trial trial = {.left_points = 42, .right_points = 42};
    struct tally         tally = {0};

    (void)state;
    for (int response = 0; response < CHOICE_COUNT; response++) {
        struct score score = task_score(TASK_REWARD, &trial, response, &tally);

        assert_true(score.is_correct);
        assert_true(score.is_tie);
    }
    assert_int_equal(tally.response_count, 2);
    assert_int_equal(tally.scored_count, 0);
    assert_int_equal(tally.correct_count, 0);
    assert_int_equal(tally.regret, 0);
    assert_int_equal(tally.chance_regret_doubled, 0);
}

static void category_pay_is_the_base_and_an_amount_for_each_correct_delivery(void **state)
{
    struct tally tally = {0};

    (void)state;
    assert_int_equal(task_pay_minor(TASK_CATEGORY, &RULE, &tally), 200);
    tally.response_count = tally.scored_count = 120;
    assert_int_equal(task_pay_minor(TASK_CATEGORY, &RULE, &tally), 200);
    tally.correct_count = 97;
    assert_int_equal(task_pay_minor(TASK_CATEGORY, &RULE, &tally), 200 + 97 * 4);
}

static void reward_pay_is_the_base_while_no_regret_was_possible(void **state)
{
    struct tally         tally = {0};
    struct planned_trial tie   = {.left_points = 5, .right_points = 5};

    (void)state;
    assert_int_equal(task_pay_minor(TASK_REWARD, &RULE, &tally), 200);
    (void)task_score(TASK_REWARD, &tie, 1, &tally);
    assert_int_equal(task_pay_minor(TASK_REWARD, &RULE, &tally), 200);
}

static void reward_pay_never_falls_below_the_base(void **state)
{
    struct tally tally = {60, 60, 0, 2400, 2400};

    (void)state;
    assert_int_equal(task_pay_minor(TASK_REWARD, &RULE, &tally), 200); /* always the worse image */
    tally.regret = 1201;
    assert_int_equal(task_pay_minor(TASK_REWARD, &RULE, &tally), 200); /* just worse than a coin */
    tally.regret = 1200;
    assert_int_equal(task_pay_minor(TASK_REWARD, &RULE, &tally), 200); /* a coin */
    tally.regret = 0;
    assert_int_equal(task_pay_minor(TASK_REWARD, &RULE, &tally), 600); /* always the better one */
}

static void half_a_minor_unit_is_rounded_up(void **state)
{
    struct pay_rule rule  = {.currency = "GBP", .max_bonus_minor = 1};
    struct tally    tally = {1, 1, 1, 25, 100}; /* bonus 1 x (100 - 50) / 100 = 0.5 */

    (void)state;
    assert_int_equal(task_pay_minor(TASK_REWARD, &rule, &tally), 1);
    tally.regret = 26; /* 0.48 */
    assert_int_equal(task_pay_minor(TASK_REWARD, &rule, &tally), 0);
    rule.max_bonus_minor = 3;
    tally.regret         = 25; /* 1.5 */
    assert_int_equal(task_pay_minor(TASK_REWARD, &rule, &tally), 2);
}

/* The formula as the papers state it, in exact fractions of 128 bits: pay is the whole number p with p - 1/2 <= bonus < p + 1/2. */
static void reward_pay_equals_the_formula_in_exact_fractions(void **state)
{
    __extension__ typedef __int128 wide;
    struct rng                     rng;

    (void)state;
    rng_init(&rng, 7);
    for (int round = 0; round < 20000; round++) {
        int64_t         count = 1 + (int64_t)rng_below(&rng, 400);
        struct tally    tally = {0};
        struct pay_rule rule  = {
             .currency = "GBP", .base_minor = (int64_t)rng_below(&rng, 1000), .max_bonus_minor = (int64_t)rng_below(&rng, 100000)};
        wide numerator, denominator, pay;

        for (int64_t i = 0; i < count % 97 + 1; i++) {
            struct planned_trial trial = {.left_points = (int)rng_below(&rng, 101), .right_points = (int)rng_below(&rng, 101)};

            (void)task_score(TASK_REWARD, &trial, (int)rng_below(&rng, 2), &tally);
        }
        /* chance = D / 2n, regret = R / n; bonus = B (chance - regret) / chance, both brought over 2n */
        numerator   = (wide)rule.max_bonus_minor * (tally.chance_regret_doubled - 2 * tally.regret);
        denominator = tally.chance_regret_doubled;
        pay         = task_pay_minor(TASK_REWARD, &rule, &tally) - rule.base_minor;
        if (denominator == 0 || numerator <= 0) {
            assert_true(pay == 0);
            continue;
        }
        assert_true((2 * pay - 1) * denominator <= 2 * numerator);
        assert_true(2 * numerator < (2 * pay + 1) * denominator);
    }
}

static void a_huge_bonus_does_not_overflow(void **state)
{
    struct pay_rule rule  = {.currency = "IDR", .max_bonus_minor = INT64_C(4000000000000000000)};
    struct tally    tally = {60, 60, 45, 750, 3000};

    (void)state;
    assert_int_equal(task_pay_minor(TASK_REWARD, &rule, &tally), INT64_C(2000000000000000000));
}

static void the_comprehension_questions_have_their_ids_and_right_options(void **state)
{
    static const struct comprehension_question EXPECTED[TASK_KIND_COUNT][COMPREHENSION_QUESTION_COUNT] = {
        [TASK_CATEGORY] = {{"category_goal", 1}, {"category_keys", 0}, {"category_likes", 2}},
        [TASK_REWARD]   = {{"reward_goal", 1}, {"reward_keys", 0}, {"reward_points", 2}},
    };

    (void)state;
    for (int task = 0; task < TASK_KIND_COUNT; task++)
        for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++) {
            const struct comprehension_question *question = &task_comprehension((enum task_kind)task)[i];

            assert_string_equal(question->id, EXPECTED[task][i].id);
            assert_int_equal(question->right_option, EXPECTED[task][i].right_option);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_read_back_and_others_are_refused),
        cmocka_unit_test(a_delivery_is_correct_when_it_goes_to_the_dinosaur_that_it_is_meant_for),
        cmocka_unit_test(a_reward_response_is_scored_by_the_points_of_both_images),
        cmocka_unit_test(in_a_tie_both_options_are_correct_and_accuracy_leaves_it_out),
        cmocka_unit_test(category_pay_is_the_base_and_an_amount_for_each_correct_delivery),
        cmocka_unit_test(reward_pay_is_the_base_while_no_regret_was_possible),
        cmocka_unit_test(reward_pay_never_falls_below_the_base),
        cmocka_unit_test(half_a_minor_unit_is_rounded_up),
        cmocka_unit_test(reward_pay_equals_the_formula_in_exact_fractions),
        cmocka_unit_test(a_huge_bonus_does_not_overflow),
        cmocka_unit_test(the_comprehension_questions_have_their_ids_and_right_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
