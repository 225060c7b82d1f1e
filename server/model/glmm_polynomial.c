#include "model/glmm_polynomial.h"

/* Value and two derivatives of one row, a polynomial in b, by Horner's rule. */
struct row_value {
    double value, first, second;
};

int glmm_polynomial_place(int i, int j)
{
    const int degree = POWER_SERIES_DEGREE - i;

    return degree * (degree + 1) / 2 + j;
}

static struct row_value row_at(const double *coefficients, int degree, double b)
{
    struct row_value row = {coefficients[degree], 0.0, 0.0};

    for (int j = degree - 1; j >= 0; j--) {
        row.second = row.second * b + row.first;
        row.first  = row.first * b + row.value;
        row.value  = row.value * b + coefficients[j];
    }
    row.second *= 2.0;
    return row;
}

void glmm_polynomial_add(const struct glmm_polynomial *polynomial, struct glmm_point *total)
{
    const double  a   = total->slope - polynomial->slope;
    const double  b   = total->variance - polynomial->variance;
    const double *row = polynomial->coefficients;
    double        f = 0.0, fa = 0.0, faa = 0.0, fb = 0.0, fab = 0.0, fbb = 0.0;

    for (int degree = 0; degree <= POWER_SERIES_DEGREE; degree++) {
        const struct row_value at = row_at(row, degree, b);

        faa = faa * a + fa;
        fa  = fa * a + f;
        f   = f * a + at.value;
        fab = fab * a + fb;
        fb  = fb * a + at.first;
        fbb = fbb * a + at.second;
        row += degree + 1;
    }
    total->value += f;
    total->by_slope += fa;
    total->by_variance += fb;
    total->by_slope_slope += 2.0 * faa;
    total->by_slope_variance += fab;
    total->by_variance_variance += fbb;
}
