// From a platform's link into a study and back: every platform, every refusal, and one session for each person.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import type { ComprehensionReply, OpenStudy, PageClaim } from "../../web/wire/types.ts";
import { errorOf, expectStatus, parsed, Participant, responseBody, RIGHT_ANSWERS, send } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { dinolab, dinolabDone, serve } from "./support/program.ts";
import { addStudy, come, comeIn, expectRefused, makePlace, openStudy, PROLIFIC, prolificReturn, serveStudies } from "./support/recruited.ts";

const NOWHERE = { method: "link", url: "", fields: {}, code: "" } as const;

async function playThrough(person: Participant): ReturnType<Participant["finish"]> {
  await person.understand();
  await person.play(() => 1);
  return person.finish();
}

const VISION = {
  id: "vision", question: { en: "Do you see colours well?", de: "Sehen Sie Farben gut?" },
  options: { en: ["Yes", "No"], de: ["Ja", "Nein"] }, accepted: [0],
};

test("an open study says its platform, ages, questions in the language and ways back, and not whose answers are accepted", async (t) => {
  const server = await serveStudies(t,
    { slug: "pro", recruitment: { ...PROLIFIC, age_min: 20, age_max: 40, eligibility: [VISION] }, settings: { inputs: ["keyboard", "touch"] } },
    { slug: "plain", recruitment: {} },
    { slug: "late", recruitment: { ...PROLIFIC, opens_at: "2099-01-01T00:00Z" } },
    { slug: "gone", recruitment: { ...PROLIFIC, closes_at: "2020-01-01T00:00Z" } });
  const pro = await openStudy(server, "pro", "de-AT");
  assert.deepEqual(
    [pro.platform, pro.age, pro.eligibility, pro.inputs, pro.is_open, pro.is_full, pro.is_pilot],
    ["prolific", { min: 20, max: 40 }, [{ id: "vision", question: "Sehen Sie Farben gut?", options: ["Ja", "Nein"] }], ["keyboard", "touch"], true, false, false]);
  assert.deepEqual([pro.no_consent_return, pro.quota_full_return, pro.closed_reason], [prolificReturn("C-NO"), null, null]);
  assert.equal((await openStudy(server, "pro", "fr")).eligibility[0]?.question, "Do you see colours well?");
  assert.equal(JSON.stringify(pro).includes("accepted"), false);
  const plain = await openStudy(server, "plain");
  assert.deepEqual([plain.platform, plain.no_consent_return, plain.eligibility, plain.age], ["link", null, [], { min: 18, max: 90 }]);
  const states = async (slug: string): Promise<unknown[]> => {
    const open: OpenStudy = await openStudy(server, slug);
    return [open.is_open, open.closed_reason, open.is_full, open.quota_full_return];
  };
  assert.deepEqual(await states("late"), [false, "not_yet", false, prolificReturn("C-FULL")]);
  assert.deepEqual(await states("gone"), [false, "over", false, prolificReturn("C-FULL")]);
});

test("every platform lets its people in by their id and sends who has finished back as it wants them", async (t) => {
  const mturk = { assignmentId: "3ASSIGN", hitId: "3HIT", workerId: "A1", turkSubmitTo: "https://workersandbox.mturk.com" };
  const sona = "https://lab.sona-systems.com/webstudy_credit.aspx?experiment_id=1&survey_code=XXXX&last=1";
  const server = await serveStudies(t,
    { slug: "pro", recruitment: PROLIFIC }, { slug: "sona", recruitment: { platform: "sona", platform_url: sona } },
    { slug: "mturk", recruitment: { platform: "mturk", code_completed: "M-DONE" } }, { slug: "plain", recruitment: {} });
  const finish = async (slug: string, arrival: Record<string, string>): Promise<unknown> => {
    const person = new Participant(server);
    await comeIn(person, slug, arrival);
    const { method, url, fields, code } = await playThrough(person);
    return { method, url, fields, code };
  };
  assert.deepEqual(await finish("pro", { PROLIFIC_PID: "5f1e", STUDY_ID: "a", SESSION_ID: "b" }), prolificReturn("C-DONE"));
  assert.deepEqual(await finish("sona", { survey_code: "7&7" }), {
    method: "link", url: sona.replace("XXXX", "7%267"), fields: {}, code: "SECRET-CODE",
  });
  assert.deepEqual(await finish("mturk", mturk), {
    method: "form", url: "https://workersandbox.mturk.com/mturk/externalSubmit", fields: { assignmentId: "3ASSIGN", code: "M-DONE" }, code: "M-DONE",
  });
  assert.deepEqual(await finish("mturk", { ...mturk, workerId: "A2", turkSubmitTo: "https://evil.example" }), {
    method: "form", url: "https://www.mturk.com/mturk/externalSubmit", fields: { assignmentId: "3ASSIGN", code: "M-DONE" }, code: "M-DONE",
  });
  assert.deepEqual(await finish("plain", {}), {
    method: "link", url: "https://example.org/complete?code=SECRET-LINK", fields: {}, code: "SECRET-CODE",
  });
});

