/* Who is not let in, and what they are told: every refusal, its order, its way back, and what is remembered of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/recruited.h"

#define HOUR_MS  INT64_C(3600000)
#define OPENS_MS INT64_C(1800000000000) /* 2027-01-15T08:00:00Z */
#define TIMES    "\"opens_at\": \"2027-01-15T08:00Z\", \"closes_at\": \"2027-01-15T09:00Z\""

static void ask_and_must_be_refused(struct world *world, const struct enrolment *enrolment, enum refusal refusal,
                                    const char *code)
{
    struct enrolment_result result = recruited_ask(world, enrolment);

    must_be_refused(&result, refusal, code);
}

static struct json_doc *answers_of(const char *json)
{
    struct err       err = {0};
    struct json_doc *doc = json_parse(span_of(json), &err);

    if (doc == NULL) fail_msg("%s", err.message);
    return doc;
}

static void before_within_and_after_its_times(void **state)
{
    struct world            world;
    struct enrolment_result result, first;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", " TIMES);
    result = recruited_come(&world, "study", "a", "ann", OPENS_MS - 1);
    must_be_refused(&result, REFUSAL_NOT_YET, "FULL");
    first = recruited_come(&world, "study", "a", "ann", OPENS_MS);
    assert_true(first.is_new);
    result = recruited_come(&world, "study", "b", "ben", OPENS_MS + HOUR_MS);
    must_be_refused(&result, REFUSAL_OVER, "FULL");
    assert_string_equal(result.link.url, "https://app.prolific.com/submissions/complete?cc=FULL");
    /* who has begun goes on, by this browser or another */
    assert_int_equal(recruited_come(&world, "study", "a", "ann", OPENS_MS + HOUR_MS).refusal, REFUSAL_NONE);
    assert_int_equal(recruited_come(&world, "study", "c", "ann", OPENS_MS + HOUR_MS).session.session_id,
                     first.session.session_id);
    world_close(&world);
}

static void the_quota_counts_open_and_finished_sessions(void **state)
{
    struct world            world;
    struct enrolment_result a, b, result;
    struct err              err = {0};

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", \"quota\": 2");
    a = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    b = recruited_come(&world, "study", "b", "ben", WORLD_NOW_MS);
    recruited_finish(&world, &a.session);
    result = recruited_come(&world, "study", "c", "cem", WORLD_NOW_MS);
    must_be_refused(&result, REFUSAL_FULL, "FULL");
    assert_int_equal(result.err.kind, ERR_FULL);
    MUST(store_session_leave(world.store, b.session.session_id, END_ABSENT, WORLD_NOW_MS, &err));
    assert_true(recruited_come(&world, "study", "c", "cem", WORLD_NOW_MS).is_new);
    world_close(&world);
}

static void without_an_id_nobody_gets_into_a_platforms_study(void **state)
{
    struct world     world;
    struct enrolment enrolment;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    enrolment = recruited_enrolment(&world, "study", "a", ARRIVAL_SURVEY_CODE, "77", WORLD_NOW_MS); /* another platform's */
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NO_ID, NULL);
    enrolment = recruited_enrolment(&world, "study", "a", ARRIVAL_PROLIFIC_PID, "{{%PROLIFIC_PID%}}", WORLD_NOW_MS);
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NO_ID, NULL);
    assert_int_equal(recruited_count(&world, "study"), 0);
    world_close(&world);
}

static void a_worker_who_only_looks_is_told_to_accept_first_also_in_a_pilot(void **state)
{
    struct world     world;
    struct enrolment enrolment;

    (void)state;
    recruited_open(&world, "\"platform\": \"mturk\", \"code_completed\": \"DONE\"");
    enrolment = recruited_enrolment(&world, "study", "a", ARRIVAL_ASSIGNMENT, "ASSIGNMENT_ID_NOT_AVAILABLE", WORLD_NOW_MS);
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_PREVIEW, NULL);
    recruited_set_pilot(&world, "study", true);
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_PREVIEW, NULL);
    world_close(&world);
}

#define ELIGIBILITY                                                                                                              \
    "\"eligibility\": [{\"id\": \"vision\", \"question\": {\"en\": \"?\"}, \"options\": {\"en\": [\"Yes\", \"No\"]},"            \
    " \"accepted\": [0]}]"

