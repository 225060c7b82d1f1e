/* hub_private.h - the hub's inside, shared by hub.c (life and publisher) and hub_reader.c; nobody else includes it. */
#ifndef DINOLAB_LIVE_HUB_PRIVATE_H
#define DINOLAB_LIVE_HUB_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "live/event_text.h"
#include "live/hub.h"

enum topic_wanted {
    WANTED_NO,
    WANTED_ASKED, /* a reader waits for a snapshot, the publisher does not know */
    WANTED_GIVEN, /* the publisher was told by hub_next_wanted and owes an answer */
};

struct topic {
    char               name[HUB_TOPIC_BYTES];
    struct topic      *next;
    struct hub_reader *readers;
    enum topic_wanted  wanted;
    int                idle_heartbeat_count; /* since the last reader left */
    uint64_t           since_id;             /* nothing was recorded up to here: ids below are of an earlier life */
    uint64_t           lost_id;              /* newest event that is no longer in the ring; 0 = none */
    uint64_t           newest_id;            /* newest event; 0 = none */
};

/* The event with id n is at n modulo HUB_RING_COUNT while `id` says so. Events of one topic form a list, oldest first. */
struct ring_entry {
    uint64_t           id;           /* 0 = empty */
    uint64_t           following_id; /* the topic's next event; 0 = this is its newest */
    struct topic      *topic;
    struct event_text *text;
};

struct hub_reader {
    struct hub        *hub;
    struct topic      *topic;
    struct hub_reader *next;
    hub_wake_fn        wake;
    void              *argument;
    struct event_text *current;  /* being copied out; its bytes are read without the lock, by the reader's thread only */
    size_t             offset;   /* into current */
    struct event_text *snapshot; /* to be copied next */
    uint64_t           next_id;  /* first event not yet taken; 0 = none */
    bool               is_waiting_for_snapshot;
    bool               is_idle; /* found nothing: must be woken, once */
    bool               is_heartbeat_due;
    atomic_bool        is_check_due; /* set under the lock, taken without it */
    bool               must_resync;  /* an event could not be stored */
    bool               is_last;      /* ends once it has read what was published */
    bool               is_ended;
};

/* Whom to tell that a snapshot is wanted. */
struct hub_wanted {
    hub_wake_fn wake; /* NULL: nobody */
    void       *argument;
};

struct hub {
    pthread_mutex_t    lock;    /* guards everything below, and the readers but for their `offset` */
    uint64_t           last_id; /* newest id given */
    struct topic      *topics;
    struct hub_wanted  wanted[HUB_PUBLISHER_COUNT];
    struct meters     *meters; /* set before the threads; may be NULL */
    struct event_text *resync;
    struct event_text *heartbeat;
    bool               is_stopped;
    struct ring_entry  ring[HUB_RING_COUNT];
};

/* Both with the lock held; NULL when it is not there. */
struct topic      *hub_find_topic(const struct hub *hub, const char *name);
struct ring_entry *hub_find_entry(struct hub *hub, uint64_t id);

enum hub_publisher hub_publisher_of(const char *topic_name);

#endif
