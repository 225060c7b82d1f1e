/* watcher.h - a reader of the hub that waits for its events on a condition; include after cmocka.h. */
#ifndef DINOLAB_TESTS_WATCHER_H
#define DINOLAB_TESTS_WATCHER_H

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "live/hub.h"
#include "json/json_read.h"

enum { WATCHER_PATIENCE_S = 60 }; /* only a broken build waits so long */

struct watcher {
    struct hub_reader *reader;
    struct text        bytes; /* read, not yet taken */
    pthread_mutex_t    mutex;
    pthread_cond_t     condition;
    bool               is_woken;
    bool               is_ended;
};

static inline void watcher_wake(void *argument)
{
    struct watcher *watcher = argument;

    pthread_mutex_lock(&watcher->mutex);
    watcher->is_woken = true;
    pthread_cond_signal(&watcher->condition);
    pthread_mutex_unlock(&watcher->mutex);
}

static inline void watcher_open(struct watcher *watcher, struct hub *hub, const char *prefix, int64_t id)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err = {0};

    *watcher = (struct watcher){0};
    text_init(&watcher->bytes);
    pthread_mutex_init(&watcher->mutex, NULL);
    pthread_cond_init(&watcher->condition, NULL);
    if (id > 0)
        (void)snprintf(topic, sizeof topic, "%s/%lld", prefix, (long long)id);
    else
        (void)snprintf(topic, sizeof topic, "%s", prefix);
    watcher->reader = hub_subscribe(hub, topic, 0, watcher_wake, watcher, &err);
    if (watcher->reader == NULL) fail_msg("%s", err.message);
}

static inline void watcher_close(struct watcher *watcher)
{
    hub_unsubscribe(watcher->reader);
    text_close(&watcher->bytes);
    pthread_cond_destroy(&watcher->condition);
    pthread_mutex_destroy(&watcher->mutex);
}

static inline void watcher_wait(struct watcher *watcher)
{
    struct timespec patience;

    (void)clock_gettime(CLOCK_REALTIME, &patience);
    patience.tv_sec += WATCHER_PATIENCE_S;
    pthread_mutex_lock(&watcher->mutex);
    while (!watcher->is_woken)
        if (pthread_cond_timedwait(&watcher->condition, &watcher->mutex, &patience) != 0) fail_msg("nothing came");
    watcher->is_woken = false;
    pthread_mutex_unlock(&watcher->mutex);
}

/* More bytes, waiting for them; false at the end of the stream. */
static inline bool watcher_read(struct watcher *watcher)
{
    char   buffer[4096];
    size_t length = 0;

    for (;;) {
        switch (hub_read(watcher->reader, buffer, sizeof buffer, &length, NULL)) {
        case HUB_READ_DATA:
            text_append(&watcher->bytes, buffer, length);
            return true;
        case HUB_READ_END:
            return false;
        case HUB_READ_NOTHING:
            watcher_wait(watcher);
        }
    }
}

/* The next event's JSON (the caller frees), its name in `name`; NULL at the end of the stream. Comments are skipped. */
static inline char *watcher_next(struct watcher *watcher, char name[HUB_EVENT_NAME_BYTES])
{
    for (;;) {
        char *end = watcher->bytes.data == NULL ? NULL : strstr(watcher->bytes.data, "\n\n");
        char *event, *data, *json = NULL;

        if (end == NULL) {
            if (!watcher_read(watcher)) return NULL;
            continue;
        }
        *end  = '\0';
        event = strstr(watcher->bytes.data, "event: ");
        data  = strstr(watcher->bytes.data, "data: ");
        if (event != NULL && data != NULL) {
            assert_int_equal(sscanf(event, "event: %23s", name), 1);
            json = strdup(data + strlen("data: "));
        }
        watcher->bytes.length -= (size_t)(end + 2 - watcher->bytes.data);
        memmove(watcher->bytes.data, end + 2, watcher->bytes.length + 1);
        if (json != NULL) return json;
    }
}

