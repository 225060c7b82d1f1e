/* What is said of a study is of its present mode, what is exported of the mode that is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/session_mode.h"
#include "store/store_arrival.h"
#include "store/store_export.h"
#include "store/store_group.h"
#include "store/store_overview.h"

static void every_name_is_read_back_and_others_are_refused(void **state)
{
    enum session_mode mode;

    (void)state;
    for (int i = 0; i < SESSION_MODE_COUNT; i++) {
        assert_true(session_mode_from_name(session_mode_name((enum session_mode)i), &mode));
        assert_int_equal(mode, i);
    }
    assert_false(session_mode_from_name("", &mode));
    assert_false(session_mode_from_name("Live", &mode));
    assert_int_equal(session_mode_present(true), SESSION_MODE_PILOT);
    assert_int_equal(session_mode_present(false), SESSION_MODE_LIVE);
}

/* One pilot with two responses, then two live people with one and none. */
static void fill(struct world *world, struct session_row sessions[3])
{
    const struct study *study = world_study(world, "dinosaurs");
    struct secret_hash  visit;
    struct err          err = {0};

    MUST(store_study_set_pilot(world->store, study->study_id, true, &err));
    secret_token_hash("pilot's browser", &visit);
    MUST(store_arrival_note(world->store, study->study_id, &visit, WORLD_NOW_MS, &err));
    sessions[0] = world_enroll(world, "dinosaurs", "pilot");
    world_play(world, &sessions[0], study, "10");
    MUST(store_study_set_pilot(world->store, study->study_id, false, &err));
    for (int i = 1; i < 3; i++) sessions[i] = world_enroll(world, "dinosaurs", i == 1 ? "ann" : "ben");
    world_play(world, &sessions[1], study, "1");
}

struct seen {
    int64_t session_ids[8];
    int     count;
};

static bool see_trial(void *argument, const struct export_trial *row, struct err *err)
{
    struct seen *seen = argument;

    (void)err;
    seen->session_ids[seen->count++] = row->trial.session_id;
    return true;
}

static bool see_session(void *argument, const struct export_session *row, struct err *err)
{
    struct seen *seen = argument;

    (void)err;
    seen->session_ids[seen->count++] = row->session.session_id;
    return true;
}

static bool see_jspsych(void *argument, const struct export_jspsych_trial *row, struct err *err)
{
    struct seen *seen = argument;

    (void)err;
    seen->session_ids[seen->count++] = row->trial.session_id;
    return true;
}

static void exports_are_of_the_mode_that_is_asked_for(void **state)
{
    static const int   TRIALS[SESSION_MODE_COUNT]   = {[SESSION_MODE_LIVE] = 1, [SESSION_MODE_PILOT] = 2, [SESSION_MODE_ALL] = 3};
    static const int   SESSIONS[SESSION_MODE_COUNT] = {[SESSION_MODE_LIVE] = 2, [SESSION_MODE_PILOT] = 1, [SESSION_MODE_ALL] = 3};
    struct world       world;
    struct session_row sessions[3];
    struct err         err = {0};
    int64_t            study_id;

    (void)state;
    world_open(&world);
    fill(&world, sessions);
    study_id = world_study(&world, "dinosaurs")->study_id;
    for (int i = 0; i < SESSION_MODE_COUNT; i++) {
        struct seen trials = {0}, people = {0}, jspsych = {0};

        MUST(store_export_trials(world.store, study_id, (enum session_mode)i, see_trial, &trials, &err));
        MUST(store_export_sessions(world.store, study_id, (enum session_mode)i, see_session, &people, &err));
        MUST(store_export_jspsych(world.store, study_id, (enum session_mode)i, see_jspsych, &jspsych, &err));
        assert_int_equal(trials.count, TRIALS[i]);
        assert_int_equal(jspsych.count, TRIALS[i]);
        assert_int_equal(people.count, SESSIONS[i]);
        assert_int_equal(people.session_ids[0], sessions[i == SESSION_MODE_LIVE ? 1 : 0].session_id);
        assert_int_equal(trials.session_ids[0], people.session_ids[0]);
    }
    world_close(&world);
}

/* What a mode must say of the study that `fill` filled. */
static void expect_present(struct world *world, bool is_pilot, const struct session_row sessions[3])
{
    const int64_t               study_id = world_study(world, "dinosaurs")->study_id;
    const int                   people   = is_pilot ? 1 : 2;
    struct study_counts         counts   = {0};
    struct group_funnel         funnel   = {0};
    struct group_session_row   *members;
    struct group_trial_row     *trials;
    struct group_condition_row *conditions;
    struct session_overview    *rows;
    struct arena                arena;
    struct err                  err = {0};
    int                         count;

    arena_init(&arena);
    MUST(store_study_counts(world->store, study_id, &counts, &err));
    assert_true(counts.active == people && counts.is_pilot == is_pilot && counts.active_total == 3 && counts.conditions == 2);
    MUST(store_group_funnel(world->store, study_id, &funnel, &err));
    assert_true(funnel.arrived == people && funnel.consented == people && funnel.passed_comprehension == 1);
    MUST(store_group_sessions_after(world->store, study_id, 0, 10, &arena, &members, &count, &err));
    assert_int_equal(count, people);
    MUST(store_group_trials_after(world->store, study_id, 0, 10, &arena, &trials, &count, &err));
    assert_int_equal(count, is_pilot ? 2 : 1);
    assert_int_equal(trials[0].session_id, sessions[is_pilot ? 0 : 1].session_id);
    MUST(store_group_conditions(world->store, study_id, &arena, &conditions, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(conditions[0].active + conditions[1].active, people);
    MUST(store_overviews_of_study(world->store, study_id, session_mode_present(is_pilot), 1, &arena, &rows, &count, &err));
    assert_int_equal(count, 1); /* the newest of the mode, whatever came after it in the other */
    assert_int_equal(rows[0].session.session_id, sessions[is_pilot ? 0 : 2].session_id);
    assert_true(rows[0].session.is_pilot == is_pilot);
    arena_close(&arena);
}

static void what_is_said_of_a_study_is_of_its_present_mode(void **state)
{
    struct world       world;
    struct session_row sessions[3];
    struct err         err = {0};

    (void)state;
    world_open(&world);
    fill(&world, sessions);
    expect_present(&world, false, sessions);
    MUST(store_study_set_pilot(world.store, world_study(&world, "dinosaurs")->study_id, true, &err));
    expect_present(&world, true, sessions);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_read_back_and_others_are_refused),
        cmocka_unit_test(exports_are_of_the_mode_that_is_asked_for),
        cmocka_unit_test(what_is_said_of_a_study_is_of_its_present_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
