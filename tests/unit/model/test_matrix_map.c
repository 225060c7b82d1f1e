/* A mapped matrix has the values of the same file read whole; what npy_read_file refuses is refused in the same words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "base/rng.h"
#include "model/matrix_map.h"
#include "npy_bytes.h"

struct place {
    struct scratch scratch;
    char           path[PATH_BYTES];
};

static void place_make(struct place *place)
{
    scratch_make(&place->scratch);
    scratch_file(&place->scratch, "m.npy", place->path);
}

static void write_bytes(const struct place *place, const void *bytes, size_t count)
{
    FILE *file = fopen(place->path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

/* As it lies in the file, header and all. */
static bool is_shown(const struct matrix_map *map, size_t file_bytes)
{
    return map->byte_count == file_bytes &&
           (const char *)map->matrix.values + 8 * (size_t)map->matrix.row_count * (size_t)map->matrix.column_count ==
               (const char *)map->bytes + file_bytes;
}

static void every_version_type_order_and_byte_order_has_the_values_of_the_file_read_whole(void **state)
{
    struct place place;

    (void)state;
    place_make(&place);
    for (int i = 0; i < FILE_TYPE_COUNT * 3 * 2 * 2; i++) {
        const int         type  = i % FILE_TYPE_COUNT;
        const char        order = FILE_TYPES[type].width == 1 ? '|' : "<>"[i / 60];
        struct file       file  = {.count = 0};
        struct matrix     whole;
        struct matrix_map map;
        struct err        err = {.message = ""};

        file_matrix(&file, 1 + i / 10 % 3, order, FILE_TYPES[type].kind, FILE_TYPES[type].width, i / 30 % 2 == 1);
        write_bytes(&place, file.bytes, file.count);
        MUST(npy_read_file(place.path, &whole, &err));
        MUST(matrix_map_open(place.path, &map, &err));
        assert_int_equal(map.matrix.row_count, 2);
        assert_int_equal(map.matrix.column_count, 3);
        assert_memory_equal(map.matrix.values, whole.values, 6 * sizeof(double));
        matrix_map_close(&map);
        matrix_close(&whole);
    }
    scratch_remove(&place.scratch);
}

/* NumPy pads its header so that the numbers are at a multiple of 64; who does not has a file that cannot be looked at in place. */
static void doubles_are_shown_where_they_lie_unless_they_lie_askew(void **state)
{
    struct place place;

    (void)state;
    place_make(&place);
    for (int askew = 0; askew < 8; askew++) {
        struct file       file = {.count = 0};
        char              dictionary[160];
        struct matrix_map map;
        struct err        err = {.message = ""};

        (void)snprintf(dictionary, sizeof dictionary, "%-*s\n", 128 - 11 + askew,
                       "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }");
        file_header(&file, 1, dictionary);
        assert_int_equal(file.count, 128 + askew);
        file_add(&file, bits_of(0.5, 'f', 8), 8, false);
        file_add(&file, bits_of(-7, 'f', 8), 8, false);
        write_bytes(&place, file.bytes, file.count);
        MUST(matrix_map_open(place.path, &map, &err));
        assert_true(is_shown(&map, file.count) == (askew == 0));
        assert_true(map.matrix.row_count == 2 && map.matrix.values[0] == 0.5 && map.matrix.values[1] == -7);
        matrix_map_close(&map);
        assert_null(map.bytes);
        matrix_map_close(&map);
    }
    scratch_remove(&place.scratch);
}

static void text_is_a_matrix_too(void **state)
{
    struct place      place;
    struct matrix_map map;
    struct err        err = {.message = ""};

    (void)state;
    place_make(&place);
    write_bytes(&place, "1 2\n\n3,4\r\n", 10);
    MUST(matrix_map_open(place.path, &map, &err));
    assert_true(map.matrix.row_count == 2 && map.matrix.column_count == 2);
    assert_true(map.matrix.values[0] == 1 && map.matrix.values[3] == 4);
    matrix_map_close(&map);
    scratch_remove(&place.scratch);
}

/* Single precision, and as doubles a little more than what may stay in memory. */
enum { LARGE_ROWS = 1025, LARGE_COLUMNS = 2048 };

static float *write_large(const struct place *place)
{
    const size_t count  = (size_t)LARGE_ROWS * LARGE_COLUMNS;
    float       *values = malloc(count * sizeof *values);
    struct file  header = {.count = 0};
    FILE        *file   = fopen(place->path, "wb");
    struct rng   rng;

    assert_true(values != NULL && file != NULL && count * sizeof(double) > MATRIX_MAP_SMALL_BYTES);
    rng_init(&rng, 5);
    for (size_t i = 0; i < count; i++) values[i] = (float)rng_uniform(&rng);
    file_header(&header, 1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1025, 2048), }\n");
    assert_int_equal(fwrite(header.bytes, 1, header.count, file), header.count);
    assert_int_equal(fwrite(values, sizeof *values, count, file), count);
    assert_int_equal(fclose(file), 0);
    return values;
}

