#!/usr/bin/env python3
"""Values and log marginal likelihoods of scikit-learn's GaussianProcessRegressor(ConstantKernel(1) * RBF(1) + WhiteKernel(1)).

Two optimisers, both L-BFGS-B within scikit-learn's bounds, run to tight tolerance and polished by Newton steps:
  start  from 1, 1, 1 as scikit-learn does; its line search may leap to the plateau of large length scales and stay there
  best   the best end of several starts
`left` and `right` are the posterior means at `best`. `is_sharp` is 0 where the likelihood does not determine them: with two rows,
or where at the best end it is so flat in some direction that its curvature is below 1e-4.
    /usr/bin/python3 tests/model_reference/gaussian_process.py > tests/model_reference/gaussian_process.csv
"""
import sys
import warnings

import numpy as np
import scipy
import sklearn
from fixture import condition, standardized
from scipy.optimize import minimize
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

warnings.filterwarnings("ignore")
CASES = [  # kind, trials, features, seed
    ("plain", 14, 1, 101), ("plain", 14, 14, 102), ("plain", 10, 300, 103), ("constant", 10, 1, 104), ("constant", 12, 14, 105),
    ("constant", 8, 300, 106), ("offset", 12, 14, 107), ("offset", 8, 300, 108), ("identical", 12, 1, 109), ("identical", 12, 14, 110),
    ("identical", 8, 300, 111),
]
STARTS = np.log([[2000.0, 1.0, 50.0], [2000.0, 4.0, 50.0], [500.0, 1.0, 1e-4], [8000.0, 6.0, 0.1], [2000.0, 30.0, 100.0], [2000.0, 1e4, 100.0]])


def hessian(gradient, theta, step=1e-5):
    columns = [(gradient(theta + step * e) - gradient(theta - step * e)) / (2 * step) for e in np.eye(3)]
    return (np.array(columns) + np.array(columns).T) / 2


def polish(objective, theta, bounds):
    """Newton steps in the variables that are not at a bound, as long as the projected gradient shrinks."""
    for _ in range(20):
        gradient = objective(theta)[1]
        free = np.array([not (theta[i] <= lo + 1e-9 or theta[i] >= hi - 1e-9) for i, (lo, hi) in enumerate(bounds)])
        if not free.any():
            break
        matrix = hessian(lambda t: objective(t)[1], theta)[np.ix_(free, free)]
        if np.linalg.eigvalsh(matrix)[0] < 1e-9:
            break
        moved = theta.copy()
        moved[free] -= np.linalg.solve(matrix, gradient[free])
        moved = np.clip(moved, bounds[:, 0], bounds[:, 1])
        if np.abs(objective(moved)[1][free]).max() >= np.abs(gradient[free]).max():
            break
        theta = moved
    return theta


def tight(objective, theta, bounds):
    options = {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000, "maxfun": 5000}
    theta = minimize(objective, theta, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    theta = polish(objective, theta, bounds)
    return theta, objective(theta)[0]


def fit(rows, targets, starts):
    """The regressor at the best end, and all ends: (log likelihood, theta)."""
    ends = []

    def optimizer(objective, initial_theta, bounds):
        for start in [initial_theta] if starts is None else starts:
            theta, negative = tight(objective, np.array(start), bounds)
            ends.append((-negative, theta))
        best = max(ends, key=lambda end: end[0])
        return best[1], -best[0]

    kernel = ConstantKernel(1.0) * RBF(1.0) + WhiteKernel(1.0)
    return GaussianProcessRegressor(kernel, alpha=0.0, optimizer=optimizer).fit(rows, targets), ends


def is_sharp(model, rows):
    if len(model.X_train_) <= 2:  # two variances and a correlation cannot be told apart
        return False
    best, bounds = model.kernel_.theta, model.kernel_.bounds
    free = [not (best[i] <= lo + 1e-9 or best[i] >= hi - 1e-9) for i, (lo, hi) in enumerate(bounds)]
    if np.ptp(rows, axis=0).max() == 0.0:  # rows all the same: the length scale is idle
        free[1] = False
    matrix = hessian(lambda t: -model.log_marginal_likelihood(t, eval_gradient=True)[1], best)[np.ix_(free, free)]
    return bool(np.linalg.eigvalsh(matrix)[0] > 1e-4) if any(free) else True


def main():
    print(f"# tests/model_reference/gaussian_process.py; Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}, "
          f"scikit-learn {sklearn.__version__}")
    print("kind,trial_count,feature_count,seed,standardize,trial,log_likelihood_start,log_likelihood_best,left,right,is_sharp")
    for kind, trial_count, feature_count, seed in CASES:
        rows, targets = condition("reward", kind, trial_count, feature_count, seed)
        for how in ("online", "all", "none"):
            for trial in range(1, trial_count):
                n = 2 * trial
                scaled = standardized(rows[:n + 2] if how == "online" else rows, n, how)
                _, ends = fit(scaled[:n], targets[:n], None)
                model, _ = fit(scaled[:n], targets[:n], [ends[0][1], *STARTS])
                means = model.predict(scaled[n:n + 2])
                sharp = is_sharp(model, scaled[:n + 2])
                print(f"{kind},{trial_count},{feature_count},{seed},{how},{trial},{ends[0][0]:.12g},"
                      f"{model.log_marginal_likelihood(model.kernel_.theta):.12g},{means[0]:.12g},{means[1]:.12g},{int(sharp)}")
        sys.stdout.flush()


main()
