#include "model/glmm_polynomial.h"

/* Value and two derivatives of one row, a polynomial in b, by Horner's rule. */
struct row_value {
    double value, first, second;
};

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
    const double  per_slope    = 1.0 / polynomial->slope_unit;
    const double  per_variance = 1.0 / polynomial->variance_unit;
    const double  a            = (total->slope - polynomial->slope) * per_slope;
    const double  b            = (total->variance - polynomial->variance) * per_variance;
    const double *row          = polynomial->coefficients + GLMM_POLYNOMIAL_TERMS;
    double        f = 0.0, fa = 0.0, faa = 0.0, fb = 0.0, fab = 0.0, fbb = 0.0;

    for (int degree = 0; degree <= GLMM_DEGREE; degree++) {
        struct row_value at;

        row -= degree + 1;
        at  = row_at(row, degree, b);
        faa = faa * a + fa;
        fab = fab * a + fb;
        fa  = fa * a + f;
        f   = f * a + at.value;
        fb  = fb * a + at.first;
        fbb = fbb * a + at.second;
    }
    total->value += f;
    total->by_slope += fa * per_slope;
    total->by_variance += fb * per_variance;
    total->by_slope_slope += 2.0 * faa * per_slope * per_slope;
    total->by_slope_variance += fab * per_slope * per_variance;
    total->by_variance_variance += fbb * per_variance * per_variance;
}
