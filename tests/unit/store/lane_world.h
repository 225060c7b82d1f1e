/* lane_world.h - a lane on a database of its own, and jobs that add an account each; include after cmocka.h. */
#ifndef DINOLAB_TESTS_LANE_WORLD_H
#define DINOLAB_TESTS_LANE_WORLD_H

#include <pthread.h>
#include <semaphore.h>

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

static inline bool add_run(struct job *job, struct store *store, struct err *err)
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
    if (!store_account_insert(store, add->name, "hash", "owner", 1, &id, err)) return false;
    return add->must_fail ? err_set(err, ERR_GONE, "'%s' fails on purpose", add->name) : true;
}

static inline void add_done(struct job *job)
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

static inline void count_commit(void *argument)
{
    struct lane_world *world = argument;

    pthread_mutex_lock(&world->mutex);
    world->committed_count++;
    pthread_mutex_unlock(&world->mutex);
}

static inline void world_open(struct lane_world *world, enum lane_kind kind)
{
    struct migration_list migrations = migrations_embedded();
    struct lane_settings  settings   = {
           .kind = kind, .queue_max = QUEUE_MAX, .committed = count_commit, .committed_argument = world};
    struct err err = {0};

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
static inline void world_stop(struct lane_world *world)
{
    lane_stop(world->lane);
    assert_int_equal(world->unseen_count, 0);
    assert_false(world->is_done_before_commit);
}

static inline void world_close(struct lane_world *world)
{
    lane_free(world->lane);
    store_close(world->reader);
    (void)sem_destroy(&world->all_done);
    pthread_mutex_destroy(&world->mutex);
    scratch_remove(&world->scratch);
}

static inline struct add_job job_of(struct lane_world *world, int number)
{
    struct add_job add = {.job = {.run = add_run, .done = add_done}, .world = world};

    (void)snprintf(add.name, sizeof add.name, "account %d", number);
    return add;
}

static inline bool is_stored(struct lane_world *world, int number)
{
    struct account_row row;
    struct err         err = {0};
    char               name[NAME_BYTES];
    bool               is_found;

    (void)snprintf(name, sizeof name, "account %d", number);
    MUST(store_account_by_name(world->reader, name, &row, &is_found, &err));
    return is_found;
}

static inline void wait_done(struct lane_world *world, int count)
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

static inline void gate_close(struct gate *gate, struct lane_world *world)
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

static inline void gate_open(struct gate *gate)
{
    (void)sem_post(&gate->open);
}

static inline void gate_free(struct gate *gate)
{
    (void)sem_destroy(&gate->reached);
    (void)sem_destroy(&gate->open);
}

#endif
