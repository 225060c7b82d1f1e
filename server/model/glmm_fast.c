#include <math.h>
#include <string.h>

#include "model/glmm_expansion.h"
#include "model/glmm_private.h"

/* What the degrees beyond the last may change of a probability, and how fast the degrees have to fall for that to be said. */
static const double PROB_TOLERANCE = 1e-9;
static const double DEGREE_RATIO   = 0.5;

struct gradient {
    double slope;
    double variance;
};

static void expand(struct glmm *fit)
{
    const int count = fit->shape.term_count;

    memset(fit->expansion_total, 0, (size_t)count * sizeof(double));
    for (int p = 0; p < fit->participant_count; p++) {
        double *own = fit->expansions + (ptrdiff_t)p * count;

        glmm_expand_participant(&fit->shape, &fit->rows[p], fit->full_modes[p].slope, fit->full.point.variance, own);
        for (int n = 0; n < count; n++) fit->expansion_total[n] += own[n];
    }
    fit->has_expansion = true;
}

/* The other participants' likelihood with the shift put in. */
static void collapse(const struct glmm *fit, const struct glmm_split *split, struct glmm_polynomial *out)
{
    const double *own = fit->expansions + (ptrdiff_t)split->participant * fit->shape.term_count;
    double        shift_power[POWER_SERIES_DEGREE + 1];

    shift_power[0] = 1.0;
    for (int k = 1; k <= POWER_SERIES_DEGREE; k++) shift_power[k] = shift_power[k - 1] * split->shift;
    *out = (struct glmm_polynomial){.slope = fit->full.point.slope, .variance = fit->full.point.variance};
    for (int n = 0; n < fit->shape.term_count; n++) {
        const unsigned char *exponent = fit->shape.exponent[n];

        out->coefficients[glmm_polynomial_place(exponent[GLMM_SLOPE], exponent[GLMM_VARIANCE])] +=
            (fit->expansion_total[n] - own[n]) * shift_power[exponent[GLMM_SHIFT]];
    }
}

/* Sum of the sizes of what the terms of one degree add to the gradient. */
static struct gradient size_of_degree(const struct glmm *fit, const struct glmm_split *split, const struct glmm_point *point,
                                      int degree)
{
    const double   *own     = fit->expansions + (ptrdiff_t)split->participant * fit->shape.term_count;
    const double    step[3] = {fabs(point->slope - fit->full.point.slope), fabs(point->variance - fit->full.point.variance),
                               fabs(split->shift)};
    double          power[3][POWER_SERIES_DEGREE + 1];
    struct gradient sum = {0.0, 0.0};

    for (int i = 0; i < 3; i++) {
        power[i][0] = 1.0;
        for (int k = 1; k <= degree; k++) power[i][k] = power[i][k - 1] * step[i];
    }
    for (int n = fit->shape.degree_start[degree]; n < fit->shape.degree_start[degree + 1]; n++) {
        const int    i = fit->shape.exponent[n][GLMM_SLOPE], j = fit->shape.exponent[n][GLMM_VARIANCE];
        const double size = fabs(fit->expansion_total[n] - own[n]) * power[GLMM_SHIFT][fit->shape.exponent[n][GLMM_SHIFT]];

        if (i > 0) sum.slope += i * size * power[GLMM_SLOPE][i - 1] * power[GLMM_VARIANCE][j];
        if (j > 0) sum.variance += j * size * power[GLMM_SLOPE][i] * power[GLMM_VARIANCE][j - 1];
    }
    return sum;
}

/* The terms left out add to the gradient about what the last degree does (a geometric series of ratio 1/2). True when that moves
 * the prediction by less than the tolerance: parameters by the inverse of the second derivatives, the mode by dc = (dslope + g
 * dvariance) / D, the probability by at most |x| dc / 4. */
static bool is_exact_enough(const struct glmm *fit, const struct glmm_split *split, const struct glmm_point *point,
                            const struct glmm_mode *mode)
{
    const struct gradient last   = size_of_degree(fit, split, point, POWER_SERIES_DEGREE);
    const struct gradient before = size_of_degree(fit, split, point, POWER_SERIES_DEGREE - 1);
    const double          aa = -point->by_slope_slope, ab = -point->by_slope_variance, bb = -point->by_variance_variance;
    const double          determinant = aa * bb - ab * ab;
    const double          x           = fabs(split->signed_x * split->sign - split->shift);
    double                slope_error = last.slope / aa, variance_error = 0.0, mode_error;

    if (!(last.slope <= DEGREE_RATIO * before.slope && last.variance <= DEGREE_RATIO * before.variance)) return false;
    if (!(aa > 0.0)) return false;
    if (point->variance > 0.0) {
        if (!(determinant > 0.0)) return false;
        slope_error    = (bb * last.slope + fabs(ab) * last.variance) / determinant;
        variance_error = (fabs(ab) * last.slope + aa * last.variance) / determinant;
    } else if (!(-point->by_variance > last.variance)) {
        return false; /* on which side of the edge the maximum lies is not certain */
    }
    mode_error = (slope_error + fabs(mode->sums.gradient) * variance_error) / (1.0 + point->variance * mode->sums.curvature);
    return 0.25 * x * mode_error <= PROB_TOLERANCE;
}

static bool by_expansion(struct glmm *fit, const struct glmm_split *split, struct glmm_result *out, double *prob)
{
    const int              p     = split->participant;
    struct glmm_terms      terms = glmm_all_terms(fit);
    struct glmm_polynomial others;
    struct glmm_maximum    maximum;

    collapse(fit, split, &others);
    fit->modes[p]           = fit->full_modes[p];
    terms.rows              = &fit->rows[p];
    terms.modes             = &fit->modes[p];
    terms.participant_count = 1;
    terms.others            = &others;
    terms.shift             = split->shift;
    terms.x_max             = fit->x_max + fabs(split->shift);
    glmm_maximum_find(&terms, fit->full.point.slope, fit->full.point.variance, &maximum);
    if (!maximum.is_converged || !is_exact_enough(fit, split, &maximum.point, &fit->modes[p])) return false;
    glmm_split_result(split, &maximum, fit->modes[p].slope, out, prob);
    out->by_expansion = true;
    return true;
}

void glmm_leave_out_fast(struct glmm *fit, int row, struct glmm_result *out, double *prob)
{
    struct glmm_split split;
    bool              is_done;

    if (fit->full.is_converged && !fit->has_expansion) expand(fit);
    glmm_split_open(fit, row, &split);
    is_done = fit->full.is_converged && !split.is_flat && by_expansion(fit, &split, out, prob);
    glmm_split_close(fit, &split);
    if (!is_done) glmm_leave_out(fit, row, out, prob);
}
