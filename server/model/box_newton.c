#include "model/box_newton.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { COUNT_MAX = BOX_NEWTON_COUNT_MAX, FACES_PER_VARIABLE = 3 };

/* A gradient below this is counted as rounding when short steps are lost in the value's rounding: on a curved ridge of equal values,
 * or where an ill-conditioned function leaves its derivatives few digits. */
static const double ROUNDING_GRADIENT = 1e-4;

/* A step is taken from this part of the promised increase on; below and above the next two the radius shrinks and grows. */
static const double GAIN_ACCEPTED = 1e-4;
static const double GAIN_POOR     = 0.25;
static const double GAIN_GOOD     = 0.75;

/* Rounding of a value in units of its size: sums of some hundred terms. */
static const double ROUNDING = 64.0 * DBL_EPSILON;

/* Second-order model of the function around a point. */
struct model {
    int    count;
    double gradient[COUNT_MAX];
    double hessian[COUNT_MAX * COUNT_MAX];
};

/* Where a step may end, relative to the point. */
struct box {
    double lower[COUNT_MAX];
    double upper[COUNT_MAX];
};

static double model_gain(const struct model *model, const double *step)
{
    double gain = 0.0;

    for (int i = 0; i < model->count; i++) {
        double slope = model->gradient[i];

        for (int j = 0; j < model->count; j++) slope += 0.5 * model->hessian[i * model->count + j] * step[j];
        gain += slope * step[i];
    }
    return gain;
}

/* Gaussian elimination with row exchanges; `right` becomes the solution. A variable on which nothing depends becomes 0; else false
 * when singular. */
static bool solve_small(int count, double matrix[COUNT_MAX][COUNT_MAX], double *right)
{
    for (int k = 0; k < count; k++) {
        int pivot = k;

        for (int i = k + 1; i < count; i++)
            if (fabs(matrix[i][k]) > fabs(matrix[pivot][k])) pivot = i;
        if (matrix[pivot][k] == 0.0) {
            if (right[k] != 0.0) return false;
            matrix[k][k] = 1.0;
        }
        for (int j = 0; j < count; j++) {
            const double held = matrix[k][j];

            matrix[k][j]     = matrix[pivot][j];
            matrix[pivot][j] = held;
        }
        const double held = right[k];

        right[k]     = right[pivot];
        right[pivot] = held;
        for (int i = k + 1; i < count; i++) {
            const double factor = matrix[i][k] / matrix[k][k];

            for (int j = k; j < count; j++) matrix[i][j] -= factor * matrix[k][j];
            right[i] -= factor * right[k];
        }
    }
    for (int i = count - 1; i >= 0; i--) {
        for (int j = i + 1; j < count; j++) right[i] -= matrix[i][j] * right[j];
        right[i] /= matrix[i][i];
    }
    return true;
}

/* The stationary point of the model on one face; false when there is none within the box. The face's number in base 3 has a digit
 * per variable: free, at its lower end, or at its upper end. */
static bool stationary_on_face(const struct model *model, const struct box *box, int face, double *step)
{
    double matrix[COUNT_MAX][COUNT_MAX];
    double right[COUNT_MAX];
    int    free_index[COUNT_MAX];
    int    free_count = 0;

    for (int i = 0; i < model->count; i++, face /= FACES_PER_VARIABLE) {
        const int digit = face % FACES_PER_VARIABLE;

        step[i] = digit == 1 ? box->lower[i] : digit == 2 ? box->upper[i] : 0.0;
        if (digit == 0) free_index[free_count++] = i;
    }
    for (int a = 0; a < free_count; a++) {
        const double *row = model->hessian + free_index[a] * model->count;

        right[a] = -model->gradient[free_index[a]];
        for (int j = 0; j < model->count; j++) right[a] -= row[j] * step[j];
        for (int b = 0; b < free_count; b++) matrix[a][b] = row[free_index[b]];
    }
    if (!solve_small(free_count, matrix, right)) return false;
    for (int a = 0; a < free_count; a++) {
        const int i = free_index[a];

        if (!(right[a] >= box->lower[i] && right[a] <= box->upper[i])) return false;
        step[i] = right[a];
    }
    return true;
}

/* The step of largest promised increase, which is returned; 0 and a step of zeros when there is none. */
static double best_step(const struct model *model, const struct box *box, double *step)
{
    double best       = 0.0;
    int    face_count = 1;

    for (int i = 0; i < model->count; i++) {
        step[i] = 0.0;
        face_count *= FACES_PER_VARIABLE;
    }
    for (int face = 0; face < face_count; face++) {
        double candidate[COUNT_MAX];
        double gain;

        if (!stationary_on_face(model, box, face, candidate)) continue;
        gain = model_gain(model, candidate);
        if (!(gain > best)) continue;
        best = gain;
        memcpy(step, candidate, (size_t)model->count * sizeof *step);
    }
    return best;
}

