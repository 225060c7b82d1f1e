// Trust no number from outside: a table of bad bodies for every message that a participant can send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { errorOf, expectStatus, Participant, QUESTIONNAIRE, responseBody, send } from "./support/client.ts";
import { number } from "./support/database.ts";
import { serve, temporaryFolder } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

type Body = string | Uint8Array;

/** What is sent, and what the sentence must name. */
type Case = [body: Body, named: RegExp, status?: number];

const GOOD = responseBody(1, 1);

/** The good message with one member as raw JSON text, so that what JavaScript cannot write can be sent. */
function withMember(message: object, name: string, raw: string | null): string {
  const members = Object.entries(message).filter(([key]) => key !== name).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (raw !== null) members.push(`${JSON.stringify(name)}:${raw}`);
  return `{${members.join(",")}}`;
}

function bytes(...parts: (string | number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
}

/** No message at all, whatever fields it should have. */
const NO_MESSAGE: Case[] = [
  ["", /empty/],
  ["null", /object/],
  ["[]", /object/],
  ["17", /object/],
  ["\"{}\"", /object/],
  ["{", /well-formed/],
  ["{}}", /well-formed/],
  ["{} {}", /well-formed/],
  ["{'a':1}", /well-formed/],
  ["{\"a\":1,}", /well-formed|known/],
  ["{\"a\":NaN}", /well-formed/],
  ["{\"a\":Infinity}", /well-formed/],
  [`${"[".repeat(40)}${"]".repeat(40)}`, /deep/],
  [`${"[".repeat(30_000)}${"]".repeat(30_000)}`, /deep|well-formed/],
  [`${"{\"a\":".repeat(5_000)}1${"}".repeat(5_000)}`, /deep|well-formed/],
  [bytes("{\"", [0xff], "\":1}"), /UTF-8/],
  [bytes("{\"", [0xc0, 0xaf], "\":1}"), /UTF-8/],
  [bytes("{\"", [0xed, 0xa0, 0x80], "\":1}"), /UTF-8/],
  [bytes("{\"a", [0], "b\":1}"), /NUL/],
  [bytes("{}", [0]), /NUL/],
  ["{\"\\u0000\":1}", /NUL/],
  [`{"${"x".repeat(70_000)}":1}`, /larger than/, 413],
  [" ".repeat(1_000_000), /larger than/, 413],
];

/** A member that is missing, null, twice, and of every other type. */
function wrongly(message: object, name: string, kind: "number" | "integer" | "boolean" | "text" | "list", isOptional = false): Case[] {
  const named = new RegExp(`'${name}'`);
  const values = ["[]", "{}", "\"\"", "\"1\"", "true", "1", "0.5", "-1", "1e999", "-1e999", "1e308"];
  const allowed: Record<typeof kind, string[]> = {
    number: ["1", "0.5"], integer: ["1"], boolean: ["true"], text: ["\"\"", "\"1\""], list: ["[]"],
  };
  const cases = values.filter((value) => !allowed[kind].includes(value)).map((value): Case => [withMember(message, name, value), named]);
  const twice = `{${JSON.stringify(name)}:1,${withMember(message, name, "1").slice(1)}`;
  return isOptional ? [...cases, [twice, /twice/]] : [...cases, [twice, /twice/], [withMember(message, name, null), named], [withMember(message, name, "null"), named]];
}

const EVENT = { event_index: 0, kind: "focus_lost", at_ms: 1 };
function events(event: string): string { return `{"events":[${event}]}`; }

const CONSENT = { consent_sha256: "0".repeat(64), age: 30 };

function consent(name: string, value: string): string {
  return withMember(CONSENT, name, value);
}

const TABLE: Record<string, { method: string; path: string; cases: Case[] }> = {
  "a response": {
    method: "PUT", path: "/api/v1/session/trials/0",
    cases: [
      ...wrongly(GOOD, "response", "integer"), ...wrongly(GOOD, "rt_ms", "number"), ...wrongly(GOOD, "onset_ms", "number"),
      ...wrongly(GOOD, "frame_ms", "number", true), ...wrongly(GOOD, "previous_reply_ms", "number", true),
      ...wrongly(GOOD, "is_visible", "boolean"), ...wrongly(GOOD, "is_fullscreen", "boolean"),
      [withMember(GOOD, "input", "\"\""), /'input'/], [withMember(GOOD, "input", "\"Keyboard\""), /'input'.*keyboard/], [withMember(GOOD, "input", "1"), /'input'/],
      [withMember(GOOD, "input", null), /'input'/],
      [withMember(GOOD, "response", "2"), /'response'/], [withMember(GOOD, "response", "4294967296"), /'response'/],
      [withMember(GOOD, "response", "9007199254740993"), /'response'/], [withMember(GOOD, "response", "1.0000001"), /'response'/],
      [withMember(GOOD, "rt_ms", "86400001"), /'rt_ms'/], [withMember(GOOD, "rt_ms", "-0.001"), /'rt_ms'/], [withMember(GOOD, "frame_ms", "1000.5"), /'frame_ms'/],
      [withMember(GOOD, "trial_index", "0"), /'trial_index'/], [withMember(GOOD, "Response", "1"), /'Response'/], [withMember(GOOD, "", "1"), /''/],
      [withMember(GOOD, "__proto__", "{}"), /'__proto__'/], [withMember(GOOD, "é".repeat(20_000), "1"), /é.*/],
      [withMember(GOOD, "\u0001\"\\", "1"), /known/],
    ],
  },
  "the comprehension answers": {
    method: "POST", path: "/api/v1/session/comprehension",
    cases: [
      ...wrongly({ answers: [1, 0, 2] }, "answers", "list"),
      ["{\"answers\":[]}", /'answers'/], ["{\"answers\":[1,0]}", /'answers'/], ["{\"answers\":[1,0,2,0]}", /'answers'/],
      ["{\"answers\":[1,0,3]}", /'answers\[2\]'/], ["{\"answers\":[1,-1,2]}", /'answers\[1\]'/], ["{\"answers\":[\"1\",0,2]}", /'answers\[0\]'/],
      ["{\"answers\":[1,0.5,2]}", /'answers\[1\]'/], ["{\"answers\":[1,0,1e999]}", /'answers\[2\]'/], ["{\"answers\":[1,0,2],\"extra\":1}", /'extra'/],
    ],
  },
  "events": {
    method: "POST", path: "/api/v1/session/events",
    cases: [
      ["{}", /'events'/], ["{\"events\":{}}", /'events'/], ["{\"events\":[]}", /'events'/],
      [`{"events":[${Array.from({ length: 101 }, (_, at) => JSON.stringify({ ...EVENT, event_index: at })).join(",")}]}`, /'events'/],
      [events("1"), /events\[0\]/], [events(withMember(EVENT, "kind", "\"slept\"")), /'events\[0\]\.kind'/], [events(withMember(EVENT, "kind", null)), /'events\[0\]\.kind'/],
      [events(withMember(EVENT, "event_index", "-1")), /'events\[0\]\.event_index'/], [events(withMember(EVENT, "event_index", "1.5")), /'events\[0\]\.event_index'/],
      [events(withMember(EVENT, "at_ms", "\"1\"")), /'events\[0\]\.at_ms'/], [events(withMember(EVENT, "at_ms", "1e999")), /'events\[0\]\.at_ms'/],
      [events(withMember(EVENT, "trial_index", "-1")), /'events\[0\]\.trial_index'/], [events(withMember(EVENT, "detail", "1")), /'events\[0\]\.detail'/],
      [events(withMember(EVENT, "detail", JSON.stringify("x".repeat(2001)))), /'events\[0\]\.detail'/], [events(withMember(EVENT, "more", "1")), /'events\[0\]\.more'/],
      [`{"events":[${JSON.stringify(EVENT)},${withMember(EVENT, "at_ms", "true")}]}`, /'events\[1\]\.at_ms'/],
    ],
  },
  "the questionnaire": {
    method: "PUT", path: "/api/v1/session/questionnaire",
    cases: [
      ...wrongly(QUESTIONNAIRE, "age", "integer"), ...wrongly(QUESTIONNAIRE, "gender", "text"), ...wrongly(QUESTIONNAIRE, "strategy", "text"),
      ...wrongly(QUESTIONNAIRE, "is_included", "boolean"), [withMember(QUESTIONNAIRE, "age", "131"), /'age'/],
      [withMember(QUESTIONNAIRE, "gender", JSON.stringify("x".repeat(401))), /'gender'/],
      [withMember(QUESTIONNAIRE, "strategy", JSON.stringify("x".repeat(20_001))), /'strategy'/], [withMember(QUESTIONNAIRE, "name", "\"\""), /'name'/],
    ],
  },
  "the arrival": {
    method: "POST", path: "/api/v1/open-studies/cat/arrivals",
    cases: [
      ...wrongly({ visit: "x".repeat(43) }, "visit", "text"), [`{"visit":"${"x".repeat(42)}"}`, /'visit'/], [`{"visit":"${"x".repeat(44)}"}`, /'visit'/],
      [`{"visit":"${"x".repeat(42)}="}`, /'visit'/], [`{"visit":"${"x".repeat(42)} "}`, /'visit'/], [`{"visit":"${"x".repeat(40_000)}"}`, /'visit'/],
      [`{"visit":"${"x".repeat(43)}","participant_id":"x"}`, /'participant_id'/],
    ],
  },
  "the consent": {
    method: "POST", path: "/api/v1/open-studies/cat/sessions",
    cases: [
      ["{}", /'consent_sha256'/], ["{\"consent_sha256\":1}", /'consent_sha256'/], ["{\"consent_sha256\":\"\"}", /'consent_sha256'/],
      [`{"consent_sha256":"${"0".repeat(63)}"}`, /'consent_sha256'/], [`{"consent_sha256":"${"0".repeat(65)}"}`, /'consent_sha256'/],
      [`{"consent_sha256":"${"G".repeat(64)}","age":30}`, /'consent_sha256'/], [`{"consent_sha256":"${"0".repeat(64)}"}`, /'age'/],
      [consent("age", "-1"), /'age'/], [consent("age", "131"), /'age'/], [consent("age", "30.5"), /'age'/], [consent("age", "\"30\""), /'age'/],
      [consent("language", "7"), /'language'/], [consent("arrival", "[]"), /arrival/], [consent("arrival", "{\"prolific_pid\":\"x\"}"), /'arrival\.prolific_pid'/],
      [consent("arrival", `{"PROLIFIC_PID":"${"x".repeat(129)}"}`), /'arrival\.PROLIFIC_PID'/], [consent("arrival", "{\"PROLIFIC_PID\":7}"), /'arrival\.PROLIFIC_PID'/],
      [consent("data_protection_sha256", "\"0\""), /'data_protection_sha256'/], [`{"consent_sha256":"${"0".repeat(64)}","participant_id":"x"}`, /'participant_id'/],
    ],
  },
};

for (const [what, { method, path, cases }] of Object.entries(TABLE)) {
  test(`each of ${String(cases.length + NO_MESSAGE.length)} bad bodies of ${what} is refused with a sentence that names the field`, async (t) => {
    const folder = temporaryFolder(t);
    const data = await importPictures(folder, 10);
    await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(10), 4)], settings: { sessions_per_condition: 9 } });
    const server = await serve(t, data);
    const person = new Participant(server);
    if (what !== "the consent") await person.begin("cat");
    const before = await send(server, "GET", "/api/v1/session", { token: person.token });
    for (const [body, named, status = 400] of [...NO_MESSAGE, ...cases]) {
      const reply = await person.send(method, path, body);
      const shown = Buffer.from(body).subarray(0, 120).toString();
      assert.equal(reply.status, status, `${shown} gave ${reply.text}`);
      assert.match(errorOf(reply).message, named, shown);
      assert.ok(!reply.text.includes("\ufffd"), `cut inside a character: ${reply.text}`);
      assert.equal(errorOf(reply).kind, status === 413 ? "too_large" : "invalid");
    }
    assert.equal((await send(server, "GET", "/api/v1/session", { token: person.token })).text, before.text);
    for (const table of ["trial", "event", "questionnaire", "arrival"]) assert.equal(number(data, `SELECT count(*) FROM ${table}`), 0);
    assert.equal(number(data, "SELECT count(*) FROM comprehension_attempt"), what === "the consent" ? 0 : 1);
    assert.equal(number(data, "SELECT count(*) FROM session"), what === "the consent" ? 0 : 1);
    expectStatus(await send(server, "GET", "/healthz"), 200);
  });
}