static void a_large_one_of_single_precision_lies_in_a_file_without_a_name(void **state)
{
    struct place      place;
    struct matrix_map map;
    struct err        err    = {.message = ""};
    char             *before = getenv("TMPDIR") == NULL ? NULL : strdup(getenv("TMPDIR"));
    char              folder[PATH_BYTES];
    float            *values;

    (void)state;
    place_make(&place);
    values = write_large(&place);
    scratch_file(&place.scratch, "doubles", folder);
    assert_int_equal(setenv("TMPDIR", folder, 1), 0);
    MUST_REFUSE(matrix_map_open(place.path, &map, &err), ERR_STORAGE, "TMPDIR names another folder");
    assert_non_null(strstr(err.message, folder));
    assert_null(map.bytes);
    assert_int_equal(mkdir(folder, 0700), 0);
    MUST(matrix_map_open(place.path, &map, &err));
    assert_int_equal(rmdir(folder), 0); /* nothing lies in it */
    assert_true(map.matrix.row_count == LARGE_ROWS && map.matrix.column_count == LARGE_COLUMNS);
    for (size_t i = 0; i < (size_t)LARGE_ROWS * LARGE_COLUMNS; i++)
        if (map.matrix.values[i] != (double)values[i]) fail_msg("number %zu", i);
    matrix_map_close(&map);
    assert_int_equal(before == NULL ? unsetenv("TMPDIR") : setenv("TMPDIR", before, 1), 0);
    free(before);
    free(values);
    scratch_remove(&place.scratch);
}

/* Cut anywhere, with a byte too many, or empty: the sentence is the one of npy_read_file. */
static void what_is_not_a_whole_matrix_is_refused_in_the_same_words(void **state)
{
    struct file  file = {.count = 0};
    struct place place;

    (void)state;
    place_make(&place);
    file_matrix(&file, 1, '<', 'f', 8, false);
    for (size_t count = 0; count <= file.count + 1; count++) {
        struct matrix     whole;
        struct matrix_map map;
        struct err        err = {.message = ""}, expected = {.message = ""};

        if (count == file.count) continue;
        write_bytes(&place, file.bytes, count);
        assert_false(matrix_map_open(place.path, &map, &err));
        assert_null(map.bytes);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_false(npy_read_file(place.path, &whole, &expected));
        assert_string_equal(err.message, expected.message);
    }
    scratch_remove(&place.scratch);
}

static void other_types_and_what_is_no_file_are_refused(void **state)
{
    static const char *const TYPES[] = {"'<f2'", "'<c8'", "'|O'", "'|b1'", "[('a', '<f8')]"};
    struct place             place;
    struct matrix_map        map;
    struct err               err = {.message = ""};

    (void)state;
    place_make(&place);
    MUST_REFUSE(matrix_map_open(place.path, &map, &err), ERR_NOT_FOUND, "there is no file");
    MUST_REFUSE(matrix_map_open(place.scratch.path, &map, &err), ERR_INVALID, "is not a file");
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        struct file file = {.count = 0};
        char        dictionary[128];

        (void)snprintf(dictionary, sizeof dictionary, "{'descr': %s, 'fortran_order': False, 'shape': (1, 1), }\n", TYPES[i]);
        file_header(&file, 1, dictionary);
        file_add(&file, 0, 8, false);
        write_bytes(&place, file.bytes, file.count);
        assert_false(matrix_map_open(place.path, &map, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_non_null(strstr(err.message, place.path));
        assert_null(map.bytes);
    }
    scratch_remove(&place.scratch);
}

static void a_number_that_is_not_finite_is_told_with_its_place(void **state)
{
    double            values[4] = {1, 2, 3, NAN};
    struct matrix     matrix    = {.row_count = 2, .column_count = 2, .values = values};
    struct place      place;
    struct matrix_map map;
    struct err        err = {.message = ""};

    (void)state;
    place_make(&place);
    MUST(npy_write_file(place.path, &matrix, &err));
    MUST_REFUSE(matrix_map_open(place.path, &map, &err), ERR_INVALID, "row 1, column 1 (from 0) is not a number");
    assert_null(map.bytes);
    scratch_remove(&place.scratch);
}

static void another_file_under_the_name_leaves_what_is_mapped_as_it_is(void **state)
{
    double            values[2] = {1, 2};
    struct matrix     matrix    = {.row_count = 2, .column_count = 1, .values = values};
    struct place      place;
    struct matrix_map map;
    struct err        err = {.message = ""};
    char              other[PATH_BYTES];

    (void)state;
    place_make(&place);
    scratch_file(&place.scratch, "other.npy", other);
    MUST(npy_write_file(place.path, &matrix, &err));
    MUST(matrix_map_open(place.path, &map, &err));
    values[1] = 3;
    MUST(npy_write_file(other, &matrix, &err));
    assert_int_equal(rename(other, place.path), 0);
    assert_true(map.matrix.values[1] == 2);
    assert_int_equal(unlink(place.path), 0);
    assert_true(map.matrix.values[1] == 2);
    matrix_map_close(&map);
    scratch_remove(&place.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_type_order_and_byte_order_has_the_values_of_the_file_read_whole),
        cmocka_unit_test(doubles_are_shown_where_they_lie_unless_they_lie_askew),
        cmocka_unit_test(text_is_a_matrix_too),
        cmocka_unit_test(a_large_one_of_single_precision_lies_in_a_file_without_a_name),
        cmocka_unit_test(what_is_not_a_whole_matrix_is_refused_in_the_same_words),
        cmocka_unit_test(other_types_and_what_is_no_file_are_refused),
        cmocka_unit_test(a_number_that_is_not_finite_is_told_with_its_place),
        cmocka_unit_test(another_file_under_the_name_leaves_what_is_mapped_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
