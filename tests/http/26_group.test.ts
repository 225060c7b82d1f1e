// The group's numbers are those of `dinolab fit` on the exported trials, before and after a kill and a rebuild, with and without exclusions.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Group, GroupModel } from "../../web/dashboard/types.ts";
import { createSampledStudy } from "../browser/support/material.ts";
import { Participant, Researcher, expectStatus, errorOf } from "./support/client.ts";
import { expectNear, untilTablesReady } from "./support/live.ts";
import { dinolabDone, serve, temporaryFolder, TOP, until, type Server } from "./support/program.ts";
import { EventStream } from "./support/stream.ts";
import { importPictures, type Task } from "./support/study.ts";

const DEMO = join(TOP, "build", "demo");
const REPRESENTATIONS = ["task", "words", "noise"];
const PEOPLE_COUNT = 6;
const TRIAL_COUNT = 30;
const PARTIAL_COUNT = 7;
/** None that looks ahead: of somebody who has not finished, fit knows the trials that were played only. */
const LEARNERS = { category: ["logistic_ridge", "logistic_lasso"], reward: ["bayes_ridge", "equal_weights"] } as const;
const GRID_TOLERANCE = 1e-9;
const GROUP_TOLERANCE = 1e-6;

interface Fit {
  representation: string; learner: string; participants: number; trials: number; nll: number; r2_online?: number; r2_loo?: number; r2_low: number; r2_high: number;
  task_accuracy: number; slope?: number; slope_sd?: number;
}
interface Comparison { compare: { model: string; frequency: number; exceedance_prob: number; protected_exceedance_prob: number }[]; omnibus_risk: number; participants: number }

interface Laboratory { folder: string; data: string; server: Server; researcher: Researcher; task: Task }

async function laboratory(t: TestContext, task: Task): Promise<Laboratory> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600, REPRESENTATIONS);
  await createSampledStudy(folder, data, {
    slug: "group", task, representations: REPRESENTATIONS, conditionCount: 3,
    settings: { trial_count: TRIAL_COUNT, practice_count: 0, sessions_per_condition: 20, learners: LEARNERS[task] },
  });
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await untilTablesReady(researcher, "group");
  const played = await dinolabDone("simulate", "--url", server.url, "--study", "group", "--participants", String(PEOPLE_COUNT), "--think-ms", "0", "--seed", "11",
    "--stimuli", join(DEMO, "stimuli.csv"), ...["task", "noise"].flatMap((name) => ["--representation", `${name}=${join(DEMO, name)}.npy`]));
  assert.equal((JSON.parse(played.trim().split("\n").at(-1) ?? "") as { errors: number }).errors, 0);
  const person = new Participant(server);
  await person.begin("group");
  for (let index = 0; index < PARTIAL_COUNT; index++) await person.respond("trials", index, index % 2 === 0 ? 1 : 0);
  return { folder, data, server, researcher, task };
}

function group(researcher: Researcher, exclude = ""): Promise<Group> {
  return researcher.read<Group>(`/api/v1/studies/group/group${exclude === "" ? "" : `?exclude=${exclude}`}`);
}

function untilGroup(what: string, researcher: Researcher, isThere: (group: Group) => boolean, exclude = ""): Promise<Group> {
  return until(what, async () => {
    const now = await group(researcher, exclude);
    return isThere(now) ? now : null;
  });
}

function hasAll(now: Group): boolean {
  return now.trials === PEOPLE_COUNT * TRIAL_COUNT + PARTIAL_COUNT && now.models.every((model) => model.participants === now.participants && model.mixed !== null);
}

