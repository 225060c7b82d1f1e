/* The hub between threads: one publisher, readers of several topics that are slow, cut off and come back. Nothing is lost, doubled or
 * out of order, and no reader sleeps for ever. Worth running with -fsanitize=thread. */
#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/rng.h"
#include "live/hub.h"

enum { TOPIC_COUNT = 3, READER_COUNT = 9, EVENT_COUNT = 12000, WAIT_MAX_S = 20, LINE_BYTES = 128, NO_NUMBER = -1 };

static const char *const TOPICS[TOPIC_COUNT] = {"study/1", "session/1", "session/2"};

/* A sleeping place; `is_asleep` is set by the suspend function and cleared by the wake function. */
struct bed {
    pthread_mutex_t lock;
    pthread_cond_t  woken;
    bool            is_asleep;
};

static void bed_init(struct bed *bed)
{
    pthread_mutex_init(&bed->lock, NULL);
    pthread_cond_init(&bed->woken, NULL);
    bed->is_asleep = false;
}

static void bed_close(struct bed *bed)
{
    pthread_mutex_destroy(&bed->lock);
    pthread_cond_destroy(&bed->woken);
}

static void fall_asleep(void *argument)
{
    struct bed *bed = argument;

    pthread_mutex_lock(&bed->lock);
    bed->is_asleep = true;
    pthread_mutex_unlock(&bed->lock);
}

static void wake_up(void *argument)
{
    struct bed *bed = argument;

    pthread_mutex_lock(&bed->lock);
    bed->is_asleep = false;
    pthread_cond_signal(&bed->woken);
    pthread_mutex_unlock(&bed->lock);
}

/* False when nobody woke the sleeper in WAIT_MAX_S: a lost wake-up. */
static bool sleep_until_woken(struct bed *bed)
{
    struct timespec limit;
    bool            is_woken;

    (void)clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WAIT_MAX_S;
    pthread_mutex_lock(&bed->lock);
    while (bed->is_asleep && pthread_cond_timedwait(&bed->woken, &bed->lock, &limit) == 0) continue;
    is_woken = !bed->is_asleep;
    pthread_mutex_unlock(&bed->lock);
    return is_woken;
}

struct shared {
    struct hub     *hub;
    struct bed      publisher;
    pthread_mutex_t lock; /* guards is_over */
    bool            is_over;
};

struct follower {
    struct shared     *shared;
    pthread_t          thread;
    struct bed         bed;
    struct rng         rng;
    const char        *topic;
    struct hub_reader *reader;
    uint64_t           pending_id;
    int                pending_number; /* of the event whose lines are coming in; NO_NUMBER = none yet */
    uint64_t           last_id;        /* of the newest whole event */
    int                last_number;    /* of the newest whole event or snapshot */
    int                snapshot_count, resync_count, resume_count;
    char               line[LINE_BYTES];
    size_t             line_length;
    char               event_name[LINE_BYTES];
    const char        *problem; /* NULL = none; looked at after the thread has ended */
    bool               is_done;
};

/* A blank line ends an event; only then do its id and its data count, as in a browser. */
static void take_event(struct follower *follower)
{
    int number = follower->pending_number;

    if (number == NO_NUMBER) return;
    if (strcmp(follower->event_name, "snapshot") == 0) {
        if (number < follower->last_number) follower->problem = "a snapshot older than what was seen before";
        follower->snapshot_count++;
    } else if (number != follower->last_number + 1) {
        follower->problem = "an event is missing, doubled or out of order";
    }
    follower->last_id        = follower->pending_id;
    follower->last_number    = number;
    follower->is_done        = number == EVENT_COUNT;
    follower->pending_number = NO_NUMBER;
}

static void take_line(struct follower *follower)
{
    const char *line = follower->line;

    if (line[0] == '\0') {
        take_event(follower);
    } else if (strcmp(line, "data: {}") == 0 && strcmp(follower->event_name, "resync") == 0) {
        follower->resync_count++;
    } else if (sscanf(line, "id: %" SCNu64, &follower->pending_id) != 1 &&
               sscanf(line, "event: %127s", follower->event_name) != 1 &&
               sscanf(line, "data: {\"n\":%d}", &follower->pending_number) != 1 && strcmp(line, ": ") != 0) {
        follower->problem = "a line of no known kind";
    }
}

