/* auth.h - who asks: a participant by bearer token, a researcher by cookie. */
#ifndef DINOLAB_HTTP_AUTH_H
#define DINOLAB_HTTP_AUTH_H

#include "http/router.h"

#define LOGIN_COOKIE "dinolab_login"

enum { LOGIN_SECONDS = 14 * 24 * 60 * 60 };

/* Fills req->principal; ERR_UNAUTHORIZED or ERR_FORBIDDEN when the route asks for more. */
MUST_CHECK bool http_authorize(struct http_request *req, enum http_auth auth, struct err *err);

#endif
