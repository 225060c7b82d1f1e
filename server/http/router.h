/* router.h - which path goes where: one const table. Adding an endpoint is one row here and one handler in ep_<resource>.c. */
#ifndef DINOLAB_HTTP_ROUTER_H
#define DINOLAB_HTTP_ROUTER_H

#include "http/request.h"
#include "study/rights.h"

enum http_auth {
    AUTH_NONE,
    AUTH_TOKEN,       /* a well-formed bearer token, known or not */
    AUTH_PARTICIPANT, /* a session's bearer token */
    AUTH_RESEARCHER,  /* a login, where other methods than GET also need the CSRF token; or an API token */
    AUTH_MEDIA,       /* a signed link of a picture, a participant or a researcher */
};

struct http_route {
    const char    *method;
    const char    *path; /* {} stands for one segment, a last {*} for the rest */
    enum http_auth auth;
    enum http_result (*handle)(struct http_request *req);
    enum right
        right; /* of researchers; RIGHT_NONE elsewhere. RIGHT_VIEW, _CHANGE, _OWN are in the study that the first {} names */
};

/* A route of HTTP_ROUTES whose body may be larger than HTTP_BODY_MAX_BYTES, or goes into a file (body_file.h). */
struct http_body_route {
    const char *method;
    const char *path;
    int64_t     bytes_max; /* of one body; a larger one is refused unread */

    /* After the check of who asks, before the first byte: body_file_begin, or false and why not. NULL: the body stays in memory. */
    bool (*begin)(struct http_request *req, struct err *err);
};

extern const struct http_route HTTP_ROUTES[];
extern const size_t            HTTP_ROUTE_COUNT;

/* When the head of a request is there. False when it must be answered without reading the body, with the error for it: the body is
 * larger than its route takes, or goes into a file and whoever asks may not write one. */
MUST_CHECK bool http_begin(struct http_request *req, struct err *err);

/* Find the route, check who asks, run the handler. */
enum http_result http_dispatch(struct http_request *req);

/* True and req->parameters filled when the path fits the pattern; parameters are in the request's arena. */
bool http_route_matches(struct http_request *req, const char *pattern);

#endif
