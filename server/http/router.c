#include "http/router.h"

#include <string.h>

#include "http/auth.h"
#include "http/endpoints.h"
#include "http/reply.h"

const struct http_route HTTP_ROUTES[] = {
    {"GET", "/healthz", AUTH_NONE, ep_health, RIGHT_NONE},

    {"GET", "/api/v1/open-studies/{}", AUTH_NONE, ep_open_study_get, RIGHT_NONE},
    {"GET", "/api/v1/open-studies/{}/documents/{}", AUTH_NONE, ep_open_study_document, RIGHT_NONE},
    {"POST", "/api/v1/open-studies/{}/arrivals", AUTH_NONE, ep_open_study_arrive, RIGHT_NONE},
    {"POST", "/api/v1/open-studies/{}/sessions", AUTH_TOKEN, ep_open_study_enroll, RIGHT_NONE},
    {"GET", "/api/v1/session", AUTH_PARTICIPANT, ep_session_get, RIGHT_NONE},
    {"POST", "/api/v1/session/page", AUTH_PARTICIPANT, ep_session_page, RIGHT_NONE},
    {"POST", "/api/v1/session/comprehension", AUTH_PARTICIPANT, ep_session_comprehension, RIGHT_NONE},
    {"PUT", "/api/v1/session/practice/{}", AUTH_PARTICIPANT, ep_practice_put, RIGHT_NONE},
    {"PUT", "/api/v1/session/trials/{}", AUTH_PARTICIPANT, ep_trial_put, RIGHT_NONE},
    {"POST", "/api/v1/session/events", AUTH_PARTICIPANT, ep_session_events, RIGHT_NONE},
    {"PUT", "/api/v1/session/questionnaire", AUTH_PARTICIPANT, ep_session_questionnaire, RIGHT_NONE},
    {"POST", "/api/v1/session/finish", AUTH_PARTICIPANT, ep_session_finish, RIGHT_NONE},
    {"GET", "/api/v1/session/withdraw", AUTH_PARTICIPANT, ep_session_withdraw_preview, RIGHT_NONE},
    {"POST", "/api/v1/session/withdraw", AUTH_PARTICIPANT, ep_session_withdraw, RIGHT_NONE},
    {"GET", "/media/{}", AUTH_ANY, ep_media_get, RIGHT_ACCOUNT},

    {"POST", "/api/v1/setup", AUTH_NONE, ep_account_setup, RIGHT_NONE},
    {"POST", "/api/v1/login", AUTH_NONE, ep_account_login, RIGHT_NONE},
    {"POST", "/api/v1/logout", AUTH_RESEARCHER, ep_account_logout, RIGHT_LOGIN},
    {"GET", "/api/v1/account", AUTH_RESEARCHER, ep_account_get, RIGHT_LOGIN},
    {"GET", "/api/v1/studies", AUTH_RESEARCHER, ep_studies_get, RIGHT_ACCOUNT},
    {"GET", "/api/v1/studies/{}", AUTH_RESEARCHER, ep_study_get, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/stream", AUTH_RESEARCHER, ep_study_stream, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/group", AUTH_RESEARCHER, ep_group_get, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/group/stream", AUTH_RESEARCHER, ep_group_stream, RIGHT_VIEW},
    {"POST", "/api/v1/studies/{}/group/loo", AUTH_RESEARCHER, ep_group_loo, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/sessions/{}", AUTH_RESEARCHER, ep_study_session_get, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/sessions/{}/stream", AUTH_RESEARCHER, ep_study_session_stream, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/representations", AUTH_RESEARCHER, ep_representations_get, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/exports/{}", AUTH_RESEARCHER, ep_export_get, RIGHT_CHANGE},

    {"GET", "/api/v1/projects", AUTH_RESEARCHER, ep_projects_get, RIGHT_ACCOUNT},
    {"GET", "/api/v1/projects/{}", AUTH_RESEARCHER, ep_project_get, RIGHT_ACCOUNT},
    {"GET", "/api/v1/system", AUTH_RESEARCHER, ep_system_get, RIGHT_ACCOUNT},

    /* people and rights */
    {"POST", "/api/v1/account/password", AUTH_RESEARCHER, ep_password_post, RIGHT_LOGIN},
    {"POST", "/api/v1/account/end-logins", AUTH_RESEARCHER, ep_logins_end, RIGHT_LOGIN},
    {"GET", "/api/v1/account/tokens", AUTH_RESEARCHER, ep_tokens_get, RIGHT_LOGIN},
    {"POST", "/api/v1/account/tokens", AUTH_RESEARCHER, ep_token_post, RIGHT_LOGIN},
    {"DELETE", "/api/v1/account/tokens/{}", AUTH_RESEARCHER, ep_token_delete, RIGHT_LOGIN},
    {"GET", "/api/v1/accounts", AUTH_RESEARCHER, ep_accounts_get, RIGHT_SITE},
    {"PATCH", "/api/v1/accounts/{}", AUTH_RESEARCHER, ep_account_change, RIGHT_SITE},
    {"POST", "/api/v1/invitations", AUTH_RESEARCHER, ep_invitation_post, RIGHT_SITE},
    {"DELETE", "/api/v1/invitations/{}", AUTH_RESEARCHER, ep_invitation_delete, RIGHT_SITE},
    {"GET", "/api/v1/audit", AUTH_RESEARCHER, ep_audit_get, RIGHT_SITE},
    {"GET", "/api/v1/studies/{}/people", AUTH_RESEARCHER, ep_study_people_get, RIGHT_CHANGE},
    {"POST", "/api/v1/studies/{}/invitations", AUTH_RESEARCHER, ep_study_invite, RIGHT_OWN},
    {"PUT", "/api/v1/studies/{}/members/{}", AUTH_RESEARCHER, ep_member_put, RIGHT_OWN},
    {"DELETE", "/api/v1/studies/{}/members/{}", AUTH_RESEARCHER, ep_member_delete, RIGHT_OWN},
    {"PUT", "/api/v1/studies/{}/retention", AUTH_RESEARCHER, ep_retention_put, RIGHT_OWN},
    {"POST", "/api/v1/studies/{}/reconciliation", AUTH_RESEARCHER, ep_reconciliation_post, RIGHT_CHANGE},

    {"GET", "/s/{}", AUTH_NONE, ep_page_participant, RIGHT_NONE},
    {"GET", "/assets/{}", AUTH_NONE, ep_page_asset, RIGHT_NONE},
    {"GET", "/", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/login", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/setup", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/studies/{*}", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/projects", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/projects/{*}", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/system", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
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

/* Bodies that are larger than any other. */
static const struct {
    const char *method;
    const char *path;
    size_t      bytes;
} LARGE_BODIES[] = {
    {"POST", "/api/v1/studies/{}/reconciliation", (size_t)4 * 1024 * 1024},
};

static const struct http_route *route_of(struct http_request *req, const char *method)
{
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
        if (strcmp(HTTP_ROUTES[i].method, method) == 0 && http_route_matches(req, HTTP_ROUTES[i].path)) return &HTTP_ROUTES[i];
    return NULL;
}

size_t http_body_max(struct http_request *req)
{
    const struct http_route *route;
    struct err               ignored;

    if (req->path == NULL || req->method == NULL) return HTTP_BODY_MAX_BYTES;
    for (size_t i = 0; i < sizeof LARGE_BODIES / sizeof LARGE_BODIES[0]; i++) {
        if (strcmp(LARGE_BODIES[i].method, req->method) != 0 || !http_route_matches(req, LARGE_BODIES[i].path)) continue;
        route = route_of(req, req->method);
        if (route != NULL && http_authorize(req, route, &ignored)) return LARGE_BODIES[i].bytes;
    }
    return HTTP_BODY_MAX_BYTES;
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

static bool is_path_known(struct http_request *req)
{
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
        if (http_route_matches(req, HTTP_ROUTES[i].path)) return true;
    return false;
}

/* Tour 3/9: a request is whole; its route says who may ask and who answers. */
enum http_result http_dispatch(struct http_request *req)
{
    /* HEAD is answered as GET; the library leaves the body out. */
    const struct http_route *route = route_of(req, strcmp(req->method, "HEAD") == 0 ? "GET" : req->method);
    struct err               err;

    if (route != NULL) {
        req->route = route;
        if (!http_authorize(req, route, &err)) return http_reply_error(req, &err);
        return route->handle(req);
    }
    if (is_path_known(req)) return refuse_method(req);
    err_set(&err, ERR_NOT_FOUND, "there is nothing at this address");
    return http_reply_error(req, &err);
}
