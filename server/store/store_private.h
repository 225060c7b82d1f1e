/* store_private.h - what store_<noun>.c share. */
#ifndef DINOLAB_STORE_STORE_PRIVATE_H
#define DINOLAB_STORE_STORE_PRIVATE_H

#include "store/db.h"
#include "store/store_study.h"

struct store {
    struct db *db;
    bool       wants_truncation; /* something was erased that the write-ahead log still has */
};

/* Every statement of one file, closed by NULL; store.c lists the lists. */
extern const char *const STORE_MATERIAL_SQL[];
extern const char *const STORE_STUDY_SQL[];
extern const char *const STORE_STUDY_CHANGE_SQL[];
extern const char *const STORE_CONDITION_SQL[];
extern const char *const STORE_SESSION_SQL[];
extern const char *const STORE_TRIAL_SQL[];
extern const char *const STORE_RECORD_SQL[];
extern const char *const STORE_ACCOUNT_SQL[];
extern const char *const STORE_DERIVED_SQL[];
extern const char *const STORE_EXPORT_SQL[];
extern const char *const STORE_EXPORT_SESSION_SQL[];
extern const char *const STORE_EXPORT_JSPSYCH_SQL[];
extern const char *const STORE_EXPORT_EVENT_SQL[];
extern const char *const STORE_PERSON_SQL[];
extern const char *const STORE_OVERVIEW_SQL[];
extern const char *const STORE_GROUP_SQL[];
extern const char *const STORE_REPRESENTATION_SQL[];
extern const char *const STORE_PROJECT_SQL[];
extern const char *const STORE_ARRIVAL_SQL[];
extern const char *const STORE_IDENTITY_SQL[];
extern const char *const STORE_ERASE_SQL[];
extern const char *const STORE_DOCUMENT_SQL[];
extern const char *const STORE_PICTURE_SQL[];
extern const char *const STORE_SCORE_SQL[];
extern const char *const STORE_AUDIT_SQL[];
extern const char *const STORE_PEOPLE_SQL[];
extern const char *const STORE_INVITATION_SQL[];
extern const char *const STORE_API_TOKEN_SQL[];
extern const char *const STORE_TOTP_SQL[];
extern const char *const STORE_RETENTION_SQL[];

/* Reads the statement's current row into a zeroed `row`; texts are copied into `arena`. */
typedef bool (*row_read_fn)(const struct stmt *stmt, struct arena *arena, void *row, struct err *err);

/* All rows of a bound statement as one array in `arena` (NULL and 0 when there are none); resets the statement. */
MUST_CHECK bool rows_collect(struct stmt *stmt, struct arena *arena, size_t row_bytes, row_read_fn read, void **rows, int *count,
                             struct err *err);

/* The one row of a bound statement, if there is one; resets the statement. `arena` may be NULL where `read` does not use it. */
MUST_CHECK bool row_find(struct stmt *stmt, struct arena *arena, row_read_fn read, void *row, bool *is_found, struct err *err);

/* Why an insert of something with a unique name failed, for people: taken names are the only conflict that they can cause. */
bool name_conflict(struct err *err, const char *what, const char *name);

/* Numbers that were given once never come again, also when what had them was erased: a tombstone keeps them. */
#define STORE_NEXT_IN_BOTH(column)                                                                                               \
    "(SELECT 1 + max(coalesce((SELECT max(" column ") FROM session), 0), coalesce((SELECT max(" column ") FROM tombstone), 0)))"
#define STORE_NEXT_CHANGE  STORE_NEXT_IN_BOTH("change_number")
#define STORE_NEXT_SESSION STORE_NEXT_IN_BOTH("session_id")

/* Likewise for the rows of a draft, which can go: spent_number keeps the newest number that is gone. */
#define STORE_NEXT_UNSPENT(table)                                                                                                \
    "(SELECT 1 + max(coalesce((SELECT max(" table "_id) FROM " table "), 0), newest) FROM spent_number WHERE kind = '" table "'" \
    ")"

/* One study_row, for statements that begin so. */
#define STUDY_SELECT                                                                                                             \
    "SELECT study_id, slug, title, task, state, is_pilot, stimulus_set_id, settings, settings_sha256, created_at_ms, is_draft,"  \
    " is_paused, opened_at_ms, sample_count, sample_seed, unblinded_at_ms, revision, is_imported FROM study"
enum { STUDY_COLUMN_COUNT = 18 };
bool study_row_read(const struct stmt *stmt, struct arena *arena, void *row, struct err *err);

/* The version of the settings in the row, if it is not kept yet. */
MUST_CHECK bool store_study_settings_keep(struct store *store, int64_t study_id, const struct study_row *row, int64_t now_ms,
                                          struct err *err);
/* One representation_row from all of its columns but the facts, in the struct's order. */
bool representation_row_read(const struct stmt *stmt, struct arena *arena, void *row, struct err *err);

/* Conditions on `session AS s` (session_mode.h): bind :mode to a mode's name; or, of the study :study_id, its present mode. */
#define S_IN_MODE         "(:mode = 'all' OR s.is_pilot = (:mode = 'pilot'))"
#define S_IN_PRESENT_MODE "s.is_pilot = (SELECT is_pilot FROM study WHERE study_id = :study_id)"

/* One session_row from the first columns of a statement, `session AS s` joined with `participant AS p`. */
#define SESSION_COLUMNS                                                                                                          \
    "s.session_id, s.public_id, s.study_id, s.condition_id, p.participant_number, s.state, s.consented_at_ms,"                   \
    " s.comprehension_passed_at_ms, s.ended_at_ms, s.seen_at_ms, s.change_number,"                                               \
    " EXISTS (SELECT 1 FROM questionnaire AS q WHERE q.session_id = s.session_id), s.is_pilot, s.end_reason, s.page_number,"     \
    " s.language, s.participant_id, s.is_imported"
enum { SESSION_COLUMN_COUNT = 18 };
bool session_row_read(const struct stmt *stmt, struct arena *arena, void *row, struct err *err);

#endif
