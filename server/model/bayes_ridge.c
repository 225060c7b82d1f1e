#include "model/bayes_ridge.h"

#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "model/ridge_posterior.h"

const struct bayes_ridge_settings BAYES_RIDGE_DEFAULTS = {
    .precision_shape       = 1e-6,
    .precision_rate        = 1e-6,
    .coefficient_tolerance = 1e-3,
    .iteration_max         = 300,
};

/* The weights stay in the coordinates of `posterior`, x, throughout. */
struct bayes_ridge {
    struct bayes_ridge_settings settings;
    int                         feature_count;
    struct ridge_posterior     *posterior;
    double                     *solution;     /* side_max: x */
    double                     *previous;     /* of the iteration before */
    double                     *move;         /* their difference */
    double                     *anchor;       /* the move whose L1 norm was taken last */
    double                     *anchor_image; /* for inner products with it */
    double                     *scratch;
    double                      anchor_l1;     /* 0: none was taken yet */
    double                      anchor_square; /* |.|_2^2 */
    struct arena                memory;
};

static bool bayes_ridge_take_memory(struct bayes_ridge *fit, int side_max)
{
    double **places[] = {&fit->solution, &fit->previous, &fit->move, &fit->anchor, &fit->anchor_image, &fit->scratch};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        *places[i] = arena_alloc_array(&fit->memory, (size_t)side_max, sizeof(double));
        if (*places[i] == NULL) return false;
    }
    return true;
}

struct bayes_ridge *bayes_ridge_new(int row_max, int feature_count, const struct bayes_ridge_settings *settings, struct err *err)
{
    struct bayes_ridge *fit = calloc(1, sizeof *fit);

    if (fit == NULL) {
        err_no_memory(err);
        return NULL;
    }
    arena_init(&fit->memory);
    fit->settings      = *settings;
    fit->feature_count = feature_count;
    fit->posterior     = ridge_posterior_new(row_max, feature_count, err);
    if (fit->posterior == NULL) goto fail;
    if (bayes_ridge_take_memory(fit, row_max < feature_count ? row_max : feature_count)) return fit;
    err_no_memory(err);
fail:
    bayes_ridge_free(fit);
    return NULL;
}

void bayes_ridge_free(struct bayes_ridge *fit)
{
    if (fit == NULL) return;
    ridge_posterior_free(fit->posterior);
    arena_close(&fit->memory);
    free(fit);
}

enum verdict { VERDICT_MOVING, VERDICT_SETTLED, VERDICT_OPEN };

/* Successive moves v are nearly multiples of each other: with v = s u + e, u the move whose L1 norm is known,
 * | |v|_1 - |s| |u|_1 | <= |e|_1 <= sqrt(d) |e|_2. */
static enum verdict judge_by_anchor(struct bayes_ridge *fit)
{
    const int    side      = ridge_posterior_side(fit->posterior);
    const double tolerance = fit->settings.coefficient_tolerance;
    const double scale     = cblas_ddot(side, fit->move, 1, fit->anchor_image, 1) / fit->anchor_square;
    const double known     = fabs(scale) * fit->anchor_l1;
    double       slack;

    for (int i = 0; i < side; i++) fit->scratch[i] = fit->move[i] - scale * fit->anchor[i];
    slack = sqrt(fit->feature_count * ridge_posterior_square(fit->posterior, fit->scratch));
    if (known - slack >= tolerance) return VERDICT_MOVING;
    return known + slack < tolerance ? VERDICT_SETTLED : VERDICT_OPEN;
}

static bool has_settled(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    const int    side      = ridge_posterior_side(fit->posterior);
    const double tolerance = fit->settings.coefficient_tolerance;
    double       square;

    for (int i = 0; i < side; i++) fit->move[i] = fit->solution[i] - fit->previous[i];
    square = ridge_posterior_square(fit->posterior, fit->move);
    if (square >= tolerance * tolerance) return false; /* |v|_2 <= |v|_1 <= sqrt(d) |v|_2 */
    if (fit->feature_count * square < tolerance * tolerance) return true;
    if (fit->anchor_l1 > 0.0) {
        const enum verdict verdict = judge_by_anchor(fit);

        if (verdict != VERDICT_OPEN) return verdict == VERDICT_SETTLED;
    }
    memcpy(fit->anchor, fit->move, (size_t)side * sizeof(double));
    ridge_posterior_image(fit->posterior, fit->anchor, fit->anchor_image);
    fit->anchor_square = square;
    fit->anchor_l1     = ridge_posterior_l1(fit->posterior, fit->move);
    result->formed_count++;
    return fit->anchor_l1 < tolerance;
}

static void update_precisions(const struct bayes_ridge *fit, const struct ridge_posterior_sums *sums,
                              struct bayes_ridge_result *result)
{
    const double shape = 2.0 * fit->settings.precision_shape;
    const double rate  = 2.0 * fit->settings.precision_rate;

    result->weight_precision = (sums->determined + shape) / (sums->weight_square + rate);
    result->noise_precision  = (sums->undetermined + shape) / (sums->residual_square + rate);
}

/* False when the basis has lost too many digits. */
static bool iterate(struct bayes_ridge *fit, struct bayes_ridge_result *result)
{
    const size_t                bytes = (size_t)ridge_posterior_side(fit->posterior) * sizeof(double);
    struct ridge_posterior_sums sums;

    *result =
        (struct bayes_ridge_result){.status           = BAYES_RIDGE_ITERATION_LIMIT,
                                    .noise_precision  = 1.0 / (ridge_posterior_target_variance(fit->posterior) + DBL_EPSILON),
                                    .weight_precision = 1.0};
    fit->anchor_l1 = 0.0;
    while (result->iteration_count < fit->settings.iteration_max) {
        if (!ridge_posterior_at(fit->posterior, result->weight_precision / result->noise_precision, fit->solution, &sums))
            return false;
        update_precisions(fit, &sums, result);
        if (++result->iteration_count > 1 && has_settled(fit, result)) {
            result->status = BAYES_RIDGE_CONVERGED;
            break;
        }
        memcpy(fit->previous, fit->solution, bytes);
    }
    return ridge_posterior_at(fit->posterior, result->weight_precision / result->noise_precision, fit->solution, &sums);
}

void bayes_ridge_solve(struct bayes_ridge *fit, const struct bayes_ridge_data *data, struct bayes_ridge_result *result)
{
    bool is_solved = ridge_posterior_prepare(fit->posterior, data, RIDGE_BASIS_TRIDIAGONAL) && iterate(fit, result);

    if (!is_solved) {
        is_solved             = ridge_posterior_prepare(fit->posterior, data, RIDGE_BASIS_EIGEN) && iterate(fit, result);
        result->is_decomposed = is_solved;
    }
    if (!is_solved) *result = (struct bayes_ridge_result){.status = BAYES_RIDGE_SINGULAR};
    ridge_posterior_keep(fit->posterior, is_solved ? fit->solution : NULL);
    result->intercept = ridge_posterior_intercept(fit->posterior);
}

double bayes_ridge_predict(const struct bayes_ridge *fit, const double *row, const double *gram_row)
{
    return ridge_posterior_predict(fit->posterior, row, gram_row);
}

const double *bayes_ridge_weights(struct bayes_ridge *fit)
{
    return ridge_posterior_weights(fit->posterior);
}
