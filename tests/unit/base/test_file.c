/* Whole files into memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"

static void a_file_is_read_whole_and_after_what_is_there(void **state)
{
    struct scratch scratch;
    struct text    text;
    struct err     err = {0};
    char           path[PATH_BYTES];
    static char    bytes[200 * 1000];

    (void)state;
    scratch_make(&scratch);
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i % 251);
    scratch_write(&scratch, "large", bytes, sizeof bytes);
    scratch_file(&scratch, "large", path);
    text_init(&text);
    text_add(&text, "first ");
    MUST(file_read(path, sizeof bytes, &text, &err)); /* exactly as large as it may be */
    assert_int_equal(text.length, 6 + sizeof bytes);
    assert_memory_equal(text.data + 6, bytes, sizeof bytes);
    text_close(&text);
    scratch_remove(&scratch);
}

static void what_cannot_be_read_is_named_with_the_reason(void **state)
{
    struct scratch scratch;
    struct text    text;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_write_text(&scratch, "eleven", "12345678901");
    scratch_file(&scratch, "eleven", path);
    text_init(&text);
    MUST_REFUSE(file_read(path, 10, &text, &err), ERR_TOO_LARGE, "/eleven is larger than 10 bytes");
    scratch_file(&scratch, "nowhere", path);
    MUST_REFUSE(file_read(path, 10, &text, &err), ERR_NOT_FOUND, "there is no file ");
    assert_non_null(strstr(err.message, path));
    MUST_REFUSE(file_read(scratch.path, 10, &text, &err), ERR_INVALID, "is a folder, not a file");
    text_close(&text);
    scratch_remove(&scratch);
}

static void an_empty_file_is_no_error(void **state)
{
    struct scratch scratch;
    struct text    text;
    struct err     err = {0};
    char           path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_write_text(&scratch, "empty", "");
    scratch_file(&scratch, "empty", path);
    text_init(&text);
    MUST(file_read(path, 0, &text, &err));
    assert_int_equal(text.length, 0);
    text_close(&text);
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole_and_after_what_is_there),
        cmocka_unit_test(what_cannot_be_read_is_named_with_the_reason),
        cmocka_unit_test(an_empty_file_is_no_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
