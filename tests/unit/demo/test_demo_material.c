/* The whole build on three tiny stimuli: what is written, that it is the same twice, and what a bad input says. */
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

#include "base/text.h"
#include "demo/demo_file.h"
#include "demo/demo_material.h"
#include "demo/demo_pixels.h"
#include "model/npy.h"
#include "tiny_picture.h"
#include "json/json_read.h"

enum { FILE_MAX_BYTES = 1024 * 1024, PATH_BYTES = 128, STIMULUS_COUNT = 3 };

static const char *const WRITTEN[] = {
    "demo.json",       "stimuli.csv",          "task.npy",        "words.npy", "pixels.npy", "noise.npy",
    "images/cat.webp", "images/cat_face.webp", "images/axe.webp",
};

static const char *const READ[] = {"1f408.webp", "1f431.webp", "1fa93.webp", "keywords.json", "ratings.csv"};

static const char RATINGS[] = "# demo\nid,object,codepoint,artificial,food,animal\n"
                              "cat,cat,1f408,0,0,2.00\ncat_face,cat,1f431,0,0,1.97\naxe,axe,1fa93,1.64,0.03,0.18\n";

static const char KEYWORDS[] = "{\"\xF0\x9F\x90\x88\": [\"cat\", \"animal\"], \"\xF0\x9F\x90\xB1\": [\"cat_face\", \"animal\"],"
                               " \"\xF0\x9F\xAA\x93\": [\"axe\", \"face\"]}";

struct fixture {
    char folder[PATH_BYTES];
    char keywords[PATH_BYTES];
    char ratings[PATH_BYTES];
    char out[2][PATH_BYTES];
};

static void path_of(char out[PATH_BYTES], const char *folder, const char *name)
{
    assert_true(snprintf(out, PATH_BYTES, "%s/%s", folder, name) < PATH_BYTES);
}

