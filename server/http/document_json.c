#include "http/document_json.h"

void document_json_write(struct json_writer *writer, const char *key, const struct document *document)
{
    char hex[SECRET_HEX_BYTES];

    if (document->text == NULL) {
        json_null(writer, key);
        return;
    }
    secret_hex(&document->sha256, hex);
    json_begin_object(writer, key);
    json_text(writer, "text", document->text);
    json_text(writer, "sha256", hex);
    json_text(writer, "language", document->language);
    json_i64(writer, "version", document->version);
    json_end_object(writer);
}
