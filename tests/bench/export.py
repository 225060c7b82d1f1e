"""One million trials as CSV: `dinolab export` beside the sqlite3 shell, which writes the same rows.

usage: export.py DINOLAB DEMO_FOLDER [ROUNDS]

Makes a reward study of 10,000 sessions in a temporary data folder, then lets three write it in turns; the files must be equal to the byte:
  dinolab  from the study's own tables
  join     the shell from the same tables, by a query
  flat     the shell from one table that has the rows already as they are to be written, in order: nothing to look up
Prints one JSON line: median seconds and largest peak memory of each. Fails where dinolab is slower than either, or takes 64 MiB or more.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

SESSIONS = 10_000
TRIALS = 100
MEMORY_MAX_MIB = 64

# Times are tenths of a millisecond and never whole, which both write with the same digits.
FILL = f"""
PRAGMA synchronous = OFF;
BEGIN;
CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
INSERT INTO number WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {SESSIONS}) SELECT n FROM c;
INSERT INTO participant (participant_id, study_id, participant_number, created_at_ms)
    SELECT n, 1, n, 1700000000000 FROM number;
INSERT INTO session (session_id, public_id, participant_id, study_id, condition_id, token_hash, state, consented_at_ms, consent_sha256,
        comprehension_passed_at_ms, ended_at_ms, seen_at_ms, change_number, program_version, settings_sha256, stimulus_set_sha256,
        representations_sha256)
    SELECT n, 'session-' || n, n, 1, n % 2 + (SELECT min(condition_id) FROM condition), randomblob(32),
        'finished', 1700000000000, zeroblob(32), 1700000000000, 1700000900000, 1700000900000, n, '0.1.0', zeroblob(32), zeroblob(32),
        zeroblob(32) FROM number;
INSERT INTO questionnaire SELECT n, 'female', 30, 'by colour', 1, 1700000900000 FROM number;
INSERT INTO trial (session_id, phase, trial_index, response, is_correct, is_tie, rt_ms, onset_ms, frame_ms, is_visible, is_fullscreen,
        input, previous_reply_ms, received_at_ms, total_correct, total_scored, total_regret, total_chance_regret_doubled)
    SELECT s.n, 'main', t.n - 1, (s.n * 7 + t.n * 13) % 2, (s.n + t.n) % 3 > 0, 0, ((s.n * 7919 + t.n * 104729) % 20000 * 10 + 3) / 10.0,
        (t.n * 200000 + s.n % 100 * 10 + 3) / 10.0, 16.7, 1, 1, 'keyboard', iif(t.n = 1, NULL, (s.n * 31 + t.n * 17) % 900 / 10 + 0.4),
        1700000000000 + s.n * 1000 + t.n, t.n * 2 / 3, t.n, t.n * 10, t.n * 40
    FROM number AS s JOIN number AS t ON t.n <= {TRIALS};
COMMIT;
ANALYZE;
"""

# The same columns, by SQL alone, session by session: without CROSS JOIN the shell would sort a million rows. The bonus of the bench's study follows from one row, so that it is a constant here.
SELECT = """
SELECT l.name AS left_image, r.name AS right_image, c.dimension + 1 AS dimension, ct.left_points AS left_reward,
    ct.right_points AS right_reward, max(ct.left_points, ct.right_points) AS max_reward, min(ct.left_points, ct.right_points) AS min_reward,
    t.response AS choice, iif(t.response, ct.right_points, ct.left_points) AS reward_received, c.condition_number AS cond_file,
    t.trial_index AS trial, 'BONUS' AS bonus_payment, q.is_included AS include, p.participant_number AS participant,
    max(ct.left_points, ct.right_points) - iif(t.response, ct.right_points, ct.left_points) AS regret,
    abs(ct.left_points - ct.right_points) / 2.0 AS chance_regret, t.is_correct AS correct, s.public_id AS session,
    s.state AS session_state, s.is_pilot, t.rt_ms, t.onset_ms, t.frame_ms, t.is_visible, t.is_fullscreen, t.input, t.previous_reply_ms,
    t.received_at_ms, t.is_tie, s.program_version, s.is_imported
FROM session AS s CROSS JOIN trial AS t ON t.session_id = s.session_id AND t.phase = 'main'
    JOIN participant AS p USING (participant_id) JOIN condition AS c USING (condition_id)
    JOIN condition_trial AS ct ON ct.condition_id = s.condition_id AND ct.phase = 'main' AND ct.trial_index = t.trial_index
    JOIN stimulus AS l ON l.stimulus_id = ct.left_stimulus_id JOIN stimulus AS r ON r.stimulus_id = ct.right_stimulus_id
    LEFT JOIN questionnaire AS q ON q.session_id = s.session_id
