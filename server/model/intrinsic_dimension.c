#include "model/intrinsic_dimension.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

enum {
    BLOCK           = 256,       /* rows whose inner products are taken at a time */
    BAND            = 4 * BLOCK, /* rows that are held scaled while the blocks before them are scaled one after another */
    CANDIDATE_COUNT = 8,         /* nearest rows kept by their rounded distances; the two wanted and room to be sure of them */
};

struct candidate {
    double square;
    int    row; /* among the different rows */
};

struct neighbours {
    const struct matrix *matrix;
    int                 *rows; /* of the matrix, each different one once */
    int                  row_count;
    double              *low;        /* of each feature, halved so that no range overflows */
    double              *half_range; /* 0 for a constant feature */
    double              *mean;       /* of the scaled feature: products lose fewer digits near the origin */
    float               *band;       /* BAND rows, scaled and centred: single precision finds twice as fast */
    float               *block;      /* BLOCK rows, likewise */
    double              *squares;    /* |row|^2 of all these rows */
    float               *products;   /* BLOCK x BLOCK */
    struct candidate    *candidates; /* row_count x CANDIDATE_COUNT, ascending; INFINITY where none is yet */
    double              *farthest;   /* of each row's candidates, its square */
    double              *log_ratios; /* row_count */
};

static const double *row_of(const struct matrix *matrix, int index)
{
    return matrix->values + (ptrdiff_t)index * matrix->column_count;
}

static bool neighbours_init(struct neighbours *work, const struct matrix *matrix, struct arena *arena)
{
    const size_t rows = (size_t)matrix->row_count, columns = (size_t)matrix->column_count;

    *work            = (struct neighbours){.matrix = matrix};
    work->rows       = arena_alloc_array(arena, rows, sizeof *work->rows);
    work->low        = arena_alloc_array(arena, columns, sizeof *work->low);
    work->half_range = arena_alloc_array(arena, columns, sizeof *work->half_range);
    work->mean       = arena_alloc_array(arena, columns, sizeof *work->mean);
    work->squares    = arena_alloc_array(arena, rows, sizeof *work->squares);
    work->band       = arena_alloc_array(arena, BAND, columns * sizeof *work->band);
    work->block      = arena_alloc_array(arena, BLOCK, columns * sizeof *work->block);
    work->products   = arena_alloc_array(arena, BLOCK, BLOCK * sizeof *work->products);
    work->farthest   = arena_alloc_array(arena, rows, sizeof *work->farthest);
    work->candidates = arena_alloc_array(arena, rows, CANDIDATE_COUNT * sizeof *work->candidates);
    work->log_ratios = arena_alloc_array(arena, rows, sizeof *work->log_ratios);
    return work->rows != NULL && work->low != NULL && work->half_range != NULL && work->mean != NULL && work->squares != NULL &&
           work->band != NULL && work->block != NULL && work->products != NULL && work->candidates != NULL &&
           work->farthest != NULL && work->log_ratios != NULL;
}

static int compare_rows(const void *left, const void *right, void *matrix)
{
    const int     columns = ((const struct matrix *)matrix)->column_count;
    const double *a = row_of(matrix, *(const int *)left), *b = row_of(matrix, *(const int *)right);

    for (int j = 0; j < columns; j++)
        if (a[j] != b[j]) return a[j] < b[j] ? -1 : 1;
    return 0;
}

static void find_different_rows(struct neighbours *work)
{
    struct matrix matrix = *work->matrix; /* a copy, as the comparison takes a pointer that is not const */
    const int     count  = matrix.row_count;

    for (int i = 0; i < count; i++) work->rows[i] = i;
    qsort_r(work->rows, (size_t)count, sizeof *work->rows, compare_rows, &matrix);
    for (int i = 0; i < count; i++)
        if (i == 0 || compare_rows(&work->rows[i - 1], &work->rows[i], &matrix) != 0)
            work->rows[work->row_count++] = work->rows[i];
}

static double scaled(const struct neighbours *work, const double *row, int column)
{
    return work->half_range[column] > 0.0 ? (0.5 * row[column] - work->low[column]) / work->half_range[column] : 0.0;
}

