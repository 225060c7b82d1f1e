/* auth.h - who asks, and whether they may: a participant by bearer token, a researcher by cookie or by API token. The only place. */
#ifndef DINOLAB_HTTP_AUTH_H
#define DINOLAB_HTTP_AUTH_H

#include "http/router.h"

#define LOGIN_COOKIE "dinolab_login"

/* What an API token begins with, so that it is never taken for a participant's, nor committed to a repository unnoticed. */
#define API_TOKEN_PREFIX "dl_"

enum { LOGIN_SECONDS = 14 * 24 * 60 * 60, PASSWORD_LENGTH_MIN = 10, PASSWORD_LENGTH_MAX = 200 };

/* Fills req->principal; ERR_UNAUTHORIZED or ERR_FORBIDDEN when the route asks for more. */
MUST_CHECK bool http_authorize(struct http_request *req, const struct http_route *route, struct err *err);

/* A change after which somebody may see less than before: of what is one's own (logins, tokens), of the site's people, of a study's, or
 * a new password by link. Open streams look again after it (hub_recheck). */
bool http_may_end_rights(const struct http_request *req);

#endif
