/* .npy files of every version, type, order and byte order that is taken, and files that must be refused with a reason. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/npy.h"
#include "npy_bytes.h"

enum { PATH_BYTES = 64 };

static void every_version_type_order_and_byte_order_is_read(void **state)
{
    static const double VALUES[6] = {1, -2, 3, 4, 5, -6};

    (void)state;
    for (int i = 0; i < 10 * 3 * 2 * 2; i++) {
        const int     type   = i % 10;
        const char    order  = FILE_TYPES[type].width == 1 ? '|' : "<>"[i / 60];
        struct file   file   = {.count = 0};
        struct matrix matrix = {0};
        struct err    err    = {.message = ""};

        file_matrix(&file, 1 + i / 10 % 3, order, FILE_TYPES[type].kind, FILE_TYPES[type].width, i / 30 % 2 == 1);
        if (!npy_read_bytes("m", file.bytes, file.count, &matrix, &err)) fail_msg("%s", err.message);
        assert_int_equal(matrix.row_count, 2);
        assert_int_equal(matrix.column_count, 3);
        for (int j = 0; j < 6; j++) assert_true(matrix.values[j] == (FILE_TYPES[type].kind == 'u' ? fabs(VALUES[j]) : VALUES[j]));
        matrix_close(&matrix);
    }
}

static void extreme_integers_keep_their_sign(void **state)
{
    struct file   file = {.count = 0};
    struct matrix matrix;
    struct err    err;

    (void)state;
    file_header(&file, 1, "{\"shape\":(3,),\"descr\":\"<i8\",\"fortran_order\":False}");
    file_add(&file, (uint64_t)1 << 63, 8, false);
    file_add(&file, UINT64_MAX, 8, false);
    file_add(&file, INT64_MAX, 8, false);
    assert_true(npy_read_bytes("m", file.bytes, file.count, &matrix, &err));
    assert_int_equal(matrix.row_count, 3); /* one dimension: a column */
    assert_int_equal(matrix.column_count, 1);
    assert_true(matrix.values[0] == -9223372036854775808.0 && matrix.values[1] == -1.0 &&
                matrix.values[2] == 9223372036854775807.0);
    matrix_close(&matrix);
}

static void expect_refusal(const unsigned char *bytes, size_t count, const char *reason)
{
    /* An allocation of the exact size, so that a sanitizer sees a read past the end. */
    unsigned char *exact  = malloc(count > 0 ? count : 1);
    struct matrix  matrix = {0};
    struct err     err    = {.message = ""};

    assert_non_null(exact);
    memcpy(exact, bytes, count);
    assert_false(npy_read_bytes("words.npy", exact, count, &matrix, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(matrix.values);
    if (strstr(err.message, "words.npy: ") != err.message || strstr(err.message, reason) == NULL)
        fail_msg("expected '%s' in '%s'", reason, err.message);
    free(exact);
}

static void a_hostile_header_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *dictionary, *reason;
    } CASES[] = {
        {"", "not a dictionary"},
        {"{", "not a dictionary"},
        {"{'descr': '<f8'}", "lacks"},
        {"{'descr': '<f8', 'descr': '<f8'}", "unknown or repeated key"},
        {"{'colour': 'red'}", "unknown or repeated key"},
        {"{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}", "Python objects"},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2, 3)}", "not one plain number type"},
        {"{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3)}", "number type"},
        {"{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3)}", "number type"},
        {"{'descr': '<i3', 'fortran_order': False, 'shape': (2, 3)}", "number type"},
        {"{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3)}", "number type"},
        {"{'descr': '<U9', 'fortran_order': False, 'shape': (2, 3)}", "number type"},
        {"{'descr': '', 'fortran_order': False, 'shape': (2, 3)}", "number type"},
        {"{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2, 3)}", "neither True nor False"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3, 4)}", "more than two dimensions"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "single number"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3)}", "no rows or no columns"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 3)}", "tuple of sizes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2 3)}", "tuple of sizes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': 6}", "tuple of sizes"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999, 3)}", "2147483647"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647)}", "truncated"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (536870912, 4)}", "truncated"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3)} x", "after its dictionary"},
        {"{'descr': 'a string that is much longer than any type name is', 'shape': (2, 3)}", "not one plain number type"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct file file = {.count = 0};

        file_header(&file, 1, CASES[i].dictionary);
        for (int j = 0; j < 6; j++) file_add(&file, bits_of(1.0, 'f', 8), 8, false);
        expect_refusal(file.bytes, file.count, CASES[i].reason);
    }
}

static void every_truncation_is_refused(void **state)
{
    struct file file = {.count = 0};

    (void)state;
    for (int version = 1; version <= 3; version++) {
        file_matrix(&file, version, '<', 'f', 8, false);
        for (size_t count = 0; count < file.count; count++) expect_refusal(file.bytes, count, "");
        file.bytes[file.count++] = 0;
        expect_refusal(file.bytes, file.count, "trailing bytes");
    }
    file_matrix(&file, 1, '<', 'f', 8, false);
    expect_refusal(file.bytes, file.count - 8, "truncated");
    file.bytes[9] = 0xFF; /* a header longer than the file */
    expect_refusal(file.bytes, file.count, "ends within its header");
    file.bytes[6] = 9;
    expect_refusal(file.bytes, file.count, "version 9");
}

