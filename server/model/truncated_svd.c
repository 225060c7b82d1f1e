#include "model/truncated_svd.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"

/* Memory of one decomposition; `side` is the smaller of rows and columns. */
struct decomposition {
    const struct matrix *matrix;
    int                  side;
    int                  component_count;
    bool                 is_wide;      /* rows are the smaller side: inner products of rows */
    double              *product;      /* side x side */
    double              *eigenvalues;  /* side; the first component_count are used, ascending */
    double              *vectors;      /* component_count x side: one eigenvector per row */
    double              *right_vector; /* columns */
    lapack_int          *support;      /* 2 x component_count, an output of LAPACK that nobody needs */
    struct arena         memory;
};

static bool decomposition_init(struct decomposition *work, const struct matrix *matrix, int component_count, struct err *err)
{
    const size_t component = (size_t)component_count;
    size_t       side;

    *work = (struct decomposition){.matrix = matrix, .component_count = component_count};
    arena_init(&work->memory);
    work->is_wide      = matrix->row_count <= matrix->column_count;
    work->side         = work->is_wide ? matrix->row_count : matrix->column_count;
    side               = (size_t)work->side;
    work->product      = arena_alloc_array(&work->memory, side, side * sizeof(double));
    work->eigenvalues  = arena_alloc_array(&work->memory, side, sizeof(double));
    work->vectors      = arena_alloc_array(&work->memory, side, component * sizeof(double));
    work->right_vector = arena_alloc_array(&work->memory, (size_t)matrix->column_count, sizeof(double));
    work->support      = arena_alloc_array(&work->memory, component, 2 * sizeof(lapack_int));
    if (work->product != NULL && work->eigenvalues != NULL && work->vectors != NULL && work->right_vector != NULL &&
        work->support != NULL)
        return true;
    return err_no_memory(err);
}

static bool decompose(struct decomposition *work, struct err *err)
{
    const struct matrix *matrix = work->matrix;
    const int            side   = work->side;
    lapack_int           found  = 0;
    lapack_int           info;

    cblas_dsyrk(CblasRowMajor, CblasLower, work->is_wide ? CblasNoTrans : CblasTrans, side,
                work->is_wide ? matrix->column_count : matrix->row_count, 1.0, matrix->values, matrix->column_count, 0.0,
                work->product, side);
    for (int i = 0; i < side; i++)
        if (!isfinite(work->product[(size_t)i * (size_t)side + (size_t)i]))
            return err_set(err, ERR_INVALID, "the matrix holds numbers that are not finite or too large to be squared");
    /* The lower triangle by rows is the upper one by columns; eigenvectors come as columns, our rows. */
    info = LAPACKE_dsyevr(LAPACK_COL_MAJOR, 'V', 'I', 'U', side, work->product, side, 0.0, 0.0, side - work->component_count + 1,
                          side, 0.0, &found, work->eigenvalues, work->vectors, side, work->support);
    if (info != 0 || found != work->component_count)
        return err_set(err, ERR_INTERNAL, "no singular vectors of a %d x %d matrix were found (LAPACK dsyevr: %d)",
                       matrix->row_count, matrix->column_count, (int)info);
    return true;
}

/* +1 or -1, such that the right singular vector's component of largest magnitude becomes positive. */
static double sign_of(struct decomposition *work, const double *vector)
{
    const struct matrix *matrix = work->matrix;
    const double        *right  = vector;

    if (work->is_wide) {
        cblas_dgemv(CblasRowMajor, CblasTrans, matrix->row_count, matrix->column_count, 1.0, matrix->values, matrix->column_count,
                    vector, 1, 0.0, work->right_vector, 1);
        right = work->right_vector;
    }
    return right[cblas_idamax(matrix->column_count, right, 1)] < 0.0 ? -1.0 : 1.0;
}

/* Column `component` of the result; eigenvectors come in ascending order, ours is descending. */
static void fill_component(struct decomposition *work, int component, struct matrix *out)
{
    const struct matrix *matrix     = work->matrix;
    const int            from       = work->component_count - 1 - component;
    const double        *vector     = work->vectors + (size_t)from * (size_t)work->side;
    const double         largest    = work->eigenvalues[work->component_count - 1];
    const double         null_limit = largest * DBL_EPSILON * ((double)matrix->row_count + matrix->column_count);
    const double         eigenvalue = work->eigenvalues[from];

    if (eigenvalue <= null_limit) return; /* out is zeroed */
    if (work->is_wide)
        cblas_daxpy(matrix->row_count, sqrt(eigenvalue) * sign_of(work, vector), vector, 1, out->values + component,
                    out->column_count);
    else
        cblas_dgemv(CblasRowMajor, CblasNoTrans, matrix->row_count, matrix->column_count, sign_of(work, vector), matrix->values,
                    matrix->column_count, vector, 1, 0.0, out->values + component, out->column_count);
}

bool truncated_svd(const struct matrix *matrix, int component_count, struct matrix *out, struct err *err)
{
    const int            side = matrix->row_count < matrix->column_count ? matrix->row_count : matrix->column_count;
    struct decomposition work;
    struct matrix        result = {.row_count = matrix->row_count, .column_count = component_count};
    bool                 ok     = false;

    if (component_count < 1 || component_count > side)
        return err_set(err, ERR_INVALID, "a %d x %d matrix has 1 to %d singular vectors, not %d", matrix->row_count,
                       matrix->column_count, side, component_count);
    if (!decomposition_init(&work, matrix, component_count, err)) goto done;
    result.values = calloc((size_t)matrix->row_count * (size_t)component_count, sizeof *result.values);
    if (result.values == NULL) {
        err_no_memory(err);
        goto done;
    }
    if (!decompose(&work, err)) goto done;
    for (int i = 0; i < component_count; i++) fill_component(&work, i, &result);
    *out          = result;
    result.values = NULL;
    ok            = true;
done:
    free(result.values);
    arena_close(&work.memory);
    return ok;
}
