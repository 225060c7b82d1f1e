/* fit_options.h - what `dinolab fit` was asked for: words of the command line, checked against each other.
 *
 * Everything that is missing, unknown or contradictory is ERR_INVALID with a sentence. Threads: none. */
#ifndef DINOLAB_FIT_FIT_OPTIONS_H
#define DINOLAB_FIT_FIT_OPTIONS_H

#include "base/arena.h"
#include "fit/choice_fit.h"

/* As they were given; NULL: not at all. Borrowed. */
struct fit_words {
    const char        *task, *trials, *stimuli, *standardize, *choice, *scale, *threads, *out, *loglik;
    int                representation_count;
    const char *const *representations; /* NAME=FILE each */
    int                learner_count;
    const char *const *learners; /* NAME[:key=value...][,...] each */
    bool               is_compared;
};

struct fit_representation {
    const char *name;
    const char *path;
};

struct fit_options {
    struct arena               arena;
    const char                *loglik_path; /* not NULL: compare what this table holds, nothing else is set */
    enum learner_task          task;
    const char                *trials_path;
    const char                *stimuli_path;
    int                        representation_count;
    struct fit_representation *representations;
    int                        learner_count;
    struct learner_spec       *learners;
    struct choice_fit_settings choice;
    int                        thread_count;
    const char                *out_path; /* NULL: no rows are written */
    bool                       is_compared;
};

/* Close it whether this succeeds or not. */
MUST_CHECK bool fit_options_read(const struct fit_words *words, struct fit_options *out, struct err *err);
void            fit_options_close(struct fit_options *options);

#endif
