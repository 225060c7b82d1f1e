#include "live/broadcast.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store_retention.h"

void broadcast_init(struct broadcast *broadcast, struct hub *hub, struct roster *roster, struct table_progress *progress)
{
    *broadcast = (struct broadcast){.hub = hub, .roster = roster, .progress = progress};
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

/* received_at_ms: of the response that the event is of; 0: none. */
static void publish_response(struct broadcast *broadcast, const char *topic, const char *event_name, int64_t received_at_ms)
{
    struct err err;

    if (text_ok(&broadcast->text, &err))
        hub_publish_response(broadcast->hub, topic, event_name, broadcast->text.data, received_at_ms);
    else
        log_error("an event of %s is lost: %s", topic, err.message);
}

static void publish(struct broadcast *broadcast, const char *topic, const char *event_name)
{
    publish_response(broadcast, topic, event_name, 0);
}

void broadcast_trial(void *argument, const struct live_session *session, const struct trial_row *row,
                     const struct fit_trial *numbers)
{
    struct broadcast  *broadcast = argument;
    struct json_writer writer;
    char               topic[HUB_TOPIC_BYTES];
    struct err         err;

    session_topic(row->session_id, topic);
    if (!hub_is_read(broadcast->hub, topic) || !roster_look_again(broadcast->roster, session->condition->study, &err)) return;
    begin(broadcast, &writer);
    live_json_trial_event(&writer, session, row, numbers);
    publish_response(broadcast, topic, "trial", row->received_at_ms);
}

static void publish_session(struct broadcast *broadcast, const struct live_study *study, const struct session_overview *overview)
{
    char               topic[HUB_TOPIC_BYTES];
    struct live_glance glance;
    struct json_writer writer;

    session_topic(overview->session.session_id, topic);
    if (!hub_is_read(broadcast->hub, topic)) return;
    roster_glance(broadcast->roster, study, overview, &glance);
    begin(broadcast, &writer);
    live_json_session(&writer, NULL, study, overview, &glance);
    publish(broadcast, topic, "session");
}

void broadcast_watched(struct broadcast *broadcast, const struct live_session *session)
{
    publish_session(broadcast, session->condition->study, &session->overview);
}

/* What is news in a study: of its sessions, those in its present mode are told. */
struct study_news {
    const struct session_overview *const *overviews;
    int                                   count;
    const char                           *erased;         /* a session's public id; NULL: none */
    int64_t                               received_at_ms; /* of the oldest response that is news; 0: none */
};

static void write_news(struct broadcast *broadcast, const struct live_study *study, const struct study_news *news,
                       const struct study_counts *counts)
{
    struct json_writer writer;

    begin(broadcast, &writer);
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "sessions");
    for (int i = 0; i < news->count; i++) {
        struct live_glance glance;

        if (news->overviews[i]->session.is_pilot != counts->is_pilot) continue;
        roster_glance(broadcast->roster, study, news->overviews[i], &glance);
        live_json_session(&writer, NULL, study, news->overviews[i], &glance);
    }
    json_end_array(&writer);
    json_begin_array(&writer, "deleted");
    if (news->erased != NULL) json_text(&writer, NULL, news->erased);
    json_end_array(&writer);
    live_json_session_counts(&writer, counts);
    json_end_object(&writer);
}

static void publish_news(struct broadcast *broadcast, const struct live_study *study, const struct study_news *news)
{
    char                topic[HUB_TOPIC_BYTES];
    struct study_counts counts;
    struct err          err;

    study_topic(study->study_id, topic);
    if (!hub_is_read(broadcast->hub, topic)) return;
    if (!roster_look_again(broadcast->roster, study, &err) ||
        !store_study_counts(broadcast->roster->store, study->study_id, &counts, &err)) {
        log_error("an event of %s is lost: %s", topic, err.message);
        return;
    }
    write_news(broadcast, study, news, &counts);
    publish_response(broadcast, topic, "sessions", news->received_at_ms);
}

