/* Numbers as text: the same characters as the C library's, for many numbers of many sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_text.h"
#include "base/rng.h"

static void expect(double number)
{
    char given[NUMBER_TEXT_BYTES], wanted[64];

    (void)snprintf(wanted, sizeof wanted, "%.15g", number);
    if (strtod(wanted, NULL) != number) (void)snprintf(wanted, sizeof wanted, "%.17g", number);
    assert_int_equal(number_text_f64(number, given), strlen(wanted));
    assert_string_equal(given, wanted);
}

static void corners_are_written_as_the_library_does(void **state)
{
    static const double CORNERS[] = {0.0,
                                     -0.0,
                                     1.0,
                                     0.1,
                                     0.01,
                                     0.001,
                                     0.0009,
                                     0.5,
                                     9.5,
                                     99.5,
                                     1e15,
                                     1e14,
                                     999e12,
                                     1e22,
                                     1e300,
                                     5e-324,
                                     1e-5,
                                     123.456,
                                     16.7,
                                     1234.1000000014901,
                                     50.0 / 3.0,
                                     86399999.10000001,
                                     2.5,
                                     9007199254740993.0,
                                     0.3,
                                     1.0 / 3.0,
                                     999999999999999.9};

    (void)state;
    for (size_t i = 0; i < sizeof CORNERS / sizeof CORNERS[0]; i++) {
        expect(CORNERS[i]);
        expect(-CORNERS[i]);
        expect(nextafter(CORNERS[i], INFINITY));
        expect(nextafter(CORNERS[i], -INFINITY));
    }
    for (double power = 1e-6; power < 1e18; power *= 10) expect(power);
}

static void random_numbers_are_written_as_the_library_does(void **state)
{
    struct rng rng;

    (void)state;
    rng_init(&rng, 7);
    for (int i = 0; i < 200000; i++) {
        double unit = rng_uniform(&rng);
        double size = pow(10.0, 20.0 * rng_uniform(&rng) - 4.0);

        expect(unit * size);
        expect(floor(unit * 1e8) / 10.0 - floor(unit * 1e5) / 10.0); /* differences of times, as browsers have them */
    }
}

static void whole_numbers_of_any_size_are_written(void **state)
{
    static const int64_t NUMBERS[] = {0, 1, -1, 9, 10, -10, 1700000002000, INT64_MAX, INT64_MIN};

    (void)state;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++) {
        char given[NUMBER_TEXT_BYTES], wanted[64];

        (void)snprintf(wanted, sizeof wanted, "%lld", (long long)NUMBERS[i]);
        (void)number_text_i64(NUMBERS[i], given);
        assert_string_equal(given, wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corners_are_written_as_the_library_does),
        cmocka_unit_test(random_numbers_are_written_as_the_library_does),
        cmocka_unit_test(whole_numbers_of_any_size_are_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
