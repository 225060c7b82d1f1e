#include "http/body_file.h"

#include <errno.h>
#include <unistd.h>

void body_file_init(struct body_file *body)
{
    *body = (struct body_file){.file = -1};
}

void body_file_close(struct body_file *body)
{
    if (body->file >= 0) (void)close(body->file);
    body_file_init(body);
}

void body_file_begin(struct body_file *body, int file, int64_t offset, int64_t bytes_max)
{
    *body = (struct body_file){.is_wanted = true, .file = file, .offset = offset, .left = bytes_max};
}

void body_file_refuse(struct body_file *body, const struct err *err)
{
    body->is_wanted  = true;
    body->is_refused = true;
    body->err        = *err;
}

static bool write_at(struct body_file *body, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = pwrite(body->file, data, bytes, (off_t)body->offset);

        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        data += written;
        bytes -= (size_t)written;
        body->offset += written;
        body->left -= written;
    }
    return true;
}

void body_file_add(struct body_file *body, const char *data, size_t bytes)
{
    struct err err;

    if (body->is_refused) return;
    if ((int64_t)bytes > body->left) {
        err_set(&err, ERR_TOO_LARGE, "the body has more bytes than may still come here");
        body_file_refuse(body, &err);
    } else if (!write_at(body, data, bytes)) {
        err_errno(&err, "write what was sent");
        body_file_refuse(body, &err);
    }
}
