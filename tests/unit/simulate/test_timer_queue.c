#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "simulate/timer_queue.h"

enum { QUEUE_CAPACITY = 500 };

static void whoever_is_due_longest_comes_first(void **state)
{
    struct timer_queue queue;
    struct rng         rng;
    struct err         err;
    int64_t            due_us[QUEUE_CAPACITY];
    int64_t            last_us = 0;
    int                index, taken_count = 0;

    (void)state;
    rng_init(&rng, 3);
    assert_true(timer_queue_init(&queue, QUEUE_CAPACITY, &err));
    for (int i = 0; i < QUEUE_CAPACITY; i++) {
        due_us[i] = (int64_t)rng_below(&rng, 200); /* many are equal */
        timer_queue_add(&queue, due_us[i], i);
    }
    for (int64_t now_us = 0; now_us < 200; now_us++)
        while (timer_queue_take_due(&queue, now_us, &index)) {
            assert_true(due_us[index] == now_us);
            assert_true(due_us[index] >= last_us);
            last_us       = due_us[index];
            due_us[index] = -1; /* each comes once */
            taken_count++;
        }
    assert_int_equal(taken_count, QUEUE_CAPACITY);
    timer_queue_close(&queue);
}

static void nobody_comes_before_time(void **state)
{
    struct timer_queue queue;
    struct err         err;
    int                index = -1;

    (void)state;
    assert_true(timer_queue_init(&queue, 2, &err));
    assert_true(timer_queue_next_us(&queue) == INT64_MAX);
    timer_queue_add(&queue, 70, 1);
    timer_queue_add(&queue, 50, 0);
    assert_true(timer_queue_next_us(&queue) == 50);
    assert_false(timer_queue_take_due(&queue, 49, &index));
    assert_true(timer_queue_take_due(&queue, 50, &index));
    assert_int_equal(index, 0);
    assert_false(timer_queue_take_due(&queue, 69, &index));
    timer_queue_close(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_is_due_longest_comes_first),
        cmocka_unit_test(nobody_comes_before_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
