/* Imports in the background: one after the other, written by the writer's lane; what fails can be tried again; stopping loses nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sched.h>
#include <semaphore.h>

#include <cmocka.h>

#include "../support/pictures.h"
#include "../support/world.h"
#include "../support/zips.h"
#include "base/clock.h"
#include "store/lane.h"
#include "study/import_queue.h"

enum { PICTURES = 5, WAIT_MAX_MS = 60 * 1000, QUEUE_MAX = 16 };

struct queue_world {
    struct world         world;
    struct lane         *writer;
    struct import_queue *queue;
};

static void queue_open(struct queue_world *world)
{
    struct lane_settings settings = {.kind = LANE_WRITER, .queue_max = QUEUE_MAX};
    struct err           err      = {0};

    world_open_empty(&world->world);
    settings.database_path = world->world.database;
    world->writer          = lane_start(&settings, &err);
    if (world->writer == NULL) fail_msg("%s", err.message);
    world->queue = NULL;
}

static void queue_start(struct queue_world *world)
{
    struct import_queue_deps deps = {
        .database_path = world->world.database, .folder = &world->world.folder, .writer = world->writer, .clock = &CLOCK_SYSTEM};
    struct err err = {0};

    world->queue = import_queue_start(&deps, &err);
    if (world->queue == NULL) fail_msg("%s", err.message);
}

static void queue_close(struct queue_world *world)
{
    import_queue_stop(world->queue);
    lane_stop(world->writer);
    lane_free(world->writer);
    world_close(&world->world);
}

/* A zip of pictures as a whole upload; with `is_damaged` the last is cut off. */
static struct import_wish upload_zip(struct queue_world *world, const char *set, bool is_damaged)
{
    struct import_wish wish = {0};
    struct zip_entry   entries[PICTURES];
    struct file_bytes  bytes[PICTURES];
    char               names[PICTURES][32], path[PATH_BYTES];
    struct upload      upload, opened;
    struct text        zip;
    struct err         err = {0};
    int                file;

    for (int i = 0; i < PICTURES; i++) {
        bytes[i] = pictures_png(30, 20, i);
        (void)snprintf(names[i], sizeof names[i], "cat/cat_%d.png", i);
        if (is_damaged && i == PICTURES - 1) bytes[i].length = 60;
        entries[i] = (struct zip_entry){names[i], bytes[i].data, bytes[i].length, true};
    }
    scratch_file(&world->world.scratch, "made.zip", path);
    zips_write(path, entries, PICTURES);
    scratch_read(path, &zip);
    MUST(upload_create(&world->world.folder, "made.zip", (int64_t)zip.length, &upload, &err));
    MUST(upload_open(&world->world.folder, upload.id, 0, &opened, &file, &err));
    assert_int_equal(pwrite(file, zip.data, zip.length, 0), zip.length);
    assert_int_equal(close(file), 0);
    text_close(&zip);
    for (int i = 0; i < PICTURES; i++) free(bytes[i].data);
    (void)snprintf(wish.set, sizeof wish.set, "%s", set);
    (void)snprintf(wish.upload, sizeof wish.upload, "%s", upload.id);
    return wish;
}

static int64_t add(struct queue_world *world, const struct import_wish *wish)
{
    struct err err = {0};
    int64_t    id  = 0;

    MUST(import_queue_add(world->queue, wish, &id, &err));
    return id;
}

/* What it came to; the caller closes its problems. */
static struct import_status wait_for_end(struct queue_world *world, int64_t id)
{
    const int64_t        end = clock_wall_ms(&CLOCK_SYSTEM) + WAIT_MAX_MS;
    struct import_status status;
    struct err           err = {0};

    for (;;) {
        MUST(import_queue_look(world->queue, id, &status, &err));
        if (status.state != IMPORT_RUNNING) return status;
        text_close(&status.problems);
        if (clock_wall_ms(&CLOCK_SYSTEM) > end) fail_msg("the import does not end");
        (void)sched_yield();
    }
}

static bool has_set(struct queue_world *world, const char *name)
{
    struct stimulus_set_row set;
    struct err              err = {0};

    return store_stimulus_set_by_name(world->world.store, name, &set, &err);
}

static bool has_upload(struct queue_world *world, const struct import_wish *wish)
{
    struct upload upload;
    struct err    err = {0};

    return upload_whole(&world->world.folder, wish->upload, &upload, &err);
}

static void imports_are_done_one_after_the_other(void **state)
{
    struct queue_world   world;
    struct import_wish   wishes[3];
    struct import_status status;
    int64_t              ids[3];

    (void)state;
    queue_open(&world);
    for (int i = 0; i < 3; i++) wishes[i] = upload_zip(&world, i == 0 ? "first" : i == 1 ? "second" : "third", false);
    queue_start(&world);
    for (int i = 0; i < 3; i++) ids[i] = add(&world, &wishes[i]);
    for (int i = 0; i < 3; i++) {
        status = wait_for_end(&world, ids[i]);
        assert_int_equal(status.state, IMPORT_DONE);
        assert_string_equal(status.wish.set, wishes[i].set);
        assert_int_equal(status.done_count, PICTURES);
        assert_int_equal(status.total_count, PICTURES);
        assert_int_equal(status.left_ms, 0);
        assert_string_equal(status.message, "5 pictures, of them repeated: 0; left out: 0");
        assert_int_equal(status.problems.length, 0);
        text_close(&status.problems);
        assert_true(has_set(&world, wishes[i].set));
        assert_false(has_upload(&world, &wishes[i]));
    }
    queue_close(&world);
}