WHERE s.study_id = 1 ORDER BY s.session_id, t.trial_index;
"""


def of_attached(query: str) -> str:
    """The same query of the tables of the database that is attached as d."""
    return re.sub(r"\b(FROM|JOIN) (session|trial|participant|condition_trial|condition|stimulus|questionnaire) ", r"\1 d.\2 ", query)


def make(dinolab: str, demo: str, folder: str) -> str:
    data = os.path.join(folder, "data")
    with open(os.path.join(demo, "stimuli.csv"), encoding="utf-8") as file:
        names, seen = [], set()
        for line in file.read().split("\n")[1:]:
            name, thing = (line.split(",") + ["", ""])[:2]
            if name.strip() and thing not in seen:
                seen.add(thing)
                names.append(name)
    conditions = []
    for number in (1, 2):
        pairs = [{"left_image": names[(2 * at + number) % len(names)], "right_image": names[(2 * at + number + 1) % len(names)],
                  "left_points": at * 37 % 101, "right_points": (at * 53 + number) % 101} for at in range(TRIALS)]
        conditions.append({"condition_number": number, "dimension": number - 1, "trials": pairs})
    study = {"slug": "bench", "title": "Bench", "task": "reward", "stimulus_set": "pictures", "representations": ["task"],
             "settings": {"trial_count": TRIALS, "practice_count": 0}, "conditions": conditions}
    path = os.path.join(folder, "study.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(study, file)
    stimuli = os.path.join(demo, "stimuli.csv")
    for words in (["import", "stimuli", "--data", data, "--set", "pictures", "--csv", stimuli],
                  ["import", "representation", "--data", data, "--set", "pictures", "--name", "task", "--matrix",
                   os.path.join(demo, "task.npy"), "--ids", stimuli],
                  ["study", "create", "--data", data, "--file", path]):
        subprocess.run([dinolab, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run(["sqlite3", "-bail", os.path.join(data, "dinolab.db")], input=FILL, text=True, check=True)
    return data


def timed(words: list[str], out: str) -> tuple[float, float]:
    """Seconds and MiB at most of one run, whose output goes to a file."""
    with open(out, "wb") as file:
        began = time.monotonic()
        child = subprocess.Popen(words, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
    if child.returncode != 0:
        raise SystemExit(f"{words[0]} ended with {child.returncode}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    dinolab, demo = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    with tempfile.TemporaryDirectory() as folder:
        data = make(dinolab, demo, folder)
        ours, theirs = os.path.join(folder, "ours.csv"), os.path.join(folder, "theirs.csv")
        export = [dinolab, "export", "--data", data, "--study", "bench", "--what", "trials", "--out", "-"]
        timed(export, ours)
        with open(ours, encoding="utf-8") as file:
            bonus = dict(zip(file.readline().strip().split(","), file.readline().strip().split(",")))["bonus_payment"]
        query = SELECT.replace("'BONUS'", f"'{bonus}'").strip().rstrip(";")
        flat = os.path.join(folder, "flat.db")
        database = os.path.join(data, "dinolab.db")
        subprocess.run(["sqlite3", "-bail", flat], input=f"ATTACH '{database}' AS d; CREATE TABLE flat AS {of_attached(query)};", text=True,
                       check=True)
        shell = ["sqlite3", "-csv", "-header", "-newline", "\r\n", "-readonly"]
        ways = {"dinolab": export, "join": [*shell, database, query], "flat": [*shell, flat, "SELECT * FROM flat"]}
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        is_equal = True
        for at in range(rounds + 1):
            for name, words in ways.items():
                run = timed(words, theirs)
                if at > 0:
                    runs[name].append(run)
                else:  # the first warms up what is read
                    is_equal = is_equal and subprocess.run(["cmp", ours, theirs], check=False).returncode == 0
        result = {"rows": SESSIONS * TRIALS, "bytes": os.path.getsize(ours), "equal": is_equal, "rounds": rounds}
        for name, all_runs in runs.items():
            result[f"{name}_s"] = round(statistics.median(run[0] for run in all_runs), 3)
            result[f"{name}_mib"] = round(max(run[1] for run in all_runs), 1)
        print(json.dumps(result))
        if not is_equal or result["dinolab_s"] > min(result["join_s"], result["flat_s"]) or result["dinolab_mib"] >= MEMORY_MAX_MIB:
            raise SystemExit("bench-export: the files differ, or dinolab is slower, or it takes too much memory")


main()
