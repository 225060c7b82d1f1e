/* The researcher's list of sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_overview.h"

static struct session_overview overview_of(struct world *world, int64_t session_id)
{
    struct session_overview overview;
    struct err              err = {0};
    bool                    is_found;

    MUST(store_overview_of_session(world->store, session_id, &overview, &is_found, &err));
    assert_true(is_found);
    return overview;
}

static void a_session_is_shown_as_far_as_it_has_come(void **state)
{
    struct world            world;
    struct session_row      session;
    struct session_overview overview;
    struct err              err = {0};
    bool                    is_found;

    (void)state;
    world_open(&world);
    session  = world_enroll(&world, "points", "ann");
    overview = overview_of(&world, session.session_id);
    assert_int_equal(overview.condition_number, 1);
    assert_true(overview.practice_count == 0 && overview.response_count == 0 && !overview.has_leading);
    assert_true(overview.last_seen_ms == WORLD_NOW_MS);
    world_play(&world, &session, world_study(&world, "points"), "10");
    overview = overview_of(&world, session.session_id);
    assert_true(overview.practice_count == 2 && overview.response_count == 2);
    assert_true(overview.total_correct == 1 && overview.total_scored == 1); /* the second was a tie */
    assert_true(overview.total_regret == 0 && overview.total_chance_regret_doubled == 100);
    assert_true(overview.last_seen_ms == WORLD_NOW_MS + 2001);
    assert_true(overview.session.session_id == session.session_id);
    MUST(store_overview_of_session(world.store, 999, &overview, &is_found, &err));
    assert_false(is_found);
    world_close(&world);
}

static void the_leading_model_is_the_stored_fit_with_the_highest_posterior(void **state)
{
    struct world             world;
    struct session_row       session;
    struct session_overview *rows;
    struct arena             arena;
    struct err               err = {0};
    int                      count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    session = world_enroll(&world, "dinosaurs", "ann");
    (void)world_enroll(&world, "dinosaurs", "ben");
    for (int i = 0; i < 3; i++) {
        struct fit_row fit = {
            .session_id = session.session_id, .representation_id = 1 + i % 2, .posterior_prob = i == 1 ? 0.7 : 0.15};

        (void)snprintf(fit.learner, sizeof fit.learner, "learner_%d", i);
        MUST(store_fit_put(world.store, &fit, &err));
    }
    MUST(store_overviews_of_study(world.store, world_study(&world, "dinosaurs")->study_id, SESSION_MODE_LIVE, 100, &arena, &rows,
                                  &count, &err));
    assert_int_equal(count, 2); /* one row a session, however many fits */
    assert_true(rows[0].has_leading && rows[0].leading_representation_id == 2 && rows[0].leading_posterior_prob == 0.7);
    assert_string_equal(rows[0].leading_learner, "learner_1");
    assert_false(rows[1].has_leading);
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_shown_as_far_as_it_has_come),
        cmocka_unit_test(the_leading_model_is_the_stored_fit_with_the_highest_posterior),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
