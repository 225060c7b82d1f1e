// People and rights: every route by every role, API tokens, invitations, and the log of what was done.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, makeToken, parsed, Participant, PASSWORD, Researcher, send, type Reply, type Sending } from "./support/client.ts";
import { databaseOf, number, query } from "./support/database.ts";
import { dinolab, dinolabDone, run, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { comeIn, PROLIFIC, serveStudies } from "./support/recruited.ts";
import { pathWith, routes, type Route } from "./support/router.ts";
import { categoryCondition, createProject, createStudy, importPictures, pictureNames } from "./support/study.ts";

const ROLES = ["viewer", "researcher", "owner"] as const;
type Role = (typeof ROLES)[number];

/** Two studies, "cat" and "dog", and the site's first owner "ada". */
async function start(t: TestContext): Promise<{ server: Server; ada: Researcher }> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 12, ["task"]);
  for (const slug of ["cat", "dog"])
    await createStudy(folder, data, { slug, task: "category", conditions: [1, 2].map((at) => categoryCondition(seeded(at), at, pictureNames(12), 4)) });
  await createProject(data, "dogs", ["dog"]);
  const server = await serve(t, data);
  return { server, ada: await Researcher.setUp(server) };
}

function change(who: Researcher, method: string, path: string, body?: unknown): Promise<Reply> {
  return send(who.server, method, `/api/v1${path}`, { cookie: who.cookie, csrf: who.csrf, ...(body === undefined ? {} : { body }) });
}

async function enterBy(server: Server, token: string, name: string): Promise<Researcher> {
  return Researcher.byReply(server, await send(server, "POST", "/api/v1/setup", { body: { token, name, password: PASSWORD } }));
}

async function invite(ada: Researcher, name: string, wish: { site_role?: Role; study?: string; role?: Role }): Promise<Researcher> {
  return enterBy(ada.server, parsed<{ token: string }>(expectStatus(await change(ada, "POST", "/invitations", wish), 201)).token, name);
}

async function makeApiToken(who: Researcher, wish: { scope: "read" | "write"; study?: string; days?: number }): Promise<string> {
  const body = { name: makeToken().slice(0, 8), days: 30, ...wish };
  return parsed<{ token: string }>(expectStatus(await change(who, "POST", "/account/tokens", body), 201)).token;
}

/** What the right of a route's row lets through, said a second time and independently of the program. */
const LEAST: Record<string, { site?: Role; study?: Role }> = {
  RIGHT_ACCOUNT: {}, RIGHT_LOGIN: {}, RIGHT_MAKE: { site: "researcher" }, RIGHT_SITE: { site: "owner" },
  RIGHT_VIEW: { study: "viewer" }, RIGHT_CHANGE: { study: "researcher" }, RIGHT_OWN: { study: "owner" },
};

function isAtLeast(role: Role | null, least: Role): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** 0: let through, whatever comes then. */
function refusalOf(route: Route, site: Role, study: Role | null): number {
  const least = LEAST[route.right];
  assert.ok(least !== undefined, `${route.method} ${route.path} has the right ${route.right}`);
  if (least.site !== undefined && !isAtLeast(site, least.site)) return 403;
  const inStudy = site === "owner" ? "owner" : study;
  if (least.study !== undefined && inStudy === null) return 404;
  return least.study !== undefined && !isAtLeast(inStudy, least.study) ? 403 : 0;
}

