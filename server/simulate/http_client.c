#include "simulate/http_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    HTTP_REPLY_MAX_BYTES    = 8 * 1024 * 1024,
    HTTP_REQUEST_TIMEOUT_MS = 60 * 1000, /* above any wait for a busy writer; what takes longer is a failure worth counting */
    HTTP_CONNECT_TIMEOUT_MS = 10 * 1000,
    HTTP_EVENTS_PER_WAIT    = 256,
};

/* One browser: an easy handle and a connection pool of its own, which is what a curl share with CURL_LOCK_DATA_CONNECT gives.
 * In the multi handle's common pool thousands of thinking people would take turns on a handful of connections. */
struct http_line {
    CURL              *easy;
    CURLSH            *share;
    struct curl_slist *headers;
    struct text        body;
    char               failure[CURL_ERROR_SIZE];
    CURLcode           code;
    int64_t            sent_us;
    int64_t            received_us;
    bool               is_too_large;
};

struct http_client {
    char                 *base_url;
    struct text           url; /* scratch */
    CURLM                *multi;
    int                   epoll_fd;
    int64_t               curl_due_us; /* when curl wants to be woken; INT64_MAX for never */
    struct http_line     *lines;
    int                   line_count;
    int                   open_count;
    int                  *done_lines; /* scratch: lines whose reply is complete, before their callbacks */
    http_client_on_reply *on_reply;
    void                 *context;
};

static int on_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct http_client *client = context;

    (void)multi;
    client->curl_due_us = timeout_ms < 0 ? INT64_MAX : clock_monotonic_us(&CLOCK_SYSTEM) + (int64_t)timeout_ms * 1000;
    return 0;
}

static int on_curl_socket(CURL *easy, curl_socket_t socket_fd, int what, void *context, void *socket_context)
{
    struct http_client *client = context;
    struct epoll_event  event  = {.data.fd = socket_fd};

    (void)easy;
    (void)socket_context;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(client->epoll_fd, EPOLL_CTL_DEL, socket_fd, NULL); /* fails harmlessly for a socket closed already */
        return 0;
    }
    if (what != CURL_POLL_OUT) event.events |= EPOLLIN;
    if (what != CURL_POLL_IN) event.events |= EPOLLOUT;
    if (epoll_ctl(client->epoll_fd, EPOLL_CTL_MOD, socket_fd, &event) == 0) return 0;
    if (errno == ENOENT && epoll_ctl(client->epoll_fd, EPOLL_CTL_ADD, socket_fd, &event) == 0) return 0;
    return -1; /* curl fails the transfers of this socket */
}

static size_t on_curl_body(char *data, size_t element_bytes, size_t count, void *context)
{
    struct http_line *line  = context;
    size_t            bytes = element_bytes * count;

    if (line->body.length + bytes > HTTP_REPLY_MAX_BYTES) {
        line->is_too_large = true;
        return 0;
    }
    text_append(&line->body, data, bytes);
    return text_ok(&line->body, NULL) ? bytes : 0;
}

static bool has_room(struct http_client *client)
{
    client->lines      = calloc((size_t)client->line_count, sizeof *client->lines);
    client->done_lines = calloc((size_t)client->line_count, sizeof *client->done_lines);
    return client->base_url != NULL && client->lines != NULL && client->done_lines != NULL;
}

struct http_client *http_client_new(const char *base_url, int line_count, http_client_on_reply *on_reply, void *context,
                                    struct err *err)
{
    struct http_client *client = calloc(1, sizeof *client);

    if (client == NULL) return err_no_memory(err), NULL;
    *client = (struct http_client){.base_url    = strdup(base_url),
                                   .epoll_fd    = epoll_create1(EPOLL_CLOEXEC),
                                   .curl_due_us = INT64_MAX,
                                   .line_count  = line_count,
                                   .on_reply    = on_reply,
                                   .context     = context};
    text_init(&client->url);
    if (!has_room(client)) {
        (void)err_no_memory(err);
    } else if (client->epoll_fd < 0) {
        (void)err_errno(err, "epoll cannot be used");
    } else if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        (void)err_set(err, ERR_INTERNAL, "libcurl cannot be initialised");
    } else if ((client->multi = curl_multi_init()) == NULL) {
        curl_global_cleanup();
        (void)err_no_memory(err);
    } else {
        (void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
        (void)curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
        (void)curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
        (void)curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
        return client;
    }
    http_client_free(client);
    return NULL;
}

