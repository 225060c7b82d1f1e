// The description of the interface is held against the router's table and against what the server really says.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Group } from "../../web/dashboard/types.ts";
import type { SessionDocument } from "../../web/wire/types.ts";
import { PASSWORD, Participant, QUESTIONNAIRE, Researcher, responseBody, RIGHT_ANSWERS, send, type Reply, type Sending } from "./support/client.ts";
import { query } from "./support/database.ts";
import { jsonSchema, operations, problems, readDescription, references, resolve } from "./support/openapi.ts";
import { png, zip } from "./support/pictures.ts";
import { serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { routes, type Route } from "./support/router.ts";
import { EventStream } from "./support/stream.ts";
import { categoryCondition, createProject, createStudy, importPictures, pictureNames, rewardCondition, SET } from "./support/study.ts";
import { codeOf } from "./support/totp.ts";

const DESCRIPTION = readDescription();
const OPERATIONS = operations(DESCRIPTION);

/** The router names no parameters. */
function withoutNames(path: string): string {
  return path.replace(/^\/(studies|projects|stimulus-sets)\/\{\w+\}$/, "/$1/{*}").replace(/\{\w+\}/g, "{}");
}

function routeOf(operation: string): Route | undefined {
  const [method = "", path = ""] = operation.split(" ");
  return routes().find((route) => route.method === method && route.path === withoutNames(path));
}

test("every route of the router is described, and nothing else is", () => {
  const routed = routes().map(({ method, path }) => `${method} ${path}`).sort();
  const described = [...OPERATIONS.keys()].map((operation) => withoutNames(operation.replace(/^(\S+) (.*)$/, "$2")).replace(/^/, `${operation.split(" ")[0] ?? ""} `)).sort();
  assert.deepEqual(described, routed);
});

test("the description asks for the same credentials as the router", () => {
  const expected: Record<string, unknown[]> = {
    AUTH_NONE: [], AUTH_TOKEN: [["token"]], AUTH_PARTICIPANT: [["token"]], AUTH_RESEARCHER: [["login"]],
    AUTH_MEDIA: [["token"], ["login"], ["signature"]],
  };
  for (const [name, operation] of OPERATIONS) {
    const route = routeOf(name);
    const security = operation.security?.map((one) => Object.keys(one)) ?? null;
    const isChange = route?.auth === "AUTH_RESEARCHER" && route.method !== "GET";
    assert.deepEqual(security, isChange ? [["login", "csrf"]] : expected[route?.auth ?? ""], name);
    if (route?.auth !== "AUTH_NONE") assert.ok("401" in operation.responses, name);
  }
});

test("every reference leads somewhere, every part is used, and every parameter of a path is declared", () => {
  const used = new Set(references(DESCRIPTION));
  for (const reference of used) resolve(DESCRIPTION, { $ref: reference });
  for (const [kind, parts] of Object.entries(DESCRIPTION.components)) {
    if (kind === "securitySchemes") continue;
    // What streams carry is named in their sentences only.
    for (const name of Object.keys(parts)) assert.ok(used.has(`#/components/${kind}/${name}`) || ["TrialEvent", "SessionsEvent"].includes(name), `${kind}/${name} is not used`);
  }
  for (const [path, item] of Object.entries(DESCRIPTION.paths)) {
    const declared = ((item.parameters ?? []) as object[]).map((parameter) => resolve(DESCRIPTION, parameter) as { name: string; in: string })
      .filter((parameter) => parameter.in === "path").map(({ name }) => name);
    assert.deepEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name), declared, path);
  }
});

/** Sends, and holds every reply and every accepted message against the description. */
class Examiner {
  readonly seen = new Set<string>();

  constructor(readonly server: Server) {}

