/* sink.h - where bytes go: a file that counts and hashes what it gets; compression and archives put themselves in front of it.
 *
 * A sink belongs to its maker; writing is sticky in no way: the first false is to be the last call but for closing.
 * Threads: one at a time. */
#ifndef DINOLAB_BASE_SINK_H
#define DINOLAB_BASE_SINK_H

#include <stdint.h>
#include <stdio.h>

#include "base/secret.h"

struct sink {
    bool (*write)(struct sink *sink, const void *data, size_t bytes, struct err *err);
};

/* To a file, from its position on. */
struct file_sink {
    struct sink          base; /* first */
    FILE                *file; /* borrowed */
    bool                 is_hashing;
    int64_t              byte_count; /* so far */
    struct secret_sha256 sha;
};

void            file_sink_init(struct file_sink *sink, FILE *file, bool is_hashing);
MUST_CHECK bool file_sink_flush(struct file_sink *sink, struct err *err);
void            file_sink_hash(struct file_sink *sink, struct secret_hash *out); /* of everything, once; is_hashing only */

/* One that only counts and hashes what passes on its way to another. */
struct meter_sink {
    struct sink          base; /* first */
    struct sink         *next; /* borrowed; NULL: nothing is kept */
    int64_t              byte_count;
    struct secret_sha256 sha;
};

void meter_sink_init(struct meter_sink *sink, struct sink *next);

#endif
