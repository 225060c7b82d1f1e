/* Exemplars and prototypes against their definitions, written out in long double with every image left out for real. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "learner_condition.h"
#include "model/row_distance.h"
#include "model/sensitivity.h"
#include "reference.h"

static const char *const MODES[]    = {"online", "all", "none"};
static const char *const LEARNERS[] = {"exemplar", "prototype"};

enum { EXEMPLAR, PROTOTYPE, LEARNER_KINDS, MODE_COUNT = 3 };

static struct learner_run *run_of(const char *name, const char *mode, const struct learner_trials *trials)
{
    struct learner_spec spec;
    struct err          err = {.message = ""};
    struct learner_run *run;
    char                text[64];

    (void)snprintf(text, sizeof text, "%s:standardize=%s", name, mode);
    if (!learner_spec_read(text, trials->task, &spec, &err)) fail_msg("%s", err.message);
    run = learner_run_new(&spec, trials, &err);
    if (run == NULL) fail_msg("%s", err.message);
    return run;
}

/* z-scores of rows 0 .. count by `measured` of the rows (0: none). */
static long double *scaled_rows(const struct condition *condition, int count, int measured)
{
    const int    d    = condition->trials.feature_count;
    long double *rows = calloc((size_t)(count + 1) * (size_t)d, sizeof *rows);

    if (rows == NULL) abort();
    for (int j = 0; j < d; j++) {
        long double mean = 0.0L, scale = 0.0L;

        for (int i = 0; i < measured; i++) mean += (long double)condition->features[i * d + j] / measured;
        for (int i = 0; i < measured; i++) scale += powl(condition->features[i * d + j] - mean, 2.0L) / measured;
        scale = scale > 1e-28L * (1.0L + mean * mean) ? sqrtl(scale) : 1.0L;
        for (int i = 0; i <= count; i++) rows[i * d + j] = (condition->features[i * d + j] - mean) / scale;
    }
    return rows;
}

static long double log_sum(long double left, long double right)
{
    const long double largest = fmaxl(left, right);

    return isinf(largest) ? largest : largest + logl(expl(left - largest) + expl(right - largest));
}

/* Log odds of Julty for row `image` by the first `count` rows without row `left_out` (-1: by all of them). */
static long double logit_by_definition(int kind, const long double *rows, int d, const double *targets, int count, int left_out,
                                       int image, long double c)
{
    long double similar[2] = {-INFINITY, -INFINITY}, squares[2] = {0};

    for (int i = 0; kind == EXEMPLAR && i < count; i++) {
        long double square = 0.0L;

        for (int j = 0; j < d; j++) square += powl(rows[i * d + j] - rows[image * d + j], 2.0L);
        if (i != left_out) similar[targets[i] > 0.5] = log_sum(similar[targets[i] > 0.5], -c * sqrtl(square / d));
    }
    for (int category = 0; kind == PROTOTYPE && category < 2; category++) {
        for (int j = 0; j < d; j++) {
            long double mean = 0.0L, member_count = 0.0L;

            for (int i = 0; i < count; i++) {
                if (i == left_out || (targets[i] > 0.5) != (category == 1)) continue;
                mean += rows[i * d + j];
                member_count += 1.0L;
            }
            squares[category] += powl(rows[image * d + j] - mean / member_count, 2.0L) / d;
        }
    }
    return kind == EXEMPLAR ? similar[1] - similar[0] : c * (squares[0] - squares[1]);
}

/* Log likelihood of the categories of all `count` rows, each judged by the others. */
static long double left_out_by_definition(int kind, const long double *rows, int d, const double *targets, int count,
                                          long double c)
{
    long double sum = 0.0L;

    for (int i = 0; i < count; i++) {
        const long double logit = logit_by_definition(kind, rows, d, targets, count, i, i, c);

        sum -= log_sum(0.0L, targets[i] > 0.5 ? -logit : logit);
    }
    return sum;
}

