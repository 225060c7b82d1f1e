import assert from "node:assert/strict";
import { test } from "node:test";
import { instructionPages } from "../task/instructions";
import { moneyText } from "../task/money";
import { questionnaireHtml, questionnaireOf } from "../task/questionnaire_form";
import { comprehensionQuestion } from "../task/questions";
import { textsFor } from "../task/texts";
import { session } from "./session";

const texts = textsFor(["en"]);

test("money is written in its own currency and digits", () => {
  assert.equal(moneyText(245, "GBP", "en"), "£2.45");
  assert.equal(moneyText(4, "GBP", "en"), "£0.04");
  assert.equal(moneyText(0, "GBP", "en"), "£0.00");
  assert.equal(moneyText(300, "JPY", "en"), "¥300");
  assert.equal(moneyText(1234567, "USD", "en"), "$12,345.67");
  assert.equal(moneyText(245, "EUR", "de").replace(/\s/g, " "), "2,45 €");
  assert.equal(moneyText(250, "credits", "en"), "2.50 credits");
});

test("the instructions say the study's own amounts, counts and keys", () => {
  const category = instructionPages(session("category"), texts, (file) => file, "keys").join("\n");
  for (const part of ["£2.00", "£0.04", "£6.80", "120 images", "<strong>F</strong>", "<strong>J</strong>", "Folty", "Julty"]) assert.ok(category.includes(part), part);
  const reward = instructionPages(session("reward"), texts, (file) => file, "keys").join("\n");
  for (const part of ["£2.00", "£4.00", "60 pairs", "3 pairs", "left arrow"]) assert.ok(reward.includes(part), part);
});

test("a study without a bonus promises none, and one without practice does not announce any", () => {
  const flat = session("category");
  flat.pay.per_correct_minor = null;
  assert.ok(!instructionPages(flat, texts, (file) => file, "keys").join("").includes("correct delivery"));
  const plain = session("reward");
  plain.practice.count = 0;
  plain.pay.max_bonus_minor = null;
  const html = instructionPages(plain, texts, (file) => file, "keys").join("");
  assert.ok(!html.includes("practice") && !html.includes("bonus"));
});

test("one of a thing is not called many", () => {
  assert.equal(texts.text("pair_points", { count: 1 }), "1 point");
  assert.equal(texts.text("pair_points", { count: 0 }), "0 points");
});

test("a text without its value is refused instead of shown with braces", () => {
  assert.throws(() => texts.text("bar_practice", { done: 1 }), /count/);
});

test("every comprehension question has its words, and an unknown one is refused", () => {
  for (const id of ["category_goal", "category_keys", "category_likes", "reward_goal", "reward_keys", "reward_points"]) {
    const { prompt, options } = comprehensionQuestion(id, texts, "keys");
    assert.ok(prompt.endsWith("?"));
    assert.equal(new Set(options).size, 3);
  }
  assert.throws(() => comprehensionQuestion("loading", texts, "keys"), /no wording/);
});

test("the final form shows what was typed before, escaped, and becomes the wire's answers", () => {
  const draft = { gender: "other", age: "33", strategy: ' "</textarea><script>" ', is_included: "no" };
  const html = questionnaireHtml(texts, draft);
  assert.ok(!html.includes("<script>"));
  assert.match(html, /value="other"[^>]* checked/);
  assert.deepEqual(questionnaireOf(draft), { gender: "other", age: 33, strategy: '"</textarea><script>"', is_included: false });
});
