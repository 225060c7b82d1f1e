#include "model/representation_metrics.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

/* Rows or columns that are centred at a time: wide enough for BLAS, small beside any matrix worth the trouble. */
enum { BLOCK = 256 };

const char *metric_reason(enum metric_status status)
{
    switch (status) {
    case METRIC_DONE:
        return NULL;
    case METRIC_NO_OBJECT_TWICE:
        return "no object has two pictures";
    case METRIC_ROW_OF_ZEROS:
        return "a row is all zeros and has no direction";
    case METRIC_ONE_DIRECTION:
        return "all rows point in the same direction";
    case METRIC_NO_VARIANCE:
        return "all rows are equal";
    case METRIC_TOO_FEW_ROWS:
        return "there are fewer than three different rows";
    case METRIC_NO_SCALE:
        return "neighbours at equal distances or at distance zero";
    case METRIC_TOO_LARGE:
        return "numbers are too large to be squared and summed";
    case METRIC_NO_TRIALS:
        return "no trial has a right answer";
    case METRIC_STATUS_COUNT:
        break;
    }
    return "unknown";
}

static const double *row_of(const struct matrix *matrix, int index)
{
    return matrix->values + (ptrdiff_t)index * matrix->column_count;
}

static struct metric metric_of(enum metric_status status, double value)
{
    return (struct metric){.status = status, .value = status == METRIC_DONE ? value : 0.0};
}

/* --- class separation --------------------------------------------------------------------------------------------------------- */

struct separation {
    const struct matrix *matrix;
    const int           *class_index;
    int                  class_count;
    int                 *sizes;  /* rows of each class */
    double              *means;  /* class_count x column_count, of unit vectors */
    double              *norms;  /* of the rows */
    double              *centre; /* the mean of the class means */
};

static enum metric_status separation_check(struct separation *work)
{
    int largest = 0;

    for (int i = 0; i < work->matrix->row_count; i++) {
        const int size = ++work->sizes[work->class_index[i]];

        if (size > largest) largest = size;
    }
    if (largest < 2) return METRIC_NO_OBJECT_TWICE;
    for (int i = 0; i < work->matrix->row_count; i++) {
        work->norms[i] = cblas_dnrm2(work->matrix->column_count, row_of(work->matrix, i), 1);
        if (!(work->norms[i] > 0.0)) return METRIC_ROW_OF_ZEROS;
        if (!isfinite(work->norms[i])) return METRIC_TOO_LARGE;
    }
    return METRIC_DONE;
}

static void separation_means(struct separation *work, int present_count)
{
    const int columns = work->matrix->column_count;

    for (int i = 0; i < work->matrix->row_count; i++) {
        const double *row  = row_of(work->matrix, i);
        const int     own  = work->class_index[i];
        double       *mean = work->means + (ptrdiff_t)own * columns;

        for (int j = 0; j < columns; j++) mean[j] += row[j] / work->norms[i] / work->sizes[own];
    }
    for (int k = 0; k < work->class_count; k++)
        if (work->sizes[k] > 0)
            cblas_daxpy(columns, 1.0 / present_count, work->means + (ptrdiff_t)k * columns, 1, work->centre, 1);
}

/* For unit vectors u with mean m the mean of 1 - u.v over all ordered pairs is 1 - |m|^2 = mean |u - m|^2, the last without the
 * cancellation of the one before; likewise the distance between classes is that within them and that of their means. */
static struct metric separation_measure(struct separation *work)
{
    const int columns       = work->matrix->column_count;
    int       present_count = 0;
    double    within = 0.0, between = 0.0;

    for (int k = 0; k < work->class_count; k++) present_count += work->sizes[k] > 0;
    separation_means(work, present_count);
    for (int i = 0; i < work->matrix->row_count; i++) {
        const double *row    = row_of(work->matrix, i);
        const double *mean   = work->means + (ptrdiff_t)work->class_index[i] * columns;
        double        square = 0.0;

        if (work->sizes[work->class_index[i]] == 1) continue;
        for (int j = 0; j < columns; j++) square += pow(row[j] / work->norms[i] - mean[j], 2.0);
        within += square / work->sizes[work->class_index[i]] / present_count;
    }
    for (int k = 0; k < work->class_count; k++) {
        const double *mean = work->means + (ptrdiff_t)k * columns;

        for (int j = 0; work->sizes[k] > 0 && j < columns; j++) between += pow(mean[j] - work->centre[j], 2.0) / present_count;
    }
    /* What is left of equal directions after rounding. */
    if (within + between < 1e-28) return metric_of(METRIC_ONE_DIRECTION, 0.0);
    return metric_of(METRIC_DONE, between / (within + between));
}

