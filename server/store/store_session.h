/* store_session.h - participants' sessions: who is where. Every change takes a new change_number, so that the live worker can follow
 * by a cursor. */
#ifndef DINOLAB_STORE_STORE_SESSION_H
#define DINOLAB_STORE_STORE_SESSION_H

#include <stdint.h>

#include "base/language_tag.h"
#include "base/secret.h"
#include "store/store_study.h"

enum { PUBLIC_ID_BYTES = 24, VERSION_BYTES = 32 };

enum session_state { SESSION_ACTIVE, SESSION_FINISHED, SESSION_LEFT, SESSION_STATE_COUNT };

/* Why a session left. */
enum end_reason { END_NONE, END_ABSENT, END_WITHDRAWN, END_COMPREHENSION, END_REASON_COUNT };

/* What the participant answered to "should we include your data?". */
enum inclusion { INCLUSION_NOT_ASKED, INCLUSION_NO, INCLUSION_YES };

const char        *session_state_name(enum session_state state); /* "active", "finished", "left" */
enum session_state session_state_from_name(const char *name);
const char        *end_reason_name(enum end_reason reason); /* "", "absent", "withdrawn", "comprehension" */

struct session_row {
    int64_t            session_id;
    char               public_id[PUBLIC_ID_BYTES];
    int64_t            study_id;
    int64_t            condition_id;
    int64_t            participant_id;
    int                participant_number; /* within the study */
    enum session_state state;
    int64_t            consented_at_ms;
    int64_t            comprehension_passed_at_ms; /* 0: not yet */
    int64_t            ended_at_ms;                /* 0: still active */
    int64_t            seen_at_ms;                 /* last request that was not a trial */
    int64_t            change_number;
    bool               has_questionnaire; /* read only */
    bool               is_pilot;          /* begun while the study was tried out */
    bool               is_imported;       /* took place elsewhere */
    enum end_reason    end_reason;        /* of a session that left */
    int                page_number;       /* the page that is in charge; 0: none has said so */
    char               language[LANGUAGE_TAG_BYTES];
};

/* What a session ran with. */
struct session_provenance {
    char               program_version[VERSION_BYTES];
    struct secret_hash settings_sha256;
    struct secret_hash stimulus_set_sha256;
    struct secret_hash representations_sha256;
};

/* What else is written with a new session. */
struct session_admission {
    struct secret_hash token_hash;
    struct secret_hash consent_sha256;
    const char        *eligibility;      /* JSON; NULL: nothing was asked */
    enum inclusion     imported_include; /* of imported sessions: what the data say */
};

/* A new participant and session at once; participant_id, participant_number, session_id and change_number are set in `row`. */
MUST_CHECK bool store_session_insert(struct store *store, struct session_row *row, const struct session_admission *admission,
                                     const struct session_provenance *provenance, struct err *err);

/* is_found false where there is none. */
MUST_CHECK bool store_session_by_token(struct store *store, const struct secret_hash *token_hash, struct session_row *out,
                                       bool *is_found, struct err *err);
MUST_CHECK bool store_session_by_public_id(struct store *store, const char *public_id, struct session_row *out, bool *is_found,
                                           struct err *err);
MUST_CHECK bool store_session_by_id(struct store *store, int64_t session_id, struct session_row *out, struct err *err);

MUST_CHECK bool store_session_pass_comprehension(struct store *store, int64_t session_id, int64_t now_ms, struct err *err);
/* SESSION_FINISHED, or SESSION_LEFT for absence; nothing happens to one that has ended. */
MUST_CHECK bool store_session_end(struct store *store, int64_t session_id, enum session_state state, int64_t now_ms,
                                  struct err *err);
/* Left for another reason. */
MUST_CHECK bool store_session_leave(struct store *store, int64_t session_id, enum end_reason reason, int64_t now_ms,
                                    struct err *err);

/* Another browser of the same person: from now on its token is the session's. */
MUST_CHECK bool store_session_set_token(struct store *store, int64_t session_id, const struct secret_hash *token_hash,
                                        struct err *err);

/* A page takes over: page_number counts up; a sign of life. */
MUST_CHECK bool store_session_claim_page(struct store *store, int64_t session_id, int64_t now_ms, struct err *err);

/* Live sessions of a study that are open or finished: what a quota counts. */
MUST_CHECK bool store_session_quota_count(struct store *store, int64_t study_id, int *count, struct err *err);
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
