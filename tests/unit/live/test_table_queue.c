/* Who gets which wish: each goes to one thread, one thread looks, and nobody waits for ever. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../support/must.h"
#include "live/table_queue.h"

enum { THREADS = 4, WISHES = 1000, PER_LOOK = 37 };

static struct table_wish wish_of(int condition)
{
    struct table_wish wish = {.condition_id = condition, .representation_id = 1 + condition % 3};

    (void)snprintf(wish.learner.text, sizeof wish.learner.text, "chance");
    return wish;
}

static void one_looks_and_what_another_is_at_is_left_out(void **state)
{
    struct err          err;
    struct table_queue *queue     = table_queue_new(2, 10, &err);
    struct table_wish   wishes[3] = {wish_of(1), wish_of(2), wish_of(3)}, wish;

    (void)state;
    assert_non_null(queue);
    assert_int_equal(table_queue_next(queue, 0, &wish), TABLE_ORDER_LOOK);
    assert_int_equal(table_queue_put(queue, wishes, 2), 2);
    assert_int_equal(table_queue_next(queue, 0, &wish), TABLE_ORDER_COMPUTE);
    assert_true(wish.condition_id == 1);
    table_queue_drop(queue); /* wish 2 is looked for anew */
    assert_int_equal(table_queue_next(queue, 1, &wish), TABLE_ORDER_LOOK);
    assert_int_equal(table_queue_put(queue, wishes, 3), 2);
    assert_int_equal(table_queue_next(queue, 1, &wish), TABLE_ORDER_COMPUTE);
    assert_true(wish.condition_id == 2);
    table_queue_done(queue, 0);
    table_queue_stop(queue);
    assert_int_equal(table_queue_next(queue, 0, &wish), TABLE_ORDER_STOP);
    table_queue_free(queue);
}

static void failures_are_of_a_table_or_of_a_whole_representation(void **state)
{
    struct err          err;
    struct table_queue *queue = table_queue_new(1, 10, &err);
    struct table_wish   a = wish_of(1), b = wish_of(4), c = wish_of(2);

    (void)state;
    assert_non_null(queue);
    assert_true(table_queue_note_failed(queue, &a, false));
    assert_true(table_queue_has_failed(queue, &a) && !table_queue_has_failed(queue, &b)); /* the same representation */
    assert_true(table_queue_note_failed(queue, &a, true));
    assert_true(table_queue_has_failed(queue, &b) && !table_queue_has_failed(queue, &c));
    while (table_queue_note_failed(queue, &c, false)) continue;
    assert_true(table_queue_is_hopeless(queue));
    table_queue_forget_failed(queue);
    assert_false(table_queue_has_failed(queue, &b));
    assert_false(table_queue_is_hopeless(queue));
    table_queue_free(queue);
}

struct crowd {
    struct table_queue *queue;
    atomic_int          granted[WISHES];
    atomic_int          granted_count;
    atomic_int          looking_count;
};

struct member {
    struct crowd *crowd;
    int           number;
};

/* What is missing still, as a look at a store would find it. */
static void look(struct crowd *crowd)
{
    struct table_wish wishes[PER_LOOK];
    int               count = 0;

    if (atomic_fetch_add(&crowd->looking_count, 1) != 0) fail_msg("two threads look at once");
    do {
        count = 0;
        for (int i = 0; i < WISHES && count < PER_LOOK; i++)
            if (atomic_load(&crowd->granted[i]) == 0) wishes[count++] = wish_of(i);
        if (count == 0) table_queue_stop(crowd->queue);
        atomic_fetch_sub(&crowd->looking_count, 1);
        if (table_queue_put(crowd->queue, wishes, count) > 0) return;
        atomic_fetch_add(&crowd->looking_count, 1);
    } while (count > 0); /* all that is missing is being granted */
    atomic_fetch_sub(&crowd->looking_count, 1);
}

static void *member_main(void *argument)
{
    struct member    *member = argument;
    struct crowd     *crowd  = member->crowd;
    struct table_wish wish;
    enum table_order  order;

    while ((order = table_queue_next(crowd->queue, member->number, &wish)) != TABLE_ORDER_STOP) {
        if (order == TABLE_ORDER_LOOK) {
            look(crowd);
            continue;
        }
        atomic_fetch_add(&crowd->granted[wish.condition_id], 1);
        if (atomic_fetch_add(&crowd->granted_count, 1) % 50 == 0) table_queue_drop(crowd->queue);
        table_queue_done(crowd->queue, member->number);
    }
    return NULL;
}

static void every_wish_is_granted_whoever_looks_and_drops(void **state)
{
    struct crowd  crowd = {0};
    pthread_t     threads[THREADS];
    struct member members[THREADS];
    struct err    err;

    (void)state;
    crowd.queue = table_queue_new(THREADS, PER_LOOK, &err);
    assert_non_null(crowd.queue);
    for (int i = 0; i < THREADS; i++) {
        members[i] = (struct member){&crowd, i};
        assert_int_equal(pthread_create(&threads[i], NULL, member_main, &members[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < WISHES; i++) assert_true(atomic_load(&crowd.granted[i]) >= 1);
    table_queue_free(crowd.queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_looks_and_what_another_is_at_is_left_out),
        cmocka_unit_test(failures_are_of_a_table_or_of_a_whole_representation),
        cmocka_unit_test(every_wish_is_granted_whoever_looks_and_drops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
