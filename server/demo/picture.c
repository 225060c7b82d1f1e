#include "demo/picture.h"

#include <webp/decode.h>

void picture_close(struct picture *picture)
{
    WebPFree(picture->rgba);
    *picture = (struct picture){0};
}

bool picture_decode(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err)
{
    WebPBitstreamFeatures features;
    struct picture        picture = {0};

    if (WebPGetFeatures(bytes, byte_count, &features) != VP8_STATUS_OK)
        return err_set(err, ERR_INVALID, "the picture '%s' is not in WebP format", name);
    if (features.has_animation) return err_set(err, ERR_INVALID, "the picture '%s' is an animation", name);
    if (features.width > PICTURE_SIDE_MAX || features.height > PICTURE_SIDE_MAX)
        return err_set(err, ERR_TOO_LARGE, "the picture '%s' has %d x %d pixels; at most %d a side are allowed", name,
                       features.width, features.height, PICTURE_SIDE_MAX);
    picture.rgba = WebPDecodeRGBA(bytes, byte_count, &picture.width, &picture.height);
    if (picture.rgba == NULL) return err_set(err, ERR_INVALID, "the picture '%s' is damaged or cut short", name);
    *out = picture;
    return true;
}
