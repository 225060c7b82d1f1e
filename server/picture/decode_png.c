#include <png.h>
#include <string.h>

#include "picture/picture_private.h"

/* The library's own limits bound what compressed text and profile chunks may take (8 MB a chunk). */
bool picture_decode_png(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err)
{
    png_image      image = {.version = PNG_IMAGE_VERSION};
    struct picture picture;

    if (png_image_begin_read_from_memory(&image, bytes, byte_count) == 0)
        return err_set(err, ERR_INVALID, "the picture '%s' is damaged or cut short: %s", name, image.message);
    image.format = PNG_FORMAT_RGBA;
    if (!picture_check_size(name, image.width, image.height, err) ||
        !picture_new((int)image.width, (int)image.height, &picture, err)) {
        png_image_free(&image);
        return false;
    }
    if (png_image_finish_read(&image, NULL, picture.rgba, 0, NULL) == 0) { /* frees the image, too */
        picture_close(&picture);
        return err_set(err, ERR_INVALID, "the picture '%s' is damaged or cut short: %s", name, image.message);
    }
    *out = picture;
    return true;
}
