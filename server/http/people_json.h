/* people_json.h - documents about accounts that more than one resource writes. */
#ifndef DINOLAB_HTTP_PEOPLE_JSON_H
#define DINOLAB_HTTP_PEOPLE_JSON_H

#include "store/store_people.h"
#include "json/json_write.h"

/* The members of an open invitation, inside an object. */
void http_write_invitation(struct json_writer *writer, const struct invitation_row *row);

/* The member "invitations": those of a study, or with 0 all. */
MUST_CHECK bool http_write_invitations(struct json_writer *writer, struct store *store, int64_t study_id, int64_t now_ms,
                                       struct arena *arena, struct err *err);

#endif
