/* Many representations from one table: all of them, or which failed and why; and the same again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/pictures.h"
#include "../support/world.h"
#include "study/import.h"
#include "study/import_manifest.h"

struct manifest_world {
    struct world        world;
    struct scratch      files;
    struct import_place place;
    struct text         told; /* a line for each step */
};

static void manifest_open(struct manifest_world *manifest)
{
    struct file_bytes png = pictures_png(12, 8, 1);
    struct err        err;
    char              path[PATH_BYTES];
    int               count;

    world_open_empty(&manifest->world);
    scratch_make(&manifest->files);
    text_init(&manifest->told);
    manifest->place =
        (struct import_place){.folder = &manifest->world.folder, .store = manifest->world.store, .now_ms = WORLD_NOW_MS};
    scratch_write(&manifest->files, "a.png", (const char *)png.data, png.length);
    free(png.data);
    scratch_write_text(&manifest->files, "stimuli.csv", "id,object,file\ncat,cat,a.png\ncar,car,a.png\nbee,bee,a.png\n");
    scratch_file(&manifest->files, "stimuli.csv", path);
    MUST(import_stimulus_set(&manifest->place, "animals", path, &count, &err));
    scratch_write_text(&manifest->files, "one.txt", "1\n2\n3\n");
    scratch_write_text(&manifest->files, "two.txt", "1 9\n2 8\n3 7\n0 0\n");
    scratch_write_text(&manifest->files, "ids.csv", "id\nbee\ncat\ncar\ndog\n");
}

static void manifest_close(struct manifest_world *manifest)
{
    text_close(&manifest->told);
    scratch_remove(&manifest->files);
    world_close(&manifest->world);
}

static void tell(void *argument, const struct import_manifest_step *step)
{
    struct manifest_world *manifest = argument;

    text_printf(&manifest->told, "%d/%d %s %s\n", step->done, step->total, step->name,
                step->err != NULL            ? step->err->message
                : step->result->is_unchanged ? "unchanged"
                                             : "imported");
}

static bool import_table(struct manifest_world *manifest, const char *csv, struct import_manifest_counts *counts, struct err *err)
{
    char path[PATH_BYTES];

    scratch_write_text(&manifest->files, "all.csv", csv);
    scratch_file(&manifest->files, "all.csv", path);
    text_reset(&manifest->told);
    return import_manifest(&manifest->place, "animals", path, tell, manifest, counts, err);
}

#define HEADER "name,matrix,ids,family,parameters,baseline_of,aligned_by\n"
#define GOOD   HEADER "second,two.txt,ids.csv,text,86,first,glocal\nfirst,one.txt,,,,,\n"

static void all_are_imported_with_a_baseline_that_stands_below_and_again_is_harmless(void **state)
{
    struct manifest_world         manifest;
    struct import_manifest_counts counts;
    struct stimulus_set_row       set;
    struct representation_row     row;
    struct err                    err = {0};

    (void)state;
    manifest_open(&manifest);
    MUST(import_table(&manifest, GOOD, &counts, &err));
    assert_string_equal(manifest.told.data, "1/2 second imported\n2/2 first imported\n");
    assert_int_equal(counts.imported, 2);
    assert_int_equal(counts.failed, 0);
    MUST(import_table(&manifest, GOOD, &counts, &err));
    assert_string_equal(manifest.told.data, "1/2 second unchanged\n2/2 first unchanged\n");
    assert_int_equal(counts.unchanged, 2);
    MUST(store_stimulus_set_by_name(manifest.world.store, "animals", &set, &err));
    MUST(store_representation_by_name(manifest.world.store, set.stimulus_set_id, "second", &manifest.world.arena, &row, &err));
    assert_int_equal(row.feature_count, 2);
    assert_string_equal(row.family, "text");
    MUST(store_representation_by_name(manifest.world.store, set.stimulus_set_id, "first", &manifest.world.arena, &row, &err));
    assert_string_equal(row.family, "other");
    manifest_close(&manifest);
}

static void one_that_fails_is_told_and_the_others_are_there(void **state)
{
    struct manifest_world         manifest;
    struct import_manifest_counts counts;
    struct err                    err = {0};

    (void)state;
    manifest_open(&manifest);
    scratch_write_text(&manifest.files, "nan.txt", "1\nnan\n3\n");
    scratch_write_text(&manifest.files, "few.csv", "id\nbee\ndog\nelk\n");
    MUST(import_table(&manifest,
                      HEADER "bad,nan.txt,,,,,\nfew,one.txt,few.csv,,,,\ngone,none.npy,,,,,\nmany,one.txt,,,lots,,\n"
                             "lost,one.txt,,,,nobody,\nfirst,one.txt,,,,,\n",
                      &counts, &err));
    assert_int_equal(counts.failed, 5);
    assert_int_equal(counts.imported, 2); /* lost is there, without its baseline */
    assert_non_null(strstr(manifest.told.data, "1/6 bad "));
    assert_non_null(strstr(manifest.told.data, "nan.txt: line 2: column 1 is not a finite decimal number"));
    assert_non_null(strstr(manifest.told.data, "2/6 few representation 'few' has no row for 2 of 3 stimuli: 'cat' 'car'"));
    assert_non_null(strstr(manifest.told.data, "3/6 gone there is no file "));
    assert_non_null(strstr(manifest.told.data, "4/6 many --parameters must be a whole number above 0, not 'lots'"));
    assert_non_null(strstr(manifest.told.data, "6/6 first imported\n"));
    assert_non_null(strstr(manifest.told.data, "lost --baseline-of: the stimulus set has no representation 'nobody'"));
    manifest_close(&manifest);
}

static void a_table_that_cannot_be_read_imports_nothing(void **state)
{
    struct manifest_world         manifest;
    struct import_manifest_counts counts;
    struct err                    err = {0};

    (void)state;
    manifest_open(&manifest);
    MUST_REFUSE(import_table(&manifest, "name,file\nfirst,one.txt\n", &counts, &err), ERR_INVALID, "has no column 'matrix'");
    MUST_REFUSE(import_table(&manifest, HEADER, &counts, &err), ERR_INVALID, "lists no representations");
    MUST_REFUSE(import_table(&manifest, "name,matrix\nfirst,one.txt\nfirst,two.txt\n", &counts, &err), ERR_INVALID,
                "all.csv, line 3: the name 'first' comes twice");
    MUST_REFUSE(import_table(&manifest, "name,matrix\nfirst,one.txt\nsecond,\n", &counts, &err), ERR_INVALID,
                "all.csv, line 3: name and matrix must not be empty");
    MUST(import_table(&manifest, "name,matrix\nfirst,one.txt\n", &counts, &err));
    assert_int_equal(counts.imported, 1); /* nothing was left behind by the others */
    manifest_close(&manifest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_imported_with_a_baseline_that_stands_below_and_again_is_harmless),
        cmocka_unit_test(one_that_fails_is_told_and_the_others_are_there),
        cmocka_unit_test(a_table_that_cannot_be_read_imports_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
