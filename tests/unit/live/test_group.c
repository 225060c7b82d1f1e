/* The group worker's documents against brute force. Against `dinolab fit` they are held by tests/http/26_group.test.ts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "live/group_view.h"
#include "live/group_worker.h"

static struct group_worker *start_worker(struct lab *lab)
{
    struct group_worker_deps deps = {.database_path = lab->database, .hub = lab->hub, .clock = &CLOCK_SYSTEM};
    struct err               err;
    struct group_worker     *worker = group_worker_start(&deps, &err);

    if (worker == NULL) fail_msg("%s", err.message);
    return worker;
}

/* The next document with so many responses, and every mixed model there. */
static struct json_doc *until_group(struct watcher *watcher, int trial_count)
{
    for (;;) {
        struct json_doc         *doc      = watcher_until(watcher, "snapshot");
        const struct json_value *group    = json_root(doc);
        bool                     is_there = (int)number_at(group, "trials") == trial_count;

        for (int m = 0; is_there && m < LAB_MODELS; m++) {
            char  path[32];
            char *json;

            (void)snprintf(path, sizeof path, "models.%d.mixed", m);
            json     = json_of(group, path);
            is_there = strcmp(json, "null") != 0;
            free(json);
        }
        if (is_there) return doc;
        json_free(doc);
    }
}

static double group_number(const struct json_value *group, const char *list, int index, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof path, "%s.%d.%s", list, index, name);
    return number_at(group, path);
}

static void assert_models(const struct json_value *group, const struct brute *whole, const struct brute *some)
{
    double frequencies = 0.0;

    for (int m = 0; m < LAB_MODELS; m++) {
        const double evidence = whole->log_evidence[LAB_TRIALS - 1][m] + some->log_evidence[SHORT_COUNT - 1][m];

        assert_near(group_number(group, "models", m, "nll"), -evidence);
        assert_near(group_number(group, "models", m, "r2_online"), 1.0 + evidence / ((LAB_TRIALS + SHORT_COUNT) * log(2.0)));
        assert_true(group_number(group, "models", m, "r2_low") <= group_number(group, "models", m, "r2_online"));
        assert_true(group_number(group, "models", m, "r2_high") >= group_number(group, "models", m, "r2_online"));
        frequencies += group_number(group, "models", m, "frequency");
    }
    assert_near(frequencies, 1.0);
    assert_int_equal((int)number_at(group, "comparison.participants"), 2);
}

/* In the lab every second response is right, whoever gives it. */
static void assert_accuracies(const struct json_value *group)
{
    for (int t = 0; t < LAB_TRIALS; t++) {
        const int responses = t < SHORT_COUNT ? 2 : 1;

        assert_int_equal((int)group_number(group, "trial_tests", t, "trial"), t + 1);
        assert_int_equal((int)group_number(group, "trial_tests", t, "responses"), responses);
        assert_near(group_number(group, "trial_tests", t, "accuracy"), t % 2 == 0);
        assert_near(group_number(group, "trial_tests", t, "p_value"), responses == 2 ? 0.5 : 1.0);
    }
    assert_near(group_number(group, "people", 0, "accuracy"), 0.5);
    assert_near(group_number(group, "people", 0, "p_value"),
                0.58809852600097656); /* R: binom.test(10, 20, alternative = "greater") */
    assert_near(group_number(group, "people", 0, "median_rt_ms"), 410.0);
    assert_json(group, "people.0.exclusions", "[\"below_chance\"]");
    assert_json(group, "people.1.exclusions", "[]"); /* still playing: too early to say */
    assert_json(group, "people.2.is_counted", "false");
    assert_json(group, "excluded", "{\"below_chance\":1,\"not_included\":0,\"no_trials\":1}");
}

static void documents_are_those_of_brute_force(enum task_kind task)
{
    struct crowd         crowd;
    struct brute         whole, some;
    struct watcher       all, others;
    struct group_worker *worker;
    struct json_doc     *doc;

    make_crowd(&crowd, task);
    brute_session(&crowd.lab, 0, crowd.whole_id, &whole);
    brute_session(&crowd.lab, 1, crowd.short_id, &some);
    lab_open(&crowd.lab);
    worker = start_worker(&crowd.lab);
    watcher_open(&all, crowd.lab.hub, "group/1/0", 0);
    doc = until_group(&all, LAB_TRIALS + SHORT_COUNT);
    assert_models(json_root(doc), &whole, &some);
    assert_accuracies(json_root(doc));
    json_free(doc);

    watcher_open(&others, crowd.lab.hub, "group/1/1", 0); /* without those below chance */
    doc = until_group(&others, SHORT_COUNT);
    for (int m = 0; m < LAB_MODELS; m++)
        assert_near(group_number(json_root(doc), "models", m, "nll"), -some.log_evidence[SHORT_COUNT - 1][m]);
    assert_json(json_root(doc), "models.0.r2_low", "null"); /* of one person there is no interval */
    assert_json(json_root(doc), "people.0.is_counted", "false");
    json_free(doc);

    lab_respond(&crowd.lab, crowd.silent_id, 0);
    json_free(until_group(&all, LAB_TRIALS + SHORT_COUNT + 1));
    json_free(until_group(&others, SHORT_COUNT + 1));
    watcher_close(&all);
    watcher_close(&others);
    group_worker_stop(worker);
    lab_close(&crowd.lab);
    lab_remove(&crowd.lab);
}

