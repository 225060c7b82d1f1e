/* Work on many threads: each thing once, the results by index, the first error told. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/parallel.h"

enum { THING_COUNT = 500, THREAD_COUNT = 7 };

struct things {
    int             visits[THING_COUNT];
    int             threads[THING_COUNT];
    int             fail_at; /* THING_COUNT: nowhere */
    int             done_last;
    bool            is_done_ascending;
    pthread_mutex_t together; /* the first two workers wait for each other: really two threads */
    pthread_cond_t  arrived;
    int             arrived_count;
};

static void things_init(struct things *things, int fail_at)
{
    *things = (struct things){.fail_at = fail_at, .is_done_ascending = true};
    assert_int_equal(pthread_mutex_init(&things->together, NULL), 0);
    assert_int_equal(pthread_cond_init(&things->arrived, NULL), 0);
}

static bool visit(void *argument, int index, int thread, struct err *err)
{
    struct things *things = argument;

    things->visits[index]++;
    things->threads[index] = thread;
    return index < things->fail_at || err_set(err, ERR_INVALID, "thing %d", index);
}

static bool visit_in_company(void *argument, int index, int thread, struct err *err)
{
    struct things *things = argument;

    (void)pthread_mutex_lock(&things->together);
    things->arrived_count++;
    (void)pthread_cond_broadcast(&things->arrived);
    while (things->arrived_count < 2) (void)pthread_cond_wait(&things->arrived, &things->together);
    (void)pthread_mutex_unlock(&things->together);
    return visit(argument, index, thread, err);
}

static void note_done(void *argument, int done_count)
{
    struct things *things = argument;

    if (done_count != things->done_last + 1) things->is_done_ascending = false;
    things->done_last = done_count;
}

static void each_thing_is_worked_on_once(void **state)
{
    (void)state;
    for (int threads = 0; threads <= THREAD_COUNT; threads++) {
        struct things things;
        struct err    err;

        things_init(&things, THING_COUNT);
        assert_true(parallel_run(threads, THING_COUNT, visit, note_done, &things, &err));
        for (int i = 0; i < THING_COUNT; i++) {
            assert_int_equal(things.visits[i], 1);
            assert_in_range(things.threads[i], 0, threads > 0 ? threads - 1 : 0);
        }
        assert_true(things.is_done_ascending);
        assert_int_equal(things.done_last, THING_COUNT);
    }
}

static void several_threads_work_at_the_same_time(void **state)
{
    struct things things;
    struct err    err;

    (void)state;
    things_init(&things, THING_COUNT);
    assert_true(parallel_run(2, 2, visit_in_company, NULL, &things, &err));
    assert_int_equal(things.threads[0] + things.threads[1], 1);
}

static void the_first_error_ends_the_work(void **state)
{
    struct things things;
    struct err    err;

    (void)state;
    things_init(&things, 100);
    assert_false(parallel_run(1, THING_COUNT, visit, NULL, &things, &err));
    assert_string_equal(err.message, "thing 100");
    assert_int_equal(things.visits[101], 0);
    things_init(&things, 0);
    assert_false(parallel_run(THREAD_COUNT, THING_COUNT, visit, NULL, &things, &err));
    assert_string_equal(err.message, "thing 0");
}

static void nothing_to_do_is_done(void **state)
{
    struct err err;

    (void)state;
    assert_true(parallel_run(3, 0, visit, NULL, NULL, &err));
    assert_true(parallel_core_count() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thing_is_worked_on_once),
        cmocka_unit_test(several_threads_work_at_the_same_time),
        cmocka_unit_test(the_first_error_ends_the_work),
        cmocka_unit_test(nothing_to_do_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
