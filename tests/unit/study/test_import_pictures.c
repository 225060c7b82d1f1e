/* A set from pictures: what is stored, a second run, a run that is cut off, damaged pictures and such that come twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/pictures.h"
#include "../support/world.h"
#include "../support/zips.h"
#include "study/import_pictures.h"

enum { ENTRY_MAX = 1200, THREADS = 2 };

struct pictures_world {
    struct world           world;
    struct scratch         files;
    struct file_bytes      made[ENTRY_MAX];
    char                   names[ENTRY_MAX][40];
    int                    count;
    struct picture_source *source;
    struct import_pictures import;
    struct import_report   report;
    int                    told_count;
    int                    stop_after; /* told so often, the watcher wants it to end; 0: never */
};

static void add(struct pictures_world *world, const char *name, struct file_bytes bytes)
{
    assert_true(world->count < ENTRY_MAX);
    (void)snprintf(world->names[world->count], sizeof world->names[0], "%s", name);
    world->made[world->count++] = bytes;
}

static void pictures_open(struct pictures_world *world)
{
    *world = (struct pictures_world){0};
    world_open_empty(&world->world);
    scratch_make(&world->files);
    import_report_init(&world->report);
}

static void pictures_close(struct pictures_world *world)
{
    picture_source_close(world->source);
    import_report_close(&world->report);
    for (int i = 0; i < world->count; i++) free(world->made[i].data);
    scratch_remove(&world->files);
    world_close(&world->world);
}

static bool tell(void *argument, int done_count, int total_count, int64_t left_ms)
{
    struct pictures_world *world = argument;

    (void)left_ms;
    assert_in_range(done_count, 0, total_count);
    return ++world->told_count != world->stop_after;
}

/* The pictures so far, as a zip, into the set. */
static bool run(struct pictures_world *world, const char *set, struct err *err)
{
    static struct zip_entry entries[ENTRY_MAX];
    char                    path[PATH_BYTES];

    for (int i = 0; i < world->count; i++)
        entries[i] = (struct zip_entry){world->names[i], world->made[i].data, world->made[i].length, true};
    scratch_file(&world->files, "made.zip", path);
    zips_write(path, entries, world->count);
    picture_source_close(world->source);
    world->source = picture_source_open(path, THREADS, err);
    if (world->source == NULL) return false;
    world->import = (struct import_pictures){.folder             = &world->world.folder,
                                             .store              = world->world.store,
                                             .writer             = import_writer_alone(world->world.store),
                                             .watch              = {.tell = tell, .argument = world},
                                             .set                = set,
                                             .source             = world->source,
                                             .leaves_out_damaged = world->import.leaves_out_damaged,
                                             .keeps_originals    = world->import.keeps_originals,
                                             .thread_count       = THREADS,
                                             .now_ms             = WORLD_NOW_MS};
    import_report_close(&world->report);
    import_report_init(&world->report);
    return import_pictures(&world->import, &world->report, err);
}

static int64_t number_of(struct pictures_world *world, const char *table)
{
    int count = 0;

    if (strcmp(table, "picture") == 0) {
        struct picture_row *rows;
        struct err          err = {0};

        MUST(store_pictures(world->world.store, &world->world.arena, &rows, &count, &err));
    } else {
        struct stimulus_set_overview *sets;
        struct err                    err = {0};

        MUST(store_stimulus_sets(world->world.store, &world->world.arena, &sets, &count, &err));
    }
    return count;
}

static void add_three(struct pictures_world *world)
{
    add(world, "cat/cat_01.png", pictures_png(900, 300, 1));
    add(world, "cat/cat_02.jpg", pictures_jpeg(40, 30, 2, 0));
    add(world, "bee/bee_01.webp", pictures_webp(20, 20, 3));
}

