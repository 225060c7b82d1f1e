/* router.h - which path goes where: one const table. Adding an endpoint is one row here and one handler in ep_<resource>.c. */
#ifndef DINOLAB_HTTP_ROUTER_H
#define DINOLAB_HTTP_ROUTER_H

#include "http/request.h"

enum http_auth {
    AUTH_NONE,
    AUTH_TOKEN,       /* a well-formed bearer token, known or not */
    AUTH_PARTICIPANT, /* a session's bearer token */
    AUTH_RESEARCHER,  /* a login; other methods than GET also need the CSRF token */
    AUTH_ANY,         /* participant or researcher */
};

struct http_route {
    const char    *method;
    const char    *path; /* {} stands for one segment, a last {*} for the rest */
    enum http_auth auth;
    enum http_result (*handle)(struct http_request *req);
};

extern const struct http_route HTTP_ROUTES[];
extern const size_t            HTTP_ROUTE_COUNT;

/* Find the route, check who asks, run the handler. */
enum http_result http_dispatch(struct http_request *req);

/* True and req->parameters filled when the path fits the pattern; parameters are in the request's arena. */
bool http_route_matches(struct http_request *req, const char *pattern);

#endif
