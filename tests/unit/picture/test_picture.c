/* Decoding of a WebP, whole, damaged and cut short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../demo/tiny_picture.h"
#include "picture/picture.h"

static void a_lossless_picture_gives_its_exact_pixels(void **state)
{
    static const uint8_t PIXELS[] = {255, 0, 0, 255, 0, 0, 255, 128};
    struct picture       picture;
    struct err           err;

    (void)state;
    assert_true(picture_decode("tiny", TINY_PICTURE, sizeof TINY_PICTURE, &picture, &err));
    assert_int_equal(picture.width, 2);
    assert_int_equal(picture.height, 1);
    assert_memory_equal(picture.rgba, PIXELS, sizeof PIXELS);
    picture_close(&picture);
    picture_close(&picture);
}

static void every_picture_cut_short_is_refused_by_name(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof TINY_PICTURE - 2; length++) { /* the last two bytes are padding */
        struct picture picture = {0};
        struct err     err     = {0};

        assert_false(picture_decode("tiny", TINY_PICTURE, length, &picture, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_non_null(strstr(err.message, "'tiny'"));
        assert_null(picture.rgba);
    }
}

static void a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(void **state)
{
    unsigned char  bytes[sizeof TINY_PICTURE];
    struct picture picture = {0};
    struct err     err;

    (void)state;
    memcpy(bytes, TINY_PICTURE, sizeof bytes);
    bytes[21] = 0xff; /* width - 1: 14 bits from byte 21 */
    bytes[22] = 0x3f;
    assert_false(picture_decode("wide", bytes, sizeof bytes, &picture, &err));
    assert_int_equal(err.kind, ERR_TOO_LARGE);
    assert_non_null(strstr(err.message, "16384 x 1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lossless_picture_gives_its_exact_pixels),
        cmocka_unit_test(every_picture_cut_short_is_refused_by_name),
        cmocka_unit_test(a_picture_of_too_many_pixels_is_refused_before_it_is_decoded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
