/* audit.h - what researchers do is written to the log here, and nowhere else in this layer (study/audit.h).
 *
 * Every request of a researcher that changes something, and every export, once it succeeds: together with the request's own work
 * where that is done by the writer (both or neither are committed), else before the reply goes out. A request that was refused is
 * not in the log. Logging in is written by ep_account.c, which alone knows who it was. */
#ifndef DINOLAB_HTTP_AUDIT_H
#define DINOLAB_HTTP_AUDIT_H

#include "http/request.h"

/* Before a job goes to the writer: let it write the log's entry too. */
void http_audit_with(struct http_request *req, struct http_job *job);

/* Once the reply is there: true when its entry is still to be written. */
bool http_audit_is_due(const struct http_request *req);

/* Write it, and send the reply that is there after that; an error instead when it cannot be written. */
enum http_result http_audit_then_reply(struct http_request *req);

/* The time of a token's last use, to about ten minutes; nobody waits for it. */
void http_note_token_use(const struct http_request *req, int64_t now_ms);

#endif
