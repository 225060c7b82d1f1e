/* problem.h - seeded regression and classification problems for the tests of the models, with the prefix arithmetic written out. */
#ifndef DINOLAB_TESTS_MODEL_PROBLEM_H
#define DINOLAB_TESTS_MODEL_PROBLEM_H

#include "base/rng.h"
#include "dense.h"

/* Rows carry a 1 after their features, as the solvers expect them; `gram` has no 1 in it. */
struct problem {
    int     row_count;
    int     feature_count;
    int     stride;
    double *rows;
    double *gram;
    double *targets;
};

static inline void problem_fill_gram(struct problem *problem)
{
    for (int i = 0; i < problem->row_count; i++)
        for (int j = 0; j < problem->row_count; j++)
            problem->gram[i * problem->row_count + j] =
                dense_dot(problem->feature_count, problem->rows + i * problem->stride, problem->rows + j * problem->stride);
}

/* Normal features with unequal spread and mean `offset`; targets = 3 x the first feature - the second + noise, or its sign as 1 / 0. */
static inline void problem_init(struct problem *problem, int row_count, int feature_count, double offset, double noise,
                                int is_category, unsigned seed)
{
    struct rng rng;

    rng_init(&rng, seed);
    *problem         = (struct problem){.row_count = row_count, .feature_count = feature_count, .stride = feature_count + 1};
    problem->rows    = dense_new(row_count * problem->stride);
    problem->gram    = dense_new(row_count * row_count);
    problem->targets = dense_new(row_count);
    for (int i = 0; i < row_count; i++) {
        double *row = problem->rows + i * problem->stride;

        for (int j = 0; j < feature_count; j++) row[j] = rng_normal(&rng) * (0.5 + 0.1 * (j % 10));
        problem->targets[i] = 3.0 * row[0] - (feature_count > 1 ? row[1] : 0.0) + noise * rng_normal(&rng);
        if (is_category) problem->targets[i] = problem->targets[i] > 0.0 ? 1.0 : 0.0;
        for (int j = 0; j < feature_count; j++) row[j] += offset;
        row[feature_count] = 1.0;
    }
    problem_fill_gram(problem);
}

/* The same rows with features of value 0 added behind. */
static inline void problem_pad(const struct problem *from, int feature_count, struct problem *out)
{
    *out         = (struct problem){.row_count = from->row_count, .feature_count = feature_count, .stride = feature_count + 1};
    out->rows    = dense_new(out->row_count * out->stride);
    out->gram    = dense_new(out->row_count * out->row_count);
    out->targets = dense_new(out->row_count);
    memcpy(out->targets, from->targets, (size_t)from->row_count * sizeof(double));
    for (int i = 0; i < out->row_count; i++) {
        memcpy(out->rows + i * out->stride, from->rows + i * from->stride, (size_t)from->feature_count * sizeof(double));
        out->rows[i * out->stride + feature_count] = 1.0;
    }
    problem_fill_gram(out);
}

static inline void problem_close(struct problem *problem)
{
    free(problem->rows);
    free(problem->gram);
    free(problem->targets);
}

#endif
