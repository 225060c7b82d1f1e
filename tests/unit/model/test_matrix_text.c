#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/matrix_text.h"

/* From an allocation of the exact size without a closing NUL, so that a sanitizer sees a read past the end. */
static bool read_exact(const char *text, struct matrix *matrix, struct err *err)
{
    const size_t count = strlen(text);
    char        *exact = malloc(count > 0 ? count : 1);
    bool         ok;

    assert_non_null(exact);
    memcpy(exact, text, count);
    ok = matrix_read_text("m.txt", exact, count, matrix, err);
    free(exact);
    return ok;
}

static void separators_and_line_ends_may_vary(void **state)
{
    static const char *const TEXTS[]   = {"1 2 -3.5\n4e0 .5 +6\n", "1,2,-3.5\n4,0.5,6", " 1 ,\t2 , -3.5 \r\n\r\n4,.5,6\r\n\n",
                                          "1\t2\t-3.5\n\n\n4 0.5 6"};
    static const double      VALUES[6] = {1, 2, -3.5, 4, 0.5, 6};

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct matrix matrix = {0};
        struct err    err    = {.message = ""};

        if (!read_exact(TEXTS[i], &matrix, &err)) fail_msg("%s", err.message);
        assert_int_equal(matrix.row_count, 2);
        assert_int_equal(matrix.column_count, 3);
        assert_memory_equal(matrix.values, VALUES, sizeof VALUES);
        matrix_close(&matrix);
    }
}

static void many_numbers_fit(void **state)
{
    enum { COUNT = 5000 };
    char         *text   = malloc(COUNT * 8);
    size_t        length = 0;
    struct matrix matrix;
    struct err    err;

    (void)state;
    assert_non_null(text);
    for (int i = 0; i < COUNT; i++)
        length += (size_t)snprintf(text + length, COUNT * 8 - length, "%d%c", i, i % 2 == 1 ? '\n' : ' ');
    assert_true(matrix_read_text("m", text, length, &matrix, &err));
    assert_int_equal(matrix.row_count, COUNT / 2);
    for (int i = 0; i < COUNT; i++) assert_true(matrix.values[i] == i);
    matrix_close(&matrix);
    free(text);
}

static void what_is_wrong_is_named_by_line_and_column(void **state)
{
    static const struct {
        const char *text, *reason;
    } CASES[] = {
        {"", "holds no numbers"},
        {"\n \n", "holds no numbers"},
        {"1 2\n3\n", "line 2 has 1 numbers, the lines before it 2"},
        {"1 2\n3 4 5\n", "line 2 has 3 numbers"},
        {"a b\n", "line 1: column 1 is not a finite decimal number"},
        {"1 2\n\n3 nan\n", "line 3: column 2 is not"},
        {"1 inf\n", "column 2 is not"},
        {"1 1e999\n", "column 2 is not"},
        {"0x10\n", "column 1 is not"},
        {"1,,2\n", "line 1: column 2 is empty"},
        {",1\n", "column 1 is empty"},
        {"1,2,\n", "line 1 ends with a comma"},
        {"1,2,", "line 1 ends with a comma"},
        {"1-2\n", "column 1 is not"},
        {"1 11111111111111111111111111111111111111111111111111111111111111111111111111111\n", "column 2 has 77 characters"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct matrix matrix = {0};
        struct err    err    = {.message = ""};

        assert_false(read_exact(CASES[i].text, &matrix, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_null(matrix.values);
        if (strstr(err.message, "m.txt: ") != err.message || strstr(err.message, CASES[i].reason) == NULL)
            fail_msg("expected '%s' in '%s'", CASES[i].reason, err.message);
    }
}

static void a_nul_byte_is_not_an_end(void **state)
{
    struct matrix matrix = {0};
    struct err    err;

    (void)state;
    assert_false(matrix_read_text("m", "1 2\0 3\n", 7, &matrix, &err));
    assert_int_equal(err.kind, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(separators_and_line_ends_may_vary),
        cmocka_unit_test(many_numbers_fit),
        cmocka_unit_test(what_is_wrong_is_named_by_line_and_column),
        cmocka_unit_test(a_nul_byte_is_not_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