static bool model_is_finite(const struct model *model)
{
    for (int i = 0; i < model->count; i++)
        if (!isfinite(model->gradient[i])) return false;
    for (int i = 0; i < model->count * model->count; i++)
        if (!isfinite(model->hessian[i])) return false;
    return true;
}

static double projected_norm(const struct box_newton_problem *problem, const struct model *model, const double *point)
{
    double norm = 0.0;

    for (int i = 0; i < model->count; i++) {
        const double slope = model->gradient[i];

        if ((slope < 0.0 && point[i] <= problem->lower[i]) || (slope > 0.0 && point[i] >= problem->upper[i])) continue;
        norm = fmax(norm, fabs(slope));
    }
    return norm;
}

static void box_around(const struct box_newton_problem *problem, const double *point, double radius, struct box *box)
{
    for (int i = 0; i < problem->count; i++) {
        box->lower[i] = fmax(-radius, problem->lower[i] - point[i]);
        box->upper[i] = fmin(radius, problem->upper[i] - point[i]);
    }
}

/* Sets `next`, and returns the length of the step in its longest variable. A bound is reached to the last digit. */
static double move(const struct box_newton_problem *problem, const double *point, const double *step, double *next)
{
    double length = 0.0;

    for (int i = 0; i < problem->count; i++) {
        next[i] = fmin(fmax(point[i] + step[i], problem->lower[i]), problem->upper[i]);
        if (step[i] == problem->lower[i] - point[i]) next[i] = problem->lower[i];
        if (step[i] == problem->upper[i] - point[i]) next[i] = problem->upper[i];
        length = fmax(length, fabs(step[i]));
    }
    return length;
}

/* Look around from the result's point, at which the value was asked for last. False when the ascent ends here. */
static bool look_around(const struct box_newton_problem *problem, double tolerance, struct model *model,
                        struct box_newton_result *result)
{
    problem->derivatives(problem->context, result->point, model->gradient, model->hessian);
    if (!model_is_finite(model)) {
        result->status = BOX_NEWTON_NO_VALUE;
        return false;
    }
    result->gradient_norm = projected_norm(problem, model, result->point);
    if (result->gradient_norm > tolerance) return true;
    result->status = BOX_NEWTON_CONVERGED;
    return false;
}

/* The radius after a step that was tried. */
static double next_radius(const struct box_newton_settings *settings, double radius, double length, double part)
{
    if (!(part >= GAIN_POOR)) return GAIN_POOR * length;
    if (part > GAIN_GOOD && length >= radius) return fmin(2.0 * radius, settings->radius_max);
    return radius;
}

void box_newton_maximise(const struct box_newton_problem *problem, const struct box_newton_settings *settings,
                         const double *start, struct box_newton_result *result)
{
    struct model model  = {.count = problem->count};
    double       radius = settings->radius_start;

    assert(problem->count >= 1 && problem->count <= COUNT_MAX);
    *result = (struct box_newton_result){.status = BOX_NEWTON_NO_VALUE};
    memcpy(result->point, start, (size_t)problem->count * sizeof *start);
    result->value = problem->value(problem->context, result->point);
    if (!isfinite(result->value)) return;
    if (!look_around(problem, settings->gradient_tolerance, &model, result)) return;
    result->status = BOX_NEWTON_ITERATION_LIMIT;
    while (result->iteration_count < settings->iteration_max) {
        const double rounding    = ROUNDING * (1.0 + fabs(result->value));
        const double norm_before = result->gradient_norm;
        struct box   box;
        double       step[COUNT_MAX], next[COUNT_MAX];
        double       promised, length, value;

        box_around(problem, result->point, radius, &box);
        promised = best_step(&model, &box, step);
        length   = move(problem, result->point, step, next);
        result->iteration_count++;
        value = promised > 0.0 ? problem->value(problem->context, next) : -INFINITY;
        if (promised <= rounding) {
            /* The value cannot judge a step as small as this; the gradient can. */
            if (length < radius || norm_before < ROUNDING_GRADIENT) result->status = BOX_NEWTON_CONVERGED;
            if (!(value >= result->value - rounding)) return;
        } else {
            const double part = isfinite(value) ? (value - result->value + rounding) / promised : -1.0;

            radius = next_radius(settings, radius, length, part);
            if (!(part >= GAIN_ACCEPTED)) continue;
        }
        memcpy(result->point, next, (size_t)problem->count * sizeof *next);
        result->value = value;
        if (!look_around(problem, settings->gradient_tolerance, &model, result)) return;
        if (promised <= rounding && !(result->gradient_norm < 0.5 * norm_before)) return;
        result->status = BOX_NEWTON_ITERATION_LIMIT;
    }
}
