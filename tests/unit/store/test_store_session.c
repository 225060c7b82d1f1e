/* Sessions: found by token and name, their states, the cursor of changes, absence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

enum { MINUTE_MS = 60 * 1000 };

static void a_session_keeps_what_it_was_made_with_and_is_found_three_ways(void **state)
{
    struct world       world;
    struct session_row made, found;
    struct secret_hash token_hash;
    struct err         err = {0};
    bool               is_found;

    (void)state;
    world_open(&world);
    made = world_enroll(&world, "dinosaurs", "ann");
    assert_int_equal(made.state, SESSION_ACTIVE);
    assert_int_equal(made.participant_number, 1);
    assert_true(made.consented_at_ms == WORLD_NOW_MS && made.seen_at_ms == WORLD_NOW_MS);
    assert_true(made.ended_at_ms == 0 && made.comprehension_passed_at_ms == 0 && !made.has_questionnaire);
    secret_token_hash("ann", &token_hash);
    MUST(store_session_by_token(world.store, &token_hash, &found, &is_found, &err));
    assert_true(is_found && found.session_id == made.session_id);
    MUST(store_session_by_public_id(world.store, made.public_id, &found, &is_found, &err));
    assert_true(is_found && found.session_id == made.session_id);
    assert_string_equal(world_session(&world, made.session_id).public_id, made.public_id);
    secret_token_hash("nobody", &token_hash);
    MUST(store_session_by_token(world.store, &token_hash, &found, &is_found, &err));
    assert_false(is_found);
    MUST(store_session_by_public_id(world.store, "s-nobody", &found, &is_found, &err));
    assert_false(is_found);
    MUST_REFUSE(store_session_by_id(world.store, 999, &found, &err), ERR_NOT_FOUND, "there is no session 999");
    world_close(&world);
}

static void participants_are_numbered_within_their_study(void **state)
{
    struct world world;

    (void)state;
    world_open(&world);
    assert_int_equal(world_enroll(&world, "dinosaurs", "a").participant_number, 1);
    assert_int_equal(world_enroll(&world, "points", "b").participant_number, 1);
    assert_int_equal(world_enroll(&world, "dinosaurs", "c").participant_number, 2);
    world_close(&world);
}

static void an_ended_session_is_not_ended_again(void **state)
{
    struct world       world;
    struct session_row session;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    MUST(store_session_end(world.store, session.session_id, SESSION_FINISHED, WORLD_NOW_MS + 5, &err));
    MUST(store_session_end(world.store, session.session_id, SESSION_LEFT, WORLD_NOW_MS + 9, &err));
    session = world_session(&world, session.session_id);
    assert_string_equal(session_state_name(session.state), "finished");
    assert_true(session.ended_at_ms == WORLD_NOW_MS + 5);
    world_close(&world);
}

static void comprehension_is_passed_once(void **state)
{
    struct world       world;
    struct session_row session;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    MUST(store_session_pass_comprehension(world.store, session.session_id, WORLD_NOW_MS + 5, &err));
    MUST(store_session_pass_comprehension(world.store, session.session_id, WORLD_NOW_MS + 9, &err));
    assert_true(world_session(&world, session.session_id).comprehension_passed_at_ms == WORLD_NOW_MS + 5);
    world_close(&world);
}

/* Every kind of change moves its session to the end of the cursor's way, and no session is ever missed. */
static void the_cursor_sees_every_change_in_order(void **state)
{
    struct world       world;
    struct session_row a, b, *rows;
    struct arena       arena;
    struct err         err    = {0};
    int64_t            cursor = 0;
    int                count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    a = world_enroll(&world, "dinosaurs", "a");
    b = world_enroll(&world, "dinosaurs", "b");
    assert_true(a.change_number < b.change_number);
    MUST(store_sessions_changed(world.store, cursor, 10, &arena, &rows, &count, &err));
    assert_int_equal(count, 2);
    assert_true(rows[0].session_id == a.session_id && rows[1].session_id == b.session_id);
    cursor = rows[1].change_number;
    MUST(store_sessions_changed(world.store, cursor, 10, &arena, &rows, &count, &err));
    assert_int_equal(count, 0);

    MUST(store_session_touch(world.store, a.session_id, WORLD_NOW_MS + 7, &err));
    MUST(store_sessions_changed(world.store, cursor, 10, &arena, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_true(rows[0].session_id == a.session_id && rows[0].seen_at_ms == WORLD_NOW_MS + 7);
    cursor = rows[0].change_number;
    MUST(store_session_pass_comprehension(world.store, b.session_id, WORLD_NOW_MS + 8, &err));
    MUST(store_session_end(world.store, a.session_id, SESSION_LEFT, WORLD_NOW_MS + 9, &err));
    MUST(store_sessions_changed(world.store, cursor, 1, &arena, &rows, &count, &err));
    assert_int_equal(count, 1); /* at most the limit */
    assert_true(rows[0].session_id == b.session_id);
    MUST(store_sessions_changed(world.store, rows[0].change_number, 10, &arena, &rows, &count, &err));
    assert_int_equal(count, 1);
    assert_true(rows[0].session_id == a.session_id && rows[0].state == SESSION_LEFT);
    arena_close(&arena);
    world_close(&world);
}

static int absent_count(struct world *world, int64_t study_id, int64_t since_ms)
{
    struct session_row *rows;
    struct arena        arena;
    struct err          err = {0};
    int                 count;

    arena_init(&arena);
    MUST(store_sessions_absent(world->store, study_id, since_ms, &arena, &rows, &count, &err));
    arena_close(&arena);
    return count;
}

static void who_gave_no_sign_of_life_is_absent(void **state)
{
    struct world        world;
    const struct study *study;
    struct session_row  session;
    struct err          err = {0};

    (void)state;
    world_open(&world);
    study   = world_study(&world, "dinosaurs");
    session = world_enroll(&world, "dinosaurs", "ann");
    (void)world_enroll(&world, "points", "of another study");
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS), 0); /* seen at that very moment */
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS + 1), 1);
    world_pass(&world, &session, TASK_CATEGORY); /* seen 1,000 ms later */
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS + 1000), 0);
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS + 1001), 1);
    world_answer(&world, &session, PHASE_MAIN, 0, 1); /* a trial, 2,000 ms later */
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS + 2000), 0);
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS + 2001), 1);
    MUST(store_session_end(world.store, session.session_id, SESSION_LEFT, WORLD_NOW_MS + MINUTE_MS, &err));
    assert_int_equal(absent_count(&world, study->study_id, WORLD_NOW_MS + 2 * MINUTE_MS), 0);
    world_close(&world);
}

