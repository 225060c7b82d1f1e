/* Sessions that have ended: their fits are stored when every value table is there, and thrown away with an old revision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "live_documents.h"

/* Two events tell that a session has finished: its state has changed, and its fits are stored. */
static void wait_for_fits(struct watcher *study)
{
    for (int told_count = 0; told_count < 2;) {
        told_count += watcher_sessions_in(study, "state", "\"finished\"");
    }
}

static void assert_fits(struct lab *lab, int condition, int64_t session_id)
{
    struct fit_row *rows  = NULL;
    int             count = 0;
    struct brute    brute;
    struct arena    arena;
    struct err      err;

    brute_session(lab, condition, session_id, &brute);
    arena_init(&arena);
    MUST(store_fits_of_session(lab->store, session_id, &arena, &rows, &count, &err));
    assert_int_equal(count, LAB_MODELS);
    for (int i = 0; i < LAB_MODELS; i++) {
        struct learner_spec spec;
        int                 model = 0;

        /* rows come by representation and learner's text; representations have the ids 1, 2, ... */
        for (int j = 0; j < LAB_MODELS; j++) {
            MUST(learner_spec_read(LAB_LEARNER_TEXTS[lab->task][j % LAB_LEARNERS], study_learner_task(lab->task), &spec, &err));
            if (rows[i].representation_id == j / LAB_LEARNERS + 1 && strcmp(rows[i].learner, spec.text) == 0) model = j;
        }
        assert_int_equal(rows[i].trial_count, LAB_TRIALS);
        assert_near(rows[i].log_evidence, brute.log_evidence[LAB_TRIALS - 1][model]);
        assert_near(rows[i].posterior_prob, brute.posterior[LAB_TRIALS - 1][model]);
        assert_near(rows[i].r2_online, 1.0 + rows[i].log_evidence / (LAB_TRIALS * log(2.0)));
        assert_true(rows[i].beta_low <= rows[i].beta_mean && rows[i].beta_mean <= rows[i].beta_high);
    }
    arena_close(&arena);
}

static void a_finished_session_leaves_its_fits_in_the_store(void **state)
{
    struct lab     lab;
    struct watcher study;
    int64_t        session_id;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    lab_open(&lab);
    lab_open_tables(&lab);
    session_id = lab_enroll(&lab, "s-1", 1);
    wait_until_ready(&lab, session_id);
    watcher_open(&study, lab.hub, "study", lab.study_id);
    json_free(watcher_until(&study, "snapshot"));
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&lab, session_id, t);
    lab_end(&lab, session_id, SESSION_FINISHED);
    wait_for_fits(&study);
    watcher_close(&study);
    lab_close(&lab);
    assert_fits(&lab, 1, session_id);
    lab_remove(&lab);
}

static void sessions_that_ended_before_their_tables_are_fitted_when_these_come(void **state)
{
    struct lab       lab;
    struct watcher   study;
    int64_t          session_ids[6];
    struct json_doc *doc;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    for (int i = 0; i < 6; i++) {
        session_ids[i] = lab_enroll(&lab, (const char *[]){"a", "b", "c", "d", "e", "f"}[i], 0);
        for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&lab, session_ids[i], t);
        lab_end(&lab, session_ids[i], SESSION_FINISHED);
    }
    lab_open(&lab);
    watcher_open(&study, lab.hub, "study", lab.study_id);
    doc = watcher_until(&study, "snapshot");
    assert_json(json_root(doc), "sessions.5.leading", "null");
    json_free(doc);
    lab_open_tables(&lab);
    for (int fitted_count = 0; fitted_count < 6;) fitted_count += watcher_sessions_with(&study, "leading");
    watcher_close(&study);
    lab_close(&lab);
    for (int i = 0; i < 6; i++) assert_fits(&lab, 0, session_ids[i]);
    lab_remove(&lab);
}

