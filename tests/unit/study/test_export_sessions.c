/* Sessions as CSV: every column with the value that the rows say, and never a token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/export.h"
#include "../support/world.h"
#include "base/csv.h"

static char *export_of(struct world *world, const char *slug, int64_t *row_count)
{
    char      *data   = NULL;
    size_t     length = 0;
    FILE      *out    = open_memstream(&data, &length);
    struct err err    = {0};

    assert_non_null(out);
    MUST(export_csv("sessions", world->store, world_study(world, slug), out, row_count, &err));
    assert_int_equal(fclose(out), 0);
    return data;
}

struct parsed {
    struct csv_reader reader;
    struct arena      arena;
};

static void parsed_open(struct parsed *table, const char *csv)
{
    struct err err = {0};

    arena_init(&table->arena);
    MUST(csv_begin(&table->reader, "export", span_of(csv), &table->arena, &err));
}

static void next_row(struct parsed *table)
{
    struct err err = {0};
    bool       has_row;

    MUST(csv_next(&table->reader, &has_row, &err));
    assert_true(has_row);
}

static const char *field(const struct parsed *table, const char *column)
{
    int at = csv_column(&table->reader, column);

    if (at < 0) fail_msg("there is no column %s", column);
    return table->reader.fields[at];
}

struct expected {
    const char *column;
    const char *value;
};

static void assert_fields(const struct parsed *table, const struct expected *expected)
{
    for (; expected->column != NULL; expected++)
        if (strcmp(field(table, expected->column), expected->value) != 0)
            fail_msg("%s is '%s', not '%s'", expected->column, field(table, expected->column), expected->value);
}

static void a_finished_session_has_every_column(void **state)
{
    static const struct expected EXPECTED[] = {
        {"participant", "1"},
        {"state", "finished"},
        {"end_reason", ""},
        {"is_pilot", "0"},
        {"stage", "finished"},
        {"condition", "1"},
        {"dimension", "3"},
        {"consented_at_ms", "1700000000000"},
        {"comprehension_passed_at_ms", "1700000001000"},
        {"ended_at_ms", "1700000009000"},
        {"last_seen_at_ms", "1700000009000"},
        {"comprehension_attempts", "1"},
        {"practice_trials", "2"},
        {"trials", "4"},
        {"correct", "2"}, /* right, tie, wrong, right */
        {"scored", "3"},
        {"accuracy", "0.66666666666666663"},
        {"median_rt_ms", "501.75"}, /* of 500.25, 501.25, 502.25, 503.25 */
        {"currency", "GBP"},
        {"gender", "woman"},
        {"age", "30"},
        {"strategy", "by metal, \"mostly\""},
        {"include", "0"},
        {0},
    };
    struct world       world;
    struct session_row session;
    struct completion  completion;
    struct parsed      table;
    struct err         err = {0};
    int64_t            row_count;
    char              *csv, pay[32];

    (void)state;
    world_open(&world);
    session = world_enroll(&world, "points", "a token that is secret");
    world_play(&world, &session, world_study(&world, "points"), "1111");
    world_fill_questionnaire(&world, &session, false);
    MUST(finish_session(world.store, world.catalog, NULL, session.session_id, WORLD_NOW_MS + 9000, &world.arena, &completion,
                        &err));
    csv = export_of(&world, "points", &row_count);
    assert_true(row_count == 1);
    parsed_open(&table, csv);
    next_row(&table);
    assert_fields(&table, EXPECTED);
    assert_string_equal(field(&table, "session"), session.public_id);
    (void)snprintf(pay, sizeof pay, "%lld.%02lld", (long long)completion.pay_minor / 100, (long long)completion.pay_minor % 100);
    assert_string_equal(field(&table, "pay"), pay);
    arena_close(&table.arena);
    free(csv);
    world_close(&world);
}

static void what_is_not_there_yet_is_empty(void **state)
{
    static const struct expected EXPECTED[] = {
        {"state", "active"},
        {"stage", "instructions"},
        {"comprehension_passed_at_ms", ""},
        {"ended_at_ms", ""},
        {"trials", "0"},
        {"scored", "0"},
        {"accuracy", ""},
        {"median_rt_ms", ""},
        {"gender", ""},
        {"age", ""},
        {"strategy", ""},
        {"include", ""},
        {"comprehension_attempts", "0"},
        {0},
    };
    struct world  world;
    struct parsed table;
    int64_t       row_count;
    char         *csv;

    (void)state;
    world_open(&world);
    (void)world_enroll(&world, "dinosaurs", "a");
    (void)world_enroll(&world, "dinosaurs", "b");
    csv = export_of(&world, "dinosaurs", &row_count);
    assert_true(row_count == 2);
    parsed_open(&table, csv);
    next_row(&table);
    assert_fields(&table, EXPECTED);
    next_row(&table);
    assert_string_equal(field(&table, "participant"), "2");
    arena_close(&table.arena);
    free(csv);
    world_close(&world);
}

static void the_middle_of_an_odd_number_is_one_of_them_and_hashes_are_those_of_the_session(void **state)
{
    struct world        world;
    struct session_row  session;
    const struct study *study;
    struct secret_hash  token_hash;
    struct enrolment    enrolment;
    struct parsed       table;
    int64_t             row_count;
    char               *csv, hex[SECRET_HEX_BYTES];

    (void)state;
    world_open(&world);
    study   = world_study(&world, "dinosaurs");
    session = world_enroll(&world, "dinosaurs", "secret");
    world_play(&world, &session, study, "101");
    csv = export_of(&world, "dinosaurs", &row_count);
    parsed_open(&table, csv);
    next_row(&table);
    assert_string_equal(field(&table, "median_rt_ms"), "501.25");
    assert_string_equal(field(&table, "stage"), "questionnaire");
    assert_string_equal(field(&table, "program_version"), study->provenance.program_version);
    secret_hex(&study->provenance.settings_sha256, hex);
    assert_string_equal(field(&table, "settings_sha256"), hex);
    secret_hex(&study->provenance.representations_sha256, hex);
    assert_string_equal(field(&table, "representations_sha256"), hex);
    enrolment = world_enrolment(&world, "dinosaurs", "secret", WORLD_NOW_MS);
    secret_hex(&enrolment.consent_sha256, hex);
    assert_string_equal(field(&table, "consent_sha256"), hex);
    secret_token_hash("secret", &token_hash);
    secret_hex(&token_hash, hex);
    assert_null(strstr(csv, hex));
    arena_close(&table.arena);
    free(csv);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finished_session_has_every_column),
        cmocka_unit_test(what_is_not_there_yet_is_empty),
        cmocka_unit_test(the_middle_of_an_odd_number_is_one_of_them_and_hashes_are_those_of_the_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
