/* body_file.h - a body that goes to a file as it comes, never whole into memory.
 *
 * A route that wants this has a row in router.c's HTTP_BODY_ROUTES: before the first byte is taken, who asks is checked and the row's
 * `begin` opens the file. Then each piece of the body is written at its place by the event loop's thread (pieces are as small as a
 * connection's buffer, and nothing is synced), and when the body is whole the route's handler replies as any other. What was written
 * stays when the connection breaks: the handler of the next request sees it by the file's length.
 * Owned by its request. Threads: its event loop's only. */
#ifndef DINOLAB_HTTP_BODY_FILE_H
#define DINOLAB_HTTP_BODY_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct body_file {
    bool       is_wanted; /* the body is not for the memory */
    bool       is_refused;
    int        file;   /* descriptor, owned; -1: none */
    int64_t    offset; /* where the next byte goes */
    int64_t    left;   /* bytes that may still come; more are ERR_TOO_LARGE */
    struct err err;    /* why the body, or the rest of it, was not taken */
};

void body_file_init(struct body_file *body);
void body_file_close(struct body_file *body); /* accepts an initialised or closed one */

/* Takes the descriptor over. */
void body_file_begin(struct body_file *body, int file, int64_t offset, int64_t bytes_max);

/* The body is read and thrown away, so that its sender gets to the reply. */
void body_file_refuse(struct body_file *body, const struct err *err);

void body_file_add(struct body_file *body, const char *data, size_t bytes);

#endif