  async call(operation: string, parameters: string[], sending: Sending = {}): Promise<Reply> {
    const [method = "", template = ""] = operation.split(" ");
    let at = 0;
    const reply = await send(this.server, method, template.replace(/\{\w+\}/g, () => parameters[at++] ?? ""), sending);
    const described = OPERATIONS.get(operation);
    const response = described?.responses[String(reply.status)];
    assert.ok(response !== undefined, `${operation} gave ${String(reply.status)}, which is not described: ${reply.text}`);
    const type = (reply.headers.get("Content-Type") ?? "").split(";")[0] ?? "";
    const { content = {} } = resolve(DESCRIPTION, response) as { content?: Record<string, unknown> };
    assert.ok(type in content, `${operation} ${String(reply.status)} is ${type}`);
    const schema = jsonSchema(DESCRIPTION, response);
    if (schema !== null && type === "application/json") assert.deepEqual(problems(DESCRIPTION, schema, JSON.parse(reply.text)), [], operation);
    const message = jsonSchema(DESCRIPTION, described?.requestBody);
    if (message !== null && reply.status < 300) assert.deepEqual(problems(DESCRIPTION, message, sending.body), [], `${operation} took what is not described`);
    this.seen.add(`${operation} ${String(reply.status)}`);
    return reply;
  }
}

async function playAs(examiner: Examiner, server: Server, slug: string): Promise<Participant> {
  const person = new Participant(server);
  const { token } = person;
  const open = JSON.parse((await examiner.call("GET /api/v1/open-studies/{slug}", [slug])).text) as { consent: { sha256: string } };
  const visit = await examiner.call("POST /api/v1/open-studies/{slug}/arrivals", [slug], { body: { visit: token } });
  assert.deepEqual(JSON.parse(visit.text), { is_counted: true });
  await examiner.call("POST /api/v1/open-studies/{slug}/arrivals", [slug], { body: { visit: "short" } });
  await examiner.call("POST /api/v1/open-studies/{slug}/arrivals", ["none"], { body: { visit: token } });
  const enrolment = { consent_sha256: open.consent.sha256, age: 30 };
  const document = JSON.parse((await examiner.call("POST /api/v1/open-studies/{slug}/sessions", [slug], { token, body: enrolment })).text) as SessionDocument;
  await examiner.call("POST /api/v1/open-studies/{slug}/sessions", [slug], { token, body: enrolment });
  await examiner.call("POST /api/v1/session/page", [], { token, body: {} });
  await examiner.call("POST /api/v1/session/page", [], { token, body: { arrival: [] } });
  await examiner.call("POST /api/v1/session/events", [], { token, body: { events: [{ event_index: 0, kind: "focus_lost", at_ms: 1, trial_index: null, detail: "x" }] } });
  await examiner.call("PUT /api/v1/session/trials/{trial_index}", ["0"], { token, body: responseBody(0, 1) });
  await examiner.call("POST /api/v1/session/comprehension", [], { token, body: { answers: [0, 0, 0] } });
  await examiner.call("POST /api/v1/session/comprehension", [], { token, body: { answers: RIGHT_ANSWERS } });
  await examiner.call("PUT /api/v1/session/questionnaire", [], { token, body: QUESTIONNAIRE });
  await examiner.call("POST /api/v1/session/finish", [], { token });
  for (const [phase, { count }] of [["practice", document.practice], ["trials", document.trials]] as const) {
    const operation = `PUT /api/v1/session/${phase}/{trial_index}`;
    for (let index = 0; index < count; index++) {
      await examiner.call("GET /api/v1/session", [], { token });
      if (index + 1 < count) await examiner.call(operation, [String(index + 1)], { token, body: responseBody(index, 1) });
      await examiner.call(operation, [String(index)], { token, body: responseBody(index, 1) });
      await examiner.call(operation, [String(index)], { token, body: responseBody(index, 0) });
    }
    await examiner.call(operation, [String(count)], { token, body: responseBody(count, 1) });
    await examiner.call(operation, ["0"], { token, body: "{}" });
  }
  await examiner.call("GET /media/{sha256}", [document.trials.stimuli[0]?.[0] ?? ""], { token });
  await examiner.call("GET /media/{sha256}", ["0".repeat(64)], { token });
  await examiner.call("POST /api/v1/session/finish", [], { token });
  await examiner.call("PUT /api/v1/session/questionnaire", [], { token, body: QUESTIONNAIRE });
  await examiner.call("POST /api/v1/session/finish", [], { token });
  await examiner.call("GET /api/v1/session", [], { token });
  return person;
}

/** Stops, and then asks for deletion. */
async function leaveAs(examiner: Examiner, person: Participant): Promise<void> {
  const { token } = person;
  await examiner.call("GET /api/v1/session/withdraw", [], { token });
  await examiner.call("POST /api/v1/session/withdraw", [], { token, body: {} });
  for (const isDeletion of [false, false, true, true]) await examiner.call("POST /api/v1/session/withdraw", [], { token, body: { is_deletion: isDeletion } });
}

