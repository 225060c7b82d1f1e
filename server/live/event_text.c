#include "live/event_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 96 }; /* an id of 20 digits, a name of at most 23 bytes, and the words around them */

static struct event_text *allocate(size_t length)
{
    struct event_text *text = malloc(sizeof *text + length);

    if (text == NULL) return NULL;
    *text = (struct event_text){.reference_count = 1, .length = length};
    return text;
}

struct event_text *event_text_new(uint64_t id, const char *event_name, const char *json)
{
    char               head[HEAD_BYTES];
    size_t             head_length = (size_t)snprintf(head, sizeof head, "id: %" PRIu64 "\nevent: %s\ndata: ", id, event_name);
    size_t             json_length = strlen(json);
    struct event_text *text        = head_length < sizeof head ? allocate(head_length + json_length + 2) : NULL;

    if (text == NULL) return NULL;
    text->json_start  = head_length;
    text->json_length = json_length;
    memcpy(text->data, head, head_length);
    memcpy(text->data + head_length, json, json_length);
    memcpy(text->data + head_length + json_length, "\n\n", 2);
    for (size_t i = head_length; i < head_length + json_length; i++)
        if (text->data[i] == '\n' || text->data[i] == '\r') text->data[i] = ' ';
    return text;
}

struct event_text *event_text_literal(const char *bytes)
{
    struct event_text *text = allocate(strlen(bytes));

    if (text != NULL) memcpy(text->data, bytes, text->length);
    return text;
}

struct event_text *event_text_keep(struct event_text *text)
{
    text->reference_count++;
    return text;
}

void event_text_drop(struct event_text *text)
{
    if (text != NULL && --text->reference_count == 0) free(text);
}