/* A cheap fuzz: every single byte replaced by a few others never reads outside and never gives anything but numbers. */
static void no_single_wrong_byte_does_harm(void **state)
{
    static const unsigned char BYTES[] = {0, 0xFF, '\'', '(', '9', '}', ' '};
    struct file                file    = {.count = 0};

    (void)state;
    file_matrix(&file, 1, '<', 'f', 8, false);
    for (size_t i = 0; i < file.count * sizeof BYTES; i++) {
        unsigned char *exact  = malloc(file.count);
        struct matrix  matrix = {0};
        struct err     err    = {.message = ""};

        assert_non_null(exact);
        memcpy(exact, file.bytes, file.count);
        exact[i / sizeof BYTES] = BYTES[i % sizeof BYTES];
        if (npy_read_bytes("m", exact, file.count, &matrix, &err)) {
            assert_int_equal(matrix.row_count * matrix.column_count, 6);
            for (int j = 0; j < 6; j++) assert_true(isfinite(matrix.values[j]));
        } else {
            assert_int_equal(err.kind, ERR_INVALID);
        }
        matrix_close(&matrix);
        free(exact);
    }
}

static void not_a_number_and_infinity_are_named_by_place(void **state)
{
    struct file file = {.count = 0};

    (void)state;
    file_header(&file, 1, "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 2), }");
    file_add(&file, bits_of(1.0, 'f', 8), 8, true);
    file_add(&file, bits_of(2.0, 'f', 8), 8, true);
    file_add(&file, bits_of((double)NAN, 'f', 8), 8, true);
    file_add(&file, bits_of(2.0, 'f', 8), 8, true);
    expect_refusal(file.bytes, file.count, "row 0, column 1 (from 0) is not a number");
    file.count -= 16;
    file_add(&file, bits_of(2.0, 'f', 8), 8, true);
    file_add(&file, bits_of(-(double)INFINITY, 'f', 8), 8, true);
    expect_refusal(file.bytes, file.count, "row 1, column 1 (from 0) is infinite");
}

static void temporary_path(char path[PATH_BYTES])
{
    int descriptor;

    (void)snprintf(path, PATH_BYTES, "/tmp/dinolab_npy_XXXXXX");
    descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(close(descriptor), 0);
}

static void what_is_written_is_read_again_to_the_bit(void **state)
{
    enum { ROWS = 700, COLUMNS = 13 }; /* more than one chunk of the writer */
    struct matrix matrix = {.row_count = ROWS, .column_count = COLUMNS}, again = {0};
    struct err    err = {.message = ""};
    char          path[PATH_BYTES];
    FILE         *file;
    char          start[64] = "";

    (void)state;
    temporary_path(path);
    matrix.values = malloc(ROWS * COLUMNS * sizeof(double));
    assert_non_null(matrix.values);
    for (int i = 0; i < ROWS * COLUMNS; i++) matrix.values[i] = (i % 2 == 0 ? 1.0 : -1.0) / (1.0 + i) * 1e-300;
    if (!npy_write_file(path, &matrix, &err) || !npy_read_file(path, &again, &err)) fail_msg("%s", err.message);
    assert_int_equal(again.row_count, ROWS);
    assert_int_equal(again.column_count, COLUMNS);
    assert_memory_equal(again.values, matrix.values, ROWS * COLUMNS * sizeof(double));
    file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(start, 1, 63, file), 63);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(start, "\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (", 61);
    matrix_close(&matrix);
    matrix_close(&again);
    assert_null(again.values);
    assert_int_equal(unlink(path), 0);
}

static void a_file_without_the_magic_is_read_as_text(void **state)
{
    struct matrix matrix;
    struct err    err = {.message = ""};
    char          path[PATH_BYTES];
    FILE         *file;

    (void)state;
    temporary_path(path);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs("1 2.5\n-3e2,4\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    if (!npy_read_file(path, &matrix, &err)) fail_msg("%s", err.message);
    assert_int_equal(matrix.row_count, 2);
    assert_true(matrix.values[1] == 2.5 && matrix.values[2] == -300.0);
    matrix_close(&matrix);
    assert_int_equal(unlink(path), 0);
}

static void a_missing_file_and_a_folder_are_named(void **state)
{
    struct matrix matrix;
    struct err    err = {.message = ""};

    (void)state;
    assert_false(npy_read_file("/tmp/no such folder/x.npy", &matrix, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "there is no file '/tmp/no such folder/x.npy'"));
    assert_false(npy_read_file("/tmp", &matrix, &err));
    assert_non_null(strstr(err.message, "is not a file"));
    assert_false(npy_write_file("/tmp/no such folder/x.npy", &(struct matrix){0}, &err));
    assert_int_equal(err.kind, ERR_STORAGE);
}

static void a_full_disk_is_an_error(void **state)
{
    double        value[2] = {1.0, 2.0};
    struct matrix matrix   = {.row_count = 1, .column_count = 2, .values = value};
    struct err    err      = {.message = ""};
    char          path[PATH_BYTES];

    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        print_message("skipped: no /dev/full here\n");
        skip();
    }
    /* By a link, as the writer removes what it could not finish. */
    temporary_path(path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/dev/full", path), 0);
    assert_false(npy_write_file(path, &matrix, &err));
    assert_int_equal(err.kind, ERR_STORAGE);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access("/dev/full", F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_type_order_and_byte_order_is_read),
        cmocka_unit_test(extreme_integers_keep_their_sign),
        cmocka_unit_test(a_hostile_header_is_refused_with_its_reason),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(no_single_wrong_byte_does_harm),
        cmocka_unit_test(not_a_number_and_infinity_are_named_by_place),
        cmocka_unit_test(what_is_written_is_read_again_to_the_bit),
        cmocka_unit_test(a_file_without_the_magic_is_read_as_text),
        cmocka_unit_test(a_missing_file_and_a_folder_are_named),
        cmocka_unit_test(a_full_disk_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
