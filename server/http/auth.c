#include "http/auth.h"

#include <string.h>

#include "http/audit.h"
#include "http/signed_link.h"

static const char *bearer_token(const struct http_request *req)
{
    static const char SCHEME[] = "Bearer ";
    const char       *header   = http_header(req, "Authorization");

    if (header == NULL || strncmp(header, SCHEME, sizeof SCHEME - 1) != 0) return NULL;
    header += sizeof SCHEME - 1;
    return secret_token_is_well_formed(header) ? header : NULL;
}

static bool need_token(struct http_request *req, struct err *err)
{
    const char *token = bearer_token(req);

    if (token == NULL) return err_set(err, ERR_UNAUTHORIZED, "a bearer token of 43 base64url characters is needed");
    secret_token_hash(token, &req->principal.token_hash);
    return true;
}

/* A page says which it is; one that is not in charge any more changes nothing. Who says nothing has no pages: a program. */
static bool check_page(const struct http_request *req, struct err *err)
{
    const char *header = http_header(req, "Dinolab-Page");
    int64_t     page_number;

    if (header == NULL || !http_is_change(req)) return true;
    if (!text_to_i64(header, 0, INT32_MAX, &page_number))
        return err_set(err, ERR_INVALID, "the Dinolab-Page header must be the number of a page");
    if (page_number >= req->principal.session.page_number) return true;
    return err_set(err, ERR_SUPERSEDED, "the study goes on in another window; this page is not in charge any more");
}

static bool need_participant(struct http_request *req, struct err *err)
{
    bool is_found;

    if (!need_token(req, err)) return false;
    if (!store_session_by_token(req->deps->store, &req->principal.token_hash, &req->principal.session, &is_found, err))
        return false;
    if (!is_found) return err_set(err, ERR_UNAUTHORIZED, "this session is not known here");
    req->principal.kind = PRINCIPAL_PARTICIPANT;
    return check_page(req, err);
}

static bool check_csrf(const struct http_request *req, struct err *err)
{
    const char *sent = http_header(req, "X-CSRF-Token");
    const char *ours = req->principal.login.csrf_token;

    if (!http_is_change(req)) return true;
    if (sent == NULL || strlen(sent) != strlen(ours) || !secret_equal(sent, ours, strlen(ours)))
        return err_set(err, ERR_FORBIDDEN, "the X-CSRF-Token header is missing or wrong; reload the page");
    return true;
}

static bool by_login(struct http_request *req, struct err *err)
{
    const char *cookie   = http_cookie(req, LOGIN_COOKIE);
    bool        is_found = false;

    if (cookie == NULL || !secret_token_is_well_formed(cookie)) return err_set(err, ERR_UNAUTHORIZED, "please log in");
    secret_token_hash(cookie, &req->principal.token_hash);
    if (!store_login_find(req->deps->store, &req->principal.token_hash, clock_wall_ms(req->deps->clock), &req->principal.login,
                          &is_found, err))
        return false;
    if (!is_found) return err_set(err, ERR_UNAUTHORIZED, "please log in again");
    req->principal.rights = rights_of_login(&req->principal.login);
    return check_csrf(req, err);
}

/* Nobody in person: the link says which picture. */
static bool need_signature(const struct http_request *req, struct err *err)
{
    return signed_link_check(req->deps->key, req->parameters[0], http_query(req, "until"), http_query(req, "signature"),
                             clock_wall_ms(req->deps->clock) / 1000, err);
}

static const char *api_token(const struct http_request *req)
{
    static const char START[] = "Bearer " API_TOKEN_PREFIX;
    const char       *header  = http_header(req, "Authorization");

    return header != NULL && strncmp(header, START, sizeof START - 1) == 0 ? header + strlen("Bearer ") : NULL;
}

/* A page of another origin cannot send this header: no CSRF token is needed. */
static bool by_token(struct http_request *req, const char *token, struct err *err)
{
    struct principal *principal = &req->principal;
    const int64_t     now_ms    = clock_wall_ms(req->deps->clock);
    bool              is_found  = false;

    if (!secret_token_is_well_formed(token + strlen(API_TOKEN_PREFIX)))
        return err_set(err, ERR_UNAUTHORIZED, "an API token is %s and 43 base64url characters", API_TOKEN_PREFIX);
    secret_token_hash(token, &principal->token_hash);
    if (!store_api_token_find(req->deps->store, &principal->token_hash, now_ms, &principal->api_token, &is_found, err))
        return false;
    if (!is_found) return err_set(err, ERR_UNAUTHORIZED, "this API token is not known, revoked or out of date");
    principal->login.account_id = principal->api_token.account_id;
    memcpy(principal->login.account_name, principal->api_token.account_name, sizeof principal->login.account_name);
    memcpy(principal->login.site_role, principal->api_token.account_site_role, sizeof principal->login.site_role);
    principal->rights = rights_of_token(&principal->api_token);
    http_note_token_use(req, now_ms);
    return true;
}

static bool need_researcher(struct http_request *req, const struct http_route *route, struct err *err)
{
    static const char STUDY[] = "/api/v1/studies/{}";
    const char       *token   = api_token(req);
    const char       *slug    = strncmp(route->path, STUDY, sizeof STUDY - 1) == 0 ? req->parameters[0] : NULL;

    if (token != NULL ? !by_token(req, token, err) : !by_login(req, err)) return false;
    req->principal.kind = PRINCIPAL_RESEARCHER;
    return rights_check(req->deps->store, &req->principal.rights, route->right, http_is_change(req), slug, err);
}

bool http_authorize(struct http_request *req, const struct http_route *route, struct err *err)
{
    switch (route->auth) {
    case AUTH_NONE:
        return true;
    case AUTH_TOKEN:
        return need_token(req, err);
    case AUTH_PARTICIPANT:
        return need_participant(req, err);
    case AUTH_RESEARCHER:
        return need_researcher(req, route, err);
    case AUTH_MEDIA:
        if (http_query(req, "signature") != NULL) return need_signature(req, err);
        return bearer_token(req) != NULL && api_token(req) == NULL ? need_participant(req, err)
                                                                   : need_researcher(req, route, err);
    }
    return err_set(err, ERR_INTERNAL, "unknown kind of authorisation");
}

bool http_may_end_rights(const struct http_request *req)
{
    const struct http_route *route = req->route;

    if (route == NULL || !http_is_change(req)) return false;
    return route->right == RIGHT_LOGIN || route->right == RIGHT_SITE || route->right == RIGHT_OWN ||
           strcmp(route->path, "/api/v1/setup") == 0;
}
