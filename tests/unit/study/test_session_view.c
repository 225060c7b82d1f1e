/* What a page needs to begin or to go on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/session_view.h"

/* The view's lists die with the arena. */
static enum session_stage stage_of(struct world *world, int64_t session_id, struct arena *arena, struct session_view *view)
{
    struct session_row session = world_session(world, session_id);
    struct err         err     = {0};

    MUST(session_view_load(world->store, world->catalog, NULL, &session, arena, view, &err));
    return view->stage;
}

static void the_stage_follows_a_session_from_the_instructions_to_its_end(void **state)
{
    struct world        world;
    struct session_row  session;
    struct session_view view;
    struct completion   completion;
    struct arena        arena;
    struct err          err = {0};
    int64_t             id;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    session = world_enroll(&world, "points", "ann");
    id      = session.session_id;
    assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_INSTRUCTIONS);
    assert_int_equal(view.pay_minor, 200);
    assert_int_equal(view.comprehension_attempt_count, 0);
    world_pass(&world, &session, TASK_REWARD);
    assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_PRACTICE);
    assert_int_equal(view.comprehension_attempt_count, 1);
    assert_int_equal(view.phases[PHASE_PRACTICE].count, 2);
    assert_int_equal(view.phases[PHASE_PRACTICE].next_index, 0);
    (void)world_answer(&world, &session, PHASE_PRACTICE, 0, 0);
    assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_PRACTICE);
    assert_int_equal(view.phases[PHASE_PRACTICE].next_index, 1);
    (void)world_answer(&world, &session, PHASE_PRACTICE, 1, 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_TRIALS);
        assert_int_equal(view.phases[PHASE_MAIN].count, 4);
        assert_int_equal(view.phases[PHASE_MAIN].next_index, i);
        (void)world_answer(&world, &session, PHASE_MAIN, i, 1);
    }
    assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_QUESTIONNAIRE);
    assert_int_equal(view.pay_minor, 422);
    world_fill_questionnaire(&world, &session, true);
    assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_FINISH);
    MUST(finish_session(world.store, world.catalog, NULL, id, WORLD_NOW_MS, &world.arena, &completion, &err));
    assert_int_equal(stage_of(&world, id, &arena, &view), STAGE_FINISHED);
    assert_int_equal(view.completion.pay_minor, completion.pay_minor);
    assert_string_equal(view.completion.link.code, "DINOLAB");
    arena_close(&arena);
    world_close(&world);
}

static void category_learning_goes_from_the_questions_to_the_trials(void **state)
{
    struct world        world;
    struct session_row  session;
    struct session_view view;
    struct arena        arena;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    session = world_enroll(&world, "dinosaurs", "ann");
    world_pass(&world, &session, TASK_CATEGORY);
    assert_int_equal(stage_of(&world, session.session_id, &arena, &view), STAGE_TRIALS);
    assert_int_equal(view.phases[PHASE_PRACTICE].count, 0);
    (void)world_answer(&world, &session, PHASE_MAIN, 0, 1);
    assert_int_equal(stage_of(&world, session.session_id, &arena, &view), STAGE_TRIALS);
    assert_int_equal(view.pay_minor, 204);
    arena_close(&arena);
    world_close(&world);
}

static void a_session_that_left_has_no_view(void **state)
{
    struct world        world;
    struct session_row  session;
    struct session_view view;
    struct arena        arena;
    struct err          err = {0};

    (void)state;
    world_open(&world);
    arena_init(&arena);
    session = world_enroll(&world, "dinosaurs", "ann");
    MUST(store_session_end(world.store, session.session_id, SESSION_LEFT, WORLD_NOW_MS, &err));
    session = world_session(&world, session.session_id);
    MUST_REFUSE(session_view_load(world.store, world.catalog, NULL, &session, &arena, &view, &err), ERR_GONE,
                "cannot be resumed");
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stage_follows_a_session_from_the_instructions_to_its_end),
        cmocka_unit_test(category_learning_goes_from_the_questions_to_the_trials),
        cmocka_unit_test(a_session_that_left_has_no_view),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
