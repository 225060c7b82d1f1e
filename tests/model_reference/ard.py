"""Expected values of the learner ard: scikit-learn's ARDRegression, and its steps carried out with more digits.

With fewer rows than features the residuals of ARDRegression vanish, the noise precision rises to about 5e5, and its sigma_, a
difference of large numbers in double precision, loses all digits: adding 100 to every feature, which changes nothing, changes its
predictions in the first or second digit. So the same steps are carried out in 80-bit numbers as well, by a Cholesky factor of
I + noise_precision X Lambda^-1 X' where nothing cancels, and, for small cases, exactly as ARDRegression writes them down, with
50 digits (mpmath); the script stops when those two differ. Column `held_to` says for each row which of the two is the reference:

  sklearn  ARDRegression kept the same features as the steps with more digits, and predicts the same to 1e-7 (relative, of at least 1)
  steps    it did not; left and right are those of the steps. `sklearn_off` is how far ARDRegression was off.

  /usr/bin/python3 tests/model_reference/ard.py > tests/model_reference/ard.csv
"""
import sys

import mpmath
import numpy as np
import sklearn
from fixture import condition, standardized
from sklearn.linear_model import ARDRegression

WIDE = np.longdouble
KINDS, MODES = ("plain", "constant", "offset", "identical"), ("online", "all", "none")
# features -> trials of the condition, trials looked at, kinds and modes
CASES = {
    1: (10, (1, 2, 5, 9), KINDS, MODES),
    2: (10, (1, 2, 5, 9), KINDS, MODES),
    14: (30, (1, 2, 5, 8, 15, 29), KINDS, MODES),
    49: (40, (1, 5, 20, 26, 39), KINDS, MODES),
    300: (20, (1, 6, 19), KINDS, MODES),
    2048: (8, (7,), KINDS, ("online",)),
}
# with 50 digits as well, which take long
MP_CASES = {1: (1, 5), 2: (1, 5), 14: (1, 5)}
MP_MORE = ((14, "plain", "online", 15), (49, "plain", "online", 5))


def cholesky(matrix):
    lower = np.zeros_like(matrix)
    rest = matrix.copy()
    for k in range(len(matrix)):
        lower[k:, k] = rest[k:, k] / np.sqrt(rest[k, k])
        rest[k:, k:] -= np.outer(lower[k:, k], lower[k:, k])
    return lower


def forward(lower, right):
    out = right.copy()
    for k in range(len(lower)):
        out[k] /= lower[k, k]
        out[k + 1 :] -= np.multiply.outer(lower[k + 1 :, k], out[k])
    return out


def posterior_wide(rows, targets, noise, precision):
    """Mean, gamma, squared residuals; targets are orthogonal to the ones, so that the residual of I + Z Z' is all there is."""
    scale = np.sqrt(noise / precision)
    z = rows * scale
    lower = cholesky(np.eye(len(rows), dtype=WIDE) + z @ z.T)
    v, t = forward(lower, z), forward(lower, targets)
    mean = scale * (v.T @ t)
    residual = targets - rows @ mean
    return mean, (v * v).sum(axis=0), (residual**2).sum()


def inverse(matrix):
    """Gauss-Jordan with the largest pivot; any kind of number."""
    n = len(matrix)
    work = np.concatenate([matrix, np.eye(n, dtype=int).astype(matrix.dtype)], axis=1)
    for k in range(n):
        pivot = k + max(range(n - k), key=lambda i: abs(work[k + i, k]))
        work[[k, pivot]] = work[[pivot, k]]
        work[k] = work[k] / work[k, k]
        for i in range(n):
            if i != k:
                work[i] = work[i] - work[i, k] * work[k]
    return work[:, n:]


def posterior_literal(rows, targets, noise, precision):
    """As ARDRegression writes it: sigma_ by the Woodbury identity, with 50 digits."""
    n, k = rows.shape
    eye = np.array([[mpmath.mpf(int(i == j)) for j in range(n)] for i in range(n)])
    scaled = rows / precision
    inner = inverse(eye / noise + scaled.dot(rows.T)).dot(scaled)
    variance = 1 / precision - (scaled * inner).sum(axis=0)
    xty = rows.T.dot(targets)
    mean = noise * (xty / precision - inner.T.dot(scaled.dot(xty)))
    residual = targets - rows.dot(mean)
    return mean, 1 - precision * variance, (residual**2).sum()


