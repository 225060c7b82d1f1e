import assert from "node:assert/strict";
import { test } from "node:test";
import { arrivalIds, isPreview, personMark, saysWho } from "../task/arrival";
import type { Platform } from "../wire/types";

const PID = "5f1d2c3b4a59687766554433";

test("of an address only the ids of the study's platform are taken", () => {
  const search = `?PROLIFIC_PID=${PID}&STUDY_ID=s1&SESSION_ID=x1&workerId=W&survey_code=77&utm_source=mail&name=Ada`;
  assert.deepEqual(arrivalIds(search, "prolific"), { PROLIFIC_PID: PID, STUDY_ID: "s1", SESSION_ID: "x1" });
  assert.deepEqual(arrivalIds(search, "sona"), { survey_code: "77" });
  assert.deepEqual(arrivalIds(search, "mturk"), { workerId: "W" });
  assert.deepEqual(arrivalIds(search, "personal"), {});
  assert.deepEqual(arrivalIds(search, "link"), {}, "a plain link is nobody's");
});

test("MTurk's address of the submit form arrives decoded", () => {
  const ids = arrivalIds("?assignmentId=A1&hitId=H1&workerId=W1&turkSubmitTo=https%3A%2F%2Fworkersandbox.mturk.com%2F", "mturk");
  assert.deepEqual(ids, { assignmentId: "A1", hitId: "H1", workerId: "W1", turkSubmitTo: "https://workersandbox.mturk.com/" });
});

test("an id that is empty, too long, not readable or a placeholder is none", () => {
  for (const value of ["", "a".repeat(129), "a%20b", "a%0Ab", "%C3%A4", "%7B%7B%25PROLIFIC_PID%25%7D%7D"]) {
    const ids = arrivalIds(`?PROLIFIC_PID=${value}`, "prolific");
    assert.deepEqual(ids, {}, value);
    assert.equal(saysWho(ids, "prolific"), false);
  }
  assert.deepEqual(arrivalIds("?survey_code=%25SURVEY_CODE%25", "sona"), {});
  assert.equal(arrivalIds(`?PROLIFIC_PID=${"a".repeat(128)}`, "prolific").PROLIFIC_PID?.length, 128);
});

test("a link says who has come by the platform's own id and no other", () => {
  const cases: [Platform, string, boolean][] = [
    ["prolific", `?PROLIFIC_PID=${PID}`, true], ["prolific", "?STUDY_ID=s&SESSION_ID=x", false], ["sona", "?survey_code=1", true],
    ["mturk", "?workerId=W", true], ["mturk", "?assignmentId=A", false], ["personal", "?link=abc", true], ["link", `?PROLIFIC_PID=${PID}`, false],
  ];
  for (const [platform, search, expected] of cases) assert.equal(saysWho(arrivalIds(search, platform), platform), expected, `${platform} ${search}`);
});

test("MTurk's preview is known by its assignment", () => {
  assert.equal(isPreview("?assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=H"), true);
  assert.equal(isPreview("?assignmentId=3ABC&hitId=H&workerId=W"), false);
  assert.equal(isPreview(""), false);
});

test("people who share a browser are told apart, and the mark does not hold the id", () => {
  const mark = personMark(`?PROLIFIC_PID=${PID}&SESSION_ID=1`);
  assert.match(mark, /^\.[0-9a-f]{8}$/);
  assert.equal(personMark(`?SESSION_ID=2&PROLIFIC_PID=${PID}`), mark, "another visit of the same person");
  assert.notEqual(personMark("?PROLIFIC_PID=5f1d2c3b4a59687766554434"), mark);
  assert.notEqual(personMark(`?workerId=${PID}`), mark, "the same id on another platform is another person");
  assert.equal(personMark("?utm_source=mail"), "");
});
