/* export_person.h - everything about one person, for somebody who asks what is kept about them: one JSON document.
 *
 * PERSON {"program_version","taken_at_ms","session":{...},"acceptances":[...],"comprehension_attempts":[...],"trials":[...],"events":[...],
 *         "questionnaire":{...}|null,"fits":[...],"refusals":[...]}, rows as the database has them (schema/sql tells every column; numbers
 *         0 and 1 for truths), pictures by name; with `key` also "platform", "ids":{...}|null, which are who the person is, and
 *         "other_sessions":[...] of the same person in every study of this server. Nothing else is kept of a person.
 *
 * Without the key the document is pseudonymous as every export over HTTP. Threads: the caller's, which holds a snapshot of the store. */
#ifndef DINOLAB_STUDY_EXPORT_PERSON_H
#define DINOLAB_STUDY_EXPORT_PERSON_H

#include "study/export_bundle.h"

/* `session`: its public id. ERR_NOT_FOUND where the study has no such session, ERR_GONE where its participant asked for deletion. */
MUST_CHECK bool export_person(const struct export_bundle *bundle, const char *session, const struct secret_key *key,
                              bool has_identity, struct text *out, struct err *err);

#endif
