/* The lane: group commit, failures that stay alone, `done` after the sync, a full queue, stopping, many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <semaphore.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "store/lane.h"
#include "store/migrate.h"
#include "store/store_account.h"

enum { QUEUE_MAX = 64 };

/* The lane and what its jobs share; guarded by `mutex` where threads meet. */
struct lane_world {
    struct scratch  scratch;
    char            database[PATH_BYTES];
    struct lane    *lane;
    struct store   *reader; /* a second connection, used on the lane's thread only */
    pthread_mutex_t mutex;
    int             run_count;
    int             done_count;
    int             committed_count;
    int             unseen_count; /* `done` was called although the row could not be read */
    bool            is_done_before_commit;
    sem_t           all_done; /* posted by each `done` */
};

/* Adds an account of its name; may wait for a gate first, and may fail on purpose afterwards. */
struct add_job {
    struct job         job;
    struct lane_world *world;
    char               name[NAME_BYTES];
    sem_t             *gate_reached; /* posted when the job runs; NULL for none */
    sem_t             *gate_open;
    bool               must_fail;
};

static bool add_run(struct job *job, struct store *store, struct err *err)
{
    struct add_job *add = (struct add_job *)job;
    int64_t         id;

    if (add->gate_reached != NULL) {
        (void)sem_post(add->gate_reached);
        while (sem_wait(add->gate_open) != 0) continue;
    }
    pthread_mutex_lock(&add->world->mutex);
    add->world->run_count++;
    pthread_mutex_unlock(&add->world->mutex);
    if (!store_account_insert(store, add->name, "hash", 1, &id, err)) return false;
    return add->must_fail ? err_set(err, ERR_GONE, "'%s' fails on purpose", add->name) : true;
}

static void add_done(struct job *job)
{
    struct add_job    *add   = (struct add_job *)job;
    struct lane_world *world = add->world;
    struct account_row row;
    struct err         err;
    bool               is_found = false;

    pthread_mutex_lock(&world->mutex);
    if (world->reader != NULL && job->is_ok &&
        (!store_account_by_name(world->reader, add->name, &row, &is_found, &err) || !is_found))
        world->unseen_count++;
    if (job->is_ok && world->committed_count == 0) world->is_done_before_commit = true;
    world->done_count++;
    pthread_mutex_unlock(&world->mutex);
    (void)sem_post(&world->all_done);
}

static void count_commit(void *argument)
{
    struct lane_world *world = argument;

    pthread_mutex_lock(&world->mutex);
    world->committed_count++;
    pthread_mutex_unlock(&world->mutex);
}

static void world_open(struct lane_world *world, enum lane_kind kind)
{
    struct migration_list migrations = migrations_embedded();
    struct lane_settings  settings   = {.kind = kind, .queue_max = QUEUE_MAX, .committed = count_commit, .committed_argument = world};
    struct err            err        = {0};

    *world = (struct lane_world){0};
    MUST(secret_init(&err));
    scratch_make(&world->scratch);
    scratch_file(&world->scratch, "dinolab.db", world->database);
    MUST(store_migrate(world->database, &migrations, &err));
    pthread_mutex_init(&world->mutex, NULL);
    (void)sem_init(&world->all_done, 0, 0);
    settings.database_path = world->database;
    world->lane            = lane_start(&settings, &err);
    world->reader          = store_open(world->database, STORE_READ, &err);
    if (world->lane == NULL || world->reader == NULL) fail_msg("%s", err.message);
}

/* After it the world's numbers can be read without the mutex. */
static void world_stop(struct lane_world *world)
{
    lane_stop(world->lane);
    assert_int_equal(world->unseen_count, 0);
    assert_false(world->is_done_before_commit);
}

static void world_close(struct lane_world *world)
{
    lane_free(world->lane);
    store_close(world->reader);
    (void)sem_destroy(&world->all_done);
    pthread_mutex_destroy(&world->mutex);
    scratch_remove(&world->scratch);
}

static struct add_job job_of(struct lane_world *world, int number)
{
    struct add_job add = {.job = {.run = add_run, .done = add_done}, .world = world};

    (void)snprintf(add.name, sizeof add.name, "account %d", number);
    return add;
}

static bool is_stored(struct lane_world *world, int number)
{
    struct account_row row;
    struct err         err = {0};
    char               name[NAME_BYTES];
    bool               is_found;

    (void)snprintf(name, sizeof name, "account %d", number);
    MUST(store_account_by_name(world->reader, name, &row, &is_found, &err));
    return is_found;
}

