/* Rows of a .npy file read on their own are those of the whole matrix; what npy_read_file refuses is refused in the same words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "base/rng.h"
#include "model/npy.h"
#include "model/npy_rows.h"
#include "npy_bytes.h"

struct place {
    struct scratch scratch;
    char           path[PATH_BYTES + 8];
};

static void place_make(struct place *place)
{
    scratch_make(&place->scratch);
    (void)snprintf(place->path, sizeof place->path, "%s/m.npy", place->scratch.path);
}

static void write_bytes(const struct place *place, const void *bytes, size_t count)
{
    FILE *file = fopen(place->path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void every_version_type_order_and_byte_order_is_read(void **state)
{
    static const double VALUES[6] = {1, -2, 3, 4, 5, -6};
    struct place        place;

    (void)state;
    place_make(&place);
    for (int i = 0; i < FILE_TYPE_COUNT * 3 * 2 * 2; i++) {
        const int        type  = i % FILE_TYPE_COUNT;
        const char       order = FILE_TYPES[type].width == 1 ? '|' : "<>"[i / 60];
        struct file      file  = {.count = 0};
        struct npy_rows *rows;
        double           values[9];
        struct err       err = {.message = ""};

        file_matrix(&file, 1 + i / 10 % 3, order, FILE_TYPES[type].kind, FILE_TYPES[type].width, i / 30 % 2 == 1);
        write_bytes(&place, file.bytes, file.count);
        rows = npy_rows_open(place.path, &err);
        if (rows == NULL) fail_msg("%s", err.message);
        assert_int_equal(npy_rows_row_count(rows), 2);
        assert_int_equal(npy_rows_column_count(rows), 3);
        MUST(npy_rows_read(rows, (const int[]){1, 0, 1}, 3, values, &err));
        for (int j = 0; j < 9; j++) {
            const double expected = VALUES[(j < 3 || j >= 6 ? 3 : 0) + j % 3];

            assert_true(values[j] == (FILE_TYPES[type].kind == 'u' ? fabs(expected) : expected));
        }
        MUST(npy_rows_read(rows, (const int[]){1}, 1, values, &err));
        assert_true(values[0] == 4);
        npy_rows_close(rows);
    }
    scratch_remove(&place.scratch);
}

static void rows_of_a_large_matrix_are_those_of_the_whole(void **state)
{
    enum { ROWS = 211, COLUMNS = 700, WANTED = 40 };
    struct matrix    matrix = {ROWS, COLUMNS, calloc((size_t)ROWS * COLUMNS, sizeof(double))};
    double          *values = calloc((size_t)WANTED * COLUMNS, sizeof(double));
    int              wanted[WANTED];
    struct place     place;
    struct npy_rows *rows;
    struct rng       rng;
    struct err       err;

    (void)state;
    place_make(&place);
    rng_init(&rng, 1);
    assert_true(matrix.values != NULL && values != NULL);
    for (int i = 0; i < ROWS * COLUMNS; i++) matrix.values[i] = rng_normal(&rng);
    for (int i = 0; i < WANTED; i++) wanted[i] = (int)rng_below(&rng, ROWS);
    wanted[0] = ROWS - 1;
    MUST(npy_write_file(place.path, &matrix, &err));
    rows = npy_rows_open(place.path, &err);
    assert_non_null(rows);
    MUST(npy_rows_read(rows, wanted, WANTED, values, &err));
    for (int i = 0; i < WANTED; i++)
        assert_memory_equal(values + (size_t)i * COLUMNS, matrix.values + (size_t)wanted[i] * COLUMNS, COLUMNS * sizeof(double));
    MUST(npy_rows_read(rows, wanted, 0, NULL, &err));
    MUST_REFUSE(npy_rows_read(rows, (const int[]){3, ROWS}, 2, values, &err), ERR_INVALID,
                "has no row 211, its rows are 0 to 210");
    MUST_REFUSE(npy_rows_read(rows, (const int[]){-1}, 1, values, &err), ERR_INVALID, "has no row -1");
    npy_rows_close(rows);
    matrix_close(&matrix);
    free(values);
    scratch_remove(&place.scratch);
}

/* Cut anywhere, or with a byte too many: the sentence is the one of npy_read_file. */
static void what_is_not_a_whole_matrix_is_refused_in_the_same_words(void **state)
{
    struct file  file = {.count = 0};
    struct place place;

    (void)state;
    place_make(&place);
    file_matrix(&file, 1, '<', 'f', 8, false);
    for (size_t count = 0; count <= file.count + 1; count++) {
        struct matrix whole = {0};
        struct err    expected, err;

        if (count == file.count) continue;
        file.bytes[file.count] = 'x';
        write_bytes(&place, file.bytes, count);
        assert_null(npy_rows_open(place.path, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        if (count < 6) continue; /* without the magic npy_read_file reads text */
        assert_false(npy_read_file(place.path, &whole, &expected));
        assert_string_equal(err.message, expected.message);
    }
    scratch_remove(&place.scratch);
}

static void there_must_be_a_file(void **state)
{
    struct place place;
    struct err   err;

    (void)state;
    place_make(&place);
    assert_null(npy_rows_open(place.path, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_null(npy_rows_open(place.scratch.path, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    scratch_remove(&place.scratch);
}

static void only_the_rows_that_are_asked_for_must_be_finite(void **state)
{
    double           values[6] = {1, 2, NAN, 4, 5, -INFINITY}, out[2];
    struct matrix    matrix    = {3, 2, values};
    struct place     place;
    struct npy_rows *rows;
    struct err       err;

    (void)state;
    place_make(&place);
    MUST(npy_write_file(place.path, &matrix, &err));
    rows = npy_rows_open(place.path, &err);
    assert_non_null(rows);
    MUST(npy_rows_read(rows, (const int[]){0}, 1, out, &err));
    assert_true(out[0] == 1 && out[1] == 2);
    MUST_REFUSE(npy_rows_read(rows, (const int[]){1}, 1, out, &err), ERR_INVALID, "row 1, column 0 (from 0) is not a number");
    MUST_REFUSE(npy_rows_read(rows, (const int[]){2}, 1, out, &err), ERR_INVALID, "row 2, column 1 (from 0) is infinite");
    npy_rows_close(rows);
    scratch_remove(&place.scratch);
}

/* A file that is cut after it was opened is told, not read past its end. */
static void a_file_that_shrinks_while_open_is_told(void **state)
{
    double           values[6] = {1, 2, 3, 4, 5, 6}, out[2];
    struct matrix    matrix    = {3, 2, values};
    struct place     place;
    struct npy_rows *rows;
    struct err       err;

    (void)state;
    place_make(&place);
    MUST(npy_write_file(place.path, &matrix, &err));
    rows = npy_rows_open(place.path, &err);
    assert_non_null(rows);
    assert_int_equal(truncate(place.path, 128 + 3 * 8), 0);
    MUST(npy_rows_read(rows, (const int[]){0}, 1, out, &err));
    MUST_REFUSE(npy_rows_read(rows, (const int[]){1}, 1, out, &err), ERR_STORAGE, "fewer bytes than it had when opened");
    npy_rows_close(rows);
    scratch_remove(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_type_order_and_byte_order_is_read),
        cmocka_unit_test(rows_of_a_large_matrix_are_those_of_the_whole),
        cmocka_unit_test(what_is_not_a_whole_matrix_is_refused_in_the_same_words),
        cmocka_unit_test(there_must_be_a_file),
        cmocka_unit_test(only_the_rows_that_are_asked_for_must_be_finite),
        cmocka_unit_test(a_file_that_shrinks_while_open_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
