/* Text: the builder, whole-string numbers, slugs, UTF-8. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../support/must.h"
#include "base/text.h"

static void a_text_grows_as_it_is_appended_to_and_is_always_closed_by_nul(void **state)
{
    struct text text;
    struct err  err = {0};

    (void)state;
    text_init(&text);
    for (int i = 0; i < 1000; i++) {
        text_printf(&text, "%03d", i);
        assert_int_equal(text.length, 3 * (i + 1));
        assert_int_equal(text.data[text.length], '\0');
    }
    text_append(&text, "a\0b", 3);
    assert_int_equal(text.length, 3003);
    assert_memory_equal(text.data + 2997, "999a\0b", 7);
    MUST(text_ok(&text, &err));
    text_reset(&text);
    assert_int_equal(text.length, 0);
    text_add(&text, "anew");
    assert_string_equal(text.data, "anew");
    text_close(&text);
    text_close(&text);
}

static void a_failure_sticks_until_the_text_is_looked_at(void **state)
{
    struct text text;
    struct err  err = {0};

    (void)state;
    text_init(&text);
    text_add(&text, "before");
    text_append(&text, "x", SIZE_MAX / 2);
    text_add(&text, "after");
    MUST_REFUSE(text_ok(&text, &err), ERR_INTERNAL, "out of memory");
    assert_null(text_take(&text));
    MUST(text_ok(&text, &err));
    text_close(&text);
}

static void taking_a_text_gives_its_bytes_and_leaves_it_empty(void **state)
{
    struct text text;
    char       *taken;

    (void)state;
    text_init(&text);
    taken = text_take(&text);
    assert_string_equal(taken, "");
    free(taken);
    text_add(&text, "bytes");
    taken = text_take(&text);
    assert_string_equal(taken, "bytes");
    assert_null(text.data);
    assert_int_equal(text.length, 0);
    free(taken);
}

static void spans_are_compared_by_length_and_bytes(void **state)
{
    (void)state;
    assert_int_equal(span_of(NULL).length, 0);
    assert_true(span_equal(span_of(NULL), ""));
    assert_true(span_equal(span_of("abc"), "abc"));
    assert_false(span_equal((struct span){"abcd", 3}, "abcd"));
    assert_true(span_equal((struct span){"abcd", 3}, "abc"));
    assert_false(span_equal(span_of("abd"), "abc"));
}

static void whole_numbers_are_read_only_when_all_of_the_text_is_one_in_range(void **state)
{
    static const struct {
        const char *text;
        int64_t     min, max;
        bool        is_number;
        int64_t     value;
    } CASES[] = {
        {"0", 0, 9, true, 0},
        {"-5", -5, 5, true, -5},
        {"007", 0, 9, true, 7},
        {"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
        {"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
        {"10", 0, 9, false, 0},
        {"-1", 0, 9, false, 0},
        {"", 0, 9, false, 0},
        {"-", -9, 9, false, 0},
        {"+1", 0, 9, false, 0},
        {" 1", 0, 9, false, 0},
        {"1 ", 0, 9, false, 0},
        {"1.0", 0, 9, false, 0},
        {"0x1", 0, 9, false, 0},
        {"1e1", 0, 99, false, 0},
        {"--1", -9, 9, false, 0},
        {"- 1", -9, 9, false, 0},
        {NULL, 0, 9, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        int64_t value = 77;

        if (text_to_i64(CASES[i].text, CASES[i].min, CASES[i].max, &value) != CASES[i].is_number)
            fail_msg("'%s'", CASES[i].text == NULL ? "(null)" : CASES[i].text);
        assert_true(value == (CASES[i].is_number ? CASES[i].value : 77));
    }
}

static void real_numbers_are_finite_and_fill_the_text(void **state)
{
    static const char *const BAD[] = {"", " 1", "1 ", "1,5", "nan", "inf", "-inf", "1e999", "abc", "1.2.3", "\t1", NULL};
    double                   value = 77.0;

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (text_to_f64(BAD[i], &value)) fail_msg("'%s' was taken for a number", BAD[i]);
    assert_true(value == 77.0);
    assert_true(text_to_f64("0.1", &value) && value == 0.1);
    assert_true(text_to_f64("-1e-3", &value) && value == -1e-3);
    assert_true(text_to_f64("1.7976931348623157e308", &value) && isfinite(value));
}

static void slugs_are_short_lower_case_and_begin_with_a_letter_or_digit(void **state)
{
    static const char *const GOOD[] = {"a", "0", "category-demo", "a_b-c9",
                                       "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl"};
    static const char *const BAD[]  = {"",
                                       "-a",
                                       "_a",
                                       "A",
                                       "a b",
                                       "a/b",
                                       "..",
                                       "a\n",
                                       "ä",
                                       "a.",
                                       "a%",
                                       NULL,
                                       "a\xff",
                                       "abcdefghijklmnopqrstuvwxyz"
                                        "abcdefghijklmnopqrstuvwxyzabcdefghijklm"};

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
        if (!text_is_slug(GOOD[i])) fail_msg("'%s' is a slug", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (text_is_slug(BAD[i])) fail_msg("'%s' is no slug", BAD[i]);
}

/* The edges of RFC 3629's table: first and last of each length, the surrogates, and one step outside each. */
static void utf_8_is_told_from_what_only_looks_like_it(void **state)
{
    static const char *const GOOD[] = {"",
                                       "plain",
                                       "\x01",
                                       "\x7F",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "Gr\xC3\xB6\xC3\x9F"
                                       "e \xF0\x9F\xA6\x96"};
    static const char *const BAD[]  = {"\x80",
                                       "\xBF",
                                       "\xC0\x80",
                                       "\xC1\xBF",
                                       "\xC2",
                                       "\xC2g",
                                       "\xC2\xC2",
                                       "\xE0\x9F\xBF",
                                       "\xE0\xA0",
                                       "\xED\xA0\x80",
                                       "\xED\xBF\xBF",
                                       "\xE2\x82",
                                       "\xE2\x28\xA1",
                                       "\xF0\x8F\xBF\xBF",
                                       "\xF4\x90\x80\x80",
                                       "\xF5\x80\x80\x80",
                                       "\xF8\x88\x80\x80\x80",
                                       "\xFE",
                                       "\xFF",
                                       "caf\xE9"};

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
        if (!text_is_utf8(GOOD[i], strlen(GOOD[i]))) fail_msg("good text %zu", i);
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        if (text_is_utf8(BAD[i], strlen(BAD[i]))) fail_msg("bad text %zu", i);
    assert_false(text_is_utf8("a\0b", 3));
    assert_true(text_is_utf8("\xE2\x82\xAC rest", 3));
    assert_false(text_is_utf8("\xE2\x82\xAC", 2)); /* the third byte is there, but not part of the text */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_grows_as_it_is_appended_to_and_is_always_closed_by_nul),
        cmocka_unit_test(a_failure_sticks_until_the_text_is_looked_at),
        cmocka_unit_test(taking_a_text_gives_its_bytes_and_leaves_it_empty),
        cmocka_unit_test(spans_are_compared_by_length_and_bytes),
        cmocka_unit_test(whole_numbers_are_read_only_when_all_of_the_text_is_one_in_range),
        cmocka_unit_test(real_numbers_are_finite_and_fill_the_text),
        cmocka_unit_test(slugs_are_short_lower_case_and_begin_with_a_letter_or_digit),
        cmocka_unit_test(utf_8_is_told_from_what_only_looks_like_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
