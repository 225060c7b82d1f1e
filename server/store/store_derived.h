/* store_derived.h - value tables and fits: everything here can be thrown away and computed again. */
#ifndef DINOLAB_STORE_STORE_DERIVED_H
#define DINOLAB_STORE_STORE_DERIVED_H

#include <stdint.h>

#include "base/secret.h"
#include "store/store_material.h"

enum { LEARNER_TEXT_BYTES = 128, TABLE_STATUS_BYTES = 20 };

struct value_table_row {
    int64_t            value_table_id; /* grows with time; read only */
    struct secret_hash content_key;    /* of condition, matrix, learner with options, and revision */
    int                revision;       /* of the program's learners */
    int64_t            condition_id;
    int64_t            representation_id;
    char               learner[LEARNER_TEXT_BYTES];
    int                trial_count;
    const double      *value_pairs; /* left, right of each trial; insert: borrowed; read: from the arena */
    char               status[TABLE_STATUS_BYTES];
    double             compute_ms;
    int64_t            computed_at_ms;
};

struct fit_row {
    int64_t session_id;
    int64_t representation_id;
    char    learner[LEARNER_TEXT_BYTES];
    int     trial_count;
    double  log_evidence; /* nats */
    double  r2_online;
    double  posterior_prob;
    double  beta_mean;
    double  beta_low;
    double  beta_high;
};

/* Which table: what the live worker's cursor walks over. */
struct value_table_name {
    int64_t value_table_id;
    int64_t study_id;
    int64_t condition_id;
    int64_t representation_id;
    char    learner[LEARNER_TEXT_BYTES];
};

/* A condition, as who fills in its tables sees it. */
struct table_condition {
    int64_t            condition_id;
    struct secret_hash sha256;
    bool               is_played; /* has an active session */
};

struct table_model {
    int64_t representation_id;
    char    learner[LEARNER_TEXT_BYTES];
};

struct table_time {
    struct table_model model;
    int64_t            table_count;
    double             time_sum_ms;
};

/* A condition, representation and learner have one table: the first stays. */
MUST_CHECK bool store_value_table_insert(struct store *store, const struct value_table_row *row, struct err *err);

/* Any table with this content, whatever condition it was computed for. */
MUST_CHECK bool store_value_table_by_content(struct store *store, const struct secret_hash *content_key, struct arena *arena,
                                             struct value_table_row *out, bool *is_found, struct err *err);
MUST_CHECK bool store_value_table_get(struct store *store, int64_t condition_id, int64_t representation_id, const char *learner,
                                      struct arena *arena, struct value_table_row *out, bool *is_found, struct err *err);

/* All tables of a condition. */
MUST_CHECK bool store_value_tables(struct store *store, int64_t condition_id, struct arena *arena, struct value_table_row **rows,
                                   int *count, struct err *err);

/* Tables stored after the cursor, in the order of their storing, at most `limit`. */
MUST_CHECK bool store_value_tables_after(struct store *store, int64_t after_value_table_id, int limit, struct arena *arena,
                                         struct value_table_name **rows, int *count, struct err *err);
MUST_CHECK bool store_value_table_newest_id(struct store *store, int64_t *value_table_id, struct err *err); /* 0: none */

/* All conditions of a study: those being played first, then those that were played, then by number. */
MUST_CHECK bool store_table_conditions(struct store *store, int64_t study_id, struct arena *arena, struct table_condition **rows,
                                       int *count, struct err *err);

/* Which tables a condition has. Without reading them. */
MUST_CHECK bool store_table_models(struct store *store, int64_t condition_id, struct arena *arena, struct table_model **rows,
                                   int *count, struct err *err);

/* How many tables a study has of each representation and learner, and how long they took together. Reads every one: not often. */
MUST_CHECK bool store_table_times(struct store *store, int64_t study_id, struct arena *arena, struct table_time **rows,
                                  int *count, struct err *err);

/* The newest session and condition: while neither changes, no table is newly wanted and none is wanted more than before. */
struct wish_mark {
    int64_t session_id;
    int64_t condition_id;
};
MUST_CHECK bool store_value_tables_wish_mark(struct store *store, struct wish_mark *out, struct err *err);

/* How many tables a study has of those it wants. */
MUST_CHECK bool store_value_table_count(struct store *store, int64_t study_id, int *count, struct err *err);

/* Throws away tables of other revisions and, where there were any, all fits: those were computed from them. */
MUST_CHECK bool store_value_tables_discard_outdated(struct store *store, int revision, int64_t *discarded_count, struct err *err);

/* Replaces the one that there is. Of a session that was erased meanwhile nothing is stored. */
MUST_CHECK bool store_fit_put(struct store *store, const struct fit_row *row, struct err *err);
MUST_CHECK bool store_fits_of_session(struct store *store, int64_t session_id, struct arena *arena, struct fit_row **rows,
                                      int *count, struct err *err);

/* Ended sessions of a condition with at least one main trial and no fit yet; ids in order, at most `limit`. */
MUST_CHECK bool store_sessions_without_fit(struct store *store, int64_t condition_id, int limit, struct arena *arena,
                                           int64_t **ids, int *count, struct err *err);

MUST_CHECK bool store_derived_delete_all(struct store *store, struct err *err);

#endif
