/* picture.h - the pixels of a picture file.
 *
 * Decodes JPEG, PNG and still WebP to 8-bit red, green, blue, alpha, as a viewer would show them: a camera's turn (Exif) is done, 16-bit
 * and grey pictures are converted. Colour profiles are not applied: numbers are taken for sRGB. This layer is the only includer of the
 * image libraries. Nothing is trusted from a file but what the decoder checked: its size is read and held against the limits before
 * memory is taken, a file that ends early or is damaged within is ERR_INVALID. Threads: none; any number of decoders may run. */
#ifndef DINOLAB_PICTURE_PICTURE_H
#define DINOLAB_PICTURE_PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    PICTURE_CHANNEL_COUNT = 4,
    PICTURE_SIDE_MAX      = 16383,            /* WebP's own limit */
    PICTURE_PIXEL_MAX     = 50 * 1000 * 1000, /* the largest cameras; 200 MB decoded */
};

enum picture_format { PICTURE_UNKNOWN, PICTURE_WEBP, PICTURE_JPEG, PICTURE_PNG };

struct picture {
    int      width;
    int      height;
    uint8_t *rgba; /* rows from the top, 4 bytes a pixel, alpha not multiplied in; owned, malloc'ed */
};

/* By the first bytes of the formats (RFC 9649 WebP, ITU T.81 JPEG, RFC 2083 PNG). */
enum picture_format picture_format_of(const void *bytes, size_t byte_count);

/* "image/webp" and so on; NULL for PICTURE_UNKNOWN. */
const char *picture_media_type(enum picture_format format);

/* `name` appears in the error's sentence. On success the caller owns *out (picture_close). ERR_TOO_LARGE: over the limits. */
MUST_CHECK bool picture_decode(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err);
void            picture_close(struct picture *picture); /* accepts a zeroed or closed picture */

#endif
