/* Conditions: which one is leased next, and the planned trials with their answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

static int64_t lease(struct world *world, int64_t study_id, int open_max)
{
    struct err err = {0};
    int64_t    id  = -1;

    MUST(store_condition_lease(world->store, study_id, false, open_max, &id, &err));
    return id;
}

static int number_of(struct world *world, int64_t condition_id)
{
    struct condition_row row;
    struct err           err = {0};

    MUST(store_condition_by_id(world->store, condition_id, &row, &err));
    return row.condition_number;
}

static void add_session(struct world *world, const struct study *study, int64_t condition_id, const char *token,
                        struct session_row *out)
{
    struct session_admission admission = {0};
    struct err               err       = {0};

    secret_token_hash(token, &admission.token_hash);
    *out = (struct session_row){.study_id = study->study_id, .condition_id = condition_id, .consented_at_ms = WORLD_NOW_MS};
    (void)snprintf(out->public_id, sizeof out->public_id, "s-%s", token);
    MUST(store_session_insert(world->store, out, &admission, &study->provenance, &err));
}

static void end_session(struct world *world, const struct session_row *session, enum session_state how)
{
    struct err err = {0};

    MUST(store_session_end(world->store, session->session_id, how, WORLD_NOW_MS + 1, &err));
}

static void asking_leases_nothing_and_gives_the_lowest_number_first(void **state)
{
    struct world        world;
    const struct study *study;

    (void)state;
    world_open(&world);
    study = world_study(&world, "dinosaurs");
    for (int i = 0; i < 3; i++) assert_int_equal(number_of(&world, lease(&world, study->study_id, 1)), 1);
    assert_int_equal(lease(&world, 999, 1), 0);
    world_close(&world);
}

/* Two conditions, one place each; the numbers in the comments are finished/active sessions of 1 and of 2. */
static void the_fewest_finished_then_the_fewest_active_then_the_lowest_number(void **state)
{
    struct world        world;
    const struct study *study;
    struct session_row  sessions[5];
    int64_t             first, second;

    (void)state;
    world_open(&world);
    study = world_study(&world, "dinosaurs");
    first = lease(&world, study->study_id, 1);
    add_session(&world, study, first, "a", &sessions[0]); /* 0/1 0/0 */
    second = lease(&world, study->study_id, 1);
    assert_int_equal(number_of(&world, second), 2);
    assert_int_equal(number_of(&world, lease(&world, study->study_id, 2)), 2); /* both have places, 2 has nobody */
    add_session(&world, study, second, "b", &sessions[1]);                     /* 0/1 0/1 */
    assert_int_equal(lease(&world, study->study_id, 1), 0);                    /* full */
    assert_int_equal(number_of(&world, lease(&world, study->study_id, 2)), 1);
    end_session(&world, &sessions[0], SESSION_FINISHED); /* 1/0 0/1 */
    assert_int_equal(number_of(&world, lease(&world, study->study_id, 1)), 1);
    assert_int_equal(number_of(&world, lease(&world, study->study_id, 2)), 2); /* finished counts before active */
    end_session(&world, &sessions[1], SESSION_LEFT);                           /* 1/0 0/0: who left gave the place back */
    assert_int_equal(number_of(&world, lease(&world, study->study_id, 1)), 2);
    add_session(&world, study, second, "c", &sessions[2]);
    end_session(&world, &sessions[2], SESSION_FINISHED); /* 1/0 1/0 */
    assert_int_equal(number_of(&world, lease(&world, study->study_id, 1)), 1);
    world_close(&world);
}

static void planned_trials_are_read_with_pictures_and_answers(void **state)
{
    struct world                world;
    const struct study         *study;
    struct condition_row       *conditions;
    struct condition_trial_row *trials, one;
    struct arena                arena;
    struct secret_hash          media;
    struct err                  err = {0};
    bool                        is_found;
    int                         count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    study = world_study(&world, "dinosaurs");
    MUST(store_conditions(world.store, study->study_id, &arena, &conditions, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(conditions[0].high_dinosaur, "julty");
    assert_string_equal(conditions[1].high_dinosaur, "folty"); /* not said: as in the papers */
    assert_int_equal(conditions[1].dimension, 1);
    assert_memory_not_equal(conditions[0].sha256.bytes, conditions[1].sha256.bytes, SECRET_HASH_BYTES);
    MUST(store_condition_trials(world.store, conditions[0].condition_id, PHASE_MAIN, &arena, &trials, &count, &err));
    assert_int_equal(count, 3);
    for (int i = 0; i < count; i++) {
        char name[24];

        (void)snprintf(name, sizeof name, "image_%02d", i);
        secret_sha256_of(name, strlen(name), &media);
        assert_int_equal(trials[i].trial_index, i);
        assert_string_equal(trials[i].category, i == 1 ? "folty" : "julty");
        assert_int_equal(trials[i].left_row, i);
        assert_int_equal(trials[i].right_row, -1);
        assert_int_equal(trials[i].right_stimulus_id, 0);
        assert_memory_equal(trials[i].left_media.bytes, media.bytes, sizeof media.bytes);
    }
    MUST(store_condition_trials(world.store, conditions[0].condition_id, PHASE_PRACTICE, &arena, &trials, &count, &err));
    assert_int_equal(count, 0);
    MUST(store_condition_trial(world.store, conditions[0].condition_id, PHASE_MAIN, 3, &one, &is_found, &err));
    assert_false(is_found);

    study = world_study(&world, "points");
    MUST(store_conditions(world.store, study->study_id, &arena, &conditions, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(conditions[0].high_dinosaur, "");
    assert_int_equal(conditions[0].points_min, 0);
    assert_int_equal(conditions[0].points_max, 100);
    MUST(store_condition_trial(world.store, conditions[0].condition_id, PHASE_PRACTICE, 1, &one, &is_found, &err));
    assert_true(is_found);
    assert_int_equal(one.left_row, 2);
    assert_int_equal(one.right_row, 3);
    assert_int_equal(one.left_points, 50);
    assert_int_equal(one.right_points, 20);
    assert_string_equal(one.category, "");
    arena_close(&arena);
    world_close(&world);
}

static void a_number_or_trial_comes_only_once(void **state)
{
    struct world               world;
    const struct study        *study;
    struct condition_row       row;
    struct condition_trial_row trial;
    struct err                 err = {0};
    bool                       is_found;
    int64_t                    id;

    (void)state;
    world_open(&world);
    study = world_study(&world, "dinosaurs");
    MUST(store_condition_by_id(world.store, lease(&world, study->study_id, 1), &row, &err));
    MUST(store_condition_trial(world.store, row.condition_id, PHASE_MAIN, 0, &trial, &is_found, &err));
    MUST_REFUSE(store_condition_insert(world.store, &row, &id, &err), ERR_CONFLICT, "condition 1: UNIQUE");
    MUST_REFUSE(store_condition_trial_insert(world.store, row.condition_id, PHASE_MAIN, &trial, &err), ERR_CONFLICT, "UNIQUE");
    MUST_REFUSE(store_condition_by_id(world.store, 999, &row, &err), ERR_NOT_FOUND, "there is no condition 999");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asking_leases_nothing_and_gives_the_lowest_number_first),
        cmocka_unit_test(the_fewest_finished_then_the_fewest_active_then_the_lowest_number),
        cmocka_unit_test(planned_trials_are_read_with_pictures_and_answers),
        cmocka_unit_test(a_number_or_trial_comes_only_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
