// The download: the papers' own columns, and every row what was shown and sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Choice, Feedback, RewardFeedback } from "../../web/wire/types.ts";
import { expectStatus, Participant, QUESTIONNAIRE, Researcher, responseBody } from "./support/client.ts";
import { query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 12;
const CATEGORY_COLUMNS = ["image", "choice", "true_category_name", "true_category_binary", "correct", "cond_file", "participant", "include", "bonus_payment", "dimension", "trial"];
const REWARD_COLUMNS = ["left_image", "right_image", "dimension", "left_reward", "right_reward", "max_reward", "min_reward", "choice", "reward_received", "cond_file", "trial",
  "bonus_payment", "include", "participant", "regret", "chance_regret", "correct"];
const OUR_COLUMNS = ["session", "session_state", "is_pilot", "rt_ms", "onset_ms", "frame_ms", "is_visible", "is_fullscreen", "input", "previous_reply_ms", "received_at_ms", "is_tie", "program_version", "is_imported"];

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let rest = text;
  while (rest !== "") {
    const [whole, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`not CSV: ${rest.slice(0, 60)}`);
    row.push(quoted === undefined ? plain ?? "" : quoted.replaceAll('""', '"'));
    if (end === "\r\n") {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(whole.length);
  }
  assert.deepEqual(row, [], "the last line has no end");
  return rows;
}

type Row = Record<string, string>;

async function download(researcher: Researcher, slug: string): Promise<{ text: string; header: string[]; rows: Row[] }> {
  const reply = expectStatus(await researcher.get(`/api/v1/studies/${slug}/exports/trials.csv`), 200);
  assert.match(reply.headers.get("Content-Type") ?? "", /^text\/csv/);
  assert.match(reply.headers.get("Content-Disposition") ?? "", new RegExp(`attachment; filename="${slug}-trials.csv"`));
  const [header = [], ...lines] = parseCsv(reply.text);
  return { text: reply.text, header, rows: lines.map((line) => {
    assert.equal(line.length, header.length);
    return Object.fromEntries(line.map((field, at) => [header[at] ?? "", field]));
  }) };
}

/** Our columns of a trial, as sent by responseBody. */
function sentColumns(index: number, choice: Choice): Row {
  const body = responseBody(index, choice);
  return {
    rt_ms: String(body.rt_ms), onset_ms: String(body.onset_ms), frame_ms: String(body.frame_ms), is_visible: "1", is_fullscreen: body.is_fullscreen ? "1" : "0",
    input: body.input, previous_reply_ms: body.previous_reply_ms === undefined ? "" : String(body.previous_reply_ms),
  };
}

function pick(row: Row | undefined, columns: string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row?.[column] ?? "(no such column)"]));
}

test("category: the papers' columns come first, and every row is what was planned, sent and answered", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(60);
  const data = await importPictures(folder, 30);
  const conditions = [1, 2].map((at) => categoryCondition(random, at, pictureNames(30), TRIAL_COUNT));
  await createStudy(folder, data, { slug: "cat", task: "category", conditions, settings: { per_correct_minor: 7 } });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const [done, underWay] = [new Participant(server), new Participant(server)];
  const choices = Array.from({ length: TRIAL_COUNT }, () => coin(random));
  await done.begin("cat");
  await underWay.begin("cat");
  await done.play((index) => choices[index] ?? 0);
  expectStatus(await done.send("PUT", "/api/v1/session/questionnaire", { ...QUESTIONNAIRE, is_included: false }), 200);
  expectStatus(await done.send("POST", "/api/v1/session/finish", {}), 200);
  for (let index = 0; index < 3; index++) await underWay.respond("trials", index, choices[index] ?? 0);

  const { header, rows } = await download(researcher, "cat");
  assert.deepEqual(header, [...CATEGORY_COLUMNS, ...OUR_COLUMNS]);
  assert.equal(rows.length, TRIAL_COUNT + 3);
  const ids = query<{ public_id: string }>(data, "SELECT public_id FROM session ORDER BY session_id").map(({ public_id }) => public_id);
  for (const [at, count] of [TRIAL_COUNT, 3].entries()) {
    const own = rows.filter(({ participant }) => participant === String(at + 1));
    const condition = conditions[at];
    let correct = 0;
    for (let index = 0; index < count; index++) correct += Number((condition?.trials[index]?.category === "julty") === (choices[index] === 1));
    for (let index = 0; index < count; index++) {
      const trial = condition?.trials[index];
      const choice = choices[index] ?? 0;
      const isCorrect = (trial?.category === "julty") === (choice === 1);
      assert.deepEqual(pick(own[index], CATEGORY_COLUMNS), {
        image: trial?.image, choice: String(choice), true_category_name: trial?.category === "julty" ? "Julty" : "Folty", true_category_binary: trial?.category === "julty" ? "1" : "0",
        correct: isCorrect ? "1" : "0", cond_file: String(at + 1), participant: String(at + 1), include: at === 0 ? "0" : "", bonus_payment: (0.07 * correct).toFixed(2),
        dimension: String(at + 1), trial: String(index),
      });
      assert.deepEqual(pick(own[index], Object.keys(sentColumns(index, choice))), sentColumns(index, choice));
      assert.deepEqual(pick(own[index], ["session", "session_state", "is_tie"]), { session: ids[at], session_state: at === 0 ? "finished" : "active", is_tie: "0" });
      assert.ok(Math.abs(Number(own[index]?.received_at_ms) - Date.now()) < 600_000);
    }
  }
});

