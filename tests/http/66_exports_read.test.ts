// The README's way home with the data: its own commands, and its own lines of Python and R, run as they stand there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { OpenStudy } from "../../web/wire/types.ts";
import { expectStatus, parsed, Participant, send } from "./support/client.ts";
import { query } from "./support/database.ts";
import { PROGRAM, serve, temporaryFolder, TOP } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

const TRIAL_COUNT = 6;

/** The fenced block of that language below the heading; of ten lines at most where it is to be shown. */
function block(language: string): string {
  const [, part = ""] = readFileSync(join(TOP, "README.md"), "utf8").split("**Take the data home**");
  const [, text] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(part) ?? [];
  if (text === undefined) throw new Error(`the README shows no ${language}`);
  return text;
}

/** A folder with `data`, in which the README's commands were run. */
async function home(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const condition = categoryCondition(seeded(660), 1, pictureNames(20), TRIAL_COUNT);
  await createStudy(folder, data, { slug: "category-demo", task: "category", conditions: [condition],
    settings: { sessions_per_condition: 5, per_correct_minor: 10, recruitment: { platform: "prolific", code_completed: "DONE" } } });
  const server = await serve(t, data);
  for (const at of [1, 2]) {
    const person = new Participant(server);
    const open = parsed<OpenStudy>(expectStatus(await send(server, "GET", "/api/v1/open-studies/category-demo"), 200));
    const arrival = { PROLIFIC_PID: `5c1b2a00000000000000000${String(at)}`, STUDY_ID: "study1", SESSION_ID: `visit${String(at)}` };
    expectStatus(await person.send("POST", "/api/v1/open-studies/category-demo/sessions",
      { consent_sha256: open.consent.sha256, data_protection_sha256: open.data_protection?.sha256, age: 34, arrival }), 201);
    await person.understand();
    await person.play((index) => (condition.trials[index]?.category === "julty" ? 1 : 0));
    if (at === 1) await person.finish();
  }
  mkdirSync(join(folder, "build"));
  symlinkSync(PROGRAM, join(folder, "build", "dinolab"));
  const [first = ""] = query<{ id: string }>(data, "SELECT public_id AS id FROM session ORDER BY session_id").map(({ id }) => id);
  execFileSync("sh", ["-e"], { cwd: folder, input: block("sh").replace("--session ID", `--session ${first}`), stdio: ["pipe", "pipe", "pipe"] });
  return folder;
}

interface Found { trials: number; jspsych: number; fits: number; sessions: number; files: number; columns: number; answered: number; correct: number; person: string; bonus: string }

function check(folder: string, found: Found): void {
  const manifest = JSON.parse(readFileSync(join(folder, "home", "manifest.json"), "utf8")) as { files: { file: string; rows: number }[] };
  const rows = (file: string): number => manifest.files.find((line) => line.file === file)?.rows ?? -1;
  const { columns, ...rest } = found;
  assert.ok(columns > 50);
  assert.deepEqual(rest, {
    trials: rows("all.csv"), jspsych: rows("jspsych.csv"), fits: rows("fits.csv"), sessions: rows("sessions.ndjson"), files: manifest.files.length,
    answered: 2 * TRIAL_COUNT, correct: 2 * TRIAL_COUNT, person: "5c1b2a000000000000000001", bonus: `5c1b2a000000000000000001 ${(TRIAL_COUNT * 0.1).toFixed(2)}`,
  });
  assert.equal(found.trials, 2 * TRIAL_COUNT);
}

test("ten lines of Python load every format", async (t) => {
  const folder = await home(t);
  const lines = block("python");
  assert.ok(lines.trim().split("\n").length <= 10);
  const told = `print(json.dumps({"trials": len(trials), "jspsych": len(jspsych), "fits": len(fits), "sessions": len(sessions), "files": len(manifest["files"]),
    "columns": len(columns), "answered": answered, "correct": sum(int(row["correct"]) for row in trials), "person": person["ids"]["PROLIFIC_PID"], "bonus": " ".join(bonus[0])}))`;
  check(folder, JSON.parse(execFileSync("python3", ["-c", `${lines}\n${told}`], { cwd: folder, encoding: "utf8" })) as Found);
});

function hasR(): boolean {
  try {
    execFileSync("Rscript", ["-e", "stopifnot(requireNamespace('jsonlite'), requireNamespace('RSQLite'))"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("ten lines of R load every format", { skip: hasR() ? false : "R with jsonlite and RSQLite is not installed (deploy/dependencies.sh test)" }, async (t) => {
  const folder = await home(t);
  const lines = block("r");
  assert.ok(lines.trim().split("\n").length <= 10);
  const told = `cat(jsonlite::toJSON(list(trials = nrow(trials), jspsych = nrow(jspsych), fits = nrow(fits), sessions = nrow(sessions), files = nrow(manifest$files),
    columns = nrow(columns), answered = answered, correct = sum(trials$correct), person = person$ids$PROLIFIC_PID,
    bonus = sprintf("%s %.2f", bonus$id[1], bonus$amount[1])), auto_unbox = TRUE))`;
  check(folder, JSON.parse(execFileSync("Rscript", ["-e", `${lines}\n${told}`], { cwd: folder, encoding: "utf8" })) as Found);
});
