/* Rebuild: what comes out equals what the workers made, and every kind of difference is found and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "brute_force.h"
#include "live/rebuild.h"
#include "live_documents.h"

enum { SENTENCES_BYTES = 8192 };

static void take_sentence(void *argument, const char *sentence)
{
    char  *all    = argument;
    size_t length = strlen(all);

    (void)snprintf(all + length, SENTENCES_BYTES - length, "%s\n", sentence);
}

static struct rebuild rebuild_of(struct lab *lab, char *sentences)
{
    sentences[0] = '\0';
    return (struct rebuild){
        .store = lab->store, .folder = &lab->folder, .clock = &CLOCK_SYSTEM, .problem = take_sentence, .argument = sentences};
}

static void must_check_without_difference(struct lab *lab, int table_count, int fit_count)
{
    char                  sentences[SENTENCES_BYTES];
    struct rebuild        rebuild = rebuild_of(lab, sentences);
    struct rebuild_counts counts;
    struct err            err;

    MUST(rebuild_check(&rebuild, &counts, &err));
    assert_string_equal(sentences, "");
    assert_int_equal(counts.problem_count, 0);
    assert_int_equal(counts.table_count, table_count);
    assert_int_equal(counts.fit_count, fit_count);
}

static void must_differ(struct lab *lab, const char *sentence)
{
    char                  sentences[SENTENCES_BYTES];
    struct rebuild        rebuild = rebuild_of(lab, sentences);
    struct rebuild_counts counts;
    struct err            err;

    MUST(rebuild_check(&rebuild, &counts, &err));
    if (strstr(sentences, sentence) == NULL) fail_msg("'%s' does not say '%s'", sentences, sentence);
    assert_true(counts.problem_count > 0);
}

static void must_rebuild(struct lab *lab)
{
    char                  sentences[SENTENCES_BYTES];
    struct rebuild        rebuild = rebuild_of(lab, sentences);
    struct rebuild_counts counts;
    struct err            err;

    MUST(rebuild_all(&rebuild, &counts, &err));
    assert_string_equal(sentences, "");
}

/* A closed lab in which the workers have made all tables, and the fits of one finished session. */
static int64_t make_worked(struct lab *lab, enum task_kind task)
{
    struct watcher study;
    int64_t        session_id;

    lab_make(lab, task);
    session_id = lab_enroll(lab, "s-1", 0);
    (void)lab_enroll(lab, "s-2", 1); /* still active: no fits */
    lab_open(lab);
    lab_open_tables(lab);
    wait_until_ready(lab, session_id);
    wait_until_ready(lab, session_id + 1);
    watcher_open(&study, lab->hub, "study", lab->study_id);
    json_free(watcher_until(&study, "snapshot"));
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(lab, session_id, t);
    lab_end(lab, session_id, SESSION_FINISHED);
    for (int told_count = 0; told_count < 2;) { /* that it has finished, and that its fits are stored */
        struct json_doc *doc = watcher_until(&study, "session");

        told_count += strcmp(text_at(json_root(doc), "state"), "finished") == 0;
        json_free(doc);
    }
    watcher_close(&study);
    lab_close(lab);
    return session_id;
}

static void what_the_workers_made_shows_no_difference(void **state)
{
    struct lab lab;

    (void)state;
    for (int task = 0; task < TASK_KIND_COUNT; task++) {
        (void)make_worked(&lab, (enum task_kind)task);
        must_check_without_difference(&lab, LAB_CONDITIONS * LAB_MODELS, LAB_MODELS);
        lab_remove(&lab);
    }
}

static void rebuilding_gives_the_same_bits(void **state)
{
    struct lab              lab;
    struct value_table_row *tables[2] = {NULL, NULL};
    struct fit_row         *fits[2]   = {NULL, NULL};
    struct arena            arena;
    struct err              err;
    int64_t                 session_id;
    int                     count;

    (void)state;
    session_id = make_worked(&lab, TASK_CATEGORY);
    arena_init(&arena);
    for (int i = 0; i < 2; i++) {
        MUST(store_value_tables(lab.store, lab.condition_ids[0], &arena, &tables[i], &count, &err));
        assert_int_equal(count, LAB_MODELS);
        MUST(store_fits_of_session(lab.store, session_id, &arena, &fits[i], &count, &err));
        assert_int_equal(count, LAB_MODELS);
        must_rebuild(&lab);
    }
    for (int i = 0; i < LAB_MODELS; i++) {
        assert_memory_equal(tables[0][i].value_pairs, tables[1][i].value_pairs, 2 * LAB_TRIALS * sizeof(double));
        assert_memory_equal(&tables[0][i].content_key, &tables[1][i].content_key, sizeof tables[0][i].content_key);
        assert_memory_equal(&fits[0][i].log_evidence, &fits[1][i].log_evidence, sizeof(double));
        assert_memory_equal(&fits[0][i].posterior_prob, &fits[1][i].posterior_prob, sizeof(double));
    }
    must_check_without_difference(&lab, LAB_CONDITIONS * LAB_MODELS, LAB_MODELS);
    arena_close(&arena);
    lab_remove(&lab);
}

