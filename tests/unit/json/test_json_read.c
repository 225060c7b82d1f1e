/* JSON from outside: what a table accepts, and the sentence for everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "json/json_read.h"

static const char *const INPUTS[] = {"keyboard", "touch", NULL};

struct message {
    int                      count;
    int64_t                  id;
    double                   rt_ms;
    bool                     is_visible;
    const char              *name;
    int                      input;
    const struct json_value *events;
    int                      optional_count;
    double                   optional_ms;
    bool                     optional_flag;
    const char              *optional_name;
    const struct json_value *optional_events;
};

static const struct json_field FIELDS[] = {
    JSON_INT("count", struct message, count, 0, 10),
    JSON_I64("id", struct message, id, -9.1e15, 9.1e15), /* wider than what a double can count */
    JSON_REAL("rt_ms", struct message, rt_ms, 0.0, 1000.0),
    JSON_BOOL("is_visible", struct message, is_visible),
    JSON_TEXT("name", struct message, name, 1, 5),
    JSON_NAME("input", struct message, input, INPUTS),
    JSON_VALUE("events", struct message, events),
    JSON_OPTIONAL_INT("optional_count", struct message, optional_count, 1, 3),
    JSON_OPTIONAL_REAL("optional_ms", struct message, optional_ms, 0.0, 1.0),
    JSON_OPTIONAL_BOOL("optional_flag", struct message, optional_flag),
    JSON_OPTIONAL_TEXT("optional_name", struct message, optional_name, 0, 3),
    JSON_OPTIONAL_VALUE("optional_events", struct message, optional_events),
};

static bool read_message(const char *json, const char *where, struct message *out, struct json_doc **doc, struct err *err)
{
    *doc = json_parse(span_of(json), err);
    return *doc != NULL && json_read_object(json_root(*doc), where, FIELDS, JSON_FIELD_COUNT(FIELDS), out, err);
}

/* The message of all good values, but one member as the test wants it. */
static void write_message(struct text *out, const char *member, const char *value)
{
    static const char *const GOOD[][2] = {{"count", "3"},      {"id", "12"},           {"rt_ms", "1.5"}, {"is_visible", "true"},
                                          {"name", "\"ann\""}, {"input", "\"touch\""}, {"events", "[]"}};
    bool                     is_known  = false;

    text_reset(out);
    text_add(out, "{");
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        bool is_it = strcmp(GOOD[i][0], member) == 0;

        is_known = is_known || is_it;
        if (is_it && value == NULL) continue;
        text_printf(out, "%s\"%s\":%s", out->length == 1 ? "" : ",", GOOD[i][0], is_it ? value : GOOD[i][1]);
    }
    if (!is_known) text_printf(out, ",\"%s\":%s", member, value);
    text_add(out, "}");
}

static void a_message_is_read_into_its_struct(void **state)
{
    struct message   message = {.optional_count = 7, .optional_ms = 7.0, .optional_flag = true};
    struct json_doc *doc     = NULL;
    struct err       err     = {0};

    (void)state;
    MUST(read_message(
        " {\"count\": 10, \"id\": -9007199254740991, \"rt_ms\": 0.1, \"is_visible\": false, \"name\": \"\\u00e9\\n\","
        " \"input\": \"keyboard\", \"events\": [1, 2], \"optional_ms\": null} \r\n\t",
        "", &message, &doc, &err));
    assert_int_equal(message.count, 10);
    assert_true(message.id == -9007199254740991);
    assert_true(message.rt_ms == 0.1);
    assert_false(message.is_visible);
    assert_string_equal(message.name, "\xC3\xA9\n");
    assert_int_equal(message.input, 0);
    assert_int_equal(json_array_count(message.events), 2);
    assert_int_equal(message.optional_count, 7); /* absent and null: the default stays */
    assert_true(message.optional_ms == 7.0);
    assert_true(message.optional_flag);
    assert_null(message.optional_name);
    json_free(doc);
}

#define RANGE_COUNT "field 'count' must be an integer from 0 to 10"
#define RANGE_RT    "field 'rt_ms' must be a number from 0 to 1000"
#define RANGE_NAME  "field 'name' must be a text with a length in bytes of 1 to 5"
#define RANGE_ID    "field 'id' must be an integer from -9.1e+15 to 9.1e+15"
#define LIST_INPUT  "field 'input' must be one of 'keyboard', 'touch'"
#define TYPE_EVENTS "field 'events' must be an object or an array"

