/* temperature.h - one person's beta by maximum likelihood: P(right) = s(beta * drive), s the logistic function, beta in [1e-3, 1e2].
 *
 * In sample: for r2_fit, never for a comparison of models. The log likelihood is concave in beta, so that the maximum is where its slope is
 * 0, or at the bound to which it rises. It is found by Newton steps inside a bracket, to the last digits of the slope.
 *
 * At the lower bound: the slope there is not positive. This is also said where no drive says anything (all of them 0: every beta is as
 * good, each trial costs ln 2). At the upper bound: the slope there is not negative; always so for a person who never answered against a
 * drive. Drives beyond +-1e9 count as 1e9, as in the grid rule. Pure; no allocation; threads: none. */
#ifndef DINOLAB_MODEL_TEMPERATURE_H
#define DINOLAB_MODEL_TEMPERATURE_H

#define TEMPERATURE_BETA_MIN 1e-3
#define TEMPERATURE_BETA_MAX 1e2

enum temperature_status { TEMPERATURE_CONVERGED, TEMPERATURE_AT_LOWER_BOUND, TEMPERATURE_AT_UPPER_BOUND };

struct temperature_result {
    enum temperature_status status;
    double                  beta;
    double                  log_likelihood; /* nats, all trials, in sample; finite for every finite or infinite drive */
};

/* drives[i] as choice_drive gives it, never NaN; choices[i] 0 or 1; trial_count >= 1. Arrays are borrowed during the call. */
void temperature_fit(int trial_count, const double *drives, const int *choices, struct temperature_result *out);

#endif
