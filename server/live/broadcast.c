#include "live/broadcast.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

void broadcast_init(struct broadcast *broadcast, struct hub *hub, struct roster *roster)
{
    *broadcast = (struct broadcast){.hub = hub, .roster = roster};
    text_init(&broadcast->text);
}

void broadcast_close(struct broadcast *broadcast)
{
    text_close(&broadcast->text);
}

static void study_topic(int64_t study_id, char topic[HUB_TOPIC_BYTES])
{
    (void)snprintf(topic, HUB_TOPIC_BYTES, "study/%lld", (long long)study_id);
}

static void session_topic(int64_t session_id, char topic[HUB_TOPIC_BYTES])
{
    (void)snprintf(topic, HUB_TOPIC_BYTES, "session/%lld", (long long)session_id);
}

static void begin(struct broadcast *broadcast, struct json_writer *writer)
{
    text_reset(&broadcast->text);
    json_writer_init(writer, &broadcast->text);
}

static void publish(struct broadcast *broadcast, const char *topic, const char *event_name)
{
    struct err err;

    if (text_ok(&broadcast->text, &err))
        hub_publish(broadcast->hub, topic, event_name, broadcast->text.data);
    else
        log_error("an event of %s is lost: %s", topic, err.message);
}

void broadcast_trial(void *argument, const struct live_session *session, const struct trial_row *row,
                     const struct fit_trial *numbers)
{
    struct broadcast  *broadcast = argument;
    struct json_writer writer;
    char               topic[HUB_TOPIC_BYTES];

    session_topic(row->session_id, topic);
    if (!hub_is_read(broadcast->hub, topic)) return;
    begin(broadcast, &writer);
    live_json_trial_event(&writer, session, row, numbers);
    publish(broadcast, topic, "trial");
}

void broadcast_session(struct broadcast *broadcast, const struct session_overview *overview)
{
    char               topics[2][HUB_TOPIC_BYTES];
    struct live_study *study;
    struct live_glance glance;
    struct json_writer writer;
    struct err         err;

    study_topic(overview->session.study_id, topics[0]);
    session_topic(overview->session.session_id, topics[1]);
    for (int i = 0; i < 2; i++) {
        if (!hub_is_read(broadcast->hub, topics[i])) continue;
        if (!roster_study(broadcast->roster, overview->session.study_id, &study, &err)) {
            log_error("an event of %s is lost: %s", topics[i], err.message);
            return;
        }
        roster_glance(broadcast->roster, study, overview, &glance);
        begin(broadcast, &writer);
        live_json_session(&writer, NULL, study, overview, &glance);
        publish(broadcast, topics[i], "session");
    }
}

static bool read_tables(struct broadcast *broadcast, const struct live_study *study, struct table_progress *out, struct err *err)
{
    *out = (struct table_progress){.left_s = NAN};
    return store_value_table_count(broadcast->roster->store, study->study_id, &out->ready, err);
}

static bool read_status(struct broadcast *broadcast, const struct live_study *study, struct arena *arena,
                        struct study_status *out, struct err *err)
{
    struct store    *store = broadcast->roster->store;
    struct study_row row;

    if (!store_study_by_id(store, study->study_id, arena, &row, err)) return false;
    memcpy(out->state, row.state, sizeof out->state);
    return store_study_counts(store, study->study_id, &out->counts, err) && read_tables(broadcast, study, &out->tables, err);
}

void broadcast_value_tables(struct broadcast *broadcast, int64_t study_id)
{
    char                topic[HUB_TOPIC_BYTES];
    struct live_study  *study;
    struct study_status status;
    struct json_writer  writer;
    struct arena        arena;
    struct err          err;

    study_topic(study_id, topic);
    if (!hub_is_read(broadcast->hub, topic)) return;
    arena_init(&arena);
    if (roster_study(broadcast->roster, study_id, &study, &err) && read_status(broadcast, study, &arena, &status, &err)) {
        begin(broadcast, &writer);
        live_json_value_tables(&writer, NULL, study, &status);
        publish(broadcast, topic, "value_tables");
    } else {
        log_error("an event of %s is lost: %s", topic, err.message);
    }
    arena_close(&arena);
}

static bool write_live(struct broadcast *broadcast, const struct live_session *session, struct err *err)
{
    const struct session_overview *overview = &session->overview;
    struct trial_row              *rows     = NULL;
    int                            count    = 0;
    struct live_glance             glance;
    struct json_writer             writer;
    struct arena                   arena;
    bool                           ok;

    roster_glance(broadcast->roster, session->condition->study, overview, &glance);
    begin(broadcast, &writer);
    arena_init(&arena);
    ok = store_trials_of_session(broadcast->roster->store, overview->session.session_id, PHASE_MAIN, &arena, &rows, &count, err);
    if (ok && count < session->state.response_count)
        ok = err_set(err, ERR_INTERNAL, "%d trials are stored, %d were followed", count, session->state.response_count);
    ok = ok && live_json_live(&writer, session, &glance, rows, err) && text_ok(&broadcast->text, err);
    arena_close(&arena);
    return ok;
}