static void what_fails_says_why_and_can_be_tried_again(void **state)
{
    struct queue_world   world;
    struct import_wish   wish;
    struct import_status status;

    (void)state;
    queue_open(&world);
    queue_start(&world);
    wish   = upload_zip(&world, "cats", true);
    status = wait_for_end(&world, add(&world, &wish));
    assert_int_equal(status.state, IMPORT_FAILED);
    assert_non_null(strstr(status.message, "cat/cat_4.png"));
    assert_non_null(strstr(status.problems.data, "cat/cat_4.png"));
    text_close(&status.problems);
    assert_false(has_set(&world, "cats"));
    assert_true(has_upload(&world, &wish));
    wish.leaves_out_damaged = true;
    status                  = wait_for_end(&world, add(&world, &wish));
    assert_int_equal(status.state, IMPORT_DONE);
    assert_string_equal(status.message, "4 pictures, of them repeated: 0; left out: 1");
    assert_non_null(strstr(status.problems.data, "cat/cat_4.png"));
    text_close(&status.problems);
    assert_true(has_set(&world, "cats"));
    queue_close(&world);
}

static void an_upload_that_is_gone_and_an_unknown_import_are_told(void **state)
{
    struct queue_world   world;
    struct import_wish   wish = {.set = "cats", .upload = "00000000000000000000000000000000"};
    struct import_status status;
    struct err           err;
    int64_t              id;

    (void)state;
    queue_open(&world);
    queue_start(&world);
    id     = add(&world, &wish);
    status = wait_for_end(&world, id);
    assert_int_equal(status.state, IMPORT_FAILED);
    assert_non_null(strstr(status.message, "upload"));
    text_close(&status.problems);
    for (int64_t wrong = id + 1; wrong >= -1; wrong -= id + 1)
        MUST_REFUSE(import_queue_look(world.queue, wrong, &status, &err), ERR_NOT_FOUND, "or no more");
    queue_close(&world);
}

/* The first cannot go on: the writer is held. */
struct gate_job {
    struct job job;
    sem_t      reached;
    sem_t      open;
};

static bool gate_run(struct job *job, struct store *store, struct err *err)
{
    struct gate_job *gate = (struct gate_job *)job;

    (void)store;
    (void)err;
    (void)sem_post(&gate->reached);
    while (sem_wait(&gate->open) != 0) continue;
    return true;
}

static void gate_done(struct job *job)
{
    (void)sem_post(&((struct gate_job *)job)->reached);
}

static void only_so_many_wait_and_what_has_ended_makes_room(void **state)
{
    struct queue_world   world;
    struct import_wish   wish;
    struct import_status status;
    struct gate_job      gate = {.job = {.run = gate_run, .done = gate_done}};
    struct err           err  = {0};
    int64_t              first, id;

    (void)state;
    queue_open(&world);
    (void)sem_init(&gate.reached, 0, 0);
    (void)sem_init(&gate.open, 0, 0);
    MUST(lane_submit(world.writer, &gate.job, &err));
    while (sem_wait(&gate.reached) != 0) continue;
    queue_start(&world);
    wish  = upload_zip(&world, "cats", false);
    first = add(&world, &wish);
    memset(wish.upload, '0', sizeof wish.upload - 1); /* the others have nothing to do */
    for (int i = 1; i < IMPORT_REMEMBERED_MAX; i++) (void)add(&world, &wish);
    MUST_REFUSE(import_queue_add(world.queue, &wish, &id, &err), ERR_BUSY, "32 imports are waiting already");
    (void)sem_post(&gate.open);
    status = wait_for_end(&world, first);
    assert_int_equal(status.state, IMPORT_DONE);
    text_close(&status.problems);
    id = add(&world, &wish);
    MUST_REFUSE(import_queue_look(world.queue, first, &status, &err), ERR_NOT_FOUND, "no more");
    status = wait_for_end(&world, id);
    assert_int_equal(status.state, IMPORT_FAILED);
    text_close(&status.problems);
    while (sem_wait(&gate.reached) != 0) continue;
    queue_close(&world);
    (void)sem_destroy(&gate.reached);
    (void)sem_destroy(&gate.open);
}

static void what_was_not_begun_when_it_stops_keeps_its_upload(void **state)
{
    struct queue_world   world;
    struct import_wish   wish;
    struct import_status status;

    (void)state;
    queue_open(&world);
    wish = upload_zip(&world, "cats", false);
    import_queue_stop(NULL);
    for (int again = 0; again < 2; again++) { /* stopped at any point, done or not: the same wish leads to the set */
        queue_start(&world);
        if (again == 0) {
            (void)add(&world, &wish);
            import_queue_stop(world.queue);
            world.queue = NULL;
            assert_true(has_set(&world, "cats") != has_upload(&world, &wish));
        } else if (has_upload(&world, &wish)) {
            status = wait_for_end(&world, add(&world, &wish));
            assert_int_equal(status.state, IMPORT_DONE);
            text_close(&status.problems);
        }
    }
    assert_true(has_set(&world, "cats"));
    queue_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imports_are_done_one_after_the_other),
        cmocka_unit_test(what_fails_says_why_and_can_be_tried_again),
        cmocka_unit_test(an_upload_that_is_gone_and_an_unknown_import_are_told),
        cmocka_unit_test(only_so_many_wait_and_what_has_ended_makes_room),
        cmocka_unit_test(what_was_not_begun_when_it_stops_keeps_its_upload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
