#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "live/hub.h"
#include "live/hub_private.h"

static struct topic *find_or_add_topic(struct hub *hub, const char *name)
{
    struct topic *topic = hub_find_topic(hub, name);

    if (topic != NULL) return topic;
    topic = calloc(1, sizeof *topic);
    if (topic == NULL) return NULL;
    memcpy(topic->name, name, strlen(name) + 1);
    /* An id of its own, so that one from the topic's earlier life is below it even if nothing was published since. */
    topic->since_id = ++hub->last_id;
    topic->next     = hub->topics;
    hub->topics     = topic;
    return topic;
}

static uint64_t first_id_after(const struct hub *hub, const struct topic *topic, uint64_t id)
{
    uint64_t first = 0;

    for (int i = 0; i < HUB_RING_COUNT; i++) {
        const struct ring_entry *entry = &hub->ring[i];

        if (entry->topic == topic && entry->id > id && (first == 0 || entry->id < first)) first = entry->id;
    }
    return first;
}

/* Add the reader to its topic: after last_event_id when nothing behind it was lost, else waiting for a snapshot. */
static void join_topic(struct hub *hub, struct topic *topic, struct hub_reader *reader, uint64_t last_event_id)
{
    const struct hub_wanted *wanted;

    reader->topic               = topic;
    reader->next                = topic->readers;
    topic->readers              = reader;
    topic->idle_heartbeat_count = 0;
    if (last_event_id >= topic->since_id && last_event_id >= topic->lost_id && last_event_id <= hub->last_id) {
        reader->next_id = first_id_after(hub, topic, last_event_id);
        return;
    }
    reader->is_waiting_for_snapshot = true;
    if (topic->wanted != WANTED_NO) return;
    topic->wanted = WANTED_ASKED;
    wanted        = &hub->wanted[hub_publisher_of(topic->name)];
    if (wanted->wake != NULL) wanted->wake(wanted->argument);
}

struct hub_reader *hub_subscribe(struct hub *hub, const char *topic_name, uint64_t last_event_id, hub_wake_fn wake,
                                 void *argument, struct err *err)
{
    struct hub_reader *reader = NULL;
    struct topic      *topic  = NULL;
    bool               is_stopped;

    if (strlen(topic_name) >= HUB_TOPIC_BYTES)
        return err_set(err, ERR_INVALID, "the topic '%.60s' is longer than %d bytes", topic_name, HUB_TOPIC_BYTES - 1), NULL;
    reader = calloc(1, sizeof *reader);
    if (reader == NULL) return err_no_memory(err), NULL;
    *reader = (struct hub_reader){.hub = hub, .wake = wake, .argument = argument};

    pthread_mutex_lock(&hub->lock);
    is_stopped = hub->is_stopped;
    if (!is_stopped) topic = find_or_add_topic(hub, topic_name);
    if (topic != NULL) join_topic(hub, topic, reader, last_event_id);
    pthread_mutex_unlock(&hub->lock);

    if (topic != NULL) return reader;
    if (is_stopped) err_set(err, ERR_BUSY, "the server is shutting down");
    if (!is_stopped) err_no_memory(err);
    free(reader);
    return NULL;
}

void hub_unsubscribe(struct hub_reader *reader)
{
    struct hub_reader **link;

    if (reader == NULL) return;
    pthread_mutex_lock(&reader->hub->lock);
    link = &reader->topic->readers;
    while (*link != reader) link = &(*link)->next;
    *link = reader->next;
    if (reader->topic->readers == NULL && reader->topic->wanted == WANTED_ASKED) reader->topic->wanted = WANTED_NO;
    event_text_drop(reader->current);
    event_text_drop(reader->snapshot);
    pthread_mutex_unlock(&reader->hub->lock);
    free(reader);
}

/* The text to be copied next, with a reference of the reader's; NULL when there is none. */
static struct event_text *next_text(struct hub *hub, struct hub_reader *reader)
{
    struct event_text *text  = reader->snapshot;
    struct ring_entry *entry = NULL;

