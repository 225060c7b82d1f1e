#include "model/standardize.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

static void measure_mean(const double *rows, int row_count, int row_stride, int column_count, double *mean)
{
    for (int j = 0; j < column_count; j++) mean[j] = 0.0;
    for (int i = 0; i < row_count; i++) {
        const double *row = rows + (ptrdiff_t)i * row_stride;

        for (int j = 0; j < column_count; j++) mean[j] += row[j];
    }
    for (int j = 0; j < column_count; j++) mean[j] /= row_count;
}

void standardize_measure(const double *rows, int row_count, int row_stride, int column_count, double *mean, double *scale)
{
    measure_mean(rows, row_count, row_stride, column_count, mean);
    for (int j = 0; j < column_count; j++) scale[j] = 0.0;
    for (int i = 0; i < row_count; i++) {
        const double *row = rows + (ptrdiff_t)i * row_stride;

        for (int j = 0; j < column_count; j++) {
            double deviation = row[j] - mean[j];

            scale[j] += deviation * deviation;
        }
    }
    for (int j = 0; j < column_count; j++) {
        double deviation = sqrt(scale[j] / row_count);

        scale[j] = deviation > row_count * fabs(mean[j]) * DBL_EPSILON ? deviation : 1.0;
    }
}

void standardize_apply(const double *rows, int row_count, int row_stride, int column_count, const double *mean,
                       const double *scale, double *out, int out_stride)
{
    for (int i = 0; i < row_count; i++) {
        const double *row    = rows + (ptrdiff_t)i * row_stride;
        double       *target = out + (ptrdiff_t)i * out_stride;

        for (int j = 0; j < column_count; j++) target[j] = (row[j] - mean[j]) / scale[j];
    }
}
