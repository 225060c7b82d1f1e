"""What the reference values of both logistic learners share: the cases, the loop over prefixes, lines of the CSV files.

A line is kind, standardize, trials, features, seed, pca, selection, cost, source, then the logit of Julty at each trial: 0 until both
categories were seen. `cost` is that of the last trial. `source` is liblinear where all its logits lie within 1e-7 of those of a
Newton iteration carried to rounding, else newton: liblinear stalls before its tolerance where columns are far from orthogonal.
A logit is nan where neither arrives at an answer that holds the optimality conditions.
"""
import sys
import warnings

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from fixture import condition, standardized

COSTS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 1.5, 2, 3, 4, 5, 10, 15, 20]
KINDS = ["plain", "constant", "offset", "identical", "one_class"]
HOW = ["online", "all", "none"]
FIXED = [0.01, 1, 20]
TOLERANCE = 1e-12

warnings.simplefilter("ignore")


def liblinear(rows, targets, cost, penalty, dual=False, limit=None):
    limit = limit or (300 if penalty == "l1" else 20000)  # an L1 iteration holds up to 1000 of its own
    fit = LogisticRegression(penalty=penalty, C=cost, solver="liblinear", dual=dual, tol=TOLERANCE, max_iter=limit, random_state=0)
    fit.fit(rows, targets)
    return np.append(fit.coef_[0], fit.intercept_[0])


def with_one(rows):
    return np.hstack([rows, np.ones((len(rows), 1))])


def training_accuracy(rows, targets, penalty):
    """The papers' choice: the first cost with the highest score of the fit to all rows, z-scored by all of them."""
    z = standardized(rows, 0, "all")
    scores = []
    for cost in COSTS:
        weights = liblinear(z, targets, cost, penalty)
        scores.append(np.mean((with_one(z) @ weights > 0) == (targets > 0.5)))
    return COSTS[int(np.argmax(scores))]


def cases():
    """kind, standardize, trials, features, seed, pca, selection."""
    seed = 0
    for features in [1, 2, 14, 49, 300, 2048]:
        for kind in KINDS:
            for how in HOW:
                for trials in [16, 40] if features < 40 and kind != "one_class" else [16]:
                    seed += 1
                    yield kind, how, trials, features, seed, 0, FIXED[seed % 3] if features > 1 else FIXED[(seed // 3) % 3]
    for how in HOW:
        yield "plain", how, 64, 49, 200, 0, 1
        yield "plain", how, 24, 49, 201, 5, 1
        for kind in ["plain", "constant", "identical"]:
            for features, trials in [(2, 24), (14, 30), (49, 16), (300, 16)]:
                seed += 1
                yield kind, how, trials, features, seed, 5 if features == 49 else 0, "training_accuracy"


def logits_of_case(case, fits):
    """`fits(rows, targets, row, cost)` gives the logit of `row` by liblinear, that by Newton, and the cost it used."""
    kind, how, trials, features, seed, pca, selection = case
    rows, targets = condition("category", kind, trials, features, seed)
    cost = selection
    if selection == "training_accuracy":
        cost = training_accuracy(rows, targets, fits.penalty) if len(set(targets)) == 2 else 1
    if pca > 0:
        rows = PCA(min(pca, trials - 1, features), svd_solver="full").fit_transform(rows)
    first, second = np.zeros(trials), np.zeros(trials)
    used = 0
    for t in range(trials):
        if len(set(targets[:t])) < 2:
            continue
        z = standardized(rows, t, how)
        first[t], second[t], used = fits(z[:t], targets[:t], z[t], cost)
    return first, second, used


def write(program, path, all_cases, fits):
    with open(path, "w") as out:
        out.write(f"# {program}: Python {sys.version.split()[0]}, numpy {np.__version__}, scikit-learn {sklearn.__version__}")
        out.write(f" (liblinear, tol {TOLERANCE:g}); see logistic.py for the columns\n")
        out.write("kind,standardize,trials,features,seed,pca,selection,cost,source,logits\n")
        for case in all_cases:
            first, second, used = logits_of_case(case, fits)
            difference = np.abs(first - second).max()
            source = "liblinear" if difference < 1e-7 else "newton"
            if source == "newton":
                print(case, "liblinear off by", difference)
            logits = ",".join(f"{x:.12g}" for x in (first if source == "liblinear" else second))
            out.write(",".join(str(x) for x in case) + f",{used:g},{source},{logits}\n")
