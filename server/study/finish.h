/* finish.h - events, the final questions, and the end of a session.
 *
 * The completion link leaves the server only here, and only when the stored trials equal the planned ones. Threads: the writer's. */
#ifndef DINOLAB_STUDY_FINISH_H
#define DINOLAB_STUDY_FINISH_H

#include "store/store_record.h"
#include "study/documents.h"
#include "study/identity.h"

struct completion {
    struct return_link link; /* the way back to the platform */
    int64_t            pay_minor;
    struct document    debriefing; /* text from the arena; NULL: the study has none */
};

extern const char *const EVENT_KINDS[]; /* closed by NULL */

/* ERR_GONE for a session that left. Events of an index that is there already are not counted. New ones are a sign of life. */
MUST_CHECK bool finish_record_events(struct store *store, int64_t session_id, const struct event_row *events, int count,
                                     int *stored_count, struct err *err);

/* ERR_CONFLICT until all trials are stored, and once the session is finished. */
MUST_CHECK bool finish_record_questionnaire(struct store *store, struct study_catalog *catalog,
                                            const struct questionnaire_row *row, struct err *err);

/* Again after it: the same completion. ERR_CONFLICT says what is still missing. `key` reads the ids that a way back may need; NULL where
 * nobody has any. */
MUST_CHECK bool finish_session(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                               int64_t session_id, int64_t now_ms, struct arena *arena, struct completion *out, struct err *err);

/* What finish_session said, for a session that is finished. */
MUST_CHECK bool finish_completion(struct store *store, const struct study *study, const struct secret_key *key,
                                  const struct session_row *session, struct arena *arena, struct completion *out,
                                  struct err *err);

/* The way back for another outcome of a session that began. */
MUST_CHECK bool finish_return(struct store *store, const struct study *study, const struct secret_key *key,
                              const struct session_row *session, enum outcome outcome, struct return_link *out, struct err *err);

#endif
