/* What is owed for a session, and the reason in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "study/bonus.h"

/* 120 trials, 2.00 and 0.04 for each correct one; 0.50 and 0.01 a trial for parts. */
static struct study study_of(enum task_kind task)
{
    struct study study = {.task = task};

    study_settings_default(task, &study.settings);
    study.settings.pay = (struct pay_rule){.currency                = "GBP",
                                           .base_minor              = 200,
                                           .per_correct_minor       = 4,
                                           .max_bonus_minor         = task == TASK_REWARD ? 400 : 0,
                                           .partial_minimum_minor   = 50,
                                           .partial_per_trial_minor = 1};
    return study;
}

static struct export_session session_of(enum session_state state, enum end_reason reason, int response_count, int correct)
{
    return (struct export_session){
        .session        = {.state = state, .end_reason = reason},
        .response_count = response_count,
        .last           = {.trial_index = response_count - 1, .total_correct = correct, .total_scored = response_count}};
}

static void expect_bonus(const struct study *study, struct export_session session, enum platform platform, int64_t amount_minor,
                         const char *reason)
{
    struct bonus bonus = {0};

    bonus_of_session(study, &session, platform, &bonus);
    assert_int_equal(bonus.amount_minor, amount_minor);
    assert_string_equal(bonus.reason, reason);
}

static void a_finished_session_is_owed_what_its_platform_does_not_pay(void **state)
{
    const struct study study = study_of(TASK_CATEGORY);

    (void)state;
    for (int i = 0; i < PLATFORM_COUNT; i++) {
        bool has_base = i == PLATFORM_LINK || i == PLATFORM_PERSONAL;

        expect_bonus(&study, session_of(SESSION_FINISHED, END_NONE, 120, 97), (enum platform)i, has_base ? 588 : 388,
                     has_base ? "finished: 97 of 120 correct, with the base of 2.00" : "finished: 97 of 120 correct");
    }
    expect_bonus(&study, session_of(SESSION_FINISHED, END_NONE, 120, 0), PLATFORM_PROLIFIC, 0, "finished: 0 of 120 correct");
}

static void of_reward_learning_ties_are_left_out_and_regret_decides(void **state)
{
    const struct study    study   = study_of(TASK_REWARD);
    struct export_session session = session_of(SESSION_FINISHED, END_NONE, 60, 45);

    (void)state;
    session.last.total_scored                = 58;
    session.last.total_regret                = 100;
    session.last.total_chance_regret_doubled = 800; /* a quarter of a coin's regret: three quarters of 4.00 */
    expect_bonus(&study, session, PLATFORM_PROLIFIC, 300, "finished: 45 of 58 correct");
}

static void who_left_is_paid_by_the_rule_for_parts_whatever_the_platform(void **state)
{
    const struct study study = study_of(TASK_CATEGORY);

    (void)state;
    for (int i = 0; i < PLATFORM_COUNT; i++)
        expect_bonus(&study, session_of(SESSION_LEFT, END_WITHDRAWN, 34, 30), (enum platform)i, 84,
                     "stopped after 34 of 120 trials: minimum 0.50 + 34 x 0.01");
    expect_bonus(&study, session_of(SESSION_LEFT, END_ABSENT, 120, 60), PLATFORM_MTURK, 170,
                 "left after 120 of 120 trials: minimum 0.50 + 120 x 0.01");
    expect_bonus(&study, session_of(SESSION_LEFT, END_WITHDRAWN, 0, 0), PLATFORM_PROLIFIC, 0, "stopped before the first trial");
    expect_bonus(&study, session_of(SESSION_LEFT, END_ABSENT, 0, 0), PLATFORM_PROLIFIC, 0, "left before the first trial");
    expect_bonus(&study, session_of(SESSION_LEFT, END_COMPREHENSION, 0, 0), PLATFORM_PROLIFIC, 0,
                 "failed the questions before the first trial");
}

static void the_reason_says_where_a_whole_session_would_not_have_earned_as_much(void **state)
{
    struct study study = study_of(TASK_CATEGORY);

    (void)state;
    study.settings.pay.base_minor              = 10;
    study.settings.pay.partial_per_trial_minor = 100000;
    expect_bonus(&study, session_of(SESSION_LEFT, END_WITHDRAWN, 2, 2), PLATFORM_LINK, 18,
                 "stopped after 2 of 120 trials: minimum 0.50 + 2 x 1000.00, at most 0.18");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finished_session_is_owed_what_its_platform_does_not_pay),
        cmocka_unit_test(of_reward_learning_ties_are_left_out_and_regret_decides),
        cmocka_unit_test(who_left_is_paid_by_the_rule_for_parts_whatever_the_platform),
        cmocka_unit_test(the_reason_says_where_a_whole_session_would_not_have_earned_as_much),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