/** Asks and looks at the status alone: a stream would go on for ever. */
async function statusOf(server: Server, route: Route, sending: Sending): Promise<{ status: number; kind: string; message: string }> {
  const abort = new AbortController();
  const headers: Record<string, string> = {};
  if (sending.token !== undefined) headers.Authorization = `Bearer ${sending.token}`;
  if (sending.cookie !== undefined) headers.Cookie = sending.cookie;
  if (sending.csrf !== undefined) headers["X-CSRF-Token"] = sending.csrf;
  const init: RequestInit = { method: route.method, headers, signal: abort.signal };
  // A body that no route takes: who is let through changes nothing.
  if (route.method !== "GET") init.body = JSON.stringify({ nothing_of_this_name: true });
  const response = await fetch(server.url + pathWith(route.path, ["cat", "s-none"]), init);
  const isError = response.status >= 400;
  const { error } = isError ? (await response.json()) as { error: { kind: string; message: string } } : { error: { kind: "", message: "" } };
  abort.abort();
  return { status: response.status, ...error };
}

const RIGHTS_SENTENCE = /this needs the role|there is no study 'cat'|this needs a person who is logged in|API token is for/;

function assertRefusal(answer: { status: number; message: string }, expected: number, what: string): void {
  if (expected === 0) assert.ok(!RIGHTS_SENTENCE.test(answer.message), `${what}: ${String(answer.status)} ${answer.message}`);
  else assert.deepEqual([answer.status, RIGHTS_SENTENCE.test(answer.message)], [expected, true], `${what}: ${answer.message}`);
}

/** What ends the login that asks, or needs no body: asked elsewhere. */
const ENDS_LOGIN = ["/api/v1/logout", "/api/v1/account/end-logins"];
const OURS = routes().filter(({ auth, path }) => auth === "AUTH_RESEARCHER" && !ENDS_LOGIN.includes(path));

test("every route of researchers says whose it is, and no other route does", () => {
  assert.ok(OURS.length >= 25);
  for (const { method, path, auth, right } of routes())
    assert.equal(right !== "RIGHT_NONE", ["AUTH_RESEARCHER", "AUTH_MEDIA"].includes(auth), `${method} ${path}: ${right}`);
  for (const { method, path, right } of OURS)
    assert.equal(["RIGHT_VIEW", "RIGHT_CHANGE", "RIGHT_OWN"].includes(right), path.startsWith("/api/v1/studies/{}"), `${method} ${path}: ${right}`);
});

test("every route of researchers by every role on the site and in the study", async (t) => {
  const { server, ada } = await start(t);
  const people: [Researcher, Role, Role | null][] = [[ada, "owner", null]];
  for (const site of ["viewer", "researcher"] as const) {
    people.push([await invite(ada, `${site}-none`, { site_role: site }), site, null]);
    for (const role of ROLES) people.push([await invite(ada, `${site}-${role}`, { site_role: site, study: "cat", role }), site, role]);
  }
  for (const [who, site, role] of people) {
    for (const route of OURS) {
      const answer = await statusOf(server, route, { cookie: who.cookie, csrf: who.csrf });
      assertRefusal(answer, refusalOf(route, site, role), `${site} of the site, ${role ?? "nothing"} of the study: ${route.method} ${route.path}`);
    }
  }
});

test("every route of researchers by API tokens: the account's rights, less what the scope leaves out", async (t) => {
  const { server, ada } = await start(t);
  const bob = await invite(ada, "bob", { site_role: "researcher", study: "cat", role: "owner" });
  const eve = await invite(ada, "eve", { site_role: "viewer", study: "cat", role: "viewer" });
  for (const [who, site, role] of [[ada, "owner", "owner"], [bob, "researcher", "owner"], [eve, "viewer", "viewer"]] as const) {
    for (const scope of ["read", "write"] as const) {
      const token = await makeApiToken(who, { scope });
      for (const route of OURS) {
        const isChange = route.method !== "GET";
        const needsPerson = ["RIGHT_LOGIN", "RIGHT_SITE"].includes(route.right) || (route.right === "RIGHT_OWN" && isChange);
        const expected = needsPerson || (isChange && scope === "read") ? 403 : refusalOf(route, site, role);
        assertRefusal(await statusOf(server, route, { token }), expected, `${site}, ${scope}: ${route.method} ${route.path}`);
      }
    }
  }
});

