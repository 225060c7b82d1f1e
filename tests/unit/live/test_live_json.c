/* The researchers' documents, member by member, from a study and sessions that are made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live/live_json.h"
#include "small_lab.h"
#include "watcher.h"

/* A study from a small lab, held in memory. */
struct desk {
    struct lab          lab;
    struct live_study  *study;
    struct text         text;
    struct json_writer  writer;
    struct study_status status;
};

static void desk_open(struct desk *desk, enum task_kind task)
{
    struct err err = {0};

    *desk = (struct desk){.status = {.state              = "open",
                                     .counts             = {.active = 3, .finished = 2, .left = 1, .conditions = LAB_CONDITIONS},
                                     .tables             = {.ready = 5, .failed = 1, .left_s = 2.5},
                                     .retention_until_ms = 1700000000000,
                                     .is_retention_near  = true}};
    lab_make(&desk->lab, task);
    desk->study = live_study_load(desk->lab.store, desk->lab.study_id, &err);
    if (desk->study == NULL) fail_msg("%s", err.message);
    text_init(&desk->text);
    json_writer_init(&desk->writer, &desk->text);
}

static void desk_close(struct desk *desk)
{
    text_close(&desk->text);
    live_study_free(desk->study);
    lab_remove(&desk->lab);
}

static void the_study_document_says_what_is_planned_and_what_is_there(void **state)
{
    struct desk desk;

    (void)state;
    desk_open(&desk, TASK_REWARD);
    live_json_study(&desk.writer, NULL, desk.study, &desk.status);
    assert_string_equal(
        desk.text.data,
        "{\"slug\":\"small\",\"title\":\"A \\\"small\\\" "
        "study\",\"task\":\"reward\",\"state\":\"open\",\"is_pilot\":false,\"is_blind\":false,\"is_imported\":false,\"trial_"
        "count\":20,"
        "\"condition_count\":2,\"sessions_per_condition\":1,\"session_counts\":{\"active\":3,\"finished\":2,\"left\":1},"
        "\"participant_path\":\"/s/small\",\"models\":["
        "{\"representation\":\"random-0\",\"family\":\"task\",\"learner\":\"bayes_ridge:standardize=online\",\"looks_ahead\":"
        "false,\"kind\":\"main\"},"
        "{\"representation\":\"random-0\",\"family\":\"task\",\"learner\":\"bayes_ridge:standardize=all\",\"looks_ahead\":true,"
        "\"kind\":\"main\"},"
        "{\"representation\":\"random-1\",\"family\":\"task\",\"learner\":\"bayes_ridge:standardize=online\",\"looks_ahead\":"
        "false,\"kind\":\"main\"},"
        "{\"representation\":\"random-1\",\"family\":\"task\",\"learner\":\"bayes_ridge:standardize=all\",\"looks_ahead\":true,"
        "\"kind\":\"main\"}],"
        "\"value_tables\":{\"planned\":8,\"ready\":5,\"failed\":1,\"left_s\":2.5},"
        "\"retention\":{\"until_ms\":1700000000000,\"is_near\":true}}");
    desk_close(&desk);
}

static void the_session_document_takes_pay_and_accuracy_from_the_newest_trial(void **state)
{
    struct desk             desk;
    struct live_glance      glance   = {"rwt", true, "random-1", "chance", 0.75};
    struct session_overview overview = {.condition_number = 2,
                                        .response_count   = 7,
                                        .total_correct    = 4,
                                        .total_scored     = 6,
                                        .last_seen_ms     = 2000,
                                        .inclusion        = INCLUSION_NO,
                                        .session          = {.public_id                  = "s-1",
                                                             .participant_number         = 12,
                                                             .state                      = SESSION_ACTIVE,
                                                             .consented_at_ms            = 1000,
                                                             .comprehension_passed_at_ms = 1500}};

    (void)state;
    desk_open(&desk, TASK_CATEGORY);
    live_json_session(&desk.writer, NULL, desk.study, &overview, &glance);
    assert_string_equal(desk.text.data,
                        "{\"session_id\":\"s-1\",\"number\":12,\"state\":\"active\",\"end_reason\":null,\"is_pilot\":false,"
                        "\"stage\":\"trials\",\"condition_number\":2,"
                        "\"trial_count\":20,\"response_count\":7,\"correct_count\":4,\"scored_count\":6,\"started_at_ms\":1000,"
                        "\"last_seen_at_ms\":2000,\"pay_minor\":216,\"currency\":\"GBP\","
                        "\"leading\":{\"representation\":\"random-1\",\"learner\":\"chance\",\"posterior\":0.75},\"recent\":"
                        "\"rwt\",\"is_included\":false}");
    desk_close(&desk);
}

