/* Taking down responses: order, repeats, conflicts, the gates before the trials, totals and pay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

static void feedback_is_the_trials_own_answer_and_next_comes_the_next_one(void **state)
{
    struct world       world;
    struct session_row session;
    struct receipt     receipt;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann"); /* condition 1: julty folty julty */
    world_pass(&world, &session, TASK_CATEGORY);
    receipt = world_answer(&world, &session, PHASE_MAIN, 0, 1);
    assert_true(receipt.is_new && receipt.trial.is_correct && !receipt.trial.is_tie);
    assert_string_equal(receipt.answer.category, "julty");
    assert_int_equal(receipt.answer.left_row, 0);
    assert_true(receipt.has_next && receipt.next.trial_index == 1 && receipt.next.left_row == 1);
    receipt = world_answer(&world, &session, PHASE_MAIN, 1, 1);
    assert_false(receipt.trial.is_correct);
    assert_string_equal(receipt.answer.category, "folty");
    receipt = world_answer(&world, &session, PHASE_MAIN, 2, 1);
    assert_false(receipt.has_next);
    world_close(&world);
}

static void every_value_of_a_response_is_stored(void **state)
{
    struct world       world;
    struct session_row session;
    struct response    given = world_response(PHASE_MAIN, 1, 0);
    struct receipt     receipt;
    struct trial_row   stored;
    struct err         err = {0};
    bool               is_found;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    world_play(&world, &session, world_study(&world, "dinosaurs"), "1");
    given.input      = INPUT_MOUSE;
    given.is_visible = false;
    MUST(record_trial(world.store, world.catalog, session.session_id, &given, &receipt, &err));
    MUST(store_trial_get(world.store, session.session_id, PHASE_MAIN, 1, &stored, &is_found, &err));
    assert_true(is_found && stored.response == 0 && stored.is_correct);
    assert_true(stored.rt_ms == given.rt_ms && stored.onset_ms == given.onset_ms && stored.frame_ms == given.frame_ms);
    assert_true(stored.previous_reply_ms == given.previous_reply_ms && stored.received_at_ms == given.received_at_ms);
    assert_true(!stored.is_visible && !stored.is_fullscreen);
    assert_string_equal(stored.input, "mouse");
    world_close(&world);
}

static void the_same_response_again_gives_the_same_receipt(void **state)
{
    struct world       world;
    struct session_row session;
    struct receipt     first[4], again;
    struct response    late;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "ann");
    world_play(&world, &session, world_study(&world, "points"), "");
    for (int i = 0; i < 4; i++) first[i] = world_answer(&world, &session, PHASE_MAIN, i, i % 2);
    for (int i = 0; i < 4; i++) {
        late       = world_response(PHASE_MAIN, i, i % 2);
        late.rt_ms = 9999.0; /* what the browser measured the second time does not matter */
        MUST(record_trial(world.store, world.catalog, session.session_id, &late, &again, &err));
        assert_false(again.is_new);
        assert_true(again.trial.rt_ms == first[i].trial.rt_ms);
        assert_true(again.pay_minor == first[i].pay_minor);
        assert_true(again.trial.is_correct == first[i].trial.is_correct && again.trial.is_tie == first[i].trial.is_tie);
        assert_true(again.has_next == first[i].has_next && again.next.left_row == first[i].next.left_row);
        assert_true(again.answer.left_points == first[i].answer.left_points);
    }
    world_close(&world);
}

static void another_response_is_refused_and_the_first_stays(void **state)
{
    struct world       world;
    struct session_row session;
    struct receipt     receipt;
    struct trial_row   stored;
    struct err         err = {0};
    bool               is_found;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    world_play(&world, &session, world_study(&world, "dinosaurs"), "01");
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 0, 1, &receipt, &err), ERR_CONFLICT,
                "trial 0 already has a different response; the first one stays");
    assert_false(receipt.is_out_of_order);
    MUST(store_trial_get(world.store, session.session_id, PHASE_MAIN, 0, &stored, &is_found, &err));
    assert_int_equal(stored.response, 0);
    world_close(&world);
}

