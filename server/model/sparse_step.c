#include "model/sparse_step.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Added to each diagonal entry, as a fraction of it; raised where a factor fails all the same. */
static const double DAMPING       = 1e-14;
static const double DAMPING_RAISE = 100.0;
enum { DAMPING_COUNT = 7 };

/* Moves per possible active weight before the search is cut short; some two are usual. */
enum { MOVES_PER_WEIGHT = 10 };

struct sparse_step {
    int          row_max;
    int          column_max;
    int          active_max;
    double      *change;    /* column_max: z */
    double      *slope;     /* column_max: gradient of the smooth part at w + z */
    double      *image;     /* row_max: A z */
    bool        *is_active; /* column_max */
    int         *active;    /* active_max: columns */
    double      *sign;      /* active_max */
    double      *move;      /* active_max */
    double      *hessian;   /* active_max^2: inner products of the active columns, whole */
    double      *factor;    /* active_max^2 */
    struct arena memory;

    /* Of the solve under way. */
    const struct sparse_step_data *data;
    double                        *weights;
    int                            active_count;
};

static bool sparse_step_take_memory(struct sparse_step *step)
{
    const size_t columns = (size_t)step->column_max;
    const size_t side    = (size_t)step->active_max;

    step->change    = arena_alloc_array(&step->memory, columns, sizeof(double));
    step->slope     = arena_alloc_array(&step->memory, columns, sizeof(double));
    step->image     = arena_alloc_array(&step->memory, (size_t)step->row_max, sizeof(double));
    step->is_active = arena_alloc_array(&step->memory, columns, sizeof(bool));
    step->active    = arena_alloc_array(&step->memory, side, sizeof(int));
    step->sign      = arena_alloc_array(&step->memory, side, sizeof(double));
    step->move      = arena_alloc_array(&step->memory, side, sizeof(double));
    step->hessian   = arena_alloc_array(&step->memory, side, side * sizeof(double));
    step->factor    = arena_alloc_array(&step->memory, side, side * sizeof(double));
    return step->change != NULL && step->slope != NULL && step->image != NULL && step->is_active != NULL &&
           step->active != NULL && step->sign != NULL && step->move != NULL && step->hessian != NULL && step->factor != NULL;
}

struct sparse_step *sparse_step_new(int row_max, int column_max, struct err *err)
{
    const int           side = row_max < column_max ? row_max : column_max;
    struct sparse_step *step = calloc(1, sizeof *step);

    if (step == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&step->memory);
    step->row_max    = row_max;
    step->column_max = column_max;
    /* A solution has as many weights as rows at most; a shortened step leaves those of two solutions. */
    step->active_max = 2 * side + 1 < column_max ? 2 * side + 1 : column_max;
    if (sparse_step_take_memory(step)) return step;
    sparse_step_free(step);
    err_no_memory(err);
    return NULL;
}

void sparse_step_free(struct sparse_step *step)
{
    if (step == NULL) return;
    arena_close(&step->memory);
    free(step);
}

static const double *column_of(const struct sparse_step *step, int index)
{
    return step->data->columns + (ptrdiff_t)index * step->data->row_count;
}

static void join(struct sparse_step *step, int index, double sign)
{
    const int place = step->active_count++;

    step->active[place]    = index;
    step->sign[place]      = sign;
    step->is_active[index] = true;
    for (int k = 0; k <= place; k++) {
        const double product = cblas_ddot(step->data->row_count, column_of(step, index), 1, column_of(step, step->active[k]), 1);

        step->hessian[(ptrdiff_t)place * step->active_max + k] = product;
        step->hessian[(ptrdiff_t)k * step->active_max + place] = product;
    }
}

/* The last active weight takes the place of the one that leaves. */
static void leave(struct sparse_step *step, int place)
{
    const int last = --step->active_count;
    const int side = step->active_max;

    step->is_active[step->active[place]] = false;
    step->active[place]                  = step->active[last];
    step->sign[place]                    = step->sign[last];
    for (int k = 0; k <= last; k++) step->hessian[(ptrdiff_t)place * side + k] = step->hessian[(ptrdiff_t)last * side + k];
    for (int k = 0; k <= last; k++) step->hessian[(ptrdiff_t)k * side + place] = step->hessian[(ptrdiff_t)k * side + last];
    step->hessian[(ptrdiff_t)place * side + place] = step->hessian[(ptrdiff_t)last * side + last];
}

