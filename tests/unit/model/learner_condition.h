/* learner_condition.h - seeded conditions of both tasks for the tests of the learners. */
#ifndef DINOLAB_TESTS_MODEL_LEARNER_CONDITION_H
#define DINOLAB_TESTS_MODEL_LEARNER_CONDITION_H

#include "model/learner.h"
#include "problem.h"

/* A condition with memory of its own. */
struct condition {
    struct learner_trials trials;
    double               *features;
    double               *targets;
    int                   row_count;
};

static inline void condition_init(struct condition *condition, enum learner_task task, int trial_count, int feature_count,
                                  unsigned seed)
{
    const int      row_count = trial_count * (task == LEARNER_TASK_REWARD ? 2 : 1);
    struct problem problem;

    problem_init(&problem, row_count, feature_count, 0.7, 1.0, task == LEARNER_TASK_CATEGORY, seed);
    condition->features  = dense_new(row_count * feature_count);
    condition->targets   = dense_new(row_count);
    condition->row_count = row_count;
    for (int i = 0; i < row_count; i++) {
        memcpy(condition->features + i * feature_count, problem.rows + i * problem.stride,
               (size_t)feature_count * sizeof(double));
        condition->targets[i] = task == LEARNER_TASK_REWARD ? round(50.0 + 8.0 * problem.targets[i]) : problem.targets[i];
    }
    condition->trials = (struct learner_trials){task, trial_count, feature_count, condition->features, condition->targets};
    problem_close(&problem);
}

static inline void condition_close(struct condition *condition)
{
    free(condition->features);
    free(condition->targets);
}

#endif
