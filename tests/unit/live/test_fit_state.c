/* The live fit of one session: against a brute-force grid, late against on-time value tables, and replayed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fit_session.h"
#include "model/representation_metrics.h"

static long double log_response_prob(const struct session *session, int model, int trial_index, long double beta)
{
    long double left  = session->pairs[model][2 * trial_index];
    long double right = session->pairs[model][2 * trial_index + 1];
    long double drive = right - left;

    if (session->task == LEARNER_TASK_CATEGORY) {
        right = fmaxl(1e-15L, fminl(right, (long double)(1.0 - 1e-15)));
        drive = logl(right) - log1pl(-right);
    }
    return -log1pl(expl(session->responses[trial_index] == 1 ? -beta * drive : beta * drive));
}

/* The log likelihood of the responses so far at each of 101 log-spaced betas. */
struct beta_table {
    long double log_likelihood[101];
};

/* Take in one more response; returns the evidence of all so far: the plain mean of the likelihoods, the largest taken out. */
static long double brute_force_log_evidence(struct beta_table *table, const struct session *session, int model, int trial_index)
{
    long double max = -INFINITY;
    long double sum = 0.0L;

    for (int i = 0; i < 101; i++) {
        long double beta = powl(10.0L, -3.0L + 5.0L * (long double)i / 100.0L);

        table->log_likelihood[i] += log_response_prob(session, model, trial_index, beta);
        max = fmaxl(max, table->log_likelihood[i]);
    }
    for (int i = 0; i < 101; i++) sum += expl(table->log_likelihood[i] - max) / 101.0L;
    return max + logl(sum);
}

static void assert_near(double value, long double expected, double tolerance)
{
    if (!(fabs(value - (double)expected) <= tolerance)) fail_msg("%.17g is not %.17Lg", value, expected);
}

static void check_against_brute_force(enum learner_task task)
{
    static struct session session;
    static struct numbers numbers;
    struct fit_state      fit;
    struct beta_table     tables[MODEL_COUNT] = {0};
    long double           before[MODEL_COUNT] = {0};

    make_session(&session, task, 3);
    follow_on_time(&fit, &session, &numbers);
    for (int t = 0; t < TRIAL_COUNT; t++) {
        long double after[MODEL_COUNT];
        long double max = -INFINITY, sum = 0.0L;

        for (int m = 0; m < MODEL_COUNT; m++) {
            after[m] = brute_force_log_evidence(&tables[m], &session, m, t);
            max      = fmaxl(max, after[m]);
        }
        for (int m = 0; m < MODEL_COUNT; m++) sum += expl(after[m] - max);
        for (int m = 0; m < MODEL_COUNT; m++) {
            assert_near(numbers.log_evidence[t][m], after[m], 1e-9);
            assert_near(numbers.prob[t][m], expl(after[m] - before[m]), 1e-9);
            assert_near(numbers.posterior[t][m], expl(after[m] - max) / sum, 1e-9);
            before[m] = after[m];
        }
    }
    assert_true(numbers.posterior[TRIAL_COUNT - 1][2] > 0.99); /* the model that the person followed */
    fit_state_close(&fit);
}

static void reward_numbers_equal_a_brute_force_grid(void **state)
{
    (void)state;
    check_against_brute_force(LEARNER_TASK_REWARD);
}

static void category_numbers_equal_a_brute_force_grid(void **state)
{
    (void)state;
    check_against_brute_force(LEARNER_TASK_CATEGORY);
}