    if (reader->is_ended) return NULL;
    if (text != NULL) {
        reader->snapshot = NULL;
        return text;
    }
    entry = hub_find_entry(hub, reader->next_id);
    if (reader->must_resync || (reader->next_id != 0 && entry == NULL)) {
        reader->is_ended = true;
        return event_text_keep(hub->resync);
    }
    if (entry != NULL) {
        reader->next_id = entry->following_id;
        return event_text_keep(entry->text);
    }
    if (reader->is_last) reader->is_ended = true;
    if (reader->is_last || !reader->is_heartbeat_due) return NULL;
    reader->is_heartbeat_due = false;
    return event_text_keep(hub->heartbeat);
}

static enum hub_read_status wait_or_end(struct hub_reader *reader, hub_wake_fn suspend)
{
    if (reader->hub->is_stopped || reader->is_ended) return HUB_READ_END;
    reader->is_idle = true;
    if (suspend != NULL) suspend(reader->argument);
    return HUB_READ_NOTHING;
}

/* Make `current` a text with bytes left. `may_wait`: suspend if there is none. */
static enum hub_read_status advance(struct hub_reader *reader, bool may_wait, hub_wake_fn suspend)
{
    enum hub_read_status status = HUB_READ_DATA;

    pthread_mutex_lock(&reader->hub->lock);
    if (reader->current != NULL && reader->offset == reader->current->length) {
        event_text_drop(reader->current);
        reader->current = NULL;
    }
    if (reader->current == NULL) {
        reader->current = next_text(reader->hub, reader);
        reader->offset  = 0;
    }
    if (reader->hub->is_stopped)
        status = HUB_READ_END;
    else if (reader->current == NULL)
        status = may_wait ? wait_or_end(reader, suspend) : HUB_READ_NOTHING;
    pthread_mutex_unlock(&reader->hub->lock);
    return status;
}

/* The text that was copied just now is whole in the reader's buffer. */
static void measure(const struct hub_reader *reader)
{
    int64_t received_at_ms = reader->current->received_at_ms;

    if (reader->hub->meters == NULL || received_at_ms == 0) return;
    lag_histogram_record(&reader->hub->meters->dashboard, clock_monotonic_us(&CLOCK_SYSTEM),
                         (clock_wall_ms(&CLOCK_SYSTEM) - received_at_ms) * 1000);
}

bool hub_take_check(struct hub_reader *reader)
{
    return atomic_load_explicit(&reader->is_check_due, memory_order_relaxed) &&
           atomic_exchange_explicit(&reader->is_check_due, false, memory_order_relaxed);
}

enum hub_read_status hub_read(struct hub_reader *reader, char *buffer, size_t capacity, size_t *length, hub_wake_fn suspend)
{
    *length = 0;
    assert(capacity > 0);
    while (*length < capacity) {
        enum hub_read_status status = advance(reader, *length == 0, suspend);
        size_t               bytes;

        if (status != HUB_READ_DATA) return *length > 0 ? HUB_READ_DATA : status;
        bytes = reader->current->length - reader->offset;
        if (bytes > capacity - *length) bytes = capacity - *length;
        memcpy(buffer + *length, reader->current->data + reader->offset, bytes);
        reader->offset += bytes;
        *length += bytes;
        if (reader->offset == reader->current->length) measure(reader);
    }
    return HUB_READ_DATA;
}

enum hub_read_status hub_read_snapshot(struct hub_reader *reader, char **json, hub_wake_fn suspend)
{
    enum hub_read_status status;

    *json = NULL;
    pthread_mutex_lock(&reader->hub->lock);
    if (reader->snapshot != NULL && !reader->hub->is_stopped) {
        *json  = strndup(reader->snapshot->data + reader->snapshot->json_start, reader->snapshot->json_length);
        status = *json != NULL ? HUB_READ_DATA : HUB_READ_END;
    } else {
        status = wait_or_end(reader, suspend);
    }
    pthread_mutex_unlock(&reader->hub->lock);
    return status;
}
