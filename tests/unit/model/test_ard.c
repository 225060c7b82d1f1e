/* Automatic relevance determination against its definition in more digits, the evidence it maximises, and the equations of its
 * fixed points. */
#include "ard_fit.h"

/* One posterior as textbooks write it, S = (diag(lambda) + alpha X'X)^-1, m = alpha S X'y, in long double by Gauss-Jordan. */
struct plain {
    int          rows, columns;
    long double *x; /* centred, rows x columns */
    long double *y; /* centred */
    long double *lambda;
    long double  alpha;
    long double *weights;
    long double *gamma;
    long double  residual;
    bool        *is_kept;
    int          iteration_count;
    double       intercept;
};

static long double *wide_new(int count)
{
    long double *values = calloc((size_t)count, sizeof *values);

    if (values == NULL) abort();
    return values;
}

/* The inverse of a symmetric positive definite matrix, in place. */
static void wide_invert(int count, long double *a)
{
    for (int k = 0; k < count; k++) {
        const long double pivot = a[k * count + k];

        a[k * count + k] = 1.0L;
        for (int j = 0; j < count; j++) a[k * count + j] /= pivot;
        for (int i = 0; i < count; i++) {
            const long double factor = a[i * count + k];

            if (i == k) continue;
            a[i * count + k] = 0.0L;
            for (int j = 0; j < count; j++) a[i * count + j] -= factor * a[k * count + j];
        }
    }
}

static void plain_init(const struct problem *problem, struct plain *plain)
{
    const int n = problem->row_count, d = problem->feature_count;

    *plain = (struct plain){.rows    = n,
                            .columns = d,
                            .x       = wide_new(n * d),
                            .y       = wide_new(n),
                            .lambda  = wide_new(d),
                            .weights = wide_new(d),
                            .gamma   = wide_new(d),
                            .is_kept = calloc((size_t)d, sizeof(bool))};
    if (plain->is_kept == NULL) abort();
    for (int j = 0; j < d; j++) {
        long double mean = 0.0L;

        for (int i = 0; i < n; i++) mean += (long double)problem->rows[i * problem->stride + j] / n;
        for (int i = 0; i < n; i++) plain->x[i * d + j] = problem->rows[i * problem->stride + j] - mean;
        plain->lambda[j]  = 1.0L;
        plain->is_kept[j] = true;
    }
    for (int i = 0; i < n; i++) plain->y[i] = problem->targets[i];
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) plain->y[i] -= (long double)problem->targets[k] / n;
}

static void plain_close(struct plain *plain)
{
    free(plain->x);
    free(plain->y);
    free(plain->lambda);
    free(plain->weights);
    free(plain->gamma);
    free(plain->is_kept);
}

/* Features that are not kept have weight 0. */
static void plain_posterior(struct plain *plain)
{
    const int    d     = plain->columns;
    long double *sigma = wide_new(d * d);

    for (int j = 0; j < d; j++) {
        for (int k = 0; k < d && plain->is_kept[j]; k++)
            for (int i = 0; i < plain->rows && plain->is_kept[k]; i++)
                sigma[j * d + k] += plain->alpha * plain->x[i * d + j] * plain->x[i * d + k];
        sigma[j * d + j] += plain->is_kept[j] ? plain->lambda[j] : 1.0L;
    }
    wide_invert(d, sigma);
    for (int j = 0; j < d; j++) {
        plain->weights[j] = 0.0L;
        plain->gamma[j]   = plain->is_kept[j] ? 1.0L - plain->lambda[j] * sigma[j * d + j] : 0.0L;
        for (int k = 0; k < d && plain->is_kept[j]; k++)
            for (int i = 0; i < plain->rows && plain->is_kept[k]; i++)
                plain->weights[j] += plain->alpha * sigma[j * d + k] * plain->x[i * d + k] * plain->y[i];
    }
    plain->residual = 0.0L;
    for (int i = 0; i < plain->rows; i++) {
        long double left = plain->y[i];

        for (int j = 0; j < d; j++) left -= plain->x[i * d + j] * plain->weights[j];
        plain->residual += left * left;
    }
    free(sigma);
}

/* One step of the loop; returns how far the weights moved. */
static long double plain_step(struct plain *plain, long double *before)
{
    long double informed = 0.0L, move = 0.0L;

    plain_posterior(plain);
    for (int j = 0; j < plain->columns; j++) {
        if (!plain->is_kept[j]) continue;
        informed += plain->gamma[j];
        plain->lambda[j] = (plain->gamma[j] + 2e-6L) / (plain->weights[j] * plain->weights[j] + 2e-6L);
    }
    plain->alpha = (plain->rows - informed + 2e-6L) / (plain->residual + 2e-6L);
    for (int j = 0; j < plain->columns; j++) {
        plain->is_kept[j] = plain->lambda[j] < 1e4L;
        if (!plain->is_kept[j]) plain->weights[j] = 0.0L;
        move += fabsl(plain->weights[j] - before[j]);
        before[j] = plain->weights[j];
    }
    return move;
}

