#include "model/glmm_maximum.h"

#include <math.h>
#include <stddef.h>

enum { ITERATION_MAX = 100, HALVING_MAX = 40 };

static const double GRADIENT_TOLERANCE = 1e-9;
static const double GRADIENT_EXACT     = 1e-12; /* about what rounding leaves of thousands of rows: no use to go on */

/* Separable data have gradients below every tolerance on their way to infinity: there the next step stays long. */
static const double STEP_TOLERANCE    = 1e-5;
static const double GRADIENT_HOPELESS = 1e-14;

/* A Newton step is trusted for that many units: of the slope's own size and of the variance's. */
static const double SLOPE_REACH    = 2.0;
static const double VARIANCE_REACH = 4.0;

static const double EIGENVALUE_FLOOR = 1e-8;  /* relative to the larger one */
static const double ROUNDING         = 1e-14; /* of the log likelihood, relative: less than that is no descent */

struct step {
    double slope;
    double variance;
};

void glmm_terms_evaluate(const struct glmm_terms *terms, double slope, double variance, struct glmm_point *out)
{
    *out = (struct glmm_point){.slope = slope, .variance = variance};
    for (int p = 0; p < terms->participant_count; p++)
        glmm_participant_add(&terms->rows[p], terms->shift, terms->x_max, &terms->modes[p], out);
    if (terms->others != NULL) glmm_polynomial_add(terms->others, out);
}

static bool is_on_edge(const struct glmm_terms *terms, const struct glmm_point *point)
{
    return terms->is_variance_fixed || (point->variance <= 0.0 && point->by_variance <= 0.0);
}

static double gradient_norm(const struct glmm_terms *terms, const struct glmm_point *point)
{
    if (is_on_edge(terms, point)) return fabs(point->by_slope);
    if (point->variance <= 0.0) return hypot(point->by_slope, point->by_variance);
    return hypot(point->by_slope, 2.0 * sqrt(point->variance) * point->by_variance);
}

/* Best slope step when the variance moves by a given amount, by the second-order model. */
static double slope_step(const struct glmm_point *point, double variance_step)
{
    const double gradient  = point->by_slope + point->by_slope_variance * variance_step;
    const double curvature = fabs(point->by_slope_slope);

    return curvature > 0.0 ? gradient / curvature : 0.0;
}

/* (-K)^-1 gradient for the 2 x 2 matrix K of second derivatives in units of the variance, eigenvalues taken by their size. */
static struct step newton_step(const struct glmm_point *point, double unit)
{
    const double aa = -point->by_slope_slope, ab = -point->by_slope_variance * unit;
    const double bb = -point->by_variance_variance * unit * unit;
    const double ga = point->by_slope, gb = point->by_variance * unit;
    const double mean = 0.5 * (aa + bb), half = 0.5 * (aa - bb), radius = hypot(half, ab);
    const double angle = 0.5 * atan2(ab, half), cosine = cos(angle), sine = sin(angle);
    const double floor_value = EIGENVALUE_FLOOR * (fabs(mean) + radius);
    const double along       = (cosine * ga + sine * gb) / fmax(fabs(mean + radius), floor_value);
    const double across      = (cosine * gb - sine * ga) / fmax(fabs(mean - radius), floor_value);

    if (floor_value <= 0.0) return (struct step){0.0, 0.0};
    return (struct step){cosine * along - sine * across, (sine * along + cosine * across) * unit};
}

static struct step choose_step(const struct glmm_terms *terms, const struct glmm_point *point)
{
    const double unit  = point->variance + terms->variance_unit;
    const double reach = SLOPE_REACH * (1.0 / terms->x_max + fabs(point->slope));
    struct step  step  = {0.0, 0.0};
    double       excess;

    if (!is_on_edge(terms, point))
        step = newton_step(point, unit);
    else
        step.slope = slope_step(point, 0.0);
    excess = fmax(fabs(step.slope) / reach, fabs(step.variance) / (VARIANCE_REACH * unit));
    if (excess > 1.0) step = (struct step){step.slope / excess, step.variance / excess};
    if (point->variance + step.variance < 0.0) {
        step.variance = -point->variance;
        step.slope    = fmin(fmax(slope_step(point, step.variance), -reach), reach);
    }
    return step;
}

static bool is_small(const struct glmm_terms *terms, const struct glmm_point *point, const struct step *step)
{
    return fabs(step->slope) <= STEP_TOLERANCE * (1.0 / terms->x_max + fabs(point->slope)) &&
           fabs(step->variance) <= STEP_TOLERANCE * (point->variance + terms->variance_unit);
}

/* Goes along the step until the value does not fall; false: nowhere, and the point stays. */
static bool climb(const struct glmm_terms *terms, struct glmm_point *point, const struct step *step)
{
    const double least = point->value - ROUNDING * fabs(point->value);
    double       size  = 1.0;

    for (int i = 0; i < HALVING_MAX; i++, size *= 0.5) {
        struct glmm_point next;

        glmm_terms_evaluate(terms, point->slope + size * step->slope, fmax(point->variance + size * step->variance, 0.0), &next);
        if (next.value >= least) {
            *point = next;
            return true;
        }
    }
    return false;
}

/* One more step from a converged point squares what is left of the error, as far as rounding allows. */
static void polish(const struct glmm_terms *terms, struct glmm_point *point, const struct step *step)
{
    struct glmm_point next;

    glmm_terms_evaluate(terms, point->slope + step->slope, fmax(point->variance + step->variance, 0.0), &next);
    if (gradient_norm(terms, &next) <= gradient_norm(terms, point))
        *point = next;
    else
        glmm_terms_evaluate(terms, point->slope, point->variance, point); /* the modes are to be those of the point */
}

void glmm_maximum_find(const struct glmm_terms *terms, double slope, double variance, struct glmm_maximum *out)
{
    *out = (struct glmm_maximum){.is_converged = false};
    glmm_terms_evaluate(terms, slope, variance, &out->point);
    for (; out->iteration_count < ITERATION_MAX; out->iteration_count++) {
        const struct step step = choose_step(terms, &out->point);
        const double      norm = gradient_norm(terms, &out->point);

        if (norm < GRADIENT_TOLERANCE && is_small(terms, &out->point, &step)) {
            out->is_converged = true;
            if (norm > GRADIENT_EXACT) polish(terms, &out->point, &step);
            break;
        }
        if (norm < GRADIENT_HOPELESS || !climb(terms, &out->point, &step)) break;
    }
    out->gradient_norm = gradient_norm(terms, &out->point);
}