/* P(Julty) of the row after the first `count`. */
static long double prob_by_definition(int kind, const long double *rows, int d, const double *targets, int count)
{
    long double likelihood[SENSITIVITY_COUNT], best = -INFINITY, c = 1.0L;
    int         julty_count = 0;

    for (int i = 0; i < count; i++) julty_count += targets[i] > 0.5;
    if (julty_count == 0 || julty_count == count) return 0.5L;
    if (julty_count >= 2 && count - julty_count >= 2) {
        for (int k = 0; k < SENSITIVITY_COUNT; k++) {
            likelihood[k] = left_out_by_definition(kind, rows, d, targets, count, powl(10.0L, k / 6.0L - 2.0L));
            best          = fmaxl(best, likelihood[k]);
        }
        for (int k = SENSITIVITY_COUNT - 1; k >= 0; k--)
            if (likelihood[k] >= best - 1e-9L) c = powl(10.0L, k / 6.0L - 2.0L);
    }
    return 1.0L / (1.0L + expl(-logit_by_definition(kind, rows, d, targets, count, -1, count, c)));
}

/* Both probabilities, relative: small ones keep their digits. */
static void assert_prob(const struct learner_value *value, long double julty_prob, double tolerance)
{
    assert_int_equal(value->status, LEARNER_CONVERGED);
    assert_true(fabs(value->left + value->right - 1.0) < 1e-15);
    if (fabsl(value->right - julty_prob) > tolerance * julty_prob) fail_msg("%.17g is not %.17Lg", value->right, julty_prob);
}

static void check_condition(const struct condition *condition, int kind, int mode, double tolerance)
{
    struct learner_run *run = run_of(LEARNERS[kind], MODES[mode], &condition->trials);

    for (int t = 0; t < condition->trials.trial_count; t++) {
        struct learner_value value;
        long double         *rows = scaled_rows(condition, t, mode == 0 ? t : mode == 1 ? condition->row_count : 0);

        learner_run_value(run, t, &value);
        assert_prob(&value, prob_by_definition(kind, rows, condition->trials.feature_count, condition->targets, t), tolerance);
        free(rows);
    }
    learner_run_free(run);
}

static void values_are_the_definition(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * MODE_COUNT * 3; i++) {
        struct condition condition;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 22, (int[]){1, 6, 30}[i / 6], (unsigned)(300 + i));
        check_condition(&condition, i % 2, i / 2 % 3, 1e-9);
        condition_close(&condition);
    }
}

/* An image or two where every similarity is below the smallest number there is; also far from the origin together. */
static void far_images_keep_their_odds(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * MODE_COUNT * 2; i++) {
        const int        d = i / 6 == 0 ? 3 : 30;
        struct condition condition;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 18, d, (unsigned)(500 + i));
        for (int j = 0; j < d; j++) {
            condition.features[9 * d + j] += 1e4;
            condition.features[12 * d + j] -= 3e5;
        }
        check_condition(&condition, i % 2, i / 2 % 3, 1e-6);
        condition_close(&condition);
    }
}

