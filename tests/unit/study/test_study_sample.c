/* Conditions that are stored in steps: the same as at once, whoever else is at it, whatever an interrupted making left, and never of an
 * older version of the study. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_condition.h"
#include "study/study_change.h"
#include "study/study_sample.h"
#include "study/study_state.h"

enum { CONDITION_COUNT = 120 }; /* two whole steps and one of 20 */

static const int COUNT_AFTER_STEP[] = {50, 100, 120};

#define DRAFT(slug)                                                                                                              \
    "{\"slug\": \"" slug "\", \"title\": \"T\", \"task\": \"category\", \"stimulus_set\": \"pictures\", \"representations\": "   \
    "[\"task\"], \"generative\": \"task\", \"condition_count\": 120, \"seed\": 5, \"state\": \"draft\", \"settings\": "          \
    "{\"trial_count\": 10}}"

static int stored_conditions(struct world *world, const char *slug, struct condition_row **rows)
{
    struct err err   = {0};
    int        count = 0;

    MUST(store_conditions(world->store, world_study(world, slug)->study_id, &world->arena, rows, &count, &err));
    return count;
}

static int count_of(struct world *world, const char *slug)
{
    struct condition_row *rows = NULL;

    return stored_conditions(world, slug, &rows);
}

static void assert_same_conditions(struct world *world, const char *left, const char *right)
{
    struct condition_row *a = NULL, *b = NULL;

    assert_int_equal(stored_conditions(world, left, &a), CONDITION_COUNT);
    assert_int_equal(stored_conditions(world, right, &b), CONDITION_COUNT);
    for (int i = 0; i < CONDITION_COUNT; i++) {
        assert_int_equal(a[i].condition_number, b[i].condition_number);
        assert_memory_equal(&a[i].sha256, &b[i].sha256, sizeof a[i].sha256);
    }
}

static void make(struct world *world, const char *slug, struct study_sample *sample)
{
    struct err err = {0};

    MUST(study_sample_make(world->store, &world->folder, slug, &world->arena, sample, &err));
    assert_int_equal(sample->maker.made_count, CONDITION_COUNT);
}

static enum study_sample_progress take_step(struct world *world, struct study_sample *sample)
{
    enum study_sample_progress progress;
    struct err                 err = {0};

    MUST(store_begin(world->store, &err));
    MUST(study_sample_insert(world->store, sample, &progress, &err));
    MUST(store_commit(world->store, &err));
    return progress;
}

static void open_at_once(struct world *world, const char *slug)
{
    struct err err = {0};

    MUST(study_set_state(world->store, &world->folder, slug, STUDY_OPEN, WORLD_NOW_MS, &err));
}

static void change(struct world *world, const char *json)
{
    struct err       err = {0};
    struct json_doc *doc = json_parse(span_of(json), &err);

    assert_non_null(doc);
    MUST(study_change(world->store, "made", json_root(doc), WORLD_NOW_MS, NULL, &err));
    json_free(doc);
}

static void steps_give_what_one_transaction_gives_and_the_study_opens_after_the_last(void **state)
{
    struct world        world;
    struct study_sample sample;
    struct err          err = {0};
    bool                is_lacking;

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT("made"));
    world_create(&world, DRAFT("at_once"));
    open_at_once(&world, "at_once");
    make(&world, "made", &sample);
    assert_int_equal(count_of(&world, "made"), 0); /* in memory only */
    for (int i = 0; i < 3; i++) {
        MUST(study_step_check(world.store, "made", STUDY_OPEN, &is_lacking, &err));
        assert_true(is_lacking);
        assert_false(study_step_take(world.store, "made", STUDY_OPEN, WORLD_NOW_MS, &err));
        assert_int_equal(err.kind, ERR_CONFLICT);
        assert_int_equal(take_step(&world, &sample), i == 2 ? STUDY_SAMPLE_DONE : STUDY_SAMPLE_GOES_ON);
        assert_int_equal(count_of(&world, "made"), COUNT_AFTER_STEP[i]);
    }
    MUST(study_step_take(world.store, "made", STUDY_OPEN, WORLD_NOW_MS, &err));
    assert_same_conditions(&world, "made", "at_once");
    world_close(&world);
}

static void nothing_is_stored_of_a_study_as_it_was_before_a_change(void **state)
{
    struct world        world;
    struct study_sample sample;

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT("made"));
    make(&world, "made", &sample);
    change(&world, "{\"seed\": 6}");
    assert_int_equal(take_step(&world, &sample), STUDY_SAMPLE_STALE);
    assert_int_equal(count_of(&world, "made"), 0);
    make(&world, "made", &sample);
    assert_int_equal(take_step(&world, &sample), STUDY_SAMPLE_GOES_ON);
    change(&world, "{\"seed\": 5}"); /* between two steps: what was stored is gone */
    assert_int_equal(count_of(&world, "made"), 0);
    assert_int_equal(take_step(&world, &sample), STUDY_SAMPLE_STALE);
    assert_int_equal(count_of(&world, "made"), 0);
    world_close(&world);
}