test("a worker who gives the task back and takes it again goes on, and the form carries the new assignment", async (t) => {
  const ids = { assignmentId: "3FIRST", hitId: "3HIT", workerId: "A1", turkSubmitTo: "https://www.mturk.com" };
  const server = await serveStudies(t, { slug: "mturk", recruitment: { platform: "mturk", code_completed: "M-DONE" } });
  const person = new Participant(server);
  await comeIn(person, "mturk", ids);
  const claim = async (arrival: Record<string, string>): Promise<void> => {
    expectStatus(await person.send("POST", "/api/v1/session/page", { arrival }), 200);
  };
  await claim({ ...ids, assignmentId: "3SECOND" });
  await claim({ ...ids, workerId: "A2", assignmentId: "3OF-SOMEBODY-ELSE" });
  await claim({ workerId: "A1" });
  await claim({});
  assert.deepEqual((await playThrough(person)).fields, { assignmentId: "3SECOND", code: "M-DONE" });
  const elsewhere = new Participant(server);
  await comeIn(elsewhere, "mturk", { ...ids, assignmentId: "3THIRD" }, 200);
  assert.deepEqual((await elsewhere.session()).completion?.fields, { assignmentId: "3SECOND", code: "M-DONE" }, "what is done is done for one assignment");
});

test("each refusal says its reason and the way back, and stores no session", async (t) => {
  const place = await makePlace(t,
    { slug: "first", recruitment: PROLIFIC }, { slug: "pro", recruitment: { ...PROLIFIC, eligibility: [VISION], excludes: ["first"] } },
    { slug: "late", recruitment: { ...PROLIFIC, opens_at: "2099-01-01T00:00Z" } },
    { slug: "gone", recruitment: { ...PROLIFIC, closes_at: "2020-01-01T00:00Z" } },
    { slug: "mturk", recruitment: { platform: "mturk", code_completed: "M-DONE" } }, { slug: "shut", recruitment: PROLIFIC },
    { slug: "small", recruitment: { ...PROLIFIC, quota: 1 } });
  await dinolabDone("study", "close", "--data", place.data, "--study", "shut");

  const server = await serve(t, place.data);
  const someone = (): Participant => new Participant(server);
  await comeIn(someone(), "first", { PROLIFIC_PID: "old" });
  await comeIn(someone(), "small", { PROLIFIC_PID: "one" });
  const before = number(server.data, "SELECT count(*) FROM session");
  const yes = { eligibility: { vision: 0 } };
  expectRefused(await come(someone(), "pro", {}, yes), 409, "no_id", null);
  expectRefused(await come(someone(), "pro", { PROLIFIC_PID: "{{%PROLIFIC_PID%}}" }, yes), 409, "no_id", null);
  expectRefused(await come(someone(), "pro", { PROLIFIC_PID: "old" }, yes), 409, "excluded", prolificReturn("C-OUT"));
  expectRefused(await come(someone(), "pro", { PROLIFIC_PID: "ann" }, { eligibility: { vision: 1 } }), 409, "screened_out", prolificReturn("C-OUT"));
  expectRefused(await come(someone(), "pro", { PROLIFIC_PID: "ann" }, yes), 409, "screened_out", prolificReturn("C-OUT"));
  expectRefused(await come(someone(), "pro", { PROLIFIC_PID: "ben" }, { ...yes, consent_sha256: "ab".repeat(32) }), 409, "consent_changed", null);
  expectRefused(await come(someone(), "late", { PROLIFIC_PID: "ann" }), 409, "not_yet", prolificReturn("C-FULL"));
  expectRefused(await come(someone(), "gone", { PROLIFIC_PID: "ann" }), 409, "over", prolificReturn("C-FULL"));
  expectRefused(await come(someone(), "shut", { PROLIFIC_PID: "ann" }), 409, "closed", prolificReturn("C-FULL"));
  expectRefused(await come(someone(), "mturk", { assignmentId: "ASSIGNMENT_ID_NOT_AVAILABLE" }), 409, "preview", null);
  assert.equal(expectRefused(await come(someone(), "small", { PROLIFIC_PID: "two" }), 409, "full", prolificReturn("C-FULL")).kind, "full");
  assert.equal(number(server.data, "SELECT count(*) FROM session"), before);
});

