/* choice_fit.h - from what a learner expects to how likely each choice of each person was, by one of three rules.
 *
 * grid:        P(choice) before the choice was made, by the posterior of beta so far (model/choice_rule.h). r2_online.
 * temperature: one beta per person by maximum likelihood (model/temperature.h): in sample, no evidence for a model. r2_fit.
 * glmm-loo:    P(choice) of each trial left out, by a mixed model of all people's other trials (model/glmm.h) on
 *              x = value_right - value_left for reward, p_Julty for category. r2_loo.
 * Numbers only. Threads: none. */
#ifndef DINOLAB_FIT_CHOICE_FIT_H
#define DINOLAB_FIT_CHOICE_FIT_H

#include "fit/progress.h"
#include "fit/trial_table.h"
#include "model/glmm.h"

enum choice_fit_rule { CHOICE_FIT_GRID, CHOICE_FIT_TEMPERATURE, CHOICE_FIT_GLMM_LOO };

struct choice_fit_settings {
    enum choice_fit_rule rule;
    enum glmm_scale      scale; /* glmm-loo */
};

struct choice_fit_summary {
    double nll; /* -sum of log_lik, nats */
    double r2;  /* McFadden */

    int at_bound_count; /* temperature: participants whose beta is at the end of its interval */

    double slope; /* glmm-loo, the fit of all rows: the slope of the scaled x, its sd between participants */
    double slope_sd;
    bool   is_singular;       /* slope_sd is 0: a normal case */
    bool   is_converged;      /* false: the fit of all rows is not */
    int    unconverged_count; /* refits that are not */
};

/* What is known of every trial and participant. Owned arrays. */
struct choice_fit {
    double *prob;        /* per trial: of choice 1 */
    double *log_lik;     /* per trial: of the choice that was made, nats */
    double *nll;         /* per participant: -sum of its log_lik */
    int    *trial_count; /* per participant */
};

MUST_CHECK bool choice_fit_init(struct choice_fit *fit, const struct trial_table *table, struct err *err);
void            choice_fit_close(struct choice_fit *fit); /* accepts a zeroed or closed fit */

/* `values`: one per trial. A step of `progress` is a trial left out, of choice_fit_step_count in all. */
MUST_CHECK bool choice_fit_run(struct choice_fit *fit, const struct choice_fit_settings *settings,
                               const struct trial_table *table, const struct learner_value *values, struct progress *progress,
                               struct choice_fit_summary *out, struct err *err);

int64_t choice_fit_step_count(const struct choice_fit_settings *settings, const struct trial_table *table);

#endif
