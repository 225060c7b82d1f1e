#include "base/number_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORT_DIGITS = 15, LONG_DIGITS = 17, MANTISSA_BITS = 53, POWER_MAX = 21 };

__extension__ typedef unsigned __int128 u128;

/* All exact in binary64 up to 10^22. */
static const double POWERS[POWER_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10,
                                             1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21};

size_t number_text_i64(int64_t number, char out[NUMBER_TEXT_BYTES])
{
    char     digits[24];
    size_t   at    = sizeof digits;
    uint64_t value = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    size_t   length;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    if (number < 0) digits[--at] = '-';
    length = sizeof digits - at;
    memcpy(out, digits + at, length);
    out[length] = '\0';
    return length;
}

/* The place of the first digit that counts: 3 for 123.4, 0 for 0.5, -1 for 0.05. */
static int magnitude_of(double number)
{
    int magnitude = 0;

    while (magnitude < SHORT_DIGITS && number >= POWERS[magnitude]) magnitude++;
    if (magnitude > 0 || number >= 0.1) return magnitude;
    return number >= 0.01 ? -1 : -2;
}

/* number x 10^decimals, rounded as the decimal digits of the exact value are: half to even. Exact, since 53 bits times a power of ten
 * of less than 2^70 fit in 128 bits. */
static u128 scaled(double number, int decimals)
{
    int            exponent;
    const uint64_t mantissa = (uint64_t)ldexp(frexp(number, &exponent), MANTISSA_BITS);
    const int      shift    = MANTISSA_BITS - exponent; /* number = mantissa / 2^shift */
    const u128     product  = (u128)mantissa * (u128)POWERS[decimals];
    u128           whole, rest, half;

    if (shift <= 0) return product << -shift;
    whole = product >> shift;
    rest  = product - (whole << shift);
    half  = (u128)1 << (shift - 1);
    return rest > half || (rest == half && (whole & 1) != 0) ? whole + 1 : whole;
}

/* `value` / 10^decimals, without zeros at the end. */
static size_t put_decimal(uint64_t value, int decimals, bool is_negative, char *out)
{
    char   digits[NUMBER_TEXT_BYTES];
    size_t at = 0, length;

    while (decimals > 0 && value % 10 == 0) {
        value /= 10;
        decimals--;
    }
    length = number_text_i64((int64_t)value, digits);
    if (is_negative) out[at++] = '-';
    if (length <= (size_t)decimals) {
        out[at++] = '0';
        out[at++] = '.';
        for (size_t zeros = (size_t)decimals - length; zeros > 0; zeros--) out[at++] = '0';
        memcpy(out + at, digits, length);
    } else {
        memcpy(out + at, digits, length - (size_t)decimals);
        at += length - (size_t)decimals;
        if (decimals > 0) {
            out[at++] = '.';
            memcpy(out + at, digits + length - (size_t)decimals, (size_t)decimals);
        }
        length = (size_t)decimals;
    }
    out[at + length] = '\0';
    return at + length;
}

static size_t put_slowly(double number, char out[NUMBER_TEXT_BYTES])
{
    (void)snprintf(out, NUMBER_TEXT_BYTES, "%.15g", number);
    if (strtod(out, NULL) != number) (void)snprintf(out, NUMBER_TEXT_BYTES, "%.17g", number);
    return strlen(out);
}

/* Between a thousandth and 10^15 no digit is behind an exponent and every step is exact. */
size_t number_text_f64(double number, char out[NUMBER_TEXT_BYTES])
{
    const double size = fabs(number);
    int          magnitude, decimals;
    uint64_t     value;

    if (!(size >= 1e-3 && size < 1e15))
        return number == 0.0 && !signbit(number) ? number_text_i64(0, out) : put_slowly(number, out);
    magnitude = magnitude_of(size);
    decimals  = SHORT_DIGITS - magnitude;
    value     = (uint64_t)scaled(size, decimals);
    if ((double)value / POWERS[decimals] != size) { /* one rounding of an exact quotient: what reading the text gives */
        decimals = LONG_DIGITS - magnitude;
        value    = (uint64_t)scaled(size, decimals);
    }
    return put_decimal(value, decimals, number < 0.0, out);
}
