#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "http/audit.h"
#include "http/auth.h"
#include "http/reply.h"
#include "http/router.h"

enum {
    CONNECTION_TIMEOUT_S = 75,    /* idle; suspended connections do not count */
    CONNECTION_MAX       = 20000, /* per loop */
    CONNECTION_MEMORY    = 16 * 1024,
    LISTEN_BACKLOG       = 1024,
    HTTP_LOOP_MAX        = 64,
};

struct loop {
    struct MHD_Daemon *daemon;
    struct http_deps   deps;
};

struct http_server {
    int         port;
    int         loop_count;
    struct loop loops[HTTP_LOOP_MAX];
};

static struct http_request *request_new(struct loop *loop, struct MHD_Connection *connection, const char *url, const char *method)
{
    struct http_request *req = calloc(1, sizeof *req);

    if (req == NULL) return NULL;
    req->connection = connection;
    req->deps       = &loop->deps;
    arena_init(&req->arena);
    text_init(&req->body);
    body_file_init(&req->body_file);
    req->path   = arena_copy(&req->arena, url, strlen(url));
    req->method = arena_copy(&req->arena, method, strlen(method));
    return req;
}

static void request_free(struct http_request *req)
{
    if (req == NULL) return;
    if (req->response != NULL) MHD_destroy_response(req->response); /* the client left while the log was written */
    hub_unsubscribe(req->hub_reader);
    json_free(req->doc);
    text_close(&req->body);
    body_file_close(&req->body_file);
    arena_close(&req->arena);
    free(req);
}

static void on_completed(void *argument, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode how)
{
    (void)argument;
    (void)connection;
    (void)how;
    request_free(*request);
    *request = NULL;
}

static void measure(const struct http_request *req)
{
    int64_t now_us = clock_monotonic_us(req->deps->clock);

    if (req->response_us == 0 || req->status != 200) return;
    lag_histogram_record(&req->deps->meters->reply, now_us, now_us - req->response_us);
    rate_counter_add(&req->deps->meters->responses, now_us, 1);
}

static enum MHD_Result send_reply(struct http_request *req)
{
    enum MHD_Result result = MHD_NO;

    if (req->response != NULL) result = MHD_queue_response(req->connection, req->status, req->response);
    if (req->response != NULL) MHD_destroy_response(req->response);
    req->response = NULL;
    if (result == MHD_YES) measure(req);
    return result;
}

static void take_body(struct http_request *req, const char *data, size_t bytes)
{
    if (req->body_file.is_wanted)
        body_file_add(&req->body_file, data, bytes);
    else if (req->body.length + bytes > req->body_max)
        req->is_body_too_large = true;
    else
        text_append(&req->body, data, bytes);
}

/* A session that was erased after its request was let in is as unknown to that request as to any later one. */
static void look_for_erased(struct http_request *req)
{
    struct job        *job = req->job == NULL ? NULL : &req->job->base;
    struct session_row session;
    struct err         ignored;
    bool               is_found;

    if (job == NULL || job->is_ok || job->err.kind != ERR_NOT_FOUND || req->principal.kind != PRINCIPAL_PARTICIPANT) return;
    if (store_session_by_token(req->deps->store, &req->principal.token_hash, &session, &is_found, &ignored) && !is_found)
        err_set(&job->err, ERR_UNAUTHORIZED, "this session is not known here");
}

static enum http_result go_on(struct http_request *req)
{
    struct err err;

    if (req->is_dispatched) {
        look_for_erased(req);
        return req->then(req, req->job);
    }
    req->is_dispatched = true;
    if (req->path == NULL || req->method == NULL || req->body.is_failed) return err_no_memory(&err), http_reply_error(req, &err);
    if (!req->is_body_too_large) return http_dispatch(req);
    err_set(&err, ERR_TOO_LARGE, "the body is larger than %zu bytes", req->body_max);
    return http_reply_error(req, &err);
}

static enum http_result run(struct http_request *req)
{
    enum http_result result = go_on(req);

    if (result == HTTP_REPLIED && http_audit_is_due(req)) return http_audit_then_reply(req);
    if (result == HTTP_REPLIED && req->status < 400 && http_may_end_rights(req)) hub_recheck(req->deps->hub);
    return result;
}

static enum MHD_Result on_request(void *argument, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *bytes, void **request)
{
    struct http_request *req = *request;
    struct err           err;