static void the_posterior_sums_to_one_over_the_ready_models_only(void **state)
{
    static struct session session;
    static struct numbers numbers;
    struct fit_state      fit;
    double                posterior[MODEL_COUNT];

    (void)state;
    make_session(&session, LEARNER_TASK_REWARD, 4);
    init(&fit, &session);
    for (int t = 0; t < TRIAL_COUNT; t++) {
        int    ready_count = t / 15; /* 0 .. MODEL_COUNT */
        double sum         = 0.0;

        if (t % 15 == 0 && ready_count > 0) fit_state_set_values(&fit, ready_count - 1, session.pairs[ready_count - 1]);
        respond(&fit, &session, t, &numbers);
        fit_state_posterior(&fit, posterior);
        assert_memory_equal(posterior, numbers.posterior[t], sizeof posterior);
        for (int m = 0; m < MODEL_COUNT; m++) {
            assert_int_equal(isnan(numbers.prob[t][m]) != 0, m >= ready_count);
            assert_int_equal(isnan(numbers.log_evidence[t][m]) != 0, m >= ready_count);
            assert_int_equal(isnan(posterior[m]) != 0, m >= ready_count);
            if (m < ready_count) sum += posterior[m];
        }
        if (ready_count > 0) assert_near(sum, 1.0L, 1e-12);
    }
    fit_state_close(&fit);
}

static void late_value_tables_give_the_numbers_of_those_on_time_bit_for_bit(void **state)
{
    static struct session session;
    static struct numbers on_time, late;
    struct fit_state      one, other;

    (void)state;
    for (int task = LEARNER_TASK_CATEGORY; task <= LEARNER_TASK_REWARD; task++) {
        make_session(&session, (enum learner_task)task, 5);
        follow_on_time(&one, &session, &on_time);
        init(&other, &session);
        for (int t = 0; t < TRIAL_COUNT; t++) {
            for (int m = 0; m < MODEL_COUNT; m++)
                if (t == 17 * m) fit_state_set_values(&other, m, session.pairs[m]);
            respond(&other, &session, t, &late);
            for (int m = 0; m < MODEL_COUNT; m++) {
                if (t < 17 * m) continue;
                assert_memory_equal(&late.prob[t][m], &on_time.prob[t][m], sizeof(double));
                assert_memory_equal(&late.log_evidence[t][m], &on_time.log_evidence[t][m], sizeof(double));
            }
        }
        assert_memory_equal(late.posterior[TRIAL_COUNT - 1], on_time.posterior[TRIAL_COUNT - 1], sizeof on_time.posterior[0]);
        for (int m = 0; m < MODEL_COUNT; m++)
            assert_memory_equal(&one.models[m].grid, &other.models[m].grid, sizeof one.models[m].grid);
        fit_state_close(&one);
        fit_state_close(&other);
    }
}

/* By metrics_task_accuracy, which says what the accuracy of a learner is; the agreement is counted here. */
static void accuracy_and_agreement_are_those_of_the_definitions(void **state)
{
    static struct session session;
    static struct numbers numbers;
    struct fit_state      fit;

    (void)state;
    make_session(&session, LEARNER_TASK_REWARD, 9);
    for (int t = 20; t < 30; t++) session.pairs[3][2 * t] = session.pairs[3][2 * t + 1];
    init(&fit, &session);
    assert_true(isnan(fit_state_accuracy(&fit, 1)) && isnan(fit_state_agreement(&fit, 1)));
    for (int m = 1; m < MODEL_COUNT; m++) fit_state_set_values(&fit, m, session.pairs[m]);
    for (int t = 0; t < TRIAL_COUNT; t++) {
        respond(&fit, &session, t, &numbers);
        assert_true(isnan(fit_state_accuracy(&fit, 0)) && isnan(fit_state_agreement(&fit, 0)));
        for (int m = 1; m < MODEL_COUNT; m++) {
            struct learner_value values[TRIAL_COUNT];
            double               targets[2 * TRIAL_COUNT] = {0.0};
            double               agreed                   = 0.0;

            for (int i = 0; i <= t; i++) {
                values[i] = (struct learner_value){.left = session.pairs[m][2 * i], .right = session.pairs[m][2 * i + 1]};
                targets[2 * i + 1] = session.truths[i] < 0 ? 0.0 : session.truths[i] == 1 ? 1.0 : -1.0;
                agreed += values[i].left == values[i].right ? 0.5 : (values[i].right > values[i].left) == session.responses[i];
            }
            assert_near(fit_state_accuracy(&fit, m), metrics_task_accuracy(LEARNER_TASK_REWARD, t + 1, values, targets).value,
                        1e-15);
            assert_near(fit_state_agreement(&fit, m), agreed / (t + 1), 1e-15);
        }
    }
    fit_state_close(&fit);
}

