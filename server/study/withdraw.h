/* withdraw.h - a participant stops taking part, and may have everything deleted.
 *
 * Who stops keeps what was answered in the study: the session has left, its condition is free again. Deletion erases the session, whatever
 * its state, and leaves a tombstone; after it the browser's token is not known any more. What is returned was read
 * before anything was erased; pay beyond what a platform pays by itself cannot follow a deletion, since nobody is known any more, and the
 * page says so before. Stopping again is harmless. Threads: the writer's, but for the preview. */
#ifndef DINOLAB_STUDY_WITHDRAW_H
#define DINOLAB_STUDY_WITHDRAW_H

#include "study/finish.h"

struct withdrawal {
    bool               is_deleted;
    int                trial_count; /* of the main phase that had been answered */
    int64_t            pay_minor;
    bool               has_return; /* there is somewhere to go, or a code */
    struct return_link link;
};

/* What withdrawing now would give: nothing is changed. Any store will do, with the catalog of its thread. `key` as for finish_session. */
MUST_CHECK bool withdraw_preview(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                                 const struct session_row *session, struct withdrawal *out, struct err *err);

/* ERR_CONFLICT for stopping a finished session: that can only be deleted. */
MUST_CHECK bool withdraw_session(struct store *store, struct study_catalog *catalog, const struct secret_key *key,
                                 int64_t session_id, bool is_deletion, int64_t now_ms, struct withdrawal *out, struct err *err);

#endif
