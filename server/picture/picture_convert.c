#include "picture/picture_convert.h"

#include <webp/encode.h>

#include "picture/picture_scale.h"

/* Quality: of 800-pixel photographs about 60 kB, without visible loss beside the original at the size of a trial. Method: the speed, 0
 * to 6; 3 takes two thirds of the time of the usual 4 for 2 % more bytes. */
static const float SHOWN_QUALITY     = 88;
static const float THUMBNAIL_QUALITY = 80;
enum { ENCODE_METHOD = 3 };

void picture_copies_init(struct picture_copies *copies)
{
    *copies = (struct picture_copies){0};
    text_init(&copies->shown);
    text_init(&copies->thumbnail);
}

void picture_copies_close(struct picture_copies *copies)
{
    text_close(&copies->shown);
    text_close(&copies->thumbnail);
}

static int write_bytes(const uint8_t *data, size_t bytes, const WebPPicture *webp)
{
    struct text *out = webp->custom_ptr;

    text_append(out, (const char *)data, bytes);
    return !out->is_failed;
}

static bool encode(const struct picture *picture, float quality, struct text *out, struct err *err)
{
    WebPConfig  config;
    WebPPicture webp;
    bool        ok;

    text_reset(out);
    if (!WebPConfigPreset(&config, WEBP_PRESET_PHOTO, quality) || !WebPPictureInit(&webp))
        return err_set(err, ERR_INTERNAL, "libwebp is of another version than its headers");
    config.method   = ENCODE_METHOD;
    webp.width      = picture->width;
    webp.height     = picture->height;
    webp.writer     = write_bytes;
    webp.custom_ptr = out;
    if (!WebPPictureImportRGBA(&webp, picture->rgba, picture->width * PICTURE_CHANNEL_COUNT)) {
        WebPPictureFree(&webp);
        return err_no_memory(err);
    }
    ok = WebPEncode(&config, &webp);
    if (!ok) err_set(err, ERR_INTERNAL, "a picture could not be coded: error %d of libwebp", (int)webp.error_code);
    WebPPictureFree(&webp);
    return ok;
}

/* `from` at most `side_max` long, coded; *smaller is the picture that was coded and the caller's, unless it is `from` itself. */
static bool scale_and_encode(const struct picture *from, int side_max, float quality, struct picture *smaller, struct text *out,
                             struct err *err)
{
    int width, height;

    picture_fit(from->width, from->height, side_max, &width, &height);
    *smaller = (struct picture){0};
    if (width == from->width && height == from->height) return encode(from, quality, out, err);
    return picture_scale(from, width, height, smaller, err) && encode(smaller, quality, out, err);
}

bool picture_convert(const char *name, const void *bytes, size_t byte_count, struct picture_copies *out, struct err *err)
{
    struct picture original, shown = {0}, thumbnail = {0};
    bool           ok, is_kept;

    if (!picture_decode(name, bytes, byte_count, &original, err)) return false;
    out->format = picture_format_of(bytes, byte_count);
    out->width  = original.width;
    out->height = original.height;
    is_kept =
        out->format == PICTURE_WEBP && original.width <= PICTURE_SHOWN_SIDE_MAX && original.height <= PICTURE_SHOWN_SIDE_MAX;
    if (is_kept) {
        text_reset(&out->shown);
        text_append(&out->shown, bytes, byte_count);
        ok = text_ok(&out->shown, err);
    } else {
        ok = scale_and_encode(&original, PICTURE_SHOWN_SIDE_MAX, SHOWN_QUALITY, &shown, &out->shown, err);
    }
    ok = ok && scale_and_encode(shown.rgba == NULL ? &original : &shown, PICTURE_THUMBNAIL_SIDE_MAX, THUMBNAIL_QUALITY,
                                &thumbnail, &out->thumbnail, err);
    picture_close(&thumbnail);
    picture_close(&shown);
    picture_close(&original);
    return ok ? true : err_wrap(err, "%s", name);
}