static void put(const struct fixture *fixture, const char *name, const void *bytes, size_t length)
{
    char       path[PATH_BYTES];
    struct err err;

    path_of(path, fixture->folder, name);
    assert_true(demo_file_write(path, (struct span){bytes, length}, &err));
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    (void)snprintf(fixture->folder, sizeof fixture->folder, "/tmp/dinolab-demo-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    path_of(fixture->keywords, fixture->folder, "keywords.json");
    path_of(fixture->ratings, fixture->folder, "ratings.csv");
    path_of(fixture->out[0], fixture->folder, "first");
    path_of(fixture->out[1], fixture->folder, "second");
    for (int i = 0; i < STIMULUS_COUNT; i++) put(fixture, READ[i], TINY_PICTURE, sizeof TINY_PICTURE);
    put(fixture, "keywords.json", KEYWORDS, strlen(KEYWORDS));
    put(fixture, "ratings.csv", RATINGS, strlen(RATINGS));
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char            path[PATH_BYTES];

    for (int i = 0; i < 2; i++) {
        for (size_t j = 0; j < sizeof WRITTEN / sizeof WRITTEN[0]; j++) {
            path_of(path, fixture->out[i], WRITTEN[j]);
            (void)unlink(path);
        }
        path_of(path, fixture->out[i], "images");
        (void)rmdir(path);
        (void)rmdir(fixture->out[i]);
    }
    for (size_t i = 0; i < sizeof READ / sizeof READ[0]; i++) {
        path_of(path, fixture->folder, READ[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(fixture->folder), 0);
    free(fixture);
    return 0;
}

static bool build(const struct fixture *fixture, int which, struct err *err)
{
    struct demo_material_paths paths = {
        .pictures = fixture->folder, .keywords = fixture->keywords, .ratings = fixture->ratings, .out = fixture->out[which]};

    return demo_material_build(&paths, err);
}

static void read_written(const struct fixture *fixture, int which, const char *name, struct text *out)
{
    char       path[PATH_BYTES];
    struct err err = {0};

    path_of(path, fixture->out[which], name);
    if (!demo_file_read(path, FILE_MAX_BYTES, out, &err)) fail_msg("%s", err.message);
}

static void check_matrix(const struct fixture *fixture, const char *name, int column_count, double first, double last)
{
    char          path[PATH_BYTES];
    struct matrix matrix;
    struct err    err = {0};

    path_of(path, fixture->out[0], name);
    if (!npy_read_file(path, &matrix, &err)) fail_msg("%s", err.message);
    assert_int_equal(matrix.row_count, STIMULUS_COUNT);
    assert_int_equal(matrix.column_count, column_count);
    assert_true(fabs(matrix.values[0] - first) <= 1e-6);
    assert_true(fabs(matrix.values[STIMULUS_COUNT * column_count - 1] - last) <= 1e-6);
    matrix_close(&matrix);
}

static void the_build_writes_the_stimuli_the_matrices_and_a_manifest(void **state)
{
    const struct fixture *fixture = *state;
    struct err            err     = {0};
    struct text           csv, picture;

    if (!build(fixture, 0, &err)) fail_msg("%s", err.message);
    text_init(&csv);
    text_init(&picture);
    read_written(fixture, 0, "stimuli.csv", &csv);
    assert_string_equal(csv.data, "id,object,file\ncat,cat,images/cat.webp\ncat_face,cat,images/cat_face.webp\n"
                                  "axe,axe,images/axe.webp\n");
    read_written(fixture, 0, "images/cat_face.webp", &picture);
    assert_int_equal(picture.length, sizeof TINY_PICTURE);
    assert_memory_equal(picture.data, TINY_PICTURE, sizeof TINY_PICTURE);
    check_matrix(fixture, "task.npy", 3, 0, 0.18);
    check_matrix(fixture, "pixels.npy", DEMO_PIXEL_FEATURE_COUNT, 0, 0);
    text_close(&csv);
    text_close(&picture);
}

/* Rows are of length 1 before the reduction, and here nothing is cut off, so they still are. */
static void words_keep_their_angles(void **state)
{
    const struct fixture *fixture = *state;
    char                  path[PATH_BYTES];
    struct matrix         words;
    double                products[STIMULUS_COUNT] = {0}; /* cat.cat, cat.cat_face, cat.axe */
    struct err            err                      = {0};

    if (!build(fixture, 0, &err)) fail_msg("%s", err.message);
    path_of(path, fixture->out[0], "words.npy");
    assert_true(npy_read_file(path, &words, &err));
    assert_int_equal(words.row_count, STIMULUS_COUNT);
    assert_int_equal(words.column_count, STIMULUS_COUNT); /* animal, cat, face */
    for (int i = 0; i < STIMULUS_COUNT; i++)
        for (int j = 0; j < STIMULUS_COUNT; j++) products[i] += words.values[j] * words.values[i * STIMULUS_COUNT + j];
    assert_true(fabs(products[0] - 1) <= 1e-5);
    assert_true(fabs(products[1] - 0.8164966) <= 1e-5); /* each word has the same weight: two of three in common, sqrt(2 / 3) */
    assert_true(fabs(products[2]) <= 1e-5);
    matrix_close(&words);
}

static void the_manifest_names_every_representation(void **state)
{
    static const char *const NAMES[] = {"task", "words", "pixels", "noise"};
    const struct fixture    *fixture = *state;
    const struct json_value *item;
    struct json_doc         *doc;
    struct text              manifest;
    struct err               err = {0};
    int                      i   = 0;

    if (!build(fixture, 0, &err)) fail_msg("%s", err.message);
    text_init(&manifest);
    read_written(fixture, 0, "demo.json", &manifest);
    doc = json_parse((struct span){manifest.data, manifest.length}, &err);
    assert_non_null(doc);
    item = json_member(json_root(doc), "representations");
    assert_int_equal(json_array_count(item), 4);
    for (item = json_first(item); item != NULL; item = json_next(item), i++) {
        const char *name = NULL;

        assert_true(json_as_text(json_member(item, "name"), &name));
        assert_string_equal(name, NAMES[i]);
    }
    json_free(doc);
    text_close(&manifest);
}

static void two_builds_are_equal_to_the_byte(void **state)
{
    const struct fixture *fixture = *state;
    struct err            err     = {0};

    if (!build(fixture, 0, &err) || !build(fixture, 1, &err)) fail_msg("%s", err.message);
    for (size_t i = 0; i < sizeof WRITTEN / sizeof WRITTEN[0]; i++) {
        struct text first, second;

        text_init(&first);
        text_init(&second);
        read_written(fixture, 0, WRITTEN[i], &first);
        read_written(fixture, 1, WRITTEN[i], &second);
        assert_int_equal(first.length, second.length);
        assert_memory_equal(first.data, second.data, first.length);
        text_close(&first);
        text_close(&second);
    }
}

static void a_failed_build_names_the_stimulus_and_leaves_no_manifest(void **state)
{
    const struct fixture *fixture = *state;
    char                  path[PATH_BYTES];
    struct err            err = {0};

    if (!build(fixture, 0, &err)) fail_msg("%s", err.message);
    put(fixture, "1f431.webp", TINY_PICTURE, 20);
    assert_false(build(fixture, 0, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "stimulus 'cat_face': "));
    assert_non_null(strstr(err.message, "1f431.webp"));
    path_of(path, fixture->out[0], "demo.json");
    assert_int_equal(access(path, F_OK), -1);
}

static void a_missing_picture_and_broken_keywords_are_named(void **state)
{
    const struct fixture *fixture = *state;
    char                  path[PATH_BYTES];
    struct err            err = {0};

    path_of(path, fixture->folder, "1f431.webp");
    assert_int_equal(unlink(path), 0);
    assert_false(build(fixture, 0, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, "1f431.webp"));
    put(fixture, "keywords.json", "{\"a\": ", 6);
    assert_false(build(fixture, 0, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.message, "keywords.json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_build_writes_the_stimuli_the_matrices_and_a_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_keep_their_angles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_manifest_names_every_representation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_builds_are_equal_to_the_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_build_names_the_stimulus_and_leaves_no_manifest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_picture_and_broken_keywords_are_named, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
