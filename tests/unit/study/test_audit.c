/* The log of what was done: a chain that shows what was changed or left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/world.h"
#include "study/audit.h"

static void append(struct world *world, const char *account, const char *action, const char *object)
{
    const struct audit_entry entry = {.account = account, .action = action, .object = object};
    struct err               err   = {0};

    MUST(audit_append(world->store, &entry, WORLD_NOW_MS, &err));
}

static struct audit_check check(struct world *world, const char *wanted)
{
    struct audit_check result;
    struct err         err = {0};

    MUST(audit_check(world->store, wanted, &result, &err));
    return result;
}

static void an_empty_log_is_whole_and_its_head_is_zeros(void **state)
{
    struct world world;
    char         hex[SECRET_HEX_BYTES];
    struct err   err = {0};
    int64_t      id;

    (void)state;
    world_open_empty(&world);
    MUST(audit_head(world.store, &id, hex, &err));
    assert_int_equal(id, 0);
    assert_int_equal(strspn(hex, "0"), 64);
    assert_int_equal(check(&world, NULL).entry_count, 0);
    world_close(&world);
}

static void a_head_is_found_again_while_the_log_goes_on(void **state)
{
    struct world world;
    char         hex[SECRET_HEX_BYTES];
    struct err   err = {0};
    int64_t      id;

    (void)state;
    world_open_empty(&world);
    for (int i = 0; i < 600; i++) append(&world, "ann", "PUT", "/x"); /* more than one batch of the check */
    MUST(audit_head(world.store, &id, hex, &err));
    assert_int_equal(id, 600);
    for (int i = 0; i < 600; i++) append(&world, "ann", "PUT", "/x");
    assert_int_equal(check(&world, hex).found_id, 600);
    assert_int_equal(check(&world, hex).entry_count, 1200);
    assert_int_equal(check(&world, hex).broken_id, 0);
    assert_string_not_equal(check(&world, hex).head, hex);
    world_close(&world);
}

/* The same bytes, cut into fields elsewhere. */
static void entries_that_read_alike_have_other_hashes(void **state)
{
    struct world      world;
    struct audit_row *rows;
    struct err        err = {0};
    struct audit_row  one, two;
    int               count;

    (void)state;
    world_open_empty(&world);
    append(&world, "ann", "ab", "c");
    MUST(store_audit_after(world.store, 0, 10, &world.arena, &rows, &count, &err));
    one = rows[0];
    world_close(&world);
    world_open_empty(&world);
    append(&world, "ann", "a", "bc");
    MUST(store_audit_after(world.store, 0, 10, &world.arena, &rows, &count, &err));
    two = rows[0];
    assert_memory_not_equal(one.hash.bytes, two.hash.bytes, sizeof one.hash.bytes);
    world_close(&world);
}

static void a_row_that_does_not_go_on_is_refused(void **state)
{
    struct world     world;
    struct audit_row row = {.audit_id = 1, .account = "eve", .action = "x", .object = "", .detail = ""};
    struct err       err = {0};

    (void)state;
    world_open_empty(&world);
    append(&world, "ann", "PUT", "/x");
    MUST_REFUSE(store_audit_insert(world.store, &row, &err), ERR_CONFLICT, "the audit log goes on at its end");
    row.audit_id = 2;
    MUST_REFUSE(store_audit_insert(world.store, &row, &err), ERR_CONFLICT, "the audit log goes on at its end");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_log_is_whole_and_its_head_is_zeros),
        cmocka_unit_test(a_head_is_found_again_while_the_log_goes_on),
        cmocka_unit_test(entries_that_read_alike_have_other_hashes),
        cmocka_unit_test(a_row_that_does_not_go_on_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
