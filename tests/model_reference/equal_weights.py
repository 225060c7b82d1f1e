"""Expected values of the learner equal_weights: scikit-learn's BayesianRidge on the sum of the features, prefix by prefix.

  /usr/bin/python3 tests/model_reference/equal_weights.py > tests/model_reference/equal_weights.csv
"""
import sys

import numpy as np
import sklearn
from fixture import condition, standardized
from sklearn.linear_model import BayesianRidge

TRIALS = {1: 8, 2: 8, 14: 12, 49: 10, 300: 8, 2048: 5}

print("# scikit-learn %s, numpy %s: BayesianRidge() on the row sums of the standardised features" % (sklearn.__version__, np.__version__))
print("kind,standardize,trials,features,seed,trial,left,right,iterations")
for features, trials in TRIALS.items():
    for kind in ("plain", "constant", "offset", "identical"):
        seed = 3000 + features
        rows, targets = condition("reward", kind, trials, features, seed)
        for how in ("online", "all", "none"):
            for t in range(1, trials):
                sums = standardized(rows[: 2 * t + 2] if how != "all" else rows, 2 * t, how).sum(axis=1)[: 2 * t + 2, None]
                fit = BayesianRidge().fit(sums[: 2 * t], targets[: 2 * t])
                left, right = fit.predict(sums[2 * t :])
                print("%s,%s,%d,%d,%d,%d,%.12g,%.12g,%d" % (kind, how, trials, features, seed, t, left, right, fit.n_iter_))
    print(features, file=sys.stderr)
