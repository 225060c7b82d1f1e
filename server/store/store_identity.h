/* store_identity.h - who participants are on the platform that sent them, who was refused, and links for one person.
 *
 * PERSONAL data: everything here is a keyed hash or sealed (study/identity.h has the key). */
#ifndef DINOLAB_STORE_STORE_IDENTITY_H
#define DINOLAB_STORE_STORE_IDENTITY_H

#include "store/store_session.h"

enum { PLATFORM_NAME_BYTES = 16 };

struct identity_row {
    int64_t            participant_id;
    int64_t            study_id;
    const char        *platform; /* constant, or from the arena */
    struct secret_hash id_hash;
    const void        *sealed_ids; /* borrowed, or from the arena */
    size_t             sealed_bytes;
};

MUST_CHECK bool store_identity_insert(struct store *store, const struct identity_row *row, struct err *err);

/* Other ids of the same person: sealed_ids of the row's participant. */
MUST_CHECK bool store_identity_renew(struct store *store, const struct identity_row *row, struct err *err);

/* The newest session of that person in a study, among live ones or among pilots. */
MUST_CHECK bool store_identity_session(struct store *store, int64_t study_id, bool is_pilot, const struct secret_hash *id_hash,
                                       struct session_row *out, bool *is_found, struct err *err);

/* Whether that person has taken part (other than as a pilot) in the study of that slug. */
MUST_CHECK bool store_identity_is_in(struct store *store, const char *slug, const struct secret_hash *id_hash, bool *is_in,
                                     struct err *err);

/* Of one participant; is_found false for somebody without an id. */
MUST_CHECK bool store_identity_by_participant(struct store *store, int64_t participant_id, struct arena *arena,
                                              struct identity_row *out, bool *is_found, struct err *err);

/* Of the newest participant who has one: to try a key. */
MUST_CHECK bool store_identity_newest(struct store *store, struct arena *arena, struct identity_row *out, bool *is_found,
                                      struct err *err);

/* Whether any is kept: then the key must be there. */
MUST_CHECK bool store_identity_exists(struct store *store, bool *exists, struct err *err);

/* `outcome`: "screened_out", "failed_comprehension". The first one stays. */
MUST_CHECK bool store_refusal_note(struct store *store, int64_t study_id, const struct secret_hash *id_hash, const char *outcome,
                                   int64_t now_ms, struct err *err);

/* "" when that person was not refused. */
MUST_CHECK bool store_refusal_find(struct store *store, int64_t study_id, const struct secret_hash *id_hash,
                                   char outcome[STATE_BYTES * 2], struct err *err);

/* A new link of the study; its number within the study comes back. */
MUST_CHECK bool store_personal_link_insert(struct store *store, int64_t study_id, const struct secret_hash *link_hash,
                                           int64_t now_ms, int *link_number, struct err *err);

/* is_found: a link of that study; is_used: somebody began with it. */
MUST_CHECK bool store_personal_link_find(struct store *store, int64_t study_id, const struct secret_hash *link_hash,
                                         bool *is_found, bool *is_used, struct err *err);
MUST_CHECK bool store_personal_link_use(struct store *store, const struct secret_hash *link_hash, int64_t now_ms,
                                        struct err *err);

#endif