static void assert_stage(struct desk *desk, const struct session_overview *overview, const char *stage)
{
    char expected[64];

    text_reset(&desk->text);
    json_writer_init(&desk->writer, &desk->text);
    live_json_session(&desk->writer, NULL, desk->study, overview, &(struct live_glance){0});
    (void)snprintf(expected, sizeof expected, "\"stage\":\"%s\"", stage);
    if (strstr(desk->text.data, expected) == NULL) fail_msg("%s is not in %s", expected, desk->text.data);
    assert_non_null(strstr(desk->text.data, "\"leading\":null"));
}

static void the_stage_follows_from_what_is_stored(void **state)
{
    struct desk             desk;
    struct session_overview overview = {0};

    (void)state;
    desk_open(&desk, TASK_REWARD);
    assert_stage(&desk, &overview, "instructions");
    overview.session.comprehension_passed_at_ms = 1;
    assert_stage(&desk, &overview, "practice");
    overview.practice_count = LAB_PRACTICE;
    assert_stage(&desk, &overview, "trials");
    overview.response_count = LAB_TRIALS;
    assert_stage(&desk, &overview, "questionnaire");
    overview.session.has_questionnaire = true;
    assert_stage(&desk, &overview, "finish");
    overview.session.state = SESSION_FINISHED;
    assert_stage(&desk, &overview, "finished");
    desk_close(&desk);
}

/* A session of condition 1 with two responses; only the models of `columns` are ready. */
static struct json_doc *write_live(struct desk *desk, const double *const columns[LAB_MODELS])
{
    struct session_overview overview = {0};
    struct live_condition  *condition;
    struct live_session    *session;
    struct live_glance      glance;
    struct trial_row       *rows = NULL;
    struct arena            arena;
    struct json_doc        *doc;
    struct err              err   = {0};
    int                     count = 0;
    int64_t                 id    = lab_enroll(&desk->lab, "s-1", 0);
    bool                    is_found;

    for (int t = 0; t < 2; t++) lab_respond(&desk->lab, id, t);
    MUST(store_overview_of_session(desk->lab.store, id, &overview, &is_found, &err));
    condition = live_condition_load(desk->lab.store, desk->study, desk->lab.condition_ids[0], &err);
    assert_non_null(condition);
    for (int i = 0; i < LAB_MODELS; i++) {
        condition->columns[i] = columns[i];
        condition->ready_count += columns[i] != NULL;
    }
    session = live_session_load(desk->lab.store, condition, &overview, &err);
    assert_non_null(session);
    live_session_glance(session, &glance);
    arena_init(&arena);
    MUST(store_trials_of_session(desk->lab.store, id, PHASE_MAIN, &arena, &rows, &count, &err));
    MUST(live_json_live(&desk->writer, session, &glance, rows, &err));
    MUST(text_ok(&desk->text, &err));
    arena_close(&arena);
    live_session_free(session);
    live_condition_free(condition);
    doc = json_parse(span_of(desk->text.data), &err);
    if (doc == NULL) fail_msg("%s in %s", err.message, desk->text.data);
    return doc;
}

static void a_model_that_is_not_ready_has_null_for_numbers(void **state)
{
    static const double HALF[2 * LAB_TRIALS] = {0.5, 0.5, 0.5, 0.5};
    struct desk         desk;
    struct json_doc    *doc;

    (void)state;
    desk_open(&desk, TASK_CATEGORY);
    doc = write_live(&desk, (const double *const[LAB_MODELS]){NULL, HALF, NULL, HALF});
    assert_json(json_root(doc), "models.0.is_ready", "false");
    assert_json(json_root(doc), "models.0.r2_online", "null");
    assert_json(json_root(doc), "models.0.beta", "null");
    assert_json(json_root(doc), "models.1.is_ready", "true");
    assert_int_equal((int)(1e9 * number_at(json_root(doc), "models.1.r2_online")), 0);
    assert_true(number_at(json_root(doc), "models.1.beta.low") < number_at(json_root(doc), "models.1.beta.high"));
    assert_json(json_root(doc), "trials.0.prob", "[null,0.5,null,0.5]");
    assert_json(json_root(doc), "trials.1.posterior", "[null,0.5,null,0.5]");
    assert_true(fabs(number_at(json_root(doc), "trials.1.log_evidence.1") + 2.0 * log(2.0)) < 1e-12);
    assert_string_equal(text_at(json_root(doc), "session.leading.learner"), desk.study->models[1].learner->text);
    assert_string_equal(text_at(json_root(doc), "study.slug"), "small");
    json_free(doc);
    desk_close(&desk);
}