static void take_bytes(struct follower *follower, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && follower->problem == NULL; i++) {
        if (bytes[i] != '\n') {
            if (follower->line_length + 1 >= LINE_BYTES) follower->problem = "a line is too long";
            if (follower->problem == NULL) follower->line[follower->line_length++] = bytes[i];
            continue;
        }
        follower->line[follower->line_length] = '\0';
        follower->line_length                 = 0;
        take_line(follower);
    }
}

static void connect_again(struct follower *follower)
{
    struct err err;

    hub_unsubscribe(follower->reader);
    if (follower->last_id != 0) follower->resume_count++;
    follower->line_length    = 0;
    follower->pending_number = NO_NUMBER;
    follower->reader = hub_subscribe(follower->shared->hub, follower->topic, follower->last_id, wake_up, &follower->bed, &err);
    if (follower->reader == NULL) follower->problem = "subscribing failed";
}

static void read_once(struct follower *follower)
{
    char   buffer[512];
    size_t capacity = 1 + (size_t)rng_below(&follower->rng, sizeof buffer);
    size_t length;

    switch (hub_read(follower->reader, buffer, capacity, &length, fall_asleep)) {
    case HUB_READ_DATA:
        take_bytes(follower, buffer, length);
        return;
    case HUB_READ_NOTHING:
        if (!sleep_until_woken(&follower->bed)) follower->problem = "never woken";
        return;
    case HUB_READ_END:
        connect_again(follower);
        return;
    }
}

