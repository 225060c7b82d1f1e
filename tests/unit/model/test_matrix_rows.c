/* Rows of a matrix in any order, from .npy and from text; mistakes are told with their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "model/matrix_rows.h"
#include "model/npy.h"

static void assert_rows(const char *path)
{
    struct err          err  = {0};
    struct matrix_rows *file = matrix_rows_open(path, &err);
    double              out[6];

    if (file == NULL) fail_msg("%s", err.message);
    assert_int_equal(matrix_rows_row_count(file), 3);
    assert_int_equal(matrix_rows_column_count(file), 2);
    MUST(matrix_rows_read(file, (const int[]){2, 0, 2}, 3, out, &err));
    assert_true(out[0] == 5 && out[1] == -6 && out[2] == 1 && out[3] == 0.5 && out[4] == 5 && out[5] == -6);
    assert_false(matrix_rows_read(file, (const int[]){3}, 1, out, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(matrix_rows_read(file, (const int[]){-1}, 1, out, &err));
    matrix_rows_close(file);
}

static void npy_and_text_give_the_same_rows_in_the_order_asked_for(void **state)
{
    double         values[6] = {1, 0.5, 3, 4, 5, -6};
    struct matrix  matrix    = {.row_count = 3, .column_count = 2, .values = values};
    struct scratch scratch;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "m.npy", path);
    MUST(npy_write_file(path, &matrix, &err));
    assert_rows(path);
    scratch_write_text(&scratch, "m.txt", "\n1 0.5\n\n3,4\r\n  \n5 -6");
    scratch_file(&scratch, "m.txt", path);
    assert_rows(path);
    scratch_remove(&scratch);
}

static void a_line_with_a_mistake_is_told_when_it_is_read_and_not_before(void **state)
{
    struct scratch      scratch;
    struct matrix_rows *file;
    struct err          err = {0};
    char                path[PATH_BYTES];
    double              out[2];

    (void)state;
    scratch_make(&scratch);
    scratch_write_text(&scratch, "m.txt", "1 2\n\n3 4 5\n6 nan\n");
    scratch_file(&scratch, "m.txt", path);
    file = matrix_rows_open(path, &err);
    assert_non_null(file);
    MUST(matrix_rows_read(file, (const int[]){0}, 1, out, &err));
    assert_false(matrix_rows_read(file, (const int[]){1}, 1, out, &err));
    assert_non_null(strstr(err.message, "line 3 has 3 numbers, the first line has 2"));
    assert_false(matrix_rows_read(file, (const int[]){2}, 1, out, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "line 4"));
    matrix_rows_close(file);
    scratch_remove(&scratch);
}

static void what_is_no_matrix_is_not_opened(void **state)
{
    struct scratch scratch;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_file(&scratch, "none", path);
    assert_null(matrix_rows_open(path, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    scratch_write_text(&scratch, "blank", " \n\n");
    scratch_file(&scratch, "blank", path);
    assert_null(matrix_rows_open(path, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(matrix_rows_open(scratch.path, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    matrix_rows_close(NULL);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_and_text_give_the_same_rows_in_the_order_asked_for),
        cmocka_unit_test(a_line_with_a_mistake_is_told_when_it_is_read_and_not_before),
        cmocka_unit_test(what_is_no_matrix_is_not_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
