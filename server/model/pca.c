#include "model/pca.h"

#include <assert.h>
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"

/* With X = U S V' the scores are U S. Our row-major X is LAPACK's column-major X', so that U' comes back as its V'. */
struct pca {
    int          row_count;
    int          feature_count;
    int          side;     /* min(row_count, feature_count): as many singular values */
    double      *centred;  /* row_count x feature_count; destroyed by the decomposition */
    double      *singular; /* side, descending */
    double      *right;    /* side x feature_count; LAPACK needs the place, nobody else */
    double      *left;     /* row_count x side */
    struct arena memory;
};

static bool pca_init(struct pca *pca, int row_count, int feature_count, struct err *err)
{
    *pca = (struct pca){.row_count = row_count, .feature_count = feature_count};
    arena_init(&pca->memory);
    pca->side     = row_count < feature_count ? row_count : feature_count;
    pca->centred  = arena_alloc_array(&pca->memory, (size_t)row_count, (size_t)feature_count * sizeof(double));
    pca->singular = arena_alloc_array(&pca->memory, (size_t)pca->side, sizeof(double));
    pca->right    = arena_alloc_array(&pca->memory, (size_t)pca->side, (size_t)feature_count * sizeof(double));
    pca->left     = arena_alloc_array(&pca->memory, (size_t)pca->side, (size_t)row_count * sizeof(double));
    if (pca->centred != NULL && pca->singular != NULL && pca->right != NULL && pca->left != NULL) return true;
    return err_no_memory(err);
}

static bool fill_centred(struct pca *pca, const double *rows, struct err *err)
{
    for (int j = 0; j < pca->feature_count; j++) {
        double mean = 0.0;

        for (int i = 0; i < pca->row_count; i++) mean += rows[(ptrdiff_t)i * pca->feature_count + j];
        mean /= pca->row_count;
        if (!isfinite(mean))
            return err_set(err, ERR_INVALID, "principal components: feature %d holds numbers that are not finite", j);
        for (int i = 0; i < pca->row_count; i++) {
            const ptrdiff_t at = (ptrdiff_t)i * pca->feature_count + j;

            pca->centred[at] = rows[at] - mean;
        }
    }
    return true;
}

static bool decompose(struct pca *pca, struct err *err)
{
    const int  d    = pca->feature_count;
    lapack_int info = LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'S', d, pca->row_count, pca->centred, d, pca->singular, pca->right, d,
                                     pca->left, pca->side);

    if (info == 0) return true;
    return err_set(err, ERR_INTERNAL, "no singular value decomposition of %d x %d numbers was found (LAPACK dgesdd: %d)",
                   pca->row_count, d, (int)info);
}

/* pca->left holds U row by row: entry (i, k) at left[i * side + k]. */
static void fill_scores(const struct pca *pca, int component_count, double *scores)
{
    const double null_limit = pca->singular[0] * DBL_EPSILON * (pca->row_count + pca->feature_count);

    memset(scores, 0, (size_t)pca->row_count * (size_t)component_count * sizeof *scores);
    for (int k = 0; k < component_count; k++) {
        const double *column  = pca->left + k;
        const size_t  largest = cblas_idamax(pca->row_count, column, pca->side);
        const double  sign    = column[largest * (size_t)pca->side] < 0.0 ? -1.0 : 1.0;

        if (pca->singular[k] > null_limit)
            cblas_daxpy(pca->row_count, sign * pca->singular[k], column, pca->side, scores + k, component_count);
    }
}

bool pca_scores(const double *rows, int row_count, int feature_count, int component_count, double *scores, struct err *err)
{
    struct pca pca;
    bool       ok;

    assert(component_count >= 1 && component_count <= row_count && component_count <= feature_count);
    ok = pca_init(&pca, row_count, feature_count, err) && fill_centred(&pca, rows, err) && decompose(&pca, err);
    if (ok) fill_scores(&pca, component_count, scores);
    arena_close(&pca.memory);
    return ok;
}
