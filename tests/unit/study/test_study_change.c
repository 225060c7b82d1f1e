/* Stages and changes: conditions come with the first step out of the draft, change with it, and stay once somebody has played. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/study_change.h"
#include "study/study_state.h"

#define DRAFT                                                                                                                    \
    "{\"slug\": \"made\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": "       \
    "[\"task\"], \"generative\": \"task\", \"condition_count\": 2, \"seed\": 5, \"state\": \"draft\", \"settings\": "            \
    "{\"trial_count\": 10}}"

static bool try_change(struct world *world, const char *json, struct err *err)
{
    struct json_doc *doc = json_parse(span_of(json), err);
    bool             ok;

    if (doc == NULL) fail_msg("%s", err->message);
    if (!store_begin(world->store, err)) fail_msg("%s", err->message);
    ok = study_change(world->store, "made", json_root(doc), WORLD_NOW_MS, NULL, err);
    if (ok && !store_commit(world->store, err)) fail_msg("%s", err->message);
    if (!ok) store_rollback(world->store);
    json_free(doc);
    return ok;
}

static void go_to(struct world *world, enum study_stage stage)
{
    struct err err = {0};

    MUST(study_set_state(world->store, &world->folder, "made", stage, WORLD_NOW_MS, &err));
}

static int condition_count(struct world *world, int64_t *first_id)
{
    struct condition_row *rows  = NULL;
    struct err            err   = {0};
    int                   count = 0;

    MUST(store_conditions(world->store, world_study(world, "made")->study_id, &world->arena, &rows, &count, &err));
    *first_id = count > 0 ? rows[0].condition_id : 0;
    return count;
}

static void conditions_are_made_anew_and_their_numbers_never_come_again(void **state)
{
    struct world world;
    struct err   err = {0};
    int64_t      first, second;

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT);
    assert_int_equal(condition_count(&world, &first), 0);
    go_to(&world, STUDY_PILOT);
    assert_int_equal(condition_count(&world, &first), 2);
    assert_false(try_change(&world, "{\"condition_count\": 3}", &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_string_equal(err.field, "condition_count");
    go_to(&world, STUDY_DRAFT);
    MUST(try_change(&world, "{\"condition_count\": 3}", &err));
    assert_int_equal(condition_count(&world, &second), 0);
    go_to(&world, STUDY_OPEN);
    assert_int_equal(condition_count(&world, &second), 3);
    assert_true(second >= first + 2);
    world_close(&world);
}

static void a_catalog_takes_in_what_was_changed(void **state)
{
    const struct study *before, *after;
    struct world        world;
    struct err          err = {0};

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT);
    before = world_study(&world, "made");
    MUST(try_change(&world, "{\"title\": \"Other\", \"settings\": {\"recruitment\": {\"quota\": 7}, \"feedback_ms\": null}}",
                    &err));
    after = world_study(&world, "made");
    assert_string_equal(before->title, "T"); /* whoever has it keeps it */
    assert_string_equal(after->title, "Other");
    assert_int_equal(after->settings.recruitment.quota, 7);
    assert_int_equal(after->settings.recruitment.eligibility.age_max, 90);
    assert_int_equal(after->settings.feedback_ms, 2000);
    assert_false(try_change(&world, "{\"settings\": {\"colour\": 1}}", &err));
    assert_string_equal(err.field, "settings.colour");
    world_close(&world);
}

static void nothing_scientific_changes_once_somebody_plays(void **state)
{
    struct world world;
    struct err   err = {0};

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT);
    go_to(&world, STUDY_OPEN);
    (void)world_enroll(&world, "made", "token");
    assert_false(try_change(&world, "{\"settings\": {\"feedback_ms\": 1}}", &err));
    assert_string_equal(err.field, "settings.feedback_ms");
    MUST(try_change(&world, "{\"settings\": {\"feedback_ms\": 2000}, \"title\": \"Still\"}", &err)); /* as it is */
    assert_false(study_set_state(world.store, &world.folder, "made", STUDY_PILOT, WORLD_NOW_MS, &err));
    assert_string_equal(err.field, "state");
    go_to(&world, STUDY_CLOSED);
    assert_false(try_change(&world, "{\"title\": \"Never\"}", &err));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_are_made_anew_and_their_numbers_never_come_again),
        cmocka_unit_test(a_catalog_takes_in_what_was_changed),
        cmocka_unit_test(nothing_scientific_changes_once_somebody_plays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
