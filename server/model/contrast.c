#include "model/contrast.h"

#include <cblas.h>
#include <math.h>
#include <stddef.h>

/* u = (h, ..., h, h + 1) with h = 1 / sqrt(n), so that u'u = 2 (1 + h) and tau = 1 / (1 + h). */
static double reflection_height(int row_count)
{
    return 1.0 / sqrt((double)row_count);
}

/* I - tau u u' on both sides of G is G - u p' - p u' with q = G u and p = tau q - tau^2 (u'q) u / 2; of u only h matters within the
 * leading block. */
void contrast_gram(int row_count, const double *gram, int gram_stride, double *out, double *row_mean, double *scratch)
{
    const int     side   = row_count - 1;
    const double  height = reflection_height(row_count);
    const double  tau    = 1.0 / (1.0 + height);
    const double *last   = gram + (ptrdiff_t)side * gram_stride;
    double        product;

    for (int i = 0; i < row_count; i++) scratch[i] = 1.0;
    cblas_dsymv(CblasRowMajor, CblasLower, row_count, 1.0 / row_count, gram, gram_stride, scratch, 1, 0.0, row_mean, 1);
    product = 0.0;
    for (int i = 0; i < row_count; i++) {
        scratch[i] = height * row_count * row_mean[i] + last[i];
        product += height * scratch[i];
    }
    product += scratch[side];
    for (int i = 0; i < row_count; i++) scratch[i] = height * (tau * scratch[i] - 0.5 * tau * tau * product * height);
    for (int i = 0; i < side; i++) {
        const double *from = gram + (ptrdiff_t)i * gram_stride;
        double       *to   = out + (ptrdiff_t)i * side;
        const double  own  = scratch[i];

        for (int j = 0; j <= i; j++) to[j] = from[j] - own - scratch[j];
    }
}

void contrast_of(int row_count, const double *values, double *out)
{
    const double height = reflection_height(row_count);
    double       sum    = 0.0;
    double       part;

    for (int i = 0; i < row_count; i++) sum += values[i];
    part = height * (height * sum + values[row_count - 1]) / (1.0 + height);
    for (int i = 0; i < row_count - 1; i++) out[i] = values[i] - part;
}

void contrast_expand(int row_count, const double *contrasts, double *out)
{
    const double height = reflection_height(row_count);
    double       sum    = 0.0;

    for (int i = 0; i < row_count - 1; i++) sum += contrasts[i];
    for (int i = 0; i < row_count - 1; i++) out[i] = contrasts[i] - height * height * sum / (1.0 + height);
    out[row_count - 1] = -height * sum;
}
