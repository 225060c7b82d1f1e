/* session_json.h - what participants are told, as JSON. Takes care that no answer of a trial without a response is among it. */
#ifndef DINOLAB_HTTP_SESSION_JSON_H
#define DINOLAB_HTTP_SESSION_JSON_H

#include "study/session_view.h"
#include "json/json_write.h"

void session_json_view(const struct session_view *view, struct text *out);
void session_json_receipt(const struct receipt *receipt, struct text *out);
void session_json_completion(const struct completion *completion,
                             struct json_writer      *writer); /* members "completion", "debriefing" */
void session_json_return(const struct return_link *link, const char *key, struct json_writer *writer);    /* NULL becomes null */
void session_json_document(const struct document *document, const char *key, struct json_writer *writer); /* no text: null */
/* Why nobody is let in, or not any more: the error with the members "reason" and "return"; `link` NULL: no way back. */
void session_json_refusal(const struct err *refusal, const char *reason, const struct return_link *link, struct text *out);
void session_json_inputs(const struct study_settings *settings, struct json_writer *writer); /* the member "inputs" */

#endif