/* The next event of this name; others are passed over. The caller frees the document. */
static inline struct json_doc *watcher_until(struct watcher *watcher, const char *wanted)
{
    for (;;) {
        char             name[HUB_EVENT_NAME_BYTES];
        char            *json = watcher_next(watcher, name);
        struct json_doc *doc  = NULL;
        struct err       err  = {0};

        if (json == NULL) fail_msg("the stream ended before '%s'", wanted);
        if (strcmp(name, wanted) == 0) {
            doc = json_parse(span_of(json), &err);
            if (doc == NULL) fail_msg("%s in %s", err.message, json);
        }
        free(json);
        if (doc != NULL) return doc;
    }
}

/* One question, one answer: the snapshot as it is now, which the caller frees; NULL when there is no such topic. */
static inline struct json_doc *watcher_ask(struct hub *hub, const char *prefix, int64_t id)
{
    struct watcher   watcher;
    char            *json = NULL;
    struct json_doc *doc  = NULL;
    struct err       err  = {0};

    watcher_open(&watcher, hub, prefix, id);
    for (;;) {
        enum hub_read_status status = hub_read_snapshot(watcher.reader, &json, NULL);

        if (status != HUB_READ_NOTHING) break;
        watcher_wait(&watcher);
    }
    if (json != NULL) {
        doc = json_parse(span_of(json), &err);
        if (doc == NULL) fail_msg("%s in %s", err.message, json);
    }
    free(json);
    watcher_close(&watcher);
    return doc;
}

/* --- members by path: "session.leading.posterior", "models.1.is_ready" --- */

static inline const struct json_value *json_at(const struct json_value *value, const char *path)
{
    char  copy[128];
    char *rest = copy;
    char *part;

    (void)snprintf(copy, sizeof copy, "%s", path);
    while (value != NULL && (part = strsep(&rest, ".")) != NULL) {
        if (json_array_count(value) < 0) {
            value = json_member(value, part);
            continue;
        }
        value = json_first(value);
        for (int i = atoi(part); i > 0 && value != NULL; i--) value = json_next(value);
    }
    if (value == NULL) fail_msg("no member '%s'", path);
    return value;
}

static inline double number_at(const struct json_value *value, const char *path)
{
    double number = 0.0;

    if (!json_as_f64(json_at(value, path), &number)) fail_msg("'%s' is not a number", path);
    return number;
}

static inline const char *text_at(const struct json_value *value, const char *path)
{
    const char *text = NULL;

    if (!json_as_text(json_at(value, path), &text)) fail_msg("'%s' is not a text", path);
    return text;
}

/* The value written out, to be compared with "null", "true", ...; the caller frees. */
static inline char *json_of(const struct json_value *value, const char *path)
{
    struct text text;

    text_init(&text);
    json_copy(json_at(value, path), &text);
    return text_take(&text);
}

static inline void assert_json(const struct json_value *value, const char *path, const char *expected)
{
    char *json = json_of(value, path);

    assert_string_equal(json, expected);
    free(json);
}

/* How many sessions of the next `sessions` event have this JSON at `path`; or with `json` NULL something else than null. */
static inline int watcher_sessions_in(struct watcher *watcher, const char *path, const char *json)
{
    struct json_doc *doc   = watcher_until(watcher, "sessions");
    int              count = 0;

    for (const struct json_value *session = json_first(json_at(json_root(doc), "sessions")); session != NULL;
         session                          = json_next(session)) {
        char *found = json_of(session, path);

        count += json != NULL ? strcmp(found, json) == 0 : strcmp(found, "null") != 0;
        free(found);
    }
    json_free(doc);
    return count;
}

static inline int watcher_sessions_with(struct watcher *watcher, const char *path)
{
    return watcher_sessions_in(watcher, path, NULL);
}

#endif
