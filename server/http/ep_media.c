#include <fcntl.h>

#include "http/endpoints.h"
#include "http/reply.h"

/* A picture goes to sessions whose condition shows it, and to researchers. The name in the address is its content's hash, so nothing
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
