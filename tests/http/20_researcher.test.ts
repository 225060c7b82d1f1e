// Accounts: the one-time link, logging in and out, and who may do what.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, makeToken, parsed, Participant, PASSWORD, Researcher, responseBody, send, type Sending } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { pathWith, routes } from "./support/router.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

async function start(t: TestContext): Promise<Server> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 12, ["task"]);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [1, 2].map((at) => categoryCondition(seeded(at), at, pictureNames(12), 4)) });
  return serve(t, data);
}

async function publicId(server: Server): Promise<string> {
  await new Participant(server).enrol("cat");
  return query<{ id: string }>(server.data, "SELECT public_id AS id FROM session")[0]?.id ?? "";
}

function setUp(server: Server, sending: { token?: unknown; name?: unknown; password?: unknown }): ReturnType<typeof send> {
  return send(server, "POST", "/api/v1/setup", { body: { token: server.setupToken, name: "ada", password: PASSWORD, ...sending } });
}

test("the setup link makes one account, logs it in, and is of no use a second time", async (t) => {
  const server = await start(t);
  const first = expectStatus(await setUp(server, {}), 200);
  assert.deepEqual(parsed<{ account: unknown }>(first).account, { name: "ada", site_role: "owner" });
  const cookie = first.headers.get("Set-Cookie") ?? "";
  assert.match(cookie, /^dinolab_login=[A-Za-z0-9_-]{43};/);
  for (const attribute of ["HttpOnly", "SameSite=Strict", "Path=/"]) assert.ok(cookie.includes(attribute), cookie);
  for (const name of ["ada", "eve"]) assert.equal(errorOf(expectStatus(await setUp(server, { name }), 403)).kind, "forbidden");
  assert.equal(number(server.data, "SELECT count(*) FROM account"), 1);
});

test("ten uses of the setup link at once make one account", async (t) => {
  const server = await start(t);
  const replies = await Promise.all(Array.from({ length: 10 }, (_, at) => setUp(server, { name: `ada${String(at)}` })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, ...Array.from({ length: 9 }, () => 403)]);
  assert.equal(number(server.data, "SELECT count(*) FROM account"), 1);
});

test("another token, a short password or a wrong type makes no account and leaves the link usable", async (t) => {
  const server = await start(t);
  const cases: [Record<string, unknown>, number, RegExp][] = [
    [{ token: makeToken() }, 403, /link/], [{ token: "" }, 400, /'token'/], [{ token: 1 }, 400, /'token'/], [{ password: "123456789" }, 400, /'password'/],
    [{ password: "x".repeat(201) }, 400, /'password'/], [{ password: null }, 400, /'password'/], [{ name: "" }, 400, /'name'/], [{ name: ["ada"] }, 400, /'name'/],
    [{ is_admin: true }, 400, /'is_admin'/],
  ];
  for (const [sending, status, sentence] of cases) assert.match(errorOf(expectStatus(await setUp(server, sending), status)).message, sentence);
  assert.equal(number(server.data, "SELECT count(*) FROM account"), 0);
  expectStatus(await setUp(server, {}), 200);
});

test("a start makes a new setup link and the old one is out of date; with an account there is none", async (t) => {
  const server = await start(t);
  const old = server.setupToken;
  await server.stop();
  await server.start();
  assert.notEqual(server.setupToken, old);
  expectStatus(await setUp(server, { token: old }), 403);
  expectStatus(await setUp(server, {}), 200);
  await server.stop();
  await server.start();
  assert.equal(server.setupToken, null);
});

test("passwords and tokens are nowhere in the data folder in the clear", async (t) => {
  const server = await start(t);
  const researcher = await Researcher.setUp(server);
  const person = new Participant(server);
  await person.enrol("cat");
  const login = researcher.cookie.split("=")[1] ?? "?";
  await server.stop();
  const dump = JSON.stringify(["account", "setup_link", "login", "session"].map((table) => query(server.data, `SELECT * FROM ${table}`)));
  for (const secret of [PASSWORD, person.token, login, server.setupToken ?? "?"]) assert.ok(!dump.includes(secret));
  assert.match(dump, /\$argon2id\$/);
});

test("login takes the right password only, and says the same of a wrong name as of a wrong password", async (t) => {
  const server = await start(t);
  await Researcher.setUp(server);
  const wrong = [];
  for (const body of [{ name: "ada", password: "wrong password" }, { name: "eve", password: PASSWORD }, { name: "ADA", password: PASSWORD }, { name: "ada", password: `${PASSWORD} ` }]) {
    const reply = expectStatus(await send(server, "POST", "/api/v1/login", { body }), 401);
    assert.equal(reply.headers.get("Set-Cookie"), null);
    wrong.push(reply.text);
  }
  assert.equal(new Set(wrong).size, 1);
  const researcher = await Researcher.logIn(server);
  assert.deepEqual(await researcher.read("/api/v1/account"), { account: { name: "ada", site_role: "owner" }, csrf_token: researcher.csrf });
});

test("a login lives on over a restart and ends with logout, this one only", async (t) => {
  const server = await start(t);
  const [first, second] = [await Researcher.setUp(server), await Researcher.logIn(server)];
  await server.kill();
  await server.start();
  expectStatus(await first.get("/api/v1/studies"), 200);
  const reply = expectStatus(await send(server, "POST", "/api/v1/logout", { cookie: first.cookie, csrf: first.csrf }), 200);
  assert.match(reply.headers.get("Set-Cookie") ?? "", /Max-Age=0/);
  expectStatus(await first.get("/api/v1/account"), 401);
  expectStatus(await second.get("/api/v1/account"), 200);
});

