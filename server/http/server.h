/* server.h - the HTTP server: a few event loops on one listening socket.
 *
 * Each loop is one thread with a read store and a catalog of its own; connections that wait for a job are suspended, never a blocked
 * thread. Order of stopping: http_server_quiesce, hub_stop, lane_stop of the lanes, http_server_stop. */
#ifndef DINOLAB_HTTP_SERVER_H
#define DINOLAB_HTTP_SERVER_H

#include "http/request.h"

struct http_settings {
    const char *address; /* IPv4 to listen on, such as "127.0.0.1" */
    int         port;    /* 0: any free one */
    int         loop_count;
    const char *database_path;
};

struct http_server;

/* `shared`: everything but store and catalog, which each loop makes for itself. Borrowed parts must outlive the server. */
MUST_CHECK struct http_server *http_server_start(const struct http_settings *settings, const struct http_deps *shared,
                                                 struct err *err);

int  http_server_port(const struct http_server *server);
void http_server_quiesce(struct http_server *server); /* no new connections; those that are there go on */
void http_server_stop(struct http_server *server);    /* accepts NULL */

#endif
