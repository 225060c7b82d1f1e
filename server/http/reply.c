#include "http/reply.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "http/auth.h"
#include "json/json_write.h"

enum { STREAM_BLOCK_BYTES = 32 * 1024 };

static const unsigned STATUS_OF_ERR[ERR_KIND_COUNT] = {
    [ERR_INVALID] = 400,  [ERR_UNAUTHORIZED] = 401, [ERR_CODE_NEEDED] = 401, [ERR_FORBIDDEN] = 403, [ERR_NOT_FOUND] = 404,
    [ERR_CONFLICT] = 409, [ERR_SUPERSEDED] = 409,   [ERR_FULL] = 409,        [ERR_GONE] = 410,      [ERR_TOO_LARGE] = 413,
    [ERR_TOO_MANY] = 429, [ERR_BUSY] = 503,         [ERR_STORAGE] = 503, /* the page keeps the response and tries again */
    [ERR_INTERNAL] = 500,
};

unsigned http_status_of(enum err_kind kind)
{
    return STATUS_OF_ERR[kind];
}

static enum http_result set_reply(struct http_request *req, unsigned status, struct MHD_Response *response, const char *type)
{
    req->status   = status;
    req->response = response; /* NULL: the server then closes the connection */
    if (response == NULL) return HTTP_REPLIED;
    http_reply_header(req, "Content-Type", type);
    http_reply_header(req, "X-Content-Type-Options", "nosniff");
    http_reply_header(req, "Referrer-Policy", "no-referrer");
    return HTTP_REPLIED;
}

void http_reply_header(struct http_request *req, const char *name, const char *value)
{
    if (req->response != NULL) (void)MHD_add_response_header(req->response, name, value);
}

enum http_result http_reply_json_take(struct http_request *req, unsigned status, char *json)
{
    struct MHD_Response *response = NULL;

    if (json != NULL) response = MHD_create_response_from_buffer(strlen(json), json, MHD_RESPMEM_MUST_FREE);
    (void)set_reply(req, status, response, "application/json");
    http_reply_header(req, "Cache-Control", "no-store");
    return HTTP_REPLIED;
}

enum http_result http_reply_json(struct http_request *req, unsigned status, struct text *json)
{
    return http_reply_json_take(req, status, text_take(json));
}

enum http_result http_reply_text(struct http_request *req, unsigned status, const char *type, struct text *text)
{
    char                *taken    = text_take(text);
    struct MHD_Response *response = NULL;

    if (taken != NULL) response = MHD_create_response_from_buffer(strlen(taken), taken, MHD_RESPMEM_MUST_FREE);
    return set_reply(req, status, response, type);
}

static bool is_ours_to_hide(enum err_kind kind)
{
    return kind == ERR_STORAGE || kind == ERR_INTERNAL;
}

enum http_result http_reply_error_with(struct http_request *req, const struct err *err, const char *name, int64_t value)
{
    struct text        text;
    struct json_writer writer;

    if (is_ours_to_hide(err->kind)) log_error("%s %s: %s", req->method, req->path, err->message);
    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    json_begin_object(&writer, "error");
    json_text(&writer, "kind", err_kind_name(err->kind));
    json_text(&writer, "message",
              is_ours_to_hide(err->kind) ? "something went wrong on the server; nothing was lost, please try again"
                                         : err->message);
    if (err->field[0] != '\0') json_text(&writer, "field", err->field);
    if (name != NULL) json_i64(&writer, name, value);
    json_end_object(&writer);
    json_end_object(&writer);
    (void)http_reply_json(req, http_status_of(err->kind), &text);
    if (err->kind == ERR_BUSY || err->kind == ERR_STORAGE) http_reply_header(req, "Retry-After", "1");
    return HTTP_REPLIED;
}

enum http_result http_reply_error(struct http_request *req, const struct err *err)
{
    return http_reply_error_with(req, err, NULL, 0);
}

enum http_result http_reply_static(struct http_request *req, unsigned status, const char *type, const void *data, size_t bytes)
{
    return set_reply(req, status, MHD_create_response_from_buffer(bytes, (void *)(uintptr_t)data, MHD_RESPMEM_PERSISTENT), type);
}

