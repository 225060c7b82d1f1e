#include "live/hub.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "live/hub_private.h"

/* A topic outlives its last reader by so many heartbeats, so that a connection cut by a proxy can go on where it was. */
enum { LINGER_HEARTBEAT_COUNT = 2 };

/* Ids start at the wall clock in microseconds, so that an id given by an earlier process is below every new one as long as that
 * process published less than one event per microsecond. */
struct hub *hub_new(struct err *err)
{
    struct hub *hub = calloc(1, sizeof *hub);

    if (hub == NULL) return err_no_memory(err), NULL;
    if (pthread_mutex_init(&hub->lock, NULL) != 0) {
        err_set(err, ERR_INTERNAL, "cannot make the hub's lock");
        free(hub);
        return NULL;
    }
    hub->last_id   = (uint64_t)clock_wall_ms(&CLOCK_SYSTEM) * 1000U;
    hub->resync    = event_text_literal("event: resync\ndata: {}\n\n");
    hub->heartbeat = event_text_literal(": \n\n");
    if (hub->resync == NULL || hub->heartbeat == NULL) {
        err_no_memory(err);
        hub_free(hub);
        return NULL;
    }
    return hub;
}

static void clear_entry(struct ring_entry *entry)
{
    event_text_drop(entry->text);
    *entry = (struct ring_entry){0};
}

static void clear_topic(struct hub *hub, const struct topic *topic)
{
    for (int i = 0; i < HUB_RING_COUNT; i++)
        if (hub->ring[i].topic == topic) clear_entry(&hub->ring[i]);
}

static void free_topic(struct hub *hub, struct topic *topic)
{
    clear_topic(hub, topic);
    free(topic);
}

void hub_free(struct hub *hub)
{
    if (hub == NULL) return;
    while (hub->topics != NULL) {
        struct topic *topic = hub->topics;

        assert(topic->readers == NULL);
        hub->topics = topic->next;
        free_topic(hub, topic);
    }
    event_text_drop(hub->resync);
    event_text_drop(hub->heartbeat);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}

struct topic *hub_find_topic(const struct hub *hub, const char *name)
{
    struct topic *topic = hub->topics;

    while (topic != NULL && strcmp(topic->name, name) != 0) topic = topic->next;
    return topic;
}

struct ring_entry *hub_find_entry(struct hub *hub, uint64_t id)
{
    struct ring_entry *entry = &hub->ring[id % HUB_RING_COUNT];

    return id != 0 && entry->id == id ? entry : NULL;
}

static void wake_reader(struct hub_reader *reader)
{
    if (!reader->is_idle) return;
    reader->is_idle = false;
    reader->wake(reader->argument);
}

void hub_measure(struct hub *hub, struct meters *meters)
{
    hub->meters = meters;
}

enum hub_publisher hub_publisher_of(const char *topic_name)
{
    return strncmp(topic_name, HUB_GROUP_PREFIX, strlen(HUB_GROUP_PREFIX)) == 0 ? HUB_GROUP_WORKER : HUB_FIT_WORKER;
}

static bool is_asked_of(const struct topic *topic, enum hub_publisher publisher)
{
    return topic->wanted == WANTED_ASKED && hub_publisher_of(topic->name) == publisher;
}

void hub_on_wanted(struct hub *hub, enum hub_publisher publisher, hub_wake_fn wanted, void *argument)
{
    bool is_asked = false;

    pthread_mutex_lock(&hub->lock);
    hub->wanted[publisher] = (struct hub_wanted){wanted, argument};
    for (struct topic *topic = hub->topics; topic != NULL; topic = topic->next) is_asked |= is_asked_of(topic, publisher);
    if (is_asked && wanted != NULL) wanted(argument);
    pthread_mutex_unlock(&hub->lock);
}

/* --- publisher --- */

/* Takes over `text`, which may be NULL: the event is lost then, and readers are told. */
static void record_event(struct hub *hub, struct topic *topic, uint64_t id, struct event_text *text)
{
    struct ring_entry *entry  = &hub->ring[id % HUB_RING_COUNT];
    struct ring_entry *before = hub_find_entry(hub, topic->newest_id);

    if (entry->topic != NULL && entry->id > entry->topic->lost_id) entry->topic->lost_id = entry->id;
    if (entry == before) before = NULL;
    clear_entry(entry);
    if (text == NULL) {
        topic->lost_id = id;
        return;
    }
    *entry           = (struct ring_entry){.id = id, .topic = topic, .text = text};
    topic->newest_id = id;
    if (before != NULL) before->following_id = id;
}

/* What a snapshot replaces need not be kept, nor read: who is behind goes on with the snapshot. */
static void forget_replaced(struct hub *hub, struct topic *topic)
{
    clear_topic(hub, topic);
    if (topic->newest_id > topic->lost_id) topic->lost_id = topic->newest_id;
    for (struct hub_reader *reader = topic->readers; reader != NULL; reader = reader->next) reader->next_id = 0;
}

