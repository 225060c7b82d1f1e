// The second factor of an account, and open streams when a right ends.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, parsed, Participant, PASSWORD, Researcher, send, type Reply } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { dinolabDone, serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { EventStream } from "./support/stream.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";
import { codeOf, wrongCodeOf } from "./support/totp.ts";

async function start(t: TestContext): Promise<{ server: Server; ada: Researcher }> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 12, ["task"]);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(12), 4)] });
  const server = await serve(t, data);
  return { server, ada: await Researcher.setUp(server) };
}

function logIn(server: Server, totp?: string, password = PASSWORD): Promise<Reply> {
  return send(server, "POST", "/api/v1/login", { body: { name: "ada", password, ...(totp === undefined ? {} : { totp }) } });
}

async function turnOn(ada: Researcher): Promise<{ secret: string; codes: string[] }> {
  const { secret, uri } = parsed<{ secret: string; uri: string }>(expectStatus(await ada.post("/api/v1/account/totp", {}), 201));
  assert.equal(uri, `otpauth://totp/Dinolab:ada?secret=${secret}&issuer=Dinolab&algorithm=SHA1&digits=6&period=30`);
  const { recovery_codes: codes } = parsed<{ recovery_codes: string[] }>(expectStatus(await ada.post("/api/v1/account/totp/confirm", { code: codeOf(secret) }), 200));
  return { secret, codes };
}

test("a login with a second factor needs its code, each code once, and says so to who has the password only", async (t) => {
  const { server, ada } = await start(t);
  assert.deepEqual(await ada.read("/api/v1/account/totp"), { is_on: false, recovery_code_count: 0 });
  expectStatus(await ada.post("/api/v1/account/totp/confirm", { code: "123456" }), 409);
  expectStatus(await ada.post("/api/v1/account/totp", {}), 201); // another offer takes its place
  expectStatus(await logIn(server), 200); // offered is not on
  const { secret, codes } = await turnOn(ada);
  assert.deepEqual([codes.length, new Set(codes).size], [10, 10]);
  assert.deepEqual(await ada.read("/api/v1/account/totp"), { is_on: true, recovery_code_count: 10 });
  expectStatus(await ada.post("/api/v1/account/totp", {}), 409);
  assert.equal(errorOf(expectStatus(await logIn(server, undefined, "wrong password"), 401)).kind, "unauthorized");
  assert.equal(errorOf(expectStatus(await logIn(server), 401)).kind, "code_needed");
  const wrong = await logIn(server, wrongCodeOf(secret));
  assert.deepEqual([wrong.status, errorOf(wrong).kind, wrong.headers.get("Set-Cookie")], [401, "code_needed", null]);
  const next = codeOf(secret, 1);
  assert.equal(errorOf(expectStatus(await logIn(server, next, "wrong password"), 401)).kind, "unauthorized"); // and is not used up
  const again = Researcher.byReply(server, await logIn(server, `${next.slice(0, 3)} ${next.slice(3)}`));
  expectStatus(await again.get("/api/v1/account"), 200);
  expectStatus(await logIn(server, next), 401);
  const { accounts } = await ada.read<{ accounts: { has_totp: boolean }[] }>("/api/v1/accounts");
  assert.deepEqual(accounts.map(({ has_totp: has }) => has), [true]);
});

test("five wrong codes make the next one wait, and survive a restart; a recovery code is taken at once, and once", async (t) => {
  const { server, ada } = await start(t);
  const { secret, codes } = await turnOn(ada);
  for (let i = 0; i < 5; i++) expectStatus(await logIn(server, wrongCodeOf(secret)), 401);
  assert.match(errorOf(expectStatus(await logIn(server, codeOf(secret, 1)), 429)).message, /is looked at in ([12]?\d|30) s/);
  await server.stop();
  await server.start();
  expectStatus(await logIn(server, codeOf(secret, 1)), 429);
  const code = codes[0] ?? "";
  expectStatus(await logIn(server, code.toLowerCase().replaceAll("-", "")), 200);
  expectStatus(await logIn(server, code), 429);
  assert.deepEqual(await ada.read("/api/v1/account/totp"), { is_on: true, recovery_code_count: 9 });
  query(server.data, "UPDATE totp SET failed_at_ms = failed_at_ms - 31000");
  expectStatus(await logIn(server, codeOf(secret, 1)), 200);
  assert.equal(number(server.data, "SELECT failed_count FROM totp"), 0);
});

