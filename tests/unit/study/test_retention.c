/* When personal data go: at the end of the day that was said, and no sooner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_identity.h"
#include "study/audit.h"
#include "study/retention.h"

/* 2023-11-14 22:13:20 is WORLD_NOW_MS; the day ends here. */
#define DAY_END_MS INT64_C(1700006400000)
#define DAY_MS     INT64_C(86400000)

static void a_date_is_a_day_that_is_not_over(void **state)
{
    static const char *const BAD[] = {"",         "2023-11-13",  "2023-13-01",      "2024-02-30",
                                      "2024-2-3", "2024-02-03 ", "2024-02-03T00:00"};
    struct world             world;
    struct err               err = {0};
    int64_t                  until_ms;

    (void)state;
    world_open(&world);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        MUST_REFUSE(retention_set(world.store, "dinosaurs", BAD[i], WORLD_NOW_MS, &err), ERR_INVALID, "'until'");
    MUST_REFUSE(retention_set(world.store, "none", "2024-02-29", WORLD_NOW_MS, &err), ERR_NOT_FOUND, "there is no study");
    MUST(retention_set(world.store, "dinosaurs", "2023-11-14", WORLD_NOW_MS, &err));
    MUST(store_retention_of(world.store, world_study(&world, "dinosaurs")->study_id, &until_ms, &err));
    assert_int_equal(until_ms, DAY_END_MS);
    assert_true(retention_is_near(until_ms, DAY_END_MS - 30 * DAY_MS));
    assert_false(retention_is_near(until_ms, DAY_END_MS - 30 * DAY_MS - 1));
    assert_false(retention_is_near(0, WORLD_NOW_MS));
    MUST(retention_set(world.store, "dinosaurs", NULL, WORLD_NOW_MS, &err));
    MUST(store_retention_of(world.store, world_study(&world, "dinosaurs")->study_id, &until_ms, &err));
    assert_int_equal(until_ms, 0);
    world_close(&world);
}

static int run_at(struct world *world, int64_t now_ms)
{
    struct err err = {0};
    int        count;

    MUST(retention_run(world->store, now_ms, &count, &err));
    return count;
}

static void refuse(struct world *world, const char *slug, const char *person)
{
    struct secret_hash hash;
    struct err         err = {0};

    secret_token_hash(person, &hash);
    MUST(store_refusal_note(world->store, world_study(world, slug)->study_id, &hash, "screened_out", WORLD_NOW_MS, &err));
}

static bool is_refused(struct world *world, const char *slug, const char *person)
{
    struct secret_hash hash;
    char               outcome[STATE_BYTES * 2];
    struct err         err = {0};

    secret_token_hash(person, &hash);
    MUST(store_refusal_find(world->store, world_study(world, slug)->study_id, &hash, outcome, &err));
    return outcome[0] != '\0';
}

static void what_is_due_goes_once_and_is_in_the_log(void **state)
{
    struct world       world;
    struct session_row session;
    struct audit_row  *rows;
    struct err         err = {0};
    int                count;

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "dinosaurs", "ann");
    world_play(&world, &session, world_study(&world, "dinosaurs"), "101");
    world_fill_questionnaire(&world, &session, true);
    refuse(&world, "dinosaurs", "bob");
    refuse(&world, "points", "bob");
    MUST(retention_set(world.store, "dinosaurs", "2023-11-14", WORLD_NOW_MS, &err));
    assert_int_equal(run_at(&world, DAY_END_MS - 1), 0);
    assert_true(is_refused(&world, "dinosaurs", "bob"));
    assert_int_equal(run_at(&world, DAY_END_MS), 1);
    assert_false(is_refused(&world, "dinosaurs", "bob"));
    assert_true(is_refused(&world, "points", "bob"));
    assert_true(store_wants_truncation(world.store));
    assert_int_equal(run_at(&world, DAY_END_MS + DAY_MS), 0); /* who is still playing keeps theirs, and nothing new is noted */
    MUST(store_session_leave(world.store, session.session_id, END_WITHDRAWN, DAY_END_MS, &err));
    assert_int_equal(run_at(&world, DAY_END_MS + DAY_MS), 1);
    MUST(store_audit_after(world.store, 0, 10, &world.arena, &rows, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(rows[0].detail,
                        "deleted: 0 identities, 1 refusals, 0 personal links, 0 answers of the consent page, 0 free "
                        "texts");
    assert_string_equal(rows[1].object, "dinosaurs");
    assert_non_null(strstr(rows[1].detail, "1 free texts"));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_a_day_that_is_not_over),
        cmocka_unit_test(what_is_due_goes_once_and_is_in_the_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
