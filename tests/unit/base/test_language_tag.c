/* Language tags: what is one, how it is spelled, what it falls back to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/language_tag.h"

static void tags_are_spelled_in_the_usual_way(void **state)
{
    static const struct {
        const char *text, *tag;
    } CASES[] = {
        {"en", "en"},
        {"DE", "de"},
        {"de-at", "de-AT"},
        {"zh-hant-tw", "zh-Hant-TW"},
        {"sl-ROZAJ", "sl-rozaj"},
        {"es-419", "es-419"},
        {"en-a-BBB-x-ab", "en-a-bbb-x-ab"},
        {"gsw", "gsw"},
    };
    char tag[LANGUAGE_TAG_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        if (!language_tag_read(CASES[i].text, tag)) fail_msg("'%s' is a tag", CASES[i].text);
        assert_string_equal(tag, CASES[i].tag);
    }
}

static void what_is_not_a_tag_is_refused(void **state)
{
    static const char *const TEXTS[] = {"",
                                        "e",
                                        "english",
                                        "de-",
                                        "-de",
                                        "de--AT",
                                        "de_AT",
                                        "d3",
                                        "de AT",
                                        "../secret",
                                        "de-abcdefghi",
                                        "d\xc3\xa9",
                                        "de-AT-aaaaaaaa-bbbbbbbb-cccccccc-dddd"};
    char                     tag[LANGUAGE_TAG_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        strcpy(tag, "xx");
        if (language_tag_read(TEXTS[i], tag)) fail_msg("'%s' became '%s'", TEXTS[i], tag);
        assert_string_equal(tag, "");
    }
    assert_false(language_tag_read(NULL, tag));
}

static void looking_up_goes_from_the_special_to_the_general(void **state)
{
    char tag[LANGUAGE_TAG_BYTES]     = "zh-Hant-TW";
    char singled[LANGUAGE_TAG_BYTES] = "de-x-private";

    (void)state;
    assert_true(language_tag_shorten(tag));
    assert_string_equal(tag, "zh-Hant");
    assert_true(language_tag_shorten(tag));
    assert_string_equal(tag, "zh");
    assert_false(language_tag_shorten(tag));
    assert_string_equal(tag, "zh");
    assert_true(language_tag_shorten(singled));
    assert_string_equal(singled, "de");
    assert_true(language_tag_same_language("de-AT", "de-CH") && language_tag_same_language("de", "de-CH"));
    assert_false(language_tag_same_language("de", "den") || language_tag_same_language("den", "de") ||
                 language_tag_same_language("de", "en"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_are_spelled_in_the_usual_way),
        cmocka_unit_test(what_is_not_a_tag_is_refused),
        cmocka_unit_test(looking_up_goes_from_the_special_to_the_general),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