enum http_result http_reply_file(struct http_request *req, const char *type, int file, uint64_t bytes)
{
    struct MHD_Response *response = MHD_create_response_from_fd64(bytes, file);

    if (response == NULL) (void)close(file);
    return set_reply(req, 200, response, type);
}

enum http_result http_reply_file_part(struct http_request *req, const char *type, int file, enum export_range_kind kind,
                                      int64_t first, int64_t count, int64_t whole)
{
    struct MHD_Response *response;
    char                *range;

    if (kind == EXPORT_RANGE_WHOLE) return http_reply_file(req, type, file, (uint64_t)whole);
    if (kind == EXPORT_RANGE_PART) {
        response = MHD_create_response_from_fd_at_offset64((uint64_t)count, file, (uint64_t)first);
        if (response == NULL) (void)close(file);
        range =
            arena_printf(&req->arena, "bytes %lld-%lld/%lld", (long long)first, (long long)(first + count - 1), (long long)whole);
    } else {
        (void)close(file);
        response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        range    = arena_printf(&req->arena, "bytes */%lld", (long long)whole);
    }
    (void)set_reply(req, kind == EXPORT_RANGE_PART ? 206 : 416, response, type);
    if (range != NULL) http_reply_header(req, "Content-Range", range);
    return HTTP_REPLIED;
}

/* --- streams --- */

struct stream {
    struct http_request *req; /* lives as long as anything of the stream is read */
    struct hub_reader   *reader;
    struct meters       *meters;
};

static void stream_suspend(void *argument)
{
    (void)MHD_suspend_connection(((struct stream *)argument)->req->connection);
}

static void stream_wake(void *argument)
{
    (void)MHD_resume_connection(((struct stream *)argument)->req->connection);
}

/* What let the stream begin must still hold: the login or token is there, its account may see the study. Asked every heartbeat, and at
 * once when rights end here; what was changed by another process, or runs out, is noticed with the heartbeat. */
static bool may_go_on(struct stream *stream)
{
    struct err ignored; /* the browser comes again, and is told */

    return !hub_take_check(stream->reader) || http_authorize(stream->req, stream->req->route, &ignored);
}

static ssize_t stream_read(void *argument, uint64_t position, char *buffer, size_t capacity)
{
    struct stream *stream = argument;
    size_t         length = 0;

    (void)position;
    if (!may_go_on(stream)) return MHD_CONTENT_READER_END_OF_STREAM;
    switch (hub_read(stream->reader, buffer, capacity, &length, stream_suspend)) {
    case HUB_READ_DATA:
        return (ssize_t)length;
    case HUB_READ_NOTHING:
        return 0;
    case HUB_READ_END:
        break;
    }
    return MHD_CONTENT_READER_END_OF_STREAM;
}

static void stream_free(void *argument)
{
    struct stream *stream = argument;

    hub_unsubscribe(stream->reader);
    (void)atomic_fetch_sub_explicit(&stream->meters->stream_count, 1, memory_order_relaxed);
    free(stream);
}

enum http_result http_reply_stream(struct http_request *req, const char *topic)
{
    const char    *last_text = http_header(req, "Last-Event-ID");
    int64_t        last      = 0;
    struct stream *stream    = calloc(1, sizeof *stream);
    struct err     err;

    if (last_text != NULL && !text_to_i64(last_text, 0, INT64_MAX, &last)) last = 0; /* foreign ids start with a snapshot */
    if (stream == NULL) return err_no_memory(&err), http_reply_error(req, &err);
    stream->req    = req;
    stream->reader = hub_subscribe(req->deps->hub, topic, (uint64_t)last, stream_wake, stream, &err);
    if (stream->reader == NULL) return free(stream), http_reply_error(req, &err);
    stream->meters = req->deps->meters;
    (void)atomic_fetch_add_explicit(&stream->meters->stream_count, 1, memory_order_relaxed);
    (void)set_reply(req, 200,
                    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, stream_read, stream, stream_free),
                    "text/event-stream");
    if (req->response == NULL) stream_free(stream);
    http_reply_header(req, "Cache-Control", "no-store");
    http_reply_header(req, "X-Accel-Buffering", "no"); /* nginx would hold events back */
    return HTTP_REPLIED;
}