static void who_was_screened_out_stays_so_whatever_they_answer_later(void **state)
{
    struct world     world;
    struct json_doc *yes = answers_of("{\"vision\": 0}"), *no = answers_of("{\"vision\": 1}");
    struct enrolment enrolment;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", " ELIGIBILITY);
    enrolment             = recruited_enrolment(&world, "study", "a", ARRIVAL_PROLIFIC_PID, "ann", WORLD_NOW_MS);
    enrolment.eligibility = json_root(no);
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    enrolment.eligibility = json_root(yes);
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    secret_token_hash("another browser", &enrolment.token_hash);
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    enrolment             = recruited_enrolment(&world, "study", "b", ARRIVAL_PROLIFIC_PID, "young ben", WORLD_NOW_MS);
    enrolment.eligibility = json_root(yes);
    enrolment.age         = 17;
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    enrolment.age = 34;
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    recruited_set_pilot(&world, "study", true);
    assert_true(recruited_ask(&world, &enrolment).is_new);
    assert_int_equal(recruited_count(&world, "study"), 0);
    json_free(yes);
    json_free(no);
    world_close(&world);
}

static void a_pilot_who_is_screened_out_is_not_remembered(void **state)
{
    struct world     world;
    struct enrolment enrolment;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    recruited_set_pilot(&world, "study", true);
    enrolment     = recruited_enrolment(&world, "study", "a", ARRIVAL_PROLIFIC_PID, "ann", WORLD_NOW_MS);
    enrolment.age = 17;
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    recruited_set_pilot(&world, "study", false);
    enrolment.age = 34;
    assert_true(recruited_ask(&world, &enrolment).is_new);
    world_close(&world);
}

static void an_answer_that_cannot_be_is_no_refusal_and_is_not_remembered(void **state)
{
    struct world            world;
    struct json_doc        *odd = answers_of("{\"vision\": 2}"), *yes = answers_of("{\"vision\": 0}");
    struct enrolment        enrolment;
    struct enrolment_result result;
    struct err              err = {0};

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", " ELIGIBILITY);
    enrolment             = recruited_enrolment(&world, "study", "a", ARRIVAL_PROLIFIC_PID, "ann", WORLD_NOW_MS);
    enrolment.eligibility = json_root(odd);
    MUST_REFUSE(enroll_session(world.store, world.catalog, &enrolment, &result, &err), ERR_INVALID, "eligibility.vision");
    enrolment.eligibility = NULL;
    MUST_REFUSE(enroll_session(world.store, world.catalog, &enrolment, &result, &err), ERR_INVALID, "is missing");
    enrolment.eligibility = json_root(yes);
    assert_true(recruited_ask(&world, &enrolment).is_new);
    json_free(yes);
    json_free(odd);
    world_close(&world);
}

/* All obstacles at once, taken away one by one: each refusal in its turn. */
static void refusals_come_in_their_order(void **state)
{
    struct world            world;
    struct enrolment        enrolment;
    struct enrolment_result result;
    struct secret_hash      consent;
    const struct study     *study;
    struct err              err = {0};

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    recruited_create(&world, "late", "", RECRUITED_PROLIFIC ", \"quota\": 1, \"excludes\": [\"study\"], " TIMES);
    study = world_study(&world, "late");
    (void)recruited_come(&world, "study", "x", "ann", WORLD_NOW_MS);
    result = recruited_come(&world, "late", "y", "holder", OPENS_MS);
    assert_true(result.is_new);

    enrolment = recruited_enrolment(&world, "late", "a", ARRIVAL_PROLIFIC_PID, "", OPENS_MS - 1);
    consent   = enrolment.consent_sha256;
    secret_sha256_of("x", 1, &enrolment.consent_sha256);
    enrolment.age = 17;
    MUST(store_study_set_state(world.store, study->study_id, "closed", &err));
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NO_ID, NULL);
    (void)snprintf(enrolment.arrival.ids[ARRIVAL_PROLIFIC_PID], ARRIVAL_ID_BYTES, "ann");
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_CLOSED, "FULL");
    MUST(store_study_set_state(world.store, study->study_id, "open", &err));
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NOT_YET, "FULL");
    enrolment.now_ms = OPENS_MS;
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_FULL, "FULL");
    MUST(store_session_leave(world.store, result.session.session_id, END_ABSENT, OPENS_MS, &err));
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_CONSENT_CHANGED, NULL);
    enrolment.consent_sha256 = consent;
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_EXCLUDED, "OUT");
    (void)snprintf(enrolment.arrival.ids[ARRIVAL_PROLIFIC_PID], ARRIVAL_ID_BYTES, "ben");
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    enrolment.age = 34;
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_SCREENED_OUT, "OUT");
    (void)snprintf(enrolment.arrival.ids[ARRIVAL_PROLIFIC_PID], ARRIVAL_ID_BYTES, "cem");
    assert_true(recruited_ask(&world, &enrolment).is_new);
    world_close(&world);
}

