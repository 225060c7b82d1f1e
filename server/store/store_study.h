/* store_study.h - studies and their settings. */
#ifndef DINOLAB_STORE_STORE_STUDY_H
#define DINOLAB_STORE_STORE_STUDY_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store_material.h"

enum { TASK_NAME_BYTES = 16, STATE_BYTES = 16 };

struct study_row {
    int64_t            study_id;
    char               slug[NAME_BYTES];
    const char        *title; /* insert: borrowed; read: from the arena */
    char               task[TASK_NAME_BYTES];
    char               state[STATE_BYTES]; /* "open", "closed" */
    bool               is_pilot;           /* being tried out: sessions begun now are pilots */
    bool               is_imported;        /* finished data from elsewhere: closed for ever */
    int64_t            stimulus_set_id;
    const char        *settings; /* JSON, as title */
    struct secret_hash settings_sha256;
    int64_t            created_at_ms;
};

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
