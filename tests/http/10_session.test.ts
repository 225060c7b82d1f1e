// The way of a participant from the link to the completion link, as the page takes it.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { SessionDocument } from "../../web/wire/types.ts";
import { errorOf, expectStatus, parsed, Participant, QUESTIONNAIRE, RIGHT_ANSWERS, send } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

const TRIAL_COUNT = 5;

async function start(test: TestContext): Promise<Server> {
  const folder = temporaryFolder(test);
  const random = seeded(10);
  const data = await importPictures(folder, 30);
  const names = pictureNames(30);
  await createStudy(folder, data, {
    slug: "cat", task: "category", conditions: [1, 2, 3].map((at) => categoryCondition(random, at, names, TRIAL_COUNT)),
    settings: { base_minor: 150, per_correct_minor: 5, feedback_ms: 20, image_height_px: 300, is_fullscreen_required: false },
  });
  await createStudy(folder, data, {
    slug: "rew", task: "reward", conditions: [1, 2, 3].map((at) => rewardCondition(random, at, names, TRIAL_COUNT, 2)),
    settings: { blank_ms: 30, max_bonus_minor: 400 },
  });
  return serve(test, data);
}

function withoutStimuli(document: SessionDocument): unknown {
  return { ...document, practice: { ...document.practice, stimuli: [] }, trials: { ...document.trials, stimuli: [] } };
}

test("the session document of category learning carries the study's settings and nothing of the condition but its pictures", async (t) => {
  const server = await start(t);
  const document = await new Participant(server).enrol("cat");
  assert.deepEqual(withoutStimuli(document), {
    study: { slug: "cat", title: "Test of category learning", task: "category" },
    is_pilot: false,
    language: "en",
    display: { image_height_px: 300, blank_ms: 0, feedback_ms: 20, is_fullscreen_required: false, inputs: ["keyboard"] },
    pay: { currency: "GBP", base_minor: 150, per_correct_minor: 5, max_bonus_minor: null },
    stage: "instructions",
    comprehension: { question_ids: ["category_goal", "category_keys", "category_likes"], attempt_count: 0 },
    practice: { count: 0, next_index: 0, stimuli: [] },
    trials: { count: TRIAL_COUNT, next_index: 0, stimuli: [] },
    pay_so_far_minor: 150,
    completion: null,
    debriefing: null,
  });
  assert.equal(document.trials.stimuli.length, TRIAL_COUNT);
  for (const stimuli of document.trials.stimuli) assert.deepEqual(stimuli.map((sha) => /^[0-9a-f]{64}$/.test(sha)), [true]);
});

test("the session document of reward learning has pairs, practice and the papers' times where nothing else is set", async (t) => {
  const server = await start(t);
  const document = await new Participant(server).enrol("rew");
  assert.deepEqual(document.display, { image_height_px: 400, blank_ms: 30, feedback_ms: 1500, is_fullscreen_required: true, inputs: ["keyboard"] });
  assert.deepEqual(document.pay, { currency: "GBP", base_minor: 200, per_correct_minor: null, max_bonus_minor: 400 });
  assert.deepEqual(document.comprehension.question_ids, ["reward_goal", "reward_keys", "reward_points"]);
  assert.equal(document.practice.count, 2);
  for (const pair of [...document.practice.stimuli, ...document.trials.stimuli]) assert.equal(pair.length, 2);
  assert.equal(new Set([...document.practice.stimuli, ...document.trials.stimuli].flat()).size, 2 * (TRIAL_COUNT + 2));
});

test("a session goes through its stages in order and ends with the completion link", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  const stages = [(await person.enrol("rew")).stage];
  const note = async (): Promise<void> => { stages.push((await person.session()).stage); };

  await person.understand();
  await note();
  await person.respond("practice", 0, 0);
  await note();
  await person.respond("practice", 1, 1);
  await note();
  for (let index = 0; index < TRIAL_COUNT - 1; index++) await person.respond("trials", index, 1);
  await note();
  const last = await person.respond("trials", TRIAL_COUNT - 1, 0);
  assert.equal(last.next, null);
  await note();
  expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE), 200);
  await note();
  const completion = parsed<{ completion: unknown }>(expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200)).completion;
  const end = await person.session();
  assert.deepEqual([...stages, end.stage], ["instructions", "practice", "practice", "trials", "trials", "questionnaire", "finish", "finished"]);
  assert.deepEqual(completion, {
    method: "link", fields: {}, url: "https://example.org/complete?code=SECRET-LINK", code: "SECRET-CODE", pay_minor: last.pay_so_far_minor,
  });
  assert.deepEqual(end.completion, completion);
});

