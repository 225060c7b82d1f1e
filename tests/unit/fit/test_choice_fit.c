/* The three choice rules over a table of people: sums, numbers at their ends, and what is reported of the fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "../support/must.h"
#include "fit/choice_fit.h"

enum { PEOPLE = 3, TRIALS = 8, ROWS = PEOPLE * TRIALS };

/* A table without names: what the rules read of it. */
struct people {
    struct trial_table   table;
    int                  first[PEOPLE + 1];
    int                  participants[ROWS];
    int                  choices[ROWS];
    struct learner_value values[ROWS];
};

/* Person 0 always follows a drive of either sign, 1 always goes against it, 2 does both. */
static void people_make(struct people *people, double size)
{
    for (int t = 0; t < ROWS; t++) {
        const int person = t / TRIALS, is_right = t % 2;

        people->participants[t] = person;
        people->values[t] =
            (struct learner_value){.left = is_right ? -size / 2 : size / 2, .right = is_right ? size / 2 : -size / 2};
        people->choices[t] = person == 0 ? is_right : person == 1 ? !is_right : t % 3 == 0 ? !is_right : is_right;
    }
    for (int p = 0; p <= PEOPLE; p++) people->first[p] = p * TRIALS;
    people->table = (struct trial_table){
        .task              = LEARNER_TASK_REWARD,
        .image_count       = 2,
        .participant_count = PEOPLE,
        .trial_count       = ROWS,
        .first             = people->first,
        .participants      = people->participants,
        .choices           = people->choices,
    };
}

static void run(struct people *people, enum choice_fit_rule rule, struct choice_fit *fit, struct choice_fit_summary *summary)
{
    const struct choice_fit_settings settings = {.rule = rule, .scale = GLMM_SCALE_ALL};
    struct progress                  progress;
    struct err                       err;
    double                           nll = 0.0;

    MUST(progress_init(&progress, stderr, false, &CLOCK_SYSTEM, 1, &err));
    MUST(choice_fit_init(fit, &people->table, &err));
    MUST(choice_fit_run(fit, &settings, &people->table, people->values, &progress, summary, &err));
    progress_close(&progress);
    for (int t = 0; t < ROWS; t++) {
        assert_true(isfinite(fit->log_lik[t]) && fit->prob[t] >= 0.0 && fit->prob[t] <= 1.0);
        nll -= fit->log_lik[t];
    }
    assert_true(fabs(nll - summary->nll) <= 1e-12 * nll);
    assert_true(fabs(fit->nll[0] + fit->nll[1] + fit->nll[2] - nll) <= 1e-12 * nll);
    assert_true(fabs(summary->r2 - (1.0 - nll / (ROWS * log(2.0)))) < 1e-12 * fmax(1.0, nll));
}

/* One drive of the same size at every trial: beta is the only thing to find, and its best is known. */
static void a_temperature_is_the_best_of_its_person(void **state)
{
    struct people             people;
    struct choice_fit         fit;
    struct choice_fit_summary summary;
    int                       followed = 0;
    double                    best;

    (void)state;
    people_make(&people, 2.0);
    for (int t = 2 * TRIALS; t < ROWS; t++) followed += people.choices[t] == t % 2;
    best = -followed * log((double)followed / TRIALS) - (TRIALS - followed) * log(1.0 - (double)followed / TRIALS);
    run(&people, CHOICE_FIT_TEMPERATURE, &fit, &summary);
    assert_int_equal(summary.at_bound_count, 2);                       /* 0 at the upper, 1 at the lower */
    assert_true(fit.nll[0] < 1e-12);                                   /* beta 100 */
    assert_true(fabs(fit.nll[1] - TRIALS * (log(2.0) + 1e-3)) < 1e-5); /* beta 0.001 x drive 2, half a drive above */
    assert_true(fabs(fit.nll[2] - best) < 1e-9);
    choice_fit_close(&fit);
}

static void the_grid_needs_no_beta_that_is_known(void **state)
{
    struct people             people;
    struct choice_fit         fit;
    struct choice_fit_summary summary;

    (void)state;
    people_make(&people, 2.0);
    run(&people, CHOICE_FIT_GRID, &fit, &summary);
    for (int p = 0; p < PEOPLE; p++) /* before the first choice all are alike */
        assert_true(fabs(fabs(fit.prob[p * TRIALS] - 0.5) - fabs(fit.prob[0] - 0.5)) < 1e-15);
    assert_true(fit.nll[0] < fit.nll[2] && fit.nll[2] < fit.nll[1]);
    assert_int_equal(summary.at_bound_count, 0);
    choice_fit_close(&fit);
}

static void absurd_drives_keep_numbers_finite(void **state)
{
    static const double       SIZES[] = {0.0, 1e-300, 1e12, 1e300};
    struct people             people;
    struct choice_fit         fit;
    struct choice_fit_summary summary;

    (void)state;
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        people_make(&people, SIZES[i]);
        for (int rule = CHOICE_FIT_GRID; rule <= CHOICE_FIT_TEMPERATURE; rule++) {
            run(&people, (enum choice_fit_rule)rule, &fit, &summary);
            choice_fit_close(&fit);
        }
    }
    people_make(&people, 0.0); /* nothing to go by: every trial costs ln 2 */
    for (int rule = CHOICE_FIT_GRID; rule <= CHOICE_FIT_GLMM_LOO; rule++) {
        run(&people, (enum choice_fit_rule)rule, &fit, &summary);
        assert_true(fabs(summary.nll - ROWS * log(2.0)) < 1e-12 * ROWS);
        choice_fit_close(&fit);
    }
}

/* People who differ this much have different slopes; a prediction of a trial left out is by the person's own. */
static void a_mixed_model_gives_each_person_a_slope(void **state)
{
    struct people             people;
    struct choice_fit         fit;
    struct choice_fit_summary summary;

    (void)state;
    people_make(&people, 2.0);
    run(&people, CHOICE_FIT_GLMM_LOO, &fit, &summary);
    assert_false(summary.is_singular);
    assert_true(summary.is_converged && summary.slope_sd > 1.0);
    assert_int_equal(summary.unconverged_count, 0);
    for (int t = 0; t < 2 * TRIALS; t++) assert_true(fit.log_lik[t] > -log(2.0));
    for (int t = 0; t < ROWS; t++)
        assert_true(fabs(log(people.choices[t] == 1 ? fit.prob[t] : 1.0 - fit.prob[t]) - fit.log_lik[t]) < 1e-12);
    choice_fit_close(&fit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_temperature_is_the_best_of_its_person),
        cmocka_unit_test(the_grid_needs_no_beta_that_is_known),
        cmocka_unit_test(absurd_drives_keep_numbers_finite),
        cmocka_unit_test(a_mixed_model_gives_each_person_a_slope),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
