#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulate/stimulus_index.h"

struct folder {
    char path[64];
};

static void write_file(const struct folder *folder, const char *name, const char *content)
{
    char  path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder->path, name);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);

    assert_non_null(folder);
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/dinolab-test-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    write_file(folder, "a,1.webp", "picture a");
    write_file(folder, "b.webp", "picture b");
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const NAMES[] = {"a,1.webp", "b.webp", "stimuli.csv"};
    struct folder           *folder  = *state;
    char                     path[128];

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder->path, NAMES[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder->path);
    free(folder);
    return 0;
}

static struct stimulus_index *index_of(const struct folder *folder, const char *csv, struct err *err)
{
    char path[128];

    write_file(folder, "stimuli.csv", csv);
    (void)snprintf(path, sizeof path, "%s/stimuli.csv", folder->path);
    return stimulus_index_new(path, err);
}

static int row_of(const struct stimulus_index *index, const char *content)
{
    struct secret_hash hash;
    struct err         err;
    int                row = -1;

    secret_sha256_of(content, strlen(content), &hash);
    return stimulus_index_find(index, &hash, &row, &err) ? row : -1;
}

static void a_picture_is_found_by_its_content(void **state)
{
    struct err             err;
    struct stimulus_index *index =
        index_of(*state, "id,object,file\r\nx,\"a \"\"cat\"\"\",\"a,1.webp\"\r\ny,dog,b.webp\r\n", &err);

    assert_non_null(index);
    assert_int_equal(stimulus_index_row_count(index), 2);
    assert_int_equal(row_of(index, "picture a"), 0);
    assert_int_equal(row_of(index, "picture b"), 1);
    stimulus_index_free(index);
}

static void the_first_of_two_equal_pictures_stands_for_both(void **state)
{
    struct err             err;
    struct stimulus_index *index = index_of(*state, "file\n\"a,1.webp\"\nb.webp\nb.webp\n", &err);

    assert_non_null(index);
    assert_int_equal(stimulus_index_row_count(index), 3);
    assert_int_equal(row_of(index, "picture b"), 1);
    stimulus_index_free(index);
}

static void an_unknown_picture_is_refused_by_its_hash(void **state)
{
    struct err             err   = {0};
    struct stimulus_index *index = index_of(*state, "file\nb.webp\n", &err);
    struct secret_hash     hash;
    char                   hex[SECRET_HEX_BYTES];
    int                    row;

    assert_non_null(index);
    secret_sha256_of("picture c", 9, &hash);
    secret_hex(&hash, hex);
    assert_false(stimulus_index_find(index, &hash, &row, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, hex));
    stimulus_index_free(index);
}

static void a_wrong_table_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *csv;
        const char *said;
    } CASES[] = {
        {"id,object\nx,y\n", "line 1: the header has no column 'file'"},
        {"id,file\nx,b.webp\ny\n", "line 3: 1 fields where the header has 2"},
        {"id,file\nx,missing.webp\n", "line 2: the picture"},
        {"id,file\nx,\"b.webp\n", "line 2: field 2 has an unbalanced quote"},
        {"id,file\nx,\n", "line 2: the name of the picture is empty"},
        {"id,file\n", "names no stimulus"},
        {"", "names no stimulus"},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct err err = {0};

        assert_null(index_of(*state, CASES[i].csv, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        if (strstr(err.message, CASES[i].said) == NULL) fail_msg("case %zu said: %s", i, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_picture_is_found_by_its_content, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(the_first_of_two_equal_pictures_stands_for_both, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(an_unknown_picture_is_refused_by_its_hash, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_wrong_table_is_refused_with_its_line, make_folder, remove_folder),
    };
    struct err err;

    if (!secret_init(&err)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
