/* The mixed model against its definition: modes by bisection, gradients by differences, and against lme4's fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "glmm_case.h"
#include "reference.h"

static const struct {
    int    people, trials;
    double slope, sd;
} SHAPES[] = {{2, 20, 1.0, 1.0},   {3, 10, 0.5, 0.5},  {5, 40, 1.0, 0.0},
              {10, 15, -2.0, 1.0}, {25, 30, 1.5, 0.7}, {1, 30, 1.0, 0.0}};

enum { SHAPE_COUNT = sizeof SHAPES / sizeof SHAPES[0], SEED_COUNT = 3 };

static void solve(const struct glmm_case *one, struct glmm_result *result, double *slopes)
{
    struct err   err;
    struct glmm *fit = glmm_new(&one->data, GLMM_SCALE_ALL, &err);

    assert_non_null(fit);
    glmm_solve(fit, result);
    if (slopes != NULL) memcpy(slopes, glmm_slopes(fit), (size_t)one->data.participant_count * sizeof *slopes);
    glmm_free(fit);
}

static struct glmm_case one, two;

static void the_answer_is_a_maximum_of_the_definition(void **state)
{
    int singular_count = 0;

    (void)state;
    for (int i = 0; i < SHAPE_COUNT * SEED_COUNT; i++) {
        struct glmm_result result;
        double             slopes[GLMM_CASE_PARTICIPANT_MAX];

        glmm_case_init(&one, SHAPES[i % SHAPE_COUNT].people, SHAPES[i % SHAPE_COUNT].trials, SHAPES[i % SHAPE_COUNT].slope,
                       SHAPES[i % SHAPE_COUNT].sd, (unsigned)i + 1);
        solve(&one, &result, slopes);
        glmm_case_scale(&one, -1);
        assert_true(result.status == (result.slope_sd > 0.0 ? GLMM_CONVERGED : GLMM_SINGULAR));
        assert_true(result.gradient_norm < 1e-8);
        assert_true(fabs(glmm_case_laplace(&one, -1, result.slope, result.slope_sd) - result.log_likelihood) < 1e-9);
        assert_true(glmm_case_gradient_norm(&one, -1, result.slope, result.slope_sd) < 1e-8);
        for (int p = 0; p < one.data.participant_count; p++)
            assert_true(fabs(slopes[p] - glmm_case_mode(&one, p, -1, result.slope, result.slope_sd)) < 1e-9);
        for (double sd = 0.0; sd < 8.0; sd = 2.0 * sd + 0.05)
            for (double slope = result.slope - 2.0; slope < result.slope + 2.1; slope += 0.5)
                assert_true(glmm_case_laplace(&one, -1, slope, sd) < result.log_likelihood + 1e-9);
        singular_count += result.status == GLMM_SINGULAR;
    }
    assert_true(singular_count >= 2 && singular_count <= SHAPE_COUNT * SEED_COUNT - 8);
}

/* One row each: maxima with and without a variance stand side by side. */
static void of_several_maxima_the_best_is_found(void **state)
{
    int count = 0;

    (void)state;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct glmm_result result;

        glmm_case_init(&one, 5, 1, 1.0, 0.0, seed);
        solve(&one, &result, NULL);
        if (result.status == GLMM_NOT_CONVERGED) continue;
        glmm_case_scale(&one, -1);
        for (double sd = 0.0; sd < 40.0; sd = 1.7 * sd + 0.05)
            for (double slope = -10.0; slope < 10.0; slope += 0.5)
                assert_true(glmm_case_laplace(&one, -1, slope, sd) < result.log_likelihood + 1e-9);
        count++;
    }
    assert_true(count > 10);
}

static void the_unit_and_the_origin_of_x_do_not_matter(void **state)
{
    struct glmm_result before, after;

    (void)state;
    glmm_case_init(&one, 8, 25, 1.0, 0.8, 3);
    solve(&one, &before, NULL);
    for (int i = 0; i < one.data.row_count; i++) one.x[i] = 1e4 * one.x[i] - 3e4;
    solve(&one, &after, NULL);
    assert_true(fabs(after.slope - before.slope) < 1e-10);
    assert_true(fabs(after.slope_sd - before.slope_sd) < 1e-10);
    assert_true(fabs(after.log_likelihood - before.log_likelihood) < 1e-9);
}