test("enrolments that no page sends are 400 and remembered for nobody", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: { ...PROLIFIC, eligibility: [VISION] } });
  const person = new Participant(server);
  const pid = { PROLIFIC_PID: "ann" };
  for (const [arrival, answers] of [
    [{ PROLIFIC_PID: "a".repeat(129) }, { eligibility: { vision: 0 } }], [{ prolific_pid: "ann" }, { eligibility: { vision: 0 } }],
    [pid, {}], [pid, { eligibility: { vision: 2 } }], [pid, { eligibility: { vision: 0, other: 0 } }], [pid, { eligibility: [0] }],
    [pid, { age: 131, eligibility: { vision: 0 } }], [pid, { age: "30", eligibility: { vision: 0 } }],
  ] as [Record<string, string>, Record<string, unknown>][])
    assert.equal(errorOf(expectStatus(await come(person, "pro", arrival, answers), 400)).kind, "invalid", JSON.stringify([arrival, answers]));
  expectStatus(await come(person, "pro", pid, { eligibility: { vision: 0 } }), 201);
});

test("the same person with another browser takes the session over, and the first browser is out", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC });
  const [phone, laptop] = [new Participant(server), new Participant(server)];
  await comeIn(phone, "pro", { PROLIFIC_PID: "ann" });
  await phone.understand();
  await phone.respond("trials", 0, 1);
  const taken = await comeIn(laptop, "pro", { PROLIFIC_PID: "ann", SESSION_ID: "another" }, 200);
  assert.equal(taken.trials.next_index, 1);
  expectStatus(await phone.send("GET", "/api/v1/session"), 401);
  expectStatus(await phone.put("trials", 1, responseBody(1, 1)), 401);
  await laptop.respond("trials", 1, 0);
  assert.deepEqual(query(server.data, "SELECT trial_index, response FROM trial"), [{ trial_index: 0, response: 1 }, { trial_index: 1, response: 0 }]);
  expectStatus(await come(laptop, "pro", { PROLIFIC_PID: "ben" }), 409); // a browser that somebody else used before
  assert.equal(number(server.data, "SELECT count(*) FROM session"), 1);
});

test("the same person asking with twenty browsers at once has one session and one condition", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC });
  const browsers = Array.from({ length: 20 }, () => new Participant(server));
  const replies = await Promise.all(browsers.map((browser) => come(browser, "pro", { PROLIFIC_PID: "ann" })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [...Array.from({ length: 19 }, () => 200), 201]);
  assert.deepEqual(query(server.data, "SELECT (SELECT count(*) FROM session) AS s, (SELECT count(*) FROM identity) AS i, (SELECT count(*) FROM participant) AS p"),
    [{ s: 1, i: 1, p: 1 }]);
  const inside = await Promise.all(browsers.map((browser) => browser.send("GET", "/api/v1/session")));
  assert.equal(inside.filter(({ status }) => status === 200).length, 1);
});