static void assert_stimulus(const struct json_value *live, const char *path, int stimulus)
{
    struct secret_hash sha256;
    char               hex[SECRET_HEX_BYTES];

    lab_hash(&sha256, "media", stimulus);
    secret_hex(&sha256, hex);
    assert_string_equal(text_at(live, path), hex);
}

static void a_category_trial_shows_one_picture_and_its_dinosaur(void **state)
{
    struct desk      desk;
    struct json_doc *doc;
    const char      *category;

    (void)state;
    desk_open(&desk, TASK_CATEGORY);
    doc = write_live(&desk, (const double *const[LAB_MODELS]){NULL});
    assert_int_equal(json_array_count(json_at(json_root(doc), "trials")), 2);
    assert_int_equal(json_array_count(json_at(json_root(doc), "trials.1.stimuli")), 1);
    assert_stimulus(json_root(doc), "trials.1.stimuli.0", 1);
    category = text_at(json_root(doc), "trials.1.category");
    assert_true(strcmp(category, "julty") == 0 || strcmp(category, "folty") == 0);
    assert_null(json_member(json_at(json_root(doc), "trials.1"), "points"));
    assert_json(json_root(doc), "trials.1.rt_ms", "401.5");
    assert_json(json_root(doc), "trials.1.is_correct", "false");
    assert_json(json_root(doc), "session.leading", "null");
    json_free(doc);
    desk_close(&desk);
}

static void a_reward_trial_shows_both_pictures_and_their_points(void **state)
{
    struct desk      desk;
    struct json_doc *doc;

    (void)state;
    desk_open(&desk, TASK_REWARD);
    doc = write_live(&desk, (const double *const[LAB_MODELS]){NULL});
    assert_stimulus(json_root(doc), "trials.1.stimuli.0", 2);
    assert_stimulus(json_root(doc), "trials.1.stimuli.1", 3);
    assert_int_equal(json_array_count(json_at(json_root(doc), "trials.1.points")), 2);
    assert_null(json_member(json_at(json_root(doc), "trials.1"), "category"));
    json_free(doc);
    desk_close(&desk);
}

/* Ten trials' worth of base and bonus would be more. */
static void a_session_that_left_says_why_and_is_paid_by_the_rule_for_parts(void **state)
{
    struct desk             desk;
    struct live_glance      glance   = {.recent = ""};
    struct session_overview overview = {
        .response_count = 10,
        .total_correct  = 10,
        .total_scored   = 10,
        .session        = {.public_id = "s-1", .state = SESSION_LEFT, .end_reason = END_WITHDRAWN, .is_pilot = true}};

    (void)state;
    desk_open(&desk, TASK_CATEGORY);
    desk.study->settings.pay.partial_minimum_minor   = 50;
    desk.study->settings.pay.partial_per_trial_minor = 2;
    live_json_session(&desk.writer, NULL, desk.study, &overview, &glance);
    assert_non_null(strstr(desk.text.data, "\"state\":\"left\",\"end_reason\":\"withdrawn\",\"is_pilot\":true,"));
    assert_non_null(strstr(desk.text.data, "\"pay_minor\":70,"));
    desk_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_study_document_says_what_is_planned_and_what_is_there),
        cmocka_unit_test(the_session_document_takes_pay_and_accuracy_from_the_newest_trial),
        cmocka_unit_test(a_session_that_left_says_why_and_is_paid_by_the_rule_for_parts),
        cmocka_unit_test(the_stage_follows_from_what_is_stored),
        cmocka_unit_test(a_model_that_is_not_ready_has_null_for_numbers),
        cmocka_unit_test(a_category_trial_shows_one_picture_and_its_dinosaur),
        cmocka_unit_test(a_reward_trial_shows_both_pictures_and_their_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