/* Two heaps of images, each category its own: whatever c, the odds are beyond what a number holds, and not NaN. */
static void heaps_far_apart_are_certain(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * MODE_COUNT; i++) {
        struct condition    condition;
        struct learner_run *run;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 16, 4, (unsigned)(600 + i));
        for (int j = 0; j < 16 * 4; j++) condition.features[j] += condition.targets[j / 4] > 0.5 ? 1e7 : -1e7;
        run = run_of(LEARNERS[i % 2], MODES[i / 2], &condition.trials);
        for (int t = 0; t < 16; t++) {
            struct learner_value value;
            const bool           is_known = sensitivity_has_choice(sensitivity_count(t, condition.targets));

            learner_run_value(run, t, &value);
            assert_int_equal(value.status, LEARNER_CONVERGED);
            assert_true(isfinite(value.left) && isfinite(value.right) && value.left >= 0.0 && value.right >= 0.0);
            if (is_known) assert_true((value.right > 0.99) == (condition.targets[t] > 0.5));
            if (is_known) assert_true((value.left > 0.99) == (condition.targets[t] < 0.5));
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

/* Equal images tell nothing but how many of each category there were. */
static void identical_images_give_the_shares(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * MODE_COUNT * 2; i++) {
        const int           d = i / 6 == 0 ? 2 : 25;
        struct condition    condition;
        struct learner_run *run;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 15, d, (unsigned)(700 + i));
        for (int j = 0; j < 15 * d; j++) condition.features[j] = 1e5 + 0.1 * (j % d);
        run = run_of(LEARNERS[i % 2], MODES[i / 2 % 3], &condition.trials);
        for (int t = 0; t < 15; t++) {
            struct learner_value          value;
            const struct sensitivity_seen seen  = sensitivity_count(t, condition.targets);
            const double                  share = t > 0 ? (double)seen.julty_count / t : 0.5;

            learner_run_value(run, t, &value);
            assert_prob(&value, i % 2 == EXEMPLAR && sensitivity_is_predictable(seen) ? share : 0.5, 1e-12);
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void one_category_alone_says_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * 2; i++) {
        struct condition     condition;
        struct learner_run  *run;
        struct learner_value value;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 12, 3, 1);
        for (int t = 0; t < 12; t++) condition.targets[t] = i / 2;
        run = run_of(LEARNERS[i % 2], "online", &condition.trials);
        for (int t = 0; t < 12; t++) {
            learner_run_value(run, t, &value);
            assert_true(value.left == 0.5 && value.right == 0.5 && value.status == LEARNER_CONVERGED);
        }
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void the_order_of_asking_does_not_matter(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * MODE_COUNT * 2; i++) {
        struct condition     condition;
        struct learner_run  *forth, *back;
        struct learner_value values[20], value;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 20, i / 6 == 0 ? 5 : 40, (unsigned)(800 + i));
        forth = run_of(LEARNERS[i % 2], MODES[i / 2 % 3], &condition.trials);
        back  = run_of(LEARNERS[i % 2], MODES[i / 2 % 3], &condition.trials);
        for (int t = 0; t < 20; t++) learner_run_value(forth, t, &values[t]);
        for (int t = 19; t >= 0; t--) {
            learner_run_value(back, t, &value);
            assert_true(fabs(value.right - values[t].right) < 1e-12);
            learner_run_value(forth, (t * 7) % 20, &value);
            assert_true(fabs(value.right - values[(t * 7) % 20].right) < 1e-12);
        }
        learner_run_free(forth);
        learner_run_free(back);
        condition_close(&condition);
    }
}

/* Everything that is not known yet is not a number; a learner that peeked would show it. */
static void nothing_is_known_before_its_time(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS * 2; i++) {
        const int           d = 7;
        struct condition    known, hidden;
        struct learner_run *knowing, *waiting;

        condition_init(&known, LEARNER_TASK_CATEGORY, 15, d, (unsigned)(60 + i));
        condition_init(&hidden, LEARNER_TASK_CATEGORY, 15, d, (unsigned)(60 + i));
        for (int j = 0; j < 15 * d; j++) hidden.features[j] = (double)NAN;
        for (int j = 0; j < 15; j++) hidden.targets[j] = (double)NAN;
        knowing = run_of(LEARNERS[i % 2], i < 2 ? "online" : "none", &known.trials);
        waiting = run_of(LEARNERS[i % 2], i < 2 ? "online" : "none", &hidden.trials);
        for (int t = 0; t < 15; t++) {
            struct learner_value expected, value;

            memcpy(hidden.features + t * d, known.features + t * d, (size_t)d * sizeof(double));
            learner_run_value(knowing, t, &expected);
            learner_run_value(waiting, t, &value);
            assert_true(value.status == LEARNER_CONVERGED && value.right == expected.right && value.left == expected.left);
            hidden.targets[t] = known.targets[t];
        }
        learner_run_free(knowing);
        learner_run_free(waiting);
        condition_close(&known);
        condition_close(&hidden);
    }
}