static void giving_the_same_values_again_changes_nothing(void **state)
{
    static struct session session;
    static struct numbers numbers;
    struct fit_state      fit;
    struct choice_grid    before;

    (void)state;
    make_session(&session, LEARNER_TASK_REWARD, 6);
    follow_on_time(&fit, &session, &numbers);
    before = fit.models[1].grid;
    fit_state_set_values(&fit, 1, session.pairs[1]);
    assert_memory_equal(&before, &fit.models[1].grid, sizeof before);
    fit_state_close(&fit);
}

struct visits {
    struct numbers numbers;
    int            count;
    int            stop_after;
};

static bool note_visit(void *argument, int trial_index, const struct fit_trial *trial, struct err *err)
{
    struct visits *visits = argument;

    assert_int_equal(trial_index, visits->count);
    memcpy(visits->numbers.prob[trial_index], trial->prob, sizeof visits->numbers.prob[0]);
    memcpy(visits->numbers.log_evidence[trial_index], trial->log_evidence, sizeof visits->numbers.log_evidence[0]);
    memcpy(visits->numbers.posterior[trial_index], trial->posterior_prob, sizeof visits->numbers.posterior[0]);
    visits->count++;
    return visits->count != visits->stop_after || err_set(err, ERR_BUSY, "stopped by the visitor");
}

static void a_replay_gives_every_number_again_bit_for_bit(void **state)
{
    static struct session session;
    static struct numbers numbers;
    static struct visits  visits;
    struct fit_state      fit;
    struct err            err = {0};

    (void)state;
    make_session(&session, LEARNER_TASK_CATEGORY, 7);
    follow_on_time(&fit, &session, &numbers);
    memset(&visits, 0, sizeof visits);
    assert_true(fit_state_replay(&fit, note_visit, &visits, &err));
    assert_int_equal(visits.count, TRIAL_COUNT);
    assert_memory_equal(&visits.numbers, &numbers, sizeof numbers);
    memset(&visits, 0, sizeof visits); /* and once more: a replay leaves no trace */
    assert_true(fit_state_replay(&fit, note_visit, &visits, &err));
    assert_memory_equal(&visits.numbers, &numbers, sizeof numbers);
    fit_state_close(&fit);
}

static void a_replay_fills_in_what_late_tables_had_missed(void **state)
{
    static struct session session;
    static struct numbers on_time, late;
    static struct visits  visits;
    struct fit_state      one, other;
    struct err            err = {0};

    (void)state;
    make_session(&session, LEARNER_TASK_REWARD, 8);
    follow_on_time(&one, &session, &on_time);
    init(&other, &session);
    for (int t = 0; t < TRIAL_COUNT; t++) respond(&other, &session, t, &late);
    for (int m = 0; m < MODEL_COUNT; m++) fit_state_set_values(&other, m, session.pairs[m]);
    memset(&visits, 0, sizeof visits);
    assert_true(fit_state_replay(&other, note_visit, &visits, &err));
    assert_memory_equal(&visits.numbers, &on_time, sizeof on_time);
    fit_state_close(&one);
    fit_state_close(&other);
}

