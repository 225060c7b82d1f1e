/* dirichlet.h - exceedance probabilities of a Dirichlet distribution: how probable is it that each share is the largest?
 *
 * Shares are independent gamma variables over their sum, so that share k is the largest with probability
 *   integral of density_k(x) * product over j != k of P(X_j <= x) dx       (Soch and Allefeld 2016).
 * In t = log x the integrand is smooth and falls to 0 on both sides, faster than exponentially on the right: the trapezoidal rule
 * converges geometrically and is refined until it stands still to 1e-13. No sampling. Pure; threads: none. */
#ifndef DINOLAB_MODEL_DIRICHLET_H
#define DINOLAB_MODEL_DIRICHLET_H

/* count >= 1 concentrations from 1e-3 to 1e5 that sum to 0.5 or more; `scratch` holds 2 * count numbers. Returns the number of
 * points at which the integrand was evaluated. */
int dirichlet_exceedance(int count, const double *concentration, double *exceedance_prob, double *scratch);

#endif