static int plain_kept_count(const struct plain *plain)
{
    int count = 0;

    for (int j = 0; j < plain->columns; j++) count += plain->is_kept[j];
    return count;
}

static void plain_fit(const struct problem *problem, struct plain *plain)
{
    long double *before   = wide_new(problem->feature_count);
    long double  variance = 0.0L;

    plain_init(problem, plain);
    for (int i = 0; i < plain->rows; i++) variance += plain->y[i] * plain->y[i] / plain->rows;
    plain->alpha = 1.0L / (variance + 2.220446049250313e-16L);
    while (plain->iteration_count < 300) {
        const long double move = plain_step(plain, before);

        if ((++plain->iteration_count > 1 && move < 1e-3L) || plain_kept_count(plain) == 0) break;
    }
    if (plain_kept_count(plain) > 0) plain_posterior(plain);
    for (int i = 0; i < plain->rows; i++) {
        plain->intercept += problem->targets[i] / plain->rows;
        for (int j = 0; j < plain->columns; j++)
            plain->intercept -= problem->rows[i * problem->stride + j] * (double)plain->weights[j] / plain->rows;
    }
    free(before);
}

static void the_fit_is_the_definitions_on_either_side(void **state)
{
    const struct {
        int    rows, columns;
        double offset, noise;
    } cases[]         = {{2, 1, 0, 1},   {10, 3, 0, 1},   {40, 6, 2, 0.5}, {118, 14, 5, 2}, {6, 6, 0, 1},    {20, 20, 1, 1},
                         {12, 16, 0, 3}, {10, 24, 50, 1}, {2, 10, 0, 1},   {3, 4, 1, 1},    {30, 34, 3, 20}, {60, 30, 0, 9}};
    int dropped_count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct problem    problem;
        struct plain      plain;
        struct ard_result result;
        struct ard       *fit;

        problem_init(&problem, cases[i].rows, cases[i].columns, cases[i].offset, cases[i].noise, 0, (unsigned)(17 + i));
        plain_fit(&problem, &plain);
        fit = ard_fit(&problem, &ARD_DEFAULTS, &result);
        assert_int_equal(result.iteration_count, plain.iteration_count);
        assert_int_equal(result.status, plain.iteration_count < 300 ? ARD_CONVERGED : ARD_ITERATION_LIMIT);
        assert_int_equal(result.kept_count, plain_kept_count(&plain));
        dropped_count += plain.columns - result.kept_count;
        for (int j = 0; j < plain.columns; j++) {
            const double weight = (double)plain.weights[j];

            assert_true(fabs(ard_weights(fit)[j] - weight) < 1e-7 * (1.0 + fabs(weight)));
            assert_true(plain.is_kept[j] || ard_weights(fit)[j] == 0.0);
            assert_true((ard_weight_precisions(fit)[j] < 1e4) == plain.is_kept[j]);
        }
        assert_true(fabs(result.intercept - plain.intercept) < 1e-6);
        assert_true(fabs(result.noise_precision / (double)plain.alpha - 1.0) < 1e-4);
        ard_free(fit);
        plain_close(&plain);
        problem_close(&problem);
    }
    assert_true(dropped_count > 10);
}

/* Log evidence of the centred targets with the priors of the precisions, from the covariance of the targets. */
static double log_evidence(const struct problem *problem, double log_noise, const double *log_precision, const bool *is_kept)
{
    const int n          = problem->row_count;
    double   *covariance = dense_new(n * n), *y = dense_new(n), *solved = dense_new(n);
    double    mean = 0.0, value = 1e-6 * log_noise - 1e-6 * exp(log_noise);

    for (int i = 0; i < n; i++) {
        mean += problem->targets[i] / n;
        covariance[i * n + i] = exp(-log_noise);
    }
    for (int j = 0; j < problem->feature_count; j++) {
        double column_mean = 0.0;

        if (!is_kept[j]) continue;
        value += 1e-6 * log_precision[j] - 1e-6 * exp(log_precision[j]);
        for (int i = 0; i < n; i++) column_mean += problem->rows[i * problem->stride + j] / n;
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++)
                covariance[i * n + k] += exp(-log_precision[j]) * (problem->rows[i * problem->stride + j] - column_mean) *
                                         (problem->rows[k * problem->stride + j] - column_mean);
    }
    for (int i = 0; i < n; i++) solved[i] = y[i] = problem->targets[i] - mean;
    value -= 0.5 * dense_solve(n, covariance, solved);
    value -= 0.5 * dense_dot(n, y, solved);
    free(covariance);
    free(y);
    free(solved);
    return value;
}

