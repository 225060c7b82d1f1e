/* roster.h - what the fit worker holds in memory: studies, the conditions in use, and the sessions being followed.
 *
 * Nothing in it matters: all of it can be loaded again. Studies stay; a condition stays while a session or a holder uses it.
 * Threads: belongs to one thread, beside its store. */
#ifndef DINOLAB_LIVE_ROSTER_H
#define DINOLAB_LIVE_ROSTER_H

#include "live/id_map.h"
#include "live/live_session.h"

struct roster {
    struct store        *store; /* borrowed */
    struct id_map        studies;
    struct id_map        conditions;
    struct id_map        sessions; /* values are struct live_session */
    struct live_session *changed;  /* first of those of whom researchers are to be told, oldest change first */
    struct live_session *changed_last;
};

void roster_init(struct roster *roster, struct store *store);
void roster_close(struct roster *roster);

MUST_CHECK bool roster_study(struct roster *roster, int64_t study_id, struct live_study **out, struct err *err);

/* A study of the roster that was blind may be so no longer; nothing is read for another one. */
MUST_CHECK bool roster_look_again(struct roster *roster, const struct live_study *study, struct err *err);

struct live_condition *roster_condition(const struct roster *roster, int64_t condition_id); /* NULL: not in memory */
MUST_CHECK bool roster_hold_condition(struct roster *roster, int64_t study_id, int64_t condition_id, struct live_condition **out,
                                      struct err *err);
void            roster_let_condition_go(struct roster *roster, struct live_condition *condition);

struct live_session *roster_session(const struct roster *roster, int64_t session_id); /* NULL: not in memory */

/* Load a session that is not in memory, with everything that is stored of it. */
MUST_CHECK bool roster_add(struct roster *roster, const struct session_overview *overview, struct live_session **out,
                           struct err *err);
void            roster_drop(struct roster *roster, struct live_session *session);

/* The queue of sessions of which those who watch their study are to be told; a session waits in it once. */
void                 roster_mark_changed(struct roster *roster, struct live_session *session);
struct live_session *roster_take_changed(struct roster *roster); /* NULL: no more */

/* The leading model as it is shown: of an active session from memory, of an ended one what its stored fits say or will say. */
void roster_glance(const struct roster *roster, const struct live_study *study, const struct session_overview *overview,
                   struct live_glance *out);

#endif