static void close_line(struct http_client *client, struct http_line *line)
{
    if (line->easy != NULL) {
        (void)curl_multi_remove_handle(client->multi, line->easy); /* harmless for one that is idle */
        curl_easy_cleanup(line->easy);
    }
    if (line->share != NULL) (void)curl_share_cleanup(line->share); /* closes the connection */
    curl_slist_free_all(line->headers);
    text_close(&line->body);
}

void http_client_free(struct http_client *client)
{
    if (client == NULL) return;
    for (int i = 0; client->lines != NULL && i < client->line_count; i++) close_line(client, &client->lines[i]);
    if (client->multi != NULL) {
        (void)curl_multi_cleanup(client->multi);
        curl_global_cleanup();
    }
    if (client->epoll_fd >= 0) (void)close(client->epoll_fd);
    text_close(&client->url);
    free(client->done_lines);
    free(client->lines);
    free(client->base_url);
    free(client);
}

static bool open_line(struct http_line *line, struct err *err)
{
    bool ok;

    text_init(&line->body);
    line->easy  = curl_easy_init();
    line->share = curl_share_init();
    ok          = line->easy != NULL && line->share != NULL &&
         curl_share_setopt(line->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) == CURLSHE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_SHARE, line->share) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_PRIVATE, line) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_ERRORBUFFER, line->failure) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_WRITEFUNCTION, on_curl_body) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_WRITEDATA, line) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_USERAGENT, "dinolab-simulate") == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_PROXY, "") == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_TIMEOUT_MS, (long)HTTP_REQUEST_TIMEOUT_MS) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_TIMEOUT_MS) == CURLE_OK;
    return ok ? true : err_set(err, ERR_INTERNAL, "libcurl cannot open one more line");
}

static bool set_headers(struct http_line *line, const struct http_client_request *request, struct err *err)
{
    struct text        authorization;
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");

    curl_slist_free_all(line->headers);
    line->headers = headers;
    text_init(&authorization);
    if (request->token != NULL) text_printf(&authorization, "Authorization: Bearer %s", request->token);
    if (headers != NULL && request->token != NULL)
        headers = text_ok(&authorization, NULL) ? curl_slist_append(headers, authorization.data) : NULL;
    if (headers != NULL && request->body.length > 0) headers = curl_slist_append(headers, "Content-Type: application/json");
    text_close(&authorization);
    return headers != NULL ? true : err_no_memory(err); /* an append that fails leaves the list, which line->headers holds */
}

static bool set_request(struct http_client *client, struct http_line *line, const struct http_client_request *request,
                        struct err *err)
{
    bool has_body = strcmp(request->method, "GET") != 0;
    bool ok;

