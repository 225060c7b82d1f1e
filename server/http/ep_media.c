#include <fcntl.h>

#include "http/endpoints.h"
#include "http/reply.h"
#include "http/signed_link.h"
#include "json/json_write.h"

/* A picture goes to sessions whose condition shows it, to researchers, and by signed link. The name in the address is its content's hash, so nothing
 * that a client sends becomes a file name. */
enum http_result ep_media_get(struct http_request *req)
{
    const struct principal *principal = &req->principal;
    struct secret_hash      sha256;
    struct media_row        media;
    struct err              err;
    char                    path[PATH_BYTES];
    int                     file;

    if (!secret_from_hex(req->parameters[0], &sha256)) {
        err_set(&err, ERR_NOT_FOUND, "a picture's address ends with 64 lower-case hex digits");
        return http_reply_error(req, &err);
    }
    if (principal->kind == PRINCIPAL_PARTICIPANT
            ? !store_media_of_session(req->deps->store, principal->session.session_id, &sha256, &media, &err)
            : !store_media(req->deps->store, &sha256, &media, &err))
        return http_reply_error(req, &err);
    data_folder_media(req->deps->folder, &sha256, path);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return err_errno(&err, "open %s", path), http_reply_error(req, &err);
    (void)http_reply_file(req, media.media_type, file, (uint64_t)media.byte_count);
    http_reply_header(req, "Cache-Control", "private, max-age=31536000, immutable");
    return HTTP_REPLIED;
}

struct link_body {
    int valid_s;
};

static const struct json_field LINK_FIELDS[] = {
    JSON_INT("valid_s", struct link_body, valid_s, 1, SIGNED_LINK_SECONDS_MAX),
};

enum http_result ep_media_link(struct http_request *req)
{
    struct link_body   body = {0};
    struct secret_hash sha256;
    struct media_row   media;
    struct json_writer writer;
    struct text        json;
    struct err         err;
    char               link[SIGNED_LINK_BYTES];

    if (!http_read_body(req, LINK_FIELDS, JSON_FIELD_COUNT(LINK_FIELDS), &body, &err)) return http_reply_error(req, &err);
    if (!secret_from_hex(req->parameters[0], &sha256)) {
        err_set(&err, ERR_NOT_FOUND, "a picture's address has 64 lower-case hex digits");
        return http_reply_error(req, &err);
    }
    if (!store_media(req->deps->store, &sha256, &media, &err)) return http_reply_error(req, &err);
    signed_link_make(req->deps->key, req->parameters[0], clock_wall_ms(req->deps->clock) / 1000 + body.valid_s, link);
    text_init(&json);
    json_writer_init(&writer, &json);
    json_begin_object(&writer, NULL);
    json_text(&writer, "url", link);
    json_end_object(&writer);
    return http_reply_json(req, 201, &json);
}
