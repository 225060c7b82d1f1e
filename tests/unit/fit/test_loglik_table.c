/* Tables of log likelihoods: sums per participant, and sentences with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "fit/loglik_table.h"
#include "model/model_comparison.h"
#include "table_text.h"

static const char SMALL[] = "\"Linear\",\"p\",\"GP\"\n-0.5,1,-1\n-0.25,2,-2\n-1.5,1,-3\n-Inf,2,-0.5\n3,2,-0\n";

static void rows_are_added_up_per_participant(void **state)
{
    struct table_place  place;
    struct loglik_table table;
    struct err          err;

    (void)state;
    table_place_make(&place);
    table_place_write(&place, SMALL);
    MUST(loglik_table_read(&table, place.table, &err));
    assert_int_equal(table.models.name_count, 2);
    assert_string_equal(table.models.names[0], "Linear");
    assert_string_equal(table.models.names[1], "GP");
    assert_int_equal(table.participants.name_count, 2);
    assert_true(table.sums[0] == -2.0 && table.sums[1] == -4.0);
    assert_true(isinf(table.sums[2]) && table.sums[2] < 0.0 && table.sums[3] == -2.5);
    loglik_table_close(&table);
    scratch_remove(&place.scratch);
}

static void many_participants_and_models_fit(void **state)
{
    enum { PEOPLE = 500, MODELS = 400 };
    struct table_place  place;
    struct loglik_table table;
    struct text         text;
    struct err          err;

    (void)state;
    table_place_make(&place);
    text_init(&text);
    text_add(&text, "p");
    for (int m = 0; m < MODELS; m++) text_printf(&text, ",m%d", m);
    for (int p = 0; p < PEOPLE; p++) {
        text_printf(&text, "\np%d", p);
        for (int m = 0; m < MODELS; m++) text_printf(&text, ",-%d", p + m);
    }
    scratch_write(&place.scratch, "table.csv", text.data, text.length);
    text_close(&text);
    MUST(loglik_table_read(&table, place.table, &err));
    assert_int_equal(table.participants.name_count, PEOPLE);
    assert_int_equal(table.models.name_count, MODELS);
    for (int p = 0; p < PEOPLE; p++)
        for (int m = 0; m < MODELS; m++) assert_true(table.sums[p * MODELS + m] == -(double)(p + m));
    loglik_table_close(&table);
    scratch_remove(&place.scratch);
}

static void more_models_than_can_be_compared_are_refused(void **state)
{
    struct table_place  place;
    struct loglik_table table;
    struct text         text;
    struct err          err;

    (void)state;
    table_place_make(&place);
    text_init(&text);
    text_add(&text, "p");
    for (int m = 0; m <= MODEL_COMPARISON_MODELS_MAX; m++) text_printf(&text, ",m%d", m);
    text_add(&text, "\n");
    scratch_write(&place.scratch, "table.csv", text.data, text.length);
    text_close(&text);
    MUST_REFUSE(loglik_table_read(&table, place.table, &err), ERR_INVALID,
                "line 1: 500 models are compared at most, there are 501");
    loglik_table_close(&table);
    scratch_remove(&place.scratch);
}

static const struct {
    const char *text;
    const char *sentence;
} REFUSED[] = {
    {"", "is empty"},
    {"p,a\n", "has no rows"},
    {"a,b\n-1,-2\n", "the header has no column 'p'"},
    {"p\n1\n", "line 1: there is no column of a model beside p"},
    {"p,a,a\n1,-1,-2\n", "line 1: the header has the column 'a' twice"},
    {"\"\",a,p\n1,-1,1\n", "line 1: column 1 has no name"},
    {"p,a\n1,-1\n1,x\n", "line 3: a is a number or -inf, not 'x'"},
    {"p,a\n1,\n", "line 2: a is a number or -inf, not ''"},
    {"p,a\n1,NaN\n", "line 2: a is a number or -inf, not 'NaN'"},
    {"p,a\n1,inf\n", "line 2: a is a number or -inf, not 'inf'"},
    {"p,a\n,-1\n", "line 2: the participant is empty"},
    {"p,a\n1,-1,-2\n", "line 2: 3 fields where the header has 2"},
    {"p,a,b\n1,-1,-2\n2,-inf,-inf\n", "every model adds up to -inf for participant '2'"},
    {"p,a\n1,1.7e308\n1,1.7e308\n", "line 3: the sum of a for participant '1' is beyond all numbers"},
};

static void what_is_wrong_is_refused_with_file_line_and_reason(void **state)
{
    struct table_place  place;
    struct loglik_table table;
    struct err          err;

    (void)state;
    table_place_make(&place);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        table_place_write(&place, REFUSED[i].text);
        MUST_REFUSE(loglik_table_read(&table, place.table, &err), ERR_INVALID, REFUSED[i].sentence);
        assert_non_null(strstr(err.message, place.table));
        loglik_table_close(&table);
    }
    scratch_remove(&place.scratch);
}

/* What is read holds no NaN and no +inf. */
static bool read_spoiled(const char *path, struct err *err)
{
    struct loglik_table table;
    const bool          ok = loglik_table_read(&table, path, err);

    for (int i = 0; ok && i < table.participants.name_count * table.models.name_count; i++) assert_true(table.sums[i] < INFINITY);
    loglik_table_close(&table);
    return ok;
}

static void spoiled_tables_are_read_or_refused(void **state)
{
    struct table_place place;
    int                read_count;

    (void)state;
    table_place_make(&place);
    read_count = table_place_spoil(&place, SMALL, read_spoiled);
    assert_in_range(read_count, 1, SPOIL_ROUNDS - 1);
    scratch_remove(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_added_up_per_participant),
        cmocka_unit_test(many_participants_and_models_fit),
        cmocka_unit_test(more_models_than_can_be_compared_are_refused),
        cmocka_unit_test(what_is_wrong_is_refused_with_file_line_and_reason),
        cmocka_unit_test(spoiled_tables_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