static void a_response_out_of_order_is_told_which_one_is_next(void **state)
{
    struct world       world;
    struct session_row session;
    struct receipt     receipt;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    world_pass(&world, &session, TASK_CATEGORY);
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 1, 1, &receipt, &err), ERR_CONFLICT,
                "trial 1 is out of order: the next one is 0");
    assert_true(receipt.is_out_of_order && receipt.expected_index == 0);
    (void)world_answer(&world, &session, PHASE_MAIN, 0, 1);
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 2, 1, &receipt, &err), ERR_CONFLICT, "the next one is 1");
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 3, 1, &receipt, &err), ERR_NOT_FOUND,
                "there is no main trial 3 in this session");
    MUST_REFUSE(world_try(&world, &session, PHASE_PRACTICE, 0, 1, &receipt, &err), ERR_NOT_FOUND,
                "there is no practice trial 0 in this session");
    world_close(&world);
}

static void questions_come_before_practice_and_practice_before_the_trials(void **state)
{
    struct world       world;
    struct session_row session;
    struct receipt     receipt;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "ann");
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        MUST_REFUSE(world_try(&world, &session, (enum phase)phase, 0, 1, &receipt, &err), ERR_CONFLICT,
                    "the comprehension questions come before the trials");
    world_pass(&world, &session, TASK_REWARD);
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 0, 1, &receipt, &err), ERR_CONFLICT,
                "the practice trials come before the trials");
    receipt = world_answer(&world, &session, PHASE_PRACTICE, 0, 0); /* 10 instead of 90 */
    assert_true(!receipt.trial.is_correct && receipt.pay_minor == 200 && receipt.answer.right_points == 90);
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 0, 1, &receipt, &err), ERR_CONFLICT, "the practice trials come before");
    receipt = world_answer(&world, &session, PHASE_PRACTICE, 1, 0);
    assert_false(receipt.has_next);
    receipt = world_answer(&world, &session, PHASE_MAIN, 0, 1);
    assert_true(receipt.trial.total_regret == 0); /* the regret of practice does not count */
    world_close(&world);
}

static void a_session_that_left_takes_nothing_more(void **state)
{
    struct world       world;
    struct session_row session;
    struct receipt     receipt;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    world_play(&world, &session, world_study(&world, "dinosaurs"), "1");
    MUST(store_session_end(world.store, session.session_id, SESSION_LEFT, WORLD_NOW_MS, &err));
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 1, 1, &receipt, &err), ERR_GONE, "closed after a long absence");
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 0, 1, &receipt, &err), ERR_GONE, "closed after a long absence");
    session.session_id = 999;
    MUST_REFUSE(world_try(&world, &session, PHASE_MAIN, 0, 1, &receipt, &err), ERR_NOT_FOUND, "there is no session 999");
    world_close(&world);
}

/* The rules of the design, in doubles and from the points, not from the program's totals. */
static int64_t reward_pay(const int (*points)[2], const char *responses)
{
    double chance = 0.0, regret = 0.0, share;

    for (int i = 0; responses[i] != '\0'; i++) {
        int best = points[i][0] > points[i][1] ? points[i][0] : points[i][1];

        chance += abs(points[i][0] - points[i][1]) / 2.0;
        regret += best - points[i][responses[i] - '0'];
    }
    share = chance == 0.0 ? 0.0 : fmax(0.0, (chance - regret) / chance);
    return 200 + (int64_t)floor(400 * share + 0.5);
}

