/* live_json.h - the documents that researchers get, as snapshots and as events; the only place that writes them.
 *
 * STUDY    {"slug","title","task","state","is_pilot","is_imported","trial_count","condition_count","sessions_per_condition","session_counts":{"active",
 *          "finished","left"},"participant_path","models":[MODEL...],
 *          "value_tables":{"planned","ready","failed","left_s"},"retention":{"until_ms":null|N,"is_near"}}
 * SESSION  {"session_id","number","state","end_reason":null|"absent"|"withdrawn"|"comprehension","is_pilot","stage","condition_number","trial_count","response_count","correct_count","scored_count",
 *          "started_at_ms","last_seen_at_ms","pay_minor","currency","leading":null|{"representation","learner","posterior"},
 *          "recent":"rwt" outcomes of the last responses, oldest first, "" when not in memory, "is_included":null|true|false}
 * LIVE     {"session":SESSION,"study":{"slug","title","task"},"models":[{MODEL...,
 *          "is_ready","accuracy","agreement","r2_online","beta":{"mean","low","high"}}],"trials":[TRIAL...]}
 * TRIAL    {"trial_index","response","is_correct","is_tie","rt_ms" or null,"stimuli":[sha256...],"labels":[name or null...] where pictures are missing,"category" | "points":[left,right],
 *          "prob":[],"log_evidence":[],"posterior":[]}, the last three per model, null while a model is not ready
 *
 * While a study is blind (live_study_hides), what says how well people or models do is null, and "recent" is "": correct_count,
 * scored_count, pay_minor, leading, is_correct, is_tie, category or points, and every number of a model. STUDY says so in "is_blind".
 *
 * Pure: from what is in memory to text. Threads: none, but scratch numbers of the study are used. */
#ifndef DINOLAB_LIVE_LIVE_JSON_H
#define DINOLAB_LIVE_LIVE_JSON_H

#include "live/live_session.h"
#include "json/json_write.h"

/* {"representation","family","learner","looks_ahead","kind"}: the members that name a model, inside an object. `kind` is "main" for the task's
 * main learner, "pca" for the same on principal components, "sparse" for its sparse variant, else "other". */
void live_json_model(struct json_writer *writer, const struct live_model *model);

struct table_progress_told {
    int    ready;
    int    failed; /* tried again later */
    double left_s; /* estimate; NAN while it is not known */
};

/* What of a study changes with time. */
struct study_status {
    char                       state[STATE_BYTES];
    struct study_counts        counts;
    struct table_progress_told tables;
    bool                       is_imported;
    int64_t                    retention_until_ms; /* when personal data go; 0: nobody has said */
    bool                       is_retention_near;  /* time for a warning, or past it */
};

void live_json_study(struct json_writer *writer, const char *key, const struct live_study *study,
                     const struct study_status *status);
/* The member "session_counts" of STUDY. */
void live_json_session_counts(struct json_writer *writer, const struct study_counts *counts);

void live_json_session(struct json_writer *writer, const char *key, const struct live_study *study,
                       const struct session_overview *overview, const struct live_glance *glance);

/* The whole event {"planned","ready","failed","left_s"}. */
void live_json_value_tables(struct json_writer *writer, const char *key, const struct live_study *study,
                            const struct study_status *status);

/* The whole `trial` event: of a session that has just taken in `row`. */
void live_json_trial_event(struct json_writer *writer, const struct live_session *session, const struct trial_row *row,
                           const struct fit_trial *numbers);

/* LIVE. `rows` are the session's main trials from the store, at least as many as the state has responses. */
MUST_CHECK bool live_json_live(struct json_writer *writer, const struct live_session *session, const struct live_glance *glance,
                               const struct trial_row *rows, struct err *err);

#endif