static bool publish(struct hub *hub, struct topic *topic, const char *event_name, const char *json, int64_t received_at_ms)
{
    const uint64_t     id   = ++hub->last_id;
    struct event_text *text = event_text_new(id, event_name, json);

    if (text != NULL) text->received_at_ms = received_at_ms;
    if (text != NULL && strcmp(event_name, HUB_SNAPSHOT) == 0) forget_replaced(hub, topic);
    record_event(hub, topic, id, text);
    for (struct hub_reader *reader = topic->readers; reader != NULL; reader = reader->next) {
        if (reader->is_waiting_for_snapshot) continue;
        if (text == NULL) reader->must_resync = true;
        if (reader->next_id == 0) reader->next_id = id;
        wake_reader(reader);
    }
    return text != NULL;
}

/* Tour 9/9: from the fit worker to every open dashboard; the text is stored once. */
void hub_publish(struct hub *hub, const char *topic, const char *event_name, const char *json)
{
    hub_publish_response(hub, topic, event_name, json, 0);
}

void hub_publish_response(struct hub *hub, const char *topic_name, const char *event_name, const char *json,
                          int64_t received_at_ms)
{
    struct topic *topic   = NULL;
    bool          is_lost = false;

    assert(strlen(event_name) < HUB_EVENT_NAME_BYTES);
    pthread_mutex_lock(&hub->lock);
    topic = hub_find_topic(hub, topic_name);
    if (topic != NULL && !hub->is_stopped) is_lost = !publish(hub, topic, event_name, json, received_at_ms);
    pthread_mutex_unlock(&hub->lock);
    if (is_lost) log_error("an event of %s was lost for want of memory", topic_name);
}

bool hub_next_wanted(struct hub *hub, enum hub_publisher publisher, char topic_name[HUB_TOPIC_BYTES])
{
    struct topic *topic;

    pthread_mutex_lock(&hub->lock);
    topic = hub->topics;
    while (topic != NULL && !is_asked_of(topic, publisher)) topic = topic->next;
    if (topic != NULL) {
        topic->wanted = WANTED_GIVEN;
        memcpy(topic_name, topic->name, HUB_TOPIC_BYTES);
    }
    pthread_mutex_unlock(&hub->lock);
    return topic != NULL;
}

/* What was published before is in the snapshot: its readers start with the events after it. */
void hub_snapshot(struct hub *hub, const char *topic_name, const char *json)
{
    struct topic      *topic = NULL;
    struct event_text *text  = NULL;

    pthread_mutex_lock(&hub->lock);
    topic = hub_find_topic(hub, topic_name);
    if (topic != NULL) {
        topic->wanted = WANTED_NO;
        if (json != NULL && topic->readers != NULL) text = event_text_new(hub->last_id, HUB_SNAPSHOT, json);
        for (struct hub_reader *reader = topic->readers; reader != NULL; reader = reader->next) {
            if (json != NULL && !reader->is_waiting_for_snapshot) continue;
            reader->is_waiting_for_snapshot = false;
            reader->next_id                 = 0;
            if (text != NULL) reader->snapshot = event_text_keep(text);
            if (text == NULL) reader->is_ended = true; /* no such thing, or no memory: the browser comes again */
            wake_reader(reader);
        }
        event_text_drop(text);
    }
    pthread_mutex_unlock(&hub->lock);
}

/* Who waits for a snapshot is told by its answer that there is no such thing. */
void hub_end(struct hub *hub, const char *topic_name, const char *event_name, const char *json)
{
    struct topic *topic = NULL;

    pthread_mutex_lock(&hub->lock);
    topic = hub_find_topic(hub, topic_name);
    if (topic != NULL && !hub->is_stopped) {
        forget_replaced(hub, topic);
        (void)publish(hub, topic, event_name, json, 0); /* lost for want of memory: they come again, and are refused */
        topic->since_id = ++hub->last_id;
        for (struct hub_reader *reader = topic->readers; reader != NULL; reader = reader->next)
            reader->is_last = !reader->is_waiting_for_snapshot;
    }
    pthread_mutex_unlock(&hub->lock);
}

bool hub_is_read(struct hub *hub, const char *topic_name)
{
    bool is_read;

    pthread_mutex_lock(&hub->lock);
    is_read = hub_find_topic(hub, topic_name) != NULL;
    pthread_mutex_unlock(&hub->lock);
    return is_read;
}

/* The comment line goes out even where nothing else does: it is what makes the reader come, and look. */
static void beat(struct topic *topic)
{
    for (struct hub_reader *reader = topic->readers; reader != NULL; reader = reader->next) {
        reader->is_heartbeat_due = true;
        atomic_store_explicit(&reader->is_check_due, true, memory_order_relaxed);
        wake_reader(reader);
    }
}

void hub_recheck(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (struct topic *topic = hub->topics; topic != NULL; topic = topic->next) beat(topic);
    pthread_mutex_unlock(&hub->lock);
}

void hub_heartbeat(struct hub *hub)
{
    struct topic **link = &hub->topics;

    pthread_mutex_lock(&hub->lock);
    while (*link != NULL) {
        struct topic *topic = *link;

        beat(topic);
        if (topic->readers == NULL && ++topic->idle_heartbeat_count > LINGER_HEARTBEAT_COUNT) {
            *link = topic->next;
            free_topic(hub, topic);
        } else {
            link = &topic->next;
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

void hub_stop(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->is_stopped = true;
    for (struct topic *topic = hub->topics; topic != NULL; topic = topic->next)
        for (struct hub_reader *reader = topic->readers; reader != NULL; reader = reader->next) wake_reader(reader);
    pthread_mutex_unlock(&hub->lock);
}
