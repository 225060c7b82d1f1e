#include "model/tridiagonal.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

/* What dsytrd is given decides its block size. At the sides of one condition, 40 to 300, blocks of 16 take a sixth less time than
 * the 32 that it would choose. */
enum { WORK_PER_ROW = 16 };

/* Between these no product of two elements leaves the range of a double, nor does one that matters vanish. */
static const double NORM_MIN = 1e-100;
static const double NORM_MAX = 1e100;

struct tridiagonal {
    int           side_max;
    int           side;
    double        norm;
    double       *diagonal;   /* side_max */
    double       *off;        /* side_max, from -1 on: off[i] couples i and i + 1; 0 at both ends */
    double       *tau;        /* side_max */
    double       *multiplier; /* side_max: off / pivot, towards the middle */
    double       *work;       /* WORK_PER_ROW x side_max */
    const double *reflectors; /* borrowed; reflector i: below row i + 1's place i + 1, its last element 1 */
    struct arena  memory;
};

static double *take_doubles(struct tridiagonal *tridiagonal, size_t times)
{
    return arena_alloc_array(&tridiagonal->memory, (size_t)tridiagonal->side_max + 1, times * sizeof(double));
}

struct tridiagonal *tridiagonal_new(int side_max, struct err *err)
{
    struct tridiagonal *tridiagonal = calloc(1, sizeof *tridiagonal);

    if (tridiagonal == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&tridiagonal->memory);
    tridiagonal->side_max   = side_max;
    tridiagonal->diagonal   = take_doubles(tridiagonal, 1);
    tridiagonal->off        = take_doubles(tridiagonal, 2);
    tridiagonal->tau        = take_doubles(tridiagonal, 1);
    tridiagonal->multiplier = take_doubles(tridiagonal, 1);
    tridiagonal->work       = take_doubles(tridiagonal, WORK_PER_ROW);
    if (tridiagonal->diagonal == NULL || tridiagonal->off == NULL || tridiagonal->tau == NULL ||
        tridiagonal->multiplier == NULL || tridiagonal->work == NULL) {
        tridiagonal_free(tridiagonal);
        err_no_memory(err);
        return NULL;
    }
    tridiagonal->off++;
    return tridiagonal;
}

void tridiagonal_free(struct tridiagonal *tridiagonal)
{
    if (tridiagonal == NULL) return;
    arena_close(&tridiagonal->memory);
    free(tridiagonal);
}

static double measure_norm(const struct tridiagonal *tridiagonal)
{
    const double *off     = tridiagonal->off;
    double        largest = 0.0;

    for (int i = 0; i < tridiagonal->side; i++) {
        const double sum = fabs(tridiagonal->diagonal[i]) + fabs(off[i - 1]) + fabs(off[i]);

        if (!(sum <= largest)) largest = sum; /* keeps what is not a number */
    }
    return largest;
}

bool tridiagonal_reduce(struct tridiagonal *tridiagonal, int side, double *matrix)
{
    assert(side >= 0 && side <= tridiagonal->side_max);
    tridiagonal->side       = side;
    tridiagonal->reflectors = matrix;
    tridiagonal->norm       = 0.0;
    if (side == 0) return true;
    /* Our lower triangle by rows is LAPACK's upper triangle by columns. */
    if (LAPACKE_dsytrd_work(LAPACK_COL_MAJOR, 'U', side, matrix, side, tridiagonal->diagonal, tridiagonal->off, tridiagonal->tau,
                            tridiagonal->work, WORK_PER_ROW * side) != 0)
        return false;
    tridiagonal->off[side - 1] = 0.0;
    tridiagonal->norm          = measure_norm(tridiagonal);
    return tridiagonal->norm > NORM_MIN && tridiagonal->norm < NORM_MAX;
}

double tridiagonal_norm(const struct tridiagonal *tridiagonal)
{
    return tridiagonal->norm;
}

/* The reflection I - tau v v', v = (the first `index` numbers of row index + 1, then 1, then zeros). */
static void reflect(const struct tridiagonal *tridiagonal, int index, double *vector)
{
    const double *v      = tridiagonal->reflectors + (ptrdiff_t)(index + 1) * tridiagonal->side;
    const double  amount = tridiagonal->tau[index] * (cblas_ddot(index, v, 1, vector, 1) + vector[index]);

    cblas_daxpy(index, -amount, v, 1, vector, 1);
    vector[index] -= amount;
}

/* Q is the product of the reflections, the last one leftmost. */
void tridiagonal_enter(const struct tridiagonal *tridiagonal, double *vector)
{
    for (int i = tridiagonal->side - 2; i >= 0; i--) reflect(tridiagonal, i, vector);
}

void tridiagonal_leave(const struct tridiagonal *tridiagonal, double *vector)
{
    for (int i = 0; i < tridiagonal->side - 1; i++) reflect(tridiagonal, i, vector);
}

/* One end of the elimination, as it stands at its last row. */
struct elimination {
    double inverse; /* 1 / pivot; not a number from the first pivot on that is not positive */
    double slope;   /* d pivot / d shift */
    double gain;    /* pivot - shift slope */
    double right;
    double trace;      /* sum of slope / pivot over the rows so far */
    double determined; /* likewise, of gain / pivot */
};

/* What the last row p takes off its neighbour, to which `off` couples it. */
struct update {
    double pivot, slope, gain, right;
};

