/* The log: one line per call, whatever it is asked to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

enum { SAID_BYTES = 8192 };

/* What `say` writes to standard error. */
static void listen_to(void (*say)(void), char said[SAID_BYTES])
{
    int     ends[2], saved = dup(STDERR_FILENO);
    ssize_t length;

    assert_true(saved >= 0 && pipe(ends) == 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    say();
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    (void)close(ends[1]);
    length = read(ends[0], said, SAID_BYTES - 1);
    (void)close(ends[0]);
    assert_true(length >= 0);
    said[length] = '\0';
}

static void say_all_levels(void)
{
    log_info("study '%s'", "demo");
    log_warning("%d left", 3);
    log_error("lost");
}

static void a_line_has_time_level_and_sentence(void **state)
{
    char  said[SAID_BYTES];
    char *line = said;

    (void)state;
    listen_to(say_all_levels, said);
    for (int i = 0; i < 3; i++) {
        static const char *const ENDS[] = {" info study 'demo'", " warning 3 left", " error lost"};
        char                    *end    = strchr(line, '\n');
        int                      year, length = 0;

        assert_non_null(end);
        *end = '\0';
        assert_int_equal(sscanf(line, "%4d-%*2d-%*2dT%*2d:%*2d:%*2d.%*3dZ%n", &year, &length), 1);
        assert_int_equal(length, 24);
        assert_string_equal(line + 24, ENDS[i]);
        line = end + 1;
    }
    assert_string_equal(line, "");
}

static void say_what_a_client_sent(void)
{
    log_error("GET %s: nothing", "/s/x\n2026-01-01T00:00:00.000Z info all is well\r\x1B[2J");
}

/* A path may hold a decoded line end: it must not look like a line of ours, nor reach a terminal as a command. */
static void a_client_cannot_write_lines_of_its_own(void **state)
{
    char said[SAID_BYTES];

    (void)state;
    listen_to(say_what_a_client_sent, said);
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    assert_null(strchr(said, '\r'));
    assert_null(strchr(said, '\x1B'));
    assert_non_null(strstr(said, "/s/x?2026-01-01T00:00:00.000Z info all is well??[2J: nothing"));
}

static void say_too_much(void)
{
    char text[4000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_info("%s", text);
}

static void a_sentence_that_is_too_long_is_cut_and_ends_its_line(void **state)
{
    char said[SAID_BYTES];

    (void)state;
    listen_to(say_too_much, said);
    assert_true(strlen(said) > 900 && strlen(said) <= 1024);
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_and_sentence),
        cmocka_unit_test(a_client_cannot_write_lines_of_its_own),
        cmocka_unit_test(a_sentence_that_is_too_long_is_cut_and_ends_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
