/* store_document.h - texts that participants are shown, which study shows which, and what was accepted. Rows are facts: a text is
 * known by its content and kept once; a study's newest version counts, the older ones stay. */
#ifndef DINOLAB_STORE_STORE_DOCUMENT_H
#define DINOLAB_STORE_STORE_DOCUMENT_H

#include <stdint.h>

#include "base/language_tag.h"
#include "base/secret.h"
#include "store/store.h"

enum document_kind { DOCUMENT_CONSENT, DOCUMENT_DATA_PROTECTION, DOCUMENT_CONTACT, DOCUMENT_DEBRIEFING, DOCUMENT_KIND_COUNT };

const char     *document_kind_name(enum document_kind kind); /* "consent", "data_protection", "contact", "debriefing" */
MUST_CHECK bool document_kind_from_name(const char *name, enum document_kind *out);

/* One version of a study's text. */
struct study_document_row {
    int64_t            study_id;
    enum document_kind kind;
    char               language[LANGUAGE_TAG_BYTES]; /* as language_tag_read spells it */
    int                version_number;               /* from 1, per kind and language */
    struct secret_hash sha256;
    int64_t            created_at_ms;
    const char        *text; /* read only, from the arena */
};

struct acceptance_row {
    int64_t            session_id;
    enum document_kind kind; /* consent or data_protection: the others are not accepted but read */
    struct secret_hash sha256;
    int64_t            accepted_at_ms;
};

/* Keep a text; one that is there already is left as it is. *sha256 is of the text. */
MUST_CHECK bool store_document_keep(struct store *store, const char *text, int64_t now_ms, struct secret_hash *sha256,
                                    struct err *err);

/* The text with this content, for readers who have only the hash; *text is NULL where it is not kept. */
MUST_CHECK bool store_document_text(struct store *store, const struct secret_hash *sha256, struct arena *arena, const char **text,
                                    struct err *err);

/* The document must be kept already. */
MUST_CHECK bool store_study_document_insert(struct store *store, const struct study_document_row *row, struct err *err);

/* The newest version of each language, by language; none is no error. */
MUST_CHECK bool store_study_documents_newest(struct store *store, int64_t study_id, enum document_kind kind, struct arena *arena,
                                             struct study_document_row **rows, int *count, struct err *err);

/* All versions of all kinds and languages, the newest of each last. */
MUST_CHECK bool store_study_documents(struct store *store, int64_t study_id, struct arena *arena,
                                      struct study_document_row **rows, int *count, struct err *err);

/* ERR_CONFLICT where the session has accepted a text of this kind already. */
MUST_CHECK bool store_acceptance_insert(struct store *store, const struct acceptance_row *row, struct err *err);
MUST_CHECK bool store_acceptances(struct store *store, int64_t session_id, struct arena *arena, struct acceptance_row **rows,
                                  int *count, struct err *err);

#endif
