/* The lane: group commit, failures that stay alone, `done` after the sync, a full queue, stopping, many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lane_world.h"

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

/* The transaction is taken away under the lane, as a full disk does. */
static bool end_transaction_run(struct job *job, struct store *store, struct err *err)
{
    (void)job;
    store_rollback(store);
    return err_set(err, ERR_STORAGE, "disk full");
}

/* Nobody of the batch may be told that it is stored, nor refused for a row that was rolled back; what comes after the loss must not
 * run, because a savepoint without a transaction would commit by itself. */
static void a_lost_transaction_fails_every_job_that_was_in_it(void **state)
{
    enum { JOB_COUNT = 4, BREAKER = 2 };
    struct lane_world world;
    struct add_job    jobs[JOB_COUNT], later;
    struct gate       gate;
    struct err        err = {0};

    (void)state;
    world_open(&world, LANE_WRITER);
    gate_close(&gate, &world);
    for (int i = 0; i < JOB_COUNT; i++) jobs[i] = job_of(&world, i == 1 ? 0 : i); /* 1 conflicts with the row of 0 */
    jobs[BREAKER].job.run = end_transaction_run;
    for (int i = 0; i < JOB_COUNT; i++) MUST(lane_submit(world.lane, &jobs[i].job, &err));
    gate_open(&gate);
    wait_done(&world, JOB_COUNT + 1);
    for (int i = 0; i < JOB_COUNT; i++) {
        assert_false(jobs[i].job.is_ok);
        assert_int_equal(jobs[i].job.err.kind, ERR_STORAGE);
        assert_string_equal(jobs[i].job.err.message, "the disk failed inside a transaction; nothing of it was stored");
    }
    later = job_of(&world, 9); /* and the lane goes on */
    MUST(lane_submit(world.lane, &later.job, &err));
    wait_done(&world, 1);
    world_stop(&world);
    assert_true(later.job.is_ok && is_stored(&world, 9));
    assert_int_equal(world.run_count, 4); /* the gate's job, 0, 1 and the later one: 3 never ran */
    for (int i = 0; i < JOB_COUNT; i++) assert_false(is_stored(&world, i));
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
    MUST_REFUSE(lane_submit(world.lane, &late.job, &err), ERR_BUSY, "the server is shutting down");
    MUST_REFUSE(lane_run(world.lane, &late.job, &err), ERR_BUSY, "the server is shutting down");
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
        submitters[i] = (struct submitter){
            .world = &world, .jobs = calloc(EACH_COUNT, sizeof(struct add_job)), .first = i * EACH_COUNT, .count = EACH_COUNT};
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

static void *stop_lane(void *lane)
{
    lane_stop(lane);
    return NULL;
}

static void an_unhurried_lane_that_stops_finishes_only_what_it_is_at(void **state)
{
    struct lane_world    world;
    struct lane_settings settings = {.kind = LANE_READER, .queue_max = QUEUE_MAX, .is_unhurried = true};
    struct add_job       jobs[QUEUE_MAX + 1];
    struct gate          gate;
    struct err           err   = {0};
    int                  count = 0;
    pthread_t            stopper;

    (void)state;
    world_open(&world, LANE_READER);
    lane_stop(world.lane);
    lane_free(world.lane);
    settings.database_path = world.database;
    world.lane             = lane_start(&settings, &err);
    assert_non_null(world.lane);
    gate_close(&gate, &world);
    jobs[count]         = job_of(&world, count);
    jobs[count].job.run = count_run;
    MUST(lane_submit(world.lane, &jobs[count++].job, &err));
    assert_int_equal(pthread_create(&stopper, NULL, stop_lane, world.lane), 0);
    while (strcmp(err.message, "the server is shutting down") != 0) { /* until the stop has begun, jobs are taken */
        jobs[count]         = job_of(&world, count);
        jobs[count].job.run = count_run;
        if (lane_submit(world.lane, &jobs[count].job, &err)) count++;
        (void)sched_yield();
    }
    gate_open(&gate);
    (void)pthread_join(stopper, NULL);
    assert_int_equal(world.done_count, count + 1);
    for (int i = 0; i < count; i++) assert_true(!jobs[i].job.is_ok && jobs[i].job.err.kind == ERR_BUSY);
    gate_free(&gate);
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
        cmocka_unit_test(an_unhurried_lane_that_stops_finishes_only_what_it_is_at),
        cmocka_unit_test(a_lane_without_a_database_does_not_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
