/* model_comparison.h - random-effects Bayesian model selection: how frequent is each model among people?
 *
 * Each participant's responses come from one of K models, drawn with frequencies that have a Dirichlet prior of 1/K each (Stephan, Penny,
 * Daunizeau, Moran and Friston 2009). The variational posterior is Dirichlet(alpha): with psi the digamma function
 *   g_nk  proportional to  exp(log_evidence_nk + psi(alpha_k)),  sum_k g_nk = 1,    alpha_k = 1/K + sum_n g_nk,
 * iterated until no alpha moves by more than 1e-12 of their sum (participants + 1), or 50,000 times.
 * The omnibus risk compares its free energy with that of equal frequencies (Rigoux, Stephan, Friston and Daunizeau 2014), and
 *   protected = (1 - omnibus_risk) * exceedance + omnibus_risk / K.
 * The evidence may be a log marginal likelihood or the sum of log likelihoods of left-out trials; never an in-sample maximum.
 * Takes and gives back its own memory, none inside the iteration. Pure; threads: none. */
#ifndef DINOLAB_MODEL_MODEL_COMPARISON_H
#define DINOLAB_MODEL_MODEL_COMPARISON_H

#include "base/err.h"

/* Arrays of model_count numbers, the caller's. */
struct model_comparison_result {
    double *frequency;       /* expected: alpha / sum alpha */
    double *exceedance_prob; /* that this model is the most frequent: exact, by dirichlet.h */
    double *protected_exceedance_prob;
    double  omnibus_risk; /* posterior probability that all models are equally frequent */
    int     iteration_count;
    bool    is_converged;
};

/* log_evidence: participant_count x model_count, row-major, both counts >= 1. -inf is a model that cannot be, allowed as long as the
 * participant has one finite model; otherwise, and for NaN and +inf, ERR_INVALID names the participant's index (from 0). */
MUST_CHECK bool model_comparison(int participant_count, int model_count, const double *log_evidence,
                                 struct model_comparison_result *out, struct err *err);

#endif