static void wait_done(struct lane_world *world, int count)
{
    for (int i = 0; i < count; i++)
        while (sem_wait(&world->all_done) != 0) continue;
}

/* A job that holds the lane until the gate is opened, so that what is submitted meanwhile waits together. */
struct gate {
    sem_t          reached;
    sem_t          open;
    struct add_job job;
};

static void gate_close(struct gate *gate, struct lane_world *world)
{
    struct err err = {0};

    (void)sem_init(&gate->reached, 0, 0);
    (void)sem_init(&gate->open, 0, 0);
    gate->job              = job_of(world, 100000);
    gate->job.gate_reached = &gate->reached;
    gate->job.gate_open    = &gate->open;
    MUST(lane_submit(world->lane, &gate->job.job, &err));
    while (sem_wait(&gate->reached) != 0) continue;
}

static void gate_open(struct gate *gate)
{
    (void)sem_post(&gate->open);
}

static void gate_free(struct gate *gate)
{
    (void)sem_destroy(&gate->reached);
    (void)sem_destroy(&gate->open);
}

static void what_waits_together_is_committed_together(void **state)
{
    enum { JOB_COUNT = 40 };
    struct lane_world  world;
    struct lane_counts counts;
    struct add_job     jobs[JOB_COUNT];
    struct gate        gate;
    struct err         err = {0};

    (void)state;
    world_open(&world, LANE_WRITER);
    gate_close(&gate, &world);
    for (int i = 0; i < JOB_COUNT; i++) {
        jobs[i] = job_of(&world, i);
        MUST(lane_submit(world.lane, &jobs[i].job, &err));
    }
    lane_counts(world.lane, &counts);
    assert_int_equal(counts.waiting_count, JOB_COUNT);
    gate_open(&gate);
    wait_done(&world, JOB_COUNT + 1);
    lane_counts(world.lane, &counts);
    assert_int_equal(counts.job_count, JOB_COUNT + 1);
    assert_int_equal(counts.batch_count, 2); /* the gate's, and one for all others */
    assert_int_equal(counts.waiting_count, 0);
    world_stop(&world);
    assert_int_equal(world.committed_count, 2);
    for (int i = 0; i < JOB_COUNT; i++) assert_true(jobs[i].job.is_ok && is_stored(&world, i));
    gate_free(&gate);
    world_close(&world);
}

static void a_failing_job_takes_back_only_its_own_work(void **state)
{
    enum { JOB_COUNT = 9 };
    struct lane_world world;
    struct add_job    jobs[JOB_COUNT];
    struct gate       gate;
    struct err        err = {0};

    (void)state;
    world_open(&world, LANE_WRITER);
    gate_close(&gate, &world);
    for (int i = 0; i < JOB_COUNT; i++) {
        jobs[i]           = job_of(&world, i == 7 ? 6 : i); /* 7 breaks a constraint */
        jobs[i].must_fail = i == 0 || i == 4;
        MUST(lane_submit(world.lane, &jobs[i].job, &err));
    }
    gate_open(&gate);
    wait_done(&world, JOB_COUNT + 1);
    world_stop(&world);
    for (int i = 0; i < JOB_COUNT; i++) {
        bool is_good = !jobs[i].must_fail && i != 7;

        assert_true(jobs[i].job.is_ok == is_good);
        if (i != 7) assert_true(is_stored(&world, i) == is_good);
    }
    assert_int_equal(jobs[4].job.err.kind, ERR_GONE);
    assert_string_equal(jobs[4].job.err.message, "'account 4' fails on purpose");
    assert_int_equal(jobs[7].job.err.kind, ERR_CONFLICT);
    gate_free(&gate);
    world_close(&world);
}

/* The transaction is taken away under the lane, as a full disk does: nobody of the batch may be told that it is stored. */
static bool end_transaction_run(struct job *job, struct store *store, struct err *err)
{
    (void)job;
    store_rollback(store);
    return err_set(err, ERR_STORAGE, "disk full");
}

