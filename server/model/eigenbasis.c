#include "model/eigenbasis.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct eigenbasis {
    int           side_max;
    int           side;
    int           first;   /* not null from here on */
    double       *value;   /* side_max, ascending */
    double       *scratch; /* side_max */
    const double *vectors; /* borrowed; eigenvectors as rows */
    double       *work;
    lapack_int   *integer_work;
    lapack_int    work_count;
    lapack_int    integer_work_count;
    struct arena  memory;
};

struct eigenbasis *eigenbasis_new(int side_max, struct err *err)
{
    const size_t       side  = (size_t)side_max;
    struct eigenbasis *basis = calloc(1, sizeof *basis);

    assert(side_max >= 0 && side_max <= EIGENBASIS_SIDE_MAX);
    if (basis == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&basis->memory);
    basis->side_max = side_max;
    /* What dsyevd asks for with eigenvectors, by its documentation. */
    basis->work_count         = (lapack_int)(1 + 6 * side + 2 * side * side);
    basis->integer_work_count = (lapack_int)(3 + 5 * side);
    basis->work               = arena_alloc_array(&basis->memory, (size_t)basis->work_count, sizeof(double));
    basis->integer_work       = arena_alloc_array(&basis->memory, (size_t)basis->integer_work_count, sizeof(lapack_int));
    basis->value              = arena_alloc_array(&basis->memory, side + 1, sizeof(double));
    basis->scratch            = arena_alloc_array(&basis->memory, side + 1, sizeof(double));
    if (basis->work != NULL && basis->integer_work != NULL && basis->value != NULL && basis->scratch != NULL) return basis;
    eigenbasis_free(basis);
    err_no_memory(err);
    return NULL;
}

void eigenbasis_free(struct eigenbasis *basis)
{
    if (basis == NULL) return;
    arena_close(&basis->memory);
    free(basis);
}

/* The rows' lower triangle is LAPACK's upper one; its eigenvector columns come back as our rows. */
bool eigenbasis_decompose(struct eigenbasis *basis, int side, double *matrix, double rounding_limit)
{
    assert(side >= 0 && side <= basis->side_max);
    basis->side    = side;
    basis->first   = 0;
    basis->vectors = matrix;
    if (side == 0) return true;
    if (LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'U', side, matrix, side, basis->value, basis->work, basis->work_count,
                            basis->integer_work, basis->integer_work_count) != 0)
        return false;
    while (basis->first < side && !(basis->value[basis->first] > basis->value[side - 1] * rounding_limit)) basis->first++;
    return true;
}

int eigenbasis_null_count(const struct eigenbasis *basis)
{
    return basis->first;
}

static void turn(struct eigenbasis *basis, CBLAS_TRANSPOSE transpose, double *vector)
{
    if (basis->side == 0) return;
    memcpy(basis->scratch, vector, (size_t)basis->side * sizeof(double));
    cblas_dgemv(CblasRowMajor, transpose, basis->side, basis->side, 1.0, basis->vectors, basis->side, basis->scratch, 1, 0.0,
                vector, 1);
}

void eigenbasis_enter(struct eigenbasis *basis, double *vector)
{
    turn(basis, CblasNoTrans, vector);
}

void eigenbasis_leave(struct eigenbasis *basis, double *vector)
{
    turn(basis, CblasTrans, vector);
}

void eigenbasis_solve(const struct eigenbasis *basis, double shift, const double *right, double *solution,
                      struct eigenbasis_sums *sums)
{
    *sums = (struct eigenbasis_sums){0};
    for (int i = 0; i < basis->first; i++) solution[i] = 0.0;
    for (int i = basis->first; i < basis->side; i++) {
        const double value   = basis->value[i];
        const double inverse = 1.0 / (value + shift);
        const double x       = right[i] * inverse;

        solution[i] = x;
        sums->square += x * x;
        sums->form += value * x * x;
        sums->inverse_form += x * x / value;
        sums->determined += value * inverse;
    }
}

void eigenbasis_multiply(const struct eigenbasis *basis, const double *vector, double *out)
{
    for (int i = 0; i < basis->first; i++) out[i] = 0.0;
    for (int i = basis->first; i < basis->side; i++) out[i] = basis->value[i] * vector[i];
}

double eigenbasis_form(const struct eigenbasis *basis, const double *vector)
{
    double form = 0.0;

    for (int i = basis->first; i < basis->side; i++) form += basis->value[i] * vector[i] * vector[i];
    return form;
}
