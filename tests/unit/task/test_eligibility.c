/* Questions of the consent page: what a study may ask, in which language it is asked, and whose answers are accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/must.h"
#include "task/eligibility.h"

#define VISION                                                                                                                   \
    "{\"id\": \"vision\", \"question\": {\"en\": \"Colours?\", \"de-AT\": \"Foarbn?\", \"de\": \"Farben?\"},"                    \
    " \"options\": {\"en\": [\"Yes\", \"No\", \"Some\"], \"de\": [\"Ja\", \"Nein\", \"Etwas\"], \"de-AT\": [\"Jo\", \"Na\","     \
    " \"Eh\"]}, \"accepted\": [0, 2]}"
#define SWEDISH                                                                                                                  \
    "{\"id\": \"home\", \"question\": {\"sv\": \"Var?\"}, \"options\": {\"sv\": [\"H\\u00e4r\", \"D\\u00e4r\"]}, \"accepted\": " \
    "[1]}"

static struct eligibility eligibility;

static bool read_list(const char *json, struct err *err)
{
    struct json_doc *doc = json_parse(span_of(json), err);
    bool             ok;

    eligibility_default(&eligibility);
    ok = doc != NULL && eligibility_read(json_root(doc), &eligibility, err);
    json_free(doc);
    return ok;
}

static bool read_answers(const char *json, int age, struct eligibility_answers *out, struct err *err)
{
    struct json_doc *doc = json_parse(span_of(json), err);
    bool             ok  = doc != NULL && eligibility_answers_read(&eligibility, json_root(doc), age, out, err);

    json_free(doc);
    return ok;
}

static bool is_accepted(const char *json, int age)
{
    struct eligibility_answers answers;
    struct err                 err = {0};

    MUST(read_answers(json, age, &answers, &err));
    return eligibility_accepts(&eligibility, &answers);
}

static void every_fault_of_a_question_has_its_sentence(void **state)
{
#define QUESTION(id, question, options, accepted)                                                                                \
    "[{\"id\": \"" id "\", \"question\": " question ", \"options\": " options ", \"accepted\": " accepted "}]"
#define YES_NO "{\"en\": [\"Yes\", \"No\"]}"
    static const struct {
        const char *json;
        const char *sentence;
    } CASES[] = {
        {"{}", "'eligibility' must be a list of at most 10 questions"},
        {"[1]", "eligibility[0]"},
        {QUESTION("", "{\"en\": \"?\"}", YES_NO, "[0]"), "id"},
        {QUESTION("Vision", "{\"en\": \"?\"}", YES_NO, "[0]"), "'eligibility[0].id' must be a name of its own"},
        {QUESTION("age", "{\"en\": \"?\"}", YES_NO, "[0]"), "not 'age'"},
        {"[" VISION "," VISION "]", "'eligibility[1].id' must be a name of its own"},
        {QUESTION("a", "{}", YES_NO, "[0]"), "'eligibility[0].question' must be an object of texts by language"},
        {QUESTION("a", "[\"?\"]", YES_NO, "[0]"), "'eligibility[0].question' must be an object of texts by language"},
        {QUESTION("a", "{\"en\": \"\"}", YES_NO, "[0]"), "'eligibility[0].question.en' must be a text of at most 1000 bytes"},
        {QUESTION("a", "{\"en\": 1}", YES_NO, "[0]"), "'eligibility[0].question.en' must be a text"},
        {QUESTION("a", "{\"english\": \"?\"}", "{\"english\": [\"Yes\", \"No\"]}", "[0]"), "a language tag such as en or de-AT"},
        {QUESTION("a", "{\"DE\": \"?\"}", "{\"DE\": [\"Ja\", \"Nein\"]}", "[0]"), "'eligibility[0].question.DE': a language tag"},
        {QUESTION("a", "{\"en\": \"?\"}", "{}", "[0]"), "'eligibility[0].options' must be an object of lists by language"},
        {QUESTION("a", "{\"en\": \"?\"}", "{\"en\": [\"Yes\"]}", "[0]"),
         "'eligibility[0].options.en' must be a list of 2 to 8 texts"},
        {QUESTION("a", "{\"en\": \"?\"}", "{\"en\": [1,2,3,4,5,6,7,8,9]}", "[0]"), "must be a list of 2 to 8 texts"},
        {QUESTION("a", "{\"en\": \"?\"}", "{\"en\": [\"Yes\", \"\"]}", "[0]"), "must hold texts of at most 300 bytes"},
        {QUESTION("a", "{\"en\": \"?\"}", "{\"de\": [\"Ja\", \"Nein\"]}", "[0]"), "lacks the language 'de' of its options"},
        {QUESTION("a", "{\"en\": \"?\", \"de\": \"?\"}", YES_NO, "[0]"), "lacks the language 'de' of its question"},
        {QUESTION("a", "{\"en\": \"?\", \"de\": \"?\"}", "{\"en\": [\"Y\", \"N\"], \"de\": [\"J\", \"N\", \"W\"]}", "[0]"),
         "must have as many options in every language"},
        {QUESTION("a", "{\"en\": \"?\"}", YES_NO, "[]"), "'eligibility[0].accepted' must be a list of at least one option index"},
        {QUESTION("a", "{\"en\": \"?\"}", YES_NO, "[2]"), "'eligibility[0].accepted' must hold option indices from 0 to 1"},
        {QUESTION("a", "{\"en\": \"?\"}", YES_NO, "[-1]"), "'eligibility[0].accepted' must hold option indices from 0 to 1"},
        {QUESTION("a", "{\"en\": \"?\"}", YES_NO, "{\"x\": 0}"), "'eligibility[0].accepted' must be a list"},
        {"[{\"id\": \"a\", \"question\": {\"en\": \"?\"}, \"options\": " YES_NO "}]", "accepted"},
    };
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        MUST_REFUSE(read_list(CASES[i].json, &err), ERR_INVALID, CASES[i].sentence);
}

static void too_many_questions_or_too_long_ones_are_refused(void **state)
{
    struct text text;
    struct err  err = {0};

    (void)state;
    for (int count = 10; count <= 11; count++) {
        text_init(&text);
        for (int i = 0; i < count; i++)
            text_printf(&text, "%s{\"id\": \"q%d\", \"question\": {\"en\": \"?\"}, \"options\": " YES_NO ", \"accepted\": [0]}",
                        i == 0 ? "[" : ",", i);
        text_add(&text, "]");
        if (count == 10) {
            MUST(read_list(text.data, &err));
            assert_int_equal(eligibility.question_count, 10);
        } else {
            MUST_REFUSE(read_list(text.data, &err), ERR_INVALID, "at most 10 questions");
        }
        text_close(&text);
    }
    text_init(&text);
    for (int i = 0; i < 9; i++)
        text_printf(&text, "%s{\"id\": \"q%d\", \"question\": {\"en\": \"%0999d\"}, \"options\": " YES_NO ", \"accepted\": [0]}",
                    i == 0 ? "[" : ",", i, 7);
    text_add(&text, "]");
    MUST_REFUSE(read_list(text.data, &err), ERR_INVALID, "'eligibility' is longer than 8191 bytes");
    text_close(&text);
}

static void must_ask(const char *language, const char *expected)
{
    struct json_writer writer;
    struct text        text;
    struct err         err = {0};

    text_init(&text);
    json_writer_init(&writer, &text);
    json_begin_object(&writer, NULL);
    MUST(eligibility_write(&eligibility, language, "q", &writer, &err));
    json_end_object(&writer);
    assert_string_equal(text.data, expected);
    text_close(&text);
}

static void a_question_is_asked_in_the_nearest_language_and_never_says_what_is_accepted(void **state)
{
#define ASKED(vision) "{\"q\":[" vision ",{\"id\":\"home\",\"question\":\"Var?\",\"options\":[\"H\xC3\xA4r\",\"D\xC3\xA4r\"]}]}"
    static const char ENGLISH[] = ASKED("{\"id\":\"vision\",\"question\":\"Colours?\",\"options\":[\"Yes\",\"No\",\"Some\"]}");
    static const char GERMAN[]  = ASKED("{\"id\":\"vision\",\"question\":\"Farben?\",\"options\":[\"Ja\",\"Nein\",\"Etwas\"]}");
    struct err        err       = {0};

    (void)state;
    MUST(read_list("[" VISION "," SWEDISH "]", &err));
    must_ask("en", ENGLISH);
    must_ask("de", GERMAN);
    must_ask("DE", GERMAN);
    must_ask("de-CH", GERMAN);
    must_ask("de-at", ASKED("{\"id\":\"vision\",\"question\":\"Foarbn?\",\"options\":[\"Jo\",\"Na\",\"Eh\"]}"));
    must_ask("fr", ENGLISH);
    must_ask("", ENGLISH);
    must_ask("../../x", ENGLISH);
    eligibility_default(&eligibility);
    must_ask("de", "{\"q\":[]}");
}

static void every_question_is_answered_by_one_of_its_options_and_nothing_else_is(void **state)
{
    struct eligibility_answers answers;
    struct err                 err = {0};

    (void)state;
    MUST(read_list("[" VISION "," SWEDISH "]", &err));
    MUST(read_answers("{\"home\": 1, \"vision\": 2}", 34, &answers, &err));
    assert_true(answers.age == 34 && answers.options[0] == 2 && answers.options[1] == 1 && answers.options[2] == -1);
    MUST_REFUSE(read_answers("{\"home\": 1}", 34, &answers, &err), ERR_INVALID, "'eligibility.vision' is missing");
    MUST_REFUSE(read_answers("{\"home\": 2, \"vision\": 0}", 34, &answers, &err), ERR_INVALID,
                "'eligibility.home' must be an option");
    MUST_REFUSE(read_answers("{\"home\": -1, \"vision\": 0}", 34, &answers, &err), ERR_INVALID, "'eligibility.home'");
    MUST_REFUSE(read_answers("{\"home\": \"1\", \"vision\": 0}", 34, &answers, &err), ERR_INVALID, "'eligibility.home'");
    MUST_REFUSE(read_answers("{\"home\": 1, \"vision\": 0, \"age\": 3}", 34, &answers, &err), ERR_INVALID, "'eligibility.age'");
    MUST_REFUSE(read_answers("[1, 0]", 34, &answers, &err), ERR_INVALID, "'eligibility' must be an object");
    MUST_REFUSE(eligibility_answers_read(&eligibility, NULL, 34, &answers, &err), ERR_INVALID, "is missing");
    eligibility_default(&eligibility);
    MUST(eligibility_answers_read(&eligibility, NULL, 34, &answers, &err));
}

static void age_and_every_answer_must_be_accepted(void **state)
{
    struct err err = {0};

    (void)state;
    MUST(read_list("[" VISION "," SWEDISH "]", &err));
    assert_true(is_accepted("{\"vision\": 0, \"home\": 1}", 18));
    assert_true(is_accepted("{\"vision\": 2, \"home\": 1}", 90));
    assert_false(is_accepted("{\"vision\": 1, \"home\": 1}", 34));
    assert_false(is_accepted("{\"vision\": 0, \"home\": 0}", 34));
    assert_false(is_accepted("{\"vision\": 0, \"home\": 1}", 17));
    assert_false(is_accepted("{\"vision\": 0, \"home\": 1}", 91));
}

static void answers_are_kept_by_the_questions_ids(void **state)
{
    struct eligibility_answers answers;
    struct text                text;
    struct err                 err = {0};

    (void)state;
    MUST(read_list("[" VISION "," SWEDISH "]", &err));
    MUST(read_answers("{\"home\": 0, \"vision\": 2}", 34, &answers, &err));
    text_init(&text);
    eligibility_answers_write(&eligibility, &answers, &text);
    assert_string_equal(text.data, "{\"age\":34,\"vision\":2,\"home\":0}");
    text_close(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_of_a_question_has_its_sentence),
        cmocka_unit_test(too_many_questions_or_too_long_ones_are_refused),
        cmocka_unit_test(a_question_is_asked_in_the_nearest_language_and_never_says_what_is_accepted),
        cmocka_unit_test(every_question_is_answered_by_one_of_its_options_and_nothing_else_is),
        cmocka_unit_test(age_and_every_answer_must_be_accepted),
        cmocka_unit_test(answers_are_kept_by_the_questions_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
