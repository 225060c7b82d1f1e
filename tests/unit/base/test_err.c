/* Errors: the sentence, its wrapping, and that nothing is written past its end. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void setting_an_error_gives_its_kind_and_sentence_and_false(void **state)
{
    struct err err;

    (void)state;
    assert_false(err_set(&err, ERR_GONE, "session %d is over", 7));
    assert_int_equal(err.kind, ERR_GONE);
    assert_string_equal(err.message, "session 7 is over");
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_GONE, "unheard"));
    assert_false(err_wrap(NULL, "unheard"));
    assert_false(err_errno(NULL, "unheard"));
    assert_false(err_no_memory(NULL));
}

static void wrapping_puts_the_context_in_front_and_keeps_the_kind(void **state)
{
    struct err err;

    (void)state;
    err_set(&err, ERR_INVALID, "line %d: no comma", 3);
    assert_false(err_wrap(&err, "stimuli '%s'", "demo.csv"));
    assert_string_equal(err.message, "stimuli 'demo.csv': line 3: no comma");
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(err_wrap(&err, "import"));
    assert_string_equal(err.message, "import: stimuli 'demo.csv': line 3: no comma");
}

/* One byte more than fits is cut, whichever part is too long; a guard behind the error stays as it was. */
static void a_sentence_that_is_too_long_is_cut_inside_its_room(void **state)
{
    struct {
        struct err err;
        char       guard[8];
    } box;
    char long_text[2 * ERR_MESSAGE_BYTES];

    (void)state;
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    memset(box.guard, 'g', sizeof box.guard);

    err_set(&box.err, ERR_INVALID, "%s", long_text);
    assert_int_equal(strlen(box.err.message), ERR_MESSAGE_BYTES - 1);
    err_wrap(&box.err, "short");
    assert_int_equal(strlen(box.err.message), ERR_MESSAGE_BYTES - 1);
    assert_memory_equal(box.err.message, "short: xxx", 10);
    err_set(&box.err, ERR_INVALID, "end");
    err_wrap(&box.err, "%s", long_text);
    assert_true(strlen(box.err.message) < ERR_MESSAGE_BYTES);
    assert_memory_equal(box.err.message + strlen(box.err.message) - 5, ": end", 5); /* the reason is what must be read */
    for (size_t i = 0; i < sizeof box.guard; i++) assert_int_equal(box.guard[i], 'g');
}

static void an_error_of_the_system_names_what_was_tried_and_why_it_failed(void **state)
{
    struct err err;

    (void)state;
    errno = ENOENT;
    assert_false(err_errno(&err, "open '%s'", "ratings.csv"));
    assert_int_equal(err.kind, ERR_STORAGE);
    assert_string_equal(err.message, "open 'ratings.csv': No such file or directory");
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < ERR_KIND_COUNT; i++) {
        const char *name = err_kind_name((enum err_kind)i);

        assert_non_null(name);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
        for (int j = 0; j < i; j++) assert_string_not_equal(name, err_kind_name((enum err_kind)j));
    }
    assert_string_equal(err_kind_name(ERR_NOT_FOUND), "not_found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_an_error_gives_its_kind_and_sentence_and_false),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(wrapping_puts_the_context_in_front_and_keeps_the_kind),
        cmocka_unit_test(a_sentence_that_is_too_long_is_cut_inside_its_room),
        cmocka_unit_test(an_error_of_the_system_names_what_was_tried_and_why_it_failed),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
