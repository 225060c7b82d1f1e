/* Fits as CSV: a row per session and model, with the numbers of the choice rule, of sessions being played too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/csv.h"
#include "live/export_fits.h"
#include "live_documents.h"

struct parsed {
    char             *csv;
    int64_t           row_count;
    struct csv_reader reader;
    struct arena      arena;
};

static void parsed_open(struct parsed *table, struct lab *lab)
{
    size_t           length = 0;
    FILE            *out    = open_memstream(&table->csv, &length);
    struct err       err    = {0};
    struct file_sink sink;
    struct table     written;

    assert_non_null(out);
    file_sink_init(&sink, out, false);
    MUST(table_open(&written, TABLE_CSV, EXPORT_FIT_COLUMNS, &sink.base, &err));
    MUST(export_fits(lab->store, lab->study_id, SESSION_MODE_LIVE, &written, &err));
    MUST(table_finish(&written, &err));
    table->row_count = written.row_count;
    assert_int_equal(fclose(out), 0);
    arena_init(&table->arena);
    MUST(csv_begin(&table->reader, "export", span_of(table->csv), &table->arena, &err));
}

static void parsed_close(struct parsed *table)
{
    arena_close(&table->arena);
    free(table->csv);
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

static double number(const struct parsed *table, const char *column)
{
    double value = NAN;

    if (!text_to_f64(field(table, column), &value)) fail_msg("%s is '%s', not a number", column, field(table, column));
    return value;
}

/* Counted in another way: one by one, from the stored tables and the planned trials. */
static void assert_shares(struct parsed *table, struct lab *lab, int64_t session_id, int trial_count, int model)
{
    struct value_table_row     *tables  = NULL;
    struct condition_trial_row *planned = NULL;
    struct session_row          session = {0};
    struct err                  err     = {0};
    double                      right = 0.0, scored = 0.0, same = 0.0;
    int                         count, planned_count;
    const double               *pairs = NULL;
    struct arena                arena;

    arena_init(&arena);
    MUST(store_session_by_id(lab->store, session_id, &session, &err));
    MUST(store_condition_trials(lab->store, session.condition_id, PHASE_MAIN, &arena, &planned, &planned_count, &err));
    MUST(store_value_tables(lab->store, session.condition_id, &arena, &tables, &count, &err));
    for (int i = 0; i < count; i++)
        if (tables[i].representation_id == model / LAB_LEARNERS + 1 && strcmp(tables[i].learner, field(table, "learner")) == 0)
            pairs = tables[i].value_pairs;
    assert_non_null(pairs);
    for (int t = 0; t < trial_count; t++) {
        double lead  = pairs[2 * t + 1] - pairs[2 * t];
        double truth = planned[t].right_points - planned[t].left_points;

        same += lead == 0.0 ? 0.5 : (lead > 0.0) == (lab_response(session_id, t) == 1);
        if (truth == 0.0) continue;
        scored += 1.0;
        right += t == 0 || lead == 0.0 ? 0.5 : (lead > 0.0) == (truth > 0.0);
    }
    assert_true(number(table, "accuracy") == right / scored);
    assert_true(number(table, "agreement") == same / trial_count);
    arena_close(&arena);
}

static void assert_session(struct parsed *table, struct lab *lab, const char *public_id, int condition, int64_t session_id,
                           int trial_count)
{
    struct brute brute;

    brute_session(lab, condition, session_id, &brute);
    for (int i = 0; i < LAB_MODELS; i++) {
        next_row(table);
        assert_string_equal(field(table, "session"), public_id);
        assert_int_equal((int)number(table, "condition"), condition + 1);
        assert_int_equal((int)number(table, "trials"), trial_count);
        assert_string_equal(field(table, "is_ready"), "1");
        assert_string_equal(field(table, "representation"), i < LAB_LEARNERS ? "random-0" : "random-1");
        assert_near(number(table, "log_evidence"), brute.log_evidence[trial_count - 1][i]);
        assert_near(number(table, "posterior"), brute.posterior[trial_count - 1][i]);
        assert_near(number(table, "r2_online"), 1.0 + brute.log_evidence[trial_count - 1][i] / (trial_count * log(2.0)));
        assert_shares(table, lab, session_id, trial_count, i);
        assert_true(number(table, "beta_low") <= number(table, "beta_mean"));
        assert_true(number(table, "beta_mean") <= number(table, "beta_high"));
    }
}

static void every_session_has_its_numbers_by_condition_and_participant(void **state)
{
    struct lab    lab;
    struct parsed table;
    int64_t       ended, playing, started;

    (void)state;
    lab_make(&lab, TASK_REWARD);
    ended   = lab_enroll(&lab, "s-ended", 1);
    playing = lab_enroll(&lab, "s-playing", 0);
    started = lab_enroll(&lab, "s-started", 1);
    lab_open(&lab);
    lab_open_tables(&lab);
    wait_for_tables(&lab, LAB_CONDITIONS * LAB_MODELS);
    for (int t = 0; t < LAB_TRIALS; t++) lab_respond(&lab, ended, t);
    for (int t = 0; t < 7; t++) lab_respond(&lab, playing, t);
    lab_end(&lab, ended, SESSION_LEFT);
    lab_close(&lab);

    parsed_open(&table, &lab);
    assert_int_equal((int)table.row_count, 3 * LAB_MODELS);
    assert_session(&table, &lab, "s-playing", 0, playing, 7);
    assert_string_equal(field(&table, "state"), "active");
    assert_string_equal(field(&table, "looks_ahead"), "1"); /* standardize=all */
    assert_session(&table, &lab, "s-ended", 1, ended, LAB_TRIALS);
    assert_string_equal(field(&table, "state"), "left");
    (void)started;
    for (int i = 0; i < LAB_MODELS; i++) {
        next_row(&table);
        assert_string_equal(field(&table, "session"), "s-started");
        assert_string_equal(field(&table, "trials"), "0");
        assert_string_equal(field(&table, "posterior"), "");
    }
    parsed_close(&table);
    lab_remove(&lab);
}

static void a_model_without_its_table_has_no_numbers(void **state)
{
    static const char *const COLUMNS[] = {"log_evidence", "r2_online", "posterior", "beta_mean",
                                          "beta_low",     "beta_high", "accuracy",  "agreement"};
    struct lab               lab;
    struct parsed            table;
    int64_t                  session_id;

    (void)state;
    lab_make(&lab, TASK_CATEGORY);
    session_id = lab_enroll(&lab, "s-1", 0);
    lab_respond(&lab, session_id, 0);
    parsed_open(&table, &lab);
    assert_int_equal((int)table.row_count, LAB_MODELS);
    for (int i = 0; i < LAB_MODELS; i++) {
        next_row(&table);
        assert_string_equal(field(&table, "is_ready"), "0");
        assert_string_equal(field(&table, "trials"), "1");
        for (size_t c = 0; c < sizeof COLUMNS / sizeof COLUMNS[0]; c++) assert_string_equal(field(&table, COLUMNS[c]), "");
    }
    parsed_close(&table);
    lab_remove(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_session_has_its_numbers_by_condition_and_participant),
        cmocka_unit_test(a_model_without_its_table_has_no_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