    (void)version;
    if (req == NULL) {
        *request = req = request_new(argument, connection, url, method);
        if (req == NULL) return MHD_NO;
        if (http_begin(req, &err)) return MHD_YES;
        req->is_dispatched = true; /* answered at once, without reading what was announced */
        (void)http_reply_error(req, &err);
        return send_reply(req);
    } else if (*bytes > 0) {
        take_body(req, data, *bytes);
        *bytes = 0;
        return MHD_YES;
    }
    return run(req) == HTTP_WAITING ? MHD_YES : send_reply(req);
}

/* A NUL in a decoded path would end it early, and "/media/x%00y" would mean "/media/x": such a path leads nowhere. */
static size_t unescape(void *argument, struct MHD_Connection *connection, char *text)
{
    size_t length = MHD_http_unescape(text);

    (void)argument;
    (void)connection;
    if (strlen(text) != length) text[0] = '\0';
    return strlen(text);
}

static void on_library_message(void *argument, const char *format, va_list arguments)
{
    char line[256];

    (void)argument;
    (void)vsnprintf(line, sizeof line, format, arguments);
    if (strstr(line, "socket is no longer available") != NULL || strstr(line, "incomplete request") != NULL)
        return; /* a client that left is no news */
    line[strcspn(line, "\n")] = '\0';
    log_warning("http: %s", line);
}

static int listen_on(const char *address, int *port, struct err *err)
{
    struct sockaddr_in name   = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    socklen_t          length = sizeof name;
    int                yes    = 1;
    int                file   = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (file < 0) return err_errno(err, "make a socket"), -1;
    if (inet_pton(AF_INET, address, &name.sin_addr) != 1) {
        err_set(err, ERR_INVALID, "'%s' is not an IPv4 address", address);
    } else {
        (void)setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (bind(file, (struct sockaddr *)&name, sizeof name) == 0 && listen(file, LISTEN_BACKLOG) == 0 &&
            getsockname(file, (struct sockaddr *)&name, &length) == 0) {
            *port = ntohs(name.sin_port);
            return file;
        }
        err_errno(err, "listen on %s:%d", address, *port);
    }
    (void)close(file);
    return -1;
}

static bool loop_start(struct loop *loop, const struct http_settings *settings, const struct http_deps *shared, int socket,
                       struct err *err)
{
    int own_socket = dup(socket); /* the library closes the one that it is given */

    loop->deps       = *shared;
    loop->deps.store = store_open(settings->database_path, STORE_READ, err);
    if (loop->deps.store == NULL) return false;
    loop->deps.catalog = study_catalog_new(err);
    if (loop->deps.catalog == NULL) return false;
    if (own_socket < 0) return err_errno(err, "copy a socket");
    loop->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0,
                                    NULL, NULL, on_request, loop, MHD_OPTION_EXTERNAL_LOGGER, on_library_message, NULL,
                                    MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_LISTEN_SOCKET, own_socket,
                                    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_TIMEOUT,
                                    (unsigned)CONNECTION_TIMEOUT_S, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_MAX,
                                    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
    if (loop->daemon != NULL) return true;
    (void)close(own_socket);
    return err_set(err, ERR_INTERNAL, "an HTTP event loop could not be started");
}

static void loop_stop(struct loop *loop)
{
    if (loop->daemon != NULL) MHD_stop_daemon(loop->daemon);
    study_catalog_free(loop->deps.catalog);
    store_close(loop->deps.store);
}

struct http_server *http_server_start(const struct http_settings *settings, const struct http_deps *shared, struct err *err)
{
    struct http_server *server = calloc(1, sizeof *server);
    int                 socket;
    bool                ok = true;

    if (server == NULL) return err_no_memory(err), NULL;
    server->port = settings->port;
    socket       = listen_on(settings->address, &server->port, err);
    if (socket < 0) return free(server), NULL;
    while (ok && server->loop_count < settings->loop_count && server->loop_count < HTTP_LOOP_MAX)
        ok = loop_start(&server->loops[server->loop_count++], settings, shared, socket, err);
    (void)close(socket);
    if (ok) return server;
    http_server_stop(server);
    return NULL;
}

int http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_quiesce(struct http_server *server)
{
    for (int i = 0; i < server->loop_count; i++) {
        MHD_socket socket = MHD_quiesce_daemon(server->loops[i].daemon);

        if (socket != MHD_INVALID_SOCKET) (void)close(socket);
    }
}

void http_server_stop(struct http_server *server)
{
    if (server == NULL) return;
    for (int i = 0; i < server->loop_count; i++) loop_stop(&server->loops[i]);
    free(server);
}
