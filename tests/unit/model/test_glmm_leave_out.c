/* Leaving one trial out: exact refits against the definition, against fits of data without the row and against lme4; the expansion
 * against exact refits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "glmm_case.h"
#include "model/logistic.h"
#include "reference.h"

/* The last ones are singular, or are so without some row. */
static const struct {
    int      people, trials;
    double   slope, sd;
    unsigned seed;
} SHAPES[] = {{2, 12, 1.0, 1.0, 1},  {3, 20, 1.0, 0.7, 2},  {6, 25, 1.5, 0.5, 3},   {12, 30, 1.0, 0.4, 4}, {25, 20, -1.0, 0.8, 5},
              {1, 30, 1.0, 0.0, 6},  {100, 3, 1.0, 1.0, 7}, {5, 1, 1.0, 0.0, 8},    {8, 40, 1.0, 0.0, 9},  {8, 20, 1.0, 0.0, 10},
              {5, 20, 1.0, 0.2, 11}, {5, 20, 1.0, 0.2, 12}, {20, 10, 1.0, 0.15, 13}};

enum { SHAPE_COUNT = sizeof SHAPES / sizeof SHAPES[0] };

static struct glmm_case one, two, scaled;

static void make(int shape)
{
    glmm_case_init(&one, SHAPES[shape].people, SHAPES[shape].trials, SHAPES[shape].slope, SHAPES[shape].sd, SHAPES[shape].seed);
}

static struct glmm *solve(const struct glmm_case *data, enum glmm_scale scale, struct glmm_result *result)
{
    struct err   err;
    struct glmm *fit = glmm_new(&data->data, scale, &err);

    assert_non_null(fit);
    glmm_solve(fit, result);
    return fit;
}

static void refits_are_maxima_of_the_definition(void **state)
{
    (void)state;
    for (int i = 0; i < 2 * SHAPE_COUNT; i++) {
        const enum glmm_scale scale = i % 2 ? GLMM_SCALE_ALL : GLMM_SCALE_TRAINING;
        struct glmm_result    result;
        struct glmm          *fit;

        make(i / 2);
        fit = solve(&one, scale, &result);
        for (int row = 0; row < one.data.row_count; row += 1 + one.data.row_count / 5) {
            double prob, own;

            glmm_leave_out(fit, row, &result, &prob);
            if (result.status == GLMM_NOT_CONVERGED) continue;
            scaled = one;
            glmm_case_link(&scaled);
            glmm_case_scale(&scaled, scale == GLMM_SCALE_ALL ? -1 : row);
            assert_true(fabs(glmm_case_laplace(&scaled, row, result.slope, result.slope_sd) - result.log_likelihood) < 1e-9);
            assert_true(result.gradient_norm < 1e-8);
            assert_true(glmm_case_gradient_norm(&scaled, row, result.slope, result.slope_sd) < 1e-8);
            if (result.slope_sd == 0.0)
                assert_true(glmm_case_laplace(&scaled, row, result.slope, 0.05) < result.log_likelihood + 1e-12);
            own = glmm_case_mode(&scaled, scaled.participant[row], row, result.slope, result.slope_sd);
            assert_true(fabs(prob - logistic_prob(scaled.x[row] * own)) < 1e-9);
        }
        glmm_free(fit);
    }
}

static void a_refit_is_the_fit_of_data_without_the_row(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPE_COUNT; i++) {
        struct glmm_result result, without;
        struct glmm       *fit;

        if (SHAPES[i].trials == 1) continue; /* the likelihood has several maxima, and a refit keeps that of its start */
        make(i);
        fit = solve(&one, GLMM_SCALE_TRAINING, &result);
        for (int row = 0; row < one.data.row_count; row += 1 + one.data.row_count / 20) {
            double prob;

            glmm_leave_out(fit, row, &result, &prob);
            glmm_case_drop(&one, row, &two);
            glmm_free(solve(&two, GLMM_SCALE_TRAINING, &without));
            assert_int_equal(result.status, without.status);
            if (result.status == GLMM_NOT_CONVERGED) continue;
            assert_true(fabs(result.slope - without.slope) < 1e-9);
            assert_true(fabs(result.slope_sd - without.slope_sd) < 1e-9);
            assert_true(fabs(result.log_likelihood - without.log_likelihood) < 1e-9);
        }
        glmm_free(fit);
    }
}

