/* picture_private.h - what the decoders share. */
#ifndef DINOLAB_PICTURE_PICTURE_PRIVATE_H
#define DINOLAB_PICTURE_PICTURE_PRIVATE_H

#include "picture/picture.h"

/* Sizes as the file's header says them, before memory is taken. */
MUST_CHECK bool picture_check_size(const char *name, int64_t width, int64_t height, struct err *err);

/* Takes memory for width x height pixels. */
MUST_CHECK bool picture_new(int width, int height, struct picture *out, struct err *err);

/* The decoders of picture_decode, by format. */
MUST_CHECK bool picture_decode_webp(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err);
MUST_CHECK bool picture_decode_jpeg(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err);
MUST_CHECK bool picture_decode_png(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err);

/* Turn as Exif's orientation (1 to 8) asks; anything else leaves the picture as it is. */
MUST_CHECK bool picture_turn(struct picture *picture, int orientation, struct err *err);

#endif
