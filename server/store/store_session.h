/* store_session.h - participants' sessions: who is where. Every change takes a new change_number, so that the live worker can follow
 * by a cursor. */
#ifndef DINOLAB_STORE_STORE_SESSION_H
#define DINOLAB_STORE_STORE_SESSION_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store_study.h"

enum { PUBLIC_ID_BYTES = 24, VERSION_BYTES = 32 };

enum session_state { SESSION_ACTIVE, SESSION_FINISHED, SESSION_LEFT, SESSION_STATE_COUNT };

/* What the participant answered to "should we include your data?". */
enum inclusion { INCLUSION_NOT_ASKED, INCLUSION_NO, INCLUSION_YES };

const char        *session_state_name(enum session_state state); /* "active", "finished", "left" */
enum session_state session_state_from_name(const char *name);

struct session_row {
    int64_t            session_id;
    char               public_id[PUBLIC_ID_BYTES];
    int64_t            study_id;
    int64_t            condition_id;
    int                participant_number; /* within the study */
    enum session_state state;
    int64_t            consented_at_ms;
    int64_t            comprehension_passed_at_ms; /* 0: not yet */
    int64_t            ended_at_ms;                /* 0: still active */
    int64_t            seen_at_ms;                 /* last request that was not a trial */
    int64_t            change_number;
    bool               has_questionnaire; /* read only */
};

/* What a session ran with. */
struct session_provenance {
    char               program_version[VERSION_BYTES];
    struct secret_hash settings_sha256;
    struct secret_hash stimulus_set_sha256;
    struct secret_hash representations_sha256;
};

/* A new participant and session at once; participant_number, session_id and change_number are set in `row`. */
MUST_CHECK bool store_session_insert(struct store *store, struct session_row *row, const struct secret_hash *token_hash,
                                     const struct secret_hash *consent_sha256, const struct session_provenance *provenance,
                                     struct err *err);

/* is_found false where there is none. */
MUST_CHECK bool store_session_by_token(struct store *store, const struct secret_hash *token_hash, struct session_row *out,
                                       bool *is_found, struct err *err);
MUST_CHECK bool store_session_by_public_id(struct store *store, const char *public_id, struct session_row *out, bool *is_found,
                                           struct err *err);
MUST_CHECK bool store_session_by_id(struct store *store, int64_t session_id, struct session_row *out, struct err *err);

MUST_CHECK bool store_session_pass_comprehension(struct store *store, int64_t session_id, int64_t now_ms, struct err *err);
MUST_CHECK bool store_session_end(struct store *store, int64_t session_id, enum session_state state, int64_t now_ms,
                                  struct err *err);
MUST_CHECK bool store_session_touch(struct store *store, int64_t session_id, int64_t now_ms, struct err *err); /* seen, changed */

/* Sessions changed after the cursor, oldest change first, at most `limit`. */
MUST_CHECK bool store_sessions_changed(struct store *store, int64_t after_change_number, int limit, struct arena *arena,
                                       struct session_row **rows, int *count, struct err *err);
MUST_CHECK bool store_sessions_of_study(struct store *store, int64_t study_id, struct arena *arena, struct session_row **rows,
                                        int *count, struct err *err);

/* Active sessions of a study without any sign of life since then: neither a trial nor another request. */
MUST_CHECK bool store_sessions_absent(struct store *store, int64_t study_id, int64_t since_ms, struct arena *arena,
                                      struct session_row **rows, int *count, struct err *err);

#endif
