/* hub_reading.h - what the tests of the hub share: a reader without threads, and what it must read; include after cmocka.h. */
#ifndef DINOLAB_TESTS_HUB_READING_H
#define DINOLAB_TESTS_HUB_READING_H

#include <inttypes.h>
#include <stdio.h>

#include "live/hub.h"

enum { BUFFER_BYTES = 8192 };

struct counts {
    int wake_count;
    int suspend_count;
};

static inline void count_wake(void *argument)
{
    ((struct counts *)argument)->wake_count++;
}

static inline void count_suspend(void *argument)
{
    ((struct counts *)argument)->suspend_count++;
}

static inline void count_wanted(void *argument)
{
    (*(int *)argument)++;
}

static inline struct hub *new_hub(void)
{
    struct err  err = {0};
    struct hub *hub = hub_new(&err);

    if (hub == NULL) fail_msg("%s", err.message);
    return hub;
}

static inline struct hub_reader *subscribe(struct hub *hub, const char *topic, uint64_t last_event_id, struct counts *counts)
{
    struct err         err    = {0};
    struct hub_reader *reader = hub_subscribe(hub, topic, last_event_id, count_wake, counts, &err);

    if (reader == NULL) fail_msg("%s", err.message);
    return reader;
}

/* Everything that can be read now, as a C string. */
static inline const char *read_all(struct hub_reader *reader, char buffer[BUFFER_BYTES])
{
    size_t length = 0;

    if (hub_read(reader, buffer, BUFFER_BYTES - 1, &length, NULL) != HUB_READ_DATA) length = 0;
    buffer[length] = '\0';
    return buffer;
}

static inline uint64_t id_in(const char *event)
{
    uint64_t id = 0;

    if (sscanf(event, "id: %" SCNu64, &id) != 1) fail_msg("no id in '%s'", event);
    return id;
}

static inline void assert_reads(struct hub_reader *reader, const char *event_name, const char *json)
{
    char buffer[BUFFER_BYTES];
    char expected[BUFFER_BYTES];

    (void)read_all(reader, buffer);
    (void)snprintf(expected, sizeof expected, "id: %" PRIu64 "\nevent: %s\ndata: %s\n\n", id_in(buffer), event_name, json);
    assert_string_equal(buffer, expected);
}

static inline void assert_nothing(struct hub_reader *reader)
{
    char   byte;
    size_t length = 99;

    assert_int_equal(hub_read(reader, &byte, 1, &length, NULL), HUB_READ_NOTHING);
    assert_int_equal(length, 0);
}

static inline void assert_end(struct hub_reader *reader)
{
    char   byte;
    size_t length = 99;

    assert_int_equal(hub_read(reader, &byte, 1, &length, count_suspend), HUB_READ_END);
    assert_int_equal(length, 0);
}

/* Past its snapshot "{}". */
static inline struct hub_reader *subscribe_and_read_snapshot(struct hub *hub, const char *topic, struct counts *counts)
{
    struct hub_reader *reader = subscribe(hub, topic, 0, counts);

    hub_snapshot(hub, topic, "{}");
    assert_reads(reader, "snapshot", "{}");
    return reader;
}

#endif
