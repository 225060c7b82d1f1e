/* http_client.h - many keep-alive HTTP connections to one server, driven by one thread: the only user of libcurl.
 *
 * A client has a fixed number of lines. A line is what one browser would be: it has a connection of its own, that stays open
 * between requests, and at most one request at a time. Replies arrive through the callback, from within http_client_wait only.
 * Never through a proxy: times measured are those of the server. Not for downloads: replies are held in memory, up to 8 MiB.
 * Threads: none; a client belongs to one thread. */
#ifndef DINOLAB_SIMULATE_HTTP_CLIENT_H
#define DINOLAB_SIMULATE_HTTP_CLIENT_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct http_client_request {
    const char *method; /* "GET", "POST", "PUT" or "PATCH" */
    const char *path;   /* from "/" on */
    const char *token;  /* of the Authorization header; NULL for none */
    struct span body;   /* JSON; empty for none. All is borrowed until the reply */
};

struct http_client_reply {
    int         status;  /* 0: no complete reply came */
    const char *failure; /* why, when status is 0; else NULL */
    struct span body;    /* borrowed while in the callback */
    int64_t     sent_us; /* monotonic clock: request handed over, and reply complete */
    int64_t     received_us;
};

typedef void http_client_on_reply(void *context, int line, const struct http_client_reply *reply);

struct http_client;

/* `base_url` such as "http://127.0.0.1:8080", copied. */
MUST_CHECK struct http_client *http_client_new(const char *base_url, int line_count, http_client_on_reply *on_reply,
                                               void *context, struct err *err);
void                           http_client_free(struct http_client *client); /* drops open requests; accepts NULL */

/* False only when out of memory; a server that is away is a reply with status 0. May be called from within the callback. */
MUST_CHECK bool http_client_send(struct http_client *client, int line, const struct http_client_request *request,
                                 struct err *err);

/* Wait up to `timeout_ms` for the network, then call back for every reply that has come. */
MUST_CHECK bool http_client_wait(struct http_client *client, int timeout_ms, struct err *err);

int http_client_open_count(const struct http_client *client); /* requests without reply yet */

#endif