test("a token for one study opens that one only, in lists too, and is a participant's token nowhere", async (t) => {
  const { server, ada } = await start(t);
  const token = await makeApiToken(ada, { scope: "write", study: "cat" });
  assert.match(token, /^dl_[A-Za-z0-9_-]{43}$/);
  expectStatus(await send(server, "GET", "/api/v1/studies/cat", { token }), 200);
  expectStatus(await send(server, "GET", "/api/v1/studies/dog", { token }), 404);
  assert.deepEqual(parsed<{ studies: { slug: string }[] }>(await send(server, "GET", "/api/v1/studies", { token })).studies.map(({ slug }) => slug), ["cat"]);
  assert.deepEqual(parsed<{ projects: unknown[] }>(await send(server, "GET", "/api/v1/projects", { token })).projects, []);
  expectStatus(await send(server, "GET", "/api/v1/projects/dogs", { token }), 404);
  expectStatus(await send(server, "POST", "/api/v1/studies/cat/group/loo", { token }), 202); // without X-CSRF-Token
  for (const path of ["/api/v1/session", "/api/v1/session/withdraw"]) expectStatus(await send(server, "GET", path, { token }), 401);
  const person = new Participant(server);
  await person.enrol("cat");
  expectStatus(await send(server, "GET", "/api/v1/studies", { token: person.token }), 401);
  expectStatus(await send(server, "GET", "/api/v1/studies", { token: `dl_${person.token}` }), 401);
});

test("a token ends when it is revoked, when its time is over, and with its account", async (t) => {
  const { server, ada } = await start(t);
  const bob = await invite(ada, "bob", { study: "cat", role: "viewer" });
  const [first, second] = [await makeApiToken(bob, { scope: "read" }), await makeApiToken(bob, { scope: "read" })];
  const { tokens } = await bob.read<{ tokens: { id: number; token?: string }[] }>("/api/v1/account/tokens");
  assert.deepEqual(tokens.map(({ token }) => token), [undefined, undefined]);
  const id = String(tokens[0]?.id);
  expectStatus(await change(ada, "DELETE", `/account/tokens/${id}`), 404); // not hers
  expectStatus(await change(bob, "DELETE", `/account/tokens/${id}`), 200);
  expectStatus(await send(server, "GET", "/api/v1/studies/cat", { token: first }), 401);
  expectStatus(await send(server, "GET", "/api/v1/studies/cat", { token: second }), 200);
  expectStatus(await change(ada, "PATCH", "/accounts/bob", { is_active: false }), 200);
  expectStatus(await send(server, "GET", "/api/v1/studies/cat", { token: second }), 401);
  expectStatus(await bob.get("/api/v1/account"), 401);
  expectStatus(await send(server, "POST", "/api/v1/login", { body: { name: "bob", password: PASSWORD } }), 401);
  expectStatus(await change(ada, "PATCH", "/accounts/bob", { is_active: true }), 200);
  expectStatus(await send(server, "GET", "/api/v1/studies/cat", { token: second }), 200);
  await server.stop();
  query(server.data, "UPDATE api_token SET expires_at_ms = created_at_ms");
  await server.start();
  expectStatus(await send(server, "GET", "/api/v1/studies/cat", { token: second }), 401);
});

test("lists show what one may see", async (t) => {
  const { ada } = await start(t);
  const bob = await invite(ada, "bob", { site_role: "viewer", study: "cat", role: "viewer" });
  const slugs = async (who: Researcher): Promise<string[]> => (await who.read<{ studies: { slug: string }[] }>("/api/v1/studies")).studies.map(({ slug }) => slug);
  const projects = async (who: Researcher): Promise<string[]> => (await who.read<{ projects: { slug: string }[] }>("/api/v1/projects")).projects.map(({ slug }) => slug);
  assert.deepEqual([await slugs(ada), await slugs(bob)], [["cat", "dog"], ["cat"]]);
  assert.deepEqual([await projects(ada), await projects(bob)], [["dogs"], []]);
  expectStatus(await bob.get("/api/v1/projects/dogs"), 404);
  expectStatus(await change(ada, "PUT", "/studies/dog/members/bob", { role: "viewer" }), 200);
  assert.deepEqual([await slugs(bob), await projects(bob)], [["cat", "dog"], ["dogs"]]);
  expectStatus(await change(ada, "DELETE", "/studies/cat/members/bob"), 200);
  assert.deepEqual(await slugs(bob), ["dog"]);
});

