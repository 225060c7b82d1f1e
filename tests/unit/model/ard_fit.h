/* ard_fit.h - automatic relevance determination of a test's problem. */
#ifndef DINOLAB_TESTS_MODEL_ARD_FIT_H
#define DINOLAB_TESTS_MODEL_ARD_FIT_H

#include "reward_run.h"

#include "model/ard.h"

/* The caller frees the fit. */
static inline struct ard *ard_fit(const struct problem *problem, const struct ard_settings *settings, struct ard_result *result)
{
    struct err      err;
    struct ard     *fit  = ard_new(problem->row_count, problem->feature_count, settings, &err);
    struct ard_data data = {
        .row_count = problem->row_count, .rows = problem->rows, .row_stride = problem->stride, .targets = problem->targets};

    assert_non_null(fit);
    ard_solve(fit, &data, result);
    return fit;
}

#endif