static void measure_slope(struct sparse_step *step)
{
    const struct sparse_step_data *data = step->data;

    cblas_dgemv(CblasRowMajor, CblasTrans, data->column_count, data->row_count, 1.0, data->columns, data->row_count, step->change,
                1, 0.0, step->image, 1);
    memcpy(step->slope, data->gradient, (size_t)data->column_count * sizeof(double));
    cblas_dgemv(CblasRowMajor, CblasNoTrans, data->column_count, data->row_count, 1.0, data->columns, data->row_count,
                step->image, 1, 1.0, step->slope, 1);
}

static bool factorise(struct sparse_step *step)
{
    const int side    = step->active_count;
    double    damping = DAMPING;

    for (int attempt = 0; attempt < DAMPING_COUNT; attempt++, damping *= DAMPING_RAISE) {
        for (int i = 0; i < side; i++) {
            memcpy(step->factor + (ptrdiff_t)i * side, step->hessian + (ptrdiff_t)i * step->active_max,
                   (size_t)(i + 1) * sizeof(double));
            step->factor[(ptrdiff_t)i * (side + 1)] *= 1.0 + damping;
        }
        /* Our lower triangle by rows is LAPACK's upper triangle by columns. */
        if (LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', side, step->factor, side) == 0) return true;
    }
    return false;
}

/* Towards the least of the active weights, as far as the first that reaches zero. Returns the place of that one, -1 when none
 * does, and -2 when there is no factor. */
enum { MOVE_WHOLE = -1, MOVE_FAILED = -2 };

static int move_active(struct sparse_step *step)
{
    const int side    = step->active_count;
    int       crossed = MOVE_WHOLE;
    double    size    = 1.0;

    if (!factorise(step)) return MOVE_FAILED;
    for (int k = 0; k < side; k++) step->move[k] = -(step->slope[step->active[k]] + step->sign[k]);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, side, step->factor, side, step->move, 1);
    cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, side, step->factor, side, step->move, 1);
    for (int k = 0; k < side; k++) {
        const double length = step->sign[k] * step->weights[step->active[k]];
        const double change = step->sign[k] * step->move[k];

        if (!(length + size * change <= 0.0) || change >= 0.0) continue;
        size    = length / -change;
        crossed = k;
    }
    for (int k = 0; k < side; k++) {
        const int    index = step->active[k];
        const double start = step->weights[index];

        step->weights[index] = k == crossed ? 0.0 : start + size * step->move[k];
        step->change[index] += step->weights[index] - start;
    }
    return crossed;
}

/* The weight at zero that is furthest beyond its bounds; -1 when there is none. */
static int most_wanting(const struct sparse_step *step)
{
    double largest = 0.0;
    int    best    = -1;

    for (int j = 0; j < step->data->column_count; j++) {
        const double excess = fabs(step->slope[j]) - 1.0 - step->data->tolerance[j];

        if (step->is_active[j] || step->weights[j] != 0.0 || !(excess > largest)) continue;
        largest = excess;
        best    = j;
    }
    return best;
}

void sparse_step_solve(struct sparse_step *step, const struct sparse_step_data *data, double *weights)
{
    int newest = -1;

    assert(data->row_count <= step->row_max && data->column_count <= step->column_max);
    step->data         = data;
    step->weights      = weights;
    step->active_count = 0;
    memset(step->change, 0, (size_t)data->column_count * sizeof(double));
    memset(step->is_active, 0, (size_t)data->column_count * sizeof(bool));
    for (int j = 0; j < data->column_count; j++)
        if (weights[j] != 0.0 && step->active_count < step->active_max) join(step, j, weights[j] > 0.0 ? 1.0 : -1.0);
    measure_slope(step);
    for (int moves = 0; moves < MOVES_PER_WEIGHT * step->active_max; moves++) {
        const int crossed = step->active_count > 0 ? move_active(step) : MOVE_WHOLE;

        if (crossed == MOVE_FAILED) return;
        measure_slope(step);
        if (crossed >= 0) {
            const bool is_refused = step->active[crossed] == newest; /* it wanted in by rounding only */

            leave(step, crossed);
            if (is_refused) return;
            newest = -1;
            continue;
        }
        newest = most_wanting(step);
        if (newest < 0 || step->active_count == step->active_max) return;
        join(step, newest, step->slope[newest] > 0.0 ? -1.0 : 1.0);
    }
}
