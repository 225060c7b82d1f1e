/* Researchers: accounts, setup links, logins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/world.h"
#include "store/store_account.h"

static struct secret_hash hash_of(const char *token)
{
    struct secret_hash hash;

    secret_token_hash(token, &hash);
    return hash;
}

static bool use_link(struct world *world, const char *token)
{
    struct secret_hash hash = hash_of(token);
    struct err         err  = {0};
    bool               was_usable;

    MUST(store_setup_link_use(world->store, &hash, WORLD_NOW_MS, &was_usable, &err));
    return was_usable;
}

static void add_link(struct world *world, const char *token)
{
    struct secret_hash hash = hash_of(token);
    struct err         err  = {0};

    MUST(store_setup_link_insert(world->store, &hash, WORLD_NOW_MS, &err));
}

static void only_the_newest_setup_link_works_and_only_once(void **state)
{
    struct world world;

    (void)state;
    world_open_empty(&world);
    assert_false(use_link(&world, "unknown"));
    add_link(&world, "first");
    add_link(&world, "second");
    assert_false(use_link(&world, "first"));
    assert_true(use_link(&world, "second"));
    assert_false(use_link(&world, "second"));
    add_link(&world, "third");
    assert_true(use_link(&world, "third"));
    world_close(&world);
}

static void an_account_is_found_by_its_exact_name(void **state)
{
    struct world       world;
    struct account_row row;
    struct err         err = {0};
    int64_t            id;
    bool               is_found;

    (void)state;
    world_open_empty(&world);
    MUST(store_account_insert(world.store, "ann", "$argon2id$...", "owner", WORLD_NOW_MS, &id, &err));
    MUST(store_account_by_name(world.store, "ann", &row, &is_found, &err));
    assert_true(is_found && row.account_id == id);
    assert_string_equal(row.password_hash, "$argon2id$...");
    MUST(store_account_by_name(world.store, "Ann", &row, &is_found, &err));
    assert_false(is_found);
    MUST_REFUSE(store_account_insert(world.store, "ann", "x", "owner", WORLD_NOW_MS, &id, &err), ERR_CONFLICT,
                "the account 'ann' exists already");
    world_close(&world);
}

static void a_login_lasts_until_it_expires_or_is_ended(void **state)
{
    struct world       world;
    struct login_row   login = {.csrf_token = "csrf", .expires_at_ms = WORLD_NOW_MS + 1000}, found;
    struct secret_hash one = hash_of("one"), two = hash_of("two");
    struct err         err = {0};
    bool               is_found;

    (void)state;
    world_open_empty(&world);
    MUST(store_account_insert(world.store, "ann", "x", "owner", WORLD_NOW_MS, &login.account_id, &err));
    MUST(store_login_insert(world.store, &one, &login, WORLD_NOW_MS, &err));
    MUST(store_login_find(world.store, &one, WORLD_NOW_MS + 999, &found, &is_found, &err));
    assert_true(is_found && found.account_id == login.account_id && found.expires_at_ms == login.expires_at_ms);
    assert_string_equal(found.account_name, "ann");
    assert_string_equal(found.csrf_token, "csrf");
    MUST(store_login_find(world.store, &one, WORLD_NOW_MS + 1000, &found, &is_found, &err));
    assert_false(is_found);
    MUST(store_login_find(world.store, &two, WORLD_NOW_MS, &found, &is_found, &err));
    assert_false(is_found);
    login.expires_at_ms = WORLD_NOW_MS + 9000;
    MUST(store_login_insert(world.store, &two, &login, WORLD_NOW_MS + 2000, &err)); /* forgets the expired one */
    MUST(store_login_find(world.store, &one, WORLD_NOW_MS, &found, &is_found, &err));
    assert_false(is_found);
    MUST(store_login_delete(world.store, &two, &err));
    MUST(store_login_find(world.store, &two, WORLD_NOW_MS, &found, &is_found, &err));
    assert_false(is_found);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_newest_setup_link_works_and_only_once),
        cmocka_unit_test(an_account_is_found_by_its_exact_name),
        cmocka_unit_test(a_login_lasts_until_it_expires_or_is_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
