/* enroll.h - let a person into a study: one session, one leased condition.
 *
 * The browser makes its own token before it asks, so that asking again (a lost reply, a double click) gives the same session and
 * never a second condition. Durable when the writer has committed. Threads: the writer's. */
#ifndef DINOLAB_STUDY_ENROLL_H
#define DINOLAB_STUDY_ENROLL_H

#include "study/study_catalog.h"

struct enrolment {
    const char        *slug;
    struct secret_hash token_hash;
    struct secret_hash consent_sha256; /* of the text that was accepted: must be the study's */
    int64_t            now_ms;
};

/* ERR_NOT_FOUND no such study; ERR_CONFLICT study not open, other consent text, or the token belongs to another study; ERR_FULL no
 * condition is free; ERR_GONE the token's session was closed. */
MUST_CHECK bool enroll_session(struct store *store, struct study_catalog *catalog, const struct enrolment *enrolment,
                               struct session_row *out, bool *is_new, struct err *err);

/* Close every session whose study's absence time has passed; their conditions are free again. *count of closed sessions.
 * `served_ms`: for how long (monotonic clock) this server has been there to be found. Nobody could show a sign of life while it was
 * away, so nobody is closed before it has served for the absence time. */
MUST_CHECK bool enroll_close_absent(struct store *store, struct study_catalog *catalog, int64_t now_ms, int64_t served_ms,
                                    int *count, struct err *err);

#endif
