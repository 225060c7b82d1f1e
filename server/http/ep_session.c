#include "http/endpoints.h"
#include "http/reply.h"
#include "http/session_json.h"
#include "study/enroll.h"
#include "study/record.h"

enum { EVENT_BATCH_MAX = 100, EVENT_INDEX_MAX = 1000 * 1000, EVENT_DETAIL_MAX = 2000, GENDER_MAX = 400, STRATEGY_MAX = 20000 };

#define EVENT_AT_MAX_MS (365.0 * 24 * 60 * 60 * 1000)

/* Who comes back after the last attempt at the comprehension questions is told what the reply to it said. */
static enum http_result reply_not_loaded(struct http_request *req, const struct err *err)
{
    const struct session_row *session = &req->principal.session;
    const struct study       *study;
    struct return_link        link;
    struct text               json;
    struct err                other;

    if (err->kind != ERR_GONE || session->end_reason != END_COMPREHENSION) return http_reply_error(req, err);
    if (!study_catalog_by_id(req->deps->catalog, req->deps->store, session->study_id, &study, &other) ||
        !finish_return(req->deps->store, study, req->deps->key, session, OUTCOME_FAILED_COMPREHENSION, &link, &other))
        return http_reply_error(req, &other);
    text_init(&json);
    session_json_refusal(err, refusal_name(REFUSAL_FAILED_COMPREHENSION), &link, &json);
    return http_reply_json(req, http_status_of(err->kind), &json);
}

enum http_result ep_session_get(struct http_request *req)
{
    struct session_view view;
    struct text         json;
    struct err          err;

    if (!session_view_load(req->deps->store, req->deps->catalog, req->deps->key, &req->principal.session, &req->arena, &view,
                           &err))
        return reply_not_loaded(req, &err);
    text_init(&json);
    session_json_view(&view, &json);
    return http_reply_json(req, 200, &json);
}

/* --- a page takes over --- */

struct page_job {
    struct http_job          base;
    struct study_catalog    *catalog;
    const struct secret_key *key;
    struct arrival           arrival;
    int64_t                  now_ms;
    struct session_row       session;
};

struct page_message {
    const struct json_value *arrival;
};

static const struct json_field PAGE_FIELDS[] = {JSON_OPTIONAL_VALUE("arrival", struct page_message, arrival)};

static bool page_run(struct job *job, struct store *store, struct err *err)
{
    struct page_job *page = (struct page_job *)job;

    return enroll_claim_page(store, page->catalog, page->key, &page->arrival, page->now_ms, &page->session, err);
}

static enum http_result reply_with_claim(struct http_request *req, struct http_job *job)
{
    const struct session_row *session = &((struct page_job *)job)->session;
    struct session_view       view;
    struct json_writer        writer;
    struct text               json, inner;
    struct err                err;

    if (!job->base.is_ok) return reply_not_loaded(req, &job->base.err);
    if (!session_view_load(req->deps->store, req->deps->catalog, req->deps->key, session, &req->arena, &view, &err))
        return http_reply_error(req, &err);
    text_init(&inner);
    session_json_view(&view, &inner);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "page_number", session->page_number);
    json_raw(&writer, "session", inner.data == NULL ? "null" : inner.data);
    json_end_object(&writer);
    if (inner.is_failed) json.is_failed = true;
    text_close(&inner);
    return http_reply_json(req, 200, &json);
}

enum http_result ep_session_page(struct http_request *req)
{
    struct page_job    *job     = arena_alloc(&req->arena, sizeof *job);
    struct page_message message = {0};
    struct err          err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, PAGE_FIELDS, JSON_FIELD_COUNT(PAGE_FIELDS), &message, &err) ||
        !arrival_read(message.arrival, &job->arrival, &err))
        return http_reply_error(req, &err);
    job->base.base.run = page_run;
    job->catalog       = req->deps->writer_catalog;
    job->key           = req->deps->key;
    job->session       = req->principal.session;
    job->now_ms        = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_with_claim);
}

/* --- comprehension --- */

struct comprehension_job {
    struct http_job              base;
    struct study_catalog        *catalog;
    int64_t                      session_id;
    struct comprehension_answers answers;
    struct comprehension_result  result;
};

static bool comprehension_run(struct job *job, struct store *store, struct err *err)
{
    struct comprehension_job *comprehension = (struct comprehension_job *)job;

    return record_comprehension(store, comprehension->catalog, comprehension->session_id, &comprehension->answers,
                                &comprehension->result, err);
}

