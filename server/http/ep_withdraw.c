#include "http/endpoints.h"
#include "http/reply.h"
#include "http/session_json.h"
#include "study/export_cache.h"
#include "study/withdraw.h"

struct withdraw_job {
    struct http_job          base;
    struct study_catalog    *catalog;
    const struct secret_key *key;
    int64_t                  session_id;
    bool                     is_deletion;
    int64_t                  now_ms;
    struct withdrawal        withdrawal;
};

static bool withdraw_run(struct job *job, struct store *store, struct err *err)
{
    struct withdraw_job *withdraw = (struct withdraw_job *)job;

    return withdraw_session(store, withdraw->catalog, withdraw->key, withdraw->session_id, withdraw->is_deletion,
                            withdraw->now_ms, &withdraw->withdrawal, err);
}

static enum http_result reply_with(struct http_request *req, const struct withdrawal *withdrawal)
{
    struct json_writer writer;
    struct text        json;

    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_bool(&writer, "is_deleted", withdrawal->is_deleted);
    json_i64(&writer, "trial_count", withdrawal->trial_count);
    json_i64(&writer, "pay_minor", withdrawal->pay_minor);
    session_json_return(withdrawal->has_return ? &withdrawal->link : NULL, "return", &writer);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

static enum http_result reply_when_done(struct http_request *req, struct http_job *job)
{
    const struct withdraw_job *withdraw = (const struct withdraw_job *)job;

    if (!job->base.is_ok) return http_reply_error(req, &job->base.err);
    if (withdraw->is_deletion) export_cache_expire(req->deps->folder, 0, 0); /* no export that still has them */
    return reply_with(req, &withdraw->withdrawal);
}

/* What is paid is said before the participant decides. */
enum http_result ep_session_withdraw_preview(struct http_request *req)
{
    struct withdrawal withdrawal;
    struct err        err;

    if (!withdraw_preview(req->deps->store, req->deps->catalog, req->deps->key, &req->principal.session, &withdrawal, &err))
        return http_reply_error(req, &err);
    return reply_with(req, &withdrawal);
}

struct withdraw_message {
    bool is_deletion;
};

static const struct json_field WITHDRAW_FIELDS[] = {JSON_BOOL("is_deletion", struct withdraw_message, is_deletion)};

enum http_result ep_session_withdraw(struct http_request *req)
{
    struct withdraw_job    *job = arena_alloc(&req->arena, sizeof *job);
    struct withdraw_message message;
    struct err              err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    if (!http_read_body(req, WITHDRAW_FIELDS, JSON_FIELD_COUNT(WITHDRAW_FIELDS), &message, &err))
        return http_reply_error(req, &err);
    job->base.base.run = withdraw_run;
    job->catalog       = req->deps->writer_catalog;
    job->key           = req->deps->key;
    job->session_id    = req->principal.session.session_id;
    job->is_deletion   = message.is_deletion;
    job->now_ms        = clock_wall_ms(req->deps->clock);
    return http_submit(req, req->deps->writer, &job->base, reply_when_done);
}
