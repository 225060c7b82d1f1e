"""Random-effects model selection on made-up log evidences, by the published formulas and nothing else.

    /usr/bin/python3 tests/model_reference/model_comparison.py > tests/model_reference/model_comparison.csv

Stephan et al. 2009 (equations 9 to 14) with prior counts 1/K, iterated until nothing moves; exceedance probabilities by sampling gamma
variables and by one adaptive quadrature per model; omnibus risk and protected exceedance probabilities by Rigoux et al. 2014, with the
free energies written out term by term. The C twin of `evidences` is in tests/unit/model/test_model_comparison.c.
"""
import platform

import numpy as np
import scipy
from scipy.integrate import quad
from scipy.special import digamma, gammainc, gammaln, logsumexp

from fixture import Stream

SAMPLES = 4_000_000
# name, participants, models, seed, spread of the log evidences, head start of model 0, every how many entries is impossible
CASES = [
    ("clear", 30, 3, 1, 4.0, 6.0, 0),
    ("close", 20, 4, 2, 1.5, 0.5, 0),
    ("strong", 60, 2, 3, 40.0, 5.0, 0),
    ("few", 3, 5, 4, 5.0, 0.0, 0),
    ("impossible", 25, 6, 5, 6.0, 2.0, 4),
    ("many", 40, 86, 6, 8.0, 3.0, 0),
    ("crowd", 1500, 4, 7, 3.0, 0.4, 0),
]


def evidences(participants, models, seed, spread, head_start, impossible_every):
    stream = Stream(seed)
    table = np.zeros((participants, models))
    for n in range(participants):
        for k in range(models):
            table[n, k] = -80.0 + spread * stream.bell() + (head_start if k == 0 else 0.0)
            if impossible_every and (n * models + k) % impossible_every == 1:
                table[n, k] = -np.inf
    return table


def posterior(table):
    participants, models = table.shape
    alpha = np.full(models, 1.0 / models)
    for _ in range(200_000):
        log_u = table + digamma(alpha) - digamma(alpha.sum())
        assigned = np.exp(log_u - logsumexp(log_u, axis=1, keepdims=True))
        before, alpha = alpha, 1.0 / models + assigned.sum(axis=0)
        if np.abs(alpha - before).max() < 1e-13 * alpha.sum():
            break
    return alpha, assigned


def free_energy(table, alpha, assigned):
    models = len(alpha)
    prior = np.full(models, 1.0 / models)
    mean_log_r = digamma(alpha) - digamma(alpha.sum())
    used = assigned > 0
    likelihood = (assigned[used] * table[used]).sum()
    assignment = (assigned * mean_log_r).sum() - (assigned[used] * np.log(assigned[used])).sum()
    log_prior = gammaln(prior.sum()) - gammaln(prior).sum() + ((prior - 1.0) * mean_log_r).sum()
    log_posterior = gammaln(alpha.sum()) - gammaln(alpha).sum() + ((alpha - 1.0) * mean_log_r).sum()
    return likelihood + assignment + log_prior - log_posterior


def omnibus_risk(table, alpha, assigned):
    equal = (logsumexp(table, axis=1) - np.log(table.shape[1])).sum()
    return 1.0 / (1.0 + np.exp(free_energy(table, alpha, assigned) - equal))


def exceedance_by_quadrature(alpha, k):
    """In log x, where the density of a small shape has no pole at 0."""
    def integrand(t):
        x = np.exp(t)
        return np.exp(alpha[k] * t - x - gammaln(alpha[k])) * np.prod(np.delete(gammainc(alpha, x), k))
    top = np.log(alpha.max())
    width = 1.0 / np.sqrt(alpha.max())
    ends = [-60.0, min(-5.0, top - 12.0 * width), top - 12.0 * width, top - 3.0 * width, top, top + 3.0 * width, top + 12.0 * width + 1.5]
    return sum(quad(integrand, a, b, epsabs=1e-14, epsrel=1e-12, limit=400)[0] for a, b in zip(ends, ends[1:]) if b > a)


def exceedance_by_sampling(alpha, seed):
    generator = np.random.default_rng(seed)
    wins = np.zeros(len(alpha))
    for _ in range(40):
        # Gamma(a) = Gamma(a + 1) U^(1/a), in logs: shapes near 0 would underflow.
        size = (SAMPLES // 40, len(alpha))
        logs = np.log(generator.standard_gamma(alpha + 1.0, size)) + np.log(generator.random(size)) / alpha
        wins += np.bincount(logs.argmax(axis=1), minlength=len(alpha))
    return wins / SAMPLES


if __name__ == "__main__":
    print(f"# tests/model_reference/model_comparison.py, Python {platform.python_version()}, numpy {np.__version__}, "
          f"scipy {scipy.__version__}; {SAMPLES} samples")
    print("case,participants,models,seed,spread,head_start,impossible_every,model,frequency,exceedance,sampled,protected,omnibus_risk")
    for case in CASES:
        table = evidences(*case[1:])
        alpha, assigned = posterior(table)
        risk = omnibus_risk(table, alpha, assigned)
        sampled = exceedance_by_sampling(alpha, case[3])
        for k in range(len(alpha)):
            exceedance = exceedance_by_quadrature(alpha, k)
            protected = (1.0 - risk) * exceedance + risk / len(alpha)
            print(",".join([*map(str, case), str(k), *(f"{x:.17g}" for x in
                  (alpha[k] / alpha.sum(), exceedance, sampled[k], protected, risk))]))
