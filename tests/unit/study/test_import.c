/* Bringing in material: pictures from a list, matrices by id, and what is wrong said with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/pictures.h"
#include "../support/world.h"
#include "study/import.h"
#include "study/import_facts.h"

/* An empty data folder and, beside it, a researcher's files. */
struct import_world {
    struct world        world;
    struct scratch      files;
    struct import_place place;
};

static void put(struct import_world *import, const char *name, struct file_bytes bytes)
{
    scratch_write(&import->files, name, (const char *)bytes.data, bytes.length);
    free(bytes.data);
}

static void import_open(struct import_world *import)
{
    world_open_empty(&import->world);
    scratch_make(&import->files);
    put(import, "cat.png", pictures_png(12, 8, 1));
    put(import, "car.jpg", pictures_jpeg(12, 8, 2, 0));
    put(import, "bee.webp", pictures_webp(12, 8, 3));
    scratch_write_text(&import->files, "note.png", "not a picture");
    import->place = (struct import_place){.folder = &import->world.folder, .store = import->world.store, .now_ms = WORLD_NOW_MS};
}

static void import_close(struct import_world *import)
{
    scratch_remove(&import->files);
    world_close(&import->world);
}

static bool import_csv(struct import_world *import, const char *csv, int *count, struct err *err)
{
    char path[PATH_BYTES];

    scratch_write_text(&import->files, "stimuli.csv", csv);
    scratch_file(&import->files, "stimuli.csv", path);
    return import_stimulus_set(&import->place, "animals", path, count, err);
}

#define THREE "id,object,file\ncat_face,cat,cat.png\ncar_1,car,car.jpg\nbee,bee,bee.webp\n"

static void import_three(struct import_world *import)
{
    struct err err = {0};
    int        count;

    MUST(import_csv(import, THREE, &count, &err));
    assert_int_equal(count, 3);
}

