/* gaussian_process_scene.h - rows for Gaussian processes by their distances, and the marginal likelihood by its definition. */
#ifndef DINOLAB_TESTS_MODEL_GAUSSIAN_PROCESS_SCENE_H
#define DINOLAB_TESTS_MODEL_GAUSSIAN_PROCESS_SCENE_H

#include <math.h>

#include "model/gaussian_process.h"
#include "problem.h"

enum { PARAMETERS = 3, NEW_ROWS = 2 };

/* Training rows and NEW_ROWS behind them, with the squared distances of all. */
struct scene {
    int     n;
    double *distances; /* (n + NEW_ROWS)^2, lower triangle */
    double *targets;
};

static inline void scene_init(struct scene *scene, const struct problem *problem, double scale, double size)
{
    const int all = problem->row_count;

    *scene = (struct scene){.n = all - NEW_ROWS, .distances = dense_new(all * all), .targets = dense_new(all)};
    for (int i = 0; i < all; i++) {
        scene->targets[i] = size * problem->targets[i];
        for (int j = 0; j < i; j++)
            for (int k = 0; k < problem->feature_count; k++)
                scene->distances[i * all + j] +=
                    pow(scale * (problem->rows[i * problem->stride + k] - problem->rows[j * problem->stride + k]), 2.0);
    }
}

/* Normal rows, and targets 20 + 5 times what problem.h says, so that the prior mean 0 is wrong as it is for points. */
static inline void scene_make(struct scene *scene, int n, int d, double noise, unsigned seed)
{
    struct problem problem;

    problem_init(&problem, n + NEW_ROWS, d, 0.5, noise, 0, seed);
    scene_init(scene, &problem, 1.0, 5.0);
    for (int i = 0; i < n; i++) scene->targets[i] += 20.0;
    problem_close(&problem);
}

static inline void scene_close(struct scene *scene)
{
    free(scene->distances);
    free(scene->targets);
}

static inline struct gaussian_process *solve(const struct scene *scene, const struct gaussian_process_settings *settings,
                                             struct gaussian_process_result *result)
{
    struct err                   err;
    struct gaussian_process     *fit  = gaussian_process_new(scene->n, settings, &err);
    struct gaussian_process_data data = {
        .row_count = scene->n, .squared_distances = scene->distances, .stride = scene->n + NEW_ROWS, .targets = scene->targets};

    assert_non_null(fit);
    gaussian_process_solve(fit, &data, result);
    assert_true(isfinite(result->log_likelihood) && isfinite(result->gradient_norm));
    return fit;
}

static inline double new_mean(const struct gaussian_process *fit, const struct scene *scene, int index)
{
    return gaussian_process_mean(fit, scene->distances + (scene->n + index) * (scene->n + NEW_ROWS));
}

static inline double distance_of(const struct scene *scene, int i, int j)
{
    return i > j ? scene->distances[i * (scene->n + NEW_ROWS) + j] : scene->distances[j * (scene->n + NEW_ROWS) + i];
}

/* At log signal variance, length scale and noise variance: the definition, by Gaussian elimination. `dual` becomes K^-1 y. */
static inline double plain_likelihood(const struct scene *scene, const double *logs, double *dual)
{
    const int    n      = scene->n;
    const double signal = exp(logs[0]), length = exp(logs[1]), noise = exp(logs[2]);
    double      *kernel = dense_new(n * n);
    double       log_determinant;

    for (int i = 0; i < n; i++) {
        dual[i] = scene->targets[i];
        for (int j = 0; j < n; j++)
            kernel[i * n + j] = signal * exp(-distance_of(scene, i, j) / (2.0 * length * length)) + (i == j ? noise : 0.0);
    }
    log_determinant = dense_solve(n, kernel, dual);
    free(kernel);
    return -0.5 * (dense_dot(n, scene->targets, dual) + log_determinant + n * log(2.0 * acos(-1.0)));
}

static inline double likelihood_at(const struct scene *scene, const double *logs)
{
    double *dual  = dense_new(scene->n);
    double  value = plain_likelihood(scene, logs, dual);

    free(dual);
    return value;
}

static inline void logs_of(const struct gaussian_process_result *result, double *logs)
{
    logs[0] = log(result->signal_variance);
    logs[1] = log(result->length_scale);
    logs[2] = log(result->noise_variance);
}

static inline bool at_lower(double log_value)
{
    return log_value < log(GAUSSIAN_PROCESS_LOWER) + 1e-12;
}

static inline bool at_upper(double log_value)
{
    return log_value > log(GAUSSIAN_PROCESS_UPPER) - 1e-12;
}

#endif
