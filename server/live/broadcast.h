/* broadcast.h - from what the fit worker knows to what the hub's readers get: events when something happened, snapshots when asked.
 *
 * An event that nobody would read is not built. Threads: belongs to the fit worker's thread. */
#ifndef DINOLAB_LIVE_BROADCAST_H
#define DINOLAB_LIVE_BROADCAST_H

#include "live/hub.h"
#include "live/live_json.h"
#include "live/roster.h"
#include "live/table_progress.h"
#include "store/store_erase.h"

struct broadcast {
    struct hub            *hub; /* borrowed, as the next */
    struct roster         *roster;
    struct table_progress *progress; /* NULL: only how many tables are ready is told */
    struct text            text;     /* the document being written */
};

void broadcast_init(struct broadcast *broadcast, struct hub *hub, struct roster *roster, struct table_progress *progress);
void broadcast_close(struct broadcast *broadcast);

/* A live_trial_fn; the argument is the broadcast. */
void broadcast_trial(void *broadcast, const struct live_session *session, const struct trial_row *row,
                     const struct fit_trial *numbers);

/* To those who watch the session: a `session` event. */
void broadcast_watched(struct broadcast *broadcast, const struct live_session *session);

/* To those who watch the study and those who watch the session, which need not be in memory. */
void broadcast_session(struct broadcast *broadcast, const struct session_overview *overview);

enum { BROADCAST_SESSIONS_MAX = 128, BROADCAST_SNAPSHOT_SESSIONS_MAX = 1000 };

/* Take the first of the roster's changed sessions, and tell those who watch their studies: one `sessions` event a study. */
void broadcast_changed(struct broadcast *broadcast);

/* Those who watch the study lose the session; those who watch the session itself are told why, and end. */
void broadcast_erased(struct broadcast *broadcast, const struct tombstone_row *stone);

void broadcast_value_tables(struct broadcast *broadcast, int64_t study_id);

/* A new snapshot for those who watch this session already. */
void broadcast_resend(struct broadcast *broadcast, struct live_session *session);

bool broadcast_is_watched(const struct broadcast *broadcast, const struct live_session *session);

/* Answer a topic for which a reader waits. */
void broadcast_answer(struct broadcast *broadcast, const char *topic);

#endif