static void pay_and_totals_of_reward_learning_are_those_of_the_papers_rule(void **state)
{
    static const int POINTS[4][2] = {{0, 100}, {40, 40}, {70, 30}, {20, 60}};

    (void)state;
    for (int answers = 0; answers < 16; answers++) {
        char               responses[5] = "";
        int                correct = 0, scored = 0, regret = 0;
        struct world       world;
        struct session_row session;

        world_open(&world);
        session = world_enroll(&world, "points", "ann");
        world_play(&world, &session, world_study(&world, "points"), "");
        for (int i = 0; i < 4; i++) {
            int            response = answers >> i & 1;
            int            chosen = POINTS[i][response], other = POINTS[i][1 - response];
            struct receipt receipt = world_answer(&world, &session, PHASE_MAIN, i, response);

            responses[i] = (char)('0' + response);
            scored += chosen != other;
            correct += chosen > other;
            regret += chosen < other ? other - chosen : 0;
            assert_true(receipt.trial.is_tie == (chosen == other) && receipt.trial.is_correct == (chosen >= other));
            assert_true(receipt.trial.total_correct == correct && receipt.trial.total_scored == scored);
            assert_true(receipt.trial.total_regret == regret);
            assert_int_equal(receipt.pay_minor, reward_pay(POINTS, responses));
        }
        world_close(&world);
    }
}

static void pay_and_totals_of_category_learning_count_correct_deliveries(void **state)
{
    (void)state;
    for (int answers = 0; answers < 8; answers++) {
        int                correct = 0;
        struct world       world;
        struct session_row session;

        world_open(&world);
        session = world_enroll(&world, "dinosaurs", "ann");
        world_pass(&world, &session, TASK_CATEGORY);
        for (int i = 0; i < 3; i++) {
            int            response = answers >> i & 1;
            struct receipt receipt  = world_answer(&world, &session, PHASE_MAIN, i, response);

            correct += response == (i == 1 ? 0 : 1); /* julty folty julty */
            assert_true(receipt.trial.total_correct == correct && receipt.trial.total_scored == i + 1);
            assert_int_equal(receipt.pay_minor, 200 + 4 * correct);
        }
        world_close(&world);
    }
}

static void all_questions_must_be_right_and_once_is_enough(void **state)
{
    struct world                 world;
    struct session_row           session;
    struct comprehension_answers answers = {.received_at_ms = WORLD_NOW_MS + 3};
    struct err                   err     = {0};
    struct comprehension_result  result;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "ann");
    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++) answers.options[i] = task_comprehension(TASK_REWARD)[i].right_option;
    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++) {
        struct comprehension_answers wrong = answers;

        wrong.options[i] = (wrong.options[i] + 1) % COMPREHENSION_OPTION_COUNT;
        MUST(record_comprehension(world.store, world.catalog, session.session_id, &wrong, &result, &err));
        assert_false(result.is_passed);
        assert_int_equal(result.attempt_count, i + 1);
        assert_true(world_session(&world, session.session_id).comprehension_passed_at_ms == 0);
    }
    MUST(record_comprehension(world.store, world.catalog, session.session_id, &answers, &result, &err));
    assert_true(result.is_passed && result.attempt_count == 4 && result.attempts_left == -1);
    assert_true(world_session(&world, session.session_id).comprehension_passed_at_ms == WORLD_NOW_MS + 3);
    answers.options[0] = 0; /* a repeat after it, right or wrong, changes nothing */
    MUST(record_comprehension(world.store, world.catalog, session.session_id, &answers, &result, &err));
    assert_true(result.is_passed && result.attempt_count == 4 && result.attempts_left == -1);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(feedback_is_the_trials_own_answer_and_next_comes_the_next_one),
        cmocka_unit_test(every_value_of_a_response_is_stored),
        cmocka_unit_test(the_same_response_again_gives_the_same_receipt),
        cmocka_unit_test(another_response_is_refused_and_the_first_stays),
        cmocka_unit_test(a_response_out_of_order_is_told_which_one_is_next),
        cmocka_unit_test(questions_come_before_practice_and_practice_before_the_trials),
        cmocka_unit_test(a_session_that_left_takes_nothing_more),
        cmocka_unit_test(pay_and_totals_of_reward_learning_are_those_of_the_papers_rule),
        cmocka_unit_test(pay_and_totals_of_category_learning_count_correct_deliveries),
        cmocka_unit_test(all_questions_must_be_right_and_once_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
