/* JSON to a text: commas, escapes, and numbers that come back the same. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "json/json_read.h"
#include "json/json_write.h"

static void commas_and_brackets_are_set_by_the_writer(void **state)
{
    struct text        text;
    struct json_writer writer;

    (void)state;
    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    json_i64(&writer, "first", INT64_MIN);
    json_begin_array(&writer, "list");
    json_i64(&writer, NULL, 1);
    json_begin_object(&writer, NULL);
    json_end_object(&writer);
    json_begin_array(&writer, NULL);
    json_end_array(&writer);
    json_null(&writer, NULL);
    json_end_array(&writer);
    json_bool(&writer, "yes", true);
    json_bool(&writer, "no", false);
    json_text(&writer, "text", "x");
    json_text(&writer, "none", NULL);
    json_raw(&writer, "raw", "[1,2]");
    json_f64(&writer, "real", 0.5);
    json_end_object(&writer);
    assert_string_equal(text.data,
                        "{\"first\":-9223372036854775808,\"list\":[1,{},[],null],\"yes\":true,\"no\":false,\"text\":\"x\","
                        "\"none\":null,\"raw\":[1,2],\"real\":0.5}");
    text_close(&text);
}

static void read_back(struct text *text, double expected)
{
    struct err       err = {0};
    struct json_doc *doc = json_parse((struct span){text->data, text->length}, &err);
    double           number;

    if (doc == NULL) fail_msg("%s: %s", text->data, err.message);
    assert_true(json_as_f64(json_first(json_root(doc)), &number));
    if (memcmp(&number, &expected, sizeof number) != 0) fail_msg("%a became %s", expected, text->data);
    json_free(doc);
}

static void write_number(struct text *text, double number)
{
    struct json_writer writer;

    text_reset(text);
    json_writer_init(&writer, text);
    json_begin_array(&writer, NULL);
    json_f64(&writer, NULL, number);
    json_end_array(&writer);
}

/* Bit for bit: the edges, and 20,000 doubles of random bits. */
static void every_finite_number_reads_back_to_the_same_bits(void **state)
{
    static const double EDGES[] = {0.0,           -0.0,
                                   1.0,           0.1,
                                   1.0 / 3.0,     2.5e-8,
                                   123456789.125, 1e15,
                                   1e16,          1e22,
                                   1e23,          DBL_MAX,
                                   -DBL_MAX,      DBL_MIN,
                                   DBL_TRUE_MIN,  -DBL_TRUE_MIN,
                                   DBL_EPSILON,   0.30000000000000004,
                                   5e-324,        9007199254740993.0,
                                   4.35,          1.7976931348623155e308};
    struct text         text;
    struct rng          rng;

    (void)state;
    text_init(&text);
    for (size_t i = 0; i < sizeof EDGES / sizeof EDGES[0]; i++) {
        write_number(&text, EDGES[i]);
        read_back(&text, EDGES[i]);
    }
    rng_init(&rng, 1);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = rng_next(&rng);
        double   number;

        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number)) continue;
        write_number(&text, number);
        read_back(&text, number);
    }
    text_close(&text);
}

static void numbers_are_as_short_as_they_can_be_and_never_nan(void **state)
{
    struct text text;

    (void)state;
    text_init(&text);
    write_number(&text, 0.1);
    assert_string_equal(text.data, "[0.1]");
    write_number(&text, 100.0);
    assert_string_equal(text.data, "[100]");
    write_number(&text, (double)NAN);
    assert_string_equal(text.data, "[null]");
    write_number(&text, (double)INFINITY);
    assert_string_equal(text.data, "[null]");
    write_number(&text, (double)-INFINITY);
    assert_string_equal(text.data, "[null]");
    text_close(&text);
}

static void texts_and_keys_are_escaped_and_read_back_the_same(void **state)
{
    char               all[256];
    struct text        text;
    struct json_writer writer;
    struct json_doc   *doc;
    struct err         err  = {0};
    const char        *back = NULL;

    (void)state;
    for (int i = 1; i < 128; i++) all[i - 1] = (char)i;
    (void)strcpy(all + 127, "\xC3\xA4\xF0\x9F\xA6\x96</script>");
    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    json_text(&writer, all, all);
    json_text(&writer, "empty", "");
    json_end_object(&writer);
    for (size_t i = 0; i < text.length; i++) assert_true((unsigned char)text.data[i] >= 0x20);
    doc = json_parse((struct span){text.data, text.length}, &err);
    if (doc == NULL) fail_msg("%s", err.message);
    assert_true(json_as_text(json_member(json_root(doc), all), &back));
    assert_string_equal(back, all);
    assert_true(json_as_text(json_member(json_root(doc), "empty"), &back));
    assert_string_equal(back, "");
    json_free(doc);
    text_close(&text);
}

static void the_escapes_are_those_of_the_standard(void **state)
{
    struct text        text;
    struct json_writer writer;

    (void)state;
    text_init(&text);
    json_writer_init(&writer, &text);
    json_text(&writer, NULL, "\"\\\n\x1f\x7f/");
    assert_string_equal(text.data, "\"\\\"\\\\\\u000a\\u001f\x7f/\"");
    text_close(&text);
}

/* A sentence that was cut inside a letter, or quotes what a client sent: the reply must be JSON all the same. */
static void bytes_that_are_not_utf_8_are_replaced(void **state)
{
    static const struct {
        const char *bytes;
        const char *written;
    } CASES[] = {
        {"caf\xE9!", "\"caf\xEF\xBF\xBD!\""},
        {"cut \xE2\x82", "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xC3\xA4\xFF\xC3\xB6", "\"\xC3\xA4\xEF\xBF\xBD\xC3\xB6\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"\xFF\n", "\"\xEF\xBF\xBD\\u000a\""},
    };
    struct text        text;
    struct json_writer writer;

    (void)state;
    text_init(&text);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        text_reset(&text);
        json_writer_init(&writer, &text);
        json_text(&writer, NULL, CASES[i].bytes);
        assert_string_equal(text.data, CASES[i].written);
        assert_true(text_is_utf8(text.data, text.length));
    }
    text_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_brackets_are_set_by_the_writer),
        cmocka_unit_test(every_finite_number_reads_back_to_the_same_bits),
        cmocka_unit_test(numbers_are_as_short_as_they_can_be_and_never_nan),
        cmocka_unit_test(texts_and_keys_are_escaped_and_read_back_the_same),
        cmocka_unit_test(the_escapes_are_those_of_the_standard),
        cmocka_unit_test(bytes_that_are_not_utf_8_are_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
