/* A finished data set as a closed study: scored by the task's rule, shared orders, what is missing is marked, all or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/old_data.h"

enum { STIMULUS_COUNT = 4 };

static const char *const STIMULI[STIMULUS_COUNT] = {"ant", "bee", "car", "hot_dog"};

static const struct old_trial PAIRS[] = {
    {.planned = {.left_stimulus = 0, .right_stimulus = 1, .left_points = 10, .right_points = 90}, .response = 0, .rt_ms = 400.5},
    {.planned = {.left_stimulus = 2, .right_stimulus = 3, .left_points = 40, .right_points = 40}, .response = 1, .rt_ms = NAN},
    {.planned = {.left_stimulus = 1, .right_stimulus = 2, .left_points = 70, .right_points = 30}, .response = 0, .rt_ms = 300},
};

static const struct old_person PEOPLE[] = {
    {.trials = PAIRS, .trial_count = 3, .alike = 0, .dimension = -1, .include = INCLUSION_NOT_ASKED},
    {.trials = PAIRS, .trial_count = 3, .alike = 0, .dimension = -1, .include = INCLUSION_NO},
    {.trials = PAIRS + 1, .trial_count = 2, .alike = 2, .dimension = 1, .include = INCLUSION_YES},
};

struct old_world {
    struct world        world;
    struct scratch      files;
    struct import_place place;
    char                path[PATH_BYTES];
    struct old_matrix   matrix;
    struct old_data     data;
};

static void old_open(struct old_world *old)
{
    world_open_empty(&old->world);
    scratch_make(&old->files);
    scratch_write_text(&old->files, "two.txt", "0.1 1\n0.4 0\n1.2 1\n1.9 0\n");
    scratch_file(&old->files, "two.txt", old->path);
    old->place  = (struct import_place){.folder = &old->world.folder, .store = old->world.store, .now_ms = WORLD_NOW_MS};
    old->matrix = (struct old_matrix){.name = "two", .path = old->path};
    old->data   = (struct old_data){.slug           = "old",
                                    .title          = "Old",
                                    .task           = TASK_REWARD,
                                    .stimuli        = STIMULI,
                                    .stimulus_count = STIMULUS_COUNT,
                                    .matrices       = &old->matrix,
                                    .matrix_count   = 1,
                                    .people         = PEOPLE,
                                    .person_count   = 3};
}

static void old_close(struct old_world *old)
{
    scratch_remove(&old->files);
    world_close(&old->world);
}

static void people_become_finished_sessions_scored_by_the_task(void **state)
{
    struct old_world       old;
    struct old_data_result result;
    struct study_row       study;
    struct session_row    *sessions;
    struct trial_row      *trials;
    struct err             err = {0};
    int                    count;

    (void)state;
    old_open(&old);
    MUST(old_data_import(&old.place, &old.data, &result, &err));
    assert_int_equal(result.condition_count, 2);
    assert_int_equal(result.trial_count, 8);
    MUST(store_study_by_slug(old.world.store, "old", &old.world.arena, &study, &err));
    assert_true(study.is_imported);
    assert_string_equal(study.state, "closed");
    MUST(store_sessions_of_study(old.world.store, study.study_id, &old.world.arena, &sessions, &count, &err));
    assert_int_equal(count, 3);
    assert_true(sessions[0].condition_id == sessions[1].condition_id && sessions[0].condition_id != sessions[2].condition_id);
    for (int i = 0; i < count; i++) {
        assert_int_equal(sessions[i].participant_number, i + 1);
        assert_int_equal(sessions[i].state, SESSION_FINISHED);
        assert_true(sessions[i].is_imported && sessions[i].comprehension_passed_at_ms == 0 && !sessions[i].has_questionnaire);
    }
    MUST(store_trials_of_session(old.world.store, sessions[0].session_id, PHASE_MAIN, &old.world.arena, &trials, &count, &err));
    assert_int_equal(count, 3);
    assert_true(!trials[0].is_correct && trials[1].is_tie && trials[2].is_correct);
    assert_true(!trials[0].is_rt_missing && trials[0].rt_ms == 400.5 && trials[1].is_rt_missing && isnan(trials[1].rt_ms));
    assert_int_equal(trials[2].total_correct, 1);
    assert_int_equal(trials[2].total_scored, 2);
    assert_int_equal(trials[2].total_regret, 80);
    assert_int_equal(trials[2].total_chance_regret_doubled, 120);
    old_close(&old);
}

static void stimuli_have_no_pictures_and_a_dimension_may_be_missing(void **state)
{
    struct old_world            old;
    struct old_data_result      result;
    struct study_row            study;
    struct condition_row       *conditions;
    struct condition_trial_row *trials;
    struct stimulus_row        *stimuli;
    struct err                  err = {0};
    int                         count;

    (void)state;
    old_open(&old);
    MUST(old_data_import(&old.place, &old.data, &result, &err));
    MUST(store_study_by_slug(old.world.store, "old", &old.world.arena, &study, &err));
    MUST(store_stimuli(old.world.store, study.stimulus_set_id, &old.world.arena, &stimuli, &count, &err));
    assert_int_equal(count, STIMULUS_COUNT);
    for (int i = 0; i < count; i++) {
        struct media_row media;
        char             path[PATH_BYTES];
        struct text      bytes;

        assert_true(stimuli[i].is_picture_missing);
        assert_string_equal(stimuli[i].name, STIMULI[i]);
        MUST(store_media(old.world.store, &stimuli[i].media_sha256, &media, &err));
        data_folder_media(&old.world.folder, &media.sha256, path);
        scratch_read(path, &bytes);
        assert_int_equal(bytes.length, media.byte_count);
        text_close(&bytes);
    }
    MUST(store_conditions(old.world.store, study.study_id, &old.world.arena, &conditions, &count, &err));
    assert_int_equal(count, 2);
    assert_true(conditions[0].is_dimension_missing && !conditions[1].is_dimension_missing);
    assert_int_equal(conditions[1].dimension, 1);
    assert_int_equal(conditions[0].points_min, 10);
    assert_int_equal(conditions[0].points_max, 90);
    MUST(
        store_condition_trials(old.world.store, conditions[0].condition_id, PHASE_MAIN, &old.world.arena, &trials, &count, &err));
    assert_string_equal(trials[1].left_label, "car");
    assert_string_equal(trials[1].right_label, "hot_dog");
    old_close(&old);
}

static void it_stays_closed(void **state)
{
    struct old_world       old;
    struct old_data_result result;
    struct study_row       study;
    struct err             err = {0};

    (void)state;
    old_open(&old);
    MUST(old_data_import(&old.place, &old.data, &result, &err));
    MUST(store_study_by_slug(old.world.store, "old", &old.world.arena, &study, &err));
    MUST(store_study_set_state(old.world.store, study.study_id, "closed", &err));
    MUST_REFUSE(store_study_set_state(old.world.store, study.study_id, "open", &err), ERR_CONFLICT, "stays closed");
    old_close(&old);
}

static void what_does_not_fit_leaves_nothing(void **state)
{
    static const struct old_trial  UNFIT[] = {{.planned = {.left_stimulus = 0, .right_stimulus = 1}, .response = 2}};
    static const char *const       TWICE[] = {"ant", "bee", "car", "ant"};
    static const struct old_person BAD[]   = {{.trials = PAIRS, .trial_count = 3, .dimension = -1},
                                              {.trials = UNFIT, .trial_count = 1, .alike = 1, .dimension = -1}};
    struct old_world               old;
    struct old_data_result         result;
    struct study_row              *studies;
    struct stimulus_set_row        set;
    struct err                     err = {0};
    int                            count;

    (void)state;
    old_open(&old);
    old.data.people       = BAD;
    old.data.person_count = 2;
    MUST_REFUSE(old_data_import(&old.place, &old.data, &result, &err), ERR_INVALID,
                "participant 2, trial 0: the response is 0 or 1, not 2");
    old.data.people       = PEOPLE;
    old.data.person_count = 3;
    old.data.stimuli      = TWICE; /* found by the database, when the set is begun */
    MUST_REFUSE(old_data_import(&old.place, &old.data, &result, &err), ERR_CONFLICT, "stimulus 'ant'");
    MUST(store_studies(old.world.store, &old.world.arena, &studies, &count, &err));
    assert_int_equal(count, 0);
    assert_false(store_stimulus_set_by_name(old.world.store, "old", &set, &err));

    old.data.stimuli = STIMULI;
    MUST(old_data_import(&old.place, &old.data, &result, &err));
    assert_false(old_data_import(&old.place, &old.data, &result, &err)); /* the slug is taken */
    assert_int_equal(err.kind, ERR_CONFLICT);
    old_close(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_become_finished_sessions_scored_by_the_task),
        cmocka_unit_test(stimuli_have_no_pictures_and_a_dimension_may_be_missing),
        cmocka_unit_test(it_stays_closed),
        cmocka_unit_test(what_does_not_fit_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