static const struct {
    const char *member;
    const char *value; /* NULL: left out */
    const char *sentence;
} REFUSED_MEMBERS[] = {
    {"count", NULL, "field 'count' is missing"},
    {"count", "null", RANGE_COUNT},
    {"count", "-1", RANGE_COUNT},
    {"count", "11", RANGE_COUNT},
    {"count", "1.5", RANGE_COUNT},
    {"count", "1e99", RANGE_COUNT},
    {"count", "1e999", RANGE_COUNT},
    {"count", "\"7\"", RANGE_COUNT},
    {"count", "true", RANGE_COUNT},
    {"count", "[1]", RANGE_COUNT},
    {"count", "{}", RANGE_COUNT},
    {"id", NULL, "field 'id' is missing"},
    {"id", "9007199254740992", RANGE_ID}, /* 2^53: may have been 2^53 + 1 */
    {"id", "9007199254740993", RANGE_ID},
    {"id", "-9007199254740992", RANGE_ID},
    {"id", "0.5", RANGE_ID},
    {"id", "9.2e15", RANGE_ID},
    {"id", "\"1\"", RANGE_ID},
    {"rt_ms", NULL, "field 'rt_ms' is missing"},
    {"rt_ms", "-0.001", RANGE_RT},
    {"rt_ms", "1000.001", RANGE_RT},
    {"rt_ms", "1e999", RANGE_RT},
    {"rt_ms", "-1e999", RANGE_RT},
    {"rt_ms", "\"1\"", RANGE_RT},
    {"rt_ms", "null", RANGE_RT},
    {"is_visible", NULL, "field 'is_visible' is missing"},
    {"is_visible", "1", "field 'is_visible' must be true or false"},
    {"is_visible", "\"true\"", "field 'is_visible' must be true or false"},
    {"is_visible", "null", "field 'is_visible' must be true or false"},
    {"name", NULL, "field 'name' is missing"},
    {"name", "\"\"", RANGE_NAME},
    {"name", "\"123456\"", RANGE_NAME},
    {"name", "\"\xC3\xA4\xC3\xB6\xC3\xBC\"", RANGE_NAME}, /* three letters, six bytes */
    {"name", "7", RANGE_NAME},
    {"name", "null", RANGE_NAME},
    {"name", "[\"a\"]", RANGE_NAME},
    {"input", NULL, "field 'input' is missing"},
    {"input", "\"mouse\"", LIST_INPUT},
    {"input", "\"Touch\"", LIST_INPUT},
    {"input", "\"\"", LIST_INPUT},
    {"input", "1", LIST_INPUT},
    {"events", NULL, "field 'events' is missing"},
    {"events", "7", TYPE_EVENTS},
    {"events", "\"[]\"", TYPE_EVENTS},
    {"events", "null", TYPE_EVENTS},
    {"optional_count", "4", "field 'optional_count' must be an integer from 1 to 3"},
    {"optional_ms", "\"\"", "field 'optional_ms' must be a number from 0 to 1"},
    {"optional_flag", "0", "field 'optional_flag' must be true or false"},
    {"optional_name", "\"long\"", "field 'optional_name' must be a text with a length in bytes of 0 to 3"},
    {"optional_events", "\"\"", "field 'optional_events' must be an object or an array"},
    {"Count", "3", "field 'Count' is not known here"},
    {"", "3", "field '' is not known here"},
    {"is_admin", "true", "field 'is_admin' is not known here"},
};

static void a_wrong_member_is_refused_by_a_sentence_that_names_it(void **state)
{
    struct text text;

    (void)state;
    text_init(&text);
    for (size_t i = 0; i < sizeof REFUSED_MEMBERS / sizeof REFUSED_MEMBERS[0]; i++) {
        struct message   message = {0};
        struct json_doc *doc     = NULL;
        struct err       err     = {.kind = ERR_KIND_COUNT};

        write_message(&text, REFUSED_MEMBERS[i].member, REFUSED_MEMBERS[i].value);
        if (read_message(text.data, "", &message, &doc, &err)) fail_msg("accepted: %s", text.data);
        assert_string_equal(err.message, REFUSED_MEMBERS[i].sentence);
        assert_int_equal(err.kind, ERR_INVALID);
        json_free(doc);
    }
    text_close(&text);
}

