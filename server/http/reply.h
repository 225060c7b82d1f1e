/* reply.h - replies: JSON, errors, files. The only place that knows status codes. */
#ifndef DINOLAB_HTTP_REPLY_H
#define DINOLAB_HTTP_REPLY_H

#include "http/export_range.h"
#include "http/request.h"

/* The status of an error's kind. */
unsigned http_status_of(enum err_kind kind);

enum http_result http_reply_error(struct http_request *req, const struct err *err);

/* As http_reply_error, with one more member in "error" (a number that the page can use). */
enum http_result http_reply_error_with(struct http_request *req, const struct err *err, const char *name, int64_t value);

/* Takes the text's bytes; the text is empty afterwards. */
enum http_result http_reply_json(struct http_request *req, unsigned status, struct text *json);

/* Takes a malloc'ed string. */
enum http_result http_reply_json_take(struct http_request *req, unsigned status, char *json);

/* Any other text; taken likewise. */
enum http_result http_reply_text(struct http_request *req, unsigned status, const char *type, struct text *text);

/* Bytes that live as long as the program. */
enum http_result http_reply_static(struct http_request *req, unsigned status, const char *type, const void *data, size_t bytes);

/* Takes the descriptor: it is closed after sending. */
enum http_result http_reply_file(struct http_request *req, const char *type, int file, uint64_t bytes);

/* The same of a part of a file of `whole` bytes, 206, with its Content-Range; all of it, 200; or nothing of it, 416. */
enum http_result http_reply_file_part(struct http_request *req, const char *type, int file, enum export_range_kind kind,
                                      int64_t first, int64_t count, int64_t whole);

/* Add a header to the reply that is set. */
void http_reply_header(struct http_request *req, const char *name, const char *value);

/* A stream of a topic's events; goes on after Last-Event-ID where it can. */
enum http_result http_reply_stream(struct http_request *req, const char *topic);

#endif