static void the_expansion_gives_the_exact_refits(void **state)
{
    int row_count = 0, expanded_count = 0, singular_count = 0;

    (void)state;
    for (int i = 0; i < 2 * SHAPE_COUNT; i++) {
        struct glmm_result result, fast;
        struct glmm       *fit;

        make(i / 2);
        fit = solve(&one, i % 2 ? GLMM_SCALE_ALL : GLMM_SCALE_TRAINING, &result);
        for (int row = 0; row < one.data.row_count; row++) {
            double prob, fast_prob;

            glmm_leave_out(fit, row, &result, &prob);
            glmm_leave_out_fast(fit, row, &fast, &fast_prob);
            assert_int_equal(result.status, fast.status);
            assert_true(fabs(prob - fast_prob) < 1e-8);
            assert_true(fabs(result.slope - fast.slope) < 1e-7);
            assert_true(fabs(result.log_likelihood - fast.log_likelihood) < 1e-8);
            row_count++;
            expanded_count += fast.by_expansion;
            singular_count += fast.by_expansion && fast.status == GLMM_SINGULAR;
        }
        glmm_free(fit);
    }
    assert_true(expanded_count > row_count / 2); /* the rest are tiny data, in which one row matters too much */
    assert_true(singular_count > 100);
}

static void large_data_never_need_the_exact_refit(void **state)
{
    (void)state;
    glmm_case_init(&one, 25, 150, 1.0, 0.7, 20);
    for (int scale = GLMM_SCALE_TRAINING; scale <= GLMM_SCALE_ALL; scale++) {
        struct glmm_result result, fast;
        struct glmm       *fit     = solve(&one, scale, &result);
        double             largest = 0.0;

        for (int row = 0; row < one.data.row_count; row += 7) {
            double prob, fast_prob;

            glmm_leave_out(fit, row, &result, &prob);
            glmm_leave_out_fast(fit, row, &fast, &fast_prob);
            assert_true(fast.by_expansion);
            assert_true(result.gradient_norm < 1e-8 && fast.gradient_norm < 1e-8);
            largest = fmax(largest, fabs(prob - fast_prob));
        }
        assert_true(largest < 1e-11);
        glmm_free(fit);
    }
}

static void neither_calls_before_nor_the_order_of_rows_matter(void **state)
{
    struct glmm_result result, again;
    double             prob[2], fast[2], reversed;
    struct glmm       *fit;

    (void)state;
    glmm_case_init(&one, 6, 25, 1.0, 0.8, 3);
    fit = solve(&one, GLMM_SCALE_TRAINING, &result);
    glmm_leave_out(fit, 10, &result, &prob[0]);
    glmm_leave_out_fast(fit, 10, &again, &fast[0]);
    for (int row = 0; row < 150; row++) {
        glmm_leave_out(fit, row, &again, &prob[1]);
        glmm_leave_out_fast(fit, row, &again, &fast[1]);
    }
    glmm_leave_out(fit, 10, &again, &prob[1]);
    glmm_leave_out_fast(fit, 10, &again, &fast[1]);
    assert_true(prob[0] == prob[1] && fast[0] == fast[1]);
    glmm_free(fit);
    two.data = one.data;
    glmm_case_link(&two);
    for (int i = 0; i < 150; i++) {
        two.x[i]           = -1e3 * one.x[149 - i] + 5.0; /* another unit, the other sign */
        two.choices[i]     = one.choices[149 - i];
        two.participant[i] = one.participant[149 - i];
    }
    fit = solve(&two, GLMM_SCALE_TRAINING, &result);
    glmm_leave_out(fit, 139, &result, &reversed);
    assert_true(fabs(reversed - prob[0]) < 1e-11);
    glmm_leave_out_fast(fit, 139, &result, &reversed);
    assert_true(fabs(reversed - fast[0]) < 1e-11);
    glmm_free(fit);
}

static void the_last_row_of_a_participant_is_predicted_by_the_common_slope(void **state)
{
    struct glmm_result result;
    struct glmm       *fit;
    double             prob;

    (void)state;
    glmm_case_init(&one, 6, 25, 1.0, 0.8, 3);
    one.data.row_count         = 151;
    one.x[150]                 = 1.3;
    one.choices[150]           = 0;
    one.participant[150]       = 6;
    one.data.participant_count = 7;
    for (int scale = GLMM_SCALE_TRAINING; scale <= GLMM_SCALE_ALL; scale++) {
        for (int is_fast = 0; is_fast < 2; is_fast++) {
            fit = solve(&one, scale, &result);
            (is_fast ? glmm_leave_out_fast : glmm_leave_out)(fit, 150, &result, &prob);
            scaled = one;
            glmm_case_link(&scaled);
            glmm_case_scale(&scaled, scale == GLMM_SCALE_ALL ? -1 : 150);
            assert_true(fabs(prob - logistic_prob(scaled.x[150] * result.slope)) < 1e-12);
            glmm_free(fit);
        }
    }
}

