#include "http/endpoints.h"
#include "http/reply.h"
#include "http/session_json.h"
#include "store/store_condition.h"
#include "study/arrive.h"
#include "study/enroll.h"

static bool load_open_study(struct http_request *req, const struct study **study, bool *is_open, bool *is_full, struct err *err)
{
    const struct http_deps *deps         = req->deps;
    int64_t                 condition_id = 0;

    if (!study_catalog_by_slug(deps->catalog, deps->store, req->parameters[0], study, err)) return false;
    if (!study_is_open(deps->store, *study, is_open, err)) return false;
    if (!store_condition_lease(deps->store, (*study)->study_id, (*study)->settings.sessions_per_condition, &condition_id, err))
        return false;
    *is_full = condition_id == 0; /* only looked at: nothing is leased by asking */
    return true;
}

enum http_result ep_open_study_get(struct http_request *req)
{
    const struct study *study = NULL;
    struct json_writer  writer;
    struct text         json;
    struct err          err;
    char                hex[SECRET_HEX_BYTES];
    bool                is_open, is_full;

    if (!load_open_study(req, &study, &is_open, &is_full, &err)) return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "study");
    json_text(&writer, "slug", study->slug);
    json_text(&writer, "title", study->title);
    json_text(&writer, "task", task_name(study->task));
    json_end_object(&writer);
    json_begin_object(&writer, "consent");
    json_text(&writer, "text", study->settings.consent_text);
    secret_hex(&study->consent_sha256, hex);
    json_text(&writer, "sha256", hex);
    json_end_object(&writer);
    json_bool(&writer, "is_open", is_open);
    json_bool(&writer, "is_full", is_full);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

struct enroll_job {
    struct http_job       base;
    struct study_catalog *catalog;
    struct enrolment      enrolment;
    struct session_row    session;
    bool                  is_new;
};

static bool enroll_run(struct job *job, struct store *store, struct err *err)
{
    struct enroll_job *enroll = (struct enroll_job *)job;

    return enroll_session(store, enroll->catalog, &enroll->enrolment, &enroll->session, &enroll->is_new, err);
}

static enum http_result reply_with_session(struct http_request *req, struct http_job *job)
{
    struct enroll_job  *enroll = (struct enroll_job *)job;
    struct session_view view;
    struct text         json;
    struct err          err;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    if (!session_view_load(req->deps->store, req->deps->catalog, &enroll->session, &req->arena, &view, &err))
        return http_reply_error(req, &err);
    text_init(&json);
    session_json_view(&view, &json);
    return http_reply_json(req, enroll->is_new ? 201 : 200, &json);
}

struct enroll_message {
    const char *consent_sha256;
};

static const struct json_field ENROLL_FIELDS[] = {
    JSON_TEXT("consent_sha256", struct enroll_message, consent_sha256, SECRET_HEX_BYTES - 1, SECRET_HEX_BYTES - 1),
};

enum http_result ep_open_study_enroll(struct http_request *req)
{
    struct enroll_job    *job = arena_alloc(&req->arena, sizeof *job);
    struct enroll_message message;
    struct err            err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, ENROLL_FIELDS, JSON_FIELD_COUNT(ENROLL_FIELDS), &message, &err)) return http_reply_error(req, &err);
    if (!secret_from_hex(message.consent_sha256, &job->enrolment.consent_sha256)) {
        err_set(&err, ERR_INVALID, "field 'consent_sha256' must be 64 lower-case hex digits");
        return http_reply_error(req, &err);
    }
    job->base.base.run        = enroll_run;
    job->catalog              = req->deps->writer_catalog;
    job->enrolment.slug       = req->parameters[0];
    job->enrolment.token_hash = req->principal.token_hash;
    job->enrolment.now_ms     = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_with_session);
}

struct arrive_job {
    struct http_job    base;
    int64_t            study_id;
    struct secret_hash visit_hash;
    int64_t            now_ms;
    bool               is_counted;
};

static bool arrive_run(struct job *job, struct store *store, struct err *err)
{
    struct arrive_job *arrive = (struct arrive_job *)job;

    return arrive_note(store, arrive->study_id, &arrive->visit_hash, arrive->now_ms, &arrive->is_counted, err);
}

static enum http_result reply_with_arrival(struct http_request *req, struct http_job *job)
{
    const struct arrive_job *arrive = (const struct arrive_job *)job;
    struct json_writer       writer;
    struct text              json;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_bool(&writer, "is_counted", arrive->is_counted);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

struct arrival_message {
    const char *visit;
};

static const struct json_field ARRIVAL_FIELDS[] = {
    JSON_TEXT("visit", struct arrival_message, visit, SECRET_TOKEN_LENGTH, SECRET_TOKEN_LENGTH),
};

enum http_result ep_open_study_arrive(struct http_request *req)
{
    const struct http_deps *deps = req->deps;
    struct arrive_job      *job  = arena_alloc(&req->arena, sizeof *job);
    const struct study     *study;
    struct arrival_message  message;
    struct err              err;
    bool                    is_settled;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!study_catalog_by_slug(deps->catalog, deps->store, req->parameters[0], &study, &err)) return http_reply_error(req, &err);
    if (!http_read_body(req, ARRIVAL_FIELDS, JSON_FIELD_COUNT(ARRIVAL_FIELDS), &message, &err))
        return http_reply_error(req, &err);
    if (!secret_token_is_well_formed(message.visit)) {
        err_set(&err, ERR_INVALID, "field 'visit' must be 32 random bytes in base64url without padding");
        return http_reply_error(req, &err);
    }
    secret_token_hash(message.visit, &job->visit_hash);
    if (!arrive_is_settled(deps->store, study, &job->visit_hash, &is_settled, &job->is_counted, &err))
        return http_reply_error(req, &err);
    job->base.base.run   = arrive_run;
    job->base.base.is_ok = is_settled;
    job->study_id        = study->study_id;
    job->now_ms          = clock_wall_ms(deps->clock);
    if (is_settled) return reply_with_arrival(req, &job->base);
    return http_submit(req, deps->writer, &job->base, reply_with_arrival);
}
