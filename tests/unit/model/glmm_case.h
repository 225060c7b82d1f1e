/* glmm_case.h - seeded data for the tests of the mixed model, and its Laplace log likelihood from the definition, modes by bisection. */
#ifndef DINOLAB_TESTS_MODEL_GLMM_CASE_H
#define DINOLAB_TESTS_MODEL_GLMM_CASE_H

#include <math.h>

#include "base/rng.h"
#include "model/glmm.h"

enum { GLMM_CASE_ROW_MAX = 4000, GLMM_CASE_PARTICIPANT_MAX = 1000 };

struct glmm_case {
    struct glmm_data data;
    double           x[GLMM_CASE_ROW_MAX];
    int              choices[GLMM_CASE_ROW_MAX];
    int              participant[GLMM_CASE_ROW_MAX];
};

static inline void glmm_case_link(struct glmm_case *one)
{
    one->data.x                 = one->x;
    one->data.choices           = one->choices;
    one->data.participant_index = one->participant;
}

/* Rows of the participants take turns. */
static inline void glmm_case_init(struct glmm_case *one, int people, int trials, double slope, double sd, unsigned seed)
{
    double     own[GLMM_CASE_PARTICIPANT_MAX];
    struct rng rng;

    rng_init(&rng, seed);
    one->data = (struct glmm_data){.row_count = people * trials, .participant_count = people};
    for (int p = 0; p < people; p++) own[p] = slope + sd * rng_normal(&rng);
    for (int i = 0; i < people * trials; i++) {
        one->participant[i] = i % people;
        one->x[i]           = rng_normal(&rng);
        one->choices[i]     = rng_uniform(&rng) < 1.0 / (1.0 + exp(-one->x[i] * own[i % people]));
    }
    glmm_case_link(one);
}

static inline void glmm_case_drop(const struct glmm_case *from, int row, struct glmm_case *out)
{
    out->data           = from->data;
    out->data.row_count = 0;
    for (int i = 0; i < from->data.row_count; i++) {
        const int k = out->data.row_count;

        if (i == row) continue;
        out->x[k]           = from->x[i];
        out->choices[k]     = from->choices[i];
        out->participant[k] = from->participant[i];
        out->data.row_count++;
    }
    glmm_case_link(out);
}

/* Centred, divided by the population sd; of all rows, or of those but `left_out` (-1: none). */
static inline void glmm_case_scale(struct glmm_case *one, int left_out)
{
    const int n    = one->data.row_count;
    double    mean = 0.0, square = 0.0;
    const int count = left_out < 0 ? n : n - 1;

    for (int i = 0; i < n; i++) mean += i == left_out ? 0.0 : one->x[i] / count;
    for (int i = 0; i < n; i++) square += i == left_out ? 0.0 : (one->x[i] - mean) * (one->x[i] - mean) / count;
    for (int i = 0; i < n; i++) one->x[i] = (one->x[i] - mean) / sqrt(square);
}

/* One participant's rows at one own slope; x is scaled already. */
static inline double glmm_case_rows(const struct glmm_case *one, int participant, int left_out, double own, double *gradient,
                                    double *curvature)
{
    double value = 0.0;

    *gradient = *curvature = 0.0;
    for (int i = 0; i < one->data.row_count; i++) {
        double logit, prob;

        if (one->participant[i] != participant || i == left_out) continue;
        logit = one->x[i] * own;
        prob  = 1.0 / (1.0 + exp(-logit));
        value -= one->choices[i] ? log1p(exp(-logit)) : log1p(exp(logit));
        *gradient += one->x[i] * (one->choices[i] - prob);
        *curvature += one->x[i] * one->x[i] * prob * (1.0 - prob);
    }
    return value;
}

/* slope + u at the largest log likelihood - u^2 / (2 sd^2), by halving. */
static inline double glmm_case_mode(const struct glmm_case *one, int participant, int left_out, double slope, double sd)
{
    double low = -1.0, high = 1.0, gradient, curvature;

    if (sd == 0.0) return slope;
    for (int side = 0; side < 2; side++) {
        double *end = side == 0 ? &low : &high;

        for (int i = 0; i < 60; i++, *end *= 2.0) {
            (void)glmm_case_rows(one, participant, left_out, slope + *end, &gradient, &curvature);
            if ((side == 0) == (gradient - *end / (sd * sd) > 0.0)) break;
        }
    }
    for (int i = 0; i < 80; i++) {
        const double middle = 0.5 * (low + high);

        (void)glmm_case_rows(one, participant, left_out, slope + middle, &gradient, &curvature);
        if (gradient - middle / (sd * sd) > 0.0)
            low = middle;
        else
            high = middle;
    }
    return slope + 0.5 * (low + high);
}

static inline double glmm_case_laplace(const struct glmm_case *one, int left_out, double slope, double sd)
{
    double sum = 0.0;

    for (int p = 0; p < one->data.participant_count; p++) {
        const double own = glmm_case_mode(one, p, left_out, slope, sd);
        double       gradient, curvature, value = glmm_case_rows(one, p, left_out, own, &gradient, &curvature);

        if (sd > 0.0) value -= 0.5 * (own - slope) * (own - slope) / (sd * sd) + 0.5 * log(1.0 + sd * sd * curvature);
        sum += value;
    }
    return sum;
}

/* Differences of the definition, to the fourth order. At sd = 0 by the slope alone. */
static inline double glmm_case_gradient_norm(const struct glmm_case *one, int left_out, double slope, double sd)
{
    const double step = 1e-3, weight[2] = {8.0 / 12.0, -1.0 / 12.0};
    double       by_slope = 0.0, by_sd = 0.0;

    for (int k = 1; k <= 2; k++) {
        by_slope +=
            weight[k - 1] *
            (glmm_case_laplace(one, left_out, slope + k * step, sd) - glmm_case_laplace(one, left_out, slope - k * step, sd)) /
            step;
        if (sd > 0.0) /* the likelihood is even in sd */
            by_sd += weight[k - 1] *
                     (glmm_case_laplace(one, left_out, slope, sd + k * step) -
                      glmm_case_laplace(one, left_out, slope, fabs(sd - k * step))) /
                     step;
    }
    return hypot(by_slope, by_sd);
}

#endif
