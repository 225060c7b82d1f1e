/* picture_scale.h - a smaller copy of a picture.
 *
 * Each new pixel is the mean of the area of the old picture that it covers, taken in linear light (sRGB undone, IEC 61966-2-1, and done
 * again after), with colours weighed by their opacity: fine patterns keep their brightness and transparent edges get no dark rim.
 * Threads: none. */
#ifndef DINOLAB_PICTURE_PICTURE_SCALE_H
#define DINOLAB_PICTURE_PICTURE_SCALE_H

#include "picture/picture.h"

/* The size with the same shape whose longest side is at most `side_max`; never larger than it was, never below one pixel. */
void picture_fit(int width, int height, int side_max, int *new_width, int *new_height);

/* `width` and `height` are at most the picture's. The caller owns *out. */
MUST_CHECK bool picture_scale(const struct picture *from, int width, int height, struct picture *out, struct err *err);

#endif
