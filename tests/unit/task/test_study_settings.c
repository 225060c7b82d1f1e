/* Settings of a study: the papers' defaults, every range, and writing them out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../support/must.h"
#include "task/study_settings.h"

static void defaults_are_those_of_the_papers(void **state)
{
    struct study_settings category, reward;

    (void)state;
    study_settings_default(TASK_CATEGORY, &category);
    assert_true(category.trial_count == 120 && category.practice_count == 0);
    assert_true(category.feedback_ms == 2000 && category.blank_ms == 0 && category.image_height_px == 400);
    assert_true(category.pay.base_minor == 200 && category.pay.per_correct_minor == 4 && category.pay.max_bonus_minor == 0);
    assert_true(category.sessions_per_condition == 1 && category.is_fullscreen_required);
    assert_string_equal(category.pay.currency, "GBP");
    assert_int_equal(category.learner_count, 1);
    assert_memory_equal(category.learners[0].text, "logistic_ridge", 14);
    assert_true(strlen(category.consent_text) > 100);
    study_settings_default(TASK_REWARD, &reward);
    assert_true(reward.trial_count == 60 && reward.practice_count == 3 && reward.feedback_ms == 1500 && reward.blank_ms == 1000);
    assert_true(reward.pay.base_minor == 200 && reward.pay.per_correct_minor == 0 && reward.pay.max_bonus_minor == 400);
    assert_memory_equal(reward.learners[0].text, "bayes_ridge", 11);
}

static void nothing_said_means_the_defaults(void **state)
{
    struct err err = {0};

    (void)state;
    for (int task = 0; task < TASK_KIND_COUNT; task++) {
        struct study_settings *expected = test_calloc(3, sizeof *expected);

        study_settings_default((enum task_kind)task, &expected[0]);
        MUST(study_settings_read((enum task_kind)task, span_of(""), &expected[1], &err));
        assert_memory_equal(&expected[0], &expected[1], sizeof expected[0]);
        MUST(study_settings_read((enum task_kind)task, span_of("{\"trial_count\": null}"), &expected[2], &err));
        assert_memory_equal(&expected[0], &expected[2], sizeof expected[0]);
        test_free(expected);
    }
}

static const struct {
    enum task_kind task;
    const char    *json;
    const char    *sentence;
} REFUSED[] = {
    {TASK_CATEGORY, "{", "not well-formed JSON"},
    {TASK_CATEGORY, "[]", "the message must be a JSON object"},
    {TASK_CATEGORY, "{\"colour\": 1}", "field 'colour' is not known here"},
    {TASK_CATEGORY, "{\"trial_count\": 0}", "field 'trial_count' must be an integer from 1 to 1000"},
    {TASK_CATEGORY, "{\"trial_count\": 1001}", "field 'trial_count' must be an integer from 1 to 1000"},
    {TASK_CATEGORY, "{\"trial_count\": 1, \"trial_count\": 2}", "field 'trial_count' is there twice"},
    {TASK_REWARD, "{\"practice_count\": 21}", "field 'practice_count' must be an integer from 0 to 20"},
    {TASK_REWARD, "{\"practice_count\": -1}", "field 'practice_count' must be an integer from 0 to 20"},
    {TASK_CATEGORY, "{\"practice_count\": 1}", "field 'practice_count' must be 0: category learning has no practice trials"},
    {TASK_CATEGORY, "{\"feedback_ms\": 60001}", "field 'feedback_ms' must be an integer from 0 to 60000"},
    {TASK_CATEGORY, "{\"blank_ms\": 0.5}", "field 'blank_ms' must be an integer from 0 to 60000"},
    {TASK_CATEGORY, "{\"image_height_px\": 49}", "field 'image_height_px' must be an integer from 50 to 2000"},
    {TASK_CATEGORY, "{\"is_fullscreen_required\": 1}", "field 'is_fullscreen_required' must be true or false"},
    {TASK_CATEGORY, "{\"currency\": \"gbp\"}", "field 'currency' must be three capital letters, such as GBP"},
    {TASK_CATEGORY, "{\"currency\": \"G1P\"}", "field 'currency' must be three capital letters, such as GBP"},
    {TASK_CATEGORY, "{\"currency\": \"GB\"}", "field 'currency' must be a text with a length in bytes of 3 to 3"},
    {TASK_CATEGORY, "{\"currency\": \"JPY\"}", "field 'currency': JPY is not divided into hundredths"},
    {TASK_CATEGORY, "{\"base_minor\": 1000001}", "field 'base_minor' must be an integer from 0 to 1000000"},
    {TASK_CATEGORY, "{\"base_minor\": -1}", "field 'base_minor' must be an integer from 0 to 1000000"},
    {TASK_CATEGORY, "{\"per_correct_minor\": 4.5}", "field 'per_correct_minor' must be an integer from 0 to 1000000"},
    {TASK_REWARD, "{\"max_bonus_minor\": \"400\"}", "field 'max_bonus_minor' must be an integer from 0 to 1000000"},
    {TASK_CATEGORY, "{\"sessions_per_condition\": 0}", "field 'sessions_per_condition' must be an integer from 1 to 100000"},
    {TASK_CATEGORY, "{\"absence_minutes\": 0}", "field 'absence_minutes' must be an integer from 1 to 43200"},
    {TASK_CATEGORY, "{\"completion_url\": \"javascript:alert(1)\"}",
     "field 'completion_url' must start with https:// or http://"},
    {TASK_CATEGORY, "{\"completion_url\": \"HTTPS://x\"}", "field 'completion_url' must start with https:// or http://"},
    {TASK_CATEGORY, "{\"consent_text\": \"\"}", "field 'consent_text' must be a text with a length in bytes of 1 to 8191"},
    {TASK_CATEGORY, "{\"learners\": []}", "field 'learners' must be a list of 1 to 8 learners"},
    {TASK_CATEGORY, "{\"learners\": {}}", "field 'learners' must be a list of 1 to 8 learners"},
    {TASK_CATEGORY,
     "{\"learners\": [\"chance\",\"chance\",\"chance\",\"chance\",\"chance\",\"chance\",\"chance\",\"chance\",\"chance\"]}",
     "field 'learners' must be a list of 1 to 8 learners"},
    {TASK_CATEGORY, "{\"learners\": [7]}", "field 'learners[0]' must be a text"},
    {TASK_CATEGORY, "{\"learners\": [\"chance\", \"oracle\"]}", "field 'learners[1]': "},
    {TASK_CATEGORY, "{\"learners\": [\"bayes_ridge\"]}", "field 'learners[0]': "},
    {TASK_REWARD, "{\"learners\": [\"logistic_ridge\"]}", "field 'learners[0]': "},
    {TASK_CATEGORY, "{\"learners\": [\"chance\", \"chance\"]}", "field 'learners[1]' names chance"},
    {TASK_CATEGORY, "{\"learners\": [\"logistic_ridge\", \"logistic_ridge:standardize=online\"]}",
     "field 'learners[1]' names logistic_ridge"},
};

static void what_is_out_of_range_is_refused_by_name(void **state)
{
    struct study_settings *settings = test_calloc(1, sizeof *settings);
    struct err             err      = {0};

    (void)state;
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++)
        MUST_REFUSE(study_settings_read(REFUSED[i].task, span_of(REFUSED[i].json), settings, &err), ERR_INVALID,
                    REFUSED[i].sentence);
    test_free(settings);
}

static void the_longest_texts_fit_and_one_byte_more_does_not(void **state)
{
    static const struct {
        const char *name;
        const char *start;
        size_t      bytes_max;
    } TEXTS[]                       = {{"completion_url", "https://", URL_BYTES - 1},
                                       {"completion_code", "", CODE_BYTES - 1},
                                       {"consent_text", "", TEXT_SETTING_BYTES - 1}};
    struct study_settings *settings = test_calloc(1, sizeof *settings);
    struct text            json;
    struct err             err = {0};

    (void)state;
    text_init(&json);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        for (size_t more = 0; more < 2; more++) {
            text_reset(&json);
            text_printf(&json, "{\"%s\": \"%s", TEXTS[i].name, TEXTS[i].start);
            for (size_t b = strlen(TEXTS[i].start); b < TEXTS[i].bytes_max + more; b++) text_add(&json, "x");
            text_add(&json, "\"}");
            if (more == 0)
                MUST(study_settings_read(TASK_CATEGORY, (struct span){json.data, json.length}, settings, &err));
            else
                MUST_REFUSE(study_settings_read(TASK_CATEGORY, (struct span){json.data, json.length}, settings, &err),
                            ERR_INVALID, TEXTS[i].name);
        }
    text_close(&json);
    test_free(settings);
}

static void settings_written_out_read_back_the_same(void **state)
{
    static const struct {
        enum task_kind task;
        const char    *json;
    } CASES[] = {
        {TASK_CATEGORY, ""},
        {TASK_REWARD, ""},
        {TASK_CATEGORY,
         "{\"trial_count\": 10, \"feedback_ms\": 0, \"blank_ms\": 5, \"image_height_px\": 300, \"is_fullscreen_required\": false,"
         " \"currency\": \"EUR\", \"base_minor\": 150, \"per_correct_minor\": 5, \"max_bonus_minor\": 1, "
         "\"sessions_per_condition\": 20,"
         " \"absence_minutes\": 7, \"completion_url\": \"https://example.org/?a=1&b=\\u00e4\", \"completion_code\": \"C\\\"1\","
         " \"consent_text\": \"One.\\n\\nTwo.\", \"learners\": [\"chance\", "
         "\"logistic_ridge:selection=0.05:standardize=none\"]}"},
        {TASK_REWARD, "{\"practice_count\": 0, \"completion_url\": \"\", \"learners\": [\"bayes_ridge:standardize=all\"]}"},
    };
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct study_settings *settings = test_calloc(2, sizeof *settings);
        struct text            first, second;

        text_init(&first);
        text_init(&second);
        MUST(study_settings_read(CASES[i].task, span_of(CASES[i].json), &settings[0], &err));
        study_settings_write(&settings[0], &first);
        MUST(study_settings_read(CASES[i].task, (struct span){first.data, first.length}, &settings[1], &err));
        study_settings_write(&settings[1], &second);
        assert_string_equal(first.data, second.data);
        assert_true(settings[0].trial_count == settings[1].trial_count && settings[0].learner_count == settings[1].learner_count);
        assert_string_equal(settings[0].consent_text, settings[1].consent_text);
        assert_string_equal(settings[0].completion_url, settings[1].completion_url);
        assert_true(settings[0].pay.max_bonus_minor == settings[1].pay.max_bonus_minor);
        for (int l = 0; l < settings[0].learner_count; l++)
            assert_string_equal(settings[0].learners[l].text, settings[1].learners[l].text);
        text_close(&first);
        text_close(&second);
        test_free(settings);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_papers),
        cmocka_unit_test(nothing_said_means_the_defaults),
        cmocka_unit_test(what_is_out_of_range_is_refused_by_name),
        cmocka_unit_test(the_longest_texts_fit_and_one_byte_more_does_not),
        cmocka_unit_test(settings_written_out_read_back_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
