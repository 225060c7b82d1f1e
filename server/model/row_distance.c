#include "model/row_distance.h"

#include <cblas.h>
#include <math.h>
#include <stddef.h>

/* A squared distance below this part of the squares it is the difference of has lost more than four of its sixteen digits. */
static const double DIGITS_LEFT = 1e-4;

static const double *row_at(const struct row_distance_input *input, int index)
{
    return input->rows + (ptrdiff_t)index * input->row_stride;
}

static double square_by_features(const struct row_distance_input *input, int i, int j)
{
    const double *left = row_at(input, i), *right = row_at(input, j);
    double        sum = 0.0;

    for (int k = 0; k < input->feature_count; k++) sum += (left[k] - right[k]) * (left[k] - right[k]);
    return sum;
}

/* Inner products of the new rows with all rows up to them, into the lower triangle of `distance` itself. */
static void fill_products(const struct row_distance_input *input, int known_count, double *distance, int stride)
{
    const int new_count = input->row_count - known_count;

    if (known_count > 0)
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, new_count, known_count, input->feature_count, 1.0,
                    row_at(input, known_count), input->row_stride, input->rows, input->row_stride, 0.0,
                    distance + (ptrdiff_t)known_count * stride, stride);
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, new_count, input->feature_count, 1.0, row_at(input, known_count),
                input->row_stride, 0.0, distance + (ptrdiff_t)known_count * stride + known_count, stride);
}

void row_distance_extend(const struct row_distance_input *input, int known_count, double *squares, double *distance,
                         int distance_stride)
{
    const double *gram   = input->gram != NULL ? input->gram : distance;
    const int     stride = input->gram != NULL ? input->gram_stride : distance_stride;

    if (known_count >= input->row_count) return;
    if (input->gram == NULL) fill_products(input, known_count, distance, distance_stride);
    for (int i = known_count; i < input->row_count; i++) {
        squares[i] = gram[(ptrdiff_t)i * stride + i];
        for (int j = 0; j < i; j++) {
            const double both   = squares[i] + squares[j];
            double       square = both - 2.0 * gram[(ptrdiff_t)i * stride + j];

            if (!(square > DIGITS_LEFT * both)) square = square_by_features(input, i, j);
            distance[(ptrdiff_t)i * distance_stride + j] = sqrt(square);
            distance[(ptrdiff_t)j * distance_stride + i] = sqrt(square);
        }
        distance[(ptrdiff_t)i * distance_stride + i] = 0.0;
    }
}
