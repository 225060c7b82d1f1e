#include "model/standardize.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

static void measure_mean(const double *rows, int row_count, int row_stride, int column_count, double *mean)
{
    for (int j = 0; j < column_count; j++) mean[j] = 0.0;
    for (int i = 0; i < row_count; i++) {
        const double *row = rows + (ptrdiff_t)i * row_stride;

        for (int j = 0; j < column_count; j++) mean[j] += row[j];
    }
    for (int j = 0; j < column_count; j++) mean[j] /= row_count;
}

static double scale_of(double squares, double mean, int row_count)
{
    const double deviation = sqrt(squares / row_count);

    return deviation > row_count * fabs(mean) * DBL_EPSILON ? deviation : 1.0;
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
    for (int j = 0; j < column_count; j++) scale[j] = scale_of(scale[j], mean[j], row_count);
}

/* One division for a column, not one for each number: columns go by in chunks, whose reciprocals stay at hand. */
enum { CHUNK_COLUMNS = 256 };

static void apply_chunk(const double *rows, int row_count, int row_stride, int column_count, const double *mean,
                        const double *scale, double *out, int out_stride)
{
    double rate[CHUNK_COLUMNS];

    for (int j = 0; j < column_count; j++) rate[j] = 1.0 / scale[j];
    for (int i = 0; i < row_count; i++) {
        const double *row    = rows + (ptrdiff_t)i * row_stride;
        double       *target = out + (ptrdiff_t)i * out_stride;

        for (int j = 0; j < column_count; j++) target[j] = (row[j] - mean[j]) * rate[j];
    }
}

void standardize_apply(const double *rows, int row_count, int row_stride, int column_count, const double *mean,
                       const double *scale, double *out, int out_stride)
{
    for (int first = 0; first < column_count; first += CHUNK_COLUMNS) {
        const int count = column_count - first < CHUNK_COLUMNS ? column_count - first : CHUNK_COLUMNS;

        apply_chunk(rows + first, row_count, row_stride, count, mean + first, scale + first, out + first, out_stride);
    }
}

static void add_row(struct standardize_moments *moments, const double *row)
{
    const int     column_count = moments->column_count;
    const double *origin       = moments->origin;
    double       *mean         = moments->mean;
    double       *squares      = moments->squares;
    const double  share        = 1.0 / ++moments->row_count;

    for (int j = 0; j < column_count; j++) {
        const double value = row[j] - origin[j];
        const double move  = value - mean[j];

        mean[j] += share * move;
        squares[j] += move * (value - mean[j]);
    }
}

void standardize_moments_add(struct standardize_moments *moments, const double *rows, int row_count, int row_stride)
{
    const size_t bytes = (size_t)moments->column_count * sizeof(double);

    if (moments->row_count == 0) {
        memcpy(moments->origin, rows, bytes);
        memset(moments->mean, 0, bytes);
        memset(moments->squares, 0, bytes);
    }
    for (int i = 0; i < row_count; i++) add_row(moments, rows + (ptrdiff_t)i * row_stride);
}

void standardize_moments_read(const struct standardize_moments *moments, double *mean, double *scale)
{
    for (int j = 0; j < moments->column_count; j++) {
        mean[j]  = moments->origin[j] + moments->mean[j];
        scale[j] = scale_of(moments->squares[j], mean[j], moments->row_count);
    }
}
