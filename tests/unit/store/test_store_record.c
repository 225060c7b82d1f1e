/* What a session leaves besides its trials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

static void attempts_are_counted_from_one(void **state)
{
    struct world             world;
    struct session_row       session;
    struct comprehension_row row = {.answers = "[0,1,2]", .received_at_ms = WORLD_NOW_MS};
    struct err               err = {0};
    int                      number, count;

    (void)state;
    world_open(&world);
    session        = world_enroll(&world, "dinosaurs", "ann");
    row.session_id = session.session_id;
    MUST(store_comprehension_count(world.store, session.session_id, &count, &err));
    assert_int_equal(count, 0);
    for (int i = 1; i <= 3; i++) {
        MUST(store_comprehension_insert(world.store, &row, &number, &err));
        assert_int_equal(number, i);
    }
    MUST(store_comprehension_count(world.store, session.session_id, &count, &err));
    assert_int_equal(count, 3);
    row.answers = "not json";
    MUST_REFUSE(store_comprehension_insert(world.store, &row, &number, &err), ERR_CONFLICT, "CHECK constraint failed");
    world_close(&world);
}

static void an_event_of_the_same_index_is_stored_once(void **state)
{
    struct world       world;
    struct session_row session;
    struct event_row   row = {.kind = "focus_lost", .at_ms = 12.5, .trial_index = -1, .received_at_ms = WORLD_NOW_MS};
    struct err         err = {0};
    bool               is_new;

    (void)state;
    world_open(&world);
    session        = world_enroll(&world, "dinosaurs", "ann");
    row.session_id = session.session_id;
    MUST(store_event_insert(world.store, &row, &is_new, &err));
    assert_true(is_new);
    row.kind = "focus_gained";
    MUST(store_event_insert(world.store, &row, &is_new, &err));
    assert_false(is_new);
    row.event_index = 1;
    row.trial_index = 4;
    row.detail      = "image_03";
    MUST(store_event_insert(world.store, &row, &is_new, &err));
    assert_true(is_new);
    world_close(&world);
}

static void the_newest_answers_to_the_final_questions_replace_older_ones(void **state)
{
    struct world             world;
    struct session_row       session;
    struct questionnaire_row row = {.gender = "", .age = 20, .strategy = "", .received_at_ms = WORLD_NOW_MS};
    struct err               err = {0};

    (void)state;
    world_open(&world);
    session        = world_enroll(&world, "dinosaurs", "ann");
    row.session_id = session.session_id;
    MUST(store_questionnaire_put(world.store, &row, &err));
    assert_true(world_session(&world, session.session_id).has_questionnaire);
    row.age = 21;
    MUST(store_questionnaire_put(world.store, &row, &err));
    row.age = 131;
    MUST_REFUSE(store_questionnaire_put(world.store, &row, &err), ERR_CONFLICT, "CHECK constraint failed");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attempts_are_counted_from_one),
        cmocka_unit_test(an_event_of_the_same_index_is_stored_once),
        cmocka_unit_test(the_newest_answers_to_the_final_questions_replace_older_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
