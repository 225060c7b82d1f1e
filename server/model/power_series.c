#include "model/power_series.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static int degree_of(const unsigned char *exponent)
{
    return exponent[0] + exponent[1] + exponent[2];
}

/* The terms of a degree come by the third exponent, then by the second. */
static int find_term(const struct power_series_shape *shape, const int *exponent)
{
    const int degree = exponent[0] + exponent[1] + exponent[2], k = exponent[2];

    return shape->degree_start[degree] + k * (degree + 1) - k * (k - 1) / 2 + exponent[1];
}

static void list_terms(struct power_series_shape *shape)
{
    shape->term_count = 0;
    for (int degree = 0; degree <= POWER_SERIES_DEGREE; degree++) {
        shape->degree_start[degree] = shape->term_count;
        for (int k = 0; k <= (shape->variable_count > 2 ? degree : 0); k++) {
            for (int j = 0; j <= degree - k; j++) {
                unsigned char *exponent = shape->exponent[shape->term_count++];

                exponent[0] = (unsigned char)(degree - k - j);
                exponent[1] = (unsigned char)j;
                exponent[2] = (unsigned char)k;
            }
        }
    }
    shape->degree_start[POWER_SERIES_DEGREE + 1] = shape->term_count;
}

static void list_multiples(struct power_series_shape *shape)
{
    for (int n = 0; n < shape->term_count; n++) {
        for (int variable = 0; variable < shape->variable_count; variable++) {
            int exponent[POWER_SERIES_VARIABLE_MAX];

            for (int i = 0; i < POWER_SERIES_VARIABLE_MAX; i++) exponent[i] = shape->exponent[n][i] + (i == variable);
            shape->times[n][variable] =
                degree_of(shape->exponent[n]) < POWER_SERIES_DEGREE ? (short)find_term(shape, exponent) : (short)-1;
        }
    }
}

static void list_products_of(struct power_series_shape *shape, int left, int degree, int *count)
{
    const int rest = degree - degree_of(shape->exponent[left]);

    for (int right = shape->degree_start[rest]; right < shape->degree_start[rest + 1]; right++) {
        int exponent[POWER_SERIES_VARIABLE_MAX];

        for (int i = 0; i < POWER_SERIES_VARIABLE_MAX; i++) exponent[i] = shape->exponent[left][i] + shape->exponent[right][i];
        shape->products[*count].left  = (short)left;
        shape->products[*count].right = (short)right;
        shape->products[*count].out   = (short)find_term(shape, exponent);
        ++*count;
    }
}

void power_series_shape_init(struct power_series_shape *shape, int variable_count)
{
    int count = 0;

    assert(variable_count == 2 || variable_count == 3);
    memset(shape, 0, sizeof *shape);
    shape->variable_count = variable_count;
    list_terms(shape);
    list_multiples(shape);
    for (int degree = 0; degree <= POWER_SERIES_DEGREE; degree++) {
        shape->product_start[degree] = count;
        for (int left = 0; left < shape->degree_start[degree + 1]; left++) list_products_of(shape, left, degree, &count);
    }
    shape->product_start[POWER_SERIES_DEGREE + 1] = count;
}

void power_series_multiply_degree(const struct power_series_shape *shape, int degree, const double *left, const double *right,
                                  double *out)
{
    for (int n = shape->degree_start[degree]; n < shape->degree_start[degree + 1]; n++) out[n] = 0.0;
    for (int i = shape->product_start[degree]; i < shape->product_start[degree + 1]; i++)
        out[shape->products[i].out] += left[shape->products[i].left] * right[shape->products[i].right];
}

void power_series_add_degree(const struct power_series_shape *shape, int degree, double factor, int variable, int power,
                             const double *series, double *out)
{
    const int from = degree - power;

    if (from < 0) return;
    for (int n = shape->degree_start[from]; n < shape->degree_start[from + 1]; n++) {
        int term = n;

        for (int i = 0; i < power; i++) term = shape->times[term][variable];
        out[term] += factor * series[n];
    }
}

/* From D (log D)' = D', taken along rays from the centre, where a term of degree m is multiplied by m. */
void power_series_log(const struct power_series_shape *shape, const double *series, double *out)
{
    double weighted[POWER_SERIES_TERM_MAX] = {0.0}; /* degree times the terms of the logarithm */

    out[0] = log(series[0]);
    for (int degree = 1; degree <= POWER_SERIES_DEGREE; degree++) {
        double known[POWER_SERIES_TERM_MAX];

        power_series_multiply_degree(shape, degree, weighted, series, known); /* this degree's own terms are still 0 */
        for (int n = shape->degree_start[degree]; n < shape->degree_start[degree + 1]; n++) {
            weighted[n] = (degree * series[n] - known[n]) / series[0];
            out[n]      = weighted[n] / degree;
        }
    }
}