async function fit(lab: Laboratory, choice: string, keep: (fields: string[], columns: string[]) => boolean = () => true): Promise<{ fits: Fit[]; comparison: Comparison }> {
  const trials = join(lab.folder, "trials.csv");
  const exported = await dinolabDone("export", "--data", lab.data, "--study", "group", "--what", "trials", "--format", "csv", "--out", "-");
  const lines = exported.trim().split(/\r?\n/);
  const columns = lines[0]?.split(",") ?? [];
  writeFileSync(trials, lines.filter((line, at) => at === 0 || keep(line.split(","), columns)).join("\n"));
  const out = await dinolabDone("fit", "--task", lab.task, "--trials", trials, "--stimuli", join(DEMO, "stimuli.csv"),
    ...REPRESENTATIONS.flatMap((name) => ["--representation", `${name}=${join(DEMO, name)}.npy`]), "--learner", LEARNERS[lab.task].join(","), "--choice", choice, "--compare");
  const said = out.trim().split("\n").map((line) => JSON.parse(line) as Fit & Comparison);
  return { fits: said.slice(0, -1), comparison: said.at(-1) as Comparison };
}

function fitOf(fits: Fit[], model: GroupModel): Fit {
  const found = fits.find(({ representation, learner }) => representation === model.representation && learner === model.learner);
  assert.ok(found !== undefined, `fit has no ${model.representation} ${model.learner}`);
  return found;
}

function expectGrid(now: Group, { fits, comparison }: { fits: Fit[]; comparison: Comparison }): void {
  assert.equal(now.models.length, fits.length);
  for (const model of now.models) {
    const { participants, trials, nll, r2_online, r2_low, r2_high, task_accuracy } = fitOf(fits, model);
    expectNear({ ...model }, { ...model, participants, trials, nll, r2_online, r2_low, r2_high, task_accuracy }, GRID_TOLERANCE, `${model.representation} ${model.learner}`);
    const other = comparison.compare.find(({ model: name }) => name === `${model.representation} ${model.learner}`);
    assert.ok(other !== undefined);
    for (const name of ["frequency", "exceedance_prob", "protected_exceedance_prob"] as const) expectNear(model[name], other[name], GROUP_TOLERANCE, name);
  }
  expectNear(now.comparison?.omnibus_risk, comparison.omnibus_risk, GROUP_TOLERANCE);
  assert.equal(now.comparison?.participants, comparison.participants);
}

/** What must be the same after a restart. */
function lasting(now: Group): unknown {
  const { computed_at_ms: _at, refresh_ms: _took, models, ...rest } = now;
  return { ...rest, models: models.map(({ mixed: _mixed, loo: _loo, ...model }) => model) };
}

for (const task of ["category", "reward"] as const) {
  test(`${task}: group numbers are those of fit on the export, after a kill and a rebuild too, and leaving one trial out on demand`, { timeout: 120_000 }, async (t) => {
    const lab = await laboratory(t, task);
    const now = await untilGroup("all trials count", lab.researcher, hasAll);
    assert.deepEqual(now.models.map(({ kind }) => kind).slice(0, 2), task === "category" ? ["main", "sparse"] : ["main", "other"]);
    expectGrid(now, await fit(lab, "grid"));

    const { fits } = await fit(lab, "glmm-loo");
    for (const model of now.models) {
      const { slope, slope_sd } = fitOf(fits, model);
      expectNear({ slope: model.mixed?.slope, slope_sd: model.mixed?.slope_sd }, { slope, slope_sd }, GROUP_TOLERANCE, `mixed model of ${model.representation} ${model.learner}`);
    }
    const total = now.models.reduce((sum, { trials }) => sum + trials, 0);
    for (let times = 0; times < 2; times++) {
      const job = JSON.parse(expectStatus(await lab.researcher.post("/api/v1/studies/group/group/loo", {}), 202).text) as NonNullable<Group["loo_job"]>;
      assert.equal(job.total, total);
    }
    const left = await untilGroup("one trial was left out after the other", lab.researcher, ({ models, loo_job }) => loo_job === null && models.every(({ loo }) => loo !== null));
    for (const model of left.models) {
      const { participants, trials, nll, r2_loo, r2_low, r2_high } = fitOf(fits, model);
      expectNear(model.loo, { participants, trials, nll, r2_loo, r2_low, r2_high, is_current: true }, GROUP_TOLERANCE, `loo of ${model.representation} ${model.learner}`);
    }

    await lab.server.kill();
    const again = await serve(t, lab.data);
    const returned = await Researcher.logIn(again);
    expectNear(lasting(await untilGroup("all is there again", returned, hasAll)), lasting(now), 1e-12);
    await again.stop();
    await dinolabDone("rebuild", "--data", lab.data);
    const rebuilt = await Researcher.logIn(await serve(t, lab.data));
    expectNear(lasting(await untilGroup("all is rebuilt", rebuilt, hasAll)), lasting(now), 1e-12);
  });
}

