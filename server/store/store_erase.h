/* store_erase.h - what is left of a session whose participant asks for deletion: a tombstone, which says that there was one.
 *
 * Trials, events, answers, what was accepted, fits, ids and refusals of the person in this study are gone once the caller's transaction is
 * committed; deleted bytes are overwritten (secure_delete), and the store then wants its log truncated (store_wants_truncation). The numbers
 * of the session are never given again. Value tables belong to the condition and stay. */
#ifndef DINOLAB_STORE_STORE_ERASE_H
#define DINOLAB_STORE_STORE_ERASE_H

#include "store/store_session.h"

/* For researchers who ask for such a session. */
#define TOMBSTONE_SENTENCE "this participant asked for deletion: everything of the session was deleted"

struct tombstone_row {
    int64_t session_id;
    int64_t study_id;
    char    public_id[PUBLIC_ID_BYTES];
    int     participant_number;
    bool    is_pilot;
    int64_t change_number; /* counted with those of sessions */
    int64_t deleted_at_ms;
};

/* ERR_NOT_FOUND when there is no such session. */
MUST_CHECK bool store_session_erase(struct store *store, int64_t session_id, int64_t now_ms, struct err *err);

MUST_CHECK bool store_tombstone_by_public_id(struct store *store, const char *public_id, struct tombstone_row *out,
                                             bool *is_found, struct err *err);

/* Of all studies, past the cursor, oldest first, at most `limit`. */
MUST_CHECK bool store_tombstones_after(struct store *store, int64_t after_change_number, int limit, struct arena *arena,
                                       struct tombstone_row **rows, int *count, struct err *err);

MUST_CHECK bool store_tombstone_newest_change(struct store *store, int64_t *change_number, struct err *err); /* 0: none */

#endif