test("an invitation's link works once, in its time, until it is taken back", async (t) => {
  const { server, ada } = await start(t);
  const make = async (): Promise<{ id: number; token: string }> => parsed(expectStatus(await change(ada, "POST", "/studies/cat/invitations", { role: "researcher" }), 201));
  const [used, removed, old] = [await make(), await make(), await make()];
  await enterBy(server, used.token, "bob");
  expectStatus(await change(ada, "DELETE", `/invitations/${String(removed.id)}`), 200);
  query(server.data, `UPDATE invitation SET expires_at_ms = created_at_ms WHERE invitation_id = ${String(old.id)}`);
  for (const { token } of [used, removed, old])
    assert.match(errorOf(expectStatus(await send(server, "POST", "/api/v1/setup", { body: { token, name: "eve", password: PASSWORD } }), 403)).message, /link/);
  const { members, invitations } = await ada.read<{ members: unknown; invitations: unknown[] }>("/api/v1/studies/cat/people");
  assert.deepEqual([members, invitations], [[{ name: "bob", role: "researcher", is_active: true }], []]);
  assert.equal(query(server.data, "SELECT site_role FROM account WHERE name = 'bob'")[0]?.site_role, "researcher");
});

test("the last owner of the site stays one", async (t) => {
  const { ada } = await start(t);
  await invite(ada, "bob", { site_role: "viewer" });
  for (const body of [{ is_active: false }, { site_role: "viewer", is_active: true }]) {
    assert.match(errorOf(expectStatus(await change(ada, "PATCH", "/accounts/ada", body), 409)).message, /last owner/);
    expectStatus(await ada.get("/api/v1/accounts"), 200);
  }
  expectStatus(await change(ada, "PATCH", "/accounts/bob", { site_role: "owner", is_active: true }), 200);
  expectStatus(await change(ada, "PATCH", "/accounts/ada", { site_role: "viewer", is_active: true }), 200);
  expectStatus(await ada.get("/api/v1/accounts"), 403);
});

test("another password needs the old one and ends the other logins; logging out everywhere ends all", async (t) => {
  const { server, ada } = await start(t);
  const elsewhere = await Researcher.logIn(server);
  expectStatus(await change(ada, "POST", "/account/password", { old_password: "wrong password", new_password: "another password" }), 403);
  expectStatus(await elsewhere.get("/api/v1/account"), 200);
  expectStatus(await change(ada, "POST", "/account/password", { old_password: PASSWORD, new_password: "another password" }), 200);
  expectStatus(await elsewhere.get("/api/v1/account"), 401);
  expectStatus(await ada.get("/api/v1/account"), 200);
  expectStatus(await send(server, "POST", "/api/v1/login", { body: { name: "ada", password: PASSWORD } }), 401);
  const again = Researcher.byReply(server, await send(server, "POST", "/api/v1/login", { body: { name: "ada", password: "another password" } }));
  expectStatus(await change(again, "POST", "/account/end-logins", {}), 200);
  for (const who of [ada, again]) expectStatus(await who.get("/api/v1/account"), 401);
});

interface Entry { account: string; action: string; object: string; detail: string; hash: string }

