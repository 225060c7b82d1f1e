#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>

#include "picture/picture_private.h"

void picture_close(struct picture *picture)
{
    free(picture->rgba);
    *picture = (struct picture){0};
}

bool picture_check_size(const char *name, int64_t width, int64_t height, struct err *err)
{
    if (width < 1 || height < 1) return err_set(err, ERR_INVALID, "the picture '%s' has no pixels", name);
    if (width <= PICTURE_SIDE_MAX && height <= PICTURE_SIDE_MAX && width * height <= PICTURE_PIXEL_MAX) return true;
    return err_set(err, ERR_TOO_LARGE,
                   "the picture '%s' has %lld x %lld pixels; at most %d a side and %d million in all are allowed", name,
                   (long long)width, (long long)height, PICTURE_SIDE_MAX, PICTURE_PIXEL_MAX / 1000 / 1000);
}

bool picture_new(int width, int height, struct picture *out, struct err *err)
{
    *out      = (struct picture){.width = width, .height = height};
    out->rgba = malloc((size_t)width * (size_t)height * PICTURE_CHANNEL_COUNT);
    return out->rgba != NULL ? true : err_no_memory(err);
}

enum picture_format picture_format_of(const void *bytes, size_t byte_count)
{
    const char *data = bytes;

    if (byte_count >= 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0) return PICTURE_WEBP;
    if (byte_count >= 3 && memcmp(data, "\xFF\xD8\xFF", 3) == 0) return PICTURE_JPEG;
    if (byte_count >= 8 && memcmp(data, "\x89PNG\r\n\x1A\n", 8) == 0) return PICTURE_PNG;
    return PICTURE_UNKNOWN;
}

const char *picture_media_type(enum picture_format format)
{
    static const char *const TYPES[] = {
        [PICTURE_UNKNOWN] = NULL, [PICTURE_WEBP] = "image/webp", [PICTURE_JPEG] = "image/jpeg", [PICTURE_PNG] = "image/png"};

    return TYPES[format];
}

bool picture_decode(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err)
{
    *out = (struct picture){0};
    switch (picture_format_of(bytes, byte_count)) {
    case PICTURE_WEBP:
        return picture_decode_webp(name, bytes, byte_count, out, err);
    case PICTURE_JPEG:
        return picture_decode_jpeg(name, bytes, byte_count, out, err);
    case PICTURE_PNG:
        return picture_decode_png(name, bytes, byte_count, out, err);
    case PICTURE_UNKNOWN:
        break;
    }
    return err_set(err, ERR_INVALID, "'%s' is not a WebP, JPEG or PNG picture", name);
}