static void the_order_of_rows_and_participants_does_not_matter(void **state)
{
    struct glmm_result before, after;
    double             slopes[8], again[8];
    int                order[200];
    struct rng         rng;

    (void)state;
    glmm_case_init(&one, 8, 25, 1.0, 0.8, 4);
    solve(&one, &before, slopes);
    rng_init(&rng, 9);
    for (int i = 0; i < 200; i++) order[i] = i;
    rng_shuffle(&rng, order, 200);
    two.data = one.data;
    glmm_case_link(&two);
    for (int i = 0; i < 200; i++) {
        two.x[i]           = one.x[order[i]];
        two.choices[i]     = one.choices[order[i]];
        two.participant[i] = 7 - one.participant[order[i]];
    }
    solve(&two, &after, again);
    assert_true(fabs(after.slope - before.slope) < 1e-11);
    assert_true(fabs(after.slope_sd - before.slope_sd) < 1e-11);
    for (int p = 0; p < 8; p++) assert_true(fabs(slopes[p] - again[7 - p]) < 1e-11);
}

static void a_participant_without_rows_changes_nothing_and_has_the_common_slope(void **state)
{
    struct glmm_result before, after;
    double             slopes[9];

    (void)state;
    glmm_case_init(&one, 8, 25, 1.0, 0.8, 5);
    solve(&one, &before, NULL);
    one.data.participant_count = 9;
    solve(&one, &after, slopes);
    assert_true(fabs(after.slope - before.slope) < 1e-12);
    assert_true(fabs(after.log_likelihood - before.log_likelihood) < 1e-10);
    assert_true(fabs(slopes[8] - after.slope) < 1e-14);
}

static void one_who_is_always_right_has_a_finite_slope(void **state)
{
    struct glmm_result result;
    double             slopes[6];

    (void)state;
    glmm_case_init(&one, 6, 30, 1.0, 0.5, 6);
    for (int i = 0; i < one.data.row_count; i++)
        if (one.participant[i] == 2) one.choices[i] = one.x[i] > 0.05;
    solve(&one, &result, slopes);
    assert_int_equal(result.status, GLMM_CONVERGED);
    glmm_case_scale(&one, -1);
    assert_true(glmm_case_gradient_norm(&one, -1, result.slope, result.slope_sd) < 1e-8);
    for (int p = 0; p < 6; p++) assert_true(p == 2 || slopes[p] < slopes[2]);
    assert_true(fabs(slopes[2] - glmm_case_mode(&one, 2, -1, result.slope, result.slope_sd)) < 1e-9);
}

static void without_a_maximum_the_status_says_so(void **state)
{
    struct glmm_result result;
    double             slopes[6];

    (void)state;
    glmm_case_init(&one, 6, 30, 1.0, 0.5, 7);
    glmm_case_scale(&one, -1);
    for (int i = 0; i < one.data.row_count; i++) one.choices[i] = one.x[i] > 0.0;
    solve(&one, &result, slopes);
    assert_int_equal(result.status, GLMM_NOT_CONVERGED);
    assert_true(isfinite(result.slope) && isfinite(result.slope_sd) && isfinite(result.log_likelihood));
    assert_true(result.slope > 10.0 && result.log_likelihood > -1e-3);
    for (int p = 0; p < 6; p++) assert_true(isfinite(slopes[p]));
}

static void people_who_are_always_right_or_always_wrong_give_finite_numbers(void **state)
{
    struct glmm_result result;

    (void)state;
    glmm_case_init(&one, 6, 30, 1.0, 0.5, 7);
    glmm_case_scale(&one, -1);
    for (int i = 0; i < one.data.row_count; i++) one.choices[i] = (one.x[i] > 0.0) == (one.participant[i] % 2);
    solve(&one, &result, NULL);
    assert_true(isfinite(result.slope) && isfinite(result.slope_sd) && isfinite(result.log_likelihood));
    if (result.status != GLMM_NOT_CONVERGED) assert_true(glmm_case_gradient_norm(&one, -1, result.slope, result.slope_sd) < 1e-7);
}

static void values_that_are_all_equal_teach_nothing(void **state)
{
    struct glmm_result result;

    (void)state;
    glmm_case_init(&one, 3, 10, 1.0, 0.5, 8);
    for (int i = 0; i < one.data.row_count; i++) one.x[i] = 0.1;
    solve(&one, &result, NULL);
    assert_int_equal(result.status, GLMM_SINGULAR);
    assert_true(result.slope == 0.0 && fabs(result.log_likelihood + 30.0 * log(2.0)) < 1e-12);
}

static void a_thousand_people_are_fitted(void **state)
{
    struct glmm_result result;

    (void)state;
    glmm_case_init(&one, 1000, 4, 1.0, 0.7, 9);
    solve(&one, &result, NULL);
    assert_int_equal(result.status, GLMM_CONVERGED);
    glmm_case_scale(&one, -1);
    assert_true(fabs(result.slope - 1.0) < 0.3);
    assert_true(result.gradient_norm < 1e-8);
}

