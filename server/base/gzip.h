/* gzip.h - compression on the way to another sink (RFC 1952): the only user of zlib together with zip.
 *
 * One stream per sink; constant memory. Threads: one at a time. */
#ifndef DINOLAB_BASE_GZIP_H
#define DINOLAB_BASE_GZIP_H

#include "base/sink.h"

struct gzip_sink {
    struct sink  base; /* first */
    struct sink *next; /* borrowed */
    void        *state;
};

MUST_CHECK bool gzip_sink_open(struct gzip_sink *sink, struct sink *next, struct err *err);
MUST_CHECK bool gzip_sink_finish(struct gzip_sink *sink, struct err *err); /* the last of the bytes */
void            gzip_sink_close(struct gzip_sink *sink);                   /* accepts one that could not be opened */

#endif
