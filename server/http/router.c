#include "http/router.h"

#include <string.h>

#include "http/auth.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "study/upload.h"

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

    /* making and changing studies */
    {"GET", "/api/v1/study-settings/{}", AUTH_RESEARCHER, ep_study_settings_get},
    {"POST", "/api/v1/studies", AUTH_RESEARCHER, ep_studies_post},
    {"GET", "/api/v1/studies/{}/definition", AUTH_RESEARCHER, ep_study_definition},
    {"PATCH", "/api/v1/studies/{}", AUTH_RESEARCHER, ep_study_patch},
    {"POST", "/api/v1/studies/{}/state", AUTH_RESEARCHER, ep_study_state},
    {"POST", "/api/v1/study-checks", AUTH_RESEARCHER, ep_study_check},
    {"POST", "/api/v1/studies/{}/duplicate", AUTH_RESEARCHER, ep_study_duplicate},
    {"GET", "/api/v1/studies/{}/file", AUTH_RESEARCHER, ep_study_file},
    {"POST", "/api/v1/study-files", AUTH_RESEARCHER, ep_study_files_post},
    {"POST", "/api/v1/studies/{}/unblind", AUTH_RESEARCHER, ep_study_unblind},

    {"GET", "/api/v1/projects", AUTH_RESEARCHER, ep_projects_get},
    {"GET", "/api/v1/projects/{}", AUTH_RESEARCHER, ep_project_get},
    {"GET", "/api/v1/system", AUTH_RESEARCHER, ep_system_get},

    /* uploads */
    {"POST", "/api/v1/uploads", AUTH_RESEARCHER, ep_upload_post},
    {"GET", "/api/v1/uploads/{}", AUTH_RESEARCHER, ep_upload_get},
    {"PUT", "/api/v1/uploads/{}/{}", AUTH_RESEARCHER, ep_upload_put},

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

static const struct http_body_route BODY_ROUTES[] = {
    {"PUT", "/api/v1/uploads/{}/{}", UPLOAD_PIECE_BYTES, ep_upload_begin},
    {"POST", "/api/v1/studies", STUDY_BODY_BYTES_MAX, ep_study_body_begin},
    {"POST", "/api/v1/study-checks", STUDY_BODY_BYTES_MAX, ep_study_body_begin},
    {"POST", "/api/v1/study-files", STUDY_BODY_BYTES_MAX, ep_study_body_begin},
};

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

static const struct http_body_route *body_route_of(struct http_request *req)
{
    for (size_t i = 0; i < sizeof BODY_ROUTES / sizeof BODY_ROUTES[0]; i++)
        if (strcmp(BODY_ROUTES[i].method, req->method) == 0 && http_route_matches(req, BODY_ROUTES[i].path))
            return &BODY_ROUTES[i];
    return NULL;
}

static enum http_auth auth_of(const struct http_body_route *body_route)
{
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
        if (strcmp(HTTP_ROUTES[i].method, body_route->method) == 0 && strcmp(HTTP_ROUTES[i].path, body_route->path) == 0)
            return HTTP_ROUTES[i].auth;
    return AUTH_RESEARCHER; /* not reached: both tables have it */
}

static bool check_announced(const struct http_request *req, int64_t bytes_max, struct err *err)
{
    const char *length = http_header(req, "Content-Length");
    int64_t     bytes;

    if (length == NULL || text_to_i64(length, 0, bytes_max, &bytes)) return true;
    return err_set(err, ERR_TOO_LARGE, "the body is larger than %lld bytes", (long long)bytes_max);
}

bool http_begin(struct http_request *req, struct err *err)
{
    const struct http_body_route *route;
    struct err                    why;

    if (req->path == NULL || req->method == NULL) return err_no_memory(err);
    route = body_route_of(req);
    if (route == NULL) return check_announced(req, HTTP_BODY_MAX_BYTES, err);
    if (!http_authorize(req, auth_of(route), err) || !check_announced(req, route->bytes_max, err)) return false;
    if (!route->begin(req, &why)) body_file_refuse(&req->body_file, &why);
    return true;
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
