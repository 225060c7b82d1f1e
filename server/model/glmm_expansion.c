#include "model/glmm_expansion.h"

#include <math.h>
#include <string.h>

#include "model/logistic.h"

/* The likelihood's own series in (step of the mode, shift) goes two degrees further: its second derivative is needed to the last. */
enum { DEGREE = POWER_SERIES_DEGREE, ROW_DEGREE = DEGREE + 2, ROW_COUNT = ROW_DEGREE + 1 };

/* Coefficients of step^i shift^j. */
struct row_series {
    double at[ROW_COUNT][ROW_COUNT];
};

/* Powers of the mode's step as series in the variables; power 0 is 1. */
struct mode_series {
    double power[DEGREE + 1][POWER_SERIES_TERM_MAX];
};

/* Taylor coefficients of log s(logit): with q = s(-logit), (log s)' = q and q' = -q (1 - q). */
static void log_prob_series(double logit, double *out)
{
    double q[ROW_COUNT];

    q[0]   = logistic_prob(-logit);
    out[0] = logistic_log_prob(logit);
    for (int k = 0; k < ROW_DEGREE; k++) {
        double square = 0.0;

        for (int i = 0; i <= k; i++) square += q[i] * q[k - i];
        q[k + 1]   = (square - q[k]) / (k + 1);
        out[k + 1] = q[k] / (k + 1);
    }
}

/* moments[k][j] = sum over rows of the k-th Taylor coefficient * signed_x^(k - j) * sign^j. */
static void take_moments(const struct logistic_rows *rows, double mode, int shift_degree, struct row_series *moments)
{
    memset(moments, 0, sizeof *moments);
    for (int i = 0; i < rows->block_count * LOGISTIC_LANES; i++) {
        const double z = rows->signed_x[i], sign = rows->sign[i];
        double       term[ROW_COUNT], power[ROW_COUNT];

        if (sign == 0.0) continue;
        log_prob_series(z * mode, term);
        power[0] = 1.0;
        for (int k = 0; k <= ROW_DEGREE; k++) {
            if (k > 0) power[k] = power[k - 1] * z;
            for (int j = 0; j <= k && j <= shift_degree; j++) moments->at[k][j] += term[k] * power[k - j] * (j % 2 ? sign : 1.0);
        }
    }
}

static double binomial(int n, int k)
{
    double value = 1.0;

    for (int i = 1; i <= k; i++) value = value * (n - k + i) / i;
    return value;
}

/* A row's logit moves by w = z step - sign shift (mode + step); f = sum_k term_k w^k, multiplied out. */
static void rows_to_series(const struct logistic_rows *rows, double mode, int shift_degree, struct row_series *out)
{
    struct row_series moments;

    take_moments(rows, mode, shift_degree, &moments);
    memset(out, 0, sizeof *out);
    for (int i = 0; i <= ROW_DEGREE; i++) {
        for (int j = 0; j <= shift_degree && i + j <= ROW_DEGREE; j++) {
            for (int k = i > j ? i : j; k <= i + j; k++) /* (mode + step)^j gives i + j - k of the steps */
                out->at[i][j] += binomial(k, j) * binomial(j, i + j - k) * pow(mode, k - i) * moments.at[k][j];
            if (j % 2) out->at[i][j] = -out->at[i][j];
        }
    }
}

/* Coefficients of the derivative by the step. */
static void differentiate(const struct row_series *from, double factor, struct row_series *out)
{
    memset(out, 0, sizeof *out);
    for (int i = 0; i < ROW_DEGREE; i++)
        for (int j = 0; j <= ROW_DEGREE; j++) out->at[i][j] = factor * (i + 1) * from->at[i + 1][j];
}

/* The part of one degree of a row series with the mode's series put in for the step. */
static void compose_degree(const struct power_series_shape *shape, int degree, const struct row_series *row,
                           const struct mode_series *mode, double *out)
{
    const int shift_degree = shape->variable_count > GLMM_SHIFT ? degree : 0;

    for (int n = shape->degree_start[degree]; n < shape->degree_start[degree + 1]; n++) out[n] = 0.0;
    for (int j = 0; j <= shift_degree; j++)
        for (int i = 0; i + j <= degree; i++)
            power_series_add_degree(shape, degree, row->at[i][j], GLMM_SHIFT, j, mode->power[i], out);
}

/* Degree m of step = (slope change + variance change * g + variance * (g + H step)) / D holds only lower degrees of step on its right
 * side, D and H being those at the centre. Leaves g composed in `gradient`. */
static void solve_mode(const struct power_series_shape *shape, const struct row_series *g, double variance,
                       struct mode_series *mode, double *gradient)
{
    const double curvature = -g->at[1][0];
    double      *step;

    memset(mode, 0, sizeof *mode);
    step              = mode->power[1];
    mode->power[0][0] = 1.0;
    gradient[0]       = g->at[0][0];
    for (int degree = 1; degree <= DEGREE; degree++) {
        const int first = shape->degree_start[degree], end = shape->degree_start[degree + 1];
        double    known[POWER_SERIES_TERM_MAX] = {0.0};

        for (int i = 2; i <= degree; i++) power_series_multiply_degree(shape, degree, mode->power[i - 1], step, mode->power[i]);
        compose_degree(shape, degree, g, mode, gradient); /* this degree's step is still 0 */
        power_series_add_degree(shape, degree, 1.0, GLMM_VARIANCE, 1, gradient, known);
        if (degree == 1) known[shape->times[0][GLMM_SLOPE]] += 1.0;
        for (int n = first; n < end; n++) {
            step[n] = (known[n] + variance * gradient[n]) / (1.0 + variance * curvature);
            gradient[n] -= curvature * step[n];
        }
    }
}

/* (variance + its change) * series */
static void times_variance(const struct power_series_shape *shape, double variance, const double *series, double *out)
{
    for (int n = 0; n < shape->term_count; n++) out[n] = variance * series[n];
    for (int degree = 1; degree <= DEGREE; degree++) power_series_add_degree(shape, degree, 1.0, GLMM_VARIANCE, 1, series, out);
}

void glmm_expand_participant(const struct power_series_shape *shape, const struct logistic_rows *rows, double mode,
                             double variance, double *out)
{
    const int          shift_degree = shape->variable_count > GLMM_SHIFT ? ROW_DEGREE : 0;
    struct row_series  f, g, h;
    struct mode_series modes;
    double             gradient[POWER_SERIES_TERM_MAX], square[POWER_SERIES_TERM_MAX], penalty[POWER_SERIES_TERM_MAX];
    double             curvature[POWER_SERIES_TERM_MAX], determinant[POWER_SERIES_TERM_MAX];

    rows_to_series(rows, mode, shift_degree, &f);
    differentiate(&f, 1.0, &g);
    differentiate(&g, -1.0, &h);
    solve_mode(shape, &g, variance, &modes, gradient);
    for (int degree = 0; degree <= DEGREE; degree++) {
        compose_degree(shape, degree, &f, &modes, out);
        compose_degree(shape, degree, &h, &modes, curvature);
        power_series_multiply_degree(shape, degree, gradient, gradient, square);
    }
    times_variance(shape, variance, square, penalty);
    times_variance(shape, variance, curvature, determinant);
    determinant[0] += 1.0;
    power_series_log(shape, determinant, square);
    for (int n = 0; n < shape->term_count; n++) out[n] -= 0.5 * (penalty[n] + square[n]);
}
