/* documents.h - what a study says to its participants: consent, data protection, contact, debriefing, in the language that they read.
 *
 * A study's own texts are versions (study_document); where it has none, the texts that come with the program serve
 * (schema/documents, embedded). Which text somebody gets, first that there is:
 *   1. the study's own in that language (newest version; "de-AT" takes "de-AT", else "de", else "de-CH"),
 *   2. the study's own in English, 3. the study's own in any language,
 *   4. consent only: the setting 'consent_text', where it is not its default,
 *   5. the program's in that language, 6. the program's in English. There is none for contact.
 *
 * How a participant agrees:
 *     documents_resolve(store, study, DOCUMENT_CONSENT, language, arena, &document, err)    shows document.text and document.sha256
 *     documents_is_current(store, study, DOCUMENT_CONSENT, &sha256, &is_current, err)       what the page sends back; false: it has
 *                                                                                           changed meanwhile, read it again
 *     documents_accept(store, study, session_id, DOCUMENT_CONSENT, &sha256, now_ms, err)    after the session's row is there, in the
 *                                                                                           same transaction; likewise
 *                                                                                           DOCUMENT_DATA_PROTECTION when it was sent
 *
 * Threads: none of its own; `store` and `study` belong to the caller's thread. Reads are a query or two, never kept. */
#ifndef DINOLAB_STUDY_DOCUMENTS_H
#define DINOLAB_STUDY_DOCUMENTS_H

#include "store/store_document.h"
#include "study/study_catalog.h"

enum { DOCUMENT_BYTES_MAX = 64 * 1024 }; /* a long information sheet is 20 kB */

#define DOCUMENT_LANGUAGE_DEFAULT "en"

struct document {
    const char        *text; /* Markdown, from the arena or for ever; NULL: the study has none of this kind */
    struct secret_hash sha256;
    char language[LANGUAGE_TAG_BYTES]; /* that it is written in; of the setting 'consent_text': taken to be English */
    int  version;                      /* 0: not a version of the study's own */
};

/* `language` is what the participant asks for, as it comes; NULL and what is not a tag ask for English. */
MUST_CHECK bool documents_resolve(struct store *store, const struct study *study, enum document_kind kind, const char *language,
                                  struct arena *arena, struct document *out, struct err *err);

/* Is this one of the texts that documents_resolve gives now, in any language? */
MUST_CHECK bool documents_is_current(struct store *store, const struct study *study, enum document_kind kind,
                                     const struct secret_hash *sha256, bool *is_current, struct err *err);

/* Keeps the text and that this session accepted it at that time. Once per session and kind: again is ERR_CONFLICT, and so is a text
 * that is not current. To be called in a transaction. */
MUST_CHECK bool documents_accept(struct store *store, const struct study *study, int64_t session_id, enum document_kind kind,
                                 const struct secret_hash *sha256, int64_t now_ms, struct err *err);

struct document_added {
    char language[LANGUAGE_TAG_BYTES]; /* as it is spelled in the study */
    int  version;
    bool is_new; /* false: the newest version has the same text already */
};

/* A study's own text becomes the newest version of its kind and language. A byte order mark goes, CR LF becomes LF; text that is
 * empty, too long or not UTF-8 is ERR_INVALID or ERR_TOO_LARGE with a sentence about kind and language. To be called in a
 * transaction. */
MUST_CHECK bool documents_add(struct store *store, int64_t study_id, enum document_kind kind, const char *language,
                              struct span text, int64_t now_ms, struct document_added *out, struct err *err);

#endif
