/* Trials: one answer per trial, every value kept, the cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

static struct trial_row row_of(int64_t session_id, int trial_index)
{
    return (struct trial_row){.session_id                  = session_id,
                              .phase                       = PHASE_MAIN,
                              .trial_index                 = trial_index,
                              .response                    = 1,
                              .is_correct                  = true,
                              .rt_ms                       = 0.1 + trial_index,
                              .onset_ms                    = 123456.789012345,
                              .frame_ms                    = 16.666666666666668,
                              .is_visible                  = true,
                              .input                       = "touch",
                              .previous_reply_ms           = (double)NAN,
                              .received_at_ms              = WORLD_NOW_MS,
                              .total_correct               = trial_index + 1,
                              .total_scored                = trial_index + 2,
                              .total_regret                = 40,
                              .total_chance_regret_doubled = 170};
}

static void a_trial_comes_back_bit_for_bit(void **state)
{
    struct world       world;
    struct session_row session;
    struct trial_row   row, found;
    struct err         err = {0};
    bool               is_found;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    row     = row_of(session.session_id, 0);
    MUST(store_trial_insert(world.store, &row, &err));
    MUST(store_trial_get(world.store, session.session_id, PHASE_MAIN, 0, &found, &is_found, &err));
    assert_true(is_found);
    assert_true(found.response == 1 && found.is_correct && !found.is_tie && found.is_visible && !found.is_fullscreen);
    assert_true(found.rt_ms == row.rt_ms && found.onset_ms == row.onset_ms && found.frame_ms == row.frame_ms);
    assert_true(isnan(found.previous_reply_ms));
    assert_string_equal(found.input, "touch");
    assert_true(found.total_correct == 1 && found.total_scored == 2);
    assert_true(found.total_regret == 40 && found.total_chance_regret_doubled == 170);
    assert_int_equal(found.phase, PHASE_MAIN);
    MUST(store_trial_get(world.store, session.session_id, PHASE_PRACTICE, 0, &found, &is_found, &err));
    assert_false(is_found);
    world_close(&world);
}

static void the_database_takes_one_answer_per_trial(void **state)
{
    struct world       world;
    struct session_row session;
    struct trial_row   row;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    row     = row_of(session.session_id, 0);
    MUST(store_trial_insert(world.store, &row, &err));
    MUST_REFUSE(store_trial_insert(world.store, &row, &err), ERR_CONFLICT, "UNIQUE constraint failed: trial.session_id");
    row.phase = PHASE_PRACTICE; /* another phase counts its own */
    MUST(store_trial_insert(world.store, &row, &err));
    row          = row_of(session.session_id, 1);
    row.response = 2;
    MUST_REFUSE(store_trial_insert(world.store, &row, &err), ERR_CONFLICT, "CHECK constraint failed");
    row       = row_of(session.session_id, 1);
    row.rt_ms = -1.0;
    MUST_REFUSE(store_trial_insert(world.store, &row, &err), ERR_CONFLICT, "CHECK constraint failed");
    row       = row_of(session.session_id, 1);
    row.rt_ms = (double)NAN;
    MUST_REFUSE(store_trial_insert(world.store, &row, &err), ERR_CONFLICT, "NOT NULL constraint failed: trial.rt_ms");
    row = row_of(999, 0);
    MUST_REFUSE(store_trial_insert(world.store, &row, &err), ERR_CONFLICT, "FOREIGN KEY");
    world_close(&world);
}

static void the_cursor_walks_over_all_sessions_in_the_order_of_storing(void **state)
{
    struct world       world;
    struct session_row a, b;
    struct trial_row  *rows, last;
    struct arena       arena;
    struct err         err    = {0};
    int64_t            cursor = 0, newest = -1;
    int                seen = 0, count;
    bool               is_found;

    (void)state;
    world_open(&world);
    arena_init(&arena);
    MUST(store_trial_newest_id(world.store, &newest, &err));
    assert_true(newest == 0);
    a = world_enroll(&world, "dinosaurs", "a");
    b = world_enroll(&world, "points", "b");
    MUST(store_trial_last(world.store, a.session_id, PHASE_MAIN, &last, &is_found, &err));
    assert_false(is_found);
    for (int i = 0; i < 20; i++) {
        struct trial_row row = row_of(i % 2 == 0 ? a.session_id : b.session_id, i / 2);

        MUST(store_trial_insert(world.store, &row, &err));
    }
    for (;;) {
        MUST(store_trials_after(world.store, cursor, 7, &arena, &rows, &count, &err));
        assert_true(count <= 7);
        if (count == 0) break;
        for (int i = 0; i < count; i++, seen++) {
            assert_true(rows[i].trial_id > cursor);
            cursor = rows[i].trial_id;
            assert_true(rows[i].session_id == (seen % 2 == 0 ? a.session_id : b.session_id));
            assert_int_equal(rows[i].trial_index, seen / 2);
        }
    }
    assert_int_equal(seen, 20);
    MUST(store_trial_newest_id(world.store, &newest, &err));
    assert_true(newest == cursor);
    MUST(store_trials_of_session(world.store, b.session_id, PHASE_MAIN, &arena, &rows, &count, &err));
    assert_int_equal(count, 10);
    /* more rows than the first block of a list holds */
    MUST(store_trials_after(world.store, 0, 1000, &arena, &rows, &count, &err));
    assert_int_equal(count, 20);
    for (int i = 0; i < count; i++) assert_int_equal(rows[i].trial_index, i / 2);
    MUST(store_trial_last(world.store, b.session_id, PHASE_MAIN, &last, &is_found, &err));
    assert_true(is_found && last.trial_index == 9);
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_comes_back_bit_for_bit),
        cmocka_unit_test(the_database_takes_one_answer_per_trial),
        cmocka_unit_test(the_cursor_walks_over_all_sessions_in_the_order_of_storing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
