/* A body that goes to a file: at its place, no further than it may, and not at all once refused. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../support/must.h"
#include "../support/scratch.h"
#include "http/body_file.h"

static void assert_file(const char *path, const char *expected)
{
    struct text text;

    scratch_read(path, &text);
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.data, expected, text.length);
    text_close(&text);
}

static void pieces_follow_each_other_from_the_offset_up_to_the_limit(void **state)
{
    struct scratch   scratch;
    struct body_file body;
    char             path[PATH_BYTES];

    (void)state;
    scratch_make(&scratch);
    scratch_write_text(&scratch, "m", "abc");
    scratch_file(&scratch, "m", path);
    body_file_init(&body);
    body_file_begin(&body, open(path, O_WRONLY | O_CLOEXEC), 3, 5);
    assert_true(body.is_wanted && !body.is_refused);
    body_file_add(&body, "de", 2);
    body_file_add(&body, "fgh", 3);
    assert_true(!body.is_refused && body.offset == 8 && body.left == 0);
    assert_file(path, "abcdefgh");
    body_file_add(&body, "i", 1);
    assert_true(body.is_refused);
    assert_int_equal(body.err.kind, ERR_TOO_LARGE);
    assert_file(path, "abcdefgh");
    body_file_close(&body);
    body_file_close(&body);
    scratch_remove(&scratch);
}

static void a_refused_body_is_thrown_away_and_the_first_reason_stays(void **state)
{
    struct body_file body;
    struct err       err = {0};

    (void)state;
    body_file_init(&body);
    err_set(&err, ERR_CONFLICT, "not here");
    body_file_refuse(&body, &err);
    body_file_add(&body, "abc", 3);
    assert_true(body.is_wanted && body.is_refused && body.offset == 0);
    assert_int_equal(body.err.kind, ERR_CONFLICT);
    body_file_close(&body);
}

static void what_cannot_be_written_is_refused(void **state)
{
    struct body_file body;

    (void)state;
    body_file_init(&body);
    body_file_begin(&body, open("/dev/null", O_RDONLY | O_CLOEXEC), 0, 10);
    body_file_add(&body, "abc", 3);
    assert_true(body.is_refused && body.offset == 0);
    body_file_close(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other_from_the_offset_up_to_the_limit),
        cmocka_unit_test(a_refused_body_is_thrown_away_and_the_first_reason_stays),
        cmocka_unit_test(what_cannot_be_written_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
