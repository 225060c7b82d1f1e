/* row_distance.h - Euclidean distances between rows, from their inner products where these keep enough digits.
 *
 * |x - y|^2 = x.x + y.y - 2 x.y loses digits when x and y are close to each other and far from the origin; such pairs are measured
 * by the differences of their features instead. Equal rows have the distance 0 exactly; nothing is ever NaN. Needs finite squares
 * (prefix.h's is_finite). Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_ROW_DISTANCE_H
#define DINOLAB_MODEL_ROW_DISTANCE_H

struct row_distance_input {
    const double *rows; /* row_count x feature_count, row_stride apart */
    int           row_count;
    int           row_stride;
    int           feature_count;
    const double *gram; /* inner products of the rows, lower triangle, gram_stride apart; NULL: they are made here */
    int           gram_stride;
};

/* `squares` (row_count) and `distance` (row_count x row_count, symmetric, distance_stride >= row_count apart) belong to the caller
 * and hold what earlier calls left there for the first `known_count` rows. Afterwards they hold it for all rows. */
void row_distance_extend(const struct row_distance_input *input, int known_count, double *squares, double *distance,
                         int distance_stride);

#endif
