#include "demo/demo_pixels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ALPHA_MAX   = 255.0;
static const double HALF_CIRCLE = 3.14159265358979323846;

static const uint8_t *pixel_at(const struct picture *picture, int x, int y)
{
    return picture->rgba + ((size_t)y * (size_t)picture->width + (size_t)x) * PICTURE_CHANNEL_COUNT;
}

void demo_colour_histogram(const struct picture *picture, double out[DEMO_COLOUR_COUNT])
{
    double weight_sum = 0;

    memset(out, 0, DEMO_COLOUR_COUNT * sizeof *out);
    for (int y = 0; y < picture->height; y++)
        for (int x = 0; x < picture->width; x++) {
            const uint8_t *pixel = pixel_at(picture, x, y);
            int            box   = 0;

            for (int channel = 0; channel < 3; channel++)
                box = box * DEMO_COLOUR_LEVELS + pixel[channel] * DEMO_COLOUR_LEVELS / 256;
            out[box] += pixel[3] / ALPHA_MAX;
            weight_sum += pixel[3] / ALPHA_MAX;
        }
    if (weight_sum == 0) return;
    for (int i = 0; i < DEMO_COLOUR_COUNT; i++) out[i] = sqrt(out[i] / weight_sum);
}

/* Luma of ITU-R BT.709, laid on white as the tasks show it; 0 to 1. */
static double luminance_on_white(const uint8_t *pixel)
{
    double alpha = pixel[3] / ALPHA_MAX;
    double luma  = (0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2]) / 255.0;

    return alpha * luma + (1 - alpha);
}

static double *luminances_new(const struct picture *picture)
{
    size_t  count      = (size_t)picture->width * (size_t)picture->height;
    double *luminances = malloc(count * sizeof *luminances);

    if (luminances == NULL) return NULL;
    for (size_t i = 0; i < count; i++) luminances[i] = luminance_on_white(picture->rgba + i * PICTURE_CHANNEL_COUNT);
    return luminances;
}

/* Direction modulo half a circle, to the nearest of the bins' centres; the last bin's upper half wraps to bin 0. */
static int orientation_bin(double dx, double dy)
{
    double angle = atan2(dy, dx);

    if (angle < 0) angle += HALF_CIRCLE;
    return (int)floor(angle / HALF_CIRCLE * DEMO_ORIENTATION_COUNT + 0.5) % DEMO_ORIENTATION_COUNT;
}

static void scale_to_length_one(double *values, int count)
{
    double square_sum = 0;

    for (int i = 0; i < count; i++) square_sum += values[i] * values[i];
    if (square_sum == 0) return;
    for (int i = 0; i < count; i++) values[i] /= sqrt(square_sum);
}

bool demo_edge_histogram(const struct picture *picture, double out[DEMO_EDGE_COUNT], struct err *err)
{
    double *luminances = luminances_new(picture);
    size_t  width      = (size_t)picture->width;

    if (luminances == NULL) return err_no_memory(err);
    memset(out, 0, DEMO_EDGE_COUNT * sizeof *out);
    for (int y = 1; y < picture->height - 1; y++)
        for (int x = 1; x < picture->width - 1; x++) {
            const double *here = luminances + (size_t)y * width + (size_t)x;
            double        dx   = here[1] - here[-1];
            double        dy   = here[width] - *(here - width);
            int           cell = y * DEMO_GRID_SIDE / picture->height * DEMO_GRID_SIDE + x * DEMO_GRID_SIDE / picture->width;

            out[cell * DEMO_ORIENTATION_COUNT + orientation_bin(dx, dy)] += sqrt(dx * dx + dy * dy);
        }
    scale_to_length_one(out, DEMO_EDGE_COUNT);
    free(luminances);
    return true;
}

bool demo_pixels(const struct picture *picture, double *out, struct err *err)
{
    demo_colour_histogram(picture, out);
    return demo_edge_histogram(picture, out + DEMO_COLOUR_COUNT, err);
}
