#include "model/temperature.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "model/choice_rule.h"
#include "model/logistic.h"

/* Halving a bracket of five decades in the logarithm reaches the last digit in 56 steps; Newton takes about 8. */
enum { STEPS_MAX = 200 };

static const double STEP_TOLERANCE = 2.0 * DBL_EPSILON; /* of beta */

struct responses {
    int           count;
    const double *drives;
    const int    *choices;
};

/* Positive where the person followed the drive. */
static double towards_choice(const struct responses *responses, int i)
{
    const double drive = choice_drive_limited(responses->drives[i]);

    return responses->choices[i] == 1 ? drive : -drive;
}

static double log_likelihood_at(const struct responses *responses, double beta)
{
    double sum = 0.0;

    for (int i = 0; i < responses->count; i++) sum += logistic_log_prob(beta * towards_choice(responses, i));
    return sum;
}

/* First derivative of the log likelihood; `curvature` is minus the second. */
static double slope_at(const struct responses *responses, double beta, double *curvature)
{
    double slope = 0.0;

    *curvature = 0.0;
    for (int i = 0; i < responses->count; i++) {
        const double x          = towards_choice(responses, i);
        const double other_prob = logistic_prob(-beta * x);

        slope += x * other_prob;
        *curvature += x * x * other_prob * logistic_prob(beta * x);
    }
    return slope;
}

/* Newton inside a bracket whose ends have slopes of opposite sign; where a step leaves it, or is not half of the one before, the
 * bracket is halved in the logarithm instead. */
static double beta_without_slope(const struct responses *responses)
{
    double low  = TEMPERATURE_BETA_MIN;
    double high = TEMPERATURE_BETA_MAX;
    double beta = sqrt(low * high);
    double step = high - low;

    for (int i = 0; i < STEPS_MAX; i++) {
        double curvature;
        double slope = slope_at(responses, beta, &curvature);
        double next  = beta + slope / curvature;

        if (slope == 0.0) return beta;
        if (slope > 0.0)
            low = beta;
        else
            high = beta;
        if (!(next > low && next < high) || fabs(next - beta) > 0.5 * step) next = sqrt(low * high);
        step = fabs(next - beta);
        beta = next;
        if (step <= STEP_TOLERANCE * beta) return beta;
    }
    return beta;
}

/* A slope may be too small for a double, where all drives are large; then the signs alone must tell. */
static bool is_ever_against(const struct responses *responses)
{
    for (int i = 0; i < responses->count; i++)
        if (towards_choice(responses, i) < 0.0) return true;
    return false;
}

static bool is_without_drive(const struct responses *responses)
{
    for (int i = 0; i < responses->count; i++)
        if (responses->drives[i] != 0.0) return false;
    return true;
}

static enum temperature_status status_of(const struct responses *responses)
{
    double curvature;

    if (is_without_drive(responses)) return TEMPERATURE_AT_LOWER_BOUND;
    if (!is_ever_against(responses)) return TEMPERATURE_AT_UPPER_BOUND;
    if (slope_at(responses, TEMPERATURE_BETA_MIN, &curvature) <= 0.0) return TEMPERATURE_AT_LOWER_BOUND;
    if (slope_at(responses, TEMPERATURE_BETA_MAX, &curvature) >= 0.0) return TEMPERATURE_AT_UPPER_BOUND;
    return TEMPERATURE_CONVERGED;
}

void temperature_fit(int trial_count, const double *drives, const int *choices, struct temperature_result *out)
{
    const struct responses responses = {trial_count, drives, choices};

    out->status = status_of(&responses);
    switch (out->status) {
    case TEMPERATURE_CONVERGED:
        out->beta = beta_without_slope(&responses);
        break;
    case TEMPERATURE_AT_LOWER_BOUND:
        out->beta = TEMPERATURE_BETA_MIN;
        break;
    case TEMPERATURE_AT_UPPER_BOUND:
        out->beta = TEMPERATURE_BETA_MAX;
        break;
    }
    out->log_likelihood = log_likelihood_at(&responses, out->beta);
}
