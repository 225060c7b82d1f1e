/* Words of keywords, the emoji's spelling in UTF-8, and tf-idf against its formula. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "demo/demo_words.h"

static void keywords_are_cut_into_lower_case_words(void **state)
{
    struct demo_words words = {0};
    struct err        err;

    (void)state;
    assert_true(demo_words_add(&words, "Cat_face", 7, &err));
    assert_true(demo_words_add(&words, ":D", 7, &err)); /* one letter is no word */
    assert_true(demo_words_add(&words, "jalape\xC3\xB1o t-rex", 7, &err));
    assert_true(demo_words_add(&words, "", 7, &err));
    assert_true(demo_words_add(&words, "abcdefghijklmnopqrstuvwxyz0123456789", 7, &err));
    assert_int_equal(words.count, 5);
    assert_string_equal(words.items[0].text, "cat");
    assert_string_equal(words.items[1].text, "face");
    assert_string_equal(words.items[2].text, "jalape\xC3\xB1o");
    assert_string_equal(words.items[3].text, "rex");
    assert_string_equal(words.items[4].text, "abcdefghijklmnopqrstuvwxyz01234");
    assert_int_equal(words.items[4].stimulus_index, 7);
    demo_words_close(&words);
}

static void a_codepoint_becomes_utf8_with_or_without_its_variation_selector(void **state)
{
    char emoji[DEMO_EMOJI_BYTES];

    (void)state;
    assert_true(demo_emoji_of_codepoint("1f408", false, emoji));
    assert_string_equal(emoji, "\xF0\x9F\x90\x88");
    assert_true(demo_emoji_of_codepoint("1f336-fe0f", false, emoji));
    assert_string_equal(emoji, "\xF0\x9F\x8C\xB6\xEF\xB8\x8F");
    assert_true(demo_emoji_of_codepoint("1f336-fe0f", true, emoji));
    assert_string_equal(emoji, "\xF0\x9F\x8C\xB6");
    assert_true(demo_emoji_of_codepoint("0041-00e9-2693", false, emoji));
    assert_string_equal(emoji, "A\xC3\xA9\xE2\x9A\x93");
    assert_false(demo_emoji_of_codepoint("", false, emoji));
    assert_false(demo_emoji_of_codepoint("fe0f", true, emoji));
    assert_false(demo_emoji_of_codepoint("d800", false, emoji));
    assert_false(demo_emoji_of_codepoint("110000", false, emoji));
    assert_false(demo_emoji_of_codepoint("0000", false, emoji));
    assert_false(demo_emoji_of_codepoint("1f408 ", false, emoji));
}

static void tf_idf_follows_its_formula(void **state)
{
    struct demo_words words  = {0};
    struct matrix     matrix = {0};
    struct err        err;
    double            pet   = log(5.0 / 3.0) + 1; /* 4 stimuli, 2 have it */
    double            zebra = log(5.0 / 4.0) + 1; /* 3 have it */

    (void)state;
    assert_true(demo_words_add(&words, "zebra pet pet only", 0, &err));
    assert_true(demo_words_add(&words, "zebra", 1, &err));
    assert_true(demo_words_add(&words, "alone", 2, &err));
    assert_true(demo_words_add(&words, "pet zebra", 3, &err));
    assert_true(demo_words_tf_idf(&words, 4, &matrix, &err));
    assert_int_equal(matrix.row_count, 4);
    assert_int_equal(matrix.column_count, 2); /* pet, zebra; words of one stimulus are left out */
    assert_true(fabs(matrix.values[0] - 2 * pet / hypot(2 * pet, zebra)) <= 1e-15);
    assert_true(fabs(matrix.values[1] - zebra / hypot(2 * pet, zebra)) <= 1e-15);
    assert_true(fabs(matrix.values[2]) <= 0);
    assert_true(fabs(matrix.values[3] - 1) <= 1e-15);
    assert_true(fabs(matrix.values[4]) <= 0);
    assert_true(fabs(matrix.values[5]) <= 0);
    assert_true(fabs(matrix.values[6] - pet / hypot(pet, zebra)) <= 1e-15);
    matrix_close(&matrix);
    demo_words_close(&words);
}

static void stimuli_without_a_word_in_common_are_refused(void **state)
{
    struct demo_words words  = {0};
    struct matrix     matrix = {0};
    struct err        err;

    (void)state;
    assert_false(demo_words_tf_idf(&words, 3, &matrix, &err));
    assert_true(demo_words_add(&words, "cat", 0, &err));
    assert_true(demo_words_add(&words, "dog", 1, &err));
    assert_false(demo_words_tf_idf(&words, 2, &matrix, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_null(matrix.values);
    demo_words_close(&words);
}

static bool look_up(const char *dictionary, struct demo_words *words, struct err *err)
{
    static struct demo_stimulus const STIMULI[] = {{"cat", "cat", "1f408", {0}}, {"pepper", "pepper", "1f336-fe0f", {0}}};
    struct demo_stimulus              stimuli[2];
    struct demo_ratings               ratings = {stimuli, 2};
    struct json_doc                  *doc     = json_parse(span_of(dictionary), err);
    bool                              ok;

    assert_non_null(doc);
    memcpy(stimuli, STIMULI, sizeof stimuli);
    ok = demo_words_look_up(words, "words.json", json_root(doc), &ratings, err);
    json_free(doc);
    return ok;
}

static void keywords_are_found_under_either_spelling_of_the_emoji(void **state)
{
    struct demo_words words = {0};
    struct err        err;

    (void)state;
    assert_true(look_up("{\"\xF0\x9F\x90\x88\": [\"cat\", \"pet\"], \"\xF0\x9F\x8C\xB6\": [\"hot\"]}", &words, &err));
    assert_int_equal(words.count, 3);
    assert_true(look_up("{\"\xF0\x9F\x90\x88\": [\"cat\"], \"\xF0\x9F\x8C\xB6\xEF\xB8\x8F\": [\"hot\"]}", &words, &err));
    assert_int_equal(words.count, 5);
    assert_string_equal(words.items[4].text, "hot");
    assert_int_equal(words.items[4].stimulus_index, 1);
    demo_words_close(&words);
}

static void a_dictionary_that_lacks_a_stimulus_is_refused_by_name(void **state)
{
    struct demo_words words = {0};
    struct err        err;

    (void)state;
    assert_false(look_up("[]", &words, &err));
    assert_false(look_up("{\"\xF0\x9F\x90\x88\": [\"cat\"]}", &words, &err));
    assert_string_equal(err.message, "words.json: has no keywords for 'pepper' (1f336-fe0f)");
    assert_false(look_up("{\"\xF0\x9F\x90\x88\": []}", &words, &err));
    assert_string_equal(err.message, "words.json: has no keywords for 'cat' (1f408)");
    assert_false(look_up("{\"\xF0\x9F\x90\x88\": [\"cat\", 5]}", &words, &err));
    assert_string_equal(err.message, "words.json: a keyword of 'cat' is not a text");
    demo_words_close(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keywords_are_cut_into_lower_case_words),
        cmocka_unit_test(a_codepoint_becomes_utf8_with_or_without_its_variation_selector),
        cmocka_unit_test(tf_idf_follows_its_formula),
        cmocka_unit_test(stimuli_without_a_word_in_common_are_refused),
        cmocka_unit_test(keywords_are_found_under_either_spelling_of_the_emoji),
        cmocka_unit_test(a_dictionary_that_lacks_a_stimulus_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
