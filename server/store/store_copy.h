/* store_copy.h - one study of the database as a database file of its own.
 *
 * The tables are made by the statements that made them here and hold the rows of the study alone: the study, its stimulus set with the set's
 * representations, conditions, texts, sessions of the mode with all that belongs to them, and what was derived. Not in it: accounts, rights,
 * tokens, logins, links, projects, the log of what was done, ids of platforms and refusals, other studies, and every table that COPIED does not name.
 *
 * What would let somebody in is blanked: token_hash and visit_hash become numbers of 32 digits, codes and addresses of completion leave the
 * settings (settings_sha256 stays that of the whole settings). The hashes are never in the file, not even in its unused pages. */
#ifndef DINOLAB_STORE_STORE_COPY_H
#define DINOLAB_STORE_STORE_COPY_H

#include "store/session_mode.h"
#include "store/store.h"

/* To `path`, an empty file or none; one view of the database, its own. A file that was not finished is the caller's to remove. */
MUST_CHECK bool store_copy_study(struct store *store, int64_t study_id, enum session_mode mode, const char *path,
                                 struct err *err);

#endif
