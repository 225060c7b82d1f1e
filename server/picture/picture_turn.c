#include <stdlib.h>
#include <string.h>

#include "picture/picture_private.h"

/* Where the turned picture's pixel comes from. Orientations 5 to 8 swap the sides (Exif 2.32, 4.6.4 A). */
static size_t source_of(const struct picture *from, int orientation, int x, int y)
{
    const int right  = from->width - 1;
    const int bottom = from->height - 1;
    int       column = x, row = y;

    if (orientation >= 5) column = y, row = x;
    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) column = right - column;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) row = bottom - row;
    return ((size_t)row * (size_t)from->width + (size_t)column) * PICTURE_CHANNEL_COUNT;
}

bool picture_turn(struct picture *picture, int orientation, struct err *err)
{
    struct picture turned;
    uint8_t       *out;

    if (orientation < 2 || orientation > 8) return true;
    if (!picture_new(orientation >= 5 ? picture->height : picture->width, orientation >= 5 ? picture->width : picture->height,
                     &turned, err))
        return false;
    out = turned.rgba;
    for (int y = 0; y < turned.height; y++)
        for (int x = 0; x < turned.width; x++, out += PICTURE_CHANNEL_COUNT)
            memcpy(out, picture->rgba + source_of(picture, orientation, x, y), PICTURE_CHANNEL_COUNT);
    picture_close(picture);
    *picture = turned;
    return true;
}
