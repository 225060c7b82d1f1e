#include "model/bayes_line.h"

#include <assert.h>
#include <float.h>
#include <math.h>

void bayes_line_add(struct bayes_line_moments *moments, int row_count, double value, double target_deviation)
{
    const double deviation = value - moments->mean;

    moments->mean += deviation / row_count;
    moments->squares += deviation * (value - moments->mean);
    moments->product += deviation * target_deviation;
}

/* The slope at a ratio of precisions; `residual` receives the squared residuals. They are what no slope can explain and what the
 * prior takes from the least-squares slope: two terms that cannot be negative. */
static double slope_at(const struct bayes_line_sums *sums, double least_squares_slope, double unreachable, double ratio,
                       double *residual)
{
    const double denominator = sums->feature_squares + ratio;
    const double taken       = least_squares_slope * ratio / denominator;

    *residual = unreachable + sums->feature_squares * taken * taken;
    return sums->product / denominator;
}

void bayes_line_solve(const struct bayes_line_sums *sums, const struct bayes_ridge_settings *settings,
                      struct bayes_line_result *result)
{
    const double shape               = 2.0 * settings->precision_shape;
    const double rate                = 2.0 * settings->precision_rate;
    const double least_squares_slope = sums->feature_squares > 0.0 ? sums->product / sums->feature_squares : 0.0;
    const double unreachable         = fmax(sums->target_squares - least_squares_slope * sums->product, 0.0);
    double       weight_precision    = 1.0;
    double       noise_precision     = 1.0 / (sums->target_squares / sums->row_count + DBL_EPSILON);
    double       residual;

    assert(sums->row_count >= 1);
    *result = (struct bayes_line_result){.status = BAYES_RIDGE_ITERATION_LIMIT};
    while (result->iteration_count < settings->iteration_max) {
        const double before   = result->slope;
        const double slope    = slope_at(sums, least_squares_slope, unreachable, weight_precision / noise_precision, &residual);
        const double informed = noise_precision * sums->feature_squares;
        const double gamma    = informed / (weight_precision + informed);

        weight_precision = (gamma + shape) / (slope * slope + rate);
        noise_precision  = (sums->row_count - gamma + shape) / (residual + rate);
        result->slope    = slope;
        if (++result->iteration_count > 1 && fabs(slope - before) < settings->coefficient_tolerance) {
            result->status = BAYES_RIDGE_CONVERGED;
            break;
        }
    }
    result->slope            = slope_at(sums, least_squares_slope, unreachable, weight_precision / noise_precision, &residual);
    result->noise_precision  = noise_precision;
    result->weight_precision = weight_precision;
}
