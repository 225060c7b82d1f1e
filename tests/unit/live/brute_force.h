/* brute_force.h - the numbers that the live layer must come to, computed without it: tables from the learners, and for each trial the
 * choice rule's sums over the whole grid and all responses so far. Not to be called while the table worker computes: see value_table.h.
 * Include after small_lab.h. */
#ifndef DINOLAB_TESTS_BRUTE_FORCE_H
#define DINOLAB_TESTS_BRUTE_FORCE_H

#include "model/choice_rule.h"
#include "small_lab.h"

struct brute {
    double pairs[LAB_MODELS][2 * LAB_TRIALS];
    double prob[LAB_TRIALS][LAB_MODELS];
    double log_evidence[LAB_TRIALS][LAB_MODELS];
    double posterior[LAB_TRIALS][LAB_MODELS];
};

/* Models by representation, then by learner. */
static inline void brute_tables(struct lab *lab, int condition, struct brute *out)
{
    struct store               *store = store_open(lab->database, STORE_READ, &(struct err){0});
    struct condition_trial_row *trials;
    struct value_table_input    input = {.task = study_learner_task(lab->task)};
    struct arena                arena;
    struct err                  err;

    assert_non_null(store);
    arena_init(&arena);
    MUST(store_condition_trials(store, lab->condition_ids[condition], PHASE_MAIN, &arena, &trials, &input.trial_count, &err));
    input.trials = trials;
    for (int i = 0; i < LAB_MODELS; i++) {
        struct secret_hash  sha256;
        struct npy_rows    *matrix;
        struct learner_spec learner;
        enum learner_status status;

        lab_hash(&sha256, "matrix", i / LAB_LEARNERS);
        matrix = value_table_open_matrix(&lab->folder, &sha256, &err);
        assert_non_null(matrix);
        MUST(learner_spec_read(LAB_LEARNER_TEXTS[lab->task][i % LAB_LEARNERS], input.task, &learner, &err));
        input.matrix  = matrix;
        input.learner = &learner;
        MUST(value_table_compute(&input, out->pairs[i], &status, &err));
        npy_rows_close(matrix);
    }
    arena_close(&arena);
    store_close(store);
}

/* Log of the grid's mean likelihood of the responses up to and including `last`. */
static inline double brute_evidence(const struct lab *lab, const double *pairs, int64_t session_id, int last)
{
    double sum = 0.0;

    for (int point = 0; point < CHOICE_GRID_COUNT; point++) {
        double log_likelihood = 0.0;

        for (int t = 0; t <= last; t++) {
            double drive =
                choice_drive(study_learner_task(lab->task), &(struct learner_value){pairs[2 * t], pairs[2 * t + 1], 0, 0});
            double signed_drive = lab_response(session_id, t) == 1 ? drive : -drive;

            log_likelihood -= log1p(exp(-choice_beta_at(point) * signed_drive));
        }
        sum += exp(log_likelihood) / CHOICE_GRID_COUNT;
    }
    return log(sum);
}

static inline void brute_session(struct lab *lab, int condition, int64_t session_id, struct brute *out)
{
    brute_tables(lab, condition, out);
    for (int t = 0; t < LAB_TRIALS; t++) {
        double sum = 0.0;

        for (int i = 0; i < LAB_MODELS; i++) {
            double before = t == 0 ? 0.0 : out->log_evidence[t - 1][i];

            out->log_evidence[t][i] = brute_evidence(lab, out->pairs[i], session_id, t);
            out->prob[t][i]         = exp(out->log_evidence[t][i] - before);
            sum += exp(out->log_evidence[t][i]);
        }
        for (int i = 0; i < LAB_MODELS; i++) out->posterior[t][i] = exp(out->log_evidence[t][i]) / sum;
    }
}

static inline int brute_leading(const struct brute *brute, int last)
{
    int best = 0;

    for (int i = 1; i < LAB_MODELS; i++)
        if (brute->posterior[last][i] > brute->posterior[last][best]) best = i;
    return best;
}

static inline void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-9 * fmax(1.0, fabs(expected)))) fail_msg("%.17g is not %.17g", value, expected);
}

#endif
