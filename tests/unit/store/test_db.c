/* The layer over SQLite: kinds of errors, values in and out, statements that are always reset. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "store/db.h"

struct place {
    struct scratch scratch;
    char           path[PATH_BYTES];
    struct db     *db;
};

static void place_open(struct place *place)
{
    struct err err = {0};

    scratch_make(&place->scratch);
    scratch_file(&place->scratch, "test.db", place->path);
    place->db = db_open(place->path, DB_MODE_WRITE, &err);
    if (place->db == NULL) fail_msg("%s", err.message);
    MUST(db_execute(place->db,
                    "CREATE TABLE parent (parent_id INTEGER PRIMARY KEY) STRICT;"
                    "CREATE TABLE child (child_id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent,"
                    " name TEXT UNIQUE, real REAL, data BLOB, positive INTEGER CHECK (positive > 0)) STRICT;"
                    "INSERT INTO parent VALUES (1);",
                    &err));
}

static void place_close(struct place *place)
{
    db_close(place->db);
    scratch_remove(&place->scratch);
}

static const char SQL_INSERT[] = "INSERT INTO child (parent_id, name, real, data, positive)"
                                 " VALUES (:parent_id, :name, :real, :data, :positive)";
static const char SQL_ALL[]    = "SELECT child_id, name, real, data, positive FROM child ORDER BY child_id";

static bool insert_child(struct place *place, int64_t parent_id, const char *name, double real, struct err *err)
{
    struct stmt stmt = db_stmt(place->db, SQL_INSERT);

    db_bind_i64(&stmt, ":parent_id", parent_id);
    db_bind_text(&stmt, ":name", name);
    db_bind_f64(&stmt, ":real", real);
    db_bind_blob(&stmt, ":data", "\0\1\2", 3);
    db_bind_i64(&stmt, ":positive", INT64_MAX);
    return db_run(&stmt, err);
}

static void a_database_is_opened_durable_and_strict_about_references(void **state)
{
    static const struct {
        const char *sql;
        int64_t     value;
    } SETTINGS[] = {{"PRAGMA synchronous", 2}, {"PRAGMA foreign_keys", 1}, {"PRAGMA secure_delete", 1}, {"PRAGMA query_only", 0}};
    struct place place;
    struct err   err = {0};
    bool         has_row;

    (void)state;
    place_open(&place);
    for (size_t i = 0; i < sizeof SETTINGS / sizeof SETTINGS[0]; i++) {
        struct stmt stmt = db_stmt(place.db, SETTINGS[i].sql);

        MUST(db_step(&stmt, &has_row, &err));
        assert_true(has_row && db_i64(&stmt, 0) == SETTINGS[i].value);
        db_reset(&stmt);
    }
    {
        static const char SQL_JOURNAL[] = "PRAGMA journal_mode";
        struct stmt       stmt          = db_stmt(place.db, SQL_JOURNAL);
        char              mode[8];

        MUST(db_step(&stmt, &has_row, &err));
        db_copy_text(&stmt, 0, mode, sizeof mode);
        assert_string_equal(mode, "wal");
        db_reset(&stmt);
    }
    place_close(&place);
}

static void values_come_back_as_they_went_in(void **state)
{
    struct place place;
    struct arena arena;
    struct stmt  stmt;
    struct err   err = {0};
    const void  *data;
    bool         has_row;
    char         cut[3];

    (void)state;
    place_open(&place);
    arena_init(&arena);
    MUST(insert_child(&place, 1, "gr\xC3\xBC\xC3\x9F", 0.1, &err));
    assert_int_equal(db_last_insert_id(place.db), 1);
    assert_int_equal(db_change_count(place.db), 1);
    MUST(insert_child(&place, 1, NULL, (double)NAN, &err));
    stmt = db_stmt(place.db, SQL_ALL);
    MUST(db_step(&stmt, &has_row, &err));
    assert_true(has_row);
    assert_string_equal(db_text(&stmt, 1, &arena), "gr\xC3\xBC\xC3\x9F");
    assert_true(db_f64(&stmt, 2) == 0.1);
    assert_int_equal(db_blob(&stmt, 3, &data), 3);
    assert_memory_equal(data, "\0\1\2", 3);
    assert_true(db_i64(&stmt, 4) == INT64_MAX);
    db_copy_text(&stmt, 1, cut, sizeof cut);
    assert_string_equal(cut, "gr");
    MUST(db_step(&stmt, &has_row, &err));
    assert_true(has_row && db_is_null(&stmt, 1) && db_is_null(&stmt, 2));
    assert_null(db_text(&stmt, 1, &arena));
    assert_true(isnan(db_f64(&stmt, 2)));
    MUST(db_step(&stmt, &has_row, &err));
    assert_false(has_row);
    arena_close(&arena);
    place_close(&place);
}

/* What a failed statement had bound must not show in its next use. */
static void a_broken_constraint_is_a_conflict_and_leaves_the_statement_usable(void **state)
{
    static const char SQL_ZERO[] = "INSERT INTO child (parent_id, positive) VALUES (1, 0)";
    struct place      place;
    struct stmt       stmt;
    struct err        err = {0};

    (void)state;
    place_open(&place);
    MUST(insert_child(&place, 1, "ann", 1.0, &err));
    MUST_REFUSE(insert_child(&place, 1, "ann", 1.0, &err), ERR_CONFLICT, "UNIQUE constraint failed: child.name");
    MUST_REFUSE(insert_child(&place, 2, "ben", 1.0, &err), ERR_CONFLICT, "FOREIGN KEY constraint failed");
    stmt = db_stmt(place.db, SQL_ZERO);
    MUST_REFUSE(db_run(&stmt, &err), ERR_CONFLICT, "CHECK constraint failed");
    MUST(insert_child(&place, 1, "ben", 1.0, &err));
    stmt = db_stmt(place.db, SQL_INSERT); /* no name bound: it is not "ben" any more */
    db_bind_i64(&stmt, ":parent_id", 1);
    MUST(db_run(&stmt, &err));
    stmt = db_stmt(place.db, SQL_INSERT);
    db_bind_i64(&stmt, ":parent_id", 1);
    MUST(db_run(&stmt, &err));
    place_close(&place);
}

