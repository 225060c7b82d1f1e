"""Made-up conditions, the same numbers here and in tests/unit/model/reference.h: SplitMix64 (Steele, Lea and Flood 2014).

A feature is the sum of four uniform numbers less 2, so that no library function enters. Kinds:
  plain      as drawn                          constant   every third feature is 3 throughout
  offset     100 added to every feature        identical  from row 6 on, rows repeat rows 0 to 5, targets do not
  one_class  category only: every image is Julty's
"""
import numpy as np

MASK = (1 << 64) - 1


class Stream:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53

    def bell(self):
        return self.uniform() + self.uniform() + self.uniform() + self.uniform() - 2.0


def condition(task, kind, trial_count, feature_count, seed):
    """Rows (reward: left, right of trial 0, left, right of trial 1, ...) and targets (points, or 1 = Julty and 0 = Folty)."""
    row_count = trial_count * (2 if task == "reward" else 1)
    stream = Stream(seed)
    rows = np.zeros((row_count, feature_count))
    targets = np.zeros(row_count)
    for i in range(row_count):
        for j in range(feature_count):
            rows[i, j] = stream.bell()
        score = 2.0 * rows[i, 0] - (rows[i, 1] if feature_count > 1 else 0.0) + 0.5 * stream.bell()
        targets[i] = np.floor(50.0 + 12.0 * score + 0.5) if task == "reward" else float(kind == "one_class" or score > 0.0)
    if kind == "constant":
        rows[:, ::3] = 3.0
    if kind == "offset":
        rows += 100.0
    if kind == "identical":
        for i in range(6, row_count):
            rows[i] = rows[i % 6]
    return rows, targets


def standardized(rows, train_count, how):
    """Training rows and those of the trial after them, by mean and population sd of the training rows (online) or of all (all)."""
    if how == "none" or (how == "online" and train_count == 0):
        return rows
    measured = rows[:train_count] if how == "online" else rows
    scale = measured.std(axis=0)
    scale[scale <= len(measured) * np.abs(measured.mean(axis=0)) * np.finfo(float).eps] = 1.0
    return (rows - measured.mean(axis=0)) / scale