static void what_an_interrupted_making_left_is_gone_on_from(void **state)
{
    struct world          world;
    struct study_sample   sample;
    struct condition_row *before = NULL, *after = NULL;

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT("made"));
    world_create(&world, DRAFT("at_once"));
    open_at_once(&world, "at_once");
    make(&world, "made", &sample);
    (void)take_step(&world, &sample); /* and then the process was killed */
    assert_int_equal(stored_conditions(&world, "made", &before), 50);
    make(&world, "made", &sample);
    assert_int_equal(take_step(&world, &sample), STUDY_SAMPLE_GOES_ON);
    assert_int_equal(take_step(&world, &sample), STUDY_SAMPLE_DONE);
    assert_same_conditions(&world, "made", "at_once");
    (void)stored_conditions(&world, "made", &after);
    assert_int_equal(after[0].condition_id, before[0].condition_id);
    world_close(&world);
}

static void left_over_conditions_that_are_others_are_replaced(void **state)
{
    enum study_sample_progress progress;
    struct world               world;
    struct study_sample        sample, other;
    struct err                 err = {0};

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT("made"));
    world_create(&world, DRAFT("at_once"));
    open_at_once(&world, "at_once");
    make(&world, "made", &sample);
    other                            = sample; /* as another version of the sampler would make them */
    other.maker.made[0].facts        = sample.maker.made[1].facts;
    other.maker.made[1].facts        = sample.maker.made[2].facts;
    other.maker.made[1].facts.number = CONDITION_COUNT + 1;
    (void)take_step(&world, &other);
    assert_int_equal(count_of(&world, "made"), 50);
    make(&world, "made", &sample);
    assert_int_equal(take_step(&world, &sample), STUDY_SAMPLE_GOES_ON); /* they go */
    assert_int_equal(count_of(&world, "made"), 0);
    for (int i = 0; i < 3; i++) (void)take_step(&world, &sample);
    assert_same_conditions(&world, "made", "at_once");

    open_at_once(&world, "made"); /* from now on, never */
    make(&world, "made", &sample);
    sample.maker.made[0] = other.maker.made[0];
    assert_false(study_sample_insert(world.store, &sample, &progress, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_same_conditions(&world, "made", "at_once");
    world_close(&world);
}

static void two_who_open_the_same_draft_make_it_together(void **state)
{
    struct world        world;
    struct study_sample one, two;

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT("made"));
    world_create(&world, DRAFT("at_once"));
    open_at_once(&world, "at_once");
    make(&world, "made", &one);
    make(&world, "made", &two);
    assert_int_equal(take_step(&world, &one), STUDY_SAMPLE_GOES_ON);
    assert_int_equal(take_step(&world, &two), STUDY_SAMPLE_GOES_ON);
    assert_int_equal(take_step(&world, &one), STUDY_SAMPLE_DONE);
    assert_int_equal(take_step(&world, &two), STUDY_SAMPLE_DONE);
    assert_same_conditions(&world, "made", "at_once");
    world_close(&world);
}

static void a_change_of_the_sample_asks_for_room_where_somebody_waits(void **state)
{
    struct world     world;
    struct err       err = {0};
    struct json_doc *doc = json_parse(span_of("{\"seed\": 6}"), &err);
    bool             is_crowded, is_done = false;

    (void)state;
    world_open(&world);
    world_create(&world, DRAFT("made"));
    MUST(study_set_state(world.store, &world.folder, "made", STUDY_PILOT, WORLD_NOW_MS, &err));
    assert_false(study_change_make_room(world.store, "made", &is_done, &err)); /* people may be in it */
    assert_int_equal(err.kind, ERR_CONFLICT);
    MUST(study_set_state(world.store, &world.folder, "made", STUDY_DRAFT, WORLD_NOW_MS, &err));
    MUST(store_begin(world.store, &err));
    assert_false(study_change(world.store, "made", json_root(doc), WORLD_NOW_MS, &is_crowded, &err));
    store_rollback(world.store);
    assert_true(is_crowded);
    assert_int_equal(count_of(&world, "made"), CONDITION_COUNT);
    MUST(study_change_make_room(world.store, "made", &is_done, &err));
    assert_false(is_done);
    MUST(study_change_make_room(world.store, "made", &is_done, &err));
    assert_true(is_done);
    MUST(study_change(world.store, "made", json_root(doc), WORLD_NOW_MS, &is_crowded, &err));
    assert_int_equal(count_of(&world, "made"), 0);
    json_free(doc);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_give_what_one_transaction_gives_and_the_study_opens_after_the_last),
        cmocka_unit_test(nothing_is_stored_of_a_study_as_it_was_before_a_change),
        cmocka_unit_test(what_an_interrupted_making_left_is_gone_on_from),
        cmocka_unit_test(left_over_conditions_that_are_others_are_replaced),
        cmocka_unit_test(two_who_open_the_same_draft_make_it_together),
        cmocka_unit_test(a_change_of_the_sample_asks_for_room_where_somebody_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
