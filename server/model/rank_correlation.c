#include "model/rank_correlation.h"

#include <math.h>
#include <stdlib.h>

enum { PAIRS_MIN = 3 };

struct placed {
    double value;
    int    index;
};

static int by_value(const void *left, const void *right)
{
    const double a = ((const struct placed *)left)->value, b = ((const struct placed *)right)->value;

    return (a > b) - (a < b);
}

/* Ranks minus their mean, twice: whole numbers, so that sums of them are exact. */
static void centred_ranks(const double *values, int count, struct placed *work, double *out)
{
    int from, to;

    for (int i = 0; i < count; i++) work[i] = (struct placed){.value = values[i], .index = i};
    qsort(work, (size_t)count, sizeof *work, by_value);
    for (from = 0; from < count; from = to) {
        for (to = from + 1; to < count && work[to].value == work[from].value;) to++;
        for (int i = from; i < to; i++) out[work[i].index] = (double)(from + to - count);
    }
}

static double product(const double *left, const double *right, int count)
{
    double sum = 0;

    for (int i = 0; i < count; i++) sum += left[i] * right[i];
    return sum;
}

bool rank_correlation(const double *left, const double *right, int count, double *rho, struct err *err)
{
    struct placed *work;
    double        *ranks, scale;

    *rho = NAN;
    if (count < PAIRS_MIN) return true;
    work  = calloc((size_t)count, sizeof *work);
    ranks = calloc((size_t)count, 2 * sizeof *ranks);
    if (work != NULL && ranks != NULL) {
        centred_ranks(left, count, work, ranks);
        centred_ranks(right, count, work, ranks + count);
        scale = sqrt(product(ranks, ranks, count)) * sqrt(product(ranks + count, ranks + count, count));
        if (scale > 0) *rho = fmax(-1, fmin(1, product(ranks, ranks + count, count) / scale));
    }
    free(work);
    free(ranks);
    return work != NULL && ranks != NULL ? true : err_no_memory(err);
}
