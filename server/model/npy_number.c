#include "model/npy_number.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* `bytes` in the machine's own terms: the integer that they spell. */
static uint64_t gather(const unsigned char *bytes, int width, bool is_big_endian)
{
    uint64_t bits = 0;

    for (int i = 0; i < width; i++) bits |= (uint64_t)bytes[is_big_endian ? width - 1 - i : i] << (8 * i);
    return bits;
}

static double decode_float(uint64_t bits, int width)
{
    double   wide;
    float    narrow;
    uint32_t low = (uint32_t)bits;

    if (width == 8) {
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    }
    memcpy(&narrow, &low, sizeof narrow);
    return (double)narrow;
}

static double decode_signed(uint64_t bits, int width)
{
    const uint64_t sign = (uint64_t)1 << (8 * width - 1);

    /* In two's complement the magnitude of a negative number is what is missing to 2^(8 width). */
    if ((bits & sign) == 0) return (double)bits;
    return -(double)((sign - 1 - (bits & (sign - 1))) + 1);
}

double npy_number(const struct npy_header *header, const unsigned char *bytes)
{
    const uint64_t bits = gather(bytes, header->width, header->is_big_endian);

    switch (header->kind) {
    case NPY_FLOAT:
        return decode_float(bits, header->width);
    case NPY_SIGNED:
        return decode_signed(bits, header->width);
    case NPY_UNSIGNED:
        return (double)bits;
    }
    return NAN;
}

/* Numbers are mostly those of the machine itself. */
static bool is_native(const struct npy_header *header)
{
    const uint16_t one = 1;

    return header->kind == NPY_FLOAT && header->is_big_endian == (*(const unsigned char *)&one == 0);
}

bool npy_is_own_double(const struct npy_header *header)
{
    return is_native(header) && header->width == 8;
}

static void copy_floats(const unsigned char *bytes, int count, double *out)
{
    for (int i = 0; i < count; i++) {
        float narrow;

        memcpy(&narrow, bytes + (size_t)i * sizeof narrow, sizeof narrow);
        out[i] = (double)narrow;
    }
}

void npy_numbers(const struct npy_header *header, const unsigned char *bytes, int count, double *out)
{
    if (npy_is_own_double(header)) {
        memcpy(out, bytes, (size_t)count * sizeof *out);
    } else if (is_native(header)) {
        copy_floats(bytes, count, out);
    } else {
        for (int i = 0; i < count; i++) out[i] = npy_number(header, bytes + (size_t)i * (size_t)header->width);
    }
}

bool npy_row_is_finite(const char *name, int row, const double *values, int count, struct err *err)
{
    double sum = 0.0;

    for (int i = 0; i < count; i++) sum += values[i] * 0.0; /* NaN as soon as one is NaN or infinite */
    if (sum == 0.0) return true;
    for (int i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return err_set(err, ERR_INVALID, "%s: row %d, column %d (from 0) is %s", name, row, i,
                           isnan(values[i]) ? "not a number" : "infinite");
    return true;
}

void npy_put_numbers(const double *values, int count, unsigned char *out)
{
    for (int i = 0; i < count; i++) {
        uint64_t bits;

        memcpy(&bits, &values[i], sizeof bits);
        for (int j = 0; j < 8; j++) *out++ = (unsigned char)(bits >> (8 * j));
    }
}
