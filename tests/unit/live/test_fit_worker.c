/* The fit worker from a committed response to a reader's event: against brute force, after a restart, and with late value tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_documents.h"

static void follow_a_session(enum task_kind task)
{
    struct lab     lab;
    struct watcher watcher;
    struct brute   brute;
    int64_t        session_id;

    lab_make(&lab, task);
    session_id = lab_enroll(&lab, "s-1", 1);
    brute_session(&lab, 1, session_id, &brute);
    lab_open(&lab);
    lab_open_tables(&lab);
    watcher_open(&watcher, lab.hub, "session", session_id);
    json_free(until_ready(&watcher));
    for (int t = 0; t < LAB_TRIALS; t++) {
        struct json_doc *doc;
        int              leading = brute_leading(&brute, t);

        lab_respond(&lab, session_id, t);
        doc = watcher_until(&watcher, "trial");
        assert_trial(json_at(json_root(doc), "trial"), &brute, t);
        assert_int_equal((int)number_at(json_root(doc), "session.response_count"), t + 1);
        assert_near(number_at(json_root(doc), "session.leading.posterior"), brute.posterior[t][leading]);
        assert_int_equal(json_array_count(json_at(json_root(doc), "models")), LAB_MODELS);
        json_free(doc);
    }
    watcher_close(&watcher);
    lab_close(&lab);
    lab_remove(&lab);
}

static void each_category_response_is_told_with_the_numbers_of_brute_force(void **state)
{
    (void)state;
    follow_a_session(TASK_CATEGORY);
}

static void each_reward_response_is_told_with_the_numbers_of_brute_force(void **state)
{
    (void)state;
    follow_a_session(TASK_REWARD);
}

static void responses_before_the_value_tables_are_caught_up_on(void **state)
{
    struct lab       lab;
    struct watcher   watcher;
    struct brute     brute;
    struct json_doc *doc;
    int64_t          session_id;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    lab_open(&lab);
    session_id = lab_enroll(&lab, "s-1", 0);
    watcher_open(&watcher, lab.hub, "session", session_id);
    json_free(watcher_until(&watcher, "snapshot"));
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&lab, session_id, t);
    for (int t = 0; t < LAB_TRIALS; t++) {
        doc = watcher_until(&watcher, "trial");
        assert_json(json_root(doc), "trial.prob", "[null,null,null,null]");
        assert_json(json_root(doc), "session.leading", "null");
        assert_json(json_root(doc), "models.0.beta", "null");
        json_free(doc);
    }
    brute_session(&lab, 0, session_id, &brute);
    lab_open_tables(&lab);
    doc = until_ready(&watcher);
    assert_live(json_root(doc), &brute);
    json_free(doc);
    watcher_close(&watcher);
    lab_close(&lab);
    lab_remove(&lab);
}

enum { CROWD = 5 };

struct respondent {
    struct lab *lab;
    int64_t     session_id;
};

static void *respond_to_all(void *argument)
{
    const struct respondent *respondent = argument;

    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(respondent->lab, respondent->session_id, t);
    return NULL;
}

/* Each from a thread of its own, with dashboards coming and going. */
static void sessions_that_answer_at_the_same_time_do_not_mix(void **state)
{
    struct lab        lab;
    struct respondent crowd[CROWD];
    pthread_t         threads[CROWD];
    struct brute      brute;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    for (int i = 0; i < CROWD; i++)
        crowd[i] =
            (struct respondent){&lab, lab_enroll(&lab, (const char *[CROWD]){"a", "b", "c", "d", "e"}[i], i % LAB_CONDITIONS)};
    lab_open(&lab);
    lab_open_tables(&lab);
    for (int i = 0; i < CROWD; i++) assert_int_equal(pthread_create(&threads[i], NULL, respond_to_all, &crowd[i]), 0);
    for (int i = 0; i < 4 * CROWD; i++) json_free(watcher_ask(lab.hub, "session", crowd[i % CROWD].session_id));
    for (int i = 0; i < CROWD; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < CROWD; i++) wait_until_ready(&lab, crowd[i].session_id);
    table_worker_stop(lab.table_worker); /* it may be at another condition's tables */
    lab.table_worker = NULL;
    for (int i = 0; i < CROWD; i++) {
        struct json_doc *doc = watcher_ask(lab.hub, "session", crowd[i].session_id);

        brute_session(&lab, i % LAB_CONDITIONS, crowd[i].session_id, &brute);
        assert_live(json_root(doc), &brute);
        json_free(doc);
    }
    lab_close(&lab);
    lab_remove(&lab);
}

static char *ask_text(struct lab *lab, const char *prefix, int64_t id)
{
    struct json_doc *doc = watcher_ask(lab->hub, prefix, id);
    struct text      text;

    assert_non_null(doc);
    text_init(&text);
    json_copy(json_root(doc), &text);
    json_free(doc);
    return text_take(&text);
}

static void a_restart_changes_no_number(void **state)
{
    static const char *const QUESTIONS[] = {"session", "study"};
    struct lab               lab;
    int64_t                  session_id;
    char                    *before[2], *after[2];

    (void)state;
    lab_make(&lab, TASK_REWARD);
    lab_open(&lab);
    lab_open_tables(&lab);
    session_id = lab_enroll(&lab, "s-1", 0);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    for (int t = 0; t < LAB_TRIALS - 5; t++) lab_respond(&lab, session_id, t);
    for (int i = 0; i < 2; i++) before[i] = ask_text(&lab, QUESTIONS[i], i == 0 ? session_id : lab.study_id);
    lab_close(&lab);
    lab_open(&lab);
    for (int i = 0; i < 2; i++) {
        after[i] = ask_text(&lab, QUESTIONS[i], i == 0 ? session_id : lab.study_id);
        assert_string_equal(before[i], after[i]);
        free(before[i]);
        free(after[i]);
    }
    lab_close(&lab);
    lab_remove(&lab);
}

