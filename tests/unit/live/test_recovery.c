/* Recovery on made-up value columns: who made the choices is found where it can be, and not where it cannot. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "live/recovery.h"

enum { CONDITION_COUNT = 3, TRIAL_COUNT = 80, MODEL_COUNT = 4 };

/* Model 0 knows the truth with noise, 1 knows nothing of it but has preferences, 2 is 1 again, 3 has none. */
struct lab {
    struct live_study          study;
    struct live_condition      conditions[CONDITION_COUNT];
    struct live_condition     *list[CONDITION_COUNT];
    struct condition_trial_row trials[CONDITION_COUNT][TRIAL_COUNT];
    signed char                truths[CONDITION_COUNT][TRIAL_COUNT];
    const double              *columns[CONDITION_COUNT][MODEL_COUNT];
    double                     pairs[CONDITION_COUNT][MODEL_COUNT][2 * TRIAL_COUNT];
    struct recovery_row        rows[MODEL_COUNT];
    double                     guessing_r2[MODEL_COUNT];
};

static void lab_init(struct lab *lab)
{
    struct rng rng;

    rng_init(&rng, 11);
    *lab = (struct lab){.study = {.task = TASK_REWARD, .model_count = MODEL_COUNT}};
    for (int c = 0; c < CONDITION_COUNT; c++) {
        for (int t = 0; t < TRIAL_COUNT; t++) {
            struct condition_trial_row *trial = &lab->trials[c][t];

            trial->left_points  = (int)rng_below(&rng, 101);
            trial->right_points = t == 5 ? trial->left_points : (int)rng_below(&rng, 101);
            for (int side = 0; side < 2; side++) {
                const int points = side == 0 ? trial->left_points : trial->right_points;

                lab->pairs[c][0][2 * t + side] = points + 10.0 * rng_normal(&rng);
                lab->pairs[c][1][2 * t + side] = lab->pairs[c][2][2 * t + side] = 30.0 * rng_normal(&rng);
            }
        }
        for (int t = 0; t < TRIAL_COUNT; t++) {
            const struct condition_trial_row *trial = &lab->trials[c][t];

            lab->truths[c][t] =
                (signed char)(trial->left_points == trial->right_points ? -1 : trial->right_points > trial->left_points);
        }
        for (int m = 0; m < MODEL_COUNT; m++) lab->columns[c][m] = lab->pairs[c][m];
        lab->conditions[c] = (struct live_condition){.study       = &lab->study,
                                                     .trial_count = TRIAL_COUNT,
                                                     .trials      = lab->trials[c],
                                                     .truths      = lab->truths[c],
                                                     .columns     = lab->columns[c],
                                                     .ready_count = MODEL_COUNT};
        lab->list[c]       = &lab->conditions[c];
    }
}

static struct recovery_result run(struct lab *lab, uint64_t seed)
{
    const struct recovery_settings settings = {
        .participant_count = 100, .accuracy_low = 0.75, .accuracy_high = 0.85, .seed = seed};
    struct recovery_result result = {.rows = lab->rows, .guessing_r2 = lab->guessing_r2};
    struct err             err    = {.message = ""};

    if (!recovery_run(&settings, &lab->study, lab->list, CONDITION_COUNT, &result, &err)) fail_msg("%s", err.message);
    return result;
}

static void people_of_a_model_are_found_to_be_its_own(void **state)
{
    struct lab lab;

    (void)state;
    lab_init(&lab);
    (void)run(&lab, 1);
    assert_int_equal(lab.rows[0].how, RECOVERY_BY_ACCURACY);
    assert_true(lab.rows[0].won > 0.97);
    assert_true(lab.rows[0].accuracy > 0.77 && lab.rows[0].accuracy < 0.83);
    assert_true(lab.rows[0].beta_low > 0.0 && lab.rows[0].beta_low < lab.rows[0].beta_high);
    assert_true(lab.rows[0].beta_coverage >= 0.91 && lab.rows[0].beta_coverage <= 0.99);
}

static void a_model_that_is_never_right_gets_betas_by_agreement(void **state)
{
    struct lab lab;

    (void)state;
    lab_init(&lab);
    (void)run(&lab, 1);
    assert_int_equal(lab.rows[1].how, RECOVERY_BY_AGREEMENT);
    assert_true(fabs(lab.rows[1].accuracy - 0.5) < 0.08);
    assert_int_equal(lab.rows[3].how, RECOVERY_FLAT);
    assert_true(lab.rows[3].won == 0.0 && lab.rows[3].beta_high == 0.0);
}

/* Equal evidences go to the first, so the second of two equal models wins nobody and names its rival. */
static void of_two_equal_models_one_is_the_rival(void **state)
{
    struct lab lab;

    (void)state;
    lab_init(&lab);
    (void)run(&lab, 1);
    assert_true(lab.rows[1].won > 0.97);
    assert_true(lab.rows[2].won == 0.0);
    assert_int_equal(lab.rows[2].rival, 1);
    assert_true(lab.rows[2].rival_won > 0.97);
}

static void who_guesses_fits_no_model(void **state)
{
    struct lab             lab;
    struct recovery_result result;

    (void)state;
    lab_init(&lab);
    result = run(&lab, 1);
    for (int m = 0; m < 3; m++) assert_true(lab.guessing_r2[m] < 0.0);
    assert_true(fabs(lab.guessing_r2[3]) < 1e-12); /* one half at every trial: chance itself */
    assert_int_equal(result.best_guessing, 3);
}

static void the_same_seed_gives_the_same_people(void **state)
{
    struct lab lab, again;

    (void)state;
    lab_init(&lab);
    lab_init(&again);
    (void)run(&lab, 7);
    (void)run(&again, 7);
    assert_memory_equal(lab.rows, again.rows, sizeof lab.rows);
    (void)run(&again, 8);
    assert_true(lab.rows[0].accuracy != again.rows[0].accuracy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_of_a_model_are_found_to_be_its_own),
        cmocka_unit_test(a_model_that_is_never_right_gets_betas_by_agreement),
        cmocka_unit_test(of_two_equal_models_one_is_the_rival),
        cmocka_unit_test(who_guesses_fits_no_model),
        cmocka_unit_test(the_same_seed_gives_the_same_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
