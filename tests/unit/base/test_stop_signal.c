/* A stop signal reaches the main thread although another thread would take it, and ends nothing by itself. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/stop_signal.h"

enum { ROUND_COUNT = 50, LONG_MS = 30000 };

/* As a library's thread that was there before main. */
static void *wait_to_be_let_go(void *argument)
{
    int  end = *(int *)argument;
    char byte;

    while (read(end, &byte, 1) < 0) continue;
    return NULL;
}

static void a_thread_that_does_not_block_the_signal_passes_it_on(void **state)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM};
    pthread_t        thread;
    int              ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&thread, NULL, wait_to_be_let_go, &ends[0]), 0);
    stop_signal_hold();
    assert_false(stop_signal_wait(0));
    for (int i = 0; i < ROUND_COUNT; i++) {
        assert_int_equal(pthread_kill(thread, SIGNALS[i % 2]), 0);
        assert_true(stop_signal_wait(LONG_MS));
        assert_int_equal(kill(getpid(), SIGNALS[i % 2]), 0);
        assert_true(stop_signal_wait(LONG_MS));
    }
    assert_false(stop_signal_wait(0));
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_thread_that_does_not_block_the_signal_passes_it_on)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