test("exclusions change every number, and say whom they fit", { timeout: 60_000 }, async (t) => {
  const lab = await laboratory(t, "category");
  const all = await untilGroup("all trials count", lab.researcher, hasAll);
  const guessers = all.people.filter(({ exclusions }) => exclusions.includes("below_chance"));
  assert.ok(guessers.length > 0, "somebody who sees noise learns nothing");
  assert.ok(guessers.length < PEOPLE_COUNT);
  assert.equal(all.excluded.below_chance, guessers.length);
  assert.ok(all.people.every(({ p_value, exclusions, state }) => state === "active" || p_value === null || exclusions.includes("below_chance") === p_value >= 0.05));
  const some = await untilGroup("the others count", lab.researcher, (now) => now.models.every((model) => model.participants === now.participants && model.mixed !== null), "below_chance");
  assert.deepEqual(some.exclude, ["below_chance"]);
  assert.equal(some.participants, all.participants - guessers.length);
  const excluded = new Set(guessers.map(({ number }) => String(number)));
  expectGrid(some, await fit(lab, "grid", (fields, columns) => !excluded.has(fields[columns.indexOf("participant")] ?? "")));
  assert.notDeepEqual(some.learning_curve, all.learning_curve);
  assert.notDeepEqual(some.response_times, all.response_times);
  assert.notDeepEqual(some.trial_tests, all.trial_tests);
  assert.equal(errorOf(expectStatus(await lab.researcher.get("/api/v1/studies/group/group?exclude=everybody"), 400)).message, "exclude: 'everybody' is no exclusion; there are below_chance and not_included");
});

test("who watches the group gets a new document when somebody responds, and the accuracies are those of the export", { timeout: 60_000 }, async (t) => {
  const lab = await laboratory(t, "reward");
  const stream = await EventStream.open(lab.server, "/api/v1/studies/group/group/stream", lab.researcher.cookie);
  const [first] = await stream.take(1);
  assert.equal(first?.name, "snapshot");
  const person = new Participant(lab.server);
  await person.begin("group");
  await person.respond("trials", 0, 1);
  const before = (JSON.parse(first.data) as Group).trials;
  await stream.until("the response is counted", (events) => events.some(({ name, data }) => name === "snapshot" && (JSON.parse(data) as Group).trials > before));
  stream.close();
  const now = await untilGroup("all is counted", lab.researcher, ({ trials }) => trials === PEOPLE_COUNT * TRIAL_COUNT + PARTIAL_COUNT + 1);
  assert.equal(now.learning_curve.reduce((sum, { responses }) => sum + responses, 0), now.trial_tests.reduce((sum, { responses }) => sum + responses, 0));
  assert.equal(now.response_times.histogram.reduce((sum, { count }) => sum + count, 0), now.trials);
  const right = now.people.reduce((sum, { correct }) => sum + correct, 0);
  expectNear(now.learning_curve.reduce((sum, { accuracy, responses }) => sum + (accuracy ?? 0) * responses, 0), right, 1e-9);
  assert.deepEqual([now.funnel.consented, now.funnel.playing, now.funnel.finished, now.funnel.places], [PEOPLE_COUNT + 2, 2, PEOPLE_COUNT, 60]);
});