/** Rights: one's own account, others, a study's members. Leaves the one who asks logged in. */
async function manageAs(examiner: Examiner, cookie: string, csrf: string): Promise<void> {
  const by = { cookie, csrf };
  await examiner.call("POST /api/v1/account/password", [], { ...by, body: { old_password: "wrong", new_password: PASSWORD } });
  await examiner.call("POST /api/v1/account/password", [], { ...by, body: { old_password: PASSWORD, new_password: PASSWORD } });
  const wish = { name: "laptop", scope: "read", study: "cat", days: 30 };
  const made = JSON.parse((await examiner.call("POST /api/v1/account/tokens", [], { ...by, body: wish })).text) as { id: number; token: string };
  for (const body of [wish, { ...wish, scope: "all" }, { ...wish, study: "none" }]) await examiner.call("POST /api/v1/account/tokens", [], { ...by, body });
  await examiner.call("GET /api/v1/studies/{slug}", ["cat"], { token: made.token });
  await examiner.call("POST /api/v1/studies/{slug}/group/loo", ["cat"], { token: made.token });
  await examiner.call("POST /api/v1/account/totp/confirm", [], { ...by, body: { code: "123456" } });
  const { secret } = JSON.parse((await examiner.call("POST /api/v1/account/totp", [], by)).text) as { secret: string };
  for (const code of ["no code", codeOf(secret), codeOf(secret)]) await examiner.call("POST /api/v1/account/totp/confirm", [], { ...by, body: { code } });
  await examiner.call("POST /api/v1/account/totp", [], by);
  await examiner.call("GET /api/v1/account/totp", [], { cookie });
  for (const totp of [codeOf(secret, 1), "", "1", "2", "3", "4", "5", "6"]) await examiner.call("POST /api/v1/login", [], { body: { name: "ada", password: PASSWORD, totp } });
  for (const password of ["", "wrong", PASSWORD]) await examiner.call("POST /api/v1/account/totp/off", [], { ...by, body: { password } });
  await examiner.call("GET /api/v1/account/tokens", [], { cookie });
  for (const id of [made.id, made.id]) await examiner.call("DELETE /api/v1/account/tokens/{id}", [String(id)], by);
  for (const body of [{ site_role: "researcher" }, { role: "viewer", study: "cat" }, { for_account: "none" }, { role: "king", study: "cat" }])
    await examiner.call("POST /api/v1/invitations", [], { ...by, body });
  const invited = JSON.parse((await examiner.call("POST /api/v1/studies/{slug}/invitations", ["cat"], { ...by, body: { role: "researcher" } })).text) as { token: string };
  await examiner.call("POST /api/v1/setup", [], { body: { token: invited.token, name: "bob", password: PASSWORD } });
  const people = JSON.parse((await examiner.call("GET /api/v1/accounts", [], { cookie })).text) as { invitations: { id: number }[] };
  for (const id of [people.invitations[0]?.id, 999]) await examiner.call("DELETE /api/v1/invitations/{id}", [String(id)], by);
  for (const [name, body] of [["bob", { site_role: "viewer", is_active: true }], ["ada", { site_role: "viewer", is_active: true }], ["none", { is_active: true }]] as const)
    await examiner.call("PATCH /api/v1/accounts/{name}", [name], { ...by, body });
  await examiner.call("PUT /api/v1/studies/{slug}/members/{name}", ["cat", "bob"], { ...by, body: { role: "owner" } });
  for (const what of ["role", "people"]) await examiner.call(`GET /api/v1/studies/{slug}/${what}`, ["cat"], { cookie });
  for (const name of ["bob", "bob"]) await examiner.call("DELETE /api/v1/studies/{slug}/members/{name}", ["cat", name], by);
  for (const until of ["2099-12-31", "never", null]) await examiner.call("PUT /api/v1/studies/{slug}/retention", ["cat"], { ...by, body: { until } });
  for (const body of ["Participant id,Status\r\nx,APPROVED\r\n", "x"]) await examiner.call("POST /api/v1/studies/{slug}/reconciliation", ["cat"], { ...by, body });
  await examiner.call("GET /api/v1/audit", [], { cookie });
  const other = await Researcher.logIn(examiner.server, "bob");
  await examiner.call("GET /api/v1/audit", [], { cookie: other.cookie });
  await examiner.call("POST /api/v1/account/end-logins", [], { cookie: other.cookie, csrf: other.csrf });
}