static void data_that_make_no_sense_are_refused(void **state)
{
    struct glmm_data data;
    struct err       err;

    (void)state;
    glmm_case_init(&one, 3, 10, 1.0, 0.5, 8);
    data           = one.data;
    data.row_count = 0;
    assert_null(glmm_new(&data, GLMM_SCALE_ALL, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    one.x[4] = NAN;
    assert_null(glmm_new(&one.data, GLMM_SCALE_ALL, &err));
    one.x[4]       = 0.0;
    one.choices[7] = 2;
    assert_null(glmm_new(&one.data, GLMM_SCALE_ALL, &err));
    one.choices[7]      = 1;
    one.participant[29] = 3;
    assert_null(glmm_new(&one.data, GLMM_SCALE_ALL, &err));
    glmm_free(NULL);
}

/* Reads the rows of the next set of glmm.csv; false at its end. The line after them is in `line`. */
static bool read_set(struct reference_file *file, char *line, int bytes)
{
    int set, participant, choice;

    one.data = (struct glmm_data){0};
    glmm_case_link(&one);
    while (strncmp(line, "row,", 4) != 0)
        if (!reference_line(file, line, bytes)) return false;
    do {
        const int i = one.data.row_count++;

        assert_int_equal(sscanf(line, "row,%d,%d,%lf,%d", &set, &participant, &one.x[i], &choice), 4);
        one.participant[i]         = participant;
        one.choices[i]             = choice;
        one.data.participant_count = participant + 1 > one.data.participant_count ? participant + 1 : one.data.participant_count;
    } while (reference_line(file, line, bytes) && strncmp(line, "row,", 4) == 0);
    return true;
}

static void fits_are_those_of_lme4(void **state)
{
    struct reference_file file;
    char                  line[256] = "";
    int                   set_count = 0, mode_count = 0;

    (void)state;
    reference_open(&file, "tests/model_reference/glmm.csv");
    while (read_set(&file, line, sizeof line)) {
        struct glmm_result result;
        double             slopes[GLMM_CASE_PARTICIPANT_MAX], slope, sd, log_likelihood, gradient;
        int                set, participant;

        solve(&one, &result, slopes);
        assert_int_equal(sscanf(line, "fit,%d,%lf,%lf,%lf,%lf", &set, &slope, &sd, &log_likelihood, &gradient), 5);
        assert_int_equal(result.status, sd > 0.0 ? GLMM_CONVERGED : GLMM_SINGULAR);
        assert_true(gradient < 1e-8);
        assert_true(fabs(result.slope - slope) < 1e-9);
        assert_true(fabs(result.slope_sd - sd) < 1e-9);
        assert_true(fabs(result.log_likelihood - log_likelihood) < 1e-9);
        while (reference_line(&file, line, sizeof line) && sscanf(line, "mode,%d,%d,%lf", &set, &participant, &slope) == 3) {
            assert_true(fabs(slopes[participant] - slope) < 1e-9);
            mode_count++;
        }
        set_count++;
    }
    assert_int_equal(set_count, 7);
    assert_int_equal(mode_count, 80);
    reference_close(&file);
}

static void from_an_earlier_answer_the_same_is_found(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPE_COUNT * SEED_COUNT; i++) {
        struct glmm_result fresh, warm;
        struct err         err;
        struct glmm       *fit;

        glmm_case_init(&one, SHAPES[i % SHAPE_COUNT].people, SHAPES[i % SHAPE_COUNT].trials, SHAPES[i % SHAPE_COUNT].slope,
                       SHAPES[i % SHAPE_COUNT].sd, (unsigned)i + 1);
        solve(&one, &fresh, NULL);
        fit = glmm_new(&one.data, GLMM_SCALE_ALL, &err);
        assert_non_null(fit);
        glmm_solve_from(fit, 0.8 * fresh.slope, 1.2 * fresh.slope_sd, &warm);
        glmm_free(fit);
        assert_int_equal(fresh.status, warm.status);
        assert_true(warm.gradient_norm < 1e-8);
        assert_true(fabs(warm.slope - fresh.slope) < 1e-7 && fabs(warm.slope_sd - fresh.slope_sd) < 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_is_a_maximum_of_the_definition),
        cmocka_unit_test(of_several_maxima_the_best_is_found),
        cmocka_unit_test(the_unit_and_the_origin_of_x_do_not_matter),
        cmocka_unit_test(the_order_of_rows_and_participants_does_not_matter),
        cmocka_unit_test(a_participant_without_rows_changes_nothing_and_has_the_common_slope),
        cmocka_unit_test(one_who_is_always_right_has_a_finite_slope),
        cmocka_unit_test(without_a_maximum_the_status_says_so),
        cmocka_unit_test(people_who_are_always_right_or_always_wrong_give_finite_numbers),
        cmocka_unit_test(values_that_are_all_equal_teach_nothing),
        cmocka_unit_test(a_thousand_people_are_fitted),
        cmocka_unit_test(data_that_make_no_sense_are_refused),
        cmocka_unit_test(fits_are_those_of_lme4),
        cmocka_unit_test(from_an_earlier_answer_the_same_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
