/* The learner that never learns: every category is as likely as the other. The yardstick of model comparisons. It takes
 * `standardize` and `pca` like every learner, without effect, so that one list of options can be given to several learners. */
#include <stdlib.h>

#include "model/learner_table.h"

static struct learner_run *chance_new(const struct learner_spec *spec, const struct learner_trials *trials,
                                      const struct learner_trials *original, struct err *err)
{
    struct learner_run *run = calloc(1, sizeof *run);

    (void)spec;
    (void)trials;
    (void)original;
    if (run == NULL) err_no_memory(err);
    return run;
}

static void chance_value(struct learner_run *run, int trial_index, struct learner_value *out)
{
    (void)run;
    (void)trial_index;
    *out = (struct learner_value){.left = 0.5, .right = 0.5, .status = LEARNER_CONVERGED};
}

static void chance_free(struct learner_run *run)
{
    free(run);
}

const struct learner LEARNER_CHANCE = {
    .name             = "chance",
    .task             = LEARNER_TASK_CATEGORY,
    .options          = {&LEARNER_OPTION_STANDARDIZE, &LEARNER_OPTION_PCA},
    .ignores_features = true,
    .run_new          = chance_new,
    .run_value        = chance_value,
    .run_free         = chance_free,
};