bool metrics_class_separation(const struct matrix *matrix, const int *class_index, int class_count, struct metric *out,
                              struct err *err)
{
    struct separation work    = {.matrix = matrix, .class_index = class_index, .class_count = class_count};
    const size_t      columns = (size_t)matrix->column_count;
    struct arena      arena;

    arena_init(&arena);
    work.sizes  = arena_alloc_array(&arena, (size_t)class_count, sizeof *work.sizes);
    work.norms  = arena_alloc_array(&arena, (size_t)matrix->row_count, sizeof *work.norms);
    work.centre = arena_alloc_array(&arena, columns, sizeof *work.centre);
    work.means  = arena_alloc_array(&arena, (size_t)class_count, columns * sizeof *work.means);
    if (work.sizes == NULL || work.norms == NULL || work.centre == NULL || work.means == NULL) {
        arena_close(&arena);
        return err_no_memory(err);
    }
    *out = metric_of(separation_check(&work), 0.0);
    if (out->status == METRIC_DONE) *out = separation_measure(&work);
    arena_close(&arena);
    return true;
}

double metrics_class_separation_paper(double class_separation)
{
    return (1.0 + class_separation) / 2.0;
}

/* --- linear CKA --------------------------------------------------------------------------------------------------------------- */

/* One of the two matrices: centred and scaled while a block of it is copied. */
struct side {
    const struct matrix *matrix;
    double              *mean;  /* of each column */
    double               scale; /* largest distance from the mean: CKA does not depend on it, products could overflow without */
    double              *block; /* BLOCK rows or columns */
    double              *inner; /* rows x rows or columns x columns, lower triangle; whichever is smaller */
    bool                 is_gram;
    int                  inner_side;
};

static bool side_init(struct side *side, const struct matrix *matrix, struct arena *arena)
{
    const int rows = matrix->row_count, columns = matrix->column_count;

    *side       = (struct side){.matrix = matrix, .is_gram = rows < columns, .inner_side = rows < columns ? rows : columns};
    side->mean  = arena_alloc_array(arena, (size_t)columns, sizeof *side->mean);
    side->block = arena_alloc_array(arena, (size_t)(rows > columns ? rows : columns), BLOCK * sizeof *side->block);
    side->inner = arena_alloc_array(arena, (size_t)side->inner_side, (size_t)side->inner_side * sizeof *side->inner);
    return side->mean != NULL && side->block != NULL && side->inner != NULL;
}

static void side_measure(struct side *side)
{
    const int rows = side->matrix->row_count, columns = side->matrix->column_count;

    /* A first guess, then the mean of what is left: a column of equal numbers gets exactly that number. */
    for (int j = 0; j < columns; j++) side->mean[j] = side->matrix->values[j];
    for (int j = 0; j < columns; j++) side->block[j] = 0.0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) side->block[j] += (row_of(side->matrix, i)[j] - side->mean[j]) / rows;
    for (int j = 0; j < columns; j++) side->mean[j] += side->block[j];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) side->scale = fmax(side->scale, fabs(row_of(side->matrix, i)[j] - side->mean[j]));
}

/* Rows first .. first + row_count - 1 and as many columns from `column`, centred and scaled, into side->block, column_count apart. */
static void side_copy(const struct side *side, int first, int row_count, int column, int column_count)
{
    for (int i = 0; i < row_count; i++) {
        const double *row    = row_of(side->matrix, first + i) + column;
        double       *target = side->block + (ptrdiff_t)i * column_count;

        for (int j = 0; j < column_count; j++) target[j] = (row[j] - side->mean[column + j]) / side->scale;
    }
}

static int block_size(int total, int first)
{
    return total - first < BLOCK ? total - first : BLOCK;
}

static void side_fill_gram(struct side *side)
{
    const int rows = side->matrix->row_count, columns = side->matrix->column_count;

    for (int j = 0; j < columns; j += BLOCK) {
        side_copy(side, 0, rows, j, block_size(columns, j));
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, rows, block_size(columns, j), 1.0, side->block,
                    block_size(columns, j), 1.0, side->inner, rows);
    }
}