static void measure_features(struct neighbours *work)
{
    const int     columns = work->matrix->column_count;
    const double *first   = row_of(work->matrix, 0);

    for (int j = 0; j < columns; j++) work->low[j] = work->half_range[j] = 0.5 * first[j];
    for (int i = 1; i < work->matrix->row_count; i++) {
        const double *row = row_of(work->matrix, i);

        for (int j = 0; j < columns; j++) {
            const double half = 0.5 * row[j];

            if (half < work->low[j]) work->low[j] = half;
            if (half > work->half_range[j]) work->half_range[j] = half;
        }
    }
    for (int j = 0; j < columns; j++) work->half_range[j] -= work->low[j];
    for (int i = 0; i < work->row_count; i++)
        for (int j = 0; j < columns; j++) work->mean[j] += scaled(work, row_of(work->matrix, work->rows[i]), j) / work->row_count;
}

static int rows_from(const struct neighbours *work, int first, int most)
{
    return work->row_count - first < most ? work->row_count - first : most;
}

static int block_size(const struct neighbours *work, int first)
{
    return rows_from(work, first, BLOCK);
}

static void measure_squares(struct neighbours *work)
{
    for (int i = 0; i < work->row_count; i++) {
        const double *row = row_of(work->matrix, work->rows[i]);

        for (int j = 0; j < work->matrix->column_count; j++) {
            const double value = scaled(work, row, j) - work->mean[j];

            work->squares[i] += value * value;
        }
    }
}

static void scale_rows(const struct neighbours *work, int first, int count, float *out)
{
    const int columns = work->matrix->column_count;

    for (int i = 0; i < count; i++) {
        const double *row    = row_of(work->matrix, work->rows[first + i]);
        float        *target = out + (ptrdiff_t)i * columns;

        for (int j = 0; j < columns; j++) target[j] = (float)(scaled(work, row, j) - work->mean[j]);
    }
}

static void offer(struct neighbours *work, int to, double square, int row)
{
    struct candidate *candidates = work->candidates + (ptrdiff_t)to * CANDIDATE_COUNT;
    int               place      = CANDIDATE_COUNT - 1;

    for (; place > 0 && candidates[place - 1].square > square; place--) candidates[place] = candidates[place - 1];
    candidates[place]  = (struct candidate){square, row};
    work->farthest[to] = candidates[CANDIDATE_COUNT - 1].square;
}

/* Every pair of a row of one block with a row of the other, each offered to both. */
static void offer_block(struct neighbours *work, int first, int second)
{
    for (int i = 0; i < block_size(work, first); i++) {
        const float *product = work->products + (ptrdiff_t)i * BLOCK;
        const int    count   = first == second ? i : block_size(work, second);

        for (int j = 0; j < count; j++) {
            const double square = work->squares[first + i] + work->squares[second + j] - 2.0 * (double)product[j];

            if (square < work->farthest[first + i]) offer(work, first + i, square, second + j);
            if (square < work->farthest[second + j]) offer(work, second + j, square, first + i);
        }
    }
}

/* The rows of a band with those of a block that is not after it. */
static void compare_block(struct neighbours *work, int band, int second)
{
    const int columns = work->matrix->column_count;

    scale_rows(work, second, block_size(work, second), work->block);
    for (int first = band; first < band + rows_from(work, band, BAND); first += BLOCK) {
        if (first < second) continue;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, block_size(work, first), block_size(work, second), columns, 1.0F,
                    work->band + (ptrdiff_t)(first - band) * columns, columns, work->block, columns, 0.0F, work->products, BLOCK);
        offer_block(work, first, second);
    }
}

static void find_candidates(struct neighbours *work)
{
    for (int i = 0; i < work->row_count * CANDIDATE_COUNT; i++)
        work->candidates[i] = (struct candidate){.square = INFINITY, .row = -1};
    for (int i = 0; i < work->row_count; i++) work->farthest[i] = INFINITY;
    for (int band = 0; band < work->row_count; band += BAND) {
        const int end = band + rows_from(work, band, BAND);

        scale_rows(work, band, end - band, work->band);
        for (int second = 0; second < end; second += BLOCK) compare_block(work, band, second);
    }
}

