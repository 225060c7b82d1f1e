/* Migrations: a fresh database, an older one, a newer one, a failing one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "base/version.h"
#include "store/db.h"
#include "store/migrate.h"
#include "store/store.h"

enum { LIST_MAX = 3 };

struct place {
    struct scratch       scratch;
    char                 database[PATH_BYTES];
    struct embedded_file files[LIST_MAX];
};

#define MIGRATION(name, sql)                                                                                                     \
    {                                                                                                                            \
        (name), (const unsigned char *)(sql), (const unsigned char *)(sql) + sizeof(sql) - 1                                     \
    }

#define SECOND_GOOD                                                                                                              \
    "ALTER TABLE account ADD COLUMN email TEXT;"                                                                                 \
    "CREATE TABLE note (note_id INTEGER PRIMARY KEY) STRICT;"
#define SECOND_BAD                                                                                                               \
    "CREATE TABLE note (note_id INTEGER PRIMARY KEY) STRICT;"                                                                    \
    "DELETE FROM account;"                                                                                                       \
    "INSERT INTO nowhere VALUES (1);"

static void place_open(struct place *place)
{
    struct err err = {0};

    MUST(secret_init(&err));
    scratch_make(&place->scratch);
    scratch_file(&place->scratch, "dinolab.db", place->database);
}

/* The program's own first migration, then made-up ones. */
static struct migration_list list_of(struct place *place, struct embedded_file second, size_t count)
{
    place->files[0] = migrations_embedded().files[0];
    place->files[1] = second;
    return (struct migration_list){.files = place->files, .count = count};
}

static void run_sql(const char *path, const char *sql)
{
    struct err err = {0};
    struct db *db  = db_open(path, DB_MODE_WRITE, &err);

    if (db == NULL) fail_msg("%s", err.message);
    MUST(db_execute(db, sql, &err));
    db_close(db);
}

static int64_t number_of(const char *path, const char *sql)
{
    struct err  err = {0};
    struct db  *db  = db_open(path, DB_MODE_READ, &err);
    struct stmt stmt;
    int64_t     number;
    bool        has_row;

    if (db == NULL) fail_msg("%s: %s", path, err.message);
    stmt = db_stmt(db, sql);
    MUST(db_step(&stmt, &has_row, &err));
    assert_true(has_row);
    number = db_i64(&stmt, 0);
    db_reset(&stmt);
    db_close(db);
    return number;
}

#define ADD_ACCOUNT "INSERT INTO account (name, password_hash, created_at_ms) VALUES (hex(randomblob(8)), 'x', 1)"

static void a_fresh_database_gets_every_migration_and_a_note_of_each(void **state)
{
    struct migration_list migrations = migrations_embedded();
    struct place          place;
    struct secret_hash    sha256, stored;
    struct db            *db;
    struct stmt           stmt;
    struct err            err = {0};
    bool                  has_row;
    char                  version[16], name[16], path[PATH_BYTES];

    (void)state;
    place_open(&place);
    MUST(store_migrate(place.database, &migrations, &err));
    assert_int_equal(number_of(place.database, "PRAGMA user_version"), migrations.count);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM migration"), migrations.count);
    db = db_open(place.database, DB_MODE_READ, &err);
    if (db == NULL) fail_msg("%s", err.message);
    stmt = db_stmt(db, "SELECT sha256, program_version, name FROM migration WHERE migration_number = 1");
    MUST(db_step(&stmt, &has_row, &err));
    assert_true(has_row);
    db_hash(&stmt, 0, &stored);
    db_copy_text(&stmt, 1, version, sizeof version);
    db_copy_text(&stmt, 2, name, sizeof name);
    db_reset(&stmt);
    db_close(db);
    secret_sha256_of(migrations.files[0].data, (size_t)(migrations.files[0].end - migrations.files[0].data), &sha256);
    assert_memory_equal(sha256.bytes, stored.bytes, sizeof sha256.bytes);
    assert_string_equal(version, DINOLAB_VERSION);
    assert_string_equal(name, "init");
    scratch_file(&place.scratch, "dinolab.db.before-0001", path);
    assert_int_equal(access(path, F_OK), -1); /* nothing was there to back up */
    scratch_remove(&place.scratch);
}

