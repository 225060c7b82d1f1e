/* meters.h - what the running server measures about itself, always on; the system page shows it.
 *
 * Shared between threads without a lock; each member says who writes it. All zero is the start, but for tables_left_ms.
 *   reply      from the moment a response's request is whole (its last byte read) to its successful reply handed to the HTTP library:
 *              includes waiting for the writer, the commit and the sync. Written by the HTTP loops.
 *   dashboard  from the moment a response's request is whole, to its event copied whole into the HTTP library's buffer for one open
 *              dashboard: once per dashboard that gets it. A participant's dashboard gets an event of each response; a study's
 *              one of all responses that came since the last, where the oldest of them counts. By the wall clock's milliseconds stored with the response. Written by the HTTP
 *              loops through the hub. */
#ifndef DINOLAB_BASE_METERS_H
#define DINOLAB_BASE_METERS_H

#include "base/lag_histogram.h"
#include "base/rate_counter.h"

struct meters {
    int64_t              started_at_ms; /* written once, before the threads */
    struct lag_histogram reply;
    struct lag_histogram dashboard;
    struct rate_counter  commits;            /* the writer's thread: synced transactions */
    struct rate_counter  responses;          /* HTTP loops: as `reply` */
    _Atomic int          stream_count;       /* HTTP loops: open dashboards' streams */
    _Atomic int          sessions_in_memory; /* fit worker */
    _Atomic int64_t      followed_trial_id;  /* fit worker: the newest trial whose numbers are known */
    _Atomic int64_t      longest_behind;     /* HTTP loops: most trials that were found stored but not followed */
    _Atomic int          tables_failed;      /* fit worker, as the next */
    _Atomic int64_t      tables_left_ms;     /* below 0: not known */
};

#endif
