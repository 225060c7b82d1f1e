#include "http/request.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "http/audit.h"
#include "http/reply.h"

const char *http_header(const struct http_request *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_HEADER_KIND, name);
}

const char *http_query(const struct http_request *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_cookie(const struct http_request *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_COOKIE_KIND, name);
}

static void job_done(struct job *job)
{
    struct http_request *req = ((struct http_job *)job)->req;

    (void)MHD_resume_connection(req->connection);
}

static enum http_result reply_refused(struct http_request *req, struct http_job *job)
{
    return http_reply_error(req, &job->base.err);
}

enum http_result http_submit(struct http_request *req, struct lane *lane, struct http_job *job, http_then_fn then)
{
    job->req       = req;
    job->base.done = job_done;
    if (lane == req->deps->writer) http_audit_with(req, job);
    req->then = then;
    req->job  = job;
    (void)MHD_suspend_connection(req->connection); /* first: the job may be done before lane_submit returns */
    if (!lane_submit(lane, &job->base, &job->base.err)) {
        req->then = reply_refused;
        (void)MHD_resume_connection(req->connection);
    }
    return HTTP_WAITING;
}

static void wake_connection(void *argument)
{
    (void)MHD_resume_connection(((struct http_request *)argument)->connection);
}

static void suspend_connection(void *argument)
{
    (void)MHD_suspend_connection(((struct http_request *)argument)->connection);
}

static enum http_result take_snapshot(struct http_request *req, struct http_job *job)
{
    char      *json = NULL;
    struct err err;

    (void)job;
    switch (hub_read_snapshot(req->hub_reader, &json, suspend_connection)) {
    case HUB_READ_DATA:
        if (req->snapshot_then != NULL) return req->snapshot_then(req, json);
        if (json != NULL && req->snapshot_filter != NULL) {
            json = req->snapshot_filter(req, json, &err);
            if (json == NULL) return http_reply_error(req, &err);
        }
        return http_reply_json_take(req, req->snapshot_status, json);
    case HUB_READ_NOTHING:
        req->then = take_snapshot;
        return HTTP_WAITING;
    case HUB_READ_END:
        break;
    }
    err_set(&err, ERR_BUSY, "these numbers cannot be had at the moment; please try again");
    return http_reply_error(req, &err);
}

enum http_result http_reply_snapshot_as(struct http_request *req, unsigned status, const char *topic)
{
    struct err err;

    req->snapshot_status = status;
    req->hub_reader      = hub_subscribe(req->deps->hub, topic, 0, wake_connection, req, &err);
    if (req->hub_reader == NULL) return http_reply_error(req, &err);
    return take_snapshot(req, NULL);
}

enum http_result http_reply_snapshot_filtered(struct http_request *req, const char *topic, http_filter_fn filter)
{
    req->snapshot_filter = filter;
    return http_reply_snapshot_as(req, 200, topic);
}

enum http_result http_reply_snapshot(struct http_request *req, const char *topic)
{
    return http_reply_snapshot_as(req, 200, topic);
}

enum http_result http_wait_snapshot(struct http_request *req, const char *topic, http_snapshot_fn then)
{
    req->snapshot_then = then;
    return http_reply_snapshot(req, topic);
}

bool http_read_body(struct http_request *req, const struct json_field *fields, size_t field_count, void *out, struct err *err)
{
    req->doc = json_parse((struct span){req->body.data, req->body.length}, err);
    return req->doc != NULL && json_read_object(json_root(req->doc), "", fields, field_count, out, err);
}

bool http_is_change(const struct http_request *req)
{
    return strcmp(req->method, "GET") != 0 && strcmp(req->method, "HEAD") != 0;
}

bool http_read_index(const struct http_request *req, int parameter, int max, int *out, struct err *err)
{
    int64_t value;

    if (!text_to_i64(req->parameters[parameter], 0, max, &value))
        return err_set(err, ERR_NOT_FOUND, "'%.40s' is not an index from 0 to %d", req->parameters[parameter], max);
    *out = (int)value;
    return true;
}
