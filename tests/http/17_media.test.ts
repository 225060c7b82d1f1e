// Pictures go to those who are shown them, and to researchers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { request } from "node:http";
import { test, type TestContext } from "node:test";
import { errorOf, expectStatus, Participant, Researcher, send } from "./support/client.ts";
import { query } from "./support/database.ts";
import { serve, temporaryFolder, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

async function start(t: TestContext): Promise<Server> {
  const folder = temporaryFolder(t);
  const names = pictureNames(30);
  const data = await importPictures(folder, 30, ["task"]);
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [rewardCondition(seeded(1), 1, names.slice(0, 10), 4, 1)] });
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(2), 1, names.slice(10, 20), 10)] });
  return serve(t, data);
}

async function fetchBytes(server: Server, sha: string, headers: Record<string, string>): Promise<{ response: Response; bytes: Buffer }> {
  const response = await fetch(`${server.url}/media/${sha}`, { headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** A path exactly as written: fetch would tidy it first. */
function statusOfRawPath(server: Server, path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", reject).end();
  });
}

test("a participant gets every picture of their condition, practice included, as the bytes of its address", async (t) => {
  const server = await start(t);
  for (const slug of ["rew", "cat"]) {
    const person = new Participant(server);
    const { practice, trials } = await person.enrol(slug);
    for (const sha of [...practice.stimuli, ...trials.stimuli].flat()) {
      const { response, bytes } = await fetchBytes(server, sha, { Authorization: `Bearer ${person.token}` });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("Content-Type"), "image/webp");
      assert.match(response.headers.get("Cache-Control") ?? "", /private.*immutable/);
      assert.equal(response.headers.get("X-Content-Type-Options"), "nosniff");
      assert.equal(createHash("sha256").update(bytes).digest("hex"), sha);
    }
  }
});

test("a picture of another study or of no condition is 404 for a participant, as if it did not exist", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  const own = new Set((await person.enrol("cat")).trials.stimuli.flat());
  const all = query<{ sha: string }>(server.data, "SELECT DISTINCT lower(hex(media_sha256)) AS sha FROM stimulus").map(({ sha }) => sha);
  assert.equal(all.length, 30);
  const foreign = all.filter((sha) => !own.has(sha));
  assert.equal(foreign.length, 20);
  const unknown = await person.send("GET", `/media/${"0".repeat(64)}`);
  for (const sha of foreign) {
    const reply = expectStatus(await person.send("GET", `/media/${sha}`), 404);
    assert.equal(reply.text.replaceAll(sha, ""), unknown.text.replaceAll("0".repeat(64), ""));
  }
});

test("a researcher gets every picture; nobody gets none", async (t) => {
  const server = await start(t);
  const researcher = await Researcher.setUp(server);
  const all = query<{ sha: string }>(server.data, "SELECT DISTINCT lower(hex(media_sha256)) AS sha FROM stimulus").map(({ sha }) => sha);
  for (const sha of all) {
    const { response, bytes } = await fetchBytes(server, sha, { Cookie: researcher.cookie });
    assert.equal(response.status, 200);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), sha);
    for (const headers of [{}, { Authorization: `Bearer ${new Participant(server).token}` }, { Cookie: `dinolab_login=${new Participant(server).token}` }]) {
      assert.equal((await fetchBytes(server, sha, headers)).response.status, 401);
    }
  }
  assert.equal(errorOf(await researcher.get(`/media/${"0".repeat(64)}`)).kind, "not_found");
});

test("no name but 64 lower-case hex digits reaches the file system", async (t) => {
  const server = await start(t);
  const researcher = await Researcher.setUp(server);
  const sha = query<{ sha: string }>(server.data, "SELECT lower(hex(media_sha256)) AS sha FROM stimulus LIMIT 1")[0]?.sha ?? "";
  const headers = { Cookie: researcher.cookie };
  const paths = [
    "/media/", "/media/..", "/media/../dinolab.db", "/media/..%2fdinolab.db", "/media/%2e%2e%2fdinolab.db", "/media/....//dinolab.db",
    "/media/..%5cdinolab.db", "/media//etc/passwd", "/media/%2fetc%2fpasswd", `/media/${sha}/`, `/media/${sha}%00`, `/media/${sha}%00.png`,
    `/media/${sha.toUpperCase()}`, `/media/${sha}.webp`, `/media/${sha.slice(0, 2)}/${sha}`, `/media/${sha.slice(1)}`, `/media/ ${sha}`.replace(" ", "%20"),
    "/assets/../participant.html", "/assets/..%2fparticipant.html", "/assets/%2e%2e/dinolab.db", "/assets/", "/assets/nothing.js",
  ];
  for (const path of paths) {
    const status = await statusOfRawPath(server, path, headers);
    assert.ok(status === 404 || status === 400, `${path} gave ${String(status)}`);
  }
  assert.equal(await statusOfRawPath(server, `/media/${sha}`, headers), 200);
});

test("the head of a picture says its size without sending it", async (t) => {
  const server = await start(t);
  const person = new Participant(server);
  const sha = (await person.enrol("cat")).trials.stimuli[0]?.[0] ?? "";
  const head = expectStatus(await send(server, "HEAD", `/media/${sha}`, { token: person.token }), 200);
  const { bytes } = await fetchBytes(server, sha, { Authorization: `Bearer ${person.token}` });
  assert.equal(head.text, "");
  assert.equal(Number(head.headers.get("Content-Length")), bytes.length);
});