static void a_lost_transaction_fails_every_job_that_was_in_it(void **state)
{
    struct lane_world world;
    struct add_job    first, last, later;
    struct add_job    breaker;
    struct gate       gate;
    struct err        err = {0};

    (void)state;
    world_open(&world, LANE_WRITER);
    gate_close(&gate, &world);
    first           = job_of(&world, 1);
    breaker         = job_of(&world, 2);
    breaker.job.run = end_transaction_run;
    last            = job_of(&world, 3);
    MUST(lane_submit(world.lane, &first.job, &err));
    MUST(lane_submit(world.lane, &breaker.job, &err));
    MUST(lane_submit(world.lane, &last.job, &err));
    gate_open(&gate);
    wait_done(&world, 4);
    assert_false(first.job.is_ok);
    assert_int_equal(first.job.err.kind, ERR_STORAGE);
    assert_false(breaker.job.is_ok);
    assert_string_equal(breaker.job.err.message, "disk full");
    assert_false(last.job.is_ok);
    later = job_of(&world, 4); /* and the lane goes on */
    MUST(lane_submit(world.lane, &later.job, &err));
    wait_done(&world, 1);
    world_stop(&world);
    assert_true(later.job.is_ok);
    assert_false(is_stored(&world, 1));
    assert_true(is_stored(&world, 4));
    gate_free(&gate);
    world_close(&world);
}

static void a_full_queue_refuses_and_what_waits_is_kept(void **state)
{
    struct lane_world world;
    struct add_job    jobs[QUEUE_MAX], refused;
    struct gate       gate;
    struct err        err = {0};

    (void)state;
    world_open(&world, LANE_WRITER);
    gate_close(&gate, &world);
    for (int i = 0; i < QUEUE_MAX; i++) {
        jobs[i] = job_of(&world, i);
        MUST(lane_submit(world.lane, &jobs[i].job, &err));
    }
    refused = job_of(&world, QUEUE_MAX);
    MUST_REFUSE(lane_submit(world.lane, &refused.job, &err), ERR_BUSY, "the server is busy; try again in a moment");
    gate_open(&gate);
    wait_done(&world, QUEUE_MAX + 1);
    MUST(lane_submit(world.lane, &refused.job, &err));
    wait_done(&world, 1);
    world_stop(&world);
    assert_int_equal(world.done_count, QUEUE_MAX + 2);
    assert_true(is_stored(&world, QUEUE_MAX));
    gate_free(&gate);
    world_close(&world);
}

static void *open_after_a_moment(void *argument)
{
    (void)usleep(20 * 1000);
    gate_open(argument);
    return NULL;
}

static void stopping_finishes_what_waits_and_refuses_what_comes(void **state)
{
    enum { JOB_COUNT = 20 };
    struct lane_world world;
    struct add_job    jobs[JOB_COUNT], late;
    struct gate       gate;
    struct err        err = {0};
    pthread_t         opener;

    (void)state;
    world_open(&world, LANE_WRITER);
    gate_close(&gate, &world);
    for (int i = 0; i < JOB_COUNT; i++) {
        jobs[i] = job_of(&world, i);
        MUST(lane_submit(world.lane, &jobs[i].job, &err));
    }
    assert_int_equal(pthread_create(&opener, NULL, open_after_a_moment, &gate), 0);
    world_stop(&world);
    pthread_join(opener, NULL);
    assert_int_equal(world.done_count, JOB_COUNT + 1);
    for (int i = 0; i < JOB_COUNT; i++) assert_true(jobs[i].job.is_ok && is_stored(&world, i));
    late = job_of(&world, JOB_COUNT);
    MUST_REFUSE(lane_submit(world.lane, &late.job, &err), ERR_BUSY, "the server is busy");
    MUST_REFUSE(lane_run(world.lane, &late.job, &err), ERR_BUSY, "the server is busy");
    assert_int_equal(world.done_count, JOB_COUNT + 1);
    gate_free(&gate);
    world_close(&world);
    lane_stop(NULL);
    lane_free(NULL);
}

static void submitting_and_waiting_gives_the_jobs_own_result(void **state)
{
    struct lane_world world;
    struct add_job    good, bad;
    struct err        err = {0};

    (void)state;
    world_open(&world, LANE_WRITER);
    good = job_of(&world, 1);
    MUST(lane_run(world.lane, &good.job, &err));
    assert_true(is_stored(&world, 1));
    bad           = job_of(&world, 2);
    bad.must_fail = true;
    MUST_REFUSE(lane_run(world.lane, &bad.job, &err), ERR_GONE, "'account 2' fails on purpose");
    assert_false(lane_run(world.lane, &bad.job, NULL));
    world_stop(&world);
    assert_int_equal(world.done_count, 0); /* the job's own `done` is not used */
    world_close(&world);
}

