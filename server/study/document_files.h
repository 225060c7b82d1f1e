/* document_files.h - the member "documents" of a study's description: which files hold its texts.
 *
 *     "documents": {"consent": {"en": "consent.en.md", "de": "consent.de.md"}, "contact": {"en": "contact.md"}}
 *
 * kind, then language, then a file; see study/documents.h. Threads: as the store. */
#ifndef DINOLAB_STUDY_DOCUMENT_FILES_H
#define DINOLAB_STUDY_DOCUMENT_FILES_H

#include "store/store.h"
#include "json/json_read.h"

/* `description_path` NULL: the values are the texts themselves, not names of files, and become the newest versions.
 *
 * Else: version 1 of each, for a study without texts. Files that do not begin with '/' are relative to the folder of `description_path`.
 * Sentences name kind, language and file. To be called in a transaction. */
MUST_CHECK bool document_files_add(struct store *store, int64_t study_id, const char *description_path,
                                   const struct json_value *documents, int64_t now_ms, struct err *err);

#endif
