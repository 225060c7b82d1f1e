/* From a file to what is shown: every format, sizes, a camera's turn, mean areas in linear light, and files that mean harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../support/pictures.h"
#include "picture/picture_convert.h"
#include "picture/picture_scale.h"

static void decode(struct file_bytes file, struct picture *picture)
{
    struct err err = {0};

    if (!picture_decode("made", file.data, file.length, picture, &err)) fail_msg("%s", err.message);
    free(file.data);
}

static const uint8_t *pixel_at(const struct picture *picture, int x, int y)
{
    return picture->rgba + ((size_t)y * (size_t)picture->width + (size_t)x) * PICTURE_CHANNEL_COUNT;
}

static void assert_near(int number, int expected, int tolerance)
{
    if (abs(number - expected) > tolerance) fail_msg("%d is not %d within %d", number, expected, tolerance);
}

static void every_format_gives_the_pixels_that_were_written(void **state)
{
    struct file_bytes files[3]     = {pictures_png(40, 30, 7), pictures_webp(40, 30, 7), pictures_jpeg(40, 30, 7, 0)};
    const int         tolerance[3] = {0, 0, 8};

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct picture picture;

        decode(files[i], &picture);
        assert_int_equal(picture.width, 40);
        assert_int_equal(picture.height, 30);
        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++) {
                assert_near(pixel_at(&picture, x, y)[0], 255 * x / 40, tolerance[i]);
                assert_near(pixel_at(&picture, x, y)[1], 255 * y / 30, tolerance[i]);
                assert_int_equal(pixel_at(&picture, x, y)[3], 255);
            }
        picture_close(&picture);
    }
}

/* Where the corner that was written first (red 0, green 0) is seen, for each way to hold a camera (Exif 2.32, 4.6.4 A). */
static void a_cameras_turn_is_done(void **state)
{
    static const struct {
        bool is_right;
        bool is_bottom;
        bool is_turned;
    } CORNER[9] = {{0}, {0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};

    (void)state;
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct picture picture;
        const uint8_t *pixel;

        decode(pictures_jpeg(64, 32, 0, orientation), &picture);
        assert_int_equal(picture.width, CORNER[orientation].is_turned ? 32 : 64);
        assert_int_equal(picture.height, CORNER[orientation].is_turned ? 64 : 32);
        pixel = pixel_at(&picture, CORNER[orientation].is_right ? picture.width - 1 : 0,
                         CORNER[orientation].is_bottom ? picture.height - 1 : 0);
        assert_near(pixel[0], 0, 12);
        assert_near(pixel[1], 0, 12);
        picture_close(&picture);
    }
}

static void files_that_end_early_are_refused_wherever_they_end(void **state)
{
    struct file_bytes files[3] = {pictures_png(40, 30, 7), pictures_webp(40, 30, 7), pictures_jpeg(40, 30, 7, 1)};

    (void)state;
    for (int i = 0; i < 3; i++) {
        for (size_t length = 0; length + 16 < files[i].length; length += 3) {
            struct picture picture;
            struct err     err;

            /* A copy of exactly this length: reading beyond it is found by the address sanitizer. */
            unsigned char *cut = malloc(length + 1);

            assert_non_null(cut);
            memcpy(cut, files[i].data, length);
            if (picture_decode("cut", cut, length, &picture, &err)) fail_msg("file %d of %zu bytes was taken", i, length);
            assert_int_equal(err.kind, ERR_INVALID);
            assert_non_null(strstr(err.message, "'cut'"));
            assert_null(picture.rgba);
            free(cut);
        }
        free(files[i].data);
    }
}

