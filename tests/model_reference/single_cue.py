"""Expected values of the learner single_cue: scikit-learn's BayesianRidge on each feature alone, the feature with the least summed
loss followed, without and with the trial's own loss.

  /usr/bin/python3 tests/model_reference/single_cue.py > tests/model_reference/single_cue.csv
"""
import sys

import numpy as np
import sklearn
from fixture import condition, standardized
from sklearn.linear_model import BayesianRidge

TRIALS = {1: 8, 2: 8, 14: 12, 49: 10, 300: 8, 2048: 5}
TIE = 1e-10


def predictions(rows, targets, t, how):
    """2 x features: what each feature's own line expects of the left and the right option of trial t."""
    if t == 0:
        return np.zeros((2, rows.shape[1]))
    scaled = standardized(rows[: 2 * t + 2] if how != "all" else rows, 2 * t, how)[: 2 * t + 2]
    out = np.zeros((2, rows.shape[1]))
    for f in range(rows.shape[1]):
        out[:, f] = BayesianRidge().fit(scaled[: 2 * t, [f]], targets[: 2 * t]).predict(scaled[2 * t :, [f]])
    return out


def z_scores(values):
    deviation = values.std()
    if deviation <= len(values) * abs(values.mean()) * np.finfo(float).eps:
        deviation = 1.0
    return (values - values.mean()) / deviation


def followed(loss):
    return np.flatnonzero(loss <= loss.min() + TIE)[0]


print("# scikit-learn %s, numpy %s: BayesianRidge() on each standardised feature alone" % (sklearn.__version__, np.__version__))
print("kind,standardize,trials,features,seed,trial,cue,left,right,ahead_cue,ahead_left,ahead_right")
for features, trials in TRIALS.items():
    for kind in ("plain", "constant", "offset", "identical"):
        seed = 2000 + features
        rows, targets = condition("reward", kind, trials, features, seed)
        for how in ("online", "all", "none"):
            loss = np.zeros(features)
            for t in range(trials):
                expected = predictions(rows, targets, t, how)
                sign = 1.0 if targets[2 * t + 1] >= targets[2 * t] else -1.0
                own = np.logaddexp(0.0, -sign * z_scores(expected[1] - expected[0]))
                cue, ahead = followed(loss), followed(loss + own)
                print(
                    "%s,%s,%d,%d,%d,%d,%d,%.12g,%.12g,%d,%.12g,%.12g"
                    % (kind, how, trials, features, seed, t, cue, *expected[:, cue], ahead, *expected[:, ahead])
                )
                loss += own
    print(features, file=sys.stderr)
