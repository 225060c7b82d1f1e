"""Expected logits of logistic_ridge: scikit-learn's liblinear (L2, intercept penalised) on each prefix, checked by a plain Newton
iteration; selection=evidence by the Laplace approximation of log Z (logistic_ridge.h). Run in this folder: python3 logistic_ridge.py writes logistic_ridge.csv."""
import numpy as np

import logistic


def newton(rows, targets, cost):
    """Weights and log Z, in an orthonormal basis of the rows where these are fewer than the columns."""
    x = logistic.with_one(rows)
    basis = None
    if len(x) < x.shape[1]:
        q, r = np.linalg.qr(x.T)
        basis, x = q, r.T
    sign = np.where(targets > 0.5, 1.0, -1.0)

    def objective(w):
        return 0.5 * w @ w + cost * np.logaddexp(0.0, -sign * (x @ w)).sum()

    w = np.zeros(x.shape[1])
    for _ in range(200):
        wrong = 1.0 / (1.0 + np.exp(sign * (x @ w)))
        gradient = w - cost * x.T @ (sign * wrong)
        hessian = np.eye(len(w)) + cost * (x.T * (wrong * (1.0 - wrong))) @ x
        step = -np.linalg.solve(hessian, gradient)
        size = 1.0
        while objective(w + size * step) > objective(w) * (1.0 + 1e-14) and size > 1e-10:
            size *= 0.5
        w = w + size * step
        if size == 1.0 and np.linalg.norm(step) < 1e-13 * (1.0 + np.linalg.norm(w)):
            break
    log_evidence = -objective(w) / cost - 0.5 * np.linalg.slogdet(hessian)[1]
    return (w if basis is None else basis @ w), log_evidence


class Fits:
    penalty = "l2"

    def __call__(self, rows, targets, row, cost):
        row = np.append(row, 1.0)
        if cost == "evidence":
            fits = [newton(rows, targets, c) for c in logistic.COSTS]
            evidences = np.array([e for _, e in fits])
            best = int(np.argmax(evidences > evidences.max() - 1e-10))
            logit = row @ fits[best][0]
            return np.inf, logit, logistic.COSTS[best]  # not a fit of liblinear
        exact = row @ newton(rows, targets, cost)[0]
        found = row @ logistic.liblinear(rows, targets, cost, "l2")
        if abs(found - exact) > 1e-8:
            other = row @ logistic.liblinear(rows, targets, cost, "l2", dual=True)
            found = other if abs(other - exact) < abs(found - exact) else found
        return found, exact, cost


def cases():
    yield from logistic.cases()
    seed = 400
    for how in logistic.HOW:
        for kind in ["plain", "constant", "offset", "identical"]:
            for features, trials in [(1, 16), (14, 40), (49, 16), (300, 16)]:
                seed += 1
                yield kind, how, trials, features, seed, 5 if seed % 7 == 0 else 0, "evidence"


if __name__ == "__main__":
    logistic.write("logistic_ridge.py", "logistic_ridge.csv", cases(), Fits())
