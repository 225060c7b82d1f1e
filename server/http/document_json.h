/* document_json.h - a text of a study as JSON: StudyDocument of web/wire/types.ts. */
#ifndef DINOLAB_HTTP_DOCUMENT_JSON_H
#define DINOLAB_HTTP_DOCUMENT_JSON_H

#include "study/documents.h"
#include "json/json_write.h"

/* null where the study has no such text. */
void document_json_write(struct json_writer *writer, const char *key, const struct document *document);

#endif