async function watchAs(examiner: Examiner, server: Server, sessionIds: Record<string, string>): Promise<void> {
  const setup = { token: server.setupToken, name: "ada", password: PASSWORD };
  await examiner.call("POST /api/v1/setup", [], { body: { ...setup, password: "short" } });
  await examiner.call("POST /api/v1/setup", [], { body: setup });
  await examiner.call("POST /api/v1/setup", [], { body: setup });
  await examiner.call("POST /api/v1/login", [], { body: { name: "ada", password: "wrong" } });
  const login = await examiner.call("POST /api/v1/login", [], { body: { name: "ada", password: PASSWORD } });
  const cookie = (login.headers.get("Set-Cookie") ?? "").split(";")[0] ?? "";
  const csrf = (JSON.parse(login.text) as { csrf_token: string }).csrf_token;
  await examiner.call("GET /api/v1/account", [], { cookie });
  for (const [slug, id] of Object.entries(sessionIds)) {
    await until("the fits are ready", async () => {
      const { models } = JSON.parse((await examiner.call("GET /api/v1/studies/{slug}/sessions/{session_id}", [slug, id], { cookie })).text) as { models: { is_ready: boolean }[] };
      return models.every(({ is_ready: isReady }) => isReady) ? true : null;
    });
    await examiner.call("GET /api/v1/studies/{slug}", [slug], { cookie });
    await examiner.call("POST /api/v1/studies/{slug}/group/loo", [slug], { cookie, csrf });
    await until("leaving one out is done", async () => {
      const { models, loo_job: job } = JSON.parse((await examiner.call("GET /api/v1/studies/{slug}/group", [slug], { cookie })).text) as Group;
      return job === null && models.every(({ loo, mixed }) => loo !== null && mixed !== null) ? true : null;
    });
    await examiner.call("GET /api/v1/studies/{slug}/representations", [slug], { cookie });
    await examiner.call("GET /api/v1/studies/{slug}/exports", [slug], { cookie });
    for (const file of ["manifest.json", "psych-ds.zip", "trials.ndjson"]) await examiner.call("GET /api/v1/studies/{slug}/exports/{file}", [slug, file], { cookie });
    for (const table of ["trials", "sessions", "events", "questionnaire", "fits", "fit-trials", "jspsych"]) await examiner.call("GET /api/v1/studies/{slug}/exports/{file}", [slug, `${table}.csv`], { cookie });
  }
  await examiner.call("GET /api/v1/studies", [], { cookie });
  await examiner.call("GET /api/v1/projects", [], { cookie });
  await examiner.call("GET /api/v1/projects/{slug}", ["both"], { cookie });
  await examiner.call("GET /api/v1/projects/{slug}", ["none"], { cookie });
  await examiner.call("GET /api/v1/projects/{slug}", ["both"]);
  await examiner.call("GET /api/v1/system", [], { cookie });
  await examiner.call("GET /api/v1/system", []);
  for (const operation of OPERATIONS.keys()) {
    if (!operation.includes("/api/v1/studies/{slug}")) continue;
    await examiner.call(operation, ["none", "s-none"], { cookie });
    await examiner.call(operation, ["none", "s-none"]);
  }
  await manageAs(examiner, cookie, csrf);
  await examiner.call("POST /api/v1/logout", [], { cookie });
  await examiner.call("POST /api/v1/logout", [], { cookie, csrf });
}

