"""Expected P(Julty) of the learners `exemplar` and `prototype`, plainly from their definitions, -> exemplar_prototype.csv.

exemplar: Nosofsky (1986). Distances are divided by the root of the number of features, squared ones by the number. The sensitivity c
is, among 25 log-spaced values of [0.01, 100], the first within 1e-9 of the largest leave-one-out log likelihood; 1 while a category
has fewer than two images; 0.5 until both were seen.
"""
import os
import sys

import numpy as np

from fixture import condition, standardized

TRIAL_COUNT = 26
TRIALS = (0, 3, 6, 10, 15, 20, 25)
CANDIDATES = np.logspace(-2, 2, 25)


def exemplar_logit(rows, is_julty, image, c):
    distance = np.sqrt(((rows - image) ** 2).sum(axis=1) / rows.shape[1])
    return np.logaddexp.reduce(-c * distance[is_julty]) - np.logaddexp.reduce(-c * distance[~is_julty])


def prototype_logit(rows, is_julty, image, c):
    squares = [((image - rows[which].mean(axis=0)) ** 2).sum() / rows.shape[1] for which in (~is_julty, is_julty)]
    return c * (squares[0] - squares[1])


def log_likelihood(logit_of, rows, is_julty, c):
    total = 0.0
    for i in range(len(rows)):
        others = np.arange(len(rows)) != i
        logit = logit_of(rows[others], is_julty[others], rows[i], c)
        total -= np.logaddexp(0.0, -logit if is_julty[i] else logit)
    return total


def probability(logit_of, rows, is_julty, image):
    if is_julty.all() or not is_julty.any():
        return 0.5
    c = 1.0
    if is_julty.sum() >= 2 and (~is_julty).sum() >= 2:
        values = np.array([log_likelihood(logit_of, rows, is_julty, c) for c in CANDIDATES])
        c = CANDIDATES[np.argmax(values >= values.max() - 1e-9)]
    return 1.0 / (1.0 + np.exp(-logit_of(rows, is_julty, image, c)))


def main():
    path = os.path.join(os.path.dirname(__file__), "exemplar_prototype.csv")
    with open(path, "w") as out:
        out.write(f"# exemplar_prototype.py, Python {sys.version.split()[0]}, NumPy {np.__version__}\n")
        out.write("learner,kind,features,seed,standardize,trial,julty_prob\n")
        for d in (1, 2, 14, 49, 300, 2048):
            for k, kind in enumerate(("plain", "constant", "offset", "identical", "one_class")):
                seed = 1000 + 10 * d + k
                features, targets = condition("category", kind, TRIAL_COUNT, d, seed)
                for how in ("online", "all", "none"):
                    for name, logit_of in (("exemplar", exemplar_logit), ("prototype", prototype_logit)):
                        for t in TRIALS if kind != "one_class" else TRIALS[-1:]:
                            rows = standardized(features, t, how)
                            p = probability(logit_of, rows[:t], targets[:t] > 0.5, rows[t])
                            out.write(f"{name},{kind},{d},{seed},{how},{t},{p:.14g}\n")


main()
