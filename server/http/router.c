#include "http/router.h"

#include <string.h>

#include "http/auth.h"
#include "http/endpoints.h"
#include "http/reply.h"
#include "study/upload.h"

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
    {"GET", "/media/{}", AUTH_MEDIA, ep_media_get, RIGHT_ACCOUNT},

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
    {"GET", "/api/v1/studies/{}/exports", AUTH_RESEARCHER, ep_export_list, RIGHT_CHANGE},
    {"GET", "/api/v1/studies/{}/exports/{}", AUTH_RESEARCHER, ep_export_get, RIGHT_CHANGE},

    /* making and changing studies */
    {"GET", "/api/v1/study-settings/{}", AUTH_RESEARCHER, ep_study_settings_get, RIGHT_ACCOUNT},
    {"POST", "/api/v1/studies", AUTH_RESEARCHER, ep_studies_post, RIGHT_MAKE},
    {"GET", "/api/v1/studies/{}/definition", AUTH_RESEARCHER, ep_study_definition, RIGHT_VIEW},
    {"PATCH", "/api/v1/studies/{}", AUTH_RESEARCHER, ep_study_patch, RIGHT_CHANGE},
    {"POST", "/api/v1/studies/{}/state", AUTH_RESEARCHER, ep_study_state, RIGHT_CHANGE},
    {"POST", "/api/v1/study-checks", AUTH_RESEARCHER, ep_study_check, RIGHT_MAKE},
    {"POST", "/api/v1/studies/{}/duplicate", AUTH_RESEARCHER, ep_study_duplicate, RIGHT_CHANGE},
    {"GET", "/api/v1/studies/{}/file", AUTH_RESEARCHER, ep_study_file, RIGHT_CHANGE},
    {"POST", "/api/v1/study-files", AUTH_RESEARCHER, ep_study_files_post, RIGHT_MAKE},
    {"POST", "/api/v1/studies/{}/unblind", AUTH_RESEARCHER, ep_study_unblind, RIGHT_OWN},

    {"GET", "/api/v1/projects", AUTH_RESEARCHER, ep_projects_get, RIGHT_ACCOUNT},
    {"GET", "/api/v1/projects/{}", AUTH_RESEARCHER, ep_project_get, RIGHT_ACCOUNT},
    {"GET", "/api/v1/system", AUTH_RESEARCHER, ep_system_get, RIGHT_ACCOUNT},

    /* uploads */
    {"POST", "/api/v1/uploads", AUTH_RESEARCHER, ep_upload_post, RIGHT_MAKE},
    {"GET", "/api/v1/uploads/{}", AUTH_RESEARCHER, ep_upload_get, RIGHT_MAKE},
    {"PUT", "/api/v1/uploads/{}/{}", AUTH_RESEARCHER, ep_upload_put, RIGHT_MAKE},

    /* representations of a stimulus set */
    {"POST", "/api/v1/stimulus-sets/{}/representations", AUTH_RESEARCHER, ep_stimulus_set_representation_post, RIGHT_MAKE},
    {"PUT", "/api/v1/stimulus-sets/{}/scores", AUTH_RESEARCHER, ep_scores_put, RIGHT_MAKE},
    {"GET", "/api/v1/studies/{}/scores", AUTH_RESEARCHER, ep_scores_get, RIGHT_VIEW},

    /* material */
    {"GET", "/api/v1/stimulus-sets", AUTH_RESEARCHER, ep_stimulus_sets_get, RIGHT_ACCOUNT},
    {"POST", "/api/v1/stimulus-sets", AUTH_RESEARCHER, ep_stimulus_sets_post, RIGHT_MAKE},
    {"GET", "/api/v1/imports/{}", AUTH_RESEARCHER, ep_import_get, RIGHT_ACCOUNT},
    {"GET", "/api/v1/stimulus-sets/{}/dimensions/{}/{}", AUTH_RESEARCHER, ep_dimension_get, RIGHT_ACCOUNT},
    {"POST", "/api/v1/media/{}/links", AUTH_RESEARCHER, ep_media_link, RIGHT_MAKE},
    {"GET", "/stimulus-sets", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/stimulus-sets/{*}", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},

    /* people and rights */
    {"POST", "/api/v1/account/password", AUTH_RESEARCHER, ep_password_post, RIGHT_LOGIN},
    {"POST", "/api/v1/account/end-logins", AUTH_RESEARCHER, ep_logins_end, RIGHT_LOGIN},
    {"GET", "/api/v1/account/tokens", AUTH_RESEARCHER, ep_tokens_get, RIGHT_LOGIN},
    {"POST", "/api/v1/account/tokens", AUTH_RESEARCHER, ep_token_post, RIGHT_LOGIN},
    {"DELETE", "/api/v1/account/tokens/{}", AUTH_RESEARCHER, ep_token_delete, RIGHT_LOGIN},
    {"GET", "/api/v1/account/totp", AUTH_RESEARCHER, ep_totp_get, RIGHT_LOGIN},
    {"POST", "/api/v1/account/totp", AUTH_RESEARCHER, ep_totp_post, RIGHT_LOGIN},
    {"POST", "/api/v1/account/totp/confirm", AUTH_RESEARCHER, ep_totp_confirm, RIGHT_LOGIN},
    {"POST", "/api/v1/account/totp/off", AUTH_RESEARCHER, ep_totp_off, RIGHT_LOGIN},
    {"GET", "/api/v1/accounts", AUTH_RESEARCHER, ep_accounts_get, RIGHT_SITE},
    {"PATCH", "/api/v1/accounts/{}", AUTH_RESEARCHER, ep_account_change, RIGHT_SITE},
    {"POST", "/api/v1/invitations", AUTH_RESEARCHER, ep_invitation_post, RIGHT_SITE},
    {"DELETE", "/api/v1/invitations/{}", AUTH_RESEARCHER, ep_invitation_delete, RIGHT_SITE},
    {"GET", "/api/v1/audit", AUTH_RESEARCHER, ep_audit_get, RIGHT_SITE},
    {"GET", "/api/v1/studies/{}/role", AUTH_RESEARCHER, ep_study_role_get, RIGHT_VIEW},
    {"GET", "/api/v1/studies/{}/people", AUTH_RESEARCHER, ep_study_people_get, RIGHT_CHANGE},
    {"POST", "/api/v1/studies/{}/invitations", AUTH_RESEARCHER, ep_study_invite, RIGHT_OWN},
    {"PUT", "/api/v1/studies/{}/members/{}", AUTH_RESEARCHER, ep_member_put, RIGHT_OWN},
    {"DELETE", "/api/v1/studies/{}/members/{}", AUTH_RESEARCHER, ep_member_delete, RIGHT_OWN},
    {"PUT", "/api/v1/studies/{}/retention", AUTH_RESEARCHER, ep_retention_put, RIGHT_OWN},
    {"POST", "/api/v1/studies/{}/reconciliation", AUTH_RESEARCHER, ep_reconciliation_post, RIGHT_CHANGE},
    {"GET", "/account", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/people", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},

    {"GET", "/s/{}", AUTH_NONE, ep_page_participant, RIGHT_NONE},
    {"GET", "/assets/{}", AUTH_NONE, ep_page_asset, RIGHT_NONE},
    {"GET", "/", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/login", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/setup", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/studies/{*}", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/new-study", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/projects", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/projects/{*}", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
    {"GET", "/system", AUTH_NONE, ep_page_dashboard, RIGHT_NONE},
};

const size_t HTTP_ROUTE_COUNT = sizeof HTTP_ROUTES / sizeof HTTP_ROUTES[0];

enum {
    RECONCILIATION_BYTES_MAX = 4 * 1024 * 1024,
    SCORES_BYTES_MAX         = 4 * 1024 * 1024 /* 86 representations on hundreds of benchmarks */
};

static const struct http_body_route BODY_ROUTES[] = {
    {"PUT", "/api/v1/uploads/{}/{}", UPLOAD_PIECE_BYTES, ep_upload_begin},
    {"POST", "/api/v1/studies", STUDY_BODY_BYTES_MAX, ep_study_body_begin},
    {"POST", "/api/v1/study-checks", STUDY_BODY_BYTES_MAX, ep_study_body_begin},
    {"POST", "/api/v1/study-files", STUDY_BODY_BYTES_MAX, ep_study_body_begin},
    {"POST", "/api/v1/studies/{}/reconciliation", RECONCILIATION_BYTES_MAX, NULL},
    {"PUT", "/api/v1/stimulus-sets/{}/scores", SCORES_BYTES_MAX, NULL},
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

static const struct http_route *route_of(struct http_request *req, const char *method)
{
    for (size_t i = 0; i < HTTP_ROUTE_COUNT; i++)
        if (strcmp(HTTP_ROUTES[i].method, method) == 0 && http_route_matches(req, HTTP_ROUTES[i].path)) return &HTTP_ROUTES[i];
    return NULL;
}

static const struct http_body_route *body_route_of(struct http_request *req)
{
    for (size_t i = 0; i < sizeof BODY_ROUTES / sizeof BODY_ROUTES[0]; i++)
        if (strcmp(BODY_ROUTES[i].method, req->method) == 0 && http_route_matches(req, BODY_ROUTES[i].path))
            return &BODY_ROUTES[i];
    return NULL;
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

static bool check_announced(const struct http_request *req, int64_t bytes_max, struct err *err)
{
    const char *length = http_header(req, "Content-Length");
    int64_t     bytes;

    if (length == NULL || text_to_i64(length, 0, bytes_max, &bytes)) return true;
    return err_set(err, ERR_TOO_LARGE, "the body is larger than %lld bytes", (long long)bytes_max);
}

bool http_begin(struct http_request *req, struct err *err)
{
    const struct http_body_route *body_route;
    struct err                    why;

    if (req->path == NULL || req->method == NULL) return err_no_memory(err);
    req->body_max = HTTP_BODY_MAX_BYTES;
    body_route    = body_route_of(req);
    if (body_route == NULL) return check_announced(req, HTTP_BODY_MAX_BYTES, err);
    if (!http_authorize(req, route_of(req, req->method), err) || !check_announced(req, body_route->bytes_max, err)) return false;
    req->body_max = (size_t)body_route->bytes_max;
    if (body_route->begin != NULL && !body_route->begin(req, &why)) body_file_refuse(&req->body_file, &why);
    return true;
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
