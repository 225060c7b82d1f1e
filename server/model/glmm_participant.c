#include "model/glmm_participant.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* A search that only halved its bracket would need as many passes; Newton's needs one or two. */
enum { PASS_MAX = 200, SERIES_STEP_MAX = 8 };

/* Steps (times the largest |x|) below this are made by the Taylor series of the sums: the first term left out of curvature_1 is
 * its third power / 6, times a number below 1, and of the gradient its fifth. */
static const double SERIES_REACH = 1e-4;

/* Beyond this the series is no guess of the mode any more: its radius of convergence is pi. */
static const double GUESS_REACH = 0.5;

/* Sums at slope + step from those at slope. */
static void move_sums(struct logistic_sums *sums, double step)
{
    const double g = sums->gradient, h = sums->curvature, h1 = sums->curvature_1, h2 = sums->curvature_2, h3 = sums->curvature_3;

    sums->log_likelihood += step * (g - step * (h / 2 + step * (h1 / 6 + step * (h2 / 24 + step * h3 / 120))));
    sums->gradient -= step * (h + step * (h1 / 2 + step * (h2 / 6 + step * h3 / 24)));
    sums->curvature += step * (h1 + step * (h2 / 2 + step * h3 / 6));
    sums->curvature_1 += step * (h2 + step * h3 / 2);
    sums->curvature_2 += step * h3;
}

/* The step from mode->slope that makes c - slope - variance * g(c) zero by the series of g. */
static double series_step(const struct glmm_mode *mode, double slope, double variance)
{
    double step = 0.0;

    for (int i = 0; i < SERIES_STEP_MAX; i++) {
        struct logistic_sums sums = mode->sums;
        double               move;

        move_sums(&sums, step);
        move = (slope + variance * sums.gradient - mode->slope - step) / (1.0 + variance * fmax(sums.curvature, 0.0));
        step += move;
        if (fabs(move) <= DBL_EPSILON * fabs(mode->slope + step)) break;
    }
    return step;
}

/* c - slope - variance * g(c) grows at least as fast as c, so it has one root; [low, high] holds it and shrinks with every pass. */
static void find_mode(const struct logistic_rows *rows, double shift, double x_max, double slope, double variance,
                      struct glmm_mode *mode)
{
    double low     = -DBL_MAX;
    double high    = DBL_MAX;
    double step    = series_step(mode, slope, variance);
    bool   is_near = false;

    if (!(fabs(step) * x_max <= GUESS_REACH)) step = 0.0;
    for (int pass = 0; pass < PASS_MAX; pass++) {
        double residual, newton;

        mode->slope += step;
        logistic_sums(rows, shift, mode->slope, &mode->sums);
        residual = mode->slope - slope - variance * mode->sums.gradient;
        newton   = -residual / (1.0 + variance * mode->sums.curvature);
        is_near  = fabs(newton) * x_max <= SERIES_REACH;
        step     = fabs(newton) * x_max <= GUESS_REACH ? series_step(mode, slope, variance) : newton;
        if (is_near) break;
        if (residual <= 0.0) low = mode->slope;
        if (residual >= 0.0) high = mode->slope;
        if (high - low <= DBL_EPSILON * fabs(mode->slope)) return;
        if (!(mode->slope + step > low && mode->slope + step < high)) step = 0.5 * (low + high) - mode->slope;
    }
    if (!is_near) return;
    move_sums(&mode->sums, step);
    mode->slope += step;
}

void glmm_participant_add(const struct logistic_rows *rows, double shift, double x_max, struct glmm_mode *mode,
                          struct glmm_point *total)
{
    const double v = total->variance;
    double       g, h, h1, h2, d, a, b, a_slope, a_variance, b_variance;

    find_mode(rows, shift, x_max, total->slope, v, mode);
    g  = mode->sums.gradient;
    h  = mode->sums.curvature;
    h1 = mode->sums.curvature_1;
    h2 = mode->sums.curvature_2;
    d  = 1.0 + v * h;
    /* a, b: derivatives of D by slope and by variance, and theirs. */
    a          = v * h1 / d;
    b          = h + a * g;
    a_slope    = (v * h2 / d - a * a) / d;
    a_variance = (h1 + v * h2 * g / d - a * b) / d;
    b_variance = g * (h1 / d + a_variance) - a * h * g / d;
    total->value += mode->sums.log_likelihood - 0.5 * v * g * g - 0.5 * log1p(v * h);
    total->by_slope += g - 0.5 * a / d;
    total->by_variance += 0.5 * (g * g - b / d);
    total->by_slope_slope -= h / d + 0.5 * (a_slope - a * a / d) / d;
    total->by_slope_variance -= h * g / d + 0.5 * (a_variance - a * b / d) / d;
    total->by_variance_variance -= h * g * g / d + 0.5 * (b_variance - b * b / d) / d;
}
