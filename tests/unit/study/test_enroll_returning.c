/* People whom the platform's link names: known again by any browser, one session each, and pilots apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/recruited.h"

#define MINUTE_MS INT64_C(60000)

static bool is_known(struct world *world, const char *token)
{
    struct secret_hash hash;
    struct session_row session;
    struct err         err = {0};
    bool               is_found;

    secret_token_hash(token, &hash);
    MUST(store_session_by_token(world->store, &hash, &session, &is_found, &err));
    return is_found;
}

static void another_browser_takes_the_session_over_and_the_first_one_is_out(void **state)
{
    struct world            world;
    struct enrolment_result first, second, back;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    first = recruited_come(&world, "study", "phone", "ann", WORLD_NOW_MS);
    assert_true(first.is_new && !is_known(&world, "laptop"));
    second = recruited_come(&world, "study", "laptop", "ann", WORLD_NOW_MS + 1);
    assert_false(second.is_new);
    assert_int_equal(second.session.session_id, first.session.session_id);
    assert_true(is_known(&world, "laptop") && !is_known(&world, "phone"));
    back = recruited_come(&world, "study", "phone", "ann", WORLD_NOW_MS + 2);
    assert_int_equal(back.session.session_id, first.session.session_id);
    assert_true(is_known(&world, "phone") && !is_known(&world, "laptop"));
    assert_int_equal(recruited_count(&world, "study"), 1);
    assert_true(recruited_come(&world, "study", "other", "ben", WORLD_NOW_MS).is_new);
    world_close(&world);
}

/* A browser in a laboratory, used by one person after the other. */
static void a_browsers_token_does_not_open_its_session_to_another_person(void **state)
{
    struct world            world;
    struct enrolment        enrolment;
    struct enrolment_result result;
    struct err              err = {0};

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    (void)recruited_come(&world, "study", "shared", "ann", WORLD_NOW_MS);
    enrolment = recruited_enrolment(&world, "study", "shared", ARRIVAL_PROLIFIC_PID, "ben", WORLD_NOW_MS);
    MUST_REFUSE(enroll_session(world.store, world.catalog, &enrolment, &result, &err), ERR_CONFLICT,
                "this token belongs to another person");
    enrolment = recruited_enrolment(&world, "study", "shared", ARRIVAL_PROLIFIC_PID, "", WORLD_NOW_MS); /* a reload without ids */
    assert_int_equal(recruited_ask(&world, &enrolment).refusal, REFUSAL_NONE);
    world_close(&world);
}

static void a_session_is_taken_up_within_its_minutes_and_not_after_them(void **state)
{
    struct world            world;
    struct enrolment_result first, again;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", \"resume_minutes\": 10");
    first = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS + 10 * MINUTE_MS);
    assert_int_equal(again.session.session_id, first.session.session_id);
    again = recruited_come(&world, "study", "c", "ann", WORLD_NOW_MS + 10 * MINUTE_MS + 1);
    must_be_refused(&again, REFUSAL_RETURNING, NULL);
    assert_true(is_known(&world, "b")); /* whose page goes on */
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS + 11 * MINUTE_MS);
    assert_int_equal(again.session.session_id, first.session.session_id);
    world_close(&world);
}

static void a_blocking_study_lets_nobody_come_by_another_browser(void **state)
{
    struct world            world;
    struct enrolment_result first, again;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", \"return_policy\": \"block\"");
    first = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS);
    must_be_refused(&again, REFUSAL_RETURNING, NULL);
    recruited_finish(&world, &first.session);
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS);
    must_be_refused(&again, REFUSAL_FINISHED, NULL);
    assert_int_equal(recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS).session.session_id, first.session.session_id);
    world_close(&world);
}

static void who_has_finished_finds_the_end_again_and_never_begins_again(void **state)
{
    struct world            world;
    struct enrolment_result first, again;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", \"resume_minutes\": 10");
    first = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    recruited_finish(&world, &first.session);
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS + MINUTE_MS);
    assert_true(again.session.session_id == first.session.session_id && again.session.state == SESSION_FINISHED);
    again = recruited_come(&world, "study", "c", "ann", WORLD_NOW_MS + 11 * MINUTE_MS);
    must_be_refused(&again, REFUSAL_FINISHED, NULL);
    assert_int_equal(recruited_count(&world, "study"), 1);
    world_close(&world);
}

static void who_left_does_not_begin_again(void **state)
{
    struct world            world;
    struct enrolment_result first, again;
    struct err              err = {0};

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    first = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    MUST(store_session_leave(world.store, first.session.session_id, END_ABSENT, WORLD_NOW_MS + 1, &err));
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS + 2);
    must_be_refused(&again, REFUSAL_RETURNING, NULL);
    first = recruited_come(&world, "study", "c", "ben", WORLD_NOW_MS);
    MUST(store_session_leave(world.store, first.session.session_id, END_WITHDRAWN, WORLD_NOW_MS + 1, &err));
    again = recruited_come(&world, "study", "d", "ben", WORLD_NOW_MS + 2);
    must_be_refused(&again, REFUSAL_RETURNING, NULL);
    world_close(&world);
}

