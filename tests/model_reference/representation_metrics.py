"""Expected metrics of made-up representations, plainly from their definitions, -> representation_metrics.csv.

The left matrix is the features of fixture.condition("category", kind, rows, columns, seed); the right one of CKA is that of kind plain,
5 columns and seed + 1; row i is of object i * i mod 7.
  separation  Kornblith et al. (2021): 1 - d_within / d_total, cosine distance, every class weighing the same, self pairs included
  cka         Kornblith et al. (2019): linear, HSIC of the centred kernels
  dimension   TwoNN, Facco et al. (2017): unique rows, min-max scaled, the largest tenth of the ratios dropped
"""
import os
import sys

import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import MinMaxScaler

from fixture import condition


def separation(x, classes):
    unit = x / np.linalg.norm(x, axis=1)[:, None]
    distance = 1.0 - unit @ unit.T
    names = np.unique(classes)
    between = np.array([[distance[np.ix_(classes == a, classes == b)].mean() for a in names] for b in names])
    return 1.0 - np.diag(between).mean() / between.mean()


def cka(x, y):
    def kernel(z):
        k = z @ z.T
        return k - k.mean(axis=0) - k.mean(axis=1)[:, None] + k.mean()

    kx, ky = kernel(x - x.mean(axis=0)), kernel(y - y.mean(axis=0))
    return (kx * ky).sum() / np.sqrt((kx * kx).sum() * (ky * ky).sum())


def dimension(x):
    x = MinMaxScaler().fit_transform(np.unique(x, axis=0))
    distance = NearestNeighbors(n_neighbors=3, algorithm="brute").fit(x).kneighbors(x)[0]
    count = len(x)
    kept = count * 9 // 10
    log_mu = np.log(np.sort(distance[:, 2] / distance[:, 1])[:kept])
    return -(np.log(1.0 - np.arange(kept) / count) * log_mu).sum() / (log_mu**2).sum()


def main():
    with open(os.path.join(os.path.dirname(__file__), "representation_metrics.csv"), "w") as out:
        out.write(f"# representation_metrics.py, Python {sys.version.split()[0]}, NumPy {np.__version__}, "
                  f"scikit-learn {sklearn.__version__}\n")
        out.write("kind,rows,columns,seed,separation,cka,dimension\n")
        for rows, columns in ((20, 2), (30, 14), (40, 49), (60, 300), (400, 6)):
            for k, kind in enumerate(("plain", "constant", "offset", "identical")):
                seed = 7000 + columns * 10 + k
                x = condition("category", kind, rows, columns, seed)[0]
                y = condition("category", "plain", rows, 5, seed + 1)[0]
                classes = np.arange(rows) ** 2 % 7
                out.write(f"{kind},{rows},{columns},{seed},{separation(x, classes):.14g},{cka(x, y):.14g},{dimension(x):.14g}\n")


main()
