#include <unistd.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "study/upload.h"
#include "json/json_write.h"

/* Small work on small files, done where the request is; the bytes themselves go to their file as they come (body_file.h). */

struct upload_body {
    const char *name;
    int64_t     byte_count;
};

static const struct json_field UPLOAD_FIELDS[] = {
    JSON_TEXT("name", struct upload_body, name, 1, UPLOAD_NAME_BYTES - 1),
    JSON_I64("byte_count", struct upload_body, byte_count, 1, (double)UPLOAD_BYTES_MAX),
};

enum http_result ep_upload_post(struct http_request *req)
{
    struct upload_body body = {0};
    struct upload      upload;
    struct json_writer writer;
    struct text        json;
    struct err         err;

    if (!http_read_body(req, UPLOAD_FIELDS, JSON_FIELD_COUNT(UPLOAD_FIELDS), &body, &err)) return http_reply_error(req, &err);
    if (!upload_create(req->deps->folder, body.name, body.byte_count, &upload, &err)) return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "upload", upload.id);
    json_i64(&writer, "received", upload.received);
    json_end_object(&writer);
    return http_reply_json(req, 201, &json);
}

enum http_result ep_upload_get(struct http_request *req)
{
    struct upload      upload;
    struct json_writer writer;
    struct text        json;
    struct err         err;

    if (!upload_find(req->deps->folder, req->parameters[0], &upload, &err)) return http_reply_error(req, &err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "name", upload.name);
    json_i64(&writer, "byte_count", upload.byte_count);
    json_i64(&writer, "received", upload.received);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}

/* Before the first byte. */
bool ep_upload_begin(struct http_request *req, struct err *err)
{
    struct upload upload;
    int64_t       offset, left;
    int           file;

    if (!text_to_i64(req->parameters[1], 0, UPLOAD_BYTES_MAX, &offset))
        return err_set(err, ERR_NOT_FOUND, "'%.40s' is not an offset", req->parameters[1]);
    if (!upload_open(req->deps->folder, req->parameters[0], offset, &upload, &file, err)) return false;
    left = upload.byte_count - offset;
    body_file_begin(&req->body_file, file, offset, left < UPLOAD_PIECE_BYTES ? left : UPLOAD_PIECE_BYTES);
    return true;
}

/* Once the piece is whole. */
enum http_result ep_upload_put(struct http_request *req)
{
    struct json_writer writer;
    struct text        json;

    if (req->body_file.is_refused) return http_reply_error(req, &req->body_file.err);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "received", req->body_file.offset);
    json_end_object(&writer);
    return http_reply_json(req, 200, &json);
}
