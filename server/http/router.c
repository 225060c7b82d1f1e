#include "http/router.h"

#include <string.h>

#include "http/auth.h"
#include "http/endpoints.h"
#include "http/reply.h"

const struct http_route HTTP_ROUTES[] = {
    {"GET", "/healthz", AUTH_NONE, ep_health},

    {"GET", "/api/v1/open-studies/{}", AUTH_NONE, ep_open_study_get},
    {"GET", "/api/v1/open-studies/{}/documents/{}", AUTH_NONE, ep_open_study_document},
    {"POST", "/api/v1/open-studies/{}/arrivals", AUTH_NONE, ep_open_study_arrive},
    {"POST", "/api/v1/open-studies/{}/sessions", AUTH_TOKEN, ep_open_study_enroll},
    {"GET", "/api/v1/session", AUTH_PARTICIPANT, ep_session_get},
    {"POST", "/api/v1/session/page", AUTH_PARTICIPANT, ep_session_page},
    {"POST", "/api/v1/session/comprehension", AUTH_PARTICIPANT, ep_session_comprehension},
    {"PUT", "/api/v1/session/practice/{}", AUTH_PARTICIPANT, ep_practice_put},
    {"PUT", "/api/v1/session/trials/{}", AUTH_PARTICIPANT, ep_trial_put},
    {"POST", "/api/v1/session/events", AUTH_PARTICIPANT, ep_session_events},
    {"PUT", "/api/v1/session/questionnaire", AUTH_PARTICIPANT, ep_session_questionnaire},
    {"POST", "/api/v1/session/finish", AUTH_PARTICIPANT, ep_session_finish},
    {"GET", "/api/v1/session/withdraw", AUTH_PARTICIPANT, ep_session_withdraw_preview},
    {"POST", "/api/v1/session/withdraw", AUTH_PARTICIPANT, ep_session_withdraw},
    {"GET", "/media/{}", AUTH_ANY, ep_media_get},

    {"POST", "/api/v1/setup", AUTH_NONE, ep_account_setup},
    {"POST", "/api/v1/login", AUTH_NONE, ep_account_login},
    {"POST", "/api/v1/logout", AUTH_RESEARCHER, ep_account_logout},
    {"GET", "/api/v1/account", AUTH_RESEARCHER, ep_account_get},
    {"GET", "/api/v1/studies", AUTH_RESEARCHER, ep_studies_get},
    {"GET", "/api/v1/studies/{}", AUTH_RESEARCHER, ep_study_get},
    {"GET", "/api/v1/studies/{}/stream", AUTH_RESEARCHER, ep_study_stream},
    {"GET", "/api/v1/studies/{}/group", AUTH_RESEARCHER, ep_group_get},
    {"GET", "/api/v1/studies/{}/group/stream", AUTH_RESEARCHER, ep_group_stream},
    {"POST", "/api/v1/studies/{}/group/loo", AUTH_RESEARCHER, ep_group_loo},
    {"GET", "/api/v1/studies/{}/sessions/{}", AUTH_RESEARCHER, ep_study_session_get},
    {"GET", "/api/v1/studies/{}/sessions/{}/stream", AUTH_RESEARCHER, ep_study_session_stream},
    {"GET", "/api/v1/studies/{}/representations", AUTH_RESEARCHER, ep_representations_get},
    {"GET", "/api/v1/studies/{}/exports", AUTH_RESEARCHER, ep_export_list},
    {"GET", "/api/v1/studies/{}/exports/{}", AUTH_RESEARCHER, ep_export_get},

    {"GET", "/api/v1/projects", AUTH_RESEARCHER, ep_projects_get},
    {"GET", "/api/v1/projects/{}", AUTH_RESEARCHER, ep_project_get},
    {"GET", "/api/v1/system", AUTH_RESEARCHER, ep_system_get},

    {"GET", "/s/{}", AUTH_NONE, ep_page_participant},
    {"GET", "/assets/{}", AUTH_NONE, ep_page_asset},
    {"GET", "/", AUTH_NONE, ep_page_dashboard},
    {"GET", "/login", AUTH_NONE, ep_page_dashboard},
    {"GET", "/setup", AUTH_NONE, ep_page_dashboard},
    {"GET", "/studies/{*}", AUTH_NONE, ep_page_dashboard},
    {"GET", "/projects", AUTH_NONE, ep_page_dashboard},
    {"GET", "/projects/{*}", AUTH_NONE, ep_page_dashboard},
    {"GET", "/system", AUTH_NONE, ep_page_dashboard},
};

const size_t HTTP_ROUTE_COUNT = sizeof HTTP_ROUTES / sizeof HTTP_ROUTES[0];

bool http_route_matches(struct http_request *req, const char *pattern)
{
    const char *path  = req->path;
    int         count = 0;

    while (*pattern != '\0') {
        if (strcmp(pattern, "{*}") == 0) return *path != '\0';
        if (strncmp(pattern, "{}", 2) == 0) {
            size_t length = strcspn(path, "/");

            if (length == 0 || count == HTTP_PARAMETER_MAX) return false;
            req->parameters[count] = arena_copy(&req->arena, path, length);
            if (req->parameters[count++] == NULL) return false;
            path += length;
            pattern += 2;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *path == '\0';
}

/* With the methods that are possible (RFC 9110, 15.5.6). */
static enum http_result refuse_method(struct http_request *req)
{
    struct text allow;
    struct err  err;

    text_init(&allow);
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
        if (http_route_matches(req, HTTP_ROUTES[i].path))
            text_printf(&allow, "%s%s", allow.length == 0 ? "" : ", ", HTTP_ROUTES[i].method);
    err_set(&err, ERR_INVALID, "%s is not possible on this path", req->method);
    (void)http_reply_error(req, &err);
    req->status = 405;
    if (allow.data != NULL) http_reply_header(req, "Allow", allow.data);
    text_close(&allow);
    return HTTP_REPLIED;
}

/* Tour 3/9: a request is whole; its route says who may ask and who answers. */
enum http_result http_dispatch(struct http_request *req)
{
    /* HEAD is answered as GET; the library leaves the body out. */
    const char *method        = strcmp(req->method, "HEAD") == 0 ? "GET" : req->method;
    bool        is_path_known = false;
    struct err  err;

    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++) {
        const struct http_route *route = &HTTP_ROUTES[i];

        if (!http_route_matches(req, route->path)) continue;
        is_path_known = true;
        if (strcmp(route->method, method) != 0) continue;
        if (!http_authorize(req, route->auth, &err)) return http_reply_error(req, &err);
        return route->handle(req);
    }
    if (is_path_known) return refuse_method(req);
    err_set(&err, ERR_NOT_FOUND, "there is nothing at this address");
    return http_reply_error(req, &err);
}
