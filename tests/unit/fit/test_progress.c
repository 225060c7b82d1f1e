/* The bar's text, and where it is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../support/must.h"
#include "fit/progress.h"

struct hand_clock {
    struct clock clock; /* first: the functions get its address */
    int64_t      now_us;
};

static int64_t hand_us(const struct clock *clock)
{
    return ((const struct hand_clock *)(const void *)clock)->now_us;
}

static void the_text_counts_and_guesses(void **state)
{
    struct hand_clock clock = {.clock = {.monotonic_us = hand_us}, .now_us = 5000000};
    struct progress   progress;
    struct text       text;
    struct err        err;

    (void)state;
    text_init(&text);
    MUST(progress_init(&progress, stderr, false, &clock.clock, 4, &err));
    progress_begin(&progress, "clip bayes_ridge", 10);
    progress_text(&progress, clock.now_us, 80, &text);
    assert_string_equal(text.data, "[....................] 0/4 clip bayes_ridge 0/10");

    progress_end(&progress);
    progress_begin(&progress, "clip bayes_ridge", 10);
    progress.step_done = 10;
    text_reset(&text);
    progress_text(&progress, clock.now_us + 30 * 1000000, 80, &text);
    assert_string_equal(text.data, "[##########..........] 1/4 clip bayes_ridge 10/10, 0:30 left");

    text_reset(&text);
    progress_text(&progress, clock.now_us + INT64_C(4000) * 1000000, 80, &text);
    assert_string_equal(text.data, "[##########..........] 1/4 clip bayes_ridge 10/10, 1:06:40 left");
    progress_close(&progress);
    text_close(&text);
}

static void a_long_label_is_cut_to_the_terminal(void **state)
{
    struct hand_clock clock = {.clock = {.monotonic_us = hand_us}};
    struct progress   progress;
    struct text       text;
    struct err        err;

    (void)state;
    text_init(&text);
    MUST(progress_init(&progress, stderr, false, &clock.clock, 1, &err));
    progress_begin(&progress, "h\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\n", 3);
    for (int columns = 1; columns < 60; columns++) {
        text_reset(&text);
        progress_text(&progress, 0, columns, &text);
        assert_true(text_is_utf8(text.data, text.length));
        assert_null(strchr(text.data, '\n'));
        if (columns > 40) assert_true(text.length < (size_t)columns);
    }
    progress_close(&progress);
    text_close(&text);
}

/* Everything that a whole fit draws, into `out`. */
static void draw_one_fit(bool is_shown, char *out, size_t bytes)
{
    struct hand_clock clock = {.clock = {.monotonic_us = hand_us}, .now_us = 1};
    FILE             *file  = fmemopen(out, bytes, "w");
    struct progress   progress;
    struct err        err;

    assert_non_null(file);
    MUST(progress_init(&progress, file, is_shown, &clock.clock, 1, &err));
    progress_begin(&progress, "one", 1000);
    for (int i = 0; i < 1000; i++) {
        clock.now_us += 1000;
        progress_step(&progress);
    }
    progress_end(&progress);
    progress_close(&progress);
    assert_int_equal(fclose(file), 0);
}

static void it_is_drawn_now_and_then_on_a_terminal_and_never_elsewhere(void **state)
{
    char shown[8192] = "", hidden[8192] = "";
    int  count = 0;

    (void)state;
    draw_one_fit(true, shown, sizeof shown);
    for (const char *at = shown; (at = strchr(at, '[')) != NULL; at++) count += at[1] == '.' || at[1] == '#';
    assert_in_range(count, 10, 12); /* a second, every 100 ms */
    assert_string_equal(shown + strlen(shown) - strlen("\r\033[K"), "\r\033[K");
    draw_one_fit(false, hidden, sizeof hidden);
    assert_string_equal(hidden, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_counts_and_guesses),
        cmocka_unit_test(a_long_label_is_cut_to_the_terminal),
        cmocka_unit_test(it_is_drawn_now_and_then_on_a_terminal_and_never_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