static void the_sessions_of_a_study_are_listed_and_counted(void **state)
{
    struct world        world;
    const struct study *study;
    struct session_row  a, *rows;
    struct study_counts counts;
    struct arena        arena;
    struct err          err = {0};
    int                 count;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    study = world_study(&world, "dinosaurs");
    a     = world_enroll(&world, "dinosaurs", "a");
    (void)world_enroll(&world, "points", "b");
    (void)world_enroll(&world, "dinosaurs", "c");
    MUST(store_session_end(world.store, a.session_id, SESSION_LEFT, WORLD_NOW_MS, &err));
    MUST(store_sessions_of_study(world.store, study->study_id, &arena, &rows, &count, &err));
    assert_int_equal(count, 2);
    assert_true(rows[0].session_id == a.session_id && rows[1].participant_number == 2);
    MUST(store_study_counts(world.store, study->study_id, &counts, &err));
    assert_int_equal(counts.active, 1);
    assert_int_equal(counts.left, 1);
    assert_int_equal(counts.finished, 0);
    assert_int_equal(counts.conditions, 2);
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_keeps_what_it_was_made_with_and_is_found_three_ways),
        cmocka_unit_test(participants_are_numbered_within_their_study),
        cmocka_unit_test(an_ended_session_is_not_ended_again),
        cmocka_unit_test(comprehension_is_passed_once),
        cmocka_unit_test(the_cursor_sees_every_change_in_order),
        cmocka_unit_test(who_gave_no_sign_of_life_is_absent),
        cmocka_unit_test(the_sessions_of_a_study_are_listed_and_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
