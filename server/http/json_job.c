#include "http/json_job.h"

#include "http/reply.h"

void *json_job_new(struct http_request *req, size_t bytes, bool (*run)(struct job *job, struct store *store, struct err *err))
{
    struct json_job *job = arena_alloc(&req->arena, bytes);

    if (job == NULL) return NULL;
    job->base.base.run = run;
    job->who           = &req->principal;
    job->now_ms        = clock_wall_ms(req->deps->clock);
    job->status        = 200;
    text_init(&job->json);
    return job;
}

static enum http_result reply(struct http_request *req, struct http_job *base)
{
    struct json_job *job = (struct json_job *)base;

    if (base->base.is_ok) return http_reply_json(req, job->status, &job->json);
    text_close(&job->json);
    return http_reply_error(req, &base->base.err);
}

enum http_result json_job_submit(struct http_request *req, struct lane *lane, struct json_job *job)
{
    struct err err;

    if (job == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    return http_submit(req, lane, &job->base, reply);
}

bool json_job_nothing(struct json_job *job, struct err *err)
{
    text_add(&job->json, "{}");
    return text_ok(&job->json, err);
}