/* --- personal links --- */

static void make_link(struct world *world, const char *slug, const char *token)
{
    struct secret_hash hash;
    struct err         err = {0};
    int                number;

    secret_token_hash(token, &hash);
    MUST(store_personal_link_insert(world->store, world_study(world, slug)->study_id, &hash, WORLD_NOW_MS, &number, &err));
}

static struct enrolment by_link(struct world *world, const char *slug, const char *token, const char *link)
{
    return recruited_enrolment(world, slug, token, ARRIVAL_LINK, link, WORLD_NOW_MS);
}

static void a_personal_link_is_for_one_session_of_its_own_study(void **state)
{
    struct world       world;
    struct enrolment   enrolment;
    struct session_row session;

    (void)state;
    recruited_open(&world, "\"platform\": \"personal\"");
    recruited_create(&world, "other", "", "\"platform\": \"personal\"");
    make_link(&world, "study", "link-1");
    enrolment = by_link(&world, "study", "a", "made up");
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NO_ID, NULL);
    enrolment = by_link(&world, "other", "a", "link-1");
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NO_ID, NULL);
    enrolment = by_link(&world, "study", "a", "");
    ask_and_must_be_refused(&world, &enrolment, REFUSAL_NO_ID, NULL);
    enrolment = by_link(&world, "study", "a", "link-1");
    session   = recruited_ask(&world, &enrolment).session;
    enrolment = by_link(&world, "study", "b", "link-1");
    assert_int_equal(recruited_ask(&world, &enrolment).session.session_id, session.session_id);
    assert_int_equal(recruited_count(&world, "study"), 1);
    world_close(&world);
}

static void a_link_that_was_tried_out_in_a_pilot_is_still_good(void **state)
{
    struct world     world;
    struct enrolment enrolment;

    (void)state;
    recruited_open(&world, "\"platform\": \"personal\"");
    make_link(&world, "study", "link-1");
    recruited_set_pilot(&world, "study", true);
    enrolment = by_link(&world, "study", "a", "link-1");
    assert_true(recruited_ask(&world, &enrolment).session.is_pilot);
    recruited_set_pilot(&world, "study", false);
    enrolment = by_link(&world, "study", "b", "link-1");
    assert_true(recruited_ask(&world, &enrolment).is_new);
    world_close(&world);
}

/* --- the questions about the instructions --- */

static struct comprehension_result answer(struct world *world, const struct session_row *session, bool is_right)
{
    struct comprehension_answers answers = {.received_at_ms = WORLD_NOW_MS + 10};
    struct comprehension_result  result;
    struct err                   err = {0};

    for (int i = 0; i < COMPREHENSION_QUESTION_COUNT; i++)
        answers.options[i] = is_right ? task_comprehension(TASK_CATEGORY)[i].right_option
                                      : (task_comprehension(TASK_CATEGORY)[i].right_option + 1) % COMPREHENSION_OPTION_COUNT;
    MUST(record_comprehension(world->store, world->catalog, session->session_id, &answers, &result, &err));
    return result;
}