test("reward: the papers' columns come first, and regret and chance regret follow from the points", async (t) => {
  const folder = temporaryFolder(t);
  const random = seeded(61);
  const data = await importPictures(folder, 30);
  const condition = rewardCondition(random, 1, pictureNames(30), TRIAL_COUNT, 2);
  Object.assign(condition.trials[4] ?? {}, { left_points: 33, right_points: 33 });
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [condition], settings: { max_bonus_minor: 400 } });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("rew");
  const feedbacks: Feedback[] = await person.play((index) => ((condition.trials[index]?.right_points ?? 0) > 40 ? 1 : 0));
  const { pay_minor: pay } = await person.finish();

  const { header, rows } = await download(researcher, "rew");
  assert.deepEqual(header, [...REWARD_COLUMNS, ...OUR_COLUMNS]);
  assert.equal(rows.length, TRIAL_COUNT, "practice is not in it");
  for (const [index, trial] of condition.trials.entries()) {
    const { left_points: left, right_points: right } = trial;
    const choice = right > 40 ? 1 : 0;
    const [best, worst, received] = [Math.max(left, right), Math.min(left, right), choice === 1 ? right : left];
    assert.deepEqual(pick(rows[index], REWARD_COLUMNS), {
      left_image: trial.left_image, right_image: trial.right_image, dimension: "1", left_reward: String(left), right_reward: String(right), max_reward: String(best),
      min_reward: String(worst), choice: String(choice), reward_received: String(received), cond_file: "1", trial: String(index), bonus_payment: ((pay - 200) / 100).toFixed(2),
      include: "1", participant: "1", regret: String(best - received), chance_regret: ((best - worst) / 2).toFixed(1), correct: received === best ? "1" : "0",
    });
    assert.equal(rows[index]?.is_tie, left === right ? "1" : "0");
    assert.deepEqual((feedbacks[index] as RewardFeedback).points, [left, right]);
    assert.deepEqual(pick(rows[index], Object.keys(sentColumns(index, choice))), sentColumns(index, choice));
  }
});

test("a picture's name cannot become a formula, a column or a line of the table", async (t) => {
  const folder = temporaryFolder(t);
  const names = ["=1+1", "+SUM(A1)", "-2", "@x", "=HYPERLINK(\"http://x\",\"y\")", "a,b", "a \"quoted\" name", "two\nlines", "plain", "ünïcode"];
  const data = await importPictures(folder, names.length, ["task"], names);
  const trials = names.map((image, at) => ({ image, category: at % 2 === 0 ? "julty" as const : "folty" as const }));
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [{ condition_number: 1, dimension: 0, trials }] });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const person = new Participant(server);
  await person.begin("cat");
  await person.play(() => 1);
  const { rows } = await download(researcher, "cat");
  assert.deepEqual(rows.map(({ image }) => image), names.map((name) => (/^[=+\-@]/.test(name) ? `'${name}` : name)));
  for (const row of rows) for (const field of Object.values(row)) assert.doesNotMatch(field, /^[=+@]|^-\D/);
});

test("the sub-command writes byte for byte what the page downloads, beside the running server", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(3), 1, pictureNames(20), 5)] });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const empty = await download(researcher, "cat");
  assert.deepEqual(empty.rows, []);
  const person = new Participant(server);
  await person.begin("cat");
  await person.play(() => 0);
  const { text, rows } = await download(researcher, "cat");
  assert.equal(rows.length, 5);
  assert.equal(await dinolabDone("export", "--data", data, "--study", "cat", "--out", "-"), text);
  const unknown = await dinolab("export", "--data", data, "--study", "none", "--out", "-");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /none/);
});
