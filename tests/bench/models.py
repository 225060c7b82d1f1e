"""make bench-models: our models beside scikit-learn, liblinear and lme4, on the same data in the same run, in turn; medians.

One JSON line per case: case, ours_ms, reference, reference_ms, ratio (reference / ours), iterations, and what else the case has to say.
One thread each. models.py PROGRAM runs build/bench/models as its other half; --quick takes fewer rounds.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "model_reference"))
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from fixture import Stream, standardized  # noqa: E402
from sklearn.linear_model import BayesianRidge, LogisticRegression  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402

warnings.filterwarnings("ignore")
ROUNDS = 3 if "--quick" in sys.argv else 9


LATENT_COUNT = 16


def condition(task, trial_count, feature_count, seed):
    """Made-up embeddings as in models.c: features mix the same properties of an image; two of the properties count."""
    images, loading, own = Stream(seed), Stream(seed + 1000), Stream(seed + 2000)
    loadings = np.array([[loading.bell() for _ in range(feature_count)] for _ in range(LATENT_COUNT)])
    rows, targets = [], []
    for _ in range(trial_count * (2 if task == "reward" else 1)):
        latents = np.array([images.bell() for _ in range(LATENT_COUNT)])
        score = 2.0 * latents[0] - latents[1] + 0.5 * images.bell()
        targets.append(np.floor(50.0 + 12.0 * score + 0.5) if task == "reward" else float(score > 0.0))
        rows.append(latents @ loadings + 0.3 * np.array([own.bell() for _ in range(feature_count)]))
    return np.array(rows), np.array(targets)


class Ours:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, case):
        print(case, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench: the program ended at '{case}'")
        return [float(word) for word in line.split()]


def timed(work):
    begun = time.perf_counter()
    result = work()
    return 1e3 * (time.perf_counter() - begun), result


def compare(ours, case, reference_name, reference, rounds=ROUNDS):
    """Both sides in turn; `reference` returns (milliseconds, iterations, sum of predictions or None)."""
    measured, referred = [], []
    ours.ask(case)
    for _ in range(rounds):
        measured.append(ours.ask(case))
        referred.append(reference())
    ms, reference_ms = median(m[0] for m in measured), median(r[0] for r in referred)
    line = {"case": case, "ours_ms": ms, "reference": reference_name, "reference_ms": reference_ms, "ratio": reference_ms / ms,
            "iterations": int(measured[0][1]), "reference_iterations": int(referred[0][1])}
    if referred[0][2] is not None:
        line["sum_difference"] = abs(measured[0][2] - referred[0][2])
    print(json.dumps(line), flush=True)


def ridge(feature_count):
    rows, targets = condition("reward", 61, feature_count, 1)

    def run():
        model = BayesianRidge()
        ms, values = timed(lambda: model.fit(rows[:120], targets[:120]).predict(rows[120:]))
        return ms, model.n_iter_, values.sum()

    return run


def reward_online():
    rows, targets = condition("reward", 60, 768, 2)

    def every_prefix():
        total, iterations = 0.0, 0
        for trial in range(1, 60):
            seen = 2 * trial
            scaled = standardized(rows[: seen + 2], seen, "online")
            model = BayesianRidge().fit(scaled[:seen], targets[:seen])
            total += model.predict(scaled[seen + 1 :])[0]
            iterations += model.n_iter_
        return total, iterations

    def run():
        ms, (total, iterations) = timed(every_prefix)
        return ms, iterations, total

    return run


def category_all(tolerance):
    rows, targets = condition("category", 120, 768, 2)
    scaled = standardized(rows, 0, "all")

    def every_prefix():
        total, iterations = 0.0, 0
        for trial in range(120):
            if trial < 2 or len(set(targets[:trial])) < 2:
                total += 0.5
                continue
            model = LogisticRegression(solver="liblinear", C=1.0, tol=tolerance, max_iter=10000)
            model.fit(scaled[:trial], targets[:trial])
            total += model.predict_proba(scaled[trial : trial + 1])[0, 1]
            iterations += model.n_iter_[0]
        return total, iterations

    def run():
        ms, (total, iterations) = timed(every_prefix)
        return ms, iterations, total

    return run


def leave_out(ours):
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "people.csv")
        ours.ask(f"write {path}")
        exact, fast, refits, name = [], [], [], ""
        for _ in range(3):
            exact.append(ours.ask("leave_out_exact"))
            fast.append(ours.ask("leave_out_fast"))
            said = subprocess.run(["Rscript", str(HERE / "models.R"), path, "5"], capture_output=True, text=True, check=True)
            lines = said.stdout.strip().splitlines()
            refits += [float(line) for line in lines[:-1]]
            name = lines[-1].strip()
    for case, measured in (("leave_out_exact", exact), ("leave_out_fast", fast)):
        ms = median(m[0] for m in measured)
        line = {"case": case, "ours_ms": ms, "reference": f"{name} glmer, one refit", "reference_ms": median(refits),
                "ratio": median(refits) / ms, "iterations": measured[0][1]}
        line["largest_gradient" if case == "leave_out_exact" else "largest_difference_from_exact"] = measured[0][2]
        print(json.dumps(line), flush=True)


def grid():
    betas = 10.0 ** (-3 + np.arange(101) / 20)
    random = np.random.default_rng(1)
    weights = np.full((86, 101), 1 / 101)

    def one_trial():
        nonlocal weights
        drives = random.normal(size=(86, 1))
        prob = 1 / (1 + np.exp(-betas * drives))
        weights = weights * prob
        weights /= weights.sum(axis=1, keepdims=True)

    def run():
        ms, _ = timed(lambda: [one_trial() for _ in range(50)])
        return ms / 50, 101, None

    return run


def main():
    ours = Ours(sys.argv[1])
    blas = sorted({f"{info['internal_api']} {info['version']} {info.get('architecture', '')}, {info['num_threads']} thread"
                   for info in threadpool_info() if info["user_api"] == "blas"})
    print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__, "blas": blas}), flush=True)
    name = f"scikit-learn {sklearn.__version__}"
    compare(ours, "ridge_768", f"{name} BayesianRidge", ridge(768))
    compare(ours, "ridge_2048", f"{name} BayesianRidge", ridge(2048))
    compare(ours, "reward_online", f"{name} BayesianRidge, every prefix", reward_online(), max(3, ROUNDS // 3))
    compare(ours, "category_all", f"{name} liblinear, every prefix, tol 1e-4", category_all(1e-4), max(3, ROUNDS // 3))
    compare(ours, "category_all", f"{name} liblinear, every prefix, tol 1e-10", category_all(1e-10), max(3, ROUNDS // 3))
    leave_out(ours)
    compare(ours, "grid", f"numpy {np.__version__}", grid())


main()
