import assert from "node:assert/strict";
import { test } from "node:test";
import { ageOf, answersOf, faultsOf } from "../task/consent_form";
import { isWebAddress, RETURN_WORDS, returnHtml } from "../task/return_link";
import { choiceCount, choiceOf, simulationMode } from "../task/simulation";
import { textsFor } from "../task/texts";
import type { ReturnLink } from "../wire/types";

const texts = textsFor(["en"]);
const OPEN = {
  age: { min: 18, max: 90 },
  eligibility: [
    { id: "sight", question: "Can you see well?", options: ["Yes", "No"] },
    { id: "hand", question: "Which hand do you write with?", options: ["Left", "Right", "Both"] },
  ],
};

test("an age is whole years and nothing else", () => {
  for (const typed of ["18", " 42 ", "7", "007", "90"]) assert.equal(ageOf(typed), Number(typed), typed);
  for (const typed of ["", "0", "-5", "18.5", "1e2", "131", "1800", "old", "18 years"]) assert.equal(ageOf(typed), null, typed);
});

test("every field that is missing is named, in the order of the page", () => {
  assert.deepEqual(faultsOf({ age: "", chosen: [null, null] }, OPEN, null).map(({ field }) => field), ["age", 0, 1]);
  assert.deepEqual(faultsOf({ age: "30", chosen: [1, null] }, OPEN, null), [{ field: 1, key: "consent_choice_missing" }]);
  assert.deepEqual(faultsOf({ age: "30", chosen: [0, 2] }, OPEN, null), []);
});

test("an age that the study does not take is asked about once, and no other stands in for it", () => {
  const draft = { age: "17", chosen: [0, 0] };
  assert.deepEqual(faultsOf(draft, OPEN, null), [{ field: "age", key: "consent_age_unusual" }]);
  assert.deepEqual(faultsOf(draft, OPEN, 17), []);
  assert.equal(faultsOf({ ...draft, age: "91" }, OPEN, 17).length, 1);
  for (const age of ["18", "90"]) assert.deepEqual(faultsOf({ ...draft, age }, OPEN, null), [], age);
});

test("answers go to the server by the ids of their questions", () => {
  assert.deepEqual(answersOf({ age: "41", chosen: [0, 2] }, OPEN.eligibility), { age: 41, eligibility: { sight: 0, hand: 2 } });
});

test("the way back is a link, a form with its fields, or a code; a script is none", () => {
  const link: ReturnLink = { method: "link", url: "https://example.org/complete?cc=A&x=\"1\"", fields: {}, code: "" };
  assert.match(returnHtml(link, texts, RETURN_WORDS), /href="https:\/\/example\.org\/complete\?cc=A&amp;x=&quot;1&quot;"/);
  const form = returnHtml({ method: "form", url: "https://example.org/submit", fields: { assignmentId: "A<1" }, code: "" }, texts, RETURN_WORDS);
  assert.match(form, /<form method="post" action="https:\/\/example\.org\/submit"/);
  assert.match(form, /<input type="hidden" name="assignmentId" value="A&lt;1">/);
  const code = returnHtml({ method: "link", url: "", fields: {}, code: "C-1" }, texts, RETURN_WORDS);
  assert.match(code, /data-testid="return-code">C-1</);
  assert.ok(!code.includes("<a "));
  assert.equal(returnHtml({ ...link, url: "javascript:alert(1)" }, texts, RETURN_WORDS), "");
  for (const url of ["javascript:alert(1)", "data:text/html,x", "//example.org", "https:///x", ""]) assert.equal(isWebAddress(url), false, url);
});

test("only the two words of the address turn a visit into a simulation", () => {
  assert.equal(simulationMode("?simulate=data-only"), "data-only");
  assert.equal(simulationMode("?PROLIFIC_PID=1&simulate=visual"), "visual");
  for (const search of ["", "?simulate", "?simulate=", "?simulate=yes", "?simulate=DATA-ONLY"]) assert.equal(simulationMode(search), null, search);
});

test("a simulation goes through all ways to answer, each once", () => {
  assert.equal(choiceCount([3, 3, 3]), 27);
  const ways = Array.from({ length: 12 }, (_, attempt) => choiceOf(attempt, [2, 3, 2]));
  assert.equal(new Set(ways.map(String)).size, 12);
  assert.ok(ways.every(([a = 9, b = 9, c = 9]) => a < 2 && b < 3 && c < 2));
  assert.deepEqual(choiceOf(12, [2, 3, 2]), [0, 0, 0], "and then begins again");
  assert.deepEqual(choiceOf(3, []), []);
  assert.equal(choiceCount([]), 1);
});
