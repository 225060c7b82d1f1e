/* The THINGS recipe: lists that do not fit the embedding, the order, and the representation that every picture has its row in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/pictures.h"
#include "../support/world.h"
#include "../support/zips.h"
#include "model/npy_rows.h"
#include "study/import_things.h"

struct things_world {
    struct world       world;
    struct scratch     files;
    struct things_list list;
    char               embedding[PATH_BYTES];
    char               ids[PATH_BYTES];
};

static void things_open(struct things_world *things)
{
    world_open_empty(&things->world);
    scratch_make(&things->files);
    scratch_write_text(&things->files, "embedding.txt", "0.5 1.5\n1 0\n0.25 2\n");
    scratch_file(&things->files, "embedding.txt", things->embedding);
    scratch_file(&things->files, "unique_id.csv", things->ids);
}

static void things_close(struct things_world *things)
{
    scratch_remove(&things->files);
    world_close(&things->world);
}

static bool open_list(struct things_world *things, const char *text, struct err *err)
{
    scratch_write_text(&things->files, "unique_id.csv", text);
    return things_list_open(things->embedding, things->ids, &things->list, err);
}

static void an_object_is_found_with_a_header_line_or_without(void **state)
{
    static const char *const LISTS[] = {"zebra\nant\ncat\n", "id\nzebra\nant\ncat",
                                        "\"uniqueID\",\"word\"\r\n\"zebra\",1\r\n\"ant\",2\r\n\"cat\",3\r\n",
                                        "zebra\n\nant\n\ncat\n\n"};
    struct things_world      things;
    struct err               err = {0};

    (void)state;
    things_open(&things);
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        MUST(open_list(&things, LISTS[i], &err));
        assert_int_equal(things_list_row(&things.list, "zebra"), 0);
        assert_int_equal(things_list_row(&things.list, "ant"), 1);
        assert_int_equal(things_list_row(&things.list, "cat"), 2);
        assert_int_equal(things_list_row(&things.list, "bee"), -1);
        assert_int_equal(things_list_row(&things.list, ""), -1);
        things_list_close(&things.list);
    }
    things_close(&things);
}

static void a_list_that_does_not_fit_is_refused(void **state)
{
    struct things_world things;
    struct err          err;

    (void)state;
    things_open(&things);
    MUST_REFUSE(open_list(&things, "zebra\nant\n", &err), ERR_INVALID, "has 2 lines, the embedding has 3 rows");
    MUST_REFUSE(open_list(&things, "id\nzebra\nant\ncat\nbee\n", &err), ERR_INVALID, "has 5 lines");
    MUST_REFUSE(open_list(&things, "zebra\nant\nzebra\n", &err), ERR_INVALID, "the object 'zebra' comes twice");
    MUST_REFUSE(open_list(&things, "", &err), ERR_INVALID, "has 0 lines");
    things_close(&things);
}

static struct picture_source *source_of(struct things_world *things, const char *const *names, int count)
{
    struct zip_entry       entries[8];
    struct file_bytes      bytes[8];
    struct picture_source *source;
    struct err             err = {0};
    char                   path[PATH_BYTES];

    for (int i = 0; i < count; i++) {
        bytes[i]   = pictures_png(10, 10, i);
        entries[i] = (struct zip_entry){names[i], bytes[i].data, bytes[i].length, true};
    }
    scratch_file(&things->files, "made.zip", path);
    zips_write(path, entries, count);
    for (int i = 0; i < count; i++) free(bytes[i].data);
    source = picture_source_open(path, 1, &err);
    if (source == NULL) fail_msg("%s", err.message);
    return source;
}

static void import_set(struct things_world *things, const struct picture_source *source)
{
    struct import_pictures import = {.folder       = &things->world.folder,
                                     .store        = things->world.store,
                                     .writer       = import_writer_alone(things->world.store),
                                     .set          = "things",
                                     .source       = source,
                                     .thread_count = 1,
                                     .now_ms       = WORLD_NOW_MS};
    struct import_report   report;
    struct err             err = {0};

    import_report_init(&report);
    MUST(import_pictures(&import, &report, &err));
    import_report_close(&report);
}

static void assert_matrix(struct things_world *things, const double *wanted, int rows)
{
    struct stimulus_set_row   set;
    struct representation_row representation;
    struct npy_rows          *file;
    struct err                err = {0};
    double                    values[16];
    int                       at[8];
    char                      path[PATH_BYTES];

    MUST(store_stimulus_set_by_name(things->world.store, "things", &set, &err));
    MUST(store_representation_by_name(things->world.store, set.stimulus_set_id, "task", &things->world.arena, &representation,
                                      &err));
    assert_string_equal(representation.family, "task");
    assert_int_equal(representation.feature_count, 2);
    data_folder_matrix(&things->world.folder, &representation.matrix_sha256, path);
    file = npy_rows_open(path, &err);
    if (file == NULL) fail_msg("%s", err.message);
    for (int i = 0; i < rows; i++) at[i] = i;
    MUST(npy_rows_read(file, at, rows, values, &err));
    for (int i = 0; i < 2 * rows; i++) assert_true(values[i] == wanted[i]);
    npy_rows_close(file);
}

static void pictures_follow_the_embedding_and_have_their_objects_rows(void **state)
{
    static const char *const NAMES[]  = {"cat/b.png", "cat/a.png", "zebra/z.png", "bee/left_out.png"};
    static const double      WANTED[] = {0.5, 1.5, 0.25, 2, 0.25, 2};
    struct things_world      things;
    struct import_place      place;
    struct picture_source   *source;
    struct err               err = {0};
    int                      left_out, without;

    (void)state;
    things_open(&things);
    MUST(open_list(&things, "zebra\nant\ncat\n", &err));
    source = source_of(&things, NAMES, 4);
    MUST(things_arrange(&things.list, source, &left_out, &without, &err));
    assert_int_equal(left_out, 1);
    assert_int_equal(without, 1); /* ant */
    assert_int_equal(picture_source_count(source), 3);
    assert_string_equal(picture_source_entry(source, 0)->name, "zebra/z");
    assert_string_equal(picture_source_entry(source, 1)->name, "cat/a");
    assert_string_equal(picture_source_entry(source, 2)->name, "cat/b");
    import_set(&things, source);
    place = (struct import_place){.folder = &things.world.folder, .store = things.world.store, .now_ms = WORLD_NOW_MS};
    for (int again = 0; again < 2; again++) { /* what was done is not done again */
        MUST(things_import_embedding(&place, &things.list, "things", &err));
        assert_matrix(&things, WANTED, 3);
    }
    picture_source_close(source);
    things_list_close(&things.list);
    things_close(&things);
}

static void pictures_of_other_objects_alone_are_refused(void **state)
{
    static const char *const NAMES[] = {"bee/one.png"};
    struct things_world      things;
    struct picture_source   *source;
    struct err               err = {0};
    int                      left_out, without;

    (void)state;
    things_open(&things);
    MUST(open_list(&things, "zebra\nant\ncat\n", &err));
    source = source_of(&things, NAMES, 1);
    MUST_REFUSE(things_arrange(&things.list, source, &left_out, &without, &err), ERR_INVALID, "object");
    picture_source_close(source);
    things_list_close(&things.list);
    things_close(&things);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_found_with_a_header_line_or_without),
        cmocka_unit_test(a_list_that_does_not_fit_is_refused),
        cmocka_unit_test(pictures_follow_the_embedding_and_have_their_objects_rows),
        cmocka_unit_test(pictures_of_other_objects_alone_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