static void an_ended_session_is_answered_from_the_store(void **state)
{
    struct lab       lab;
    struct watcher   study;
    struct brute     brute;
    struct json_doc *live, *overview;
    char            *leading[2];
    int64_t          session_id;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    session_id = lab_enroll(&lab, "s-1", 0);
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_until_ready(&lab, session_id);
    watcher_open(&study, lab.hub, "study", lab.study_id);
    json_free(watcher_until(&study, "snapshot"));
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&lab, session_id, t);
    lab_end(&lab, session_id, SESSION_FINISHED);
    wait_for_fits(&study);
    watcher_close(&study);
    lab_close(&lab);
    lab_open(&lab);
    overview = watcher_ask(lab.hub, "study", lab.study_id);
    live     = watcher_ask(lab.hub, "session", session_id);
    brute_session(&lab, 0, session_id, &brute);
    assert_live(json_root(live), &brute);
    leading[0] = json_of(json_root(overview), "sessions.0.leading");
    leading[1] = json_of(json_root(live), "session.leading");
    assert_string_equal(leading[0], leading[1]);
    assert_json(json_root(live), "session.stage", "\"finished\"");
    for (int i = 0; i < 2; i++) free(leading[i]);
    json_free(overview);
    json_free(live);
    lab_close(&lab);
    lab_remove(&lab);
}

static void tables_and_fits_of_an_earlier_revision_are_thrown_away_at_the_start(void **state)
{
    struct lab             lab;
    double                 pairs[2 * LAB_TRIALS] = {0};
    struct value_table_row table                 = {.revision          = VALUE_TABLE_REVISION - 1,
                                                    .representation_id = 1,
                                                    .learner           = "old",
                                                    .trial_count       = LAB_TRIALS,
                                                    .value_pairs       = pairs,
                                                    .status            = "converged"};
    struct fit_row         fit = {.representation_id = 1, .learner = "old", .trial_count = 1}, *rows = NULL;
    struct arena           arena;
    struct err             err;
    int                    count = -1;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    fit.session_id     = lab_enroll(&lab, "s-1", 0);
    table.condition_id = lab.condition_ids[0];
    MUST(store_value_table_insert(lab.store, &table, &err));
    MUST(store_fit_put(lab.store, &fit, &err));
    lab_open(&lab);
    lab_close(&lab);
    MUST(store_value_table_count(lab.store, lab.study_id, &count, &err));
    assert_int_equal(count, 0);
    arena_init(&arena);
    MUST(store_fits_of_session(lab.store, fit.session_id, &arena, &rows, &count, &err));
    assert_int_equal(count, 0);
    arena_close(&arena);
    lab_remove(&lab);
}

/* Readers beside a server do not throw away; they must not take such a table for one of their own either. */
static void a_table_of_an_earlier_revision_is_no_column(void **state)
{
    struct lab             lab;
    double                 pairs[2 * LAB_TRIALS] = {0};
    struct value_table_row table                 = {
                        .representation_id = 1, .trial_count = LAB_TRIALS, .value_pairs = pairs, .status = "converged"};
    struct live_study *study;
    struct err         err;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    study = live_study_load(lab.store, lab.study_id, &err);
    assert_non_null(study);
    (void)snprintf(table.learner, sizeof table.learner, "%s", study->models[0].learner->text);
    table.representation_id = study->models[0].representation->representation_id;
    for (int i = 0; i < 2; i++) {
        struct live_condition *condition;

        table.revision             = VALUE_TABLE_REVISION - 1 + i;
        table.condition_id         = lab.condition_ids[i];
        table.content_key.bytes[0] = (unsigned char)i;
        MUST(store_value_table_insert(lab.store, &table, &err));
        condition = live_condition_load(lab.store, study, table.condition_id, &err);
        assert_non_null(condition);
        assert_int_equal(condition->ready_count, i);
        assert_true((condition->columns[0] != NULL) == (i == 1));
        live_condition_free(condition);
    }
    live_study_free(study);
    lab_remove(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_of_an_earlier_revision_is_no_column),
        cmocka_unit_test(a_finished_session_leaves_its_fits_in_the_store),
        cmocka_unit_test(sessions_that_ended_before_their_tables_are_fitted_when_these_come),
        cmocka_unit_test(an_ended_session_is_answered_from_the_store),
        cmocka_unit_test(tables_and_fits_of_an_earlier_revision_are_thrown_away_at_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