void broadcast_session(struct broadcast *broadcast, const struct session_overview *overview)
{
    struct study_news  news = {.overviews = &overview, .count = 1};
    struct live_study *study;
    struct err         err;

    if (!roster_study(broadcast->roster, overview->session.study_id, &study, &err)) {
        log_error("an event of session %lld is lost: %s", (long long)overview->session.session_id, err.message);
        return;
    }
    publish_session(broadcast, study, overview);
    publish_news(broadcast, study, &news);
}

static void end_session(struct broadcast *broadcast, int64_t session_id)
{
    char               topic[HUB_TOPIC_BYTES];
    struct json_writer writer;
    struct err         err;

    session_topic(session_id, topic);
    begin(broadcast, &writer);
    json_begin_object(&writer, NULL);
    json_text(&writer, "message", TOMBSTONE_SENTENCE);
    json_end_object(&writer);
    if (text_ok(&broadcast->text, &err))
        hub_end(broadcast->hub, topic, "deleted", broadcast->text.data);
    else
        hub_snapshot(broadcast->hub, topic, NULL);
}

void broadcast_erased(struct broadcast *broadcast, const struct tombstone_row *stone)
{
    struct study_news  news = {.erased = stone->public_id};
    struct live_study *study;
    struct err         err;

    end_session(broadcast, stone->session_id);
    if (roster_study(broadcast->roster, stone->study_id, &study, &err))
        publish_news(broadcast, study, &news);
    else
        log_error("an event of study %lld is lost: %s", (long long)stone->study_id, err.message);
}

/* Those of the first one's study are told and taken out of the array. */
static void tell_first_study(struct broadcast *broadcast, struct live_session **sessions, int count)
{
    const struct live_study       *study = sessions[0]->condition->study;
    const struct session_overview *same[BROADCAST_SESSIONS_MAX];
    struct study_news              news = {.overviews = same};

    for (int i = 0; i < count; i++) {
        struct live_session *session = sessions[i];

        if (session == NULL || session->condition->study != study) continue;
        if (session->untold_at_ms != 0 && (news.received_at_ms == 0 || session->untold_at_ms < news.received_at_ms))
            news.received_at_ms = session->untold_at_ms;
        session->untold_at_ms = 0;
        same[news.count++]    = &session->overview;
        sessions[i]           = NULL;
    }
    publish_news(broadcast, study, &news);
}

void broadcast_changed(struct broadcast *broadcast)
{
    struct live_session *sessions[BROADCAST_SESSIONS_MAX];
    int                  count = 0;

    while (count < BROADCAST_SESSIONS_MAX && (sessions[count] = roster_take_changed(broadcast->roster)) != NULL) count++;
    for (int i = 0; i < count; i++)
        if (sessions[i] != NULL) tell_first_study(broadcast, sessions + i, count - i);
}

/* How many are ready is what the store holds; what the workers are at, they tell. */
static bool read_tables(struct broadcast *broadcast, const struct live_study *study, struct table_progress_told *out,
                        struct err *err)
{
    struct table_counts counts;

    *out = (struct table_progress_told){.left_s = NAN};
    if (broadcast->progress != NULL && table_progress_of_study(broadcast->progress, study->study_id, &counts)) {
        out->failed = (int)counts.failed;
        if (counts.is_left_known) out->left_s = counts.left_s;
    }
    return store_value_table_count(broadcast->roster->store, study->study_id, &out->ready, err);
}

static bool read_status(struct broadcast *broadcast, const struct live_study *study, struct arena *arena,
                        struct study_status *out, struct err *err)
{
    struct store    *store = broadcast->roster->store;
    struct study_row row;

    if (!store_study_by_id(store, study->study_id, arena, &row, err)) return false;
    (void)snprintf(out->state, sizeof out->state, "%s", STUDY_STAGE_NAMES[study_row_stage(&row)]);
    out->is_imported = row.is_imported;
    if (!store_retention_of(store, study->study_id, &out->retention_until_ms, err)) return false;
    out->is_retention_near = retention_is_near(out->retention_until_ms, clock_wall_ms(&CLOCK_SYSTEM));
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

    if (!roster_look_again(broadcast->roster, session->condition->study, err)) return false;
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
        !store_overviews_of_study(broadcast->roster->store, study_id, session_mode_present(status.counts.is_pilot),
                                  BROADCAST_SNAPSHOT_SESSIONS_MAX, arena, &rows, &count, err))
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
