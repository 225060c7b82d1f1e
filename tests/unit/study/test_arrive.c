/* Browsers that opened a study's link are counted once each, and only so many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_arrival.h"
#include "study/arrive.h"

static struct secret_hash visit(int number)
{
    struct secret_hash hash;

    secret_sha256_of(&number, sizeof number, &hash);
    return hash;
}

static bool arrive(struct world *world, const char *slug, int number)
{
    struct secret_hash hash = visit(number);
    struct err         err  = {0};
    bool               is_counted;

    MUST(arrive_note(world->store, world_study(world, slug)->study_id, &hash, WORLD_NOW_MS, &is_counted, &err));
    return is_counted;
}

static int count_of(struct world *world, const char *slug)
{
    struct err err = {0};
    int        count;

    MUST(store_arrival_count(world->store, world_study(world, slug)->study_id, &count, &err));
    return count;
}

static bool is_settled(struct world *world, const char *slug, int number, bool *is_counted)
{
    struct secret_hash hash = visit(number);
    struct err         err  = {0};
    bool               is;

    MUST(arrive_is_settled(world->store, world_study(world, slug), &hash, &is, is_counted, &err));
    return is;
}

static void a_visit_is_counted_once_and_for_its_study_only(void **state)
{
    struct world world;
    bool         is_counted;

    (void)state;
    world_open(&world);
    assert_int_equal(count_of(&world, "points"), 0);
    assert_false(is_settled(&world, "points", 1, &is_counted));
    assert_true(arrive(&world, "points", 1));
    assert_true(is_settled(&world, "points", 1, &is_counted)); /* nothing to write when it comes again */
    assert_true(is_counted);
    assert_true(arrive(&world, "points", 1));
    assert_int_equal(count_of(&world, "points"), 1);
    assert_true(arrive(&world, "points", 2));
    assert_true(arrive(&world, "dinosaurs", 1));
    assert_int_equal(count_of(&world, "points"), 2);
    assert_int_equal(count_of(&world, "dinosaurs"), 1);
    world_close(&world);
}

static void a_flood_fills_its_own_study_only(void **state)
{
    struct world world;
    struct err   err = {0};
    bool         is_counted;

    (void)state;
    world_open(&world);
    MUST(store_begin(world.store, &err));
    for (int i = 0; i < ARRIVAL_MAX; i++) (void)arrive(&world, "points", i);
    MUST(store_commit(world.store, &err));
    assert_int_equal(count_of(&world, "points"), ARRIVAL_MAX);
    assert_true(is_settled(&world, "points", ARRIVAL_MAX, &is_counted)); /* no transaction for one too many */
    assert_false(is_counted);
    assert_false(arrive(&world, "points", ARRIVAL_MAX)); /* nor a row, should it have come at the same moment */
    assert_int_equal(count_of(&world, "points"), ARRIVAL_MAX);
    assert_true(is_settled(&world, "points", 7, &is_counted));
    assert_true(is_counted);
    assert_true(arrive(&world, "dinosaurs", 0));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_visit_is_counted_once_and_for_its_study_only),
        cmocka_unit_test(a_flood_fills_its_own_study_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