/* At a fixed point no precision can raise the evidence: its derivatives, by finite differences, are 0. */
static void a_converged_fit_is_a_maximum_of_the_evidence(void **state)
{
    struct ard_settings settings = ARD_DEFAULTS;
    enum { D = 8 };
    int dropped_count = 0;

    (void)state;
    settings.coefficient_tolerance = 1e-13;
    settings.iteration_max         = 100000;
    for (unsigned seed = 0; seed < 4; seed++) {
        struct problem    problem;
        struct ard_result result;
        struct ard       *fit;
        double            log_precision[D], log_noise, base;
        bool              is_kept[D];

        problem_init(&problem, 50, D, 1.0, 1.0, 0, 500 + seed);
        fit       = ard_fit(&problem, &settings, &result);
        log_noise = log(result.noise_precision);
        assert_int_equal(result.status, ARD_CONVERGED);
        assert_true(result.kept_count >= 2);
        dropped_count += D - result.kept_count;
        for (int j = 0; j < D; j++) log_precision[j] = log(ard_weight_precisions(fit)[j]);
        for (int j = 0; j < D; j++) is_kept[j] = ard_weight_precisions(fit)[j] < 1e4;
        base = log_evidence(&problem, log_noise, log_precision, is_kept);
        for (int j = -1; j < D; j++) {
            double *place = j < 0 ? &log_noise : &log_precision[j];
            double  value = *place, above, below;

            if (j >= 0 && !is_kept[j]) continue;
            *place = value + 1e-3;
            above  = log_evidence(&problem, log_noise, log_precision, is_kept);
            *place = value - 1e-3;
            below  = log_evidence(&problem, log_noise, log_precision, is_kept);
            *place = value;
            assert_true(fabs(above - below) / 2e-3 < 1e-5);
            assert_true(above < base + 1e-9 && below < base + 1e-9);
        }
        ard_free(fit);
        problem_close(&problem);
    }
    assert_true(dropped_count > 0);
}

/* The weights given are the posterior mean at the precisions given, by a direct solve. */
static void weights_are_the_posterior_mean_at_the_final_precisions(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        const int         n = (int[]){30, 30, 12, 12, 200, 8}[i], d = (int[]){5, 25, 40, 13, 3, 60}[i];
        struct problem    problem;
        struct ard_result result;
        struct ard       *fit;
        double           *covariance, *solved, mean = 0.0;

        problem_init(&problem, n, d, 2.0, 3.0, 0, (unsigned)(600 + i));
        fit        = ard_fit(&problem, &ARD_DEFAULTS, &result);
        covariance = dense_new(n * n);
        solved     = dense_new(n);
        for (int r = 0; r < n; r++) mean += problem.targets[r] / n;
        for (int j = 0; j < d; j++) { /* centre in place */
            double column_mean = 0.0;

            for (int r = 0; r < n; r++) column_mean += problem.rows[r * problem.stride + j] / n;
            for (int r = 0; r < n; r++) problem.rows[r * problem.stride + j] -= column_mean;
            result.intercept += column_mean * ard_weights(fit)[j];
        }
        assert_true(fabs(result.intercept - mean) < 1e-9);
        /* w = Lambda^-1 X' (I / alpha + X Lambda^-1 X')^-1 y */
        for (int r = 0; r < n; r++) {
            solved[r] = problem.targets[r] - mean;
            for (int k = 0; k < n; k++)
                for (int j = 0; j < d; j++)
                    if (ard_weight_precisions(fit)[j] < 1e4)
                        covariance[r * n + k] += problem.rows[r * problem.stride + j] * problem.rows[k * problem.stride + j] /
                                                 ard_weight_precisions(fit)[j];
            covariance[r * n + r] += 1.0 / result.noise_precision;
        }
        (void)dense_solve(n, covariance, solved);
        for (int j = 0; j < d; j++) {
            double weight = 0.0;

            for (int r = 0; r < n; r++) weight += problem.rows[r * problem.stride + j] * solved[r];
            weight = ard_weight_precisions(fit)[j] < 1e4 ? weight / ard_weight_precisions(fit)[j] : 0.0;
            assert_true(fabs(weight - ard_weights(fit)[j]) < 1e-7 * (1.0 + fabs(weight)));
        }
        ard_free(fit);
        free(covariance);
        free(solved);
        problem_close(&problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fit_is_the_definitions_on_either_side),
        cmocka_unit_test(a_converged_fit_is_a_maximum_of_the_evidence),
        cmocka_unit_test(weights_are_the_posterior_mean_at_the_final_precisions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
