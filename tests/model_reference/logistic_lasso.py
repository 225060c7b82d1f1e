"""Expected logits of logistic_lasso: scikit-learn's liblinear (L1, intercept penalised) on each prefix, its weights brought to rounding
by a Newton iteration on the columns it uses, whose answer is held against the optimality conditions (where liblinear ends with other columns, a barrier method starts it). Columns that agree up to
sign are given to liblinear once, and their weight is shared equally afterwards: with two z-scored rows all of them agree.
Run in this folder: python3 logistic_lasso.py writes logistic_lasso.csv."""
import numpy as np

import logistic


def groups_of_columns(x):
    """For each group of columns that agree up to sign: the columns and their signs relative to the first."""
    left = list(range(x.shape[1]))
    groups = []
    while left:
        j, signs = left[0], {left[0]: 1.0}
        limit = 1e-9 * np.abs(x[:, j]).max()
        if limit > 0.0:
            rest = np.array(left[1:], dtype=int)
            for sign in (1.0, -1.0):
                for k in rest[(np.abs(x[:, rest] - sign * x[:, [j]]) <= limit).all(axis=0)]:
                    signs[int(k)] = sign
        groups.append(signs)
        left = [k for k in left if k not in signs]
    return groups


def polished(x, targets, cost, weights):
    """Newton on the columns in use, signs kept; returns the weights and the largest violation of an optimality condition."""
    sign = np.where(targets > 0.5, 1.0, -1.0)
    used = np.flatnonzero(np.abs(weights) > 1e-10)
    side = np.sign(weights[used])
    w, part = weights[used].copy(), x[:, used]
    for _ in range(30):
        wrong = 1.0 / (1.0 + np.exp(sign * (part @ w)))
        gradient = side - cost * part.T @ (sign * wrong)
        hessian = cost * (part.T * (wrong * (1.0 - wrong))) @ part
        step = -np.linalg.lstsq(hessian, gradient, rcond=1e-14)[0]
        w = w + step
        if np.abs(step).max(initial=0.0) < 1e-14 * np.abs(w).max(initial=1.0):
            break
    out = np.zeros(x.shape[1])
    out[used] = w
    g = -cost * x.T @ (sign / (1.0 + np.exp(sign * (x @ out))))
    size = 1.0 + cost * np.abs(x).sum(axis=0)
    violation = np.where(out != 0.0, np.abs(g + np.sign(out)), np.maximum(np.abs(g) - 1.0, 0.0)) / size
    return out, violation.max() if (np.sign(w) == side).all() else np.inf


def by_barrier(x, targets, cost, weights):
    """The weights again, by a barrier method over the columns that matter: w = u - v, u and v kept positive by -mu (log u + log v).
    For data on which liblinear stalls with the wrong columns in use."""
    sign = np.where(targets > 0.5, 1.0, -1.0)
    slope = cost * x.T @ (sign / (1.0 + np.exp(np.clip(sign * (x @ weights), -700, 700))))
    kept = np.flatnonzero((np.abs(slope) > 0.5) | (np.abs(weights) > 1e-10))
    part = np.hstack([x[:, kept], -x[:, kept]])
    u = np.full(part.shape[1], 0.1)

    def objective(at):
        return at.sum() + cost * np.logaddexp(0.0, -sign * (part @ at)).sum() - mu * np.log(at).sum()

    mu = 1.0
    while mu > 1e-11:
        for _ in range(40):
            wrong = 1.0 / (1.0 + np.exp(sign * (part @ u)))
            gradient = 1.0 - cost * part.T @ (sign * wrong) - mu / u
            scaled = part * u  # the system in units of u is far better conditioned
            hessian = cost * (scaled.T * (wrong * (1.0 - wrong))) @ scaled + mu * np.eye(len(u))
            step = -u * np.linalg.solve(hessian, u * gradient)
            size = min(1.0, 0.95 / max(1e-300, (-step / u).max()))
            while objective(u + size * step) > objective(u) + 1e-14 * abs(objective(u)) and size > 1e-9:
                size *= 0.5
            u = u + size * step
            if np.abs(step / u).max() < 1e-3:
                break
        mu *= 0.3
    w = u[: len(kept)] - u[len(kept) :]
    out = np.zeros(x.shape[1])
    out[kept] = np.where(np.abs(w) > 1e-6 * np.abs(w).max(), w, 0.0)
    return out


class Fits:
    penalty = "l1"

    def __init__(self):
        self.worst = 0.0

    def __call__(self, rows, targets, row, cost):
        x = logistic.with_one(rows)
        groups = groups_of_columns(x)
        first = [next(iter(g)) for g in groups]
        intercept = next(i for i, g in enumerate(groups) if x.shape[1] - 1 in g)
        # liblinear adds the column of ones itself, and it must come last: the group of the intercept stands for it.
        order = [i for i in range(len(groups)) if i != intercept] + [intercept]
        last = groups[intercept]
        features = x[:, [first[i] for i in order[:-1]]]
        found = logistic.liblinear(features if features.shape[1] else np.zeros((len(x), 1)), targets, cost, "l1")
        if features.shape[1] == 0:
            found = found[1:]
        exact, violation = polished(logistic.with_one(features), targets, cost, found)
        if violation > 1e-11:
            if features.shape[1] < 500:
                again = by_barrier(logistic.with_one(features), targets, cost, found)
            else:
                again = logistic.liblinear(features, targets, cost, "l1", limit=20000)
            exact, violation = polished(logistic.with_one(features), targets, cost, again)
        if violation > 1e-11:
            print("no reference: optimality violated by", violation, "cost", cost, "shape", rows.shape)
            exact, violation = exact * np.nan, 0.0
        self.worst = max(self.worst, violation)
        row = np.append(row, 1.0)
        score = np.array([sum(s * row[k] for k, s in groups[i].items()) / len(groups[i]) for i in order[:-1]])
        own = last[x.shape[1] - 1]
        score = np.append(score, sum(s * own * row[k] for k, s in last.items()) / len(last))
        return score @ found, score @ exact, cost


if __name__ == "__main__":
    fits = Fits()
    logistic.write("logistic_lasso.py", "logistic_lasso.csv", logistic.cases(), fits)
    print("worst violation of an optimality condition", fits.worst)
