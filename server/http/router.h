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
    AUTH_ANY,         /* participant or researcher */
};

struct http_route {
    const char    *method;
    const char    *path; /* {} stands for one segment, a last {*} for the rest */
    enum http_auth auth;
    enum http_result (*handle)(struct http_request *req);
    enum right
        right; /* of researchers; RIGHT_NONE elsewhere. RIGHT_VIEW, _CHANGE, _OWN are in the study that the first {} names */
};

extern const struct http_route HTTP_ROUTES[];
extern const size_t            HTTP_ROUTE_COUNT;

/* The most that a body may have for this method and path: more than HTTP_BODY_MAX_BYTES only for those who may use the route. */
size_t http_body_max(struct http_request *req);

/* Find the route, check who asks, run the handler. */
enum http_result http_dispatch(struct http_request *req);

/* True and req->parameters filled when the path fits the pattern; parameters are in the request's arena. */
bool http_route_matches(struct http_request *req, const char *pattern);

#endif