static void pictures_become_a_set_in_order_with_their_sizes(void **state)
{
    static struct pictures_world world;
    struct stimulus_set_row      set;
    struct stimulus_row         *stimuli;
    struct picture_row          *pictures;
    struct secret_hash          *thumbnails;
    struct err                   err = {0};
    int                          count, found = 0;
    char                         path[PATH_BYTES];

    (void)state;
    pictures_open(&world);
    add_three(&world);
    MUST(run(&world, "animals", &err));
    assert_int_equal(world.report.stimulus_count, 3);
    assert_int_equal(world.report.known_count + world.report.duplicate_count + world.report.damaged_count, 0);
    MUST(store_stimulus_set_by_name(world.world.store, "animals", &set, &err));
    assert_memory_equal(&set.sha256, &world.report.sha256, sizeof set.sha256);
    MUST(store_stimuli(world.world.store, set.stimulus_set_id, &world.world.arena, &stimuli, &count, &err));
    MUST(store_thumbnails(world.world.store, set.stimulus_set_id, &world.world.arena, &thumbnails, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(stimuli[0].name, "bee/bee_01");
    assert_string_equal(stimuli[1].name, "cat/cat_01");
    assert_string_equal(stimuli[2].object, "cat");
    for (int i = 0; i < 3; i++) {
        data_folder_media(&world.world.folder, &stimuli[i].media_sha256, path);
        assert_int_equal(access(path, R_OK), 0);
        data_folder_media(&world.world.folder, &thumbnails[i], path);
        assert_int_equal(access(path, R_OK), 0);
    }
    MUST(store_pictures(world.world.store, &world.world.arena, &pictures, &count, &err));
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++) {
        if (pictures[i].width != 900) continue;
        found++;
        assert_int_equal(pictures[i].height, 300);
        assert_string_equal(pictures[i].original_type, "image/png");
        assert_int_equal(pictures[i].original_bytes, world.made[0].length);
    }
    assert_int_equal(found, 1);
    pictures_close(&world);
}

static void a_second_run_converts_only_what_is_new(void **state)
{
    static struct pictures_world world;
    struct secret_hash           first;
    struct err                   err = {0};

    (void)state;
    pictures_open(&world);
    add_three(&world);
    MUST(run(&world, "animals", &err));
    first = world.report.sha256;
    MUST_REFUSE(run(&world, "animals", &err), ERR_CONFLICT, "'animals'");
    MUST(run(&world, "animals2", &err));
    assert_int_equal(world.report.known_count, 3);
    assert_memory_equal(&world.report.sha256, &first, sizeof first);
    add(&world, "bee/bee_02.png", pictures_png(20, 20, 4));
    MUST(run(&world, "animals3", &err));
    assert_int_equal(world.report.known_count, 3);
    assert_int_equal(world.report.stimulus_count, 4);
    assert_memory_not_equal(&world.report.sha256, &first, sizeof first);
    assert_int_equal(number_of(&world, "picture"), 4);
    pictures_close(&world);
}

static void what_is_damaged_is_all_named_and_left_out_only_when_asked(void **state)
{
    static struct pictures_world world;
    struct file_bytes            cut = pictures_png(40, 40, 5);
    struct err                   err = {0};

    (void)state;
    pictures_open(&world);
    add_three(&world);
    cut.length = 90;
    add(&world, "cat/cut.png", cut);
    add(&world, "cat/cat_01.webp", pictures_webp(20, 20, 9)); /* the id of the png */
    add(&world, "dog/again.webp", pictures_webp(20, 20, 3));  /* the bee once more */
    MUST_REFUSE(run(&world, "animals", &err), ERR_INVALID, "and 1 more pictures cannot be used");
    assert_int_equal(world.report.damaged_count, 2);
    assert_int_equal(number_of(&world, "set"), 0);
    assert_non_null(strstr(world.report.problems.data, "cat/cut.png"));
    assert_non_null(strstr(world.report.problems.data, "the id 'cat/cat_01' comes twice"));
    world.import.leaves_out_damaged = true;
    MUST(run(&world, "animals", &err));
    assert_int_equal(world.report.stimulus_count, 4);
    assert_int_equal(world.report.duplicate_count, 1);
    assert_non_null(strstr(world.report.problems.data, "dog/again is the same picture as bee/bee_01\n"));
    pictures_close(&world);
}

static void nothing_is_made_when_all_is_damaged(void **state)
{
    static struct pictures_world world;
    struct file_bytes            cut = pictures_png(40, 40, 5);
    struct err                   err = {0};

    (void)state;
    pictures_open(&world);
    cut.length = 90;
    add(&world, "cat/cut.png", cut);
    world.import.leaves_out_damaged = true;
    MUST_REFUSE(run(&world, "animals", &err), ERR_INVALID, "no picture is left");
    assert_int_equal(number_of(&world, "set"), 0);
    pictures_close(&world);
}

/* Enough for several batches. What was done before it ended is not done again, and no half set is seen. */
static void a_run_that_is_cut_off_goes_on_where_it_was(void **state)
{
    static struct pictures_world world;
    struct err                   err = {0};
    char                         name[40];
    int64_t                      stored;

    (void)state;
    pictures_open(&world);
    for (int i = 0; i < 400; i++) {
        (void)snprintf(name, sizeof name, "thing%03d/one.webp", i);
        add(&world, name, pictures_webp(2 + i / 200, 2 + i % 200, i % 256));
    }
    world.stop_after = 2;
    MUST_REFUSE(run(&world, "many", &err), ERR_BUSY, "");
    assert_int_equal(number_of(&world, "set"), 0);
    stored = number_of(&world, "picture");
    assert_in_range(stored, 1, 399);
    world.stop_after = 0;
    MUST(run(&world, "many", &err));
    assert_int_equal(world.report.known_count, stored);
    assert_int_equal(world.report.stimulus_count, 400);
    assert_int_equal(number_of(&world, "picture"), 400);
    pictures_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_become_a_set_in_order_with_their_sizes),
        cmocka_unit_test(a_second_run_converts_only_what_is_new),
        cmocka_unit_test(what_is_damaged_is_all_named_and_left_out_only_when_asked),
        cmocka_unit_test(nothing_is_made_when_all_is_damaged),
        cmocka_unit_test(a_run_that_is_cut_off_goes_on_where_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
