/* store_study.h - studies and their settings. */
#ifndef DINOLAB_STORE_STORE_STUDY_H
#define DINOLAB_STORE_STORE_STUDY_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store_material.h"

enum { TASK_NAME_BYTES = 16, STATE_BYTES = 16, SEED_NONE = -1 };

/* What a study is at, in one word. Pilot and open let people in. */
enum study_stage { STUDY_DRAFT, STUDY_PILOT, STUDY_OPEN, STUDY_PAUSED, STUDY_CLOSED, STUDY_STAGE_COUNT };

extern const char
    *const STUDY_STAGE_NAMES[STUDY_STAGE_COUNT + 1]; /* "draft", "pilot", "open", "paused", "closed"; closed by NULL */

struct study_row {
    int64_t            study_id;
    char               slug[NAME_BYTES];
    const char        *title; /* insert: borrowed; read: from the arena */
    char               task[TASK_NAME_BYTES];
    char               state[STATE_BYTES]; /* "open", "closed": whether people are let in */
    bool               is_pilot;           /* being tried out: sessions begun now are pilots */
    bool               is_draft;           /* closed, because it is being made */
    bool               is_paused;          /* closed for a while */
    bool               is_imported;        /* finished data from elsewhere: closed for ever */
    int64_t            stimulus_set_id;
    const char        *settings; /* JSON, as title */
    struct secret_hash settings_sha256;
    int64_t            created_at_ms;
    int64_t            opened_at_ms;    /* first time for live sessions; 0: never */
    int                sample_count;    /* conditions to be sampled; 0: written out */
    int64_t            sample_seed;     /* SEED_NONE: written out, or not known */
    int64_t            unblinded_at_ms; /* 0: not */
    int64_t            revision;        /* read only: grows with every change */
};

enum study_stage study_row_stage(const struct study_row *row);

/* The columns that say so; the others stay. */
void study_row_set_stage(struct study_row *row, enum study_stage stage);

/* The first three are of sessions of the study's present mode (session_mode.h). */
struct study_counts {
    int  active;
    int  finished;
    int  left;
    int  active_total; /* of both modes */
    int  conditions;
    bool is_pilot; /* the study is being tried out, and the counts are of pilots */
};

MUST_CHECK bool store_study_insert(struct store *store, const struct study_row *row, int64_t *id, struct err *err);
MUST_CHECK bool store_study_representation_insert(struct store *store, int64_t study_id, int64_t representation_id, int position,
                                                  struct err *err);

/* Title, settings, stage, opened_at_ms, sample_count and sample_seed as in the row; the revision grows. The version of the settings is
 * kept. */
MUST_CHECK bool store_study_update(struct store *store, const struct study_row *row, int64_t now_ms, struct err *err);
MUST_CHECK bool store_study_revision(struct store *store, int64_t study_id, int64_t *revision, struct err *err);
MUST_CHECK bool store_study_unblind(struct store *store, int64_t study_id, const char *reason, int64_t now_ms, struct err *err);

/* What only a study that nobody has played can lose. */
MUST_CHECK bool store_study_representations_delete(struct store *store, int64_t study_id, struct err *err);
MUST_CHECK bool store_study_tables_delete(struct store *store, int64_t study_id, struct err *err);
/* The `count_max` conditions with the highest numbers. */
MUST_CHECK bool store_study_conditions_delete(struct store *store, int64_t study_id, int count_max, struct err *err);

/* Sessions that there ever were, erased ones included. */
struct study_use {
    int64_t live_count;
    int64_t pilot_count;
    int64_t finished_count; /* live ones that are finished */
};
MUST_CHECK bool store_study_use(struct store *store, int64_t study_id, struct study_use *out, struct err *err);

MUST_CHECK bool store_study_set_state(struct store *store, int64_t study_id, const char *state, struct err *err);
MUST_CHECK bool store_study_set_pilot(struct store *store, int64_t study_id, bool is_pilot, struct err *err);

/* ERR_NOT_FOUND when there is none. */
MUST_CHECK bool store_study_by_slug(struct store *store, const char *slug, struct arena *arena, struct study_row *out,
                                    struct err *err);
MUST_CHECK bool store_study_by_id(struct store *store, int64_t study_id, struct arena *arena, struct study_row *out,
                                  struct err *err);
MUST_CHECK bool store_studies(struct store *store, struct arena *arena, struct study_row **rows, int *count, struct err *err);
MUST_CHECK bool store_study_counts(struct store *store, int64_t study_id, struct study_counts *out, struct err *err);

#endif