test("what researchers do is in the log, and what was refused, read, or secret is not", async (t) => {
  const { server, ada } = await start(t);
  const bob = await invite(ada, "bob", { site_role: "viewer", study: "cat", role: "researcher" });
  const token = await makeApiToken(bob, { scope: "read" });
  expectStatus(await bob.get("/api/v1/studies/cat"), 200);
  expectStatus(await change(bob, "PUT", "/studies/cat/members/bob", { role: "owner" }), 403);
  expectStatus(await change(ada, "PUT", "/studies/cat/members/none", { role: "owner" }), 404);
  expectStatus(await bob.get("/api/v1/studies/cat/exports/none.csv"), 404);
  expectStatus(await send(server, "GET", "/api/v1/studies/cat/exports/trials.csv?mode=all", { token }), 200);
  expectStatus(await change(bob, "POST", "/studies/cat/group/loo"), 202);
  expectStatus(await change(bob, "POST", "/account/password", { old_password: PASSWORD, new_password: "another password" }), 200);
  const { entries, head, entry_count: count } = await ada.read<{ entries: Entry[]; head: string; entry_count: number }>("/api/v1/audit");
  const name = query<{ name: string }>(server.data, "SELECT name FROM api_token")[0]?.name ?? "";
  assert.deepEqual(entries.reverse().map(({ account, action, object, detail }) => [account, action, object, detail].join(" | ")).slice(-7), [
    "ada | POST /api/v1/setup | ada | ",
    "ada | POST /api/v1/invitations | /api/v1/invitations | ",
    "bob | POST /api/v1/setup | bob | ",
    "bob | POST /api/v1/account/tokens | /api/v1/account/tokens | ",
    `bob | GET /api/v1/studies/{}/exports/{} | /api/v1/studies/cat/exports/trials.csv | by API token ${name}, mode all`,
    "bob | POST /api/v1/studies/{}/group/loo | /api/v1/studies/cat/group/loo | ",
    "bob | POST /api/v1/account/password | /api/v1/account/password | ",
  ]);
  assert.deepEqual([entries.at(-1)?.hash, count], [head, number(server.data, "SELECT count(*) FROM audit")]);
  const dump = JSON.stringify(query(server.data, "SELECT * FROM audit"));
  for (const secret of [PASSWORD, "another password", token, bob.csrf, bob.cookie.split("=")[1] ?? "?"]) assert.ok(!dump.includes(secret));
});

test("the log is only ever added to, whoever has the database; a chain that was written anew is told by a printed head", async (t) => {
  const { server, ada } = await start(t);
  await change(ada, "POST", "/account/end-logins", {});
  const head = query<{ head: string }>(server.data, "SELECT lower(hex(hash)) AS head FROM audit ORDER BY audit_id DESC LIMIT 1")[0]?.head ?? "";
  for (const sql of ["UPDATE audit SET account = 'eve'", "DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT 1, 1, 'eve', 'x', '', '', zeroblob(32), zeroblob(32)",
    "INSERT INTO audit SELECT 99, 1, 'eve', 'x', '', '', zeroblob(32), zeroblob(32)"]) {
    const outcome = await run("sqlite3", databaseOf(server.data), sql);
    assert.notEqual(outcome.status, 0, sql);
    assert.match(outcome.stderr, /the audit log/);
  }
  await server.stop();
  assert.match(await dinolabDone("account", "audit", "--data", server.data, "--check"), /is whole/);
  assert.match(await dinolabDone("account", "audit", "--data", server.data, "--check", "--head", head), /entry \d+/);
  const unknown = await dinolab("account", "audit", "--data", server.data, "--check", "--head", "0".repeat(64));
  assert.equal(unknown.status, 1);
  query(server.data, "DROP TRIGGER audit_is_not_changed; UPDATE audit SET account = 'eve' WHERE audit_id = 2");
  const broken = await dinolab("account", "audit", "--data", server.data, "--check");
  assert.deepEqual([broken.status, /entry 2/.test(broken.stderr)], [1, true], broken.stderr);
});