static void category_documents_are_those_of_brute_force(void **state)
{
    (void)state;
    documents_are_those_of_brute_force(TASK_CATEGORY);
}

static void reward_documents_are_those_of_brute_force(void **state)
{
    (void)state;
    documents_are_those_of_brute_force(TASK_REWARD);
}

static void predictions_are_made_for_whoever_asks_and_told_when_they_are_old(void **state)
{
    struct crowd         crowd;
    struct group_worker *worker;
    struct watcher       all;
    struct json_doc     *doc;
    bool                 is_done = false;

    (void)state;
    make_crowd(&crowd, TASK_REWARD);
    lab_open(&crowd.lab);
    worker = start_worker(&crowd.lab);
    watcher_open(&all, crowd.lab.hub, "group/1/0", 0);
    json_free(until_group(&all, LAB_TRIALS + SHORT_COUNT));
    doc = watcher_ask(crowd.lab.hub, "group/1/0/loo", 0);
    assert_non_null(doc);
    assert_int_equal((int)number_at(json_root(doc), "total"), LAB_MODELS * (LAB_TRIALS + SHORT_COUNT));
    json_free(doc);
    while (!is_done) {
        char *loo, *job;

        doc     = watcher_until(&all, "snapshot");
        loo     = json_of(json_root(doc), "models.3.loo");
        job     = json_of(json_root(doc), "loo_job");
        is_done = strcmp(loo, "null") != 0 && strcmp(job, "null") == 0;
        free(loo);
        free(job);
        if (is_done) assert_json(json_root(doc), "models.0.loo.is_current", "true");
        json_free(doc);
    }
    lab_respond(&crowd.lab, crowd.short_id, SHORT_COUNT);
    doc = until_group(&all, LAB_TRIALS + SHORT_COUNT + 1);
    assert_json(json_root(doc), "models.0.loo.is_current", "false");
    assert_int_equal((int)number_at(json_root(doc), "models.0.loo.trials"), LAB_TRIALS + SHORT_COUNT);
    json_free(doc);
    watcher_close(&all);
    group_worker_stop(worker);
    lab_close(&crowd.lab);
    lab_remove(&crowd.lab);
}

static void a_study_that_is_not_there_ends_its_readers(void **state)
{
    struct lab           lab;
    struct group_worker *worker;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    lab_open(&lab);
    worker = start_worker(&lab);
    assert_null(watcher_ask(lab.hub, "group/77/0", 0));
    assert_null(watcher_ask(lab.hub, "group/1/4", 0));
    assert_null(watcher_ask(lab.hub, "group/1", 0));
    group_worker_stop(worker);
    lab_close(&lab);
    lab_remove(&lab);
}

static void readers_come_again_when_the_numbers_cannot_be_followed(void **state)
{
    struct crowd         crowd;
    struct group_worker *worker;
    struct watcher       all;
    char                 name[HUB_EVENT_NAME_BYTES];
    char                *json;

    (void)state;
    make_crowd(&crowd, TASK_REWARD);
    lab_open(&crowd.lab);
    worker = start_worker(&crowd.lab);
    watcher_open(&all, crowd.lab.hub, "group/1/0", 0);
    json_free(until_group(&all, LAB_TRIALS + SHORT_COUNT));
    lab_respond(&crowd.lab, crowd.short_id, SHORT_COUNT + 1); /* the one before it is missing: no such session can be read */
    while ((json = watcher_next(&all, name)) != NULL) free(json);
    watcher_close(&all);
    group_worker_stop(worker);
    lab_close(&crowd.lab);
    lab_remove(&crowd.lab);
}

static void topics_name_a_study_exclusions_and_what_is_asked(void **state)
{
    int64_t  study_id;
    unsigned exclude;
    bool     is_loo;

    (void)state;
    assert_true(group_topic_read("group/12/3", &study_id, &exclude, &is_loo));
    assert_true(study_id == 12 && exclude == (GROUP_BELOW_CHANCE | GROUP_NOT_INCLUDED) && !is_loo);
    assert_true(group_topic_read("group/1/0/loo", &study_id, &exclude, &is_loo));
    assert_true(study_id == 1 && exclude == 0 && is_loo);
    assert_false(group_topic_read("group/", &study_id, &exclude, &is_loo));
    assert_false(group_topic_read("group/1/0/", &study_id, &exclude, &is_loo));
    assert_false(group_topic_read("group/1/0/loo/", &study_id, &exclude, &is_loo));
    assert_false(group_topic_read("group/1/-1", &study_id, &exclude, &is_loo));
    assert_false(group_topic_read("study/1/0", &study_id, &exclude, &is_loo));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(category_documents_are_those_of_brute_force),
        cmocka_unit_test(reward_documents_are_those_of_brute_force),
        cmocka_unit_test(predictions_are_made_for_whoever_asks_and_told_when_they_are_old),
        cmocka_unit_test(a_study_that_is_not_there_ends_its_readers),
        cmocka_unit_test(readers_come_again_when_the_numbers_cannot_be_followed),
        cmocka_unit_test(topics_name_a_study_exclusions_and_what_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