static void one_or_two_rows_are_no_trouble(void **state)
{
    (void)state;
    for (int count = 1; count <= 3; count++) {
        for (int scale = GLMM_SCALE_TRAINING; scale <= GLMM_SCALE_ALL; scale++) {
            struct glmm_result result;
            struct glmm       *fit;
            double             prob = -1.0;

            glmm_case_init(&one, 2, 2, 1.0, 0.5, 4);
            one.data.row_count = count;
            fit                = solve(&one, scale, &result);
            assert_true(isfinite(result.slope) && isfinite(result.log_likelihood));
            for (int row = 0; row < count; row++) {
                glmm_leave_out(fit, row, &result, &prob);
                assert_true(prob >= 0.0 && prob <= 1.0 && isfinite(result.slope));
                if (count == 1 || (count == 2 && scale == GLMM_SCALE_TRAINING))
                    assert_true(prob == 0.5); /* nothing to learn from */
                glmm_leave_out_fast(fit, row, &result, &prob);
                assert_true(prob >= 0.0 && prob <= 1.0 && isfinite(result.slope));
            }
            glmm_free(fit);
        }
    }
}

static void without_a_maximum_numbers_are_finite_and_the_status_says_so(void **state)
{
    struct glmm_result result;
    struct glmm       *fit;
    double             prob;

    (void)state;
    glmm_case_init(&one, 4, 10, 1.0, 0.5, 7);
    glmm_case_scale(&one, -1);
    for (int i = 0; i < 40; i++) one.choices[i] = one.x[i] > 0.0;
    one.choices[5] = !one.choices[5]; /* without this row everybody is perfectly predicted */
    fit            = solve(&one, GLMM_SCALE_ALL, &result);
    assert_true(result.status != GLMM_NOT_CONVERGED);
    glmm_leave_out_fast(fit, 5, &result, &prob);
    assert_int_equal(result.status, GLMM_NOT_CONVERGED);
    assert_false(result.by_expansion);
    assert_true(isfinite(result.slope) && isfinite(result.log_likelihood));
    assert_true(prob >= 0.0 && prob <= 1.0);
    assert_true((prob > 0.5) == (one.x[5] > 0.0));
    glmm_leave_out_fast(fit, 6, &result, &prob);
    assert_true(result.status != GLMM_NOT_CONVERGED);
    glmm_free(fit);
}

static void left_out_rows_are_those_of_lme4(void **state)
{
    struct glmm          *fits[2] = {NULL, NULL};
    struct glmm_result    result;
    struct reference_file file;
    char                  line[256], scale[16];
    int                   set, row, participant, choice, count = 0;
    double                expected, prob, fast;

    (void)state;
    one.data.row_count = 0;
    reference_open(&file, "tests/model_reference/glmm.csv");
    while (reference_line(&file, line, sizeof line)) {
        const int i = one.data.row_count;

        if (sscanf(line, "row,%d,%d,%lf,%d", &set, &participant, &one.x[i], &choice) == 4) {
            one.participant[i]         = participant;
            one.choices[i]             = choice;
            one.data.row_count         = i + 1;
            one.data.participant_count = participant + 1;
        } else if (strncmp(line, "fit,", 4) == 0) {
            glmm_case_link(&one);
            for (int k = 0; k < 2; k++) {
                glmm_free(fits[k]);
                fits[k] = solve(&one, k, &result);
            }
            one.data.row_count = 0;
        } else if (sscanf(line, "left,%d,%d,%15[a-z],%lf", &set, &row, scale, &expected) == 4) {
            struct glmm *fit = fits[strcmp(scale, "all") == 0 ? GLMM_SCALE_ALL : GLMM_SCALE_TRAINING];

            glmm_leave_out(fit, row, &result, &prob);
            glmm_leave_out_fast(fit, row, &result, &fast);
            assert_true(fabs(prob - expected) < 1e-9);
            assert_true(fabs(fast - expected) < 2e-9);
            count++;
        }
    }
    assert_int_equal(count, 84);
    for (int k = 0; k < 2; k++) glmm_free(fits[k]);
    reference_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refits_are_maxima_of_the_definition),
        cmocka_unit_test(a_refit_is_the_fit_of_data_without_the_row),
        cmocka_unit_test(the_expansion_gives_the_exact_refits),
        cmocka_unit_test(large_data_never_need_the_exact_refit),
        cmocka_unit_test(neither_calls_before_nor_the_order_of_rows_matter),
        cmocka_unit_test(the_last_row_of_a_participant_is_predicted_by_the_common_slope),
        cmocka_unit_test(one_or_two_rows_are_no_trouble),
        cmocka_unit_test(without_a_maximum_numbers_are_finite_and_the_status_says_so),
        cmocka_unit_test(left_out_rows_are_those_of_lme4),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