static void the_place_of_the_object_is_part_of_the_sentence(void **state)
{
    struct message   message = {0};
    struct json_doc *doc     = NULL;
    struct err       err     = {0};

    (void)state;
    MUST_REFUSE(read_message("{}", "events[3]", &message, &doc, &err), ERR_INVALID, "field 'events[3].count' is missing");
    json_free(doc);
    MUST_REFUSE(read_message("[]", "events[3]", &message, &doc, &err), ERR_INVALID, "events[3] must be a JSON object");
    json_free(doc);
    MUST_REFUSE(read_message("7", "", &message, &doc, &err), ERR_INVALID, "the message must be a JSON object");
    json_free(doc);
    MUST_REFUSE(read_message("{\"x\":1}", "events[3]", &message, &doc, &err), ERR_INVALID,
                "field 'events[3].x' is not known here");
    json_free(doc);
}

static void single_values_are_checked_for_type_and_range(void **state)
{
    struct err       err    = {0};
    struct json_doc *doc    = json_parse(span_of("{\"i\": 5, \"r\": 1.5, \"t\": \"x\", \"big\": 9007199254740992, \"inf\": 1e999,"
                                                    " \"l\": [true, 2]}"),
                                         &err);
    int64_t          number = 77;
    double           real   = 77.0;
    const char      *text   = NULL;

    (void)state;
    if (doc == NULL) fail_msg("%s", err.message);
    assert_true(json_as_i64(json_member(json_root(doc), "i"), 5, 5, &number) && number == 5);
    assert_false(json_as_i64(json_member(json_root(doc), "i"), 6, 9, &number));
    assert_false(json_as_i64(json_member(json_root(doc), "i"), 0, 4, &number));
    assert_false(json_as_i64(json_member(json_root(doc), "r"), 0, 9, &number));
    assert_false(json_as_i64(json_member(json_root(doc), "t"), 0, 9, &number));
    assert_false(json_as_i64(json_member(json_root(doc), "big"), 0, INT64_MAX, &number));
    assert_false(json_as_i64(json_member(json_root(doc), "inf"), INT64_MIN, INT64_MAX, &number));
    assert_false(json_as_i64(NULL, 0, 9, &number));
    assert_true(json_as_f64(json_member(json_root(doc), "r"), &real) && real == 1.5);
    assert_false(json_as_f64(json_member(json_root(doc), "inf"), &real));
    assert_false(json_as_f64(json_member(json_root(doc), "t"), &real));
    assert_false(json_as_f64(NULL, &real));
    assert_true(json_as_text(json_member(json_root(doc), "t"), &text));
    assert_string_equal(text, "x");
    assert_false(json_as_text(json_member(json_root(doc), "i"), &text));
    assert_false(json_as_text(json_member(json_root(doc), "T"), &text));
    assert_int_equal(json_array_count(json_member(json_root(doc), "l")), 2);
    assert_int_equal(json_array_count(json_root(doc)), -1);
    assert_int_equal(json_array_count(NULL), -1);
    assert_true(json_is_object(json_root(doc)));
    assert_false(json_is_object(json_member(json_root(doc), "l")));
    assert_string_equal(json_name(json_next(json_first(json_root(doc)))), "r");
    assert_null(json_next(json_next(json_first(json_member(json_root(doc), "l")))));
    json_free(doc);
    json_free(NULL);
}

static void a_part_of_a_message_is_handed_on_with_the_same_numbers(void **state)
{
    struct err       err = {0};
    struct json_doc *doc =
        json_parse(span_of("{\"a\": {\"x\": 0.1, \"y\": [1e-300, -7, \"\\u0007\\\"\xC3\xA4\"], \"z\": null}}"), &err);
    struct text      text;
    struct json_doc *again;
    double           real = 0.0;
    const char      *word = NULL;

    (void)state;
    text_init(&text);
    json_copy(json_member(json_root(doc), "a"), &text);
    again = json_parse((struct span){text.data, text.length}, &err);
    if (again == NULL) fail_msg("%s", err.message);
    assert_true(json_as_f64(json_member(json_root(again), "x"), &real) && real == 0.1);
    assert_true(json_as_f64(json_first(json_member(json_root(again), "y")), &real) && real == 1e-300);
    assert_true(json_as_text(json_next(json_next(json_first(json_member(json_root(again), "y")))), &word));
    assert_string_equal(word, "\x07\"\xC3\xA4");
    json_free(again);
    json_free(doc);
    text_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_read_into_its_struct),
        cmocka_unit_test(a_wrong_member_is_refused_by_a_sentence_that_names_it),
        cmocka_unit_test(the_place_of_the_object_is_part_of_the_sentence),
        cmocka_unit_test(single_values_are_checked_for_type_and_range),
        cmocka_unit_test(a_part_of_a_message_is_handed_on_with_the_same_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
