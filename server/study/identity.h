/* identity.h - the key with which people are recognised and their platform's ids are sealed.
 *
 * The key is DIR/dinolab.key, 64 hex digits, mode 0600: outside the database, so that a copy of the database alone leads to nobody. Who
 * loses it can neither pay by id nor recognise who comes back; back it up apart from the database.
 * Threads: a key is read only once it is open. */
#ifndef DINOLAB_STUDY_IDENTITY_H
#define DINOLAB_STUDY_IDENTITY_H

#include "store/data_folder.h"
#include "store/store_identity.h"
#include "task/platform.h"

/* The key of a data folder. It is made where there is none and nothing was sealed yet; where something was, a missing key is
 * ERR_NOT_FOUND with a sentence: a new one would recognise nobody. Nor would another one than theirs, which is ERR_INVALID. */
MUST_CHECK bool identity_key_open(const struct data_folder *folder, struct store *store, struct secret_key *out, struct err *err);

/* Without making one: for commands beside a running server. ERR_NOT_FOUND where there is none. */
MUST_CHECK bool identity_key_read(const struct data_folder *folder, struct secret_key *out, struct err *err);

/* The same for the same person of a platform in every study of this server. */
void identity_hash(const struct secret_key *key, enum platform platform, const char *person, struct secret_hash *out);

/* Seals all ids of the arrival beside the participant. */
MUST_CHECK bool identity_keep(struct store *store, const struct secret_key *key, const struct session_row *session,
                              enum platform platform, const struct arrival *arrival, struct err *err);

/* The same person with new ids beside their own, such as the assignment of an MTurk worker who gave a task back and took it again: the
 * way back needs the new ones. Ids of anybody else change nothing. */
MUST_CHECK bool identity_renew(struct store *store, const struct secret_key *key, const struct session_row *session,
                               enum platform platform, const struct arrival *arrival, struct err *err);

/* The ids of a participant; is_found false, and an arrival without ids, for somebody who came by a plain link. */
MUST_CHECK bool identity_find(struct store *store, const struct secret_key *key, int64_t participant_id, struct arrival *out,
                              bool *is_found, struct err *err);

#endif
