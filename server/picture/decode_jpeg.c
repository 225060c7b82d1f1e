#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs it */
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "picture/picture_private.h"

enum {
    SCAN_MAX         = 200,               /* of a progressive file; cameras and editors write about 10 */
    LIBRARY_BYTES    = 512 * 1024 * 1024, /* coefficients of a progressive picture at the pixel limit */
    EXIF_HEAD_BYTES  = 6,                 /* "Exif" and two NULs */
    TIFF_ENTRY_BYTES = 12,
    TAG_ORIENTATION  = 0x0112,
};

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr         errors;
    struct jpeg_progress_mgr      progress;
    jmp_buf                       failed; /* the library leaves by this way; nothing of ours is between */
    char                          reason[JMSG_LENGTH_MAX];
    struct picture                picture;
    int                           orientation;
};

static void fail(j_common_ptr common)
{
    struct decoder *decoder = common->client_data;

    common->err->format_message(common, decoder->reason);
    longjmp(decoder->failed, 1);
}

/* The library fills in what is missing and only warns: what loses pixels is an error here. Padding and odd markers are not. */
static void warn(j_common_ptr common, int level)
{
    const int code = common->err->msg_code;

    if (level < 0 && (code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF || code == JWRN_HUFF_BAD_CODE ||
                      code == JWRN_MUST_RESYNC || code == JWRN_ARITH_BAD_CODE))
        fail(common);
}

/* A small file may hold thousands of scans over the same pixels. */
static void check_scan(j_common_ptr common)
{
    struct decoder *decoder = common->client_data;

    if (decoder->jpeg.input_scan_number <= SCAN_MAX) return;
    (void)snprintf(decoder->reason, sizeof decoder->reason, "it has more than %d scans", SCAN_MAX);
    longjmp(decoder->failed, 1);
}

static unsigned read_number(const unsigned char *at, int bytes, bool is_little)
{
    unsigned number = 0;

    for (int i = 0; i < bytes; i++) number = number << 8 | at[is_little ? bytes - 1 - i : i];
    return number;
}

/* Of the first directory of an Exif block (TIFF 6.0, section 2); 1, upright, when it does not say. */
static int read_orientation(const unsigned char *data, size_t length)
{
    const unsigned char *tiff = data + EXIF_HEAD_BYTES;
    bool                 is_little;
    size_t               offset, count;

    if (length < EXIF_HEAD_BYTES + 8 || memcmp(data, "Exif\0\0", EXIF_HEAD_BYTES) != 0) return 1;
    length -= EXIF_HEAD_BYTES;
    is_little = tiff[0] == 'I';
    offset    = read_number(tiff + 4, 4, is_little);
    if (offset > length - 2) return 1;
    count = read_number(tiff + offset, 2, is_little);
    offset += 2;
    for (size_t i = 0; i < count && offset + TIFF_ENTRY_BYTES <= length; i++, offset += TIFF_ENTRY_BYTES)
        if (read_number(tiff + offset, 2, is_little) == TAG_ORIENTATION) return (int)read_number(tiff + offset + 8, 2, is_little);
    return 1;
}

static int orientation_of(const struct jpeg_decompress_struct *jpeg)
{
    for (const struct jpeg_marker_struct *marker = jpeg->marker_list; marker != NULL; marker = marker->next)
        if (marker->marker == JPEG_APP0 + 1 && marker->data_length > EXIF_HEAD_BYTES && memcmp(marker->data, "Exif", 4) == 0)
            return read_orientation(marker->data, marker->data_length);
    return 1;
}

/* Four inks to three lights, without a profile. Adobe's programs write the inks inverted, which is what everybody reads. */
static void convert_inks(uint8_t *row, int width, bool is_inverted)
{
    for (uint8_t *pixel = row; pixel < row + (size_t)width * PICTURE_CHANNEL_COUNT; pixel += PICTURE_CHANNEL_COUNT) {
        const int black = is_inverted ? pixel[3] : 255 - pixel[3];

        for (int i = 0; i < 3; i++) pixel[i] = (uint8_t)((is_inverted ? pixel[i] : 255 - pixel[i]) * black / 255);
        pixel[3] = 255;
    }
}

static bool has_inks(const struct jpeg_decompress_struct *jpeg)
{
    return jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
}

/* Everything that may leave by longjmp. */
static bool read_pixels(struct decoder *decoder, const char *name, struct err *err)
{
    struct jpeg_decompress_struct *jpeg = &decoder->jpeg;

    jpeg->progress = &decoder->progress;
    if (!picture_check_size(name, jpeg->image_width, jpeg->image_height, err)) return false;
    if (!picture_new((int)jpeg->image_width, (int)jpeg->image_height, &decoder->picture, err)) return false;
    jpeg->out_color_space              = has_inks(jpeg) ? JCS_CMYK : JCS_EXT_RGBA;
    jpeg->mem->max_memory_to_use       = LIBRARY_BYTES;
    decoder->progress.progress_monitor = check_scan;
    (void)jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = decoder->picture.rgba + (size_t)jpeg->output_scanline * jpeg->output_width * PICTURE_CHANNEL_COUNT;

        (void)jpeg_read_scanlines(jpeg, &row, 1);
        if (has_inks(jpeg)) convert_inks(row, decoder->picture.width, jpeg->saw_Adobe_marker);
    }
    (void)jpeg_finish_decompress(jpeg);
    return true;
}

static bool decode(struct decoder *decoder, const char *name, const void *bytes, size_t byte_count, struct err *err)
{
    if (setjmp(decoder->failed) != 0)
        return err_set(err, ERR_INVALID, "the picture '%s' is damaged or cut short: %s", name, decoder->reason);
    jpeg_create_decompress(&decoder->jpeg);
    decoder->jpeg.client_data = decoder;
    jpeg_mem_src(&decoder->jpeg, bytes, byte_count);
    jpeg_save_markers(&decoder->jpeg, JPEG_APP0 + 1, 0xFFFF);
    (void)jpeg_read_header(&decoder->jpeg, TRUE);
    decoder->orientation = orientation_of(&decoder->jpeg); /* the end of decompressing frees the markers */
    return read_pixels(decoder, name, err) && picture_turn(&decoder->picture, decoder->orientation, err);
}

bool picture_decode_jpeg(const char *name, const void *bytes, size_t byte_count, struct picture *out, struct err *err)
{
    struct decoder decoder = {0};
    bool           ok;

    decoder.jpeg.err            = jpeg_std_error(&decoder.errors);
    decoder.jpeg.client_data    = &decoder;
    decoder.errors.error_exit   = fail;
    decoder.errors.emit_message = warn;
    ok                          = decode(&decoder, name, bytes, byte_count, err);
    jpeg_destroy_decompress(&decoder.jpeg);
    if (ok)
        *out = decoder.picture;
    else
        picture_close(&decoder.picture);
    return ok;
}