/* The sentence of a conflict can reach a client: it must not show how the database is asked. */
static void the_sentence_of_a_conflict_holds_no_sql(void **state)
{
    struct place place;
    struct err   err = {0};

    (void)state;
    place_open(&place);
    MUST(insert_child(&place, 1, "ann", 1.0, &err));
    MUST_REFUSE(insert_child(&place, 1, "ann", 1.0, &err), ERR_CONFLICT, "UNIQUE");
    assert_null(strstr(err.message, "INSERT"));
    assert_null(strstr(err.message, ":name"));
    place_close(&place);
}

static void a_lock_held_by_another_connection_is_busy(void **state)
{
    struct place place;
    struct db   *other;
    struct err   err = {0};

    (void)state;
    place_open(&place);
    other = db_open(place.path, DB_MODE_WRITE, &err);
    if (other == NULL) fail_msg("%s", err.message);
    MUST(db_execute(other, "PRAGMA busy_timeout = 20", &err));
    MUST(db_execute(place.db, "BEGIN IMMEDIATE", &err));
    MUST_REFUSE(db_execute(other, "BEGIN IMMEDIATE", &err), ERR_BUSY, "database is locked");
    MUST(db_execute(place.db, "ROLLBACK", &err));
    MUST(db_execute(other, "BEGIN IMMEDIATE; ROLLBACK", &err));
    db_close(other);
    place_close(&place);
}

static void a_reading_connection_can_neither_write_nor_create(void **state)
{
    struct place place;
    struct db   *reader;
    struct err   err = {0};
    char         nowhere[PATH_BYTES];

    (void)state;
    place_open(&place);
    reader = db_open(place.path, DB_MODE_READ, &err);
    if (reader == NULL) fail_msg("%s", err.message);
    MUST_REFUSE(db_execute(reader, "INSERT INTO parent VALUES (2)", &err), ERR_STORAGE, "readonly");
    db_close(reader);
    scratch_file(&place.scratch, "nowhere.db", nowhere);
    MUST_REFUSE(db_open(nowhere, DB_MODE_READ, &err) != NULL, ERR_STORAGE, nowhere);
    assert_int_equal(access(nowhere, F_OK), -1);
    place_close(&place);
}

static void what_is_no_database_is_an_error_of_storage_that_names_the_file(void **state)
{
    struct scratch scratch;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_write_text(&scratch, "notes.txt",
                       "this is not a database, but it is longer than one hundred bytes, which "
                       "is how long the header of a database would be");
    scratch_file(&scratch, "notes.txt", path);
    MUST_REFUSE(db_open(path, DB_MODE_WRITE, &err) != NULL, ERR_STORAGE, "file is not a database");
    assert_non_null(strstr(err.message, path));
    scratch_remove(&scratch);
}

static void mistakes_in_sql_are_found_by_preparing(void **state)
{
    static const char SQL_WRONG[] = "SELECT missing FROM child";
    struct place      place;
    struct stmt       stmt;
    struct err        err = {0};

    (void)state;
    place_open(&place);
    MUST_REFUSE(db_prepare(place.db, SQL_WRONG, &err), ERR_STORAGE, "no such column: missing");
    stmt = db_stmt(place.db, SQL_WRONG);
    MUST_REFUSE(db_run(&stmt, &err), ERR_STORAGE, "no such column: missing");
    MUST(db_prepare(place.db, SQL_ALL, &err));
    place_close(&place);
}

static void a_copy_is_whole_and_never_overwrites(void **state)
{
    struct place place;
    struct db   *copy;
    struct stmt  stmt;
    struct err   err = {0};
    char         path[PATH_BYTES];
    bool         has_row;

    (void)state;
    place_open(&place);
    MUST(insert_child(&place, 1, "ann", 1.0, &err));
    scratch_file(&place.scratch, "copy.db", path);
    MUST(db_copy_to(place.db, path, &err));
    MUST_REFUSE(db_copy_to(place.db, path, &err), ERR_STORAGE, "output file already exists");
    copy = db_open(path, DB_MODE_READ, &err);
    if (copy == NULL) fail_msg("%s", err.message);
    stmt = db_stmt(copy, SQL_ALL);
    MUST(db_step(&stmt, &has_row, &err));
    assert_true(has_row);
    db_reset(&stmt);
    db_close(copy);
    place_close(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_is_opened_durable_and_strict_about_references),
        cmocka_unit_test(values_come_back_as_they_went_in),
        cmocka_unit_test(a_broken_constraint_is_a_conflict_and_leaves_the_statement_usable),
        cmocka_unit_test(the_sentence_of_a_conflict_holds_no_sql),
        cmocka_unit_test(a_lock_held_by_another_connection_is_busy),
        cmocka_unit_test(a_reading_connection_can_neither_write_nor_create),
        cmocka_unit_test(what_is_no_database_is_an_error_of_storage_that_names_the_file),
        cmocka_unit_test(mistakes_in_sql_are_found_by_preparing),
        cmocka_unit_test(a_copy_is_whole_and_never_overwrites),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