test("a blocking study tells who comes again that they have begun, and who finished that they have", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: { ...PROLIFIC, return_policy: "block" } });
  const person = new Participant(server);
  await comeIn(person, "pro", { PROLIFIC_PID: "ann" });
  expectRefused(await come(new Participant(server), "pro", { PROLIFIC_PID: "ann" }), 409, "returning", null);
  await playThrough(person);
  expectRefused(await come(new Participant(server), "pro", { PROLIFIC_PID: "ann" }), 409, "finished", null);
});

test("a page that is not in charge any more stores nothing, and can still read", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC });
  const person = new Participant(server);
  await comeIn(person, "pro", { PROLIFIC_PID: "ann" });
  const claim = async (): Promise<PageClaim> => parsed(expectStatus(await person.send("POST", "/api/v1/session/page", {}), 200));
  const old = await claim();
  const current = await claim();
  assert.equal(current.page_number, old.page_number + 1);
  assert.equal(current.session.trials.next_index, 0);
  const as = (page: number | string, method: string, path: string, body?: unknown): ReturnType<typeof send> =>
    send(server, method, `/api/v1/session${path}`, { token: person.token, headers: { "Dinolab-Page": String(page) }, ...(body === undefined ? {} : { body }) });
  const state = (): unknown => query(server.data, "SELECT s.*, (SELECT count(*) FROM trial) AS t, (SELECT count(*) FROM comprehension_attempt) AS c, (SELECT count(*) FROM event) AS e FROM session AS s");
  expectStatus(await as(current.page_number, "POST", "/comprehension", { answers: RIGHT_ANSWERS }), 200);
  expectStatus(await as(current.page_number, "PUT", "/trials/0", responseBody(0, 1)), 200);
  const before = state();
  for (const [method, path, body] of [
    ["PUT", "/trials/1", responseBody(1, 1)], ["PUT", "/trials/0", responseBody(0, 1)], ["POST", "/comprehension", { answers: RIGHT_ANSWERS }],
    ["POST", "/events", { events: [{ event_index: 0, kind: "focus_gained", at_ms: 0 }] }], ["POST", "/finish", {}], ["POST", "/page", {}],
    ["PUT", "/questionnaire", { gender: "", age: 30, strategy: "", is_included: true }],
  ] as [string, string, unknown][])
    assert.equal(errorOf(expectStatus(await as(old.page_number, method, path, body), 409)).kind, "superseded", path);
  assert.deepEqual(state(), before);
  expectStatus(await as(old.page_number, "GET", ""), 200);
  for (const odd of ["x", "-1", "1.5", "99999999999999999999"]) expectStatus(await as(odd, "PUT", "/trials/1", responseBody(1, 1)), 400);
  assert.deepEqual(state(), before);
  expectStatus(await as(current.page_number, "PUT", "/trials/1", responseBody(1, 1)), 200);
});

test("the last failed attempt ends the session with the way back, again when the reply was lost, and for every browser", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC, settings: { comprehension_attempts_max: 2 } });
  const person = new Participant(server);
  await comeIn(person, "pro", { PROLIFIC_PID: "ann" });
  const answer = async (answers: number[]): Promise<ComprehensionReply> =>
    parsed(expectStatus(await person.send("POST", "/api/v1/session/comprehension", { answers }), 200));
  const wrong = RIGHT_ANSWERS.map((option) => (option + 1) % 3);
  assert.deepEqual(await answer(wrong), { is_passed: false, attempt_count: 1, attempts_left: 1, is_over: false, return: null });
  const over = { is_passed: false, attempt_count: 2, attempts_left: 0, is_over: true, return: prolificReturn("C-FAIL") };
  assert.deepEqual(await answer(wrong), over);
  assert.deepEqual(await answer(RIGHT_ANSWERS), over);
  expectStatus(await person.put("trials", 0, responseBody(0, 1)), 410);
  for (const browser of [person, new Participant(server)])
    assert.equal(expectRefused(await come(browser, "pro", { PROLIFIC_PID: "ann" }), 410, "failed_comprehension", prolificReturn("C-FAIL")).kind, "gone");
  await comeIn(new Participant(server), "pro", { PROLIFIC_PID: "ben" });
});