static void a_replay_stops_with_the_visitors_error(void **state)
{
    static struct session session;
    static struct numbers numbers;
    static struct visits  visits;
    struct fit_state      fit;
    struct err            err = {0};

    (void)state;
    make_session(&session, LEARNER_TASK_REWARD, 9);
    follow_on_time(&fit, &session, &numbers);
    memset(&visits, 0, sizeof visits);
    visits.stop_after = 4;
    assert_false(fit_state_replay(&fit, note_visit, &visits, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(visits.count, 4);
    fit_state_close(&fit);
}

static void a_response_past_the_last_trial_or_out_of_range_is_refused_and_leaves_no_trace(void **state)
{
    static struct session session;
    static struct numbers numbers;
    struct fit_state      fit;
    struct choice_grid    before;
    struct err            err = {0};

    (void)state;
    make_session(&session, LEARNER_TASK_REWARD, 10);
    follow_on_time(&fit, &session, &numbers);
    before = fit.models[0].grid;
    assert_false(fit_state_respond(&fit, 1, NULL, &err));
    assert_int_equal(err.kind, ERR_INTERNAL);
    assert_int_equal(fit.response_count, TRIAL_COUNT);
    assert_memory_equal(&before, &fit.models[0].grid, sizeof before);
    fit_state_close(&fit);

    init(&fit, &session);
    assert_false(fit_state_respond(&fit, 2, NULL, &err));
    assert_false(fit_state_respond(&fit, -1, NULL, &err));
    assert_int_equal(fit.response_count, 0);
    fit_state_close(&fit);
    fit_state_close(&fit);
}

static void a_response_costs_one_grid_update_for_every_model_that_is_ready(void **state)
{
    static struct session session;
    static struct numbers numbers;
    enum { READY_COUNT = 3, LATE_AT = 20 };
    struct fit_state fit;

    (void)state;
    make_session(&session, LEARNER_TASK_CATEGORY, 11);
    init(&fit, &session);
    for (int m = 0; m < READY_COUNT; m++) fit_state_set_values(&fit, m, session.pairs[m]);
    assert_int_equal(fit.update_count, 0);
    for (int t = 0; t < LATE_AT; t++) {
        respond(&fit, &session, t, &numbers);
        assert_int_equal(fit.update_count, READY_COUNT * (t + 1));
    }
    for (int m = READY_COUNT; m < MODEL_COUNT; m++) fit_state_set_values(&fit, m, session.pairs[m]);
    assert_int_equal(fit.update_count, MODEL_COUNT * LATE_AT);
    for (int t = LATE_AT; t < TRIAL_COUNT; t++) {
        respond(&fit, &session, t, &numbers);
        assert_int_equal(fit.update_count, MODEL_COUNT * (t + 1));
    }
    fit_state_close(&fit);
}

static void a_study_without_models_only_counts_responses(void **state)
{
    struct fit_state fit;
    struct err       err = {0};

    (void)state;
    assert_true(fit_state_init(&fit, LEARNER_TASK_REWARD, 0, 2, (const signed char[]){0, 1}, &err));
    assert_true(fit_state_respond(&fit, 1, NULL, &err));
    assert_true(fit_state_respond(&fit, 0, NULL, &err));
    assert_int_equal(fit.response_count, 2);
    fit_state_close(&fit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reward_numbers_equal_a_brute_force_grid),
        cmocka_unit_test(category_numbers_equal_a_brute_force_grid),
        cmocka_unit_test(the_posterior_sums_to_one_over_the_ready_models_only),
        cmocka_unit_test(late_value_tables_give_the_numbers_of_those_on_time_bit_for_bit),
        cmocka_unit_test(accuracy_and_agreement_are_those_of_the_definitions),
        cmocka_unit_test(giving_the_same_values_again_changes_nothing),
        cmocka_unit_test(a_replay_gives_every_number_again_bit_for_bit),
        cmocka_unit_test(a_replay_fills_in_what_late_tables_had_missed),
        cmocka_unit_test(a_replay_stops_with_the_visitors_error),
        cmocka_unit_test(a_response_past_the_last_trial_or_out_of_range_is_refused_and_leaves_no_trace),
        cmocka_unit_test(a_response_costs_one_grid_update_for_every_model_that_is_ready),
        cmocka_unit_test(a_study_without_models_only_counts_responses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