test("a login out of its time is none", async (t) => {
  const server = await start(t);
  const researcher = await Researcher.setUp(server);
  expectStatus(await researcher.get("/api/v1/account"), 200);
  await server.stop();
  query(server.data, "UPDATE login SET expires_at_ms = created_at_ms");
  await server.start();
  expectStatus(await researcher.get("/api/v1/account"), 401);
});

test("what changes something needs the CSRF token of the same login", async (t) => {
  const server = await start(t);
  const [researcher, other] = [await Researcher.setUp(server), await Researcher.logIn(server)];
  for (const csrf of [undefined, "", "x", other.csrf, `${researcher.csrf}x`]) {
    const sending: Sending = csrf === undefined ? { cookie: researcher.cookie } : { cookie: researcher.cookie, csrf };
    assert.equal(errorOf(expectStatus(await send(server, "POST", "/api/v1/logout", sending), 403)).kind, "forbidden");
  }
  expectStatus(await researcher.get("/api/v1/account"), 200);
});

test("every researcher's route is 401 for nobody, for participants and for made-up cookies", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  await person.enrol("cat");
  const id = query<{ id: string }>(server.data, "SELECT public_id AS id FROM session")[0]?.id ?? "";
  const ours = routes().filter(({ auth }) => auth === "AUTH_RESEARCHER");
  assert.ok(ours.length >= 8);
  for (const route of ours) {
    const path = pathWith(route.path, ["cat", id]);
    const principals: Sending[] = [
      {}, { token: person.token }, { cookie: `dinolab_login=${person.token}` }, { cookie: `dinolab_login=${makeToken()}` }, { cookie: "dinolab_login=" },
      { cookie: "dinolab_login=' OR 1=1 --" }, { token: person.token, cookie: `dinolab_login=${person.token}` },
    ];
    for (const principal of principals) {
      const reply = await send(server, route.method, path, principal);
      assert.equal(errorOf(expectStatus(reply, 401)).kind, "unauthorized", `${route.method} ${path} ${JSON.stringify(principal)}`);
    }
  }
});

test("a researcher's login is no session: every participant's route is 401 with it", async (t) => {
  const server = await start(t);
  const researcher = await Researcher.setUp(server);
  const login = researcher.cookie.split("=")[1] ?? "";
  for (const route of routes().filter(({ auth }) => auth === "AUTH_PARTICIPANT")) {
    const path = pathWith(route.path, ["0"]);
    const body = route.method === "GET" ? undefined : responseBody(0, 1);
    for (const principal of [{ cookie: researcher.cookie, csrf: researcher.csrf }, { token: login }] as Sending[]) {
      expectStatus(await send(server, route.method, path, { ...principal, body }), 401);
    }
  }
});

test("what is not there is 404 for a researcher, and a session belongs to its study", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 12, ["task"]);
  for (const slug of ["cat", "dog"]) {
    await createStudy(folder, data, { slug, task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(12), 4)] });
  }
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const id = await publicId(server);
  const paths = ["/studies/none", "/studies/none/stream", "/studies/none/exports/trials.csv", `/studies/dog/sessions/${id}`, `/studies/dog/sessions/${id}/stream`,
    "/studies/cat/sessions/s-nothing", "/studies/cat/sessions/1", "/studies/cat/sessions/s-nothing/stream", `/studies/none/sessions/${id}`];
  for (const path of paths) assert.equal(errorOf(expectStatus(await researcher.get(`/api/v1${path}`), 404)).kind, "not_found", path);
  expectStatus(await researcher.get(`/api/v1/studies/cat/sessions/${id}`), 200);
});

test("the list of studies and a study with its sessions follow what happens", async (t) => {
  const server = await start(t);
  const researcher = await Researcher.setUp(server);
  interface Study { slug: string; task: string; state: string; trial_count: number; condition_count: number; session_counts: Record<string, number>; participant_path: string }
  const { studies } = await researcher.read<{ studies: Study[] }>("/api/v1/studies");
  assert.deepEqual(studies.map(({ slug, task, state, trial_count, condition_count, session_counts, participant_path }) =>
    [slug, task, state, trial_count, condition_count, session_counts, participant_path]),
  [["cat", "category", "open", 4, 2, { active: 0, finished: 0, left: 0 }, "/s/cat"]]);
  const [one, two] = [new Participant(server), new Participant(server)];
  await one.begin("cat");
  await two.begin("cat");
  await one.play(() => 1);
  await one.finish();
  await two.respond("trials", 0, 0);
  await until("one is finished and one is at its second trial", async () => {
    const { study, sessions } = await researcher.read<{ study: Study; sessions: { number: number; state: string; stage: string; response_count: number }[] }>("/api/v1/studies/cat");
    const found = JSON.stringify([study.session_counts, sessions.map(({ number: at, state, stage, response_count }) => [at, state, stage, response_count]).sort()]);
    return found === JSON.stringify([{ active: 1, finished: 1, left: 0 }, [[1, "finished", "finished", 4], [2, "active", "trials", 1]]]) ? true : null;
  });
});
