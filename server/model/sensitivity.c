#include "model/sensitivity.h"

#include <math.h>

enum { PER_DECADE = 6, DECADE_COUNT = 4 };

/* The last candidate, 100, is the first of a decade of its own. */
_Static_assert(SENSITIVITY_COUNT == DECADE_COUNT * PER_DECADE + 1, "the candidates run over [0.01, 100]");

/* 10^(i / 6 - 2) */
static const double FIRST_DECADE[PER_DECADE] = {
    0.01, 0.014677992676220698, 0.021544346900318832, 0.03162277660168379, 0.046415888336127774, 0.06812920690579616,
};

static const double DECADES[DECADE_COUNT + 1] = {1.0, 10.0, 100.0, 1000.0, 10000.0};

static const double LOG_LIKELIHOOD_TIE = 1e-9;

double sensitivity_at(int index)
{
    return FIRST_DECADE[index % PER_DECADE] * DECADES[index / PER_DECADE];
}

static double tenth_power(double x)
{
    const double square = x * x;
    const double fourth = square * square;

    return fourth * fourth * square;
}

void sensitivity_decay(double distance, double *out)
{
    for (int k = 0; k < PER_DECADE; k++) out[k] = exp(-FIRST_DECADE[k] * distance);
    for (int decade = 1; decade < DECADE_COUNT; decade++)
        for (int k = 0; k < PER_DECADE; k++) out[decade * PER_DECADE + k] = tenth_power(out[(decade - 1) * PER_DECADE + k]);
    out[SENSITIVITY_COUNT - 1] = tenth_power(out[SENSITIVITY_COUNT - 1 - PER_DECADE]);
}

struct sensitivity_seen sensitivity_count(int row_count, const double *targets)
{
    struct sensitivity_seen seen = {0};

    for (int i = 0; i < row_count; i++)
        if (targets[i] > 0.5) seen.julty_count++;
    seen.folty_count = row_count - seen.julty_count;
    return seen;
}

bool sensitivity_is_predictable(struct sensitivity_seen seen)
{
    return seen.folty_count >= 1 && seen.julty_count >= 1;
}

bool sensitivity_has_choice(struct sensitivity_seen seen)
{
    return seen.folty_count >= 2 && seen.julty_count >= 2;
}

double sensitivity_best(const double *log_likelihood)
{
    double largest = log_likelihood[0];
    int    best    = 0;

    for (int k = 1; k < SENSITIVITY_COUNT; k++) largest = fmax(largest, log_likelihood[k]);
    while (best < SENSITIVITY_COUNT - 1 && log_likelihood[best] < largest - LOG_LIKELIHOOD_TIE) best++;
    return sensitivity_at(best);
}
