/* pictures.h - small picture files made by the formats' own libraries; include after cmocka.h. All are freed by the caller. */
#ifndef DINOLAB_TESTS_PICTURES_H
#define DINOLAB_TESTS_PICTURES_H

#include <stdio.h> /* before jpeglib.h */
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

struct file_bytes {
    unsigned char *data;
    size_t         length;
};

/* Pixels whose red grows to the right and green downwards; `blue` tells pictures apart. */
static inline uint8_t *pictures_pixels(int width, int height, int channels, int blue)
{
    uint8_t *pixels = malloc((size_t)width * (size_t)height * (size_t)channels);

    assert_non_null(pixels);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint8_t *pixel = pixels + ((size_t)y * (size_t)width + (size_t)x) * (size_t)channels;

            pixel[0] = (uint8_t)(255 * x / width);
            pixel[1] = (uint8_t)(255 * y / height);
            pixel[2] = (uint8_t)blue;
            if (channels == 4) pixel[3] = 255;
        }
    return pixels;
}

static inline struct file_bytes pictures_png(int width, int height, int blue)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = (png_uint_32)width, .height = (png_uint_32)height, .format = PNG_FORMAT_RGBA};
    uint8_t          *pixels = pictures_pixels(width, height, 4, blue);
    struct file_bytes out    = {.length = (size_t)width * (size_t)height * 8 + 4096};

    out.data = malloc(out.length);
    assert_non_null(out.data);
    assert_true(png_image_write_to_memory(&image, out.data, &out.length, 0, pixels, 0, NULL));
    free(pixels);
    return out;
}

static inline void pictures_put16(unsigned char *at, unsigned number)
{
    at[0] = (unsigned char)(number >> 8);
    at[1] = (unsigned char)number;
}

/* With an Exif block that says how the camera was held (1: upright, 0: no block). */
static inline struct file_bytes pictures_jpeg(int width, int height, int blue, int orientation)
{
    /* "Exif", big-endian TIFF, one directory at 8 with one entry: tag 0x0112, type short, count 1. */
    unsigned char               exif[32] = {'E',  'x',  'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                                            0x01, 0x12, 0,   3,   0, 0, 0,   1,   0, 0,  0, 0, 0, 0, 0, 0};
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr       errors;
    struct file_bytes           out    = {0};
    unsigned long               length = 0;
    uint8_t                    *pixels = pictures_pixels(width, height, 3, blue);

    pictures_put16(exif + 24, (unsigned)orientation);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &out.data, &length);
    jpeg.image_width      = (JDIMENSION)width;
    jpeg.image_height     = (JDIMENSION)height;
    jpeg.input_components = 3;
    jpeg.in_color_space   = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    if (orientation > 0) jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, sizeof exif);
    for (int y = 0; y < height; y++) {
        uint8_t *row = pixels + (size_t)y * (size_t)width * 3;

        (void)jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(pixels);
    out.length = length;
    return out;
}

static inline struct file_bytes pictures_webp(int width, int height, int blue)
{
    uint8_t          *pixels = pictures_pixels(width, height, 4, blue);
    struct file_bytes out    = {0};
    uint8_t          *coded  = NULL;

    out.length = WebPEncodeLosslessRGBA(pixels, width, height, 4 * width, &coded);
    assert_true(out.length > 0);
    out.data = malloc(out.length);
    assert_non_null(out.data);
    memcpy(out.data, coded, out.length);
    WebPFree(coded);
    free(pixels);
    return out;
}

#endif