static enum http_result reply_with_result(struct http_request *req, struct http_job *job)
{
    const struct comprehension_result *result  = &((struct comprehension_job *)job)->result;
    const struct session_row          *session = &req->principal.session;
    const struct study                *study;
    struct return_link                 link;
    struct json_writer                 writer;
    struct text                        json;
    struct err                         err;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    if (result->is_over &&
        (!study_catalog_by_id(req->deps->catalog, req->deps->store, session->study_id, &study, &err) ||
         !finish_return(req->deps->store, study, req->deps->key, session, OUTCOME_FAILED_COMPREHENSION, &link, &err)))
        return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_bool(&writer, "is_passed", result->is_passed);
    json_i64(&writer, "attempt_count", result->attempt_count);
    if (result->attempts_left < 0)
        json_null(&writer, "attempts_left");
    else
        json_i64(&writer, "attempts_left", result->attempts_left);
    json_bool(&writer, "is_over", result->is_over);
    session_json_return(result->is_over ? &link : NULL, "return", &writer);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

struct comprehension_message {
    const struct json_value *answers;
};

static const struct json_field COMPREHENSION_FIELDS[] = {JSON_VALUE("answers", struct comprehension_message, answers)};

static bool read_answers(const struct json_value *list, struct comprehension_answers *out, struct err *err)
{
    const struct json_value *item;
    int64_t                  option = 0;
    int                      i      = 0;

    if (json_array_count(list) != COMPREHENSION_QUESTION_COUNT)
        return err_set(err, ERR_INVALID, "field 'answers' must be a list of %d option indices", COMPREHENSION_QUESTION_COUNT);
    for (item = json_first(list); item != NULL; item = json_next(item), i++) {
        if (!json_as_i64(item, 0, COMPREHENSION_OPTION_COUNT - 1, &option))
            return err_set(err, ERR_INVALID, "field 'answers[%d]' must be an integer from 0 to %d", i,
                           COMPREHENSION_OPTION_COUNT - 1);
        out->options[i] = (int)option;
    }
    return true;
}

enum http_result ep_session_comprehension(struct http_request *req)
{
    struct comprehension_job    *job = arena_alloc(&req->arena, sizeof *job);
    struct comprehension_message message;
    struct err                   err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, COMPREHENSION_FIELDS, JSON_FIELD_COUNT(COMPREHENSION_FIELDS), &message, &err) ||
        !read_answers(message.answers, &job->answers, &err))
        return http_reply_error(req, &err);
    job->base.base.run          = comprehension_run;
    job->catalog                = req->deps->writer_catalog;
    job->session_id             = req->principal.session.session_id;
    job->answers.received_at_ms = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_with_result);
}

/* --- events --- */

struct events_job {
    struct http_job   base;
    int64_t           session_id;
    struct event_row *events;
    int               count;
    int               stored_count;
};

static bool events_run(struct job *job, struct store *store, struct err *err)
{
    struct events_job *events = (struct events_job *)job;

    return finish_record_events(store, events->session_id, events->events, events->count, &events->stored_count, err);
}

static enum http_result reply_with_count(struct http_request *req, struct http_job *job)
{
    struct text json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    text_printf(&json, "{\"stored_count\":%d}", ((struct events_job *)job)->stored_count);
    return http_reply_json(req, 200, &json);
}

struct events_message {
    const struct json_value *events;
};

struct event_message {
    int         event_index;
    int         kind;
    double      at_ms;
    int         trial_index;
    const char *detail;
};

static const struct json_field EVENTS_FIELDS[] = {JSON_VALUE("events", struct events_message, events)};
static const struct json_field EVENT_FIELDS[]  = {
     JSON_INT("event_index", struct event_message, event_index, 0, EVENT_INDEX_MAX),
     JSON_NAME("kind", struct event_message, kind, EVENT_KINDS),
     JSON_REAL("at_ms", struct event_message, at_ms, 0.0, EVENT_AT_MAX_MS),
     JSON_OPTIONAL_INT("trial_index", struct event_message, trial_index, 0, EVENT_INDEX_MAX),
     JSON_OPTIONAL_TEXT("detail", struct event_message, detail, 0, EVENT_DETAIL_MAX),
};