/** Makes a study, changes it, and takes it from step to step. */
async function makeAs(examiner: Examiner, cookie: string, csrf: string): Promise<void> {
  const body = { slug: "made", title: "Made", task: "category", stimulus_set: SET, representations: ["task"], generative: "noise", condition_count: 1, settings: { trial_count: 2, bin_count: 1, loading_max: 100 } };
  const sending = { cookie, csrf };
  await examiner.call("GET /api/v1/study-settings/{task}", ["category"], { cookie });
  await examiner.call("GET /api/v1/study-settings/{task}", ["none"], { cookie });
  for (const message of [{ ...body, settings: { trial_count: 0 } }, body, body]) await examiner.call("POST /api/v1/studies", [], { ...sending, body: message });
  await examiner.call("GET /api/v1/studies/{slug}/definition", ["made"], { cookie });
  for (const message of [{ title: "Other" }, { settings: { colour: 1 } }]) await examiner.call("PATCH /api/v1/studies/{slug}", ["made"], { ...sending, body: message });
  for (const state of ["paused", "pilot", "open", "none"]) await examiner.call("POST /api/v1/studies/{slug}/state", ["made"], { ...sending, body: { state } });
  await examiner.call("PATCH /api/v1/studies/{slug}", ["made"], { ...sending, body: { settings: { trial_count: 4 } } });
  for (const message of [{ ...body, slug: "checked" }, { ...body, settings: { trial_count: 0 } }]) await examiner.call("POST /api/v1/study-checks", [], { ...sending, body: message });
  for (const slug of ["copy", "copy", "No Slug"]) await examiner.call("POST /api/v1/studies/{slug}/duplicate", ["made"], { ...sending, body: { slug, title: "Copy" } });
  const file = JSON.parse((await examiner.call("GET /api/v1/studies/{slug}/file", ["made"], { cookie })).text) as { study: object };
  for (const message of [file, {}, { ...file, study: { ...file.study, slug: "again" } }]) await examiner.call("POST /api/v1/study-files", [], { ...sending, body: message });
  await examiner.call("POST /api/v1/studies", [], { ...sending, body: { ...body, slug: "blind", state: "open", settings: { ...body.settings, blind: { is_blind: true, stop_finished_sessions: 5 } } } });
  for (let time = 0; time < 2; time++) await examiner.call("POST /api/v1/studies/{slug}/unblind", ["blind"], { ...sending, body: { reason: "A check of the stimuli." } });
}

/** A file in one piece, and what is refused on the way. */
async function uploadAs(examiner: Examiner, cookie: string, csrf: string): Promise<void> {
  const by = { cookie, csrf };
  await examiner.call("POST /api/v1/uploads", [], { ...by, body: { name: "x", byte_count: 0 } });
  await examiner.call("POST /api/v1/uploads", [], { cookie, body: { name: "x", byte_count: 1 } });
  const begun = await examiner.call("POST /api/v1/uploads", [], { ...by, body: { name: "three bytes", byte_count: 3 } });
  const { upload } = JSON.parse(begun.text) as { upload: string };
  const PIECE = "PUT /api/v1/uploads/{upload}/{offset}";
  await examiner.call(PIECE, [upload, "1"], { ...by, body: "abc" });
  await examiner.call(PIECE, [upload, "0"], { ...by, body: "abcd" });
  await examiner.call(PIECE, [upload, "0"], { cookie, body: "abc" });
  await examiner.call(PIECE, [upload, "0"], { body: "abc" });
  await examiner.call(PIECE, ["none", "0"], { ...by, body: "abc" });
  await examiner.call(PIECE, [upload, "0"], { ...by, body: "abc" });
  for (const id of [upload, "none"]) await examiner.call("GET /api/v1/uploads/{upload}", [id], { cookie });
  await examiner.call("GET /api/v1/uploads/{upload}", [upload]);
}

/** A matrix of as many rows as the set has pictures. */
async function importAs(examiner: Examiner, cookie: string, csrf: string): Promise<void> {
  const by = { cookie, csrf };
  const REPRESENTATION = "POST /api/v1/stimulus-sets/{set}/representations";
  const matrix = Array.from({ length: 20 }, (_, row) => `${String(row)} 1`).join("\n");
  const begun = await examiner.call("POST /api/v1/uploads", [], { ...by, body: { name: "matrix.txt", byte_count: matrix.length } });
  const { upload } = JSON.parse(begun.text) as { upload: string };
  const body = { name: "sent", upload, family: "made up", parameter_count: 12 };
  await examiner.call(REPRESENTATION, ["pictures"], { ...by, body });
  await examiner.call("PUT /api/v1/uploads/{upload}/{offset}", [upload, "0"], { ...by, body: matrix });
  await examiner.call(REPRESENTATION, ["pictures"], { cookie, body });
  await examiner.call(REPRESENTATION, ["pictures"], { body });
  await examiner.call(REPRESENTATION, ["none"], { ...by, body });
  await examiner.call(REPRESENTATION, ["pictures"], { ...by, body: { ...body, parameter_count: 0 } });
  await examiner.call(REPRESENTATION, ["pictures"], { ...by, body });
  const SCORES = "PUT /api/v1/stimulus-sets/{set}/scores";
  const table = "representation,benchmark,score\ntask,imagenet,0.8\nsent,imagenet,0.7\n";
  await examiner.call(SCORES, ["pictures"], { ...by, body: table });
  await examiner.call(SCORES, ["pictures"], { ...by, body: "score\n1\n" });
  await examiner.call(SCORES, ["none"], { ...by, body: table });
  await examiner.call(SCORES, ["pictures"], { cookie, body: table });
  await examiner.call(SCORES, ["pictures"], { body: table });
  await examiner.call("GET /api/v1/studies/{slug}/scores", ["cat"], { cookie });
}

