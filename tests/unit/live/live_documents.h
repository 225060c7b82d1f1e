/* live_documents.h - a session's documents against brute force; include after brute_force.h and watcher.h. */
#ifndef DINOLAB_TESTS_LIVE_DOCUMENTS_H
#define DINOLAB_TESTS_LIVE_DOCUMENTS_H

#include "brute_force.h"
#include "watcher.h"

static inline double model_number(const struct json_value *trial, const char *what, int model)
{
    char path[64];

    (void)snprintf(path, sizeof path, "%s.%d", what, model);
    return number_at(trial, path);
}

static inline void assert_trial(const struct json_value *trial, const struct brute *brute, int index)
{
    assert_int_equal((int)number_at(trial, "trial_index"), index);
    for (int i = 0; i < LAB_MODELS; i++) {
        assert_near(model_number(trial, "prob", i), brute->prob[index][i]);
        assert_near(model_number(trial, "log_evidence", i), brute->log_evidence[index][i]);
        assert_near(model_number(trial, "posterior", i), brute->posterior[index][i]);
    }
}

/* A whole LIVE document with every response in it. */
static inline void assert_live(const struct json_value *live, const struct brute *brute)
{
    const struct json_value *trial = json_first(json_at(live, "trials"));
    char                     path[64];

    assert_int_equal(json_array_count(json_at(live, "trials")), LAB_TRIALS);
    for (int t = 0; t < LAB_TRIALS; t++, trial = json_next(trial)) assert_trial(trial, brute, t);
    for (int i = 0; i < LAB_MODELS; i++) {
        (void)snprintf(path, sizeof path, "models.%d.r2_online", i);
        assert_near(number_at(live, path), 1.0 + brute->log_evidence[LAB_TRIALS - 1][i] / (LAB_TRIALS * log(2.0)));
    }
    assert_near(number_at(live, "session.leading.posterior"),
                brute->posterior[LAB_TRIALS - 1][brute_leading(brute, LAB_TRIALS - 1)]);
}

static inline bool is_ready(const struct json_value *live)
{
    bool is_all = true;

    for (int i = 0; i < LAB_MODELS; i++) {
        char  path[64];
        char *json;

        (void)snprintf(path, sizeof path, "models.%d.is_ready", i);
        json   = json_of(live, path);
        is_all = is_all && strcmp(json, "true") == 0;
        free(json);
    }
    return is_all;
}

/* Until the session's readers have been sent a snapshot in which every model is ready; the caller frees it. */
static inline struct json_doc *until_ready(struct watcher *watcher)
{
    for (;;) {
        struct json_doc *doc = watcher_until(watcher, "snapshot");

        if (is_ready(json_root(doc))) return doc;
        json_free(doc);
    }
}

static inline void wait_until_ready(struct lab *lab, int64_t session_id)
{
    struct watcher watcher;

    watcher_open(&watcher, lab->hub, "session", session_id);
    json_free(until_ready(&watcher));
    watcher_close(&watcher);
}

/* Waits until the study's value tables are all there. */
static inline void wait_for_tables(struct lab *lab, int count)
{
    struct watcher   watcher;
    struct json_doc *doc;
    double           ready;

    watcher_open(&watcher, lab->hub, "study", lab->study_id);
    doc   = watcher_until(&watcher, "snapshot");
    ready = number_at(json_root(doc), "study.value_tables.ready");
    json_free(doc);
    while ((int)ready < count) {
        doc   = watcher_until(&watcher, "value_tables");
        ready = number_at(json_root(doc), "ready");
        json_free(doc);
    }
    watcher_close(&watcher);
}

#endif
