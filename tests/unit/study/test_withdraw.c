/* Withdrawal: stopping frees the condition and can be repeated, deletion works in every state and leaves nobody behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_erase.h"
#include "study/withdraw.h"

static struct withdrawal withdraw(struct world *world, const struct session_row *session, bool is_deletion)
{
    struct withdrawal out;
    struct err        err = {0};

    MUST(withdraw_session(world->store, world->catalog, NULL, session->session_id, is_deletion, WORLD_NOW_MS + 9000, &out, &err));
    assert_int_equal(out.is_deleted, is_deletion);
    return out;
}

static bool is_known(struct world *world, const char *token)
{
    struct secret_hash token_hash;
    struct session_row session;
    struct err         err = {0};
    bool               is_found;

    secret_token_hash(token, &token_hash);
    MUST(store_session_by_token(world->store, &token_hash, &session, &is_found, &err));
    return is_found;
}

static void who_stops_has_left_and_may_say_it_again(void **state)
{
    struct world       world;
    struct session_row ann;
    struct receipt     receipt;
    struct withdrawal  first, again;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    ann = world_enroll(&world, "dinosaurs", "ann");
    world_play(&world, &ann, world_study(&world, "dinosaurs"), "10");
    first = withdraw(&world, &ann, false);
    assert_int_equal(first.trial_count, 2);
    ann = world_session(&world, ann.session_id);
    assert_int_equal(ann.state, SESSION_LEFT);
    assert_true(ann.ended_at_ms == WORLD_NOW_MS + 9000);
    again = withdraw(&world, &ann, false);
    assert_int_equal(again.trial_count, first.trial_count);
    assert_int_equal(again.pay_minor, first.pay_minor);
    assert_true(world_session(&world, ann.session_id).change_number == ann.change_number); /* nothing happened */
    assert_true(is_known(&world, "ann"));
    MUST_REFUSE(world_try(&world, &ann, PHASE_MAIN, 2, 1, &receipt, &err), ERR_GONE, "");
    world_close(&world);
}

static void nothing_is_paid_for_nothing(void **state)
{
    struct world       world;
    struct session_row ann;
    struct withdrawal  withdrawal;

    (void)state;
    world_open(&world);
    ann        = world_enroll(&world, "dinosaurs", "ann");
    withdrawal = withdraw(&world, &ann, false);
    assert_int_equal(withdrawal.trial_count, 0);
    assert_int_equal(withdrawal.pay_minor, 0);
    world_close(&world);
}

/* The lease counts active sessions: the next participant gets the condition that became free. */
static void the_condition_is_free_again(void **state)
{
    struct world       world;
    struct session_row ann, ben;

    (void)state;
    world_open(&world);
    ann = world_enroll(&world, "dinosaurs", "ann");
    assert_int_not_equal(world_enroll(&world, "dinosaurs", "other").condition_id, ann.condition_id);
    (void)withdraw(&world, &ann, false);
    ben = world_enroll(&world, "dinosaurs", "ben");
    assert_int_equal(ben.condition_id, ann.condition_id);
    (void)withdraw(&world, &ben, true);
    assert_int_equal(world_enroll(&world, "dinosaurs", "cia").condition_id, ann.condition_id);
    world_close(&world);
}

static void a_finished_session_can_be_deleted_and_not_stopped(void **state)
{
    struct world       world;
    struct session_row ann;
    struct completion  completion;
    struct withdrawal  out;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    ann = world_enroll(&world, "dinosaurs", "ann");
    world_play(&world, &ann, world_study(&world, "dinosaurs"), "101");
    world_fill_questionnaire(&world, &ann, true);
    MUST(finish_session(world.store, world.catalog, NULL, ann.session_id, WORLD_NOW_MS + 6000, &world.arena, &completion, &err));
    MUST_REFUSE(withdraw_session(world.store, world.catalog, NULL, ann.session_id, false, WORLD_NOW_MS + 7000, &out, &err),
                ERR_CONFLICT, "the session is finished");
    assert_int_equal(world_session(&world, ann.session_id).state, SESSION_FINISHED);
    out = withdraw(&world, &ann, true);
    assert_int_equal(out.trial_count, 3);
    assert_true(out.pay_minor == completion.pay_minor && out.pay_minor > 0); /* earned is earned */
    assert_false(is_known(&world, "ann"));
    MUST_REFUSE(withdraw_session(world.store, world.catalog, NULL, ann.session_id, true, WORLD_NOW_MS + 9000, &out, &err),
                ERR_NOT_FOUND, "there is no session");
    world_close(&world);
}

static void who_has_stopped_or_left_can_still_ask_for_deletion(void **state)
{
    struct world         world;
    struct session_row   ann, ben;
    struct tombstone_row stone;
    struct err           err = {0};
    bool                 is_found;

    (void)state;
    world_open(&world);
    ann = world_enroll(&world, "dinosaurs", "ann");
    ben = world_enroll(&world, "dinosaurs", "ben");
    (void)withdraw(&world, &ann, false);
    MUST(store_session_leave(world.store, ben.session_id, END_ABSENT, WORLD_NOW_MS + 1, &err));
    (void)withdraw(&world, &ann, true);
    (void)withdraw(&world, &ben, true);
    assert_false(is_known(&world, "ann") || is_known(&world, "ben"));
    MUST(store_tombstone_by_public_id(world.store, ben.public_id, &stone, &is_found, &err));
    assert_true(is_found && stone.deleted_at_ms == WORLD_NOW_MS + 9000);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_stops_has_left_and_may_say_it_again),
        cmocka_unit_test(nothing_is_paid_for_nothing),
        cmocka_unit_test(the_condition_is_free_again),
        cmocka_unit_test(a_finished_session_can_be_deleted_and_not_stopped),
        cmocka_unit_test(who_has_stopped_or_left_can_still_ask_for_deletion),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
