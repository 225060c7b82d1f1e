/* JSON from outside, before any table: what is one well-formed value, and what only looks so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/must.h"
#include "json/json_read.h"

#define NOT_UTF_8 "the JSON text is not UTF-8 without NUL"
#define MALFORMED "not well-formed JSON near byte"

static const struct {
    const char *json;
    const char *sentence;
} REFUSED_TEXTS[] = {
    {"", "the JSON text is empty"},
    {" ", MALFORMED},
    {"{", MALFORMED},
    {"{\"a\":1", MALFORMED},
    {"{\"a\"}", MALFORMED},
    {"{\"a\":}", MALFORMED},
    {"{a:1}", MALFORMED},
    {"{'a':1}", MALFORMED},
    {"{\"a\":1,}", MALFORMED},
    {"[1,]", MALFORMED},
    {"[1 2]", MALFORMED},
    {"\"open", MALFORMED},
    {"\"\\x\"", MALFORMED},
    {"\"\\u12g4\"", MALFORMED},
    {"\"\\ud800\"", MALFORMED}, /* half a pair */
    {"nul", MALFORMED},
    {"NaN", MALFORMED},
    {"Infinity", MALFORMED},
    {"+1", MALFORMED},
    {".5", MALFORMED},
    {"0x10", MALFORMED},
    {"01", MALFORMED},
    {"1.", MALFORMED},
    {"-", MALFORMED},
    {"-.5", MALFORMED},
    {"1e", MALFORMED},
    {"[1.e5]", MALFORMED},
    {"[-01]", MALFORMED},
    {"1-2", MALFORMED},
    {"{\"a\":1} x", MALFORMED},
    {"{}{}", MALFORMED},
    {"{},", MALFORMED},
    {"/* c */ 1", MALFORMED},
    {"\"line\nbreak\"", MALFORMED}, /* a control character that is not escaped */
    {"\"tab\there\"", MALFORMED},
    {"\"\x01\"", MALFORMED},
    {"[1,\x02 2]", MALFORMED},
    {"{\"a\":1,\"a\":2}", "field 'a' is there twice"},
    {"[{\"b\":{\"a\":1,\"c\":0,\"a\":1}}]", "field 'a' is there twice"},
    {"{\"a\":1,\"\\u0061\":2}", "field 'a' is there twice"}, /* the same name in another spelling */
    {"\"\\u0000\"", NOT_UTF_8},
    {"{\"a\\u0000b\":1}", NOT_UTF_8},
    {"\"\\\\\\u0000\"", NOT_UTF_8}, /* an escaped backslash, then the escape */
    {"\"\xFF\"", NOT_UTF_8},
    {"\"caf\xE9\"", NOT_UTF_8},
    {"\"\xED\xA0\x80\"", NOT_UTF_8},
    {"\"\xC0\x80\"", NOT_UTF_8},
};

static void what_is_not_one_well_formed_value_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFUSED_TEXTS / sizeof REFUSED_TEXTS[0]; i++) {
        struct err       err = {.kind = ERR_KIND_COUNT};
        struct json_doc *doc = json_parse(span_of(REFUSED_TEXTS[i].json), &err);

        if (doc != NULL) fail_msg("accepted: %s", REFUSED_TEXTS[i].json);
        assert_int_equal(err.kind, ERR_INVALID);
        if (strncmp(err.message, REFUSED_TEXTS[i].sentence, strlen(REFUSED_TEXTS[i].sentence)) != 0)
            fail_msg("%s: '%s'", REFUSED_TEXTS[i].json, err.message);
    }
}

static void what_only_looks_suspicious_is_read(void **state)
{
    static const char *const GOOD[] = {"0",
                                       "-0",
                                       "1.5e+3",
                                       "-1E-2",
                                       "\"\\\\u0000\"",
                                       "\"\\ud83e\\udd96\"",
                                       "[[],{},\"\"]",
                                       "\"\\/\"",
                                       " \t\r\n null \t\r\n",
                                       "0.0",
                                       "[10, 20.05]",
                                       "\"01 1. \""};

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        struct err       err = {0};
        struct json_doc *doc = json_parse(span_of(GOOD[i]), &err);

        if (doc == NULL) fail_msg("%s: %s", GOOD[i], err.message);
        json_free(doc);
    }
}

static void bytes_outside_the_span_are_not_looked_at(void **state)
{
    static const char TEXT[] = "{\"a\":12}garbage";
    struct err        err    = {0};
    struct json_doc  *doc    = json_parse((struct span){TEXT, 8}, &err);
    int64_t           number = 0;

    (void)state;
    if (doc == NULL) fail_msg("%s", err.message);
    assert_true(json_as_i64(json_member(json_root(doc), "a"), 0, 100, &number) && number == 12);
    json_free(doc);
    doc = json_parse((struct span){"123", 2}, &err);
    if (doc == NULL) fail_msg("%s", err.message);
    assert_true(json_as_i64(json_root(doc), 0, 1000, &number) && number == 12);
    json_free(doc);
    assert_null(json_parse((struct span){"1\0", 2}, &err));
}

static void nesting_ends_at_32_levels(void **state)
{
    struct text      text;
    struct err       err = {0};
    struct json_doc *doc;

    (void)state;
    text_init(&text);
    for (int depth = 31; depth <= 2000; depth = depth < 34 ? depth + 1 : depth * 4) {
        text_reset(&text);
        for (int i = 0; i < depth; i++) text_add(&text, i % 2 == 0 ? "[" : "{\"a\":");
        text_add(&text, depth % 2 == 0 ? "[]" : "{}"); /* one level more */
        for (int i = depth; i > 0; i--) text_add(&text, i % 2 == 1 ? "]" : "}");
        doc = json_parse((struct span){text.data, text.length}, &err);
        assert_true((doc != NULL) == (depth + 1 <= 32));
        json_free(doc);
    }
    text_close(&text);
}

/* 100,000 members: compared each with each, this would take minutes and run into the limit of tests/run.sh. */
static void many_members_are_searched_for_a_repeat(void **state)
{
    struct text      text;
    struct err       err = {0};
    struct json_doc *doc;

    (void)state;
    text_init(&text);
    text_add(&text, "{\"first\":0");
    for (int i = 0; i < 100 * 1000; i++) text_printf(&text, ",\"%x\":0", i);
    text_add(&text, "}");
    doc = json_parse((struct span){text.data, text.length}, &err);
    if (doc == NULL) fail_msg("%s", err.message);
    json_free(doc);
    text.data[text.length - 1] = ',';
    text_add(&text, "\"first\":1}");
    assert_null(json_parse((struct span){text.data, text.length}, &err));
    assert_string_equal(err.message, "field 'first' is there twice");
    text_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_one_well_formed_value_is_refused), cmocka_unit_test(what_only_looks_suspicious_is_read),
        cmocka_unit_test(bytes_outside_the_span_are_not_looked_at),     cmocka_unit_test(nesting_ends_at_32_levels),
        cmocka_unit_test(many_members_are_searched_for_a_repeat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
