/* rank_correlation.h - Spearman's rank correlation; equal values share the mean of their ranks. Pure; threads: none. */
#ifndef DINOLAB_MODEL_RANK_CORRELATION_H
#define DINOLAB_MODEL_RANK_CORRELATION_H

#include "base/err.h"

/* *rho is NaN below three pairs and where one side is constant; else from -1 to 1. All values are finite. */
MUST_CHECK bool rank_correlation(const double *left, const double *right, int count, double *rho, struct err *err);

#endif