/** A zip of one picture, pictures along a dimension, and a link. */
async function materialAs(examiner: Examiner, cookie: string, csrf: string): Promise<void> {
  const by = { cookie, csrf };
  const [SETS, IMPORT, DIMENSION, LINK] = ["POST /api/v1/stimulus-sets", "GET /api/v1/imports/{import}",
    "GET /api/v1/stimulus-sets/{set}/dimensions/{representation}/{index}", "POST /api/v1/media/{sha256}/links"] as const;
  const bytes = zip([{ name: "thing/thing_01b.png", bytes: png(20, 10, 1) }]);
  const { upload } = JSON.parse((await examiner.call("POST /api/v1/uploads", [], { ...by, body: { name: "one.zip", byte_count: bytes.length } })).text) as { upload: string };
  await examiner.call(SETS, [], { ...by, body: { name: "one", upload } });
  await examiner.call("PUT /api/v1/uploads/{upload}/{offset}", [upload, "0"], { ...by, body: bytes });
  for (const name of ["pictures", "No"]) await examiner.call(SETS, [], { ...by, body: { name, upload } });
  await examiner.call(SETS, [], { ...by, body: { name: "one", upload: "0".repeat(32) } });
  await examiner.call(SETS, [], { cookie, body: { name: "one", upload } });
  await examiner.call(SETS, [], { body: { name: "one", upload } });
  const begun = JSON.parse((await examiner.call(SETS, [], { ...by, body: { name: "one", upload } })).text) as { import: number };
  await until("the import ends", async () => {
    const { state } = JSON.parse((await examiner.call(IMPORT, [String(begun.import)], { cookie })).text) as { state: string };
    return state === "running" ? null : state;
  });
  await examiner.call(IMPORT, ["none"], { cookie });
  await examiner.call(IMPORT, ["1"]);
  await examiner.call("GET /api/v1/stimulus-sets", [], { cookie });
  await examiner.call("GET /api/v1/stimulus-sets", []);
  await examiner.call(DIMENSION, ["pictures", "task", "0"], { cookie });
  await examiner.call(DIMENSION, ["pictures", "task", "1000"], { cookie });
  await examiner.call(DIMENSION, ["pictures", "task", "0"]);
  const [{ sha } = { sha: "" }] = query<{ sha: string }>(examiner.server.data, "SELECT lower(hex(media_sha256)) AS sha FROM stimulus");
  const { url } = JSON.parse((await examiner.call(LINK, [sha], { ...by, body: { valid_s: 60 } })).text) as { url: string };
  await examiner.call("GET /media/{sha256}", [url.replace("/media/", "")]);
  await examiner.call("GET /media/{sha256}", [`${url.replace("/media/", "")}0`]);
  await examiner.call(LINK, [sha], { ...by, body: { valid_s: 0 } });
  await examiner.call(LINK, ["0".repeat(64)], { ...by, body: { valid_s: 60 } });
  await examiner.call(LINK, [sha], { cookie, body: { valid_s: 60 } });
  await examiner.call(LINK, [sha], { body: { valid_s: 60 } });
}