static void the_study_is_told_of_every_step_of_a_session(void **state)
{
    struct lab       lab;
    struct watcher   study;
    struct json_doc *doc;
    int64_t          session_id;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    lab_open(&lab);
    watcher_open(&study, lab.hub, "study", lab.study_id);
    doc = watcher_until(&study, "snapshot");
    assert_int_equal(json_array_count(json_at(json_root(doc), "sessions")), 0);
    json_free(doc);
    session_id = lab_enroll(&lab, "s-1", 0);
    doc        = watcher_until(&study, "sessions");
    assert_string_equal(text_at(json_root(doc), "sessions.0.stage"), "practice");
    json_free(doc);
    for (int t = 0; t < LAB_PRACTICE; t++) {
        lab_respond_in(&lab, session_id, PHASE_PRACTICE, t);
        doc = watcher_until(&study, "sessions");
        assert_string_equal(text_at(json_root(doc), "sessions.0.stage"), t + 1 < LAB_PRACTICE ? "practice" : "trials");
        assert_int_equal((int)number_at(json_root(doc), "sessions.0.response_count"), 0);
        json_free(doc);
    }
    lab_respond(&lab, session_id, 0);
    doc = watcher_until(&study, "sessions");
    assert_int_equal((int)number_at(json_root(doc), "sessions.0.response_count"), 1);
    json_free(doc);
    lab_end(&lab, session_id, SESSION_LEFT);
    doc = watcher_until(&study, "sessions");
    assert_string_equal(text_at(json_root(doc), "sessions.0.state"), "left");
    assert_int_equal((int)number_at(json_root(doc), "session_counts.left"), 1);
    json_free(doc);
    watcher_close(&study);
    lab_close(&lab);
    lab_remove(&lab);
}

/* A clock that stands until it is turned. */
struct hand_clock {
    struct clock    clock; /* first: the functions get its address */
    _Atomic int64_t now_us;
};

static int64_t hand_us(const struct clock *clock)
{
    return atomic_load(&((const struct hand_clock *)clock)->now_us);
}

static int64_t hand_ms(const struct clock *clock)
{
    return hand_us(clock) / 1000;
}

/* One question after the other, each after `turn_us` more, until so many sessions are in memory. */
static void ask_until_in_memory(struct lab *lab, struct hand_clock *hand, int64_t turn_us, int count)
{
    enum { ASKED_MAX = 100 * 1000 };

    for (int i = 0; atomic_load(&lab->meters->sessions_in_memory) != count; i++) {
        if (i == ASKED_MAX) fail_msg("%d sessions are in memory", atomic_load(&lab->meters->sessions_in_memory));
        atomic_fetch_add(&hand->now_us, turn_us);
        json_free(watcher_ask(lab->hub, "study", lab->study_id));
    }
}

static void what_has_ended_leaves_memory_with_a_heartbeat_and_comes_back_when_asked_for(void **state)
{
    static const int64_t HEARTBEAT_US = INT64_C(15) * 1000 * 1000;
    struct lab           lab;
    struct hand_clock    hand   = {.clock = {hand_ms, hand_us}};
    struct meters        meters = {0};
    struct brute         brute;
    struct json_doc     *doc;
    int64_t              session_id;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    lab.clock  = &hand.clock;
    lab.meters = &meters;
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    table_worker_stop(lab.table_worker); /* it may be at the representations' metrics */
    lab.table_worker = NULL;
    session_id       = lab_enroll(&lab, "s-1", 1);
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&lab, session_id, t);
    ask_until_in_memory(&lab, &hand, 0, 1);
    lab_end(&lab, session_id, SESSION_FINISHED);
    ask_until_in_memory(&lab, &hand, HEARTBEAT_US, 0);
    for (int times = 0; times < 2; times++) {
        doc = watcher_ask(lab.hub, "session", session_id);
        brute_session(&lab, 1, session_id, &brute);
        assert_live(json_root(doc), &brute);
        json_free(doc);
        ask_until_in_memory(&lab, &hand, 0, 1);
        ask_until_in_memory(&lab, &hand, HEARTBEAT_US, 0);
    }
    lab_close(&lab);
    lab_remove(&lab);
}

static void what_is_not_there_ends_its_readers(void **state)
{
    static const char *const TOPICS[] = {"nonsense", "study/", "study/0", "study/1x", "session/-1", "session/999"};
    struct lab               lab;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    lab_open(&lab);
    for (size_t i = 0; i < sizeof TOPICS / sizeof TOPICS[0]; i++) assert_null(watcher_ask(lab.hub, TOPICS[i], 0));
    assert_null(watcher_ask(lab.hub, "study", 999));
    lab_close(&lab);
    lab_remove(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_category_response_is_told_with_the_numbers_of_brute_force),
        cmocka_unit_test(each_reward_response_is_told_with_the_numbers_of_brute_force),
        cmocka_unit_test(responses_before_the_value_tables_are_caught_up_on),
        cmocka_unit_test(sessions_that_answer_at_the_same_time_do_not_mix),
        cmocka_unit_test(a_restart_changes_no_number),
        cmocka_unit_test(the_study_is_told_of_every_step_of_a_session),
        cmocka_unit_test(what_has_ended_leaves_memory_with_a_heartbeat_and_comes_back_when_asked_for),
        cmocka_unit_test(what_is_not_there_ends_its_readers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