/* One table of all (or the one that is left), again and alone, with a change. */
static void put_changed_table(struct lab *lab, double change)
{
    struct value_table_row *tables = NULL, *table;
    double                  pairs[2 * LAB_TRIALS];
    struct arena            arena;
    struct err              err;
    int                     count = 0;

    arena_init(&arena);
    MUST(store_value_tables(lab->store, lab->condition_ids[0], &arena, &tables, &count, &err));
    table = &tables[count == 1 ? 0 : 2];
    memcpy(pairs, table->value_pairs, sizeof pairs);
    pairs[2 * 7 + 1] += change;
    table->value_pairs = pairs;
    MUST(store_derived_delete_all(lab->store, &err));
    MUST(store_value_table_insert(lab->store, table, &err));
    arena_close(&arena);
}

static void a_changed_value_is_found_and_named(void **state)
{
    struct lab lab;

    (void)state;
    (void)make_worked(&lab, TASK_REWARD);
    put_changed_table(&lab, 0.0);
    must_check_without_difference(&lab, 1, 0);
    put_changed_table(&lab, 1e-6);
    must_differ(&lab, "study 'small', condition 1, bayes_ridge:standardize=all on random-1: trial 7, right:");
    must_rebuild(&lab);
    must_check_without_difference(&lab, LAB_CONDITIONS * LAB_MODELS, LAB_MODELS);
    lab_remove(&lab);
}

static void a_changed_fit_is_found_and_named(void **state)
{
    struct lab      lab;
    struct fit_row *fits  = NULL;
    int             count = 0;
    struct arena    arena;
    struct err      err;
    int64_t         session_id;

    (void)state;
    session_id = make_worked(&lab, TASK_CATEGORY);
    arena_init(&arena);
    MUST(store_fits_of_session(lab.store, session_id, &arena, &fits, &count, &err));
    fits[1].log_evidence += 1e-7;
    MUST(store_fit_put(lab.store, &fits[1], &err));
    must_differ(&lab,
                "study 'small', session s-1, fit of logistic_ridge:selection=evidence:standardize=online on representation 1:"
                " log_evidence");
    (void)snprintf(fits[1].learner, sizeof fits[1].learner, "nobody");
    MUST(store_fit_put(lab.store, &fits[1], &err));
    must_differ(&lab, "5 fits are stored, the study has 4 models");
    must_differ(&lab, "the fit of nobody on representation 1 is not of the study's settings");
    arena_close(&arena);
    lab_remove(&lab);
}

static void a_representation_without_its_file_is_a_problem_and_the_rest_is_made(void **state)
{
    struct lab            lab;
    char                  sentences[SENTENCES_BYTES];
    char                  path[PATH_BYTES];
    struct rebuild        rebuild;
    struct rebuild_counts counts;
    struct secret_hash    sha256;
    struct err            err;

    (void)state;
    (void)make_worked(&lab, TASK_CATEGORY);
    lab_hash(&sha256, "matrix", 1);
    data_folder_matrix(&lab.folder, &sha256, path);
    assert_int_equal(unlink(path), 0);
    rebuild = rebuild_of(&lab, sentences);
    MUST(rebuild_all(&rebuild, &counts, &err));
    assert_int_equal(counts.table_count, LAB_CONDITIONS * LAB_LEARNERS);
    assert_int_equal(counts.fit_count, 0);
    assert_int_equal(counts.metric_count, LAB_REPRESENTATIONS - 1);
    assert_int_equal(counts.problem_count, LAB_CONDITIONS * LAB_LEARNERS + 1);
    assert_non_null(strstr(sentences, "on random-1: "));
    assert_non_null(strstr(sentences, "metrics of random-1: "));
    assert_non_null(strstr(sentences, path));
    lab_remove(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_workers_made_shows_no_difference),
        cmocka_unit_test(rebuilding_gives_the_same_bits),
        cmocka_unit_test(a_changed_value_is_found_and_named),
        cmocka_unit_test(a_changed_fit_is_found_and_named),
        cmocka_unit_test(a_representation_without_its_file_is_a_problem_and_the_rest_is_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