static void a_pilot_begins_again_and_uses_nothing_of_the_study(void **state)
{
    struct world            world;
    struct enrolment_result pilot, again, live;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC ", \"quota\": 1, \"opens_at\": \"2099-01-01T00:00Z\"");
    recruited_set_pilot(&world, "study", true);
    pilot = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    assert_true(pilot.is_new && pilot.session.is_pilot);
    again = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS);
    assert_int_equal(again.session.session_id, pilot.session.session_id); /* still open */
    recruited_finish(&world, &pilot.session);
    again = recruited_come(&world, "study", "c", "ann", WORLD_NOW_MS);
    assert_true(again.is_new && again.session.is_pilot && again.session.session_id != pilot.session.session_id);
    assert_true(recruited_come(&world, "study", "d", "", WORLD_NOW_MS).is_new); /* nobody's id is asked for */
    assert_int_equal(recruited_count(&world, "study"), 0);
    recruited_set_pilot(&world, "study", false);
    live = recruited_come(&world, "study", "e", "ann", WORLD_NOW_MS + INT64_C(1000) * 366 * 24 * 60 * 60 * 80);
    assert_true(live.is_new && !live.session.is_pilot);
    assert_int_equal(live.session.condition_id, pilot.session.condition_id); /* the first: none was used */
    world_close(&world);
}

static void a_pilot_takes_no_live_session_over_and_the_other_way_round(void **state)
{
    struct world            world;
    struct enrolment_result live, pilot;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    live = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    recruited_set_pilot(&world, "study", true);
    pilot = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS);
    assert_true(pilot.is_new && pilot.session.session_id != live.session.session_id);
    recruited_set_pilot(&world, "study", false);
    assert_int_equal(recruited_come(&world, "study", "c", "ann", WORLD_NOW_MS).session.session_id, live.session.session_id);
    world_close(&world);
}

static void a_browser_that_tried_a_study_out_does_not_go_on_in_the_pilot_once_it_is_live(void **state)
{
    static const struct arrival NOBODY;
    struct world                world;
    struct session_row          pilot, live;
    struct err                  err = {0};

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    recruited_set_pilot(&world, "study", true);
    pilot = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS).session;
    MUST(enroll_claim_page(world.store, world.catalog, recruited_key(), &NOBODY, WORLD_NOW_MS, &pilot, &err));
    assert_int_equal(pilot.page_number, 1);
    recruited_set_pilot(&world, "study", false);
    live = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS).session;
    MUST_REFUSE(enroll_claim_page(world.store, world.catalog, recruited_key(), &NOBODY, WORLD_NOW_MS, &pilot, &err),
                ERR_UNAUTHORIZED, "a pilot that is over");
    MUST(enroll_claim_page(world.store, world.catalog, recruited_key(), &NOBODY, WORLD_NOW_MS, &live, &err));
    world_close(&world);
}

static void who_took_part_in_an_excluded_study_is_not_admitted_unless_as_a_pilot(void **state)
{
    struct world            world;
    struct enrolment_result result;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    recruited_create(&world, "second", "", RECRUITED_PROLIFIC);
    recruited_create(&world, "third", "", RECRUITED_PROLIFIC ", \"excludes\": [\"second\", \"study\"]");
    (void)recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    recruited_set_pilot(&world, "study", true);
    (void)recruited_come(&world, "study", "b", "ben", WORLD_NOW_MS);
    result = recruited_come(&world, "third", "c", "ann", WORLD_NOW_MS);
    must_be_refused(&result, REFUSAL_EXCLUDED, "OUT");
    assert_true(recruited_come(&world, "third", "d", "ben", WORLD_NOW_MS).is_new);
    assert_true(recruited_come(&world, "second", "e", "ann", WORLD_NOW_MS).is_new);
    recruited_set_pilot(&world, "third", true);
    assert_true(recruited_come(&world, "third", "f", "ann", WORLD_NOW_MS).is_new);
    world_close(&world);
}

/* Two platforms can give the same id to two people. */
static void the_same_id_of_another_platform_is_somebody_else(void **state)
{
    struct secret_key  other = {{9}};
    struct secret_hash prolific, sona;

    (void)state;
    identity_hash(recruited_key(), PLATFORM_PROLIFIC, "ann", &prolific);
    identity_hash(recruited_key(), PLATFORM_SONA, "ann", &sona);
    assert_memory_not_equal(prolific.bytes, sona.bytes, SECRET_HASH_BYTES);
    identity_hash(&other, PLATFORM_PROLIFIC, "ann", &sona);
    assert_memory_not_equal(prolific.bytes, sona.bytes, SECRET_HASH_BYTES);
    identity_hash(recruited_key(), PLATFORM_PROLIFIC, "ann", &sona);
    assert_memory_equal(prolific.bytes, sona.bytes, SECRET_HASH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_browser_takes_the_session_over_and_the_first_one_is_out),
        cmocka_unit_test(a_browsers_token_does_not_open_its_session_to_another_person),
        cmocka_unit_test(a_session_is_taken_up_within_its_minutes_and_not_after_them),
        cmocka_unit_test(a_blocking_study_lets_nobody_come_by_another_browser),
        cmocka_unit_test(who_has_finished_finds_the_end_again_and_never_begins_again),
        cmocka_unit_test(who_left_does_not_begin_again),
        cmocka_unit_test(a_pilot_begins_again_and_uses_nothing_of_the_study),
        cmocka_unit_test(a_pilot_takes_no_live_session_over_and_the_other_way_round),
        cmocka_unit_test(a_browser_that_tried_a_study_out_does_not_go_on_in_the_pilot_once_it_is_live),
        cmocka_unit_test(who_took_part_in_an_excluded_study_is_not_admitted_unless_as_a_pilot),
        cmocka_unit_test(the_same_id_of_another_platform_is_somebody_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