    text_reset(&client->url);
    text_printf(&client->url, "%s%s", client->base_url, request->path);
    if (!text_ok(&client->url, err) || !set_headers(line, request, err)) return false;
    ok = curl_easy_setopt(line->easy, CURLOPT_URL, client->url.data) == CURLE_OK &&
         curl_easy_setopt(line->easy, CURLOPT_HTTPHEADER, line->headers) == CURLE_OK;
    /* A body by POSTFIELDS under another method's name: PUT's own option would ask a callback for it. */
    if (ok && has_body)
        ok = curl_easy_setopt(line->easy, CURLOPT_POST, 1L) == CURLE_OK &&
             curl_easy_setopt(line->easy, CURLOPT_POSTFIELDSIZE, (long)request->body.length) == CURLE_OK &&
             curl_easy_setopt(line->easy, CURLOPT_POSTFIELDS, request->body.length > 0 ? request->body.data : "") == CURLE_OK &&
             curl_easy_setopt(line->easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
    else if (ok)
        ok = curl_easy_setopt(line->easy, CURLOPT_CUSTOMREQUEST, NULL) == CURLE_OK &&
             curl_easy_setopt(line->easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
    return ok ? true : err_set(err, ERR_INTERNAL, "libcurl refuses '%s %s'", request->method, client->url.data);
}

bool http_client_send(struct http_client *client, int line_index, const struct http_client_request *request, struct err *err)
{
    struct http_line *line = &client->lines[line_index];

    if (line->easy == NULL && !open_line(line, err)) return false;
    if (!set_request(client, line, request, err)) return false;
    text_reset(&line->body);
    line->is_too_large = false;
    line->failure[0]   = '\0';
    line->sent_us      = clock_monotonic_us(&CLOCK_SYSTEM);
    if (curl_multi_add_handle(client->multi, line->easy) != CURLM_OK) return err_no_memory(err);
    client->open_count++;
    return true;
}

/* All times are taken before the first callback, so that one line's work is not counted into another's reply. */
static int collect_done(struct http_client *client)
{
    int      done_count = 0, left = 0;
    CURLMsg *message;

    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        struct http_line *line = NULL;
        CURL             *easy = message->easy_handle;

        if (message->msg != CURLMSG_DONE || curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&line) != CURLE_OK) continue;
        line->code        = message->data.result;
        line->received_us = clock_monotonic_us(&CLOCK_SYSTEM);
        (void)curl_multi_remove_handle(client->multi, easy);
        client->done_lines[done_count++] = (int)(line - client->lines);
        client->open_count--;
    }
    return done_count;
}

static void call_back(struct http_client *client, int line_index)
{
    struct http_line        *line   = &client->lines[line_index];
    long                     status = 0;
    struct http_client_reply reply  = {.sent_us = line->sent_us, .received_us = line->received_us};

    (void)curl_easy_getinfo(line->easy, CURLINFO_RESPONSE_CODE, &status);
    if (line->code == CURLE_OK) {
        reply.status = (int)status;
        reply.body   = (struct span){.data = line->body.data, .length = line->body.length};
    } else if (line->is_too_large) {
        reply.failure = "the reply is larger than 8 MiB";
    } else {
        reply.failure = line->failure[0] != '\0' ? line->failure : curl_easy_strerror(line->code);
    }
    client->on_reply(client->context, line_index, &reply);
}

static int wait_ms(const struct http_client *client, int timeout_ms)
{
    int64_t until_due_ms;

    if (client->curl_due_us == INT64_MAX) return timeout_ms;
    until_due_ms = (client->curl_due_us - clock_monotonic_us(&CLOCK_SYSTEM) + 999) / 1000;
    if (until_due_ms < 0) return 0;
    return until_due_ms < timeout_ms ? (int)until_due_ms : timeout_ms;
}

bool http_client_wait(struct http_client *client, int timeout_ms, struct err *err)
{
    struct epoll_event events[HTTP_EVENTS_PER_WAIT];
    int                running     = 0, done_count;
    int                event_count = epoll_wait(client->epoll_fd, events, HTTP_EVENTS_PER_WAIT, wait_ms(client, timeout_ms));

    if (event_count < 0 && errno != EINTR) return err_errno(err, "epoll cannot wait");
    for (int i = 0; i < event_count; i++) {
        int what = 0;

        if ((events[i].events & (EPOLLIN | EPOLLHUP)) != 0) what |= CURL_CSELECT_IN;
        if ((events[i].events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
        if ((events[i].events & EPOLLERR) != 0) what |= CURL_CSELECT_ERR;
        (void)curl_multi_socket_action(client->multi, events[i].data.fd, what, &running);
    }
    if (client->curl_due_us <= clock_monotonic_us(&CLOCK_SYSTEM)) {
        client->curl_due_us = INT64_MAX; /* curl sets it again when it still wants to be woken */
        (void)curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    done_count = collect_done(client);
    for (int i = 0; i < done_count; i++) call_back(client, client->done_lines[i]);
    return true;
}

int http_client_open_count(const struct http_client *client)
{
    return client->open_count;
}
