/* learner_table.h - what the file of a learner provides. Internal to model/: others use learner.h.
 *
 * To add a learner: write learner_<name>.c with one `const struct learner`, and put its name into LEARNERS. */
#ifndef DINOLAB_MODEL_LEARNER_TABLE_H
#define DINOLAB_MODEL_LEARNER_TABLE_H

#include "model/learner.h"

/* In the order in which pages and sentences list them; the first of a task is its main learner. */
#define LEARNERS(ROW)                                                                                                            \
    ROW(LEARNER_BAYES_RIDGE)                                                                                                     \
    ROW(LEARNER_LOGISTIC_RIDGE)                                                                                                  \
    ROW(LEARNER_PROTOTYPE)                                                                                                       \
    ROW(LEARNER_EXEMPLAR)                                                                                                        \
    ROW(LEARNER_CHANCE)

/* One `key=value` of a spec. `read` sees the value and returns false for what `legal` does not describe; `write` gives the value's
 * canonical text, cut at `bytes`, such that read(write(spec)) gives the same spec; an empty text leaves the option out. */
struct learner_option {
    const char *name;
    const char *legal; /* for sentences, such as "online, all or none" */
    bool (*read)(const char *value, struct learner_spec *spec);
    void (*write)(const struct learner_spec *spec, char *out, size_t bytes);
};

enum { LEARNER_OPTION_MAX = 6 };

struct learner {
    const char                  *name;
    enum learner_task            task;
    const struct learner_option *options[LEARNER_OPTION_MAX]; /* in canonical order; NULL ends. All zero in the spec = defaults */

    bool ignores_features; /* `standardize` and `pca` are accepted without effect */

    /* How an option of the learner's own looks ahead, beside standardize=all and pca, which learner.c knows; NULL: not at all. */
    bool (*needs_all_targets)(const struct learner_spec *spec);
    bool (*is_for_comparison_only)(const struct learner_spec *spec); /* NULL: no option is */

    /* A run is one allocation that begins with struct learner_run; learner.c fills that part in after run_new. `original` holds the
     * features before pca; without that it is `trials`. */
    struct learner_run *(*run_new)(const struct learner_spec *spec, const struct learner_trials *trials,
                                   const struct learner_trials *original, struct err *err);
    void (*run_value)(struct learner_run *run, int trial_index, struct learner_value *out);
    void (*run_free)(struct learner_run *run); /* never NULL */
};

struct learner_run {
    const struct learner        *learner;
    struct learner_spec          spec;
    const struct learner_trials *trials;  /* as the learner sees them */
    struct learner_trials       *reduced; /* owned: the principal components, which `trials` is then; else NULL */
};

#define LEARNER_DECLARE(name) extern const struct learner name;
LEARNERS(LEARNER_DECLARE)
#undef LEARNER_DECLARE

/* Options that learners share. */
extern const struct learner_option LEARNER_OPTION_STANDARDIZE;
extern const struct learner_option LEARNER_OPTION_PCA;

#endif
