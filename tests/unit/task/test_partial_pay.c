/* Pay of sessions that ended before their last trial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "task/partial_pay.h"

static const struct pay_rule CATEGORY_RULE = {
    .currency = "GBP", .base_minor = 200, .per_correct_minor = 4, .partial_minimum_minor = 50, .partial_per_trial_minor = 1};

static void who_answered_nothing_is_paid_nothing(void **state)
{
    (void)state;
    assert_int_equal(partial_pay_minor(&CATEGORY_RULE, 0), 0);
}

static void the_minimum_is_paid_once_and_every_trial_adds_its_amount(void **state)
{
    (void)state;
    assert_int_equal(partial_pay_minor(&CATEGORY_RULE, 1), 51);
    assert_int_equal(partial_pay_minor(&CATEGORY_RULE, 34), 84);
    assert_int_equal(partial_pay_minor(&CATEGORY_RULE, 119), 169);
}

static void a_study_without_a_rule_pays_nothing_for_a_part(void **state)
{
    const struct pay_rule rule = {.currency = "GBP", .base_minor = 200, .per_correct_minor = 4};

    (void)state;
    assert_int_equal(partial_pay_minor(&rule, 119), 0);
}

static void a_part_never_pays_more_than_the_same_trials_could_have_earned_in_a_finished_session(void **state)
{
    const struct pay_rule generous = {.base_minor = 200, .per_correct_minor = 4, .partial_minimum_minor = 500};
    const struct pay_rule steep    = {.base_minor = 100, .max_bonus_minor = 400, .partial_per_trial_minor = 20};
    const struct pay_rule baseless = {.per_correct_minor = 4, .partial_minimum_minor = 50};

    (void)state;
    assert_int_equal(partial_pay_minor(&generous, 1), 204);
    assert_int_equal(partial_pay_minor(&generous, 75), 500);
    assert_int_equal(partial_pay_minor(&steep, 25), 500);
    assert_int_equal(partial_pay_minor(&steep, 26), 500);
    assert_int_equal(partial_pay_minor(&baseless, 1), 4);
    assert_int_equal(partial_pay_minor(&baseless, 13), 50);
}

static void one_more_trial_never_costs_money(void **state)
{
    const struct pay_rule rules[] = {
        CATEGORY_RULE,
        {.base_minor = 1, .max_bonus_minor = 3, .partial_minimum_minor = 2, .partial_per_trial_minor = 1},
        {.base_minor = 0, .per_correct_minor = 1, .partial_minimum_minor = 40, .partial_per_trial_minor = 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        for (int trial_count = 0; trial_count < 1000; trial_count++)
            assert_true(partial_pay_minor(&rules[i], trial_count + 1) >= partial_pay_minor(&rules[i], trial_count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_answered_nothing_is_paid_nothing),
        cmocka_unit_test(the_minimum_is_paid_once_and_every_trial_adds_its_amount),
        cmocka_unit_test(a_study_without_a_rule_pays_nothing_for_a_part),
        cmocka_unit_test(a_part_never_pays_more_than_the_same_trials_could_have_earned_in_a_finished_session),
        cmocka_unit_test(one_more_trial_never_costs_money),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
