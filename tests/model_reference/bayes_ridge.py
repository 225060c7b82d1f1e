"""Values of scikit-learn's BayesianRidge, defaults, at every prefix of made-up reward conditions; writes bayes_ridge.csv.

Run from the top of the project: /usr/bin/python3 tests/model_reference/bayes_ridge.py
"""
import os
import sys
import warnings

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import BayesianRidge

import fixture

TRIALS_OF_FEATURES = {1: 30, 2: 30, 14: 30, 49: 30, 300: 14, 2048: 20}
KINDS = ("plain", "constant", "offset", "identical")
SEED = 20


def values(rows, targets, trial, how):
    count = 2 * trial
    seen = fixture.standardized(rows, count, how)
    model = BayesianRidge().fit(seen[:count], targets[:count])
    left, right = model.predict(seen[count : count + 2])
    return left, right, model.n_iter_


def write(out):
    out.write(f"# bayes_ridge.py: scikit-learn {sklearn.__version__}, numpy {np.__version__}; fixture.py, reward, seed {SEED}.\n")
    out.write("# An empty field is that of the line before. Trials are numbered from 0.\n")
    out.write("kind,features,trials,standardize,trial,value_left,value_right,iterations\n")
    for features, trials in TRIALS_OF_FEATURES.items():
        for kind in KINDS:
            rows, targets = fixture.condition("reward", kind, trials, features, SEED)
            for how in ("online", "all", "none"):
                case = f"{kind},{features},{trials},{how}"
                for trial in range(1, trials):
                    left, right, iterations = values(rows, targets, trial, how)
                    out.write(f"{case},{trial},{left:.12g},{right:.12g},{iterations}\n")
                    case = ",,,"


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    with open(os.path.join(os.path.dirname(sys.argv[0]), "bayes_ridge.csv"), "w") as csv:
        write(csv)