static void the_last_attempt_ends_the_session_and_the_person_is_not_let_in_again(void **state)
{
    struct world                world;
    struct session_row          session;
    struct comprehension_result result;
    struct enrolment_result     again;
    struct receipt              receipt;
    struct err                  err = {0};

    (void)state;
    world_open_empty(&world);
    world_add_material(&world);
    recruited_create(&world, "study", "\"comprehension_attempts_max\": 2,", RECRUITED_PROLIFIC);
    session = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS).session;
    result  = answer(&world, &session, false);
    assert_true(!result.is_passed && !result.is_over && result.attempt_count == 1 && result.attempts_left == 1);
    result = answer(&world, &session, false);
    assert_true(!result.is_passed && result.is_over && result.attempt_count == 2 && result.attempts_left == 0);
    /* the reply was lost: asking again, even with right answers, says the same and counts nothing */
    result = answer(&world, &session, true);
    assert_true(!result.is_passed && result.is_over && result.attempt_count == 2);
    assert_int_equal(world_session(&world, session.session_id).end_reason, END_COMPREHENSION);
    if (world_try(&world, &session, PHASE_MAIN, 0, 1, &receipt, &err)) fail_msg("a trial was recorded");
    again = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS + 20); /* the same browser */
    must_be_refused(&again, REFUSAL_FAILED_COMPREHENSION, "FAIL");
    assert_string_equal(again.link.url, "https://app.prolific.com/submissions/complete?cc=FAIL");
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS + 20);
    must_be_refused(&again, REFUSAL_FAILED_COMPREHENSION, "FAIL");
    assert_int_equal(again.err.kind, ERR_GONE);
    world_close(&world);
}

static void the_last_attempt_can_pass_and_without_a_limit_nobody_is_out(void **state)
{
    struct world                world;
    struct session_row          session;
    struct comprehension_result result;

    (void)state;
    world_open_empty(&world);
    world_add_material(&world);
    recruited_create(&world, "study", "\"comprehension_attempts_max\": 2,", RECRUITED_PROLIFIC);
    recruited_create(&world, "patient", "", RECRUITED_PROLIFIC);
    session = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS).session;
    (void)answer(&world, &session, false);
    result = answer(&world, &session, true);
    assert_true(result.is_passed && !result.is_over && result.attempt_count == 2);
    result = answer(&world, &session, false); /* late and wrong: it was passed */
    assert_true(result.is_passed && !result.is_over && result.attempt_count == 2);
    session = recruited_come(&world, "patient", "b", "ann", WORLD_NOW_MS).session;
    for (int i = 1; i <= 20; i++) {
        result = answer(&world, &session, false);
        assert_true(!result.is_over && result.attempts_left == -1 && result.attempt_count == i);
    }
    world_close(&world);
}

static void a_pilot_who_failed_the_questions_may_try_again(void **state)
{
    struct world       world;
    struct session_row session;

    (void)state;
    world_open_empty(&world);
    world_add_material(&world);
    recruited_create(&world, "study", "\"comprehension_attempts_max\": 1,", RECRUITED_PROLIFIC);
    recruited_set_pilot(&world, "study", true);
    session = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS).session;
    assert_true(answer(&world, &session, false).is_over);
    assert_true(recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS).is_new);
    recruited_set_pilot(&world, "study", false);
    assert_true(recruited_come(&world, "study", "c", "ann", WORLD_NOW_MS).is_new);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_within_and_after_its_times),
        cmocka_unit_test(the_quota_counts_open_and_finished_sessions),
        cmocka_unit_test(without_an_id_nobody_gets_into_a_platforms_study),
        cmocka_unit_test(a_worker_who_only_looks_is_told_to_accept_first_also_in_a_pilot),
        cmocka_unit_test(who_was_screened_out_stays_so_whatever_they_answer_later),
        cmocka_unit_test(a_pilot_who_is_screened_out_is_not_remembered),
        cmocka_unit_test(an_answer_that_cannot_be_is_no_refusal_and_is_not_remembered),
        cmocka_unit_test(refusals_come_in_their_order),
        cmocka_unit_test(a_personal_link_is_for_one_session_of_its_own_study),
        cmocka_unit_test(a_link_that_was_tried_out_in_a_pilot_is_still_good),
        cmocka_unit_test(the_last_attempt_ends_the_session_and_the_person_is_not_let_in_again),
        cmocka_unit_test(the_last_attempt_can_pass_and_without_a_limit_nobody_is_out),
        cmocka_unit_test(a_pilot_who_failed_the_questions_may_try_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