static bool read_events(struct http_request *req, const struct json_value *list, struct events_job *job, struct err *err)
{
    int                      count  = json_array_count(list);
    int64_t                  now_ms = clock_wall_ms(req->deps->clock);
    const struct json_value *item;

    if (count < 1 || count > EVENT_BATCH_MAX)
        return err_set(err, ERR_INVALID, "field 'events' must be a list of 1 to %d events", EVENT_BATCH_MAX);
    job->events = arena_alloc_array(&req->arena, (size_t)count, sizeof *job->events);
    if (job->events == NULL) return err_no_memory(err);
    for (item = json_first(list); item != NULL; item = json_next(item)) {
        struct event_message message = {.trial_index = -1};
        char                *where   = arena_printf(&req->arena, "events[%d]", job->count);

        if (where == NULL) return err_no_memory(err);
        if (!json_read_object(item, where, EVENT_FIELDS, JSON_FIELD_COUNT(EVENT_FIELDS), &message, err)) return false;
        job->events[job->count++] = (struct event_row){
            .event_index    = message.event_index,
            .kind           = EVENT_KINDS[message.kind],
            .at_ms          = message.at_ms,
            .trial_index    = message.trial_index,
            .detail         = message.detail,
            .received_at_ms = now_ms,
        };
    }
    return true;
}

enum http_result ep_session_events(struct http_request *req)
{
    struct events_job    *job = arena_alloc(&req->arena, sizeof *job);
    struct events_message message;
    struct err            err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, EVENTS_FIELDS, JSON_FIELD_COUNT(EVENTS_FIELDS), &message, &err) ||
        !read_events(req, message.events, job, &err))
        return http_reply_error(req, &err);
    job->base.base.run = events_run;
    job->session_id    = req->principal.session.session_id;
    return http_submit(req, req->deps->writer, &job->base, reply_with_count);
}

/* --- the final questions and the end --- */

static const struct json_field QUESTIONNAIRE_FIELDS[] = {
    JSON_TEXT("gender", struct questionnaire_row, gender, 0, GENDER_MAX),
    JSON_INT("age", struct questionnaire_row, age, 0, 130),
    JSON_TEXT("strategy", struct questionnaire_row, strategy, 0, STRATEGY_MAX),
    JSON_BOOL("is_included", struct questionnaire_row, is_included),
};

struct questionnaire_job {
    struct http_job          base;
    struct study_catalog    *catalog;
    struct questionnaire_row row;
};

static bool questionnaire_run(struct job *job, struct store *store, struct err *err)
{
    struct questionnaire_job *questionnaire = (struct questionnaire_job *)job;

    return finish_record_questionnaire(store, questionnaire->catalog, &questionnaire->row, err);
}

static enum http_result reply_stored(struct http_request *req, struct http_job *job)
{
    struct text json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    text_add(&json, "{\"is_stored\":true}");
    return http_reply_json(req, 200, &json);
}

enum http_result ep_session_questionnaire(struct http_request *req)
{
    struct questionnaire_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err                err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, QUESTIONNAIRE_FIELDS, JSON_FIELD_COUNT(QUESTIONNAIRE_FIELDS), &job->row, &err))
        return http_reply_error(req, &err);
    job->base.base.run      = questionnaire_run;
    job->catalog            = req->deps->writer_catalog;
    job->row.session_id     = req->principal.session.session_id;
    job->row.received_at_ms = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_stored);
}

struct finish_job {
    struct http_job          base;
    struct study_catalog    *catalog;
    int64_t                  session_id;
    int64_t                  now_ms;
    const struct secret_key *key;
    struct arena            *arena; /* the request's, which waits */
    struct completion        completion;
};

static bool finish_run(struct job *job, struct store *store, struct err *err)
{
    struct finish_job *finish = (struct finish_job *)job;

    return finish_session(store, finish->catalog, finish->key, finish->session_id, finish->now_ms, finish->arena,
                          &finish->completion, err);
}

static enum http_result reply_with_completion(struct http_request *req, struct http_job *job)
{
    struct json_writer writer;
    struct text        json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    session_json_completion(&((struct finish_job *)job)->completion, &writer);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

enum http_result ep_session_finish(struct http_request *req)
{
    struct finish_job *job = arena_alloc(&req->arena, sizeof *job);
    struct err         err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    job->base.base.run = finish_run;
    job->key           = req->deps->key;
    job->arena         = &req->arena;
    job->catalog       = req->deps->writer_catalog;
    job->session_id    = req->principal.session.session_id;
    job->now_ms        = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_with_completion);
}
