/* picture_convert.h - from a researcher's file to what participants and lists are shown.
 *
 * The picture is a WebP whose longest side is at most 800 pixels, the thumbnail one of at most 160; nothing is made larger. A still WebP
 * that is small enough already is shown as it is: coding it again would only lose quality. Threads: none. */
#ifndef DINOLAB_PICTURE_PICTURE_CONVERT_H
#define DINOLAB_PICTURE_PICTURE_CONVERT_H

#include "base/text.h"
#include "picture/picture.h"

enum {
    PICTURE_SHOWN_SIDE_MAX     = 800,
    PICTURE_THUMBNAIL_SIDE_MAX = 160,
};

struct picture_copies {
    enum picture_format format; /* of the original */
    int                 width;  /* of the original as it is seen: after a camera's turn */
    int                 height;
    struct text         shown;     /* WebP */
    struct text         thumbnail; /* WebP */
};

void picture_copies_init(struct picture_copies *copies);
void picture_copies_close(struct picture_copies *copies);

/* *out was initialised; what it holds is replaced. Errors as picture_decode. */
MUST_CHECK bool picture_convert(const char *name, const void *bytes, size_t byte_count, struct picture_copies *out,
                                struct err *err);

#endif
