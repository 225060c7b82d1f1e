#include <webp/decode.h>

#include "picture/picture_private.h"

bool picture_decode_webp(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err)
{
    WebPBitstreamFeatures features;
    struct picture        picture;

    if (WebPGetFeatures(bytes, byte_count, &features) != VP8_STATUS_OK)
        return err_set(err, ERR_INVALID, "the picture '%s' is damaged or cut short", name);
    if (features.has_animation) return err_set(err, ERR_INVALID, "the picture '%s' is an animation", name);
    if (!picture_check_size(name, features.width, features.height, err)) return false;
    if (!picture_new(features.width, features.height, &picture, err)) return false;
    if (WebPDecodeRGBAInto(bytes, byte_count, picture.rgba,
                           (size_t)picture.width * (size_t)picture.height * PICTURE_CHANNEL_COUNT,
                           picture.width * PICTURE_CHANNEL_COUNT) == NULL) {
        picture_close(&picture);
        return err_set(err, ERR_INVALID, "the picture '%s' is damaged or cut short", name);
    }
    *out = picture;
    return true;
}