static void migrating_again_changes_nothing(void **state)
{
    struct migration_list migrations = migrations_embedded();
    struct place          place;
    struct text           before, after;
    struct err            err = {0};

    (void)state;
    place_open(&place);
    MUST(store_migrate(place.database, &migrations, &err));
    run_sql(place.database, ADD_ACCOUNT);
    scratch_read(place.database, &before);
    MUST(store_migrate(place.database, &migrations, &err));
    scratch_read(place.database, &after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    text_close(&before);
    text_close(&after);
    scratch_remove(&place.scratch);
}

static void a_newer_database_is_refused_and_left_as_it_is(void **state)
{
    struct place          place;
    struct migration_list newer = list_of(&place, (struct embedded_file)MIGRATION("0002_note.sql", SECOND_GOOD), 2);
    struct migration_list older = {.files = newer.files, .count = 1};
    struct text           before, after;
    struct err            err = {0};

    (void)state;
    place_open(&place);
    MUST(store_migrate(place.database, &newer, &err));
    scratch_read(place.database, &before);
    MUST_REFUSE(store_migrate(place.database, &older, &err), ERR_CONFLICT,
                "has schema 2, this program knows up to 1: use the newer program, or restore a backup");
    assert_non_null(strstr(err.message, place.database));
    scratch_read(place.database, &after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    text_close(&before);
    text_close(&after);
    scratch_remove(&place.scratch);
}

static void an_older_database_is_copied_first_and_then_migrated(void **state)
{
    struct place          place;
    struct migration_list newer = list_of(&place, (struct embedded_file)MIGRATION("0002_note.sql", SECOND_GOOD), 2);
    struct migration_list older = {.files = newer.files, .count = 1};
    struct err            err   = {0};
    char                  copy[PATH_BYTES];

    (void)state;
    place_open(&place);
    MUST(store_migrate(place.database, &older, &err));
    run_sql(place.database, ADD_ACCOUNT);
    MUST(store_migrate(place.database, &newer, &err));
    assert_int_equal(number_of(place.database, "PRAGMA user_version"), 2);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM note"), 0);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM account WHERE email IS NULL"), 1);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM migration"), 2);
    scratch_file(&place.scratch, "dinolab.db.before-0002", copy);
    assert_int_equal(number_of(copy, "PRAGMA user_version"), 1);
    assert_int_equal(number_of(copy, "SELECT count(*) FROM account"), 1);
    scratch_remove(&place.scratch);
}

/* A copy that was cut off by a crash has another name: it must not count as a backup. */
static void a_copy_that_was_not_finished_is_made_anew(void **state)
{
    struct place          place;
    struct migration_list newer = list_of(&place, (struct embedded_file)MIGRATION("0002_note.sql", SECOND_GOOD), 2);
    struct migration_list older = {.files = newer.files, .count = 1};
    struct err            err   = {0};
    char                  copy[PATH_BYTES], partial[PATH_BYTES];

    (void)state;
    place_open(&place);
    MUST(store_migrate(place.database, &older, &err));
    scratch_write_text(&place.scratch, "dinolab.db.before-0002.partial", "half a copy");
    MUST(store_migrate(place.database, &newer, &err));
    scratch_file(&place.scratch, "dinolab.db.before-0002", copy);
    assert_int_equal(number_of(copy, "PRAGMA user_version"), 1);
    scratch_file(&place.scratch, "dinolab.db.before-0002.partial", partial);
    assert_int_equal(access(partial, F_OK), -1);
    scratch_remove(&place.scratch);
}

static void a_failing_migration_leaves_nothing_of_itself(void **state)
{
    struct place          place;
    struct migration_list bad   = list_of(&place, (struct embedded_file)MIGRATION("0002_note.sql", SECOND_BAD), 2);
    struct migration_list older = {.files = bad.files, .count = 1};
    struct err            err   = {0};

    (void)state;
    place_open(&place);
    MUST(store_migrate(place.database, &older, &err));
    run_sql(place.database, ADD_ACCOUNT);
    MUST_REFUSE(store_migrate(place.database, &bad, &err), ERR_STORAGE, "migration 0002_note: execute: no such table: nowhere");
    assert_int_equal(number_of(place.database, "PRAGMA user_version"), 1);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM sqlite_schema WHERE name = 'note'"), 0);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM account"), 1);
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM migration"), 1);
    MUST_REFUSE(store_migrate(place.database, &bad, &err), ERR_STORAGE, "no such table: nowhere"); /* and again the same */
    place.files[1] = (struct embedded_file)MIGRATION("0002_note.sql", SECOND_GOOD);
    MUST(store_migrate(place.database, &bad, &err));
    assert_int_equal(number_of(place.database, "SELECT count(*) FROM account"), 1);
    scratch_remove(&place.scratch);
}

static void a_gap_in_the_numbers_is_our_own_mistake(void **state)
{
    struct place          place;
    struct migration_list gap   = list_of(&place, (struct embedded_file)MIGRATION("0003_note.sql", SECOND_GOOD), 2);
    struct migration_list named = {.files = place.files, .count = 2};
    struct err            err   = {0};

    (void)state;
    place_open(&place);
    MUST_REFUSE(store_migrate(place.database, &gap, &err), ERR_INTERNAL, "migration file '0003_note.sql' is not number 2");
    place.files[1] = (struct embedded_file)MIGRATION("readme.txt", SECOND_GOOD);
    MUST_REFUSE(store_migrate(place.database, &named, &err), ERR_INTERNAL, "migration file 'readme.txt' is not number 2");
    scratch_remove(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_database_gets_every_migration_and_a_note_of_each),
        cmocka_unit_test(migrating_again_changes_nothing),
        cmocka_unit_test(a_newer_database_is_refused_and_left_as_it_is),
        cmocka_unit_test(an_older_database_is_copied_first_and_then_migrated),
        cmocka_unit_test(a_copy_that_was_not_finished_is_made_anew),
        cmocka_unit_test(a_failing_migration_leaves_nothing_of_itself),
        cmocka_unit_test(a_gap_in_the_numbers_is_our_own_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
