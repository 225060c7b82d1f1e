/* report.h - the lines of `dinolab fit` on standard output: one JSON object each.
 *
 * A fit, in this order: representation, learner (canonical), participants, trials, nll (nats), r2_online | r2_fit | r2_loo by the choice
 * rule, seconds (wall time of this fit), then
 *   r2_low, r2_high         95 % percentile interval by bootstrap over participants (model/bootstrap.h, seed 1)
 *   task_accuracy           the learner's own predictions against the truth (model/representation_metrics.h); null when all pairs tie
 *   looks_ahead             values depend on later trials of the sequence
 *   iteration_limit_trials, singular_trials       trials whose value has that status
 *   temperature: at_bound   participants whose beta is at an end of its interval
 *   glmm-loo: slope, slope_sd, singular (slope_sd is 0), converged (the fit of all rows), refits_not_converged
 * The comparison: compare [{model, frequency, exceedance_prob, protected_exceedance_prob}, ...], omnibus_risk (posterior probability
 * that all models are equally frequent), participants, iterations, converged.
 * Threads: none. */
#ifndef DINOLAB_FIT_REPORT_H
#define DINOLAB_FIT_REPORT_H

#include <stdio.h>

#include "fit/choice_fit.h"

struct report_fit {
    const char                *representation;
    const struct learner_spec *learner;
    enum choice_fit_rule       rule;
    double                     seconds;
};

/* Each line is on its way (flushed) when these return true. */
MUST_CHECK bool report_fit(FILE *out, const struct report_fit *what, const struct trial_table *table,
                           const struct learner_value *values, const struct choice_fit *fit,
                           const struct choice_fit_summary *summary, struct err *err);

/* log_evidence: participants x models, row-major; a name per model. */
MUST_CHECK bool report_comparison(FILE *out, int participant_count, int model_count, const double *log_evidence,
                                  const char *const *models, struct err *err);

#endif
