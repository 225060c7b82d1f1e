/* Letting people in: once per token, one condition each, and out again after a long absence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "base/version.h"

static bool try_enroll(struct world *world, const struct enrolment *enrolment, struct session_row *out, bool *is_new,
                       struct err *err)
{
    struct enrolment_result result;

    *is_new = false;
    if (!enroll_session(world->store, world->catalog, enrolment, &result, err)) return false;
    if (result.refusal != REFUSAL_NONE) return err_set(err, result.err.kind, "%s", result.err.message);
    *out    = result.session;
    *is_new = result.is_new;
    return true;
}

static void asking_again_with_the_same_token_gives_the_same_session(void **state)
{
    struct world       world;
    struct session_row first, again;
    struct enrolment   enrolment;
    struct err         err = {0};
    bool               is_new;

    (void)state;
    world_open(&world);
    first     = world_enroll(&world, "dinosaurs", "ann");
    enrolment = world_enrolment(&world, "dinosaurs", "ann", WORLD_NOW_MS + 9);
    MUST(try_enroll(&world, &enrolment, &again, &is_new, &err));
    assert_false(is_new);
    assert_true(again.session_id == first.session_id && again.condition_id == first.condition_id);
    assert_string_equal(again.public_id, first.public_id);
    enrolment.slug = "points";
    MUST_REFUSE(try_enroll(&world, &enrolment, &again, &is_new, &err), ERR_CONFLICT, "this token belongs to another study");
    world_close(&world);
}

static void names_say_nothing_and_differ(void **state)
{
    struct world       world;
    struct session_row a, b;

    (void)state;
    world_open(&world);
    a = world_enroll(&world, "dinosaurs", "a");
    b = world_enroll(&world, "dinosaurs", "b");
    assert_int_equal(strlen(a.public_id), 12);
    assert_memory_equal(a.public_id, "s-", 2);
    assert_int_equal(strspn(a.public_id + 2, "abcdefghjkmnpqrstuvwxyz23456789"), 10);
    assert_string_not_equal(a.public_id, b.public_id);
    world_close(&world);
}

static void two_people_never_get_the_same_condition_and_then_the_study_is_full(void **state)
{
    struct world       world;
    struct session_row a, b, c;
    struct enrolment   enrolment;
    struct err         err = {0};
    bool               is_new;

    (void)state;
    world_open(&world);
    a         = world_enroll(&world, "dinosaurs", "a");
    b         = world_enroll(&world, "dinosaurs", "b");
    enrolment = world_enrolment(&world, "dinosaurs", "c", WORLD_NOW_MS);
    assert_true(a.condition_id != b.condition_id);
    MUST_REFUSE(try_enroll(&world, &enrolment, &c, &is_new, &err), ERR_FULL, "this study is full at the moment");
    assert_false(is_new);
    MUST(store_session_end(world.store, b.session_id, SESSION_LEFT, WORLD_NOW_MS, &err));
    MUST(try_enroll(&world, &enrolment, &c, &is_new, &err));
    assert_true(is_new && c.condition_id == b.condition_id);
    world_close(&world);
}

static void a_closed_study_lets_nobody_new_in_but_everybody_inside_go_on(void **state)
{
    struct world       world;
    struct session_row session;
    struct enrolment   enrolment;
    struct err         err = {0};
    bool               is_new;

    (void)state;
    world_open(&world);
    (void)world_enroll(&world, "dinosaurs", "ann");
    MUST(store_study_set_state(world.store, world_study(&world, "dinosaurs")->study_id, "closed", &err));
    enrolment = world_enrolment(&world, "dinosaurs", "ben", WORLD_NOW_MS);
    MUST_REFUSE(try_enroll(&world, &enrolment, &session, &is_new, &err), ERR_CONFLICT, "this study is not open");
    enrolment = world_enrolment(&world, "dinosaurs", "ann", WORLD_NOW_MS);
    MUST(try_enroll(&world, &enrolment, &session, &is_new, &err));
    assert_false(is_new);
    MUST(store_study_set_state(world.store, world_study(&world, "dinosaurs")->study_id, "open", &err));
    enrolment = world_enrolment(&world, "dinosaurs", "ben", WORLD_NOW_MS);
    MUST(try_enroll(&world, &enrolment, &session, &is_new, &err));
    world_close(&world);
}

static void consent_to_another_text_is_no_consent(void **state)
{
    struct world       world;
    struct session_row session;
    struct enrolment   enrolment;
    struct err         err = {0};
    bool               is_new;

    (void)state;
    world_open(&world);
    enrolment = world_enrolment(&world, "dinosaurs", "ann", WORLD_NOW_MS);
    secret_sha256_of("an older text", 13, &enrolment.consent_sha256);
    MUST_REFUSE(try_enroll(&world, &enrolment, &session, &is_new, &err), ERR_CONFLICT,
                "the consent text has changed; read it again");
    enrolment.slug = "nowhere";
    MUST_REFUSE(try_enroll(&world, &enrolment, &session, &is_new, &err), ERR_NOT_FOUND, "there is no study 'nowhere'");
    world_close(&world);
}

/* Absence in this study: 60 minutes. */
static void who_is_absent_for_too_long_loses_the_session_and_the_condition_is_free(void **state)
{
    const int64_t      hour_ms = 60 * 60 * 1000;
    struct world       world;
    struct session_row absent, present, newcomer;
    struct enrolment   enrolment;
    struct err         err = {0};
    bool               is_new;
    int                count;

    (void)state;
    world_open(&world);
    absent  = world_enroll(&world, "dinosaurs", "absent");
    present = world_enroll(&world, "dinosaurs", "present");
    world_pass(&world, &present, TASK_CATEGORY);
    (void)world_answer(&world, &present, PHASE_MAIN, 0, 1); /* two seconds after the beginning */
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + hour_ms, INT64_MAX, &count, &err));
    assert_int_equal(count, 0);
    /* a server that was away for the hour itself closes nobody before it has served for one */
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + hour_ms + 1, hour_ms - 1, &count, &err));
    assert_int_equal(count, 0);
    assert_int_equal(world_session(&world, absent.session_id).state, SESSION_ACTIVE);
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + hour_ms + 1, hour_ms, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(world_session(&world, absent.session_id).state, SESSION_LEFT);
    assert_int_equal(world_session(&world, present.session_id).state, SESSION_ACTIVE);
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + hour_ms + 1, INT64_MAX, &count, &err));
    assert_int_equal(count, 0);
    enrolment = world_enrolment(&world, "dinosaurs", "absent", WORLD_NOW_MS + hour_ms + 2);
    MUST_REFUSE(try_enroll(&world, &enrolment, &newcomer, &is_new, &err), ERR_GONE, "closed after a long absence");
    enrolment = world_enrolment(&world, "dinosaurs", "newcomer", WORLD_NOW_MS + hour_ms + 2);
    MUST(try_enroll(&world, &enrolment, &newcomer, &is_new, &err));
    assert_true(newcomer.condition_id == absent.condition_id);
    world_close(&world);
}