struct submitter {
    struct lane_world *world;
    struct add_job    *jobs;
    int                first;
    int                count;
    int                busy_count;
    pthread_t          thread;
};

static void *submit_many(void *argument)
{
    struct submitter *submitter = argument;
    struct err        err;

    for (int i = 0; i < submitter->count; i++) {
        submitter->jobs[i] = job_of(submitter->world, submitter->first + i);
        while (!lane_submit(submitter->world->lane, &submitter->jobs[i].job, &err)) {
            submitter->busy_count++;
            (void)usleep(100);
        }
    }
    return NULL;
}

static void many_threads_submit_and_nothing_is_lost_or_told_twice(void **state)
{
    enum { THREAD_COUNT = 8, EACH_COUNT = 50 };
    struct lane_world  world;
    struct submitter   submitters[THREAD_COUNT];
    struct lane_counts counts;
    struct err         err = {0};
    int                count;

    (void)state;
    world_open(&world, LANE_WRITER);
    for (int i = 0; i < THREAD_COUNT; i++) {
        submitters[i] = (struct submitter){.world = &world,
                                           .jobs  = calloc(EACH_COUNT, sizeof(struct add_job)),
                                           .first = i * EACH_COUNT,
                                           .count = EACH_COUNT};
        assert_non_null(submitters[i].jobs);
        assert_int_equal(pthread_create(&submitters[i].thread, NULL, submit_many, &submitters[i]), 0);
    }
    for (int i = 0; i < THREAD_COUNT; i++) pthread_join(submitters[i].thread, NULL);
    wait_done(&world, THREAD_COUNT * EACH_COUNT);
    lane_counts(world.lane, &counts);
    assert_int_equal(counts.job_count, THREAD_COUNT * EACH_COUNT);
    world_stop(&world);
    assert_int_equal(world.run_count, THREAD_COUNT * EACH_COUNT);
    assert_int_equal(world.done_count, THREAD_COUNT * EACH_COUNT);
    assert_true(counts.batch_count <= counts.job_count && world.committed_count == (int)counts.batch_count);
    MUST(store_account_count(world.reader, &count, &err));
    assert_int_equal(count, THREAD_COUNT * EACH_COUNT);
    for (int i = 0; i < THREAD_COUNT; i++) {
        for (int j = 0; j < EACH_COUNT; j++) assert_true(submitters[i].jobs[j].job.is_ok);
        free(submitters[i].jobs);
    }
    world_close(&world);
}

static bool count_run(struct job *job, struct store *store, struct err *err)
{
    int count;

    (void)job;
    return store_account_count(store, &count, err);
}

static void the_readers_lane_reads_and_cannot_write(void **state)
{
    struct lane_world world;
    struct add_job    read, write;
    struct err        err = {0};

    (void)state;
    world_open(&world, LANE_READER);
    read         = job_of(&world, 1);
    read.job.run = count_run;
    MUST(lane_run(world.lane, &read.job, &err));
    write = job_of(&world, 2);
    MUST_REFUSE(lane_run(world.lane, &write.job, &err), ERR_STORAGE, "readonly database");
    world_stop(&world);
    assert_int_equal(world.committed_count, 0);
    world_close(&world);
}

static void a_lane_without_a_database_does_not_start(void **state)
{
    struct lane_settings settings = {.kind = LANE_READER, .database_path = "/nowhere/dinolab.db", .queue_max = 1};
    struct err           err      = {0};

    (void)state;
    MUST_REFUSE(lane_start(&settings, &err) != NULL, ERR_STORAGE, "/nowhere/dinolab.db");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_together_is_committed_together),
        cmocka_unit_test(a_failing_job_takes_back_only_its_own_work),
        cmocka_unit_test(a_lost_transaction_fails_every_job_that_was_in_it),
        cmocka_unit_test(a_full_queue_refuses_and_what_waits_is_kept),
        cmocka_unit_test(stopping_finishes_what_waits_and_refuses_what_comes),
        cmocka_unit_test(submitting_and_waiting_gives_the_jobs_own_result),
        cmocka_unit_test(many_threads_submit_and_nothing_is_lost_or_told_twice),
        cmocka_unit_test(the_readers_lane_reads_and_cannot_write),
        cmocka_unit_test(a_lane_without_a_database_does_not_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