static void a_list_of_pictures_becomes_a_set_with_its_files(void **state)
{
    struct import_world     import;
    struct stimulus_set_row set;
    struct stimulus_row    *stimuli;
    struct arena            arena;
    struct err              err = {0};
    int                     count;

    (void)state;
    import_open(&import);
    arena_init(&arena);
    import_three(&import);
    MUST(store_stimulus_set_by_name(import.world.store, "animals", &set, &err));
    MUST(store_stimuli(import.world.store, set.stimulus_set_id, &arena, &stimuli, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(stimuli[0].name, "cat_face");
    assert_string_equal(stimuli[0].object, "cat");
    for (int i = 0; i < 3; i++) {
        struct media_row   media;
        struct secret_hash sha256;
        struct text        bytes;
        char               path[PATH_BYTES];

        MUST(store_media(import.world.store, &stimuli[i].media_sha256, &media, &err));
        assert_string_equal(media.media_type, "image/webp"); /* whatever it was made from */
        data_folder_media(&import.world.folder, &media.sha256, path);
        scratch_read(path, &bytes);
        assert_int_equal(bytes.length, media.byte_count);
        secret_sha256_of(bytes.data, bytes.length, &sha256);
        assert_memory_equal(sha256.bytes, media.sha256.bytes, SECRET_HASH_BYTES);
        text_close(&bytes);
    }
    arena_close(&arena);
    import_close(&import);
}

static void the_order_of_columns_and_other_columns_do_not_matter(void **state)
{
    struct import_world import;
    struct err          err = {0};
    int                 count;

    (void)state;
    import_open(&import);
    MUST(import_csv(&import, "# mine\r\nfile,note,id,object\r\ncat.png,\"so, so\",cat_face,cat\r\ncat.png,,cat_again,cat\r\n",
                    &count, &err));
    assert_int_equal(count, 2); /* one picture may stand for two stimuli */
    import_close(&import);
}

static const struct {
    const char   *csv;
    enum err_kind kind;
    const char   *sentence;
} REFUSED[] = {
    {"", ERR_INVALID, "stimuli.csv is empty: a header line is expected"},
    {"id,object,file\n", ERR_INVALID, "stimuli.csv lists no stimuli"},
    {"id,file\n", ERR_INVALID, "stimuli.csv: the header has no column 'object'"},
    {"id,object,file\ncat_face,cat\n", ERR_INVALID, "stimuli.csv, line 2: 2 fields where the header has 3"},
    {"id,object,file\ncat_face,cat,cat.png\n,cat,cat.png\n", ERR_INVALID, "stimuli.csv, line 3: id and object must not be empty"},
    {"id,object,file\ncat_face,,cat.png\n", ERR_INVALID, "stimuli.csv, line 2: id and object must not be empty"},
    {"id,object,file\ncat_face,cat,cat.png\ndog,dog,dog.png\n", ERR_NOT_FOUND, "stimuli.csv, line 3: there is no file "},
    {"id,object,file\ncat_face,cat,\n", ERR_INVALID, "stimuli.csv, line 2: "}, /* a folder */
    {"id,object,file\ncat_face,cat,note.png\n", ERR_INVALID, "note.png' is not a WebP, JPEG or PNG picture"},
    {"id,object,file\ncat_face,cat,cat.png\ncar_1,car,car.jpg\n\ncat_face,cat,bee.webp\n", ERR_INVALID,
     "stimuli.csv, line 5: the id 'cat_face' comes twice"},
    {"id,object,file\ncaf\xE9,cat,cat.png\n", ERR_INVALID, "stimuli.csv, line 2: a field is not UTF-8 text"},
};

static void a_bad_list_is_refused_with_its_line_and_leaves_no_set(void **state)
{
    struct import_world     import;
    struct stimulus_set_row set;
    struct err              err = {0};
    int                     count;
    char                    path[PATH_BYTES];

    (void)state;
    import_open(&import);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        MUST_REFUSE(import_csv(&import, REFUSED[i].csv, &count, &err), REFUSED[i].kind, REFUSED[i].sentence);
        MUST_REFUSE(store_stimulus_set_by_name(import.world.store, "animals", &set, &err), ERR_NOT_FOUND, "animals");
    }
    scratch_file(&import.files, "nowhere.csv", path);
    MUST_REFUSE(import_stimulus_set(&import.place, "animals", path, &count, &err), ERR_NOT_FOUND, "there is no file");
    MUST_REFUSE(import_stimulus_set(&import.place, "../animals", path, &count, &err), ERR_INVALID,
                "the name '../animals' must be of a-z 0-9 _ -");
    import_three(&import);
    MUST_REFUSE(import_csv(&import, THREE, &count, &err), ERR_CONFLICT, "the stimulus set 'animals' exists already");
    import_close(&import);
}

static bool import_matrix(struct import_world *import, const char *name, const char *rows, const char *ids, int *extra_count,
                          struct err *err)
{
    char                 matrix_path[PATH_BYTES], ids_path[PATH_BYTES];
    struct import_matrix matrix = {.stimulus_set = "animals", .name = name, .family = "test", .description = "made up"};

    scratch_write_text(&import->files, "matrix.txt", rows);
    scratch_file(&import->files, "matrix.txt", matrix_path);
    matrix.matrix_path = matrix_path;
    if (ids != NULL) {
        scratch_write_text(&import->files, "ids.csv", ids);
        scratch_file(&import->files, "ids.csv", ids_path);
        matrix.ids_path = ids_path;
    }
    return import_representation(&import->place, &matrix, extra_count, err);
}

/* What is stored of a representation: its values in the set's order. */
static void assert_stored(struct import_world *import, const char *name, const double *values, int row_count, int column_count)
{
    struct stimulus_set_row   set;
    struct representation_row row;
    struct matrix             matrix;
    struct secret_hash        sha256;
    struct text               bytes;
    struct arena              arena;
    struct err                err = {0};
    char                      path[PATH_BYTES];

    arena_init(&arena);
    MUST(store_stimulus_set_by_name(import->world.store, "animals", &set, &err));
    MUST(store_representation_by_name(import->world.store, set.stimulus_set_id, name, &arena, &row, &err));
    assert_int_equal(row.feature_count, column_count);
    data_folder_matrix(&import->world.folder, &row.matrix_sha256, path);
    MUST(npy_read_file(path, &matrix, &err));
    assert_int_equal(matrix.row_count, row_count);
    assert_int_equal(matrix.column_count, column_count);
    assert_memory_equal(matrix.values, values, (size_t)(row_count * column_count) * sizeof *values);
    matrix_close(&matrix);
    scratch_read(path, &bytes);
    secret_sha256_of(bytes.data, bytes.length, &sha256);
    assert_memory_equal(sha256.bytes, row.matrix_sha256.bytes, SECRET_HASH_BYTES);
    text_close(&bytes);
    arena_close(&arena);
}

static void rows_are_matched_by_id_and_rows_without_a_stimulus_left_out(void **state)
{
    static const double VALUES[6] = {1.5, 2.5, 3.0, 4.0, 5.0, 6.0};
    struct import_world import;
    struct err          err = {0};
    int                 extra_count;
    char                path[PATH_BYTES];

    (void)state;
    import_open(&import);
    import_three(&import);
    MUST(import_matrix(&import, "in_order", "1.5 2.5\n3 4\n5 6\n", NULL, &extra_count, &err));
    assert_int_equal(extra_count, 0);
    assert_stored(&import, "in_order", VALUES, 3, 2);
    MUST(import_matrix(&import, "by_id", "9 9\n5 6\n1.5 2.5\n8 8\n3 4\n", "id\nwho\nbee\ncat_face\nnobody\ncar_1\n", &extra_count,
                       &err));
    assert_int_equal(extra_count, 2);
    assert_stored(&import, "by_id", VALUES, 3, 2);
    scratch_file(&import.world.scratch, "representations/incoming.npy", path);
    assert_int_equal(access(path, F_OK), -1);
    import_close(&import);
}

static void a_matrix_that_does_not_fit_is_refused_with_the_numbers(void **state)
{
    struct import_world import;
    struct err          err = {0};
    int                 extra_count;

    (void)state;
    import_open(&import);
    import_three(&import);
    MUST_REFUSE(import_matrix(&import, "m", "1 2\n3 4\n", NULL, &extra_count, &err), ERR_INVALID,
                "matrix.txt has 2 rows, the stimulus set 'animals' has 3 stimuli: give a list of ids");
    MUST_REFUSE(import_matrix(&import, "m", "1 2\n3 4\n", "id\ncat_face\ncar_1\nbee\n", &extra_count, &err), ERR_INVALID,
                "ids.csv has 3 ids, the matrix has 2 rows");
    MUST_REFUSE(import_matrix(&import, "m", "1 2\n3 4\n5 6\n", "id\ncat_face\nbee\ncat_face\n", &extra_count, &err), ERR_INVALID,
                "ids.csv, line 4: the id 'cat_face' comes twice");
    MUST_REFUSE(import_matrix(&import, "m", "1 2\n3 4\n", "id\nwho\nbee\n", &extra_count, &err), ERR_INVALID,
                "representation 'm' has no row for 2 of 3 stimuli: 'cat_face' 'car_1'");
    MUST_REFUSE(import_matrix(&import, "m", "1 2\n3 4\n5 6\n", "name\na\nb\nc\n", &extra_count, &err), ERR_INVALID,
                "ids.csv: the header has no column 'id'");
    MUST_REFUSE(import_matrix(&import, "m", "1 2\n3\n5 6\n", NULL, &extra_count, &err), ERR_INVALID, "matrix.txt");
    MUST_REFUSE(import_matrix(&import, "m", "1 2\nnan 4\n5 6\n", NULL, &extra_count, &err), ERR_INVALID, "matrix.txt");
    MUST_REFUSE(import_matrix(&import, "M", "1\n2\n3\n", NULL, &extra_count, &err), ERR_INVALID,
                "the name 'M' must be of a-z 0-9 _ -");
    MUST(import_matrix(&import, "m", "1\n2\n3\n", NULL, &extra_count, &err));
    MUST_REFUSE(import_matrix(&import, "m", "1\n2\n4\n", NULL, &extra_count, &err), ERR_CONFLICT,
                "the representation 'm' exists already, with another matrix");
    MUST(import_matrix(&import, "m", "1\n2\n3\n", NULL, &extra_count, &err)); /* the same again is harmless */
    import_close(&import);
}

static void a_matrix_needs_a_set_and_a_file(void **state)
{
    struct import_world  import;
    struct import_matrix matrix = {.stimulus_set = "none", .name = "m", .matrix_path = "/nowhere/m.npy"};
    struct err           err    = {0};
    int                  extra_count;

    (void)state;
    import_open(&import);
    MUST_REFUSE(import_representation(&import.place, &matrix, &extra_count, &err), ERR_NOT_FOUND,
                "there is no stimulus set 'none'");
    import_three(&import);
    matrix.stimulus_set = "animals";
    MUST_REFUSE(import_representation(&import.place, &matrix, &extra_count, &err), err.kind, "/nowhere/m.npy");
    import_close(&import);
}

static void facts_are_checked_with_the_name_of_their_option(void **state)
{
    static const struct {
        struct import_facts facts;
        enum err_kind       kind;
        const char         *sentence;
    } WRONG[] = {
        {{0}, ERR_INVALID, "nothing is said about 'b': give at least one option"},
        {{.size_class = ""}, ERR_INVALID, "--size-class must have 1 to 64 bytes"},
        {{.loss = "0123456789012345678901234567890123456789012345678901234567890123456789"},
         ERR_INVALID,
         "--loss must have 1 to"},
        {{.parameter_count = "86M"}, ERR_INVALID, "--parameters must be a whole number above 0, not '86M'"},
        {{.parameter_count = "0"}, ERR_INVALID, "--parameters must be a whole number above 0, not '0'"},
        {{.training_image_count = "1e6"}, ERR_INVALID, "--training-images must be a whole number above 0, not '1e6'"},
        {{.baseline_of = "b"}, ERR_INVALID, "--baseline-of: a representation is not its own baseline"},
        {{.baseline_of = "c"}, ERR_NOT_FOUND, "--baseline-of: the stimulus set has no representation 'c'"},
        {{.aligned_by = ""}, ERR_INVALID, "--aligned-by must have 1 to 64 bytes"},
    };
    struct import_world  import;
    struct import_matrix with_facts = {.stimulus_set = "animals", .name = "d"};
    struct err           err        = {0};
    char                 path[PATH_BYTES];
    int                  extra_count;

    (void)state;
    import_open(&import);
    import_three(&import);
    MUST(import_matrix(&import, "a", "1\n2\n3\n", NULL, &extra_count, &err));
    MUST(import_matrix(&import, "b", "1\n2\n4\n", NULL, &extra_count, &err));
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        MUST_REFUSE(import_facts(&import.place, "animals", "b", &WRONG[i].facts, &err), WRONG[i].kind, WRONG[i].sentence);
    MUST(import_facts(&import.place, "animals", "b", &(struct import_facts){.baseline_of = "a", .aligned_by = "glocal"}, &err));
    MUST_REFUSE(import_facts(&import.place, "animals", "c", &(struct import_facts){.loss = "x"}, &err), ERR_NOT_FOUND,
                "the stimulus set has no representation 'c'");
    scratch_file(&import.files, "matrix.txt", path);
    with_facts.matrix_path = path;
    with_facts.facts       = (struct import_facts){.parameter_count = "many"};
    MUST_REFUSE(import_representation(&import.place, &with_facts, &extra_count, &err), ERR_INVALID, "--parameters");
    with_facts.facts.parameter_count = "12"; /* nothing of the refused one is left behind */
    MUST(import_representation(&import.place, &with_facts, &extra_count, &err));
    import_close(&import);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_pictures_becomes_a_set_with_its_files),
        cmocka_unit_test(the_order_of_columns_and_other_columns_do_not_matter),
        cmocka_unit_test(a_bad_list_is_refused_with_its_line_and_leaves_no_set),
        cmocka_unit_test(rows_are_matched_by_id_and_rows_without_a_stimulus_left_out),
        cmocka_unit_test(a_matrix_that_does_not_fit_is_refused_with_the_numbers),
        cmocka_unit_test(a_matrix_needs_a_set_and_a_file),
        cmocka_unit_test(facts_are_checked_with_the_name_of_their_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
