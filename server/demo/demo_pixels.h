/* demo_pixels.h - what a picture looks like, as numbers, without knowing what it shows.
 *
 * Two parts, one after the other:
 *   colour        a histogram of 4 x 4 x 4 boxes of red, green, blue; a pixel counts by its alpha; the parts sum to 1 before their
 *                 square roots are taken, so that Euclidean distance is (up to a factor) Hellinger's
 *   orientation   for each cell of a 4 x 4 grid, a histogram of 8 directions of the luminance gradient on white, weighted by its
 *                 length; opposite directions are one (dark on light = light on dark); the whole part has length 1
 * A part without any weight (a picture that is transparent, or without edges) is all zero. Pure. */
#ifndef DINOLAB_DEMO_DEMO_PIXELS_H
#define DINOLAB_DEMO_DEMO_PIXELS_H

#include "picture/picture.h"

enum {
    DEMO_COLOUR_LEVELS = 4,
    DEMO_COLOUR_COUNT  = DEMO_COLOUR_LEVELS * DEMO_COLOUR_LEVELS * DEMO_COLOUR_LEVELS, /* index (red * 4 + green) * 4 + blue */
    DEMO_GRID_SIDE     = 4,
    DEMO_ORIENTATION_COUNT   = 8, /* bin k is centred on k * 180 / 8 degrees of gradient direction, 0 = a vertical edge */
    DEMO_EDGE_COUNT          = DEMO_GRID_SIDE * DEMO_GRID_SIDE * DEMO_ORIENTATION_COUNT, /* cells row by row from the top left */
    DEMO_PIXEL_FEATURE_COUNT = DEMO_COLOUR_COUNT + DEMO_EDGE_COUNT,
};

void demo_colour_histogram(const struct picture *picture, double out[DEMO_COLOUR_COUNT]);

/* False only when out of memory. */
MUST_CHECK bool demo_edge_histogram(const struct picture *picture, double out[DEMO_EDGE_COUNT], struct err *err);

/* Both parts: DEMO_PIXEL_FEATURE_COUNT numbers. */
MUST_CHECK bool demo_pixels(const struct picture *picture, double *out, struct err *err);

#endif