/* The inner products of the columns of a side that has no Gram matrix, and those between the sides (right columns x left columns):
 * each block of rows is centred once. */
static void fill_by_rows(struct side *left, struct side *right, double *cross)
{
    const int    rows     = left->matrix->row_count;
    const int    across   = left->matrix->column_count;
    struct side *sides[2] = {left, right};

    for (int i = 0; i < rows; i += BLOCK) {
        for (int s = 0; s < 2; s++) {
            const int columns = sides[s]->matrix->column_count;

            side_copy(sides[s], i, block_size(rows, i), 0, columns);
            if (sides[s]->is_gram) continue;
            cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, columns, block_size(rows, i), 1.0, sides[s]->block, columns, 1.0,
                        sides[s]->inner, columns);
        }
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, right->matrix->column_count, across, block_size(rows, i), 1.0,
                    right->block, right->matrix->column_count, left->block, across, 1.0, cross, across);
    }
}

/* The sum of products of two symmetric matrices given by their lower triangles. */
static double symmetric_product(int count, const double *left, const double *right)
{
    double diagonal = 0.0, below = 0.0;

    for (int i = 0; i < count; i++) {
        const ptrdiff_t row = (ptrdiff_t)i * count;

        below += cblas_ddot(i, left + row, 1, right + row, 1);
        diagonal += left[row + i] * right[row + i];
    }
    return diagonal + 2.0 * below;
}

static struct metric cka_measure(struct side *left, struct side *right, double *cross)
{
    const size_t cross_count = (size_t)left->matrix->column_count * (size_t)right->matrix->column_count;
    double       both        = 0.0, alone;

    side_measure(left);
    side_measure(right);
    if (!(left->scale > 0.0 && right->scale > 0.0)) return metric_of(METRIC_NO_VARIANCE, 0.0);
    if (!(isfinite(left->scale) && isfinite(right->scale))) return metric_of(METRIC_TOO_LARGE, 0.0);
    if (left->is_gram) side_fill_gram(left);
    if (right->is_gram) side_fill_gram(right);
    if (cross != NULL)
        fill_by_rows(left, right, cross);
    else
        both = symmetric_product(left->inner_side, left->inner, right->inner);
    for (size_t i = 0; cross != NULL && i < cross_count; i++) both += cross[i] * cross[i];
    alone = symmetric_product(left->inner_side, left->inner, left->inner);
    alone = sqrt(alone) * sqrt(symmetric_product(right->inner_side, right->inner, right->inner));
    return metric_of(METRIC_DONE, fmin(both / alone, 1.0));
}

bool metrics_linear_cka(const struct matrix *left, const struct matrix *right, struct metric *out, struct err *err)
{
    struct side  sides[2];
    struct arena arena;
    double      *cross = NULL;
    bool         has_memory;

    if (left->row_count != right->row_count)
        return err_set(err, ERR_INVALID, "the representations have %d and %d rows", left->row_count, right->row_count);
    arena_init(&arena);
    has_memory = side_init(&sides[0], left, &arena) && side_init(&sides[1], right, &arena);
    if (has_memory && !(sides[0].is_gram && sides[1].is_gram)) {
        cross      = arena_alloc_array(&arena, (size_t)right->column_count, (size_t)left->column_count * sizeof *cross);
        has_memory = cross != NULL;
    }
    if (has_memory) *out = cka_measure(&sides[0], &sides[1], cross);
    arena_close(&arena);
    return has_memory || err_no_memory(err);
}

/* --- task accuracy ------------------------------------------------------------------------------------------------------------ */

struct metric metrics_task_accuracy(enum learner_task task, int trial_count, const struct learner_value *values,
                                    const double *targets)
{
    double right_count   = 0.0;
    int    counted_count = 0;

    for (int t = 0; t < trial_count; t++) {
        const double expected = values[t].right - values[t].left;
        const double true_lead =
            task == LEARNER_TASK_CATEGORY ? targets[t] - 0.5 : targets[2 * (ptrdiff_t)t + 1] - targets[2 * (ptrdiff_t)t];

        if (true_lead == 0.0) continue;
        counted_count++;
        if (t == 0 || expected == 0.0)
            right_count += 0.5;
        else
            right_count += (expected > 0.0) == (true_lead > 0.0);
    }
    if (counted_count == 0) return metric_of(METRIC_NO_TRIALS, 0.0);
    return metric_of(METRIC_DONE, right_count / counted_count);
}
