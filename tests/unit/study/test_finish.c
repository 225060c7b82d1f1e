/* The end of a session: events, the final questions, and a link that leaves only when everything is stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"

static bool try_finish(struct world *world, int64_t session_id, struct completion *out, struct err *err)
{
    return finish_session(world->store, world->catalog, NULL, session_id, WORLD_NOW_MS + 9000, &world->arena, out, err);
}

static void the_link_leaves_only_when_every_trial_and_the_questions_are_stored(void **state)
{
    struct world             world;
    struct session_row       session;
    struct completion        completion;
    struct questionnaire_row row = {.gender = "", .age = 40, .strategy = "", .received_at_ms = WORLD_NOW_MS};
    struct err               err = {0};

    (void)state;
    world_open(&world);
    session        = world_enroll(&world, "dinosaurs", "ann");
    row.session_id = session.session_id;
    MUST_REFUSE(try_finish(&world, session.session_id, &completion, &err), ERR_CONFLICT, "0 of 3 trials are stored");
    MUST_REFUSE(finish_record_questionnaire(world.store, world.catalog, &row, &err), ERR_CONFLICT, "0 of 3 trials are stored");
    world_play(&world, &session, world_study(&world, "dinosaurs"), "10");
    MUST_REFUSE(try_finish(&world, session.session_id, &completion, &err), ERR_CONFLICT, "2 of 3 trials are stored");
    (void)world_answer(&world, &session, PHASE_MAIN, 2, 0);
    MUST_REFUSE(try_finish(&world, session.session_id, &completion, &err), ERR_CONFLICT,
                "the final questions are not answered yet");
    MUST(finish_record_questionnaire(world.store, world.catalog, &row, &err));
    MUST(try_finish(&world, session.session_id, &completion, &err));
    assert_string_equal(completion.link.url, "https://example.org/done");
    assert_string_equal(completion.link.code, "DINOLAB");
    assert_int_equal(completion.pay_minor, 200 + 2 * 4);
    session = world_session(&world, session.session_id);
    assert_true(session.state == SESSION_FINISHED && session.ended_at_ms == WORLD_NOW_MS + 9000);
    world_close(&world);
}

static void finishing_again_says_the_same(void **state)
{
    struct world       world;
    struct session_row session;
    struct completion  first, again;
    struct err         err = {0};

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "ann");
    world_play(&world, &session, world_study(&world, "points"), "1011");
    world_fill_questionnaire(&world, &session, true);
    MUST(try_finish(&world, session.session_id, &first, &err));
    MUST(finish_session(world.store, world.catalog, NULL, session.session_id, WORLD_NOW_MS + 99999, &world.arena, &again, &err));
    assert_true(first.pay_minor == again.pay_minor && first.pay_minor == 422); /* 200 + 400 x (180 - 2 x 40) / 180 */
    assert_string_equal(again.link.url, "");
    session = world_session(&world, session.session_id);
    assert_true(session.ended_at_ms == WORLD_NOW_MS + 9000);
    MUST(finish_completion(world.store, world_study(&world, "points"), NULL, &session, &world.arena, &again, &err));
    assert_true(again.pay_minor == first.pay_minor);
    world_close(&world);
}

static void answers_cannot_be_changed_after_the_end_but_before_it(void **state)
{
    struct world             world;
    struct session_row       session;
    struct completion        completion;
    struct questionnaire_row row = {.gender = "x", .age = 40, .strategy = "", .received_at_ms = WORLD_NOW_MS + 5};
    struct err               err = {0};

    (void)state;
    world_open(&world);
    session        = world_enroll(&world, "dinosaurs", "ann");
    row.session_id = session.session_id;
    world_play(&world, &session, world_study(&world, "dinosaurs"), "101");
    world_fill_questionnaire(&world, &session, true);
    MUST(finish_record_questionnaire(world.store, world.catalog, &row, &err));
    MUST(try_finish(&world, session.session_id, &completion, &err));
    MUST_REFUSE(finish_record_questionnaire(world.store, world.catalog, &row, &err), ERR_CONFLICT,
                "the session is finished; its answers cannot be changed");
    world_close(&world);
}

static void events_are_counted_once_and_stored_in_any_order(void **state)
{
    struct world       world;
    struct session_row session;
    struct event_row   events[] = {{.event_index = 1, .kind = EVENT_KINDS[0], .trial_index = -1, .received_at_ms = WORLD_NOW_MS},
                                   {.event_index = 0, .kind = EVENT_KINDS[1], .trial_index = 2, .received_at_ms = WORLD_NOW_MS},
                                   {.event_index = 2, .kind = EVENT_KINDS[2], .trial_index = -1, .received_at_ms = WORLD_NOW_MS}};
    struct err         err      = {0};
    int                count;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    MUST(finish_record_events(world.store, session.session_id, events, 2, &count, &err));
    assert_int_equal(count, 2);
    MUST(finish_record_events(world.store, session.session_id, events, 3, &count, &err)); /* the reply was lost */
    assert_int_equal(count, 1);
    MUST(finish_record_events(world.store, session.session_id, events, 3, &count, &err));
    assert_int_equal(count, 0);
    world_close(&world);
}

static void events_are_a_sign_of_life(void **state)
{
    struct world       world;
    struct session_row session, before;
    struct event_row   event = {.kind = EVENT_KINDS[0], .trial_index = -1, .received_at_ms = WORLD_NOW_MS + 50 * 60 * 1000};
    struct err         err   = {0};
    int                count;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    MUST(finish_record_events(world.store, session.session_id, &event, 1, &count, &err));
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + 70 * 60 * 1000, INT64_MAX, &count, &err));
    assert_int_equal(count, 0);
    MUST(store_session_end(world.store, session.session_id, SESSION_FINISHED, WORLD_NOW_MS, &err));
    before            = world_session(&world, session.session_id);
    event.event_index = 1;
    MUST(finish_record_events(world.store, session.session_id, &event, 1, &count, &err));
    assert_int_equal(count, 1); /* the last ones may come late, but do not wake anybody */
    assert_true(world_session(&world, session.session_id).change_number == before.change_number);
    world_close(&world);
}

static void a_session_that_left_cannot_be_ended_well(void **state)
{
    struct world             world;
    struct session_row       session;
    struct completion        completion;
    struct questionnaire_row row   = {.gender = "", .strategy = ""};
    struct event_row         event = {.kind = EVENT_KINDS[0], .trial_index = -1};
    struct err               err   = {0};
    int                      count;

    (void)state;
    world_open(&world);
    session        = world_enroll(&world, "dinosaurs", "ann");
    row.session_id = session.session_id;
    world_play(&world, &session, world_study(&world, "dinosaurs"), "101");
    MUST(store_session_end(world.store, session.session_id, SESSION_LEFT, WORLD_NOW_MS, &err));
    MUST_REFUSE(try_finish(&world, session.session_id, &completion, &err), ERR_GONE, "cannot be resumed");
    MUST_REFUSE(finish_record_questionnaire(world.store, world.catalog, &row, &err), ERR_GONE, "cannot be resumed");
    MUST_REFUSE(finish_record_events(world.store, session.session_id, &event, 1, &count, &err), ERR_GONE, "cannot be resumed");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_link_leaves_only_when_every_trial_and_the_questions_are_stored),
        cmocka_unit_test(finishing_again_says_the_same),
        cmocka_unit_test(answers_cannot_be_changed_after_the_end_but_before_it),
        cmocka_unit_test(events_are_counted_once_and_stored_in_any_order),
        cmocka_unit_test(events_are_a_sign_of_life),
        cmocka_unit_test(a_session_that_left_cannot_be_ended_well),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