static inline struct update elimination_update(const struct elimination *end, double off)
{
    const double multiplier = off * end->inverse;
    const double square     = multiplier * multiplier;

    return (struct update){.pivot = off * off * end->inverse,
                           .slope = square * end->slope,
                           .gain  = 2.0 * off * multiplier - square * end->gain,
                           .right = multiplier * end->right};
}

static inline void elimination_take(struct elimination *end, double diagonal, double shift, double right,
                                    const struct update *update)
{
    const double pivot = diagonal + shift - update->pivot;

    end->gain    = diagonal - update->gain;
    end->slope   = 1.0 + update->slope;
    end->right   = right - update->right;
    end->inverse = pivot > 0.0 ? 1.0 / pivot : (double)NAN;
    end->trace += end->slope * end->inverse;
    end->determined += end->gain * end->inverse;
}

/* Rows 0 .. middle - 1 downwards and side - 1 .. middle + 1 upwards; `solution` receives right / pivot, multiplier[i] what row i is
 * multiplied by in the row next to it towards the middle. */
static void eliminate_ends(struct tridiagonal *tridiagonal, int middle, double shift, const double *right, double *solution,
                           struct elimination *top, struct elimination *bottom)
{
    const double *diagonal   = tridiagonal->diagonal;
    const double *off        = tridiagonal->off;
    double       *multiplier = tridiagonal->multiplier;

    for (int i = 0, j = tridiagonal->side - 1; i < middle; i++, j--) {
        struct update update = elimination_update(top, off[i - 1]);

        elimination_take(top, diagonal[i], shift, right[i], &update);
        solution[i]   = top->right * top->inverse;
        multiplier[i] = off[i] * top->inverse;
        if (j == middle) break;
        update = elimination_update(bottom, off[j]);
        elimination_take(bottom, diagonal[j], shift, right[j], &update);
        solution[j]   = bottom->right * bottom->inverse;
        multiplier[j] = off[j - 1] * bottom->inverse;
    }
}

/* Back from the middle to both ends. */
static void substitute(const struct tridiagonal *tridiagonal, int middle, double *solution, struct tridiagonal_sums *sums)
{
    const double *diagonal   = tridiagonal->diagonal;
    const double *off        = tridiagonal->off;
    const double *multiplier = tridiagonal->multiplier;
    double        up = solution[middle], down = solution[middle];
    double        square = up * up, form = diagonal[middle] * square;

    for (int i = middle - 1, j = middle + 1; i >= 0 || j < tridiagonal->side; i--, j++) {
        if (i >= 0) {
            const double next = solution[i] - multiplier[i] * up;

            square += next * next;
            form += next * (diagonal[i] * next + 2.0 * off[i] * up);
            solution[i] = up = next;
        }
        if (j < tridiagonal->side) {
            const double next = solution[j] - multiplier[j] * down;

            square += next * next;
            form += next * (diagonal[j] * next + 2.0 * off[j - 1] * down);
            solution[j] = down = next;
        }
    }
    sums->square = square;
    sums->form   = form;
}

bool tridiagonal_solve(struct tridiagonal *tridiagonal, double shift, const double *right, double *solution,
                       struct tridiagonal_sums *sums)
{
    const int          side   = tridiagonal->side;
    const int          middle = side / 2;
    struct elimination top = {0}, bottom = {0};
    struct update      from_top, from_bottom, both;

    *sums = (struct tridiagonal_sums){0};
    if (side == 0) return true;
    eliminate_ends(tridiagonal, middle, shift, right, solution, &top, &bottom);
    from_top    = elimination_update(&top, tridiagonal->off[middle - 1]);
    from_bottom = elimination_update(&bottom, tridiagonal->off[middle]);
    both        = (struct update){.pivot = from_top.pivot + from_bottom.pivot,
                                  .slope = from_top.slope + from_bottom.slope,
                                  .gain  = from_top.gain + from_bottom.gain,
                                  .right = from_top.right + from_bottom.right};
    top.determined += bottom.determined;
    top.trace += bottom.trace;
    elimination_take(&top, tridiagonal->diagonal[middle], shift, right[middle], &both);
    solution[middle] = top.right * top.inverse;
    substitute(tridiagonal, middle, solution, sums);
    sums->inverse_trace = top.trace;
    sums->determined    = top.determined; /* side - shift x trace would cancel at large shifts */
    return isfinite(sums->square) && isfinite(sums->form) && isfinite(top.trace);
}

void tridiagonal_multiply(const struct tridiagonal *tridiagonal, const double *vector, double *out)
{
    const double *off  = tridiagonal->off;
    const int     side = tridiagonal->side;

    for (int i = 0; i < side; i++) out[i] = tridiagonal->diagonal[i] * vector[i];
    for (int i = 0; i + 1 < side; i++) {
        out[i] += off[i] * vector[i + 1];
        out[i + 1] += off[i] * vector[i];
    }
}

double tridiagonal_form(const struct tridiagonal *tridiagonal, const double *vector)
{
    const double *off  = tridiagonal->off;
    double        next = 0.0;
    double        form = 0.0;

    for (int i = tridiagonal->side - 1; i >= 0; i--) {
        form += vector[i] * (tridiagonal->diagonal[i] * vector[i] + 2.0 * off[i] * next);
        next = vector[i];
    }
    return form;
}
