/* Stimuli, names and the matrices that must have a row for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fit/matrix_file.h"
#include "table_text.h"

static void rows_are_numbered_as_they_come(void **state)
{
    struct table_place   place;
    struct stimulus_list list;
    struct err           err;

    (void)state;
    table_place_make(&place);
    table_place_write(&place, "object,id\ncat,b\n\ndog,\"a,1\"\n");
    MUST(stimulus_list_read(&list, place.table, &err));
    assert_int_equal(list.ids.name_count, 2);
    assert_int_equal(name_index_find(&list.ids, "b"), 0);
    assert_int_equal(name_index_find(&list.ids, "a,1"), 1);
    assert_int_equal(name_index_find(&list.ids, "cat"), -1);
    stimulus_list_close(&list);
    scratch_remove(&place.scratch);
}

static const struct {
    const char *text;
    const char *sentence;
} REFUSED[] = {
    {"", "is empty"},
    {"id\n", "names no stimulus"},
    {"name\na\n", "the header has no column 'id'"},
    {"id\na\nb\na\n", "line 4: the id 'a' comes twice: it is stimulus 1 already"},
    {"id,object\na,cat\n,dog\n", "line 3: the id is empty"},
    {"id,object\na\n", "line 2: 1 fields where the header has 2"},
};

static void what_is_wrong_is_refused_with_file_line_and_reason(void **state)
{
    struct table_place   place;
    struct stimulus_list list;
    struct err           err;

    (void)state;
    table_place_make(&place);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        table_place_write(&place, REFUSED[i].text);
        MUST_REFUSE(stimulus_list_read(&list, place.table, &err), ERR_INVALID, REFUSED[i].sentence);
        assert_non_null(strstr(err.message, place.table));
        stimulus_list_close(&list);
    }
    scratch_remove(&place.scratch);
}

static void a_matrix_has_a_row_for_each_stimulus(void **state)
{
    double               values[] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct matrix        matrix   = {.row_count = 4, .column_count = 2, .values = values};
    struct matrix_map    read;
    struct table_place   place;
    struct stimulus_list list;
    struct err           err;

    (void)state;
    table_place_make(&place);
    MUST(stimulus_list_read(&list, place.stimuli, &err));
    MUST(npy_write_file(place.table, &matrix, &err));
    MUST(matrix_file_look(place.table, &list, &err));
    MUST(matrix_file_open(place.table, &list, &read, &err));
    assert_true(read.matrix.values[7] == 8.0);
    matrix_map_close(&read);

    matrix.row_count = 3;
    MUST(npy_write_file(place.table, &matrix, &err));
    MUST_REFUSE(matrix_file_look(place.table, &list, &err), ERR_INVALID, "has 3 rows");
    MUST_REFUSE(matrix_file_open(place.table, &list, &read, &err), ERR_INVALID, "names 4 stimuli");
    assert_non_null(strstr(err.message, place.table));
    assert_non_null(strstr(err.message, place.stimuli));

    table_place_write(&place, "1 2\n3 4\n5 6\n"); /* text: only the whole tells */
    MUST(matrix_file_look(place.table, &list, &err));
    MUST_REFUSE(matrix_file_open(place.table, &list, &read, &err), ERR_INVALID, "has 3 rows");

    assert_int_equal(remove(place.table), 0);
    MUST_REFUSE(matrix_file_look(place.table, &list, &err), ERR_NOT_FOUND, place.table);
    MUST_REFUSE(matrix_file_look(place.scratch.path, &list, &err), ERR_INVALID, "cannot be read");
    stimulus_list_close(&list);
    scratch_remove(&place.scratch);
}

static void an_index_finds_every_name_again(void **state)
{
    enum { NAMES = 5000 };
    struct name_index index;
    struct err        err;
    char              name[32];
    int               position;
    bool              is_new;

    (void)state;
    name_index_init(&index);
    assert_int_equal(name_index_find(&index, "0"), -1);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < NAMES; i++) {
            (void)snprintf(name, sizeof name, "%d", i * 37);
            MUST(name_index_add(&index, name, &position, &is_new, &err));
            assert_int_equal(position, i);
            assert_int_equal(is_new, round == 0);
        }
    }
    assert_int_equal(index.name_count, NAMES);
    for (int i = 0; i < NAMES; i++) {
        (void)snprintf(name, sizeof name, "%d", i * 37);
        assert_int_equal(name_index_find(&index, name), i);
        assert_string_equal(index.names[i], name);
    }
    assert_int_equal(name_index_find(&index, "38"), -1);
    name_index_close(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_numbered_as_they_come),
        cmocka_unit_test(what_is_wrong_is_refused_with_file_line_and_reason),
        cmocka_unit_test(a_matrix_has_a_row_for_each_stimulus),
        cmocka_unit_test(an_index_finds_every_name_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