static void numbers_too_large_are_a_status(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS; i++) {
        struct condition     condition;
        struct learner_run  *run;
        struct learner_value value;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 8, 3, 1);
        condition.features[4] = 1e300;
        run                   = run_of(LEARNERS[i], "none", &condition.trials);
        learner_run_value(run, 7, &value);
        assert_true(value.status == LEARNER_SINGULAR && value.left == 0.5 && value.right == 0.5);
        learner_run_free(run);
        condition_close(&condition);
    }
}

static void components_are_features_like_others(void **state)
{
    (void)state;
    for (int i = 0; i < LEARNER_KINDS; i++) {
        struct condition    condition;
        struct learner_run *whole, *reduced;

        condition_init(&condition, LEARNER_TASK_CATEGORY, 14, 5, (unsigned)(40 + i));
        whole   = run_of(LEARNERS[i], "none", &condition.trials);
        reduced = run_of(LEARNERS[i], "none:pca=5", &condition.trials);
        for (int t = 0; t < 14; t++) {
            struct learner_value expected, value;

            /* All components together are a rotation: distances stay. */
            learner_run_value(whole, t, &expected);
            learner_run_value(reduced, t, &value);
            assert_prob(&value, expected.right, 1e-9);
        }
        learner_run_free(whole);
        learner_run_free(reduced);
        condition_close(&condition);
    }
}

static void candidates_are_log_spaced_and_their_decay_exact(void **state)
{
    static const double DISTANCES[] = {0.0, 1e-9, 1e-3, 0.1, 0.77, 1.0, 3.3, 7.0, 50.0, 1e4, 1e30};

    (void)state;
    for (int k = 0; k < SENSITIVITY_COUNT; k++) assert_true(fabs(sensitivity_at(k) / pow(10.0, k / 6.0 - 2.0) - 1.0) < 1e-15);
    for (size_t i = 0; i < sizeof DISTANCES / sizeof DISTANCES[0]; i++) {
        double decay[SENSITIVITY_COUNT];

        sensitivity_decay(DISTANCES[i], decay);
        for (int k = 0; k < SENSITIVITY_COUNT; k++) {
            const long double exact = expl(-(long double)DISTANCES[i] * powl(10.0L, k / 6.0L - 2.0L));

            assert_true(fabsl(decay[k] - exact) <= 1e-11L * exact + 1e-300L);
        }
    }
}

static void the_first_of_the_best_candidates_wins(void **state)
{
    double likelihood[SENSITIVITY_COUNT];

    (void)state;
    for (int k = 0; k < SENSITIVITY_COUNT; k++) likelihood[k] = -7.0;
    assert_true(sensitivity_best(likelihood) == 0.01);
    likelihood[5] = likelihood[9] = -6.0;
    assert_true(sensitivity_best(likelihood) == sensitivity_at(5));
    likelihood[9] += 5e-10;
    assert_true(sensitivity_best(likelihood) == sensitivity_at(5));
    likelihood[9] += 1e-9;
    assert_true(sensitivity_best(likelihood) == sensitivity_at(9));
    likelihood[24] = -5.0;
    assert_true(sensitivity_best(likelihood) == 100.0);
}

