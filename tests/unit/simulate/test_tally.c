#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulate/tally.h"
#include "json/json_read.h"

static void percentile_is_the_nearest_rank(void **state)
{
    uint32_t times[1000];

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) times[i] = i + 1;
    assert_int_equal(tally_percentile(times, 1000, 0.5), 500);
    assert_int_equal(tally_percentile(times, 1000, 0.99), 990);
    assert_int_equal(tally_percentile(times, 1000, 0.999), 999);
    assert_int_equal(tally_percentile(times, 1000, 1.0), 1000);
    assert_int_equal(tally_percentile(times, 3, 0.5), 2);
    assert_int_equal(tally_percentile(times, 2, 0.5), 1);
}

static void percentile_of_few_values_is_one_of_them(void **state)
{
    const uint32_t one[] = {42};

    (void)state;
    assert_int_equal(tally_percentile(one, 1, 0.5), 42);
    assert_int_equal(tally_percentile(one, 1, 0.999), 42);
    assert_int_equal(tally_percentile(one, 0, 0.5), 0);
}

/* The definition counted out: at least share * count values are not above it, and fewer are below it. */
static void percentile_agrees_with_its_definition_for_every_size(void **state)
{
    static const double SHARES[] = {0.01, 0.25, 0.5, 0.9, 0.99, 0.999};
    uint32_t            times[300];

    (void)state;
    for (uint32_t i = 0; i < 300; i++) times[i] = i * 7;
    for (size_t count = 1; count <= 300; count++)
        for (size_t s = 0; s < sizeof SHARES / sizeof SHARES[0]; s++) {
            size_t rank = (size_t)tally_percentile(times, count, SHARES[s]) / 7 + 1;

            assert_true((double)rank >= SHARES[s] * (double)count - 1e-6);
            assert_true((double)(rank - 1) < SHARES[s] * (double)count);
        }
}

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%.17g is not within %g of %g", value, tolerance, expected);
}

static double number_at(const struct json_value *object, const char *name)
{
    double value = -1.0;

    assert_true(json_as_f64(json_member(object, name), &value));
    return value;
}

static void summary_sorts_the_times_and_gives_milliseconds(void **state)
{
    struct tally     tally;
    struct text      text;
    struct json_doc *doc;
    struct err       err;

    (void)state;
    tally_init(&tally);
    text_init(&text);
    for (int64_t us = 5000; us >= 1; us--) assert_true(tally_reply(&tally, us, &err));
    tally.session_count = 3;
    tally.trial_count   = 5000;
    tally_error(&tally, "mismatch", "one");
    tally_summary(&tally, 2.0, &text);
    doc = json_parse(span_of(text.data), &err);
    assert_non_null(doc);
    assert_near(number_at(json_root(doc), "sessions"), 3.0, 0.0);
    assert_near(number_at(json_root(doc), "trials"), 5000.0, 0.0);
    assert_near(number_at(json_root(doc), "trials_per_s"), 2500.0, 0.0);
    assert_near(number_at(json_root(doc), "errors"), 1.0, 0.0);
    assert_near(number_at(json_member(json_root(doc), "reply_ms"), "p50"), 2.5, 1e-9);
    assert_near(number_at(json_member(json_root(doc), "reply_ms"), "p99"), 4.95, 1e-9);
    assert_near(number_at(json_member(json_root(doc), "reply_ms"), "p999"), 4.995, 1e-9);
    json_free(doc);
    text_close(&text);
    tally_close(&tally);
}

static void summary_without_replies_says_null(void **state)
{
    struct tally tally;
    struct text  text;

    (void)state;
    tally_init(&tally);
    text_init(&text);
    tally_summary(&tally, 0.0, &text);
    assert_non_null(strstr(text.data, "\"p50\":null"));
    text_close(&text);
    tally_close(&tally);
}

static void many_errors_are_counted_but_few_sentences_are_printed(void **state)
{
    struct tally tally;
    char        *printed = NULL;
    size_t       bytes   = 0;
    FILE        *out     = open_memstream(&printed, &bytes);
    char         kind[16];

    (void)state;
    tally_init(&tally);
    for (int i = 0; i < 1000; i++) tally_error(&tally, "full", "no condition is free");
    for (int i = 0; i < 100; i++) {
        (void)snprintf(kind, sizeof kind, "kind%d", i);
        tally_error(&tally, kind, "something else");
    }
    assert_non_null(out);
    tally_print_errors(&tally, out);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(tally.error_count, 1100);
    assert_int_equal(tally.kind_count, TALLY_KIND_MAX);
    assert_non_null(strstr(printed, "1000 of error 'full'"));
    assert_non_null(strstr(printed, "and 997 more"));
    assert_true(bytes < 4096);
    free(printed);
    tally_close(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentile_is_the_nearest_rank),
        cmocka_unit_test(percentile_of_few_values_is_one_of_them),
        cmocka_unit_test(percentile_agrees_with_its_definition_for_every_size),
        cmocka_unit_test(summary_sorts_the_times_and_gives_milliseconds),
        cmocka_unit_test(summary_without_replies_says_null),
        cmocka_unit_test(many_errors_are_counted_but_few_sentences_are_printed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