test("it is turned off by the password, and by a link for a new password; what is stored opens nothing", async (t) => {
  const { server, ada } = await start(t);
  const { secret, codes } = await turnOn(ada);
  const dump = JSON.stringify([query(server.data, "SELECT hex(sealed_secret) FROM totp"), query(server.data, "SELECT hex(code_hash) FROM recovery_code"), query(server.data, "SELECT * FROM audit")]);
  for (const text of [secret, ...codes, ...codes.map((code) => code.replaceAll("-", ""))]) assert.ok(!dump.includes(text) && !dump.includes(Buffer.from(text).toString("hex").toUpperCase()));
  assert.equal(errorOf(expectStatus(await ada.post("/api/v1/account/totp/off", { password: "wrong password" }), 403)).kind, "forbidden");
  expectStatus(await logIn(server), 401);
  expectStatus(await ada.post("/api/v1/account/totp/off", { password: PASSWORD }), 200);
  assert.deepEqual(await ada.read("/api/v1/account/totp"), { is_on: false, recovery_code_count: 0 });
  expectStatus(await logIn(server), 200);
  const { codes: later } = await turnOn(ada);
  expectStatus(await logIn(server, codes[0]), 401);
  expectStatus(await logIn(server, later[0]), 200);
  const { entries } = await ada.read<{ entries: { action: string; object: string; detail: string }[] }>("/api/v1/audit");
  assert.deepEqual(entries.map(({ action, detail }) => `${action} ${detail}`.trim()).slice(0, 7), [
    "POST /api/v1/login by a recovery code", "POST /api/v1/account/totp/confirm", "POST /api/v1/account/totp",
    "POST /api/v1/login", "POST /api/v1/account/totp/off", "POST /api/v1/account/totp/confirm", "POST /api/v1/account/totp",
  ]);
  await server.stop();
  const reset = /\/setup#(\S+)/.exec(await dinolabDone("account", "reset", "--data", server.data, "--name", "ada"))?.[1] ?? "";
  await server.start();
  expectStatus(await send(server, "POST", "/api/v1/setup", { body: { token: reset, name: "ada", password: PASSWORD } }), 200);
  expectStatus(await logIn(server), 200);
  assert.deepEqual([number(server.data, "SELECT count(*) FROM totp"), number(server.data, "SELECT count(*) FROM recovery_code")], [0, 0]);
});

async function enter(ada: Researcher, name: string): Promise<Researcher> {
  const { token } = parsed<{ token: string }>(expectStatus(await ada.post("/api/v1/studies/cat/invitations", { role: "viewer" }), 201));
  return Researcher.byReply(ada.server, await send(ada.server, "POST", "/api/v1/setup", { body: { token, name, password: PASSWORD } }));
}

/** Does something, and waits until those streams have ended; the others get what comes next. */
async function ends(server: Server, what: Promise<Reply>, ended: EventStream[], others: EventStream[]): Promise<void> {
  const counts = others.map(({ events }) => events.length);
  expectStatus(await what, 200);
  await Promise.all(ended.map((stream) => stream.untilEnded()));
  await new Participant(server).enrol("cat");
  await Promise.all(others.map((stream, at) => stream.until("what comes next", ({ length }) => length > (counts[at] ?? 0))));
}

test("an open stream ends with the login, the token or the membership that let it begin, and no other does", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 12, ["task"]);
  const conditions = [1, 2, 3, 4, 5, 6, 7, 8].map((at) => categoryCondition(seeded(at), at, pictureNames(12), 4));
  await createStudy(folder, data, { slug: "cat", task: "category", conditions });
  const server = await serve(t, data);
  const ada = await Researcher.setUp(server);
  const bob = await enter(ada, "bob");
  const eve = await enter(ada, "eve");
  const { id, token } = parsed<{ id: number; token: string }>(expectStatus(await bob.post("/api/v1/account/tokens", { name: "x", scope: "read", days: 1 }), 201));
  const as = async (by: string): Promise<EventStream> => {
    const stream = await EventStream.open(server, "/api/v1/studies/cat/stream", by);
    t.after(() => { stream.close(); });
    await stream.take(1);
    return stream;
  };
  const change = (who: Researcher, method: string, path: string, body: unknown = {}): Promise<Reply> => send(server, method, `/api/v1${path}`, { cookie: who.cookie, csrf: who.csrf, body });
  const [first, second, third] = [await Researcher.logIn(server, "bob"), await Researcher.logIn(server, "bob"), await Researcher.logIn(server, "bob")];
  const stays = [await as(ada.cookie)];
  const ofEve = await as(eve.cookie);
  const [ofBob, ofToken, ofFirst, ofSecond] = [await as(bob.cookie), await as(token), await as(first.cookie), await as(second.cookie)];
  await ends(server, change(first, "POST", "/logout"), [ofFirst], [...stays, ofEve, ofBob, ofToken, ofSecond]);
  await ends(server, change(bob, "DELETE", `/account/tokens/${String(id)}`), [ofToken], [...stays, ofEve, ofBob, ofSecond]);
  await ends(server, change(bob, "POST", "/account/password", { old_password: PASSWORD, new_password: "another password" }), [ofSecond], [...stays, ofEve, ofBob]);
  expectStatus(await third.get("/api/v1/account"), 401);
  await ends(server, change(bob, "POST", "/account/end-logins"), [ofBob], [...stays, ofEve]);
  await ends(server, change(ada, "DELETE", "/studies/cat/members/eve"), [ofEve], stays);
  expectStatus(await change(ada, "PUT", "/studies/cat/members/eve", { role: "viewer" }), 200);
  const again = await as(eve.cookie);
  await ends(server, change(ada, "PATCH", "/accounts/eve", { is_active: false }), [again], stays);
});