static void a_file_that_claims_a_huge_size_is_refused_before_memory_is_taken(void **state)
{
    struct file_bytes png = pictures_png(40, 30, 7), jpeg = pictures_jpeg(40, 30, 7, 0);
    struct picture    picture;
    struct err        err;

    (void)state;
    /* A JPEG says its height and width in the frame header FF C0, a PNG in its first chunk, whose checksum is then wrong. */
    for (size_t i = 0; i + 9 < jpeg.length; i++)
        if (jpeg.data[i] == 0xFF && jpeg.data[i + 1] == 0xC0) {
            pictures_put16(jpeg.data + i + 5, 16000);
            pictures_put16(jpeg.data + i + 7, 16000);
        }
    assert_false(picture_decode("bomb", jpeg.data, jpeg.length, &picture, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    assert_non_null(strstr(err.message, "16000 x 16000 pixels"));
    png.data[16] = 0x7F;
    assert_false(picture_decode("bomb", png.data, png.length, &picture, &err));
    free(jpeg.data);
    free(png.data);
    /* A true one: small as a file, over the limit as pixels. */
    png = pictures_png(PICTURE_SIDE_MAX + 1, 2, 0);
    assert_false(picture_decode("bomb", png.data, png.length, &picture, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    free(png.data);
}

static void nothing_becomes_larger_and_the_shape_stays(void **state)
{
    static const int SIZES[][4] = {{1600, 1200, 800, 600}, {1200, 1600, 600, 800}, {801, 1, 800, 1},
                                   {800, 800, 800, 800},   {12, 8, 12, 8},         {16000, 3, 800, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        int width, height;

        picture_fit(SIZES[i][0], SIZES[i][1], PICTURE_SHOWN_SIDE_MAX, &width, &height);
        assert_int_equal(width, SIZES[i][2]);
        assert_int_equal(height, SIZES[i][3]);
    }
}

static void a_fine_pattern_keeps_its_light(void **state)
{
    struct picture checks = {.width = 64, .height = 64, .rgba = malloc(64 * 64 * 4)}, small;
    struct err     err;

    (void)state;
    assert_non_null(checks.rgba);
    for (int i = 0; i < 64 * 64; i++)
        memset(checks.rgba + 4 * i, (i % 64 + i / 64) % 2 == 0 ? 255 : 0, 3), checks.rgba[4 * i + 3] = 255;
    assert_true(picture_scale(&checks, 16, 16, &small, &err));
    /* Half of the light is the number 188 (0.5 ^ (1 / 2.4) * 1.055 - 0.055); the mean of the numbers would be 128. */
    for (int i = 0; i < 16 * 16; i++) assert_int_equal(small.rgba[4 * i], 188);
    picture_close(&small);
    picture_close(&checks);
}

static void parts_of_pixels_count_by_their_area_and_clear_ones_have_no_colour(void **state)
{
    /* Three pixels become two: the middle one is shared. White, black, white; then red beside clear green. */
    static const uint8_t ROW[12]  = {255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255};
    static const uint8_t CLEAR[8] = {255, 0, 0, 255, 0, 255, 0, 0};
    struct picture       row      = {.width = 3, .height = 1, .rgba = malloc(sizeof ROW)};
    struct picture       clear    = {.width = 2, .height = 1, .rgba = malloc(sizeof CLEAR)};
    struct picture       small;
    struct err           err;

    (void)state;
    assert_non_null(row.rgba);
    assert_non_null(clear.rgba);
    memcpy(row.rgba, ROW, sizeof ROW);
    memcpy(clear.rgba, CLEAR, sizeof CLEAR);
    assert_true(picture_scale(&row, 2, 1, &small, &err));
    assert_int_equal(small.rgba[0], 213); /* two thirds of the light: 255 * (1.055 * (2 / 3) ^ (1 / 2.4) - 0.055) = 213.1 */
    assert_int_equal(small.rgba[4], 213);
    picture_close(&small);
    assert_true(picture_scale(&clear, 1, 1, &small, &err));
    assert_int_equal(small.rgba[0], 255);
    assert_int_equal(small.rgba[1], 0);
    assert_int_equal(small.rgba[3], 128);
    picture_close(&small);
    picture_close(&row);
    picture_close(&clear);
}

static void assert_webp(const struct text *bytes, int width, int height)
{
    struct picture picture;
    struct err     err = {0};

    assert_int_equal(picture_format_of(bytes->data, bytes->length), PICTURE_WEBP);
    if (!picture_decode("shown", bytes->data, bytes->length, &picture, &err)) fail_msg("%s", err.message);
    assert_int_equal(picture.width, width);
    assert_int_equal(picture.height, height);
    assert_near(pixel_at(&picture, 0, 0)[0], 0, 12);
    assert_near(pixel_at(&picture, width - 1, height - 1)[1], 255, 14);
    picture_close(&picture);
}

static void a_large_picture_becomes_a_shown_one_and_a_thumbnail(void **state)
{
    struct file_bytes     jpeg = pictures_jpeg(1000, 500, 9, 6), webp = pictures_webp(300, 200, 9);
    struct picture_copies copies;
    struct err            err = {0};

    (void)state;
    picture_copies_init(&copies);
    if (!picture_convert("large", jpeg.data, jpeg.length, &copies, &err)) fail_msg("%s", err.message);
    assert_int_equal(copies.format, PICTURE_JPEG);
    assert_int_equal(copies.width, 500); /* as it is seen */
    assert_int_equal(copies.height, 1000);
    {
        struct picture shown;

        assert_true(picture_decode("shown", copies.shown.data, copies.shown.length, &shown, &err));
        assert_int_equal(shown.width, 400);
        assert_int_equal(shown.height, 800);
        picture_close(&shown);
    }
    /* A small WebP is shown as it is. */
    if (!picture_convert("small", webp.data, webp.length, &copies, &err)) fail_msg("%s", err.message);
    assert_int_equal(copies.shown.length, webp.length);
    assert_memory_equal(copies.shown.data, webp.data, webp.length);
    assert_webp(&copies.thumbnail, 160, 107);
    picture_copies_close(&copies);
    free(jpeg.data);
    free(webp.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_gives_the_pixels_that_were_written),
        cmocka_unit_test(a_cameras_turn_is_done),
        cmocka_unit_test(files_that_end_early_are_refused_wherever_they_end),
        cmocka_unit_test(a_file_that_claims_a_huge_size_is_refused_before_memory_is_taken),
        cmocka_unit_test(nothing_becomes_larger_and_the_shape_stays),
        cmocka_unit_test(a_fine_pattern_keeps_its_light),
        cmocka_unit_test(parts_of_pixels_count_by_their_area_and_clear_ones_have_no_colour),
        cmocka_unit_test(a_large_picture_becomes_a_shown_one_and_a_thumbnail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
