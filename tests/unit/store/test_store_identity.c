/* Who is known by which id, who was refused, and links for one person, as the database keeps them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/recruited.h"

static struct secret_hash hash_of(const char *text)
{
    struct secret_hash hash;

    secret_token_hash(text, &hash);
    return hash;
}

static void of_several_sessions_the_newest_of_that_mode_is_found(void **state)
{
    struct world       world;
    struct session_row first, second, found;
    struct secret_hash ann;
    struct err         err = {0};
    int64_t            study_id;
    bool               is_found;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    study_id = world_study(&world, "study")->study_id;
    identity_hash(recruited_key(), PLATFORM_PROLIFIC, "ann", &ann);
    recruited_set_pilot(&world, "study", true);
    first = recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS).session;
    recruited_finish(&world, &first);
    second = recruited_come(&world, "study", "b", "ann", WORLD_NOW_MS).session;
    MUST(store_identity_session(world.store, study_id, true, &ann, &found, &is_found, &err));
    assert_true(is_found && found.session_id == second.session_id && second.session_id != first.session_id);
    MUST(store_identity_session(world.store, study_id, false, &ann, &found, &is_found, &err));
    assert_false(is_found);
    MUST(store_identity_session(world.store, study_id + 1, true, &ann, &found, &is_found, &err));
    assert_false(is_found);
    world_close(&world);
}

static void having_taken_part_is_of_live_sessions_in_that_study(void **state)
{
    struct world       world;
    struct secret_hash ann, ben;
    struct err         err = {0};
    bool               is_in, exists;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    MUST(store_identity_exists(world.store, &exists, &err));
    assert_false(exists);
    identity_hash(recruited_key(), PLATFORM_PROLIFIC, "ann", &ann);
    identity_hash(recruited_key(), PLATFORM_PROLIFIC, "ben", &ben);
    (void)recruited_come(&world, "study", "a", "ann", WORLD_NOW_MS);
    recruited_set_pilot(&world, "study", true);
    (void)recruited_come(&world, "study", "b", "ben", WORLD_NOW_MS);
    MUST(store_identity_is_in(world.store, "study", &ann, &is_in, &err));
    assert_true(is_in);
    MUST(store_identity_is_in(world.store, "study", &ben, &is_in, &err));
    assert_false(is_in);
    MUST(store_identity_is_in(world.store, "another", &ann, &is_in, &err));
    assert_false(is_in);
    MUST(store_identity_exists(world.store, &exists, &err));
    assert_true(exists);
    world_close(&world);
}

static void the_first_refusal_of_a_person_stays(void **state)
{
    struct world       world;
    struct secret_hash ann = hash_of("ann"), ben = hash_of("ben");
    struct err         err = {0};
    char               outcome[STATE_BYTES * 2];
    int64_t            study_id;

    (void)state;
    recruited_open(&world, RECRUITED_PROLIFIC);
    study_id = world_study(&world, "study")->study_id;
    MUST(store_refusal_find(world.store, study_id, &ann, outcome, &err));
    assert_string_equal(outcome, "");
    MUST(store_refusal_note(world.store, study_id, &ann, "failed_comprehension", WORLD_NOW_MS, &err));
    MUST(store_refusal_note(world.store, study_id, &ann, "screened_out", WORLD_NOW_MS + 1, &err));
    MUST(store_refusal_find(world.store, study_id, &ann, outcome, &err));
    assert_string_equal(outcome, "failed_comprehension");
    MUST(store_refusal_find(world.store, study_id, &ben, outcome, &err));
    assert_string_equal(outcome, "");
    if (store_refusal_note(world.store, study_id, &ben, "no reason", WORLD_NOW_MS, &err)) fail_msg("any outcome was taken");
    world_close(&world);
}

static void links_are_numbered_within_their_study_and_used_once(void **state)
{
    struct world       world;
    struct secret_hash one = hash_of("one"), two = hash_of("two"), third = hash_of("three");
    struct err         err = {0};
    int64_t            study_id, other_id;
    int                number;
    bool               is_found, is_used;

    (void)state;
    recruited_open(&world, "\"platform\": \"personal\"");
    recruited_create(&world, "other", "", "\"platform\": \"personal\"");
    study_id = world_study(&world, "study")->study_id;
    other_id = world_study(&world, "other")->study_id;
    MUST(store_personal_link_insert(world.store, study_id, &one, WORLD_NOW_MS, &number, &err));
    assert_int_equal(number, 1);
    MUST(store_personal_link_insert(world.store, study_id, &two, WORLD_NOW_MS, &number, &err));
    assert_int_equal(number, 2);
    MUST(store_personal_link_insert(world.store, other_id, &third, WORLD_NOW_MS, &number, &err));
    assert_int_equal(number, 1);
    if (store_personal_link_insert(world.store, other_id, &one, WORLD_NOW_MS, &number, &err)) fail_msg("a link for two studies");
    MUST(store_personal_link_use(world.store, &one, WORLD_NOW_MS, &err));
    MUST(store_personal_link_find(world.store, study_id, &one, &is_found, &is_used, &err));
    assert_true(is_found && is_used);
    MUST(store_personal_link_find(world.store, study_id, &two, &is_found, &is_used, &err));
    assert_true(is_found && !is_used);
    MUST(store_personal_link_find(world.store, study_id, &third, &is_found, &is_used, &err));
    assert_false(is_found);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_several_sessions_the_newest_of_that_mode_is_found),
        cmocka_unit_test(having_taken_part_is_of_live_sessions_in_that_study),
        cmocka_unit_test(the_first_refusal_of_a_person_stays),
        cmocka_unit_test(links_are_numbered_within_their_study_and_used_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
