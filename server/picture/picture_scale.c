#include "picture/picture_scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture/picture_private.h"

/* Steps of linear light from 0 to 1: the darkest sRGB numbers are 1 / 255 / 12.92 = 0.0003 apart. */
enum { LIGHT_STEP_COUNT = 8192 };

struct scaler {
    const struct picture *from;
    struct picture       *to;
    float                 light[256];                   /* of an sRGB number */
    uint8_t               number[LIGHT_STEP_COUNT + 1]; /* of a light */
    float                *row;                          /* one old row at the new width: light times opacity, opacity */
    float                *sum;                          /* the new row so far */
};

void picture_fit(int width, int height, int side_max, int *new_width, int *new_height)
{
    const int longest = width > height ? width : height;

    *new_width  = width;
    *new_height = height;
    if (longest <= side_max) return;
    *new_width  = (int)lround((double)width * side_max / longest);
    *new_height = (int)lround((double)height * side_max / longest);
    if (*new_width < 1) *new_width = 1;
    if (*new_height < 1) *new_height = 1;
}

static void fill_tables(struct scaler *scaler)
{
    for (int i = 0; i < 256; i++) {
        const double value = i / 255.0;

        scaler->light[i] = (float)(value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4));
    }
    for (int i = 0; i <= LIGHT_STEP_COUNT; i++) {
        const double light = (double)i / LIGHT_STEP_COUNT;

        scaler->number[i] = (uint8_t)lround(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055));
    }
}

static void add_pixel(const struct scaler *scaler, const uint8_t *pixel, float weight, float *out)
{
    const float opacity = weight * (float)pixel[3] / 255;

    for (int i = 0; i < 3; i++) out[i] += opacity * scaler->light[pixel[i]];
    out[3] += opacity;
}

/* One old row, averaged across: every old pixel is shared out to the new ones that it lies in. */
static void narrow_row(struct scaler *scaler, int y)
{
    const int      width = scaler->to->width;
    const double   step  = (double)scaler->from->width / width;
    const uint8_t *row   = scaler->from->rgba + (size_t)y * (size_t)scaler->from->width * PICTURE_CHANNEL_COUNT;

    memset(scaler->row, 0, (size_t)width * PICTURE_CHANNEL_COUNT * sizeof *scaler->row);
    for (int x = 0; x < width; x++) {
        const double low  = x * step;
        const double high = x + 1 == width ? scaler->from->width : low + step;

        for (int i = (int)low; i < high && i < scaler->from->width; i++) {
            const double covered = fmin(high, i + 1) - fmax(low, i);

            add_pixel(scaler, row + (size_t)i * PICTURE_CHANNEL_COUNT, (float)(covered / step),
                      scaler->row + (size_t)x * PICTURE_CHANNEL_COUNT);
        }
    }
}

static void write_row(const struct scaler *scaler, int y)
{
    uint8_t *out = scaler->to->rgba + (size_t)y * (size_t)scaler->to->width * PICTURE_CHANNEL_COUNT;

    for (int x = 0; x < scaler->to->width; x++, out += PICTURE_CHANNEL_COUNT) {
        const float *sum     = scaler->sum + (size_t)x * PICTURE_CHANNEL_COUNT;
        const float  opacity = sum[3];

        for (int i = 0; i < 3; i++) {
            const float light = opacity > 0 ? fminf(sum[i] / opacity, 1) : 0;

            out[i] = scaler->number[(int)lroundf(light * LIGHT_STEP_COUNT)];
        }
        out[3] = (uint8_t)lroundf(fminf(opacity, 1) * 255);
    }
}

static void scale_rows(struct scaler *scaler)
{
    const double step  = (double)scaler->from->height / scaler->to->height;
    const size_t count = (size_t)scaler->to->width * PICTURE_CHANNEL_COUNT;
    int          ready = -1; /* the old row that scaler->row holds */

    for (int y = 0; y < scaler->to->height; y++) {
        const double low  = y * step;
        const double high = y + 1 == scaler->to->height ? scaler->from->height : low + step;

        memset(scaler->sum, 0, count * sizeof *scaler->sum);
        for (int i = (int)low; i < high && i < scaler->from->height; i++) {
            const float weight = (float)((fmin(high, i + 1) - fmax(low, i)) / step);

            if (i != ready) narrow_row(scaler, i); /* a row on the border of two new ones is kept for the second */
            ready = i;
            for (size_t k = 0; k < count; k++) scaler->sum[k] += weight * scaler->row[k];
        }
        write_row(scaler, y);
    }
}

bool picture_scale(const struct picture *from, int width, int height, struct picture *out, struct err *err)
{
    struct scaler *scaler = NULL;
    struct picture to     = {0};
    bool           ok     = false;

    if (width < 1 || height < 1 || width > from->width || height > from->height)
        return err_set(err, ERR_INTERNAL, "%d x %d is no smaller size of %d x %d", width, height, from->width, from->height);
    if (!picture_new(width, height, &to, err)) return false;
    scaler = calloc(1, sizeof *scaler);
    if (scaler == NULL) goto done;
    scaler->from = from;
    scaler->to   = &to;
    scaler->row  = malloc((size_t)width * PICTURE_CHANNEL_COUNT * sizeof *scaler->row);
    scaler->sum  = malloc((size_t)width * PICTURE_CHANNEL_COUNT * sizeof *scaler->sum);
    if (scaler->row == NULL || scaler->sum == NULL) goto done;
    fill_tables(scaler);
    scale_rows(scaler);
    *out = to;
    ok   = true;
done:
    if (scaler != NULL) {
        free(scaler->row);
        free(scaler->sum);
    }
    free(scaler);
    if (ok) return true;
    picture_close(&to);
    return err_no_memory(err);
}