def steps(rows, targets, posterior, number):
    """Weights, intercept, kept features and iterations of ARDRegression's loop."""
    rows, targets = number(rows), number(targets)
    n, d = rows.shape
    row_mean, target_mean = rows.sum(axis=0) / n, targets.sum() / n
    rows, targets = rows - row_mean, targets - target_mean
    noise = 1 / ((targets**2).sum() / n + np.finfo(float).eps)
    keep, precision = np.arange(d), number(np.ones(d))
    weights = number(np.zeros(d))
    tiny = number(np.array([1e-6]))[0] * 2
    for iteration in range(300):
        mean, gamma, squares = posterior(rows[:, keep], targets, noise, precision)
        precision = (gamma + tiny) / (mean**2 + tiny)
        noise = (n - gamma.sum() + tiny) / (squares + tiny)
        stays = np.array([p < 1e4 for p in precision], dtype=bool)
        before = weights
        weights = number(np.zeros(d))
        keep, precision = keep[stays], precision[stays]
        weights[keep] = mean[stays]
        if (iteration > 0 and abs(weights - before).sum() < 1e-3) or len(keep) == 0:
            break
    if len(keep) > 0:
        weights[keep] = posterior(rows[:, keep], targets, noise, precision)[0]
    return weights, target_mean - row_mean.dot(weights), keep, iteration + 1


def mp(array):
    return np.vectorize(mpmath.mpf, otypes=[object])(array)


def distance(left, right):
    return float(np.max(np.abs(left - right) / np.maximum(np.abs(left), 1.0)))


def check_literal(scaled, targets, t, value, keep, iterations):
    weights, intercept, mp_keep, mp_iterations = steps(scaled[: 2 * t], targets[: 2 * t], posterior_literal, mp)
    mp_value = np.array([float(v) for v in mp(scaled[2 * t :]).dot(weights) + intercept])
    if distance(mp_value, value) > 1e-10 or list(keep) != list(mp_keep) or iterations != mp_iterations:
        sys.exit("80 bits and 50 digits differ: %s %s" % (value, mp_value))


def case(kind, how, trials, features, seed, t, rows, targets, is_checked):
    scaled = standardized(rows[: 2 * t + 2] if how != "all" else rows, 2 * t, how)[: 2 * t + 2]
    weights, intercept, keep, iterations = steps(scaled[: 2 * t], targets[: 2 * t], posterior_wide, lambda a: a.astype(WIDE))
    value = (scaled[2 * t :].astype(WIDE).dot(weights) + intercept).astype(float)
    if is_checked:
        check_literal(scaled, targets, t, value, keep, iterations)
    fit = ARDRegression().fit(scaled[: 2 * t], targets[: 2 * t])
    sklearn_value = fit.predict(scaled[2 * t :])
    off = distance(value, sklearn_value)
    is_same = np.array_equal(np.flatnonzero(fit.lambda_ < fit.threshold_lambda), keep) and off < 1e-7
    left, right = sklearn_value if is_same else value
    print(
        "%s,%s,%d,%d,%d,%d,%.12g,%.12g,%d,%d,%s,%.1e"
        % (kind, how, trials, features, seed, t, left, right, iterations, len(keep), "sklearn" if is_same else "steps", off),
        flush=True,
    )


mpmath.mp.dps = 50
print("# scikit-learn %s, numpy %s, mpmath %s: ARDRegression(), and its steps in 80-bit numbers; see ard.py"
      % (sklearn.__version__, np.__version__, mpmath.__version__))
print("kind,standardize,trials,features,seed,trial,left,right,iterations,kept,held_to,sklearn_off")
for features, (trials, looked_at, kinds, modes) in CASES.items():
    for kind in kinds:
        seed = 1000 + features
        rows, targets = condition("reward", kind, trials, features, seed)
        for how in modes:
            for t in looked_at:
                checked = t in MP_CASES.get(features, ()) or (features, kind, how, t) in MP_MORE
                case(kind, how, trials, features, seed, t, rows, targets, checked)
    print(features, file=sys.stderr)