static double square_by_features(const struct neighbours *work, int left, int right)
{
    const double *a = row_of(work->matrix, work->rows[left]), *b = row_of(work->matrix, work->rows[right]);
    double        sum = 0.0;

    for (int j = 0; j < work->matrix->column_count; j++) {
        const double difference = work->half_range[j] > 0.0 ? (0.5 * a[j] - 0.5 * b[j]) / work->half_range[j] : 0.0;

        sum += difference * difference;
    }
    return sum;
}

static void take_nearer(double nearest[2], double square)
{
    if (square < nearest[0]) {
        nearest[1] = nearest[0];
        nearest[0] = square;
    } else if (square < nearest[1]) {
        nearest[1] = square;
    }
}

/* Bounds the error that a row's squared distance to any row not farther than `square` has when it comes from products: such a row
 * has a norm of at most that of `row` and their distance. Each of the products, the sums and the roundings to single precision
 * counts once, several times over for safety; `shift` is how far the rounding of its scaled features moves a row. */
static double rounding_within(const struct neighbours *work, int row, double square)
{
    const int    columns = work->matrix->column_count;
    const double norm    = sqrt(work->squares[row]);
    const double farther = norm + sqrt(square);
    const double shift   = 4.0 * DBL_EPSILON * sqrt((double)columns);

    return 2.0 * (columns + 4) * (double)FLT_EPSILON * (norm * norm + farther * farther) + 4.0 * shift * (norm + farther + shift);
}

/* Squared distances of the two nearest of a row. Whoever is no candidate is at least as far as the farthest of them, but for
 * rounding; where that leaves a doubt all rows are measured. */
static void measure_nearest(const struct neighbours *work, int row, double nearest[2])
{
    const struct candidate *candidates = work->candidates + (ptrdiff_t)row * CANDIDATE_COUNT;

    nearest[0] = nearest[1] = INFINITY;
    for (int i = 0; i < CANDIDATE_COUNT && candidates[i].row >= 0; i++)
        take_nearer(nearest, square_by_features(work, row, candidates[i].row));
    if (work->farthest[row] - rounding_within(work, row, nearest[1]) >= nearest[1]) return;
    nearest[0] = nearest[1] = INFINITY;
    for (int i = 0; i < work->row_count; i++)
        if (i != row) take_nearer(nearest, square_by_features(work, row, i));
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static void measure_ratios(struct neighbours *work)
{
    for (int i = 0; i < work->row_count; i++) {
        double nearest[2];

        measure_nearest(work, i, nearest);
        work->log_ratios[i] = nearest[0] > 0.0 ? 0.5 * log(nearest[1] / nearest[0]) : INFINITY;
    }
    qsort(work->log_ratios, (size_t)work->row_count, sizeof *work->log_ratios, compare_numbers);
}

static struct metric slope(const struct neighbours *work)
{
    const int kept_count = (int)((int64_t)work->row_count * 9 / 10);
    double    both = 0.0, alone = 0.0;

    for (int i = 0; i < kept_count; i++) {
        const double log_ratio = work->log_ratios[i];

        both -= log_ratio * log1p(-(double)i / work->row_count);
        alone += log_ratio * log_ratio;
    }
    if (!(alone > 0.0 && isfinite(alone))) return (struct metric){.status = METRIC_NO_SCALE};
    return (struct metric){.status = METRIC_DONE, .value = both / alone};
}

bool intrinsic_dimension(const struct matrix *matrix, struct metric *out, struct err *err)
{
    struct neighbours work;
    struct arena      arena;
    bool              has_memory;

    arena_init(&arena);
    has_memory = neighbours_init(&work, matrix, &arena);
    if (has_memory) {
        find_different_rows(&work);
        *out = (struct metric){.status = METRIC_TOO_FEW_ROWS};
        if (work.row_count >= 3) {
            measure_features(&work);
            measure_squares(&work);
            find_candidates(&work);
            measure_ratios(&work);
            *out = slope(&work);
        }
    }
    arena_close(&arena);
    return has_memory || err_no_memory(err);
}
