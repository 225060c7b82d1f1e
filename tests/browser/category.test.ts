// Category learning from the link to the completion link, and every stored row compared with what was pressed and shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { Researcher } from "../http/support/client.ts";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { keepScreenshot, launch, Visitor } from "./support/browser.ts";
import { COMPLETION_CODE, COMPLETION_URL, createSampledStudy, exportedTrials, pictureNamesBySha } from "./support/material.ts";
import { ANSWERS, assertWholeRecord, mixedStrategy, Participant } from "./support/participant.ts";
import { assertCategoryRows, assertLive, liveDocument, money, serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const TRIAL_COUNT = 20;
const PAY = { base_minor: 150, per_correct_minor: 5 };

test("category learning, played from the link to the completion link by key presses, is stored as it was pressed and shown", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 60);
  const condition = categoryCondition(seeded(11), 1, pictureNames(60), TRIAL_COUNT);
  await createStudy(folder, data, {
    slug: "deliveries",
    title: "What do Julty and Folty like?",
    task: "category",
    representations: ["task", "noise"],
    conditions: [condition],
    settings: { feedback_ms: 60, ...PAY, completion_url: COMPLETION_URL, completion_code: COMPLETION_CODE },
  });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  const person = new Participant(page, "category", serverUrl(server, "deliveries"));

  await person.arrive();
  await page.getByTestId("consent-accept").waitFor();
  assert.match(await person.text("consent-text"), /Taking part is voluntary/);
  await person.agree();

  await person.stage("instructions");
  const instructions = (await person.readInstructions()).join("\n");
  assert.match(instructions, /20 images/);
  assert.match(instructions, /You get £1\.50 for taking part and £0\.05 more for each correct delivery, so up to £2\.50/);
  assert.equal(await person.text("pay"), "£1.50", "the payment is in sight before the first trial");

  await person.answerComprehension(1);
  await page.getByTestId("comprehension-again").click();
  await person.stage("instructions");
  await person.readInstructions();
  await person.answerComprehension();
  await person.stage("begin");
  await person.begin();

  await person.due("trials", 0);
  const responses = await person.play("trials", mixedStrategy);
  assert.equal(responses.length, TRIAL_COUNT);
  const shown = await person.shown();
  assertWholeRecord(shown, responses, "category");

  await person.answerQuestionnaire();
  await keepScreenshot(page, "category-questionnaire");
  await person.finish();
  assert.equal(await page.getByTestId("completion-link").getAttribute("href"), COMPLETION_URL);
  assert.equal(await person.text("completion-code"), COMPLETION_CODE);
  await keepScreenshot(page, "category-finished");

  const rows = await exportedTrials(data, "deliveries");
  const correctCount = assertCategoryRows(rows, { names: pictureNamesBySha(), shown, responses });
  assert.ok(correctCount > 0 && correctCount < TRIAL_COUNT, "both kinds of feedback were seen");
  rows.forEach((row, index) => {
    const planned = condition.trials[index];
    assert.deepEqual([row.image, row.true_category_name?.toLowerCase()], [planned?.image, planned?.category], "the condition's own order and answers");
  });

  assert.ok(rows.every((row) => row.is_fullscreen === "1"), "the page filled the screen, as the study asks");

  let correctSoFar = 0;
  shown.forEach((trial, index) => {
    if (rows[index]?.correct === "1") correctSoFar++;
    assert.equal(trial.feedback?.pay, money(PAY.base_minor + PAY.per_correct_minor * correctSoFar), `the payment shown after trial ${String(index)}`);
    assert.equal(trial.feedback.progress, `${String(index + 1)} of ${String(TRIAL_COUNT)} images delivered`);
    assert.equal(trial.feedback.progressValue, index + 1);
    assert.deepEqual(trial.heights_px, [400], "the image is as high as the setting says");
  });
  assert.equal(await person.text("completion-pay"), money(PAY.base_minor + PAY.per_correct_minor * correctCount));
  assert.equal(rows.at(-1)?.bonus_payment, (PAY.per_correct_minor * correctCount / 100).toFixed(2));

  const researcher = await Researcher.setUp(server);
  const live = await liveDocument(researcher, "deliveries", rows[0]?.session ?? "", TRIAL_COUNT);
  assertLive(live, rows, shown);
  assert.equal(live.session.state, "finished");
  assert.equal(live.session.correct_count, correctCount);
  assert.equal(live.session.pay_minor, PAY.base_minor + PAY.per_correct_minor * correctCount);

  assert.deepEqual(
    query(data, "SELECT gender, age, strategy, is_included FROM questionnaire"),
    [{ gender: ANSWERS.gender, age: Number(ANSWERS.age), strategy: ANSWERS.strategy, is_included: 1 }],
  );
  assert.deepEqual(query(data, "SELECT answers, is_passed FROM comprehension_attempt ORDER BY attempt_number"),
    [{ answers: "[2,0,2]", is_passed: 0 }, { answers: "[1,0,2]", is_passed: 1 }],
  );
  await visitor.leave();
});

test("category learning goes through all 120 sampled trials", { timeout: 90_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 600);
  await createSampledStudy(folder, data, { slug: "whole", task: "category", settings: { feedback_ms: 20, is_fullscreen_required: false } });
  const server = await serve(t, data);
  const visitor = await Visitor.arrive(browser);
  const person = new Participant(await visitor.newPage(), "category", serverUrl(server, "whole"));
  await person.reachTrials();
  const responses = await person.play("trials", mixedStrategy);
  assert.equal(responses.length, 120);
  const shown = await person.shown();
  assertWholeRecord(shown, responses, "category");
  await person.answerQuestionnaire();
  await person.finish();

  const rows = await exportedTrials(data, "whole");
  const correctCount = assertCategoryRows(rows, { names: pictureNamesBySha(), shown, responses });
  assert.equal(new Set(rows.map((row) => row.image)).size, 120, "no image is shown twice");
  assert.equal(rows.filter((row) => row.true_category_name === "Julty").length, 60, "each dinosaur likes half of the images");
  assert.equal(await person.text("completion-pay"), money(200 + 4 * correctCount));
  assert.equal(rows[0]?.is_fullscreen, "0");
  await visitor.leave();
});
