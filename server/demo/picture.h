/* picture.h - the pixels of a picture file.
 *
 * Decodes WebP (still pictures, lossy or lossless, with or without alpha) to 8-bit red, green, blue, alpha. The only includer of
 * libwebp. Anything undecodable is ERR_INVALID with the picture's name; nothing is trusted from the file but what the decoder
 * checked. Threads: none. */
#ifndef DINOLAB_DEMO_PICTURE_H
#define DINOLAB_DEMO_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PICTURE_SIDE_MAX = 4096, PICTURE_CHANNEL_COUNT = 4 };

struct picture {
    int      width;
    int      height;
    uint8_t *rgba; /* rows from the top, 4 bytes a pixel, alpha not multiplied in; owned */
};

/* `name` appears in the error's sentence. On success the caller owns *out (picture_close). */
MUST_CHECK bool picture_decode(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err);
void            picture_close(struct picture *picture); /* accepts a zeroed or closed picture */

#endif
