/* event_text.h - one server-sent event as bytes, stored once for all who will be sent it.
 *
 * Counted references: new gives the first, keep another, drop takes one back and frees with the last. The count belongs to whoever
 * guards it: the hub calls these functions under its lock. The bytes never change and may be read without. */
#ifndef DINOLAB_LIVE_EVENT_TEXT_H
#define DINOLAB_LIVE_EVENT_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct event_text {
    size_t  reference_count;
    size_t  length;
    size_t  json_start; /* of the JSON in data */
    size_t  json_length;
    int64_t received_at_ms; /* of the response that caused it; 0: none */
    char    data[];         /* length bytes */
};

/* "id: N\nevent: NAME\ndata: JSON\n\n"; NULL when out of memory. Line ends in the JSON, where they can only be white space, become
 * spaces: a line end would end the field. */
struct event_text *event_text_new(uint64_t id, const char *event_name, const char *json);

struct event_text *event_text_literal(const char *bytes); /* exactly these, without JSON */

struct event_text *event_text_keep(struct event_text *text); /* returns `text` */
void               event_text_drop(struct event_text *text); /* accepts NULL */

#endif
