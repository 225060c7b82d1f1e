/* A store as a whole: every statement, transactions, savepoints, snapshots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_account.h"

static int account_count(struct store *store)
{
    struct err err   = {0};
    int        count = -1;

    MUST(store_account_count(store, &count, &err));
    return count;
}

static void add_account(struct store *store, const char *name)
{
    struct err err = {0};
    int64_t    id;

    MUST(store_account_insert(store, name, "hash", "owner", WORLD_NOW_MS, &id, &err));
}

static void every_statement_prepares_on_the_newest_schema(void **state)
{
    struct world  world;
    struct store *reader;
    struct err    err = {0};

    (void)state;
    world_open_empty(&world);
    MUST(store_prepare_all(world.store, &err));
    reader = store_open(world.database, STORE_READ, &err);
    if (reader == NULL) fail_msg("%s", err.message);
    MUST(store_prepare_all(reader, &err));
    store_close(reader);
    world_close(&world);
}

static void a_missing_table_is_found_at_start_up(void **state)
{
    struct scratch scratch;
    struct store  *store;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "empty.db", path);
    store = store_open(path, STORE_WRITE, &err);
    if (store == NULL) fail_msg("%s", err.message);
    MUST_REFUSE(store_prepare_all(store, &err), ERR_STORAGE, "no such table");
    store_close(store);
    store_close(NULL);
    scratch_remove(&scratch);
}

static void a_transaction_is_there_whole_or_not_at_all(void **state)
{
    struct world world;
    struct err   err = {0};

    (void)state;
    world_open_empty(&world);
    MUST(store_begin(world.store, &err));
    add_account(world.store, "ann");
    store_rollback(world.store);
    store_rollback(world.store); /* nothing to roll back: harmless */
    assert_int_equal(account_count(world.store), 0);
    MUST(store_begin(world.store, &err));
    add_account(world.store, "ann");
    MUST(store_commit(world.store, &err));
    assert_int_equal(account_count(world.store), 1);
    MUST_REFUSE(store_commit(world.store, &err), ERR_STORAGE, "no transaction is active");
    world_close(&world);
}

static void a_savepoint_takes_back_only_its_own_part(void **state)
{
    struct world world;
    struct err   err = {0};

    (void)state;
    world_open_empty(&world);
    MUST(store_begin(world.store, &err));
    MUST(store_savepoint(world.store, &err));
    add_account(world.store, "first");
    MUST(store_release(world.store, &err));
    MUST(store_savepoint(world.store, &err));
    add_account(world.store, "second");
    store_rollback_to_savepoint(world.store);
    MUST(store_savepoint(world.store, &err));
    add_account(world.store, "third");
    MUST(store_release(world.store, &err));
    MUST(store_commit(world.store, &err));
    assert_int_equal(account_count(world.store), 2);
    world_close(&world);
}

static void a_snapshot_does_not_see_what_is_written_meanwhile(void **state)
{
    struct world  world;
    struct store *reader;
    struct err    err = {0};

    (void)state;
    world_open_empty(&world);
    reader = store_open(world.database, STORE_READ, &err);
    if (reader == NULL) fail_msg("%s", err.message);
    MUST(store_snapshot_begin(reader, &err));
    assert_int_equal(account_count(reader), 0);
    add_account(world.store, "ann");
    assert_int_equal(account_count(reader), 0);
    store_snapshot_end(reader);
    assert_int_equal(account_count(reader), 1);
    store_close(reader);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_prepares_on_the_newest_schema),
        cmocka_unit_test(a_missing_table_is_found_at_start_up),
        cmocka_unit_test(a_transaction_is_there_whole_or_not_at_all),
        cmocka_unit_test(a_savepoint_takes_back_only_its_own_part),
        cmocka_unit_test(a_snapshot_does_not_see_what_is_written_meanwhile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