test("a study that could not keep what its settings promise is not made", async (t) => {
  const place = await makePlace(t, { slug: "sona", recruitment: { platform: "sona", platform_url: "https://lab.example/c" } });
  for (const [recruitment, sentence] of [
    [{ excludes: ["sona"] }, /excludes' needs a platform that says who comes/],
    [{ platform: "personal", excludes: ["sona"] }, /excludes' needs a platform that says who comes/],
    [{ ...PROLIFIC, excludes: ["nothing"] }, /excludes\[0\]': there is no study 'nothing'/],
    [{ ...PROLIFIC, excludes: ["bad"] }, /excludes\[0\]': there is no study 'bad'/],
    [{ ...PROLIFIC, excludes: ["sona"] }, /the study 'sona' gets its participants by sona, this one by prolific/],
    [{ platform: "prolific" }, /code_completed' is needed for prolific/],
    [{ ...PROLIFIC, code_quota_full: "C-DONE" }, /code_quota_full' must differ/],
  ] as [Record<string, unknown>, RegExp][])
    await assert.rejects(addStudy(place, { slug: "bad", recruitment }), sentence);
  assert.equal(number(place.data, "SELECT count(*) FROM study"), 1);
});

test("personal links: each of its own, each for one session, in no other study; their file is written once", async (t) => {
  const place = await makePlace(t, { slug: "pers", recruitment: { platform: "personal" } }, { slug: "other", recruitment: { platform: "personal" } }, { slug: "plain", recruitment: {} });
  const words = (study: string, out: string, ...more: string[]): string[] =>
    ["study", "links", "--data", place.data, "--study", study, "--count", "30", "--out", out, ...more];
  const table = await dinolabDone(...words("pers", "-", "--url", "https://lab.example/"));
  const [head, ...lines] = table.trimEnd().split("\r\n");
  assert.equal(head, "number,link");
  const tokens = lines.map((line, at) => new RegExp(`^${String(at + 1)},https://lab\\.example/s/pers\\?link=([\\w-]{43})$`).exec(line)?.[1] ?? "");
  assert.equal(new Set(tokens).size, 30);
  assert.ok(!tokens.includes(""), table);

  const file = `${place.folder}/links.csv`;
  await dinolabDone(...words("pers", file));

  const first = readFileSync(file, "utf8");
  assert.match(first, /^number,link\r\n31,http:\/\/127\.0\.0\.1:8080\/s\/pers\?link=/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = await dinolab(...words("pers", file));
  assert.match(again.stderr, /is there already/);
  assert.equal(readFileSync(file, "utf8"), first);
  assert.equal(number(place.data, "SELECT count(*) FROM personal_link"), 60);
  assert.match((await dinolab(...words("plain", "-"))).stderr, /'plain' does not get its participants by personal links/);
  assert.match((await dinolab(...words("nothing", "-"))).stderr, /there is no study 'nothing'/);
  assert.notEqual((await dinolab(...words("pers", "-", "--url", "lab.example"))).status, 0);

  const server = await serve(t, place.data);
  const [link = "", second = ""] = tokens;
  const person = new Participant(server);
  expectRefused(await come(person, "other", { link }), 409, "no_id", null);
  expectRefused(await come(person, "pers", { link: "made-up" }), 409, "no_id", null);
  expectRefused(await come(person, "pers", {}), 409, "no_id", null);
  await comeIn(person, "pers", { link });
  await comeIn(new Participant(server), "pers", { link }, 200);
  await comeIn(new Participant(server), "pers", { link: second });
  assert.equal(number(server.data, "SELECT count(*) FROM personal_link WHERE used_at_ms IS NOT NULL"), 2);
});

test("who is refused without a code has nowhere to go, and is told so", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: { platform: "prolific", code_completed: "C-DONE" } });
  expectRefused(await come(new Participant(server), "pro", { PROLIFIC_PID: "ann" }, { age: 17 }), 409, "screened_out", NOWHERE);
});