test("at the command line: list, invite, a new password for who lost theirs, and all of it in the log", async (t) => {
  const { server, ada } = await start(t);
  await server.stop();
  assert.match(await dinolabDone("account", "list", "--data", server.data), /^ada\towner\tactive\t/m);
  const invited = /\/setup#(\S+)/.exec(await dinolabDone("account", "invite", "--data", server.data, "--study", "cat", "--role", "viewer"))?.[1] ?? "";
  const reset = /\/setup#(\S+)/.exec(await dinolabDone("account", "reset", "--data", server.data, "--name", "ada"))?.[1] ?? "";
  assert.equal((await dinolab("account", "reset", "--data", server.data, "--name", "none")).status, 2);
  assert.equal((await dinolab("account", "role", "--data", server.data, "--name", "ada", "--role", "viewer")).status, 1);
  await dinolabDone("study", "close", "--data", server.data, "--study", "dog");
  await server.start();
  expectStatus(await (await enterBy(server, invited, "bob")).get("/api/v1/studies/cat"), 200);
  expectStatus(await ada.get("/api/v1/account"), 200);
  expectStatus(await send(server, "POST", "/api/v1/setup", { body: { token: reset, name: "bob", password: PASSWORD } }), 403);
  const body = { token: reset, name: "ada", password: "another password" };
  const again = Researcher.byReply(server, await send(server, "POST", "/api/v1/setup", { body }));
  expectStatus(await ada.get("/api/v1/account"), 401);
  const { entries } = await again.read<{ entries: Entry[] }>("/api/v1/audit");
  const ours = entries.filter(({ account }) => account === "command line").reverse().map(({ action, object }) => `${action} ${object}`);
  assert.deepEqual(ours.slice(-3), ["account invite cat", "account reset ada", "study close dog"]);
});