void broadcast_resend(struct broadcast *broadcast, struct live_session *session)
{
    char       topic[HUB_TOPIC_BYTES];
    struct err err;

    session_topic(session->overview.session.session_id, topic);
    if (!hub_is_read(broadcast->hub, topic)) return;
    if (write_live(broadcast, session, &err))
        publish(broadcast, topic, "snapshot");
    else
        log_error("a snapshot of %s is lost: %s", topic, err.message);
}

bool broadcast_is_watched(const struct broadcast *broadcast, const struct live_session *session)
{
    char topic[HUB_TOPIC_BYTES];

    session_topic(session->overview.session.session_id, topic);
    return hub_is_read(broadcast->hub, topic);
}

static bool write_session(struct broadcast *broadcast, int64_t session_id, struct err *err)
{
    struct live_session    *session = roster_session(broadcast->roster, session_id);
    struct session_overview overview;
    bool                    is_found;

    if (session == NULL) {
        if (!store_overview_of_session(broadcast->roster->store, session_id, &overview, &is_found, err)) return false;
        if (!is_found) return err_set(err, ERR_NOT_FOUND, "there is no session %lld", (long long)session_id);
        if (!roster_add(broadcast->roster, &overview, &session, err)) return false;
        roster_mark_changed(broadcast->roster, session);
    }
    return write_live(broadcast, session, err);
}

static bool write_study(struct broadcast *broadcast, int64_t study_id, struct arena *arena, struct err *err)
{
    struct session_overview *rows  = NULL;
    int                      count = 0;
    struct live_study       *study;
    struct study_status      status;
    struct live_glance       glance;
    struct json_writer       writer;

    if (!roster_study(broadcast->roster, study_id, &study, err) || !read_status(broadcast, study, arena, &status, err) ||
        !store_overviews_of_study(broadcast->roster->store, study_id, arena, &rows, &count, err))
        return false;
    begin(broadcast, &writer);
    json_begin_object(&writer, NULL);
    live_json_study(&writer, "study", study, &status);
    json_begin_array(&writer, "sessions");
    for (int i = 0; i < count; i++) {
        roster_glance(broadcast->roster, study, &rows[i], &glance);
        live_json_session(&writer, NULL, study, &rows[i], &glance);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    return text_ok(&broadcast->text, err);
}

static bool write_studies(struct broadcast *broadcast, struct arena *arena, struct err *err)
{
    struct study_row   *rows  = NULL;
    int                 count = 0;
    struct live_study  *study;
    struct study_status status;
    struct json_writer  writer;

    if (!store_studies(broadcast->roster->store, arena, &rows, &count, err)) return false;
    begin(broadcast, &writer);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "studies");
    for (int i = 0; i < count; i++) {
        if (!roster_study(broadcast->roster, rows[i].study_id, &study, err) ||
            !read_status(broadcast, study, arena, &status, err))
            return false;
        live_json_study(&writer, NULL, study, &status);
    }
    json_end_array(&writer);
    json_end_object(&writer);
    return text_ok(&broadcast->text, err);
}

/* "study/17" with the prefix "study/" gives 17. */
static bool topic_id(const char *topic, const char *prefix, int64_t *id)
{
    size_t length = strlen(prefix);

    return strncmp(topic, prefix, length) == 0 && text_to_i64(topic + length, 1, INT64_MAX, id);
}

static bool write_topic(struct broadcast *broadcast, const char *topic, struct arena *arena, struct err *err)
{
    int64_t id;

    if (strcmp(topic, "studies") == 0) return write_studies(broadcast, arena, err);
    if (topic_id(topic, "study/", &id)) return write_study(broadcast, id, arena, err);
    if (topic_id(topic, "session/", &id)) return write_session(broadcast, id, err);
    return err_set(err, ERR_NOT_FOUND, "there is no topic '%s'", topic);
}

void broadcast_answer(struct broadcast *broadcast, const char *topic)
{
    struct arena arena;
    struct err   err;
    bool         ok;

    arena_init(&arena);
    ok = store_snapshot_begin(broadcast->roster->store, &err);
    if (ok) {
        ok = write_topic(broadcast, topic, &arena, &err);
        store_snapshot_end(broadcast->roster->store);
    }
    if (!ok && err.kind != ERR_NOT_FOUND) log_error("no snapshot of %s: %s", topic, err.message);
    hub_snapshot(broadcast->hub, topic, ok ? broadcast->text.data : NULL);
    arena_close(&arena);
}
