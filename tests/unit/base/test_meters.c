/* Lags and rates: quantiles within their buckets, and a last minute that ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <pthread.h>

#include <cmocka.h>

#include "base/meters.h"

#define SECOND_US 1000000

static void nothing_recorded_is_a_count_of_zero(void **state)
{
    struct lag_histogram histogram = {0};
    struct lag_summary   summary;

    (void)state;
    lag_histogram_summary(&histogram, 5 * SECOND_US, &summary);
    assert_int_equal(summary.count, 0);
}

static void assert_within(double actual, double expected, double part)
{
    assert_true(actual >= expected * (1.0 - part) && actual <= expected * (1.0 + part));
}

static void quantiles_are_right_to_an_eighth_of_an_octave(void **state)
{
    struct lag_summary summary;

    (void)state;
    for (int64_t unit_us = 1; unit_us <= 100000; unit_us *= 10) {
        struct lag_histogram histogram = {0};

        for (int i = 1; i <= 1000; i++) lag_histogram_record(&histogram, SECOND_US, i * unit_us);
        lag_histogram_summary(&histogram, SECOND_US, &summary);
        assert_int_equal(summary.count, 1000);
        assert_within(summary.p50_ms, 0.5 * (double)unit_us, 0.125);
        assert_within(summary.p99_ms, 0.99 * (double)unit_us, 0.125);
    }
}

static void lags_out_of_range_fall_into_the_outer_buckets(void **state)
{
    struct lag_histogram histogram = {0};
    struct lag_summary   summary;

    (void)state;
    lag_histogram_record(&histogram, SECOND_US, -5);
    lag_histogram_record(&histogram, SECOND_US, INT64_MAX);
    lag_histogram_summary(&histogram, SECOND_US, &summary);
    assert_int_equal(summary.count, 2);
    assert_true(summary.p50_ms <= 0.001);
    assert_true(summary.p99_ms > 1000.0 * 1000.0);
}

static void what_is_older_than_a_minute_is_forgotten(void **state)
{
    struct lag_histogram histogram = {0};
    struct lag_summary   summary;

    (void)state;
    lag_histogram_record(&histogram, 100 * SECOND_US, 1000);
    lag_histogram_summary(&histogram, 159 * SECOND_US, &summary);
    assert_int_equal(summary.count, 1);
    lag_histogram_summary(&histogram, 166 * SECOND_US, &summary);
    assert_int_equal(summary.count, 0);
    lag_histogram_record(&histogram, 165 * SECOND_US, 2000); /* the same slot again, emptied */
    lag_histogram_summary(&histogram, 166 * SECOND_US, &summary);
    assert_int_equal(summary.count, 1);
    assert_within(summary.p50_ms, 2.0, 0.125);
}

static void a_rate_is_of_the_last_whole_seconds(void **state)
{
    struct rate_counter counter = {0};

    (void)state;
    for (int64_t second = 10; second < 20; second++) rate_counter_add(&counter, second * SECOND_US, 300);
    rate_counter_add(&counter, 20 * SECOND_US, 7); /* this second is not over */
    assert_true(rate_counter_per_s(&counter, 20 * SECOND_US + 1) == 300.0);
    assert_true(rate_counter_per_s(&counter, 23 * SECOND_US) == (2 * 300.0 + 7.0) / RATE_SECOND_COUNT);
    assert_true(rate_counter_per_s(&counter, 40 * SECOND_US) == 0.0);
}

enum { THREADS = 4, RECORDS = 20000 };

static void *record_many(void *argument)
{
    for (int i = 0; i < RECORDS; i++) lag_histogram_record(argument, SECOND_US, i);
    return NULL;
}

static void threads_record_at_the_same_time_without_losing_any(void **state)
{
    struct lag_histogram histogram = {0};
    struct lag_summary   summary;
    pthread_t            threads[THREADS];

    (void)state;
    lag_histogram_record(&histogram, SECOND_US, 1); /* the slot has begun: only its first moment may lose records */
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, record_many, &histogram), 0);
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    lag_histogram_summary(&histogram, SECOND_US, &summary);
    assert_int_equal(summary.count, THREADS * RECORDS + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_recorded_is_a_count_of_zero),
        cmocka_unit_test(quantiles_are_right_to_an_eighth_of_an_octave),
        cmocka_unit_test(lags_out_of_range_fall_into_the_outer_buckets),
        cmocka_unit_test(what_is_older_than_a_minute_is_forgotten),
        cmocka_unit_test(a_rate_is_of_the_last_whole_seconds),
        cmocka_unit_test(threads_record_at_the_same_time_without_losing_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