/** The status for a body that is announced and never sent. */
function announce(server: Server, bytes: number, who?: Researcher): Promise<number> {
  const by = who === undefined ? "" : `Cookie: ${who.cookie}\r\nX-CSRF-Token: ${who.csrf}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.once("error", reject);
    socket.once("data", (data: Buffer) => { resolve(Number(data.toString().split(" ")[1])); socket.destroy(); });
    socket.write(`POST /api/v1/studies/pro/reconciliation HTTP/1.1\r\nHost: x\r\n${by}Content-Length: ${String(bytes)}\r\n\r\n`);
  });
}

const HEADER = "Submission id,Participant id,Status,Completion code";

test("a platform's list of submissions is held against the sessions here, and nothing of it is kept", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC });
  const ada = await Researcher.setUp(server);
  const play = async (id: string, isFinished: boolean): Promise<void> => {
    const person = new Participant(server);
    await comeIn(person, "pro", { PROLIFIC_PID: id, STUDY_ID: "s", SESSION_ID: "t" });
    if (!isFinished) return;
    await person.understand();
    await person.play(() => 1);
    await person.finish();
  };
  for (const [id, isFinished] of [["aaa", true], ["bbb", true], ["ccc", true], ["ddd", false]] as const) await play(id, isFinished);
  const code = query<{ code: string | null }>(server.data, "SELECT settings ->> '$.recruitment.code_completed' AS code FROM study")[0]?.code ?? "";
  const rows = [`1,aaa,APPROVED,${code}`, `2,bbb,AWAITING REVIEW,WRONG`, `4,ddd,APPROVED,${code}`, `5,SECRETnobody,AWAITING REVIEW,${code}`, "6,eee,RETURNED,"];
  const upload = (body: string): Promise<Reply> => send(server, "POST", "/api/v1/studies/pro/reconciliation", { cookie: ada.cookie, csrf: ada.csrf, body, headers: { "Content-Type": "text/csv" } });
  type Row = Record<string, unknown>;
  const result = parsed<Record<"there_only" | "here_only" | "unpaid" | "other_code", Row[]> & Row>(expectStatus(await upload([HEADER, ...rows, ""].join("\r\n")), 200));
  assert.deepEqual([result.submission_count, result.both_count, result.unknown_count], [5, 2, 0]);
  assert.deepEqual(result.there_only.map(({ participant_id: id, state }) => [id, state]).sort(), [["SECRETnobody", null], ["ddd", "active"]]);
  assert.deepEqual(result.here_only.map(({ number: at, participant_id: id }) => [at, id]), [[3, null]]); // ccc, whom the file does not name
  assert.deepEqual(result.unpaid.map(({ number: at, status }) => [at, status]), [[2, "AWAITING REVIEW"], [3, null]]);
  assert.deepEqual(result.other_code.map(({ participant_id: id }) => id), ["bbb"]);
  assert.match(errorOf(expectStatus(await upload("Participant id\r\naaa\r\n"), 400)).message, /'?Status'?/);
  const large = [HEADER, ...Array.from({ length: 20_000 }, (_, at) => `${String(at)},nobody${String(at)},RETURNED,`), ""].join("\r\n");
  assert.ok(large.length > 64 * 1024);
  assert.equal(parsed<Row>(expectStatus(await upload(large), 200)).submission_count, 20_000);
  assert.equal(await announce(server, 4 * 1024 * 1024 + 1, ada), 413);
  assert.equal(await announce(server, large.length), 401); // a stranger's is not even read
  await server.stop();
  for (const name of readdirSync(server.data)) if (name.startsWith("dinolab.db")) assert.ok(!readFileSync(join(server.data, name)).includes("SECRETnobody"), name);
});

test("when the date has come, what leads to people is deleted at the start; the rest stays, and the log tells", async (t) => {
  const server = await serveStudies(t, { slug: "pro", recruitment: PROLIFIC });
  const ada = await Researcher.setUp(server);
  const person = new Participant(server);
  await comeIn(person, "pro", { PROLIFIC_PID: "aaa", STUDY_ID: "s", SESSION_ID: "t" });
  await person.understand();
  await person.play(() => 1);
  await person.finish();
  for (const until of ["2020-01-31", "2099-02-30", "tomorrow", ""]) expectStatus(await change(ada, "PUT", "/studies/pro/retention", { until }), 400);
  expectStatus(await change(ada, "PUT", "/studies/pro/retention", { until: "2099-01-31" }), 200);
  const read = async (): Promise<unknown> => (await ada.read<{ study: { retention: unknown } }>("/api/v1/studies/pro")).study.retention;
  assert.deepEqual(await read(), { until_ms: Date.UTC(2099, 1, 1), is_near: false });
  const counts = "SELECT (SELECT count(*) FROM identity) + (SELECT count(*) FROM questionnaire WHERE strategy <> '') + (SELECT count(*) FROM session WHERE eligibility IS NOT NULL)";
  const trials = number(server.data, "SELECT count(*) FROM trial");
  await server.stop();
  assert.equal(number(server.data, counts), 3);
  query(server.data, `UPDATE study SET retention_until_ms = ${String(Date.now() + 20 * 24 * 3600 * 1000)}`);
  await server.restart();
  assert.equal((await read() as { is_near: boolean }).is_near, true);
  await server.stop();
  assert.equal(number(server.data, counts), 3);
  query(server.data, "UPDATE study SET retention_until_ms = 1");
  await server.restart();
  await until("personal data are gone", () => Promise.resolve(number(server.data, counts) === 0 ? true : null));
  assert.equal(number(server.data, "SELECT count(*) FROM trial"), trials);
  const { entries } = await ada.read<{ entries: Entry[] }>("/api/v1/audit");
  assert.deepEqual([entries[0]?.account, entries[0]?.action, entries[0]?.object], ["server", "retention", "pro"]);
  assert.match(entries[0]?.detail ?? "", /^deleted: 1 identities, 0 refusals, 0 personal links, 1 answers of the consent page, 1 free texts$/);
});
