/* enroll.h - let a person into a study: one session, one leased condition.
 *
 * The browser makes its own token before it asks, so that asking again (a lost reply, a double click) gives the same session and
 * never a second condition. Somebody whom the platform's link names has one session in a study, whatever browser they come with: a new
 * browser takes the open or finished session over where the study allows it, and nobody ever begins a second time. While a study is
 * tried out (a pilot), people may begin again, and neither times, quota, exclusions nor ids are asked for.
 * Durable when the writer has committed. Threads: the writer's. */
#ifndef DINOLAB_STUDY_ENROLL_H
#define DINOLAB_STUDY_ENROLL_H

#include "study/identity.h"
#include "study/refusal.h"
#include "study/study_catalog.h"

struct enrolment {
    const char              *slug;
    struct secret_hash       token_hash;
    struct secret_hash       consent_sha256; /* of the text that was accepted: must be one of the study's */
    bool                     has_data_protection;
    struct secret_hash       data_protection_sha256; /* likewise, of the sheet that was shown with it */
    const char              *language;               /* NULL: English */
    struct arrival           arrival;
    int                      age;
    const struct json_value *eligibility; /* answers by question; NULL: none */
    const struct secret_key *key;
    int64_t                  now_ms;
};

struct enrolment_result {
    bool               is_new;
    struct session_row session; /* when nothing was refused */
    enum refusal       refusal;
    struct err         err; /* of a refusal: kind and sentence */
    bool               has_return;
    struct return_link link; /* where who is refused goes */
};

/* True also for a refusal: one that must be remembered is written. ERR_NOT_FOUND no such study; ERR_CONFLICT the token belongs to
 * another study; ERR_INVALID an answer that cannot be; ERR_GONE the token's session has ended early. */
MUST_CHECK bool enroll_session(struct store *store, struct study_catalog *catalog, const struct enrolment *enrolment,
                               struct enrolment_result *out, struct err *err);

/* A page takes the session over: it is in charge from now on, and `session` is read anew. The link that it was opened with may carry new
 * ids of the same person. ERR_GONE for a session that left; ERR_UNAUTHORIZED for a pilot's once the study is live: a browser that tried it
 * out must not put a participant into it. */
MUST_CHECK bool enroll_claim_page(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                                  const struct arrival *arrival, int64_t now_ms, struct session_row *session, struct err *err);

/* Why nobody would be let in now, as far as state, time, quota and conditions go; REFUSAL_NONE when somebody would. */
MUST_CHECK bool enroll_obstacle(struct store *store, const struct study *study, int64_t now_ms, enum refusal *refusal,
                                bool *is_pilot, struct err *err);

/* Close every session whose study's absence time has passed; their conditions are free again. *count of closed sessions.
 * `served_ms`: for how long (monotonic clock) this server has been there to be found. Nobody could show a sign of life while it was
 * away, so nobody is closed before it has served for the absence time. */
MUST_CHECK bool enroll_close_absent(struct store *store, struct study_catalog *catalog, int64_t now_ms, int64_t served_ms,
                                    int *count, struct err *err);

/* A new public id for a session: random, says nothing. */
void enroll_public_id(char out[PUBLIC_ID_BYTES]);

/* The sentence for a session that left, by its reason; ERR_GONE. True for one that did not. */
MUST_CHECK bool enroll_check_not_left(const struct session_row *session, struct err *err);

#endif
