/* cmd_remote.h - `dinolab study ...` on a server that is running: the same requests that a browser sends, with an API token.
 *
 * --server URL takes the place of --data DIR; the token is --token, or else the environment's DINOLAB_TOKEN, which no list of processes
 * shows. Threads: none. */
#ifndef DINOLAB_CMD_REMOTE_H
#define DINOLAB_CMD_REMOTE_H

#include "base/text.h"

struct remote {
    const char *server; /* NULL: not asked for */
    const char *token;  /* NULL: of the environment */
};

/* Rows of a command's table of options. */
#define REMOTE_OPTIONS(remote_)                                                                                                  \
    {"--server", OPTION_TEXT, &(remote_).server, false},                                                                         \
    {                                                                                                                            \
        "--token", OPTION_TEXT, &(remote_).token, false                                                                          \
    }

struct remote_request {
    const char *method;
    const char *slug; /* of the study that it is of; NULL: none */
    const char *path; /* behind /api/v1, or behind the study's */
    struct span body; /* JSON; empty: none */
};

/* Exactly one of --data and --server was given. */
MUST_CHECK bool remote_is_one_place(const char *data, const struct remote *remote, struct err *err);

/* The body of a reply that says that it is done; else the sentence of the server's error, with its field. */
MUST_CHECK bool remote_ask(const struct remote *remote, const struct remote_request *request, struct text *out, struct err *err);

/* On standard output, what came of a study: `reply` is {"slug"} of a new one, {"state"}, or a definition. */
MUST_CHECK bool remote_say_made(const struct text *reply, struct err *err);

#endif
