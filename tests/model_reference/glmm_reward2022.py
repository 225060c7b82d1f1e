"""What scikit-learn's BayesianRidge (defaults) expects at each trial of the 2022 data: value of right - value of left, 14-d embedding.

  /usr/bin/python3 tests/model_reference/glmm_reward2022.py FOLDER OUT     called by glmm.R
"""
import csv
import os
import sys

import numpy as np
import sklearn
from sklearn.linear_model import BayesianRidge

folder, out = sys.argv[1:]
embedding = np.load(os.path.join(folder, "spose_embedding_14d_sorted.npy")).astype(float)
with open(os.path.join(folder, "stimuli.csv")) as file:
    row_of = {stimulus["id"]: i for i, stimulus in enumerate(csv.DictReader(file))}
with open(os.path.join(folder, "trials.csv")) as file:
    trials = list(csv.DictReader(file))

with open(out, "w") as file:
    file.write(f"# scikit-learn {sklearn.__version__} numpy {np.__version__}\nparticipant,trial,x,choice\n")
    rows, points, participant = [], [], None
    for trial in trials:
        if trial["participant"] != participant:
            rows, points, participant = [], [], trial["participant"]
        pair = [embedding[row_of[trial[side + "_image"]]] for side in ("left", "right")]
        x = 0.0
        if rows:
            left, right = BayesianRidge().fit(np.array(rows), np.array(points)).predict(np.array(pair))
            x = right - left
        file.write(f"{participant},{trial['trial']},{float(x)!r},{trial['choice']}\n")
        rows += pair
        points += [float(trial["left_reward"]), float(trial["right_reward"])]