/* Rows in twos, equal or a little apart, far from the origin: inner products alone would give noise or the root of a negative. */
static void close_rows_far_out_keep_their_distance(void **state)
{
    enum { ROWS = 8, FEATURES = 11 };
    double                    rows[ROWS * FEATURES], distance[ROWS * ROWS], grown[ROWS * ROWS], squares[ROWS], gram[ROWS * ROWS];
    struct row_distance_input input = {rows, ROWS, FEATURES, FEATURES, NULL, ROWS};
    uint64_t                  seed  = 5;

    (void)state;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < FEATURES; j++)
            rows[i * FEATURES + j] =
                i % 2 == 0 ? 1e6 + reference_bell(&seed) : rows[(i - 1) * FEATURES + j] + (i < 4 ? 0.0 : 1e-5 * (j % 3));
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < ROWS; j++) gram[i * ROWS + j] = dense_dot(FEATURES, rows + i * FEATURES, rows + j * FEATURES);
    row_distance_extend(&input, 0, squares, distance, ROWS);
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < ROWS; j++) {
            double square = 0.0;

            for (int k = 0; k < FEATURES; k++) square += pow(rows[i * FEATURES + k] - rows[j * FEATURES + k], 2.0);
            assert_true(fabs(distance[i * ROWS + j] - sqrt(square)) <= 1e-12 * sqrt(square));
        }
    }
    assert_true(distance[0 * ROWS + 1] == 0.0 && distance[3 * ROWS + 2] == 0.0 && distance[4 * ROWS + 5] > 0.0);

    for (int count = 1; count <= ROWS; count++) {
        input.row_count = count;
        row_distance_extend(&input, count - 1, squares, grown, ROWS);
    }
    assert_true(dense_distance(ROWS * ROWS, distance, grown) < 1e-12);
    input.gram = gram;
    row_distance_extend(&input, 0, squares, grown, ROWS);
    assert_true(dense_distance(ROWS * ROWS, distance, grown) < 1e-12);
}

static void values_are_those_of_the_reference(void **state)
{
    struct reference_file reference;
    struct learner_trials trials = {0};
    struct learner_run   *run    = NULL;
    char                  line[256], last[64] = "";
    int                   line_count = 0;

    (void)state;
    reference_open(&reference, "tests/model_reference/exemplar_prototype.csv");
    while (reference_line(&reference, line, sizeof line)) {
        char                 learner[16], kind[16], mode[16], key[64];
        int                  columns, seed, trial;
        double               julty_prob;
        struct learner_value value;

        assert_int_equal(
            sscanf(line, "%15[^,],%15[^,],%d,%d,%15[^,],%d,%lf", learner, kind, &columns, &seed, mode, &trial, &julty_prob), 7);
        (void)snprintf(key, sizeof key, "%s %s %d %s", learner, kind, columns, mode);
        if (strcmp(key, last) != 0) {
            learner_run_free(run);
            reference_condition_close(&trials);
            reference_condition(LEARNER_TASK_CATEGORY, kind, 26, columns, (uint64_t)seed, &trials);
            run = run_of(learner, mode, &trials);
            memcpy(last, key, sizeof last);
        }
        learner_run_value(run, trial, &value);
        if (fabs(value.right - julty_prob) > 1e-6 * julty_prob)
            fail_msg("%s, trial %d: %.17g is not %.17g", key, trial, value.right, julty_prob);
        line_count++;
    }
    learner_run_free(run);
    reference_condition_close(&trials);
    reference_close(&reference);
    assert_int_equal(line_count, 6 * 3 * 2 * (4 * 7 + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_the_definition),
        cmocka_unit_test(far_images_keep_their_odds),
        cmocka_unit_test(heaps_far_apart_are_certain),
        cmocka_unit_test(identical_images_give_the_shares),
        cmocka_unit_test(one_category_alone_says_nothing),
        cmocka_unit_test(the_order_of_asking_does_not_matter),
        cmocka_unit_test(nothing_is_known_before_its_time),
        cmocka_unit_test(numbers_too_large_are_a_status),
        cmocka_unit_test(components_are_features_like_others),
        cmocka_unit_test(candidates_are_log_spaced_and_their_decay_exact),
        cmocka_unit_test(the_first_of_the_best_candidates_wins),
        cmocka_unit_test(close_rows_far_out_keep_their_distance),
        cmocka_unit_test(values_are_those_of_the_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