static void *follow(void *argument)
{
    struct follower *follower = argument;

    connect_again(follower);
    while (follower->problem == NULL && !follower->is_done) {
        read_once(follower);
        /* now and then the connection is cut, in the middle of an event or not, or the reader is slow */
        if (rng_below(&follower->rng, 400) == 0) connect_again(follower);
        if (rng_below(&follower->rng, 400) == 0) (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    hub_unsubscribe(follower->reader);
    return NULL;
}

static void answer_wanted(struct hub *hub, const int *published)
{
    char topic[HUB_TOPIC_BYTES], json[LINE_BYTES];

    while (hub_next_wanted(hub, HUB_FIT_WORKER, topic))
        for (int i = 0; i < TOPIC_COUNT; i++) {
            if (strcmp(topic, TOPICS[i]) != 0) continue;
            (void)snprintf(json, sizeof json, "{\"n\":%d}", published[i]);
            hub_snapshot(hub, topic, json);
        }
}

static bool is_over(struct shared *shared)
{
    bool over;

    pthread_mutex_lock(&shared->lock);
    over = shared->is_over;
    pthread_mutex_unlock(&shared->lock);
    return over;
}

static void *publish(void *argument)
{
    struct shared *shared                 = argument;
    int            published[TOPIC_COUNT] = {0};
    char           json[LINE_BYTES];

    for (int n = 0; n < TOPIC_COUNT * EVENT_COUNT; n++) {
        (void)snprintf(json, sizeof json, "{\"n\":%d}", ++published[n % TOPIC_COUNT]);
        hub_publish(shared->hub, TOPICS[n % TOPIC_COUNT], "trial", json);
        if (n % 16 == 0) answer_wanted(shared->hub, published);
        if (n % 997 == 0) hub_heartbeat(shared->hub);
        /* in turns a pace that readers can keep and a burst that is longer than the ring */
        if (n % 256 == 0 && n / 6000 % 2 == 0) (void)nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    /* Afterwards only those who come again are served, woken by the hub alone. */
    while (!is_over(shared)) {
        fall_asleep(&shared->publisher);
        answer_wanted(shared->hub, published);
        if (!is_over(shared) && !sleep_until_woken(&shared->publisher)) break;
    }
    return NULL;
}

static void every_reader_sees_every_event_in_order_however_slow_or_cut_off(void **state)
{
    struct shared   shared = {.is_over = false};
    struct follower followers[READER_COUNT];
    pthread_t       publisher;
    struct err      err          = {0};
    int             resume_count = 0, resync_count = 0;

    (void)state;
    memset(followers, 0, sizeof followers);
    shared.hub = hub_new(&err);
    assert_non_null(shared.hub);
    bed_init(&shared.publisher);
    pthread_mutex_init(&shared.lock, NULL);
    hub_on_wanted(shared.hub, HUB_FIT_WORKER, wake_up, &shared.publisher);
    for (int i = 0; i < READER_COUNT; i++) {
        struct follower *follower = &followers[i];

        follower->shared      = &shared;
        follower->topic       = TOPICS[i % TOPIC_COUNT];
        follower->last_number = NO_NUMBER;
        rng_init(&follower->rng, (uint64_t)i);
        bed_init(&follower->bed);
        assert_int_equal(pthread_create(&follower->thread, NULL, follow, follower), 0);
    }
    assert_int_equal(pthread_create(&publisher, NULL, publish, &shared), 0);
    for (int i = 0; i < READER_COUNT; i++) (void)pthread_join(followers[i].thread, NULL);
    pthread_mutex_lock(&shared.lock);
    shared.is_over = true;
    pthread_mutex_unlock(&shared.lock);
    wake_up(&shared.publisher);
    (void)pthread_join(publisher, NULL);

    for (int i = 0; i < READER_COUNT; i++) {
        if (followers[i].problem != NULL) fail_msg("reader %d: %s", i, followers[i].problem);
        assert_int_equal(followers[i].last_number, EVENT_COUNT);
        assert_true(followers[i].snapshot_count > 0);
        resume_count += followers[i].resume_count;
        resync_count += followers[i].resync_count;
        bed_close(&followers[i].bed);
    }
    assert_true(resume_count > 0);
    print_message("%d connections resumed, %d told to resync\n", resume_count, resync_count);
    hub_free(shared.hub);
    bed_close(&shared.publisher);
    pthread_mutex_destroy(&shared.lock);
}

static void *follow_until_end(void *argument)
{
    struct follower *follower = argument;
    struct err       err;
    char             buffer[256];
    size_t           length;

    for (;;) {
        enum hub_read_status status;

        hub_unsubscribe(follower->reader);
        follower->reader = hub_subscribe(follower->shared->hub, follower->topic, 0, wake_up, &follower->bed, &err);
        if (follower->reader == NULL) return NULL;
        status = hub_read(follower->reader, buffer, sizeof buffer, &length, fall_asleep);
        if (status == HUB_READ_END) break;
        if (status == HUB_READ_NOTHING && !sleep_until_woken(&follower->bed)) follower->problem = "never woken";
    }
    hub_unsubscribe(follower->reader);
    return NULL;
}

static void stopping_reaches_readers_that_sleep_and_those_just_coming(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        struct shared   shared = {.is_over = false};
        struct follower followers[4];
        struct err      err = {0};

        memset(followers, 0, sizeof followers);
        shared.hub = hub_new(&err);
        assert_non_null(shared.hub);
        for (int i = 0; i < 4; i++) {
            followers[i].shared = &shared;
            followers[i].topic  = TOPICS[i % TOPIC_COUNT];
            bed_init(&followers[i].bed);
            assert_int_equal(pthread_create(&followers[i].thread, NULL, follow_until_end, &followers[i]), 0);
        }
        hub_snapshot(shared.hub, TOPICS[round % TOPIC_COUNT], "{\"n\":0}");
        hub_heartbeat(shared.hub);
        hub_stop(shared.hub);
        for (int i = 0; i < 4; i++) {
            (void)pthread_join(followers[i].thread, NULL);
            if (followers[i].problem != NULL) fail_msg("%s", followers[i].problem);
            bed_close(&followers[i].bed);
        }
        hub_free(shared.hub);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reader_sees_every_event_in_order_however_slow_or_cut_off),
        cmocka_unit_test(stopping_reaches_readers_that_sleep_and_those_just_coming),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