test("wrong comprehension answers are counted and lead back; one right attempt is enough for ever", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  await person.enrol("cat");
  const attempts = [[0, 0, 0], [1, 0, 1], [1, 1, 2], RIGHT_ANSWERS, [0, 0, 0]];
  const replies = [];
  for (const answers of attempts) replies.push(parsed(expectStatus(await person.send("POST", "/api/v1/session/comprehension", { answers }), 200)));
  assert.deepEqual(replies, [
    { is_passed: false, attempt_count: 1 }, { is_passed: false, attempt_count: 2 }, { is_passed: false, attempt_count: 3 },
    { is_passed: true, attempt_count: 4 }, { is_passed: true, attempt_count: 4 },
  ].map((reply) => ({ ...reply, attempts_left: null, is_over: false, return: null })));
  assert.equal((await person.session()).comprehension.attempt_count, 4);
  assert.equal(number(server.data, "SELECT count(*) FROM comprehension_attempt"), 4);
});

test("events are stored once by their index, whatever is sent again", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  await person.enrol("cat");
  const first = [
    { event_index: 0, kind: "page_loaded", at_ms: 1.5 },
    { event_index: 1, kind: "focus_lost", at_ms: 20.25, trial_index: 3 },
  ];
  const second = [...first, { event_index: 2, kind: "image_failed", at_ms: 30, detail: "über \"x\"\n" }];
  const counts = [];
  for (const events of [first, first, second]) {
    counts.push(parsed<{ stored_count: number }>(expectStatus(await person.send("POST", "/api/v1/session/events", { events }), 200)).stored_count);
  }
  assert.deepEqual(counts, [2, 0, 1]);
  assert.deepEqual(query(server.data, "SELECT event_index, kind, at_ms, trial_index, detail FROM event ORDER BY event_index"), [
    { event_index: 0, kind: "page_loaded", at_ms: 1.5, trial_index: null, detail: null },
    { event_index: 1, kind: "focus_lost", at_ms: 20.25, trial_index: 3, detail: null },
    { event_index: 2, kind: "image_failed", at_ms: 30, trial_index: null, detail: "über \"x\"\n" },
  ]);
});

test("the last questionnaire before the end counts; after the end it is refused", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  await person.begin("cat");
  await person.play(() => 0);
  expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", { ...QUESTIONNAIRE, age: 44 }), 200);
  await person.finish();
  const late = expectStatus(await person.send("PUT", "/api/v1/session/questionnaire", { ...QUESTIONNAIRE, age: 50 }), 409);
  assert.equal(errorOf(late).kind, "conflict");
  assert.deepEqual(query(server.data, "SELECT gender, age, strategy, is_included FROM questionnaire"), [{ ...QUESTIONNAIRE, is_included: 1 }]);
});

test("every session keeps the program version and the hashes of what it ran with", async (t) => {
  const server = await start(t);
  await new Participant(server).enrol("cat");
  assert.equal(number(server.data,
    "SELECT count(*) FROM session JOIN study USING (study_id) JOIN stimulus_set USING (stimulus_set_id)"
    + " WHERE session.settings_sha256 = study.settings_sha256 AND session.stimulus_set_sha256 = stimulus_set.sha256"
    + " AND length(representations_sha256) = 32 AND program_version <> ''"), 1);
});

test("pages forbid inline scripts and other hosts, and are the same for every path of the dashboard", async (t) => {
  const server = await start(t);
  const pages = await Promise.all(["/s/cat", "/", "/login", "/setup", "/studies/cat", "/studies/cat/sessions/s-1"].map((path) => send(server, "GET", path)));
  for (const page of pages) {
    const policy = expectStatus(page, 200).headers.get("Content-Security-Policy") ?? "";
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /default-src 'none'/);
    assert.match(page.headers.get("Content-Type") ?? "", /^text\/html/);
    assert.doesNotMatch(page.text, /<script(?![^>]*\bsrc=)/);
    assert.doesNotMatch(page.text, /(src|href)="(https?:)?\/\//);
    for (const [, path] of page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) expectStatus(await send(server, "GET", path ?? ""), 200);
  }
  assert.equal(new Set(pages.slice(1).map((page) => page.text)).size, 1);
});

test("an unknown path is 404 and a known path with another method is 405, both with a sentence", async (t) => {
  const server = await start(t);
  assert.equal(errorOf(expectStatus(await send(server, "GET", "/api/v1/nothing"), 404)).kind, "not_found");
  assert.equal(errorOf(expectStatus(await send(server, "DELETE", "/api/v1/session"), 405)).kind, "invalid");
  assert.match(errorOf(expectStatus(await send(server, "PATCH", "/api/v1/session/trials/0"), 405)).message, /PATCH/);
});
