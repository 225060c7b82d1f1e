import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asSentence, errorOf } from "../dashboard/api.ts";
import { toCsv } from "../dashboard/csv.ts";
import * as format from "../dashboard/format.ts";
import { parseRoute, safeNext } from "../dashboard/router.ts";

/** The page keeps a number and its unit together by a space that does not break. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

describe("numbers in words", () => {
  it("percent never says none or all of what is only close to it", () => {
    const cases: [number | null, string][] = [[0, "0 %"], [0.001, "< 1 %"], [0.005, "1 %"], [0.834, "83 %"], [0.9949, "99 %"], [0.996, "> 99 %"], [1, "100 %"], [null, "–"], [Number.NaN, "–"]];
    for (const [value, text] of cases) assert.equal(plain(format.percent(value)), text);
  });
  it("share has no number when there is nothing to divide by", () => {
    assert.equal(format.share(0, 0), "–");
    assert.equal(plain(format.share(12, 17)), "71 %");
  });
  it("decimals have a true minus sign, and zero has none", () => {
    assert.equal(format.decimal(-1.256, 2), "−1.26");
    assert.equal(format.decimal(-0.001, 2), "0.00");
    assert.equal(format.decimal(null, 2), "–");
    assert.equal(format.signed(1.256, 1), "+1.3");
    assert.equal(format.signed(0.01, 1), "0.0");
    assert.equal(format.signed(-2, 1), "−2.0");
  });
  it("significant digits span orders of magnitude", () => {
    assert.deepEqual([0.0031234, 1.2355, 63.14, 0, null].map(format.significant), ["0.00312", "1.24", "63.1", "0", "–"]);
  });
  it("counts have separators and the right noun", () => {
    assert.equal(format.count(1234567), "1,234,567");
    assert.equal(format.counted(1, "session"), "1 session");
    assert.equal(format.counted(0, "session"), "0 sessions");
  });
  it("money is read from minor units", () => {
    assert.equal(format.money(245, "GBP"), "£2.45");
    assert.equal(format.money(200, "EUR"), "€2.00");
    assert.equal(format.money(245, "no currency"), "2.45 no currency");
  });
  it("time passed is told in the largest whole unit, and a fast clock is 'just now'", () => {
    const cases: [number, string][] = [[-5000, "just now"], [1999, "just now"], [2000, "2 seconds ago"], [59_999, "59 seconds ago"], [60_000, "1 minute ago"], [3_599_999, "59 minutes ago"], [7_200_000, "2 hours ago"], [86_400_000, "1 day ago"]];
    for (const [passed, text] of cases) assert.equal(format.ago(1_000_000, 1_000_000 + passed), text);
  });
  it("response times keep their unit", () => {
    assert.equal(format.duration(640.4), "640 ms");
    assert.equal(format.duration(2314), "2.31 s");
    assert.equal(format.duration(72_000), "1 min 12 s");
    assert.equal(plain(format.seconds(640)), "0.64 s");
    assert.equal(plain(format.seconds(134_567)), "135 s");
  });
  it("value tables are told as a sentence", () => {
    assert.equal(plain(format.valueTables(192, 57)), "57 of 192 value tables ready (30 %).");
    assert.equal(format.valueTables(192, 192), "All 192 value tables ready.");
    assert.equal(format.valueTables(0, 0), "No value tables are planned yet.");
  });
  it("time left is told in the largest unit that is not too coarse", () => {
    const cases: [number | null, string][] = [[null, "time left not known yet"], [3, "less than a minute left"], [55, "about 1 minute left"], [190, "about 3 minutes left"], [7200, "about 2 hours left"], [200_000, "about 2 days left"]];
    for (const [left_s, text] of cases) assert.equal(format.timeLeft(left_s), text);
  });
  it("p values and probabilities never claim what is only close to it", () => {
    assert.deepEqual([0.0004, 0.0321, 1, null].map(format.pValue), ["p < .001", "p = .032", "p = 1", "–"]);
    assert.deepEqual([0, 0.001, 0.5, 0.9999, 1, null].map(format.probability), [".00", "< .01", ".50", "> .99", "1", "–"]);
  });
  it("time passed has a short form too", () => {
    assert.deepEqual([500, 12_000, 190_000, 7_200_000, 2 * 86_400_000].map((passed) => plain(format.agoShort(0, passed))), ["now", "12 s", "3 min", "2 h", "2 d"]);
  });
  it("learners, stages and responses have names", () => {
    assert.equal(format.learnerName("logistic_ridge:selection=evidence:pca=49"), "logistic ridge");
    assert.equal(format.stage("trials", "active"), "playing");
    assert.equal(format.stage("practice", "left"), "left while practising");
    assert.equal(format.responseName("category", 1), "Julty");
    assert.equal(format.responseName("category", 0), "Folty");
    assert.equal(format.responseName("reward", 1), "right");
  });
});

describe("a table as CSV", () => {
  it("quotes what needs it, keeps all digits, and leaves what does not exist empty", () => {
    assert.equal(toCsv({ columns: ["a", 'b "c"', "d,e"], rows: [[0.1 + 0.2, null, "x\ny"], [true, undefined, -0.5]] }),
      'a,"b ""c""","d,e"\r\n0.30000000000000004,,"x\ny"\r\ntrue,,-0.5\r\n');
  });
});

describe("errors as sentences", () => {
  it("shows the server's own sentence with a capital and a full stop", () => {
    assert.equal(errorOf(409, { error: { kind: "conflict", message: "the study is closed" } }).message, "The study is closed.");
    assert.equal(errorOf(409, { error: { kind: "conflict", message: "the study is closed" } }).kind, "conflict");
    assert.equal(asSentence("Really? "), "Really?");
  });
  it("makes a sentence where the body is not the server's", () => {
    for (const body of [null, "<html>", { error: "x" }, {}]) assert.match(errorOf(502, body).message, /502/);
    assert.equal(errorOf(401, null).message, "Please log in.");
  });
});

describe("addresses", () => {
  it("lead to their pages", () => {
    assert.deepEqual(parseRoute("/", ""), { page: "studies" });
    assert.deepEqual(parseRoute("/setup", ""), { page: "setup" });
    for (const page of ["account", "people"]) assert.deepEqual([parseRoute(`/${page}`, ""), parseRoute(`/${page}/x`, "")], [{ page }, { page: "unknown" }]);
    assert.deepEqual(parseRoute("/studies/a/people", ""), { page: "study_people", slug: "a" });
    assert.deepEqual(parseRoute("/studies/a%20b", ""), { page: "study", slug: "a b" });
    assert.deepEqual(parseRoute("/studies/demo/", ""), { page: "study", slug: "demo" });
    assert.deepEqual(parseRoute("/studies/demo/sessions/s-1", ""), { page: "session", slug: "demo", sessionId: "s-1" });
    assert.deepEqual(parseRoute("/studies/demo/other/s-1", ""), { page: "unknown" });
    assert.deepEqual(parseRoute("/studies/%E0%A4%A", ""), { page: "study", slug: "%E0%A4%A" });
    assert.deepEqual(parseRoute("/login", "?next=%2Fstudies%2Fdemo"), { page: "login", next: "/studies/demo" });
  });
  it("after a login never lead to another host, nor back to the login", () => {
    for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/login?next=/", "/setup", null, ""])
      assert.equal(safeNext(next), "/");
    assert.equal(safeNext("/studies/demo?x=1"), "/studies/demo?x=1");
  });
});