test("whole sessions of both tasks and a researcher's visit are as described, message by message", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const names = pictureNames(20);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, names, 4)] });
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [rewardCondition(seeded(2), 1, names, 4, 2)] });
  await createProject(data, "both", ["cat", "rew"]);
  const server = await serve(t, data);
  const examiner = new Examiner(server);
  for (const slug of ["cat", "rew"]) await playAs(examiner, server, slug);
  const rows = query<{ slug: string; id: string }>(data, "SELECT slug, public_id AS id FROM session JOIN study USING (study_id)");
  await watchAs(examiner, server, Object.fromEntries(rows.map(({ slug, id }) => [slug, id])));
  const leaving = new Participant(server);
  await leaving.begin("cat");
  const [{ id: leavingId } = { id: "" }] = query<{ id: string }>(data, "SELECT public_id AS id FROM session ORDER BY session_id DESC LIMIT 1");
  await leaveAs(examiner, leaving);
  const { cookie, csrf } = await Researcher.logIn(server);
  await makeAs(examiner, cookie, csrf);
  await uploadAs(examiner, cookie, csrf);
  await importAs(examiner, cookie, csrf);
  await materialAs(examiner, cookie, csrf);
  await examiner.call("GET /api/v1/studies/{slug}/sessions/{session_id}", ["cat", leavingId], { cookie });
  await examiner.call("GET /api/v1/studies/{slug}/sessions/{session_id}/stream", ["cat", leavingId], { cookie });
  await examiner.call("GET /healthz", []);
  for (const path of ["/", "/login", "/setup", "/new-study", "/projects", "/system", "/stimulus-sets"]) await examiner.call(`GET ${path}`, []);
  const page = await examiner.call("GET /s/{slug}", ["cat"]);
  await examiner.call("GET /studies/{rest}", ["cat/sessions/x"]);
  await examiner.call("GET /projects/{rest}", ["both"]);
  await examiner.call("GET /stimulus-sets/{rest}", ["pictures/import"]);
  await examiner.call("GET /assets/{name}", [/\/assets\/([^"]+)"/.exec(page.text)?.[1] ?? ""]);
  await examiner.call("GET /assets/{name}", ["none.js"]);
  await examiner.call("GET /api/v1/open-studies/{slug}", ["none"]);
  await examiner.call("GET /api/v1/open-studies/{slug}/documents/{kind}", ["cat", "data_protection"]);
  await examiner.call("GET /api/v1/open-studies/{slug}/documents/{kind}", ["cat", "contact"]);
  for (const operation of OPERATIONS.keys()) {
    if (operation.endsWith("/stream")) continue; // its events are the next test
    assert.ok([...examiner.seen].some((seen) => seen.startsWith(`${operation} 20`)), `${operation} was never seen to succeed`);
  }
});

test("the events of both streams are as described", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(20), 5)] });
  const server = await serve(t, data);
  const login = await send(server, "POST", "/api/v1/setup", { body: { token: server.setupToken, name: "ada", password: PASSWORD } });
  const cookie = (login.headers.get("Set-Cookie") ?? "").split(";")[0] ?? "";
  const person = new Participant(server);
  await person.begin("cat");
  const id = query<{ id: string }>(data, "SELECT public_id AS id FROM session")[0]?.id ?? "";
  const study = await EventStream.open(server, "/api/v1/studies/cat/stream", cookie);
  const session = await EventStream.open(server, `/api/v1/studies/cat/sessions/${id}/stream`, cookie);
  await Promise.all([study.take(1), session.take(1)]);
  await person.play(() => 1);
  await person.finish();
  const isOver = ({ data: text }: { data: string }): boolean => text.includes('"state":"finished"');
  const events = { study: await study.until("the end", (all) => all.some(isOver)), session: await session.until("the end", (all) => all.some(isOver)) };
  study.close();
  session.close();
  const named = { study: { snapshot: "StudySnapshot", sessions: "SessionsEvent", value_tables: "ValueTables" }, session: { snapshot: "Live", trial: "TrialEvent", session: "Session" } };
  for (const kind of ["study", "session"] as const) {
    for (const { name, data: text } of events[kind]) {
      const schema = (named[kind] as Record<string, string>)[name];
      assert.ok(schema !== undefined, `${kind} stream: ${name}`);
      assert.deepEqual(problems(DESCRIPTION, { $ref: `#/components/schemas/${schema}` }, JSON.parse(text)), [], name);
    }
  }
  assert.ok(events.session.some(({ name }) => name === "trial"));
});
