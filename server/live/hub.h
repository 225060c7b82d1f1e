/* hub.h - from its publishers (the fit worker and the group worker) to many open dashboards.
 *
 * One of the objects shared between threads: a mutex, a bounded ring of events, and the list of readers. A reader follows one topic
 * ("study/3", "session/17"): first a snapshot with a sequence number, then the events after it. A reader that has fallen out of the
 * ring is told to resync. Nothing here blocks: a reader with nothing to read is woken by its wake function.
 * Ids grow over restarts of the process too, so that a browser's Last-Event-ID from an earlier one is recognised as old.
 * Topics are split between two publishers by their names: those that begin with "group/" belong to the group worker, all others to the
 * fit worker; only a study's `state` is published by who has changed it.
 * The hub never runs SQL, fits, or writes to a socket while its lock is held. */
#ifndef DINOLAB_LIVE_HUB_H
#define DINOLAB_LIVE_HUB_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/meters.h"

enum { HUB_TOPIC_BYTES = 48, HUB_RING_COUNT = 4096, HUB_EVENT_NAME_BYTES = 24 };

enum hub_publisher { HUB_FIT_WORKER, HUB_GROUP_WORKER, HUB_PUBLISHER_COUNT };

#define HUB_GROUP_PREFIX "group/"

struct hub;
struct hub_reader;

/* Called (from any thread, lock held: do nothing but resume) when a reader that found nothing has something to read. */
typedef void (*hub_wake_fn)(void *argument);

MUST_CHECK struct hub *hub_new(struct err *err);
void                   hub_free(struct hub *hub); /* no readers may be left; accepts NULL */

/* Before the first reader: where hub_read records how long events of responses took. Borrowed; without it nothing is recorded. */
void hub_measure(struct hub *hub, struct meters *meters);

/* Called (lock held: only signal) when a reader comes that needs a snapshot, so that its publisher need not poll. */
void hub_on_wanted(struct hub *hub, enum hub_publisher publisher, hub_wake_fn wanted, void *argument);

/* --- publisher --- */

/* The event that replaces everything before it on its topic. */
#define HUB_SNAPSHOT "snapshot"

/* Append an event for the topic's readers. `json` is copied. Events of topics that nobody reads cost one comparison. A HUB_SNAPSHOT
 * takes the place of the events before it: they are let go, and readers who are behind go on with it. */
void hub_publish(struct hub *hub, const char *topic, const char *event_name, const char *json);

/* The same for an event that a response caused: each reader's lag since it was received (wall clock; 0: none) goes to the meters. */
void hub_publish_response(struct hub *hub, const char *topic, const char *event_name, const char *json, int64_t received_at_ms);

/* A topic of this publisher for which a reader waits for a snapshot; false when there is none. Each topic is given once until answered. */
bool hub_next_wanted(struct hub *hub, enum hub_publisher publisher, char topic[HUB_TOPIC_BYTES]);

/* Answer: a snapshot that contains everything published on the topic so far. NULL json: there is no such thing; readers are ended. */
void hub_snapshot(struct hub *hub, const char *topic, const char *json);

/* The topic is over: its readers get this event in place of all that they have not read, and end. Nobody goes on after an id from before. */
void hub_end(struct hub *hub, const char *topic, const char *event_name, const char *json);

/* True while anybody reads the topic, and for two heartbeats after (so that a cut connection can go on); lets the publisher skip building events that nobody would see. */
bool hub_is_read(struct hub *hub, const char *topic);

/* Every reader gets a comment line, so that dead connections are noticed, and is to look whether it may still read. */
void hub_heartbeat(struct hub *hub);

/* The same at once, for somebody may read less than before. Nothing else of a heartbeat happens. */
void hub_recheck(struct hub *hub);

void hub_stop(struct hub *hub); /* every reader ends at its next read */

/* --- reader (an HTTP stream) --- */

/* `last_event_id` 0: start with a snapshot. Else go on after it if the ring still holds what follows, otherwise snapshot again. */
MUST_CHECK struct hub_reader *hub_subscribe(struct hub *hub, const char *topic, uint64_t last_event_id, hub_wake_fn wake,
                                            void *argument, struct err *err);
void                          hub_unsubscribe(struct hub_reader *reader); /* accepts NULL */

/* True once after each heartbeat and recheck: to be asked before hub_read, by who knows what its reader may see. Takes no lock. */
bool hub_take_check(struct hub_reader *reader);

enum hub_read_status {
    HUB_READ_DATA,    /* *length bytes of server-sent events were copied */
    HUB_READ_NOTHING, /* wake will be called once; `suspend` was run before the lock was let go */
    HUB_READ_END,     /* close the stream: stopped, no such thing, or the reader was told to resync */
};

/* Copy the next bytes. `suspend` (may be NULL) is run under the lock when there is nothing, so that no wake-up is lost. */
enum hub_read_status hub_read(struct hub_reader *reader, char *buffer, size_t capacity, size_t *length, hub_wake_fn suspend);

/* For one-shot questions: the snapshot's JSON once it is there (malloc'ed, the caller frees), NULL while it is not. END as above. */
enum hub_read_status hub_read_snapshot(struct hub_reader *reader, char **json, hub_wake_fn suspend);

#endif