/* The server was away: nobody could show a sign of life. */
static void nobody_is_absent_before_the_server_has_been_there_long_enough(void **state)
{
    const int64_t hour_ms = 60 * 60 * 1000;
    struct world  world;
    struct err    err = {0};
    int           count;

    (void)state;
    world_open(&world);
    (void)world_enroll(&world, "dinosaurs", "ann");
    (void)world_enroll(&world, "points", "ben"); /* absence there: 120 minutes */
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + 24 * hour_ms, hour_ms - 1, &count, &err));
    assert_int_equal(count, 0);
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + 24 * hour_ms, hour_ms, &count, &err));
    assert_int_equal(count, 1);
    MUST(enroll_close_absent(world.store, world.catalog, WORLD_NOW_MS + 24 * hour_ms, 2 * hour_ms, &count, &err));
    assert_int_equal(count, 1);
    world_close(&world);
}

static void what_a_session_ran_with_follows_from_its_study(void **state)
{
    struct world         world;
    const struct study  *study;
    struct secret_hash   expected;
    struct secret_sha256 sha;
    struct arena         arena;
    struct study_row     row;
    struct err           err = {0};

    (void)state;
    world_open(&world);
    arena_init(&arena);
    study = world_study(&world, "dinosaurs");
    assert_string_equal(study->provenance.program_version, DINOLAB_VERSION);
    secret_sha256_of("pictures", 8, &expected);
    assert_memory_equal(study->provenance.stimulus_set_sha256.bytes, expected.bytes, SECRET_HASH_BYTES);
    MUST(store_study_by_slug(world.store, "dinosaurs", &arena, &row, &err));
    secret_sha256_of(row.settings, strlen(row.settings), &expected);
    assert_memory_equal(study->provenance.settings_sha256.bytes, expected.bytes, SECRET_HASH_BYTES);
    {
        struct representation_row *rows;
        int                        count;

        MUST(store_study_representations(world.store, study->study_id, &arena, &rows, &count, &err));
        secret_sha256_begin(&sha);
        for (int i = 0; i < count; i++) secret_sha256_add(&sha, rows[i].matrix_sha256.bytes, SECRET_HASH_BYTES);
        secret_sha256_end(&sha, &expected);
    }
    assert_memory_equal(study->provenance.representations_sha256.bytes, expected.bytes, SECRET_HASH_BYTES);
    arena_close(&arena);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asking_again_with_the_same_token_gives_the_same_session),
        cmocka_unit_test(names_say_nothing_and_differ),
        cmocka_unit_test(two_people_never_get_the_same_condition_and_then_the_study_is_full),
        cmocka_unit_test(a_closed_study_lets_nobody_new_in_but_everybody_inside_go_on),
        cmocka_unit_test(consent_to_another_text_is_no_consent),
        cmocka_unit_test(who_is_absent_for_too_long_loses_the_session_and_the_condition_is_free),
        cmocka_unit_test(nobody_is_absent_before_the_server_has_been_there_long_enough),
        cmocka_unit_test(what_a_session_ran_with_follows_from_its_study),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
