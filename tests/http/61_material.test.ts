// Pictures brought in: folders and zip files, what is wrong with them, what researchers and participants are shown of them.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import type { DimensionReply, ImportStatus, StimulusSetsReply } from "../../web/dashboard/types.ts";
import { errorOf, expectStatus, parsed, Participant, Researcher, send, type Reply } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { png, webpSize, zip } from "./support/pictures.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP, until, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, SET } from "./support/study.ts";

const EMOJI = join(TOP, "web", "node_modules", "@lobehub", "fluent-emoji-3d", "assets");
const EMOJI_FILES = readdirSync(EMOJI).filter((name) => name.endsWith(".webp")).sort();
const OBJECT_COUNT = 10;
const SHA = /^[0-9a-f]{64}$/;

function put(folder: string, path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

function emoji(index: number): Buffer {
  return readFileSync(join(EMOJI, EMOJI_FILES[index] ?? ""));
}

/** As THINGS lays them out: ten objects with two pictures each, one of them a large PNG. */
function makeImages(folder: string): string {
  const images = join(folder, "images");
  for (let object = 0; object < OBJECT_COUNT; object++) {
    for (let take = 1; take <= 2; take++) {
      const path = `thing${String(object)}/thing${String(object)}_0${String(take)}b`;
      if (object === 3 && take === 1) put(images, `${path}.png`, png(1000, 500, 3));
      else put(images, `${path}.webp`, emoji(2 * object + take));
    }
  }
  return images;
}

/** The folder's files as a zip with a folder of its own above them. */
function zipOf(images: string): Buffer {
  const entries = readdirSync(images, { recursive: true, encoding: "utf8" }).filter((path) => path.includes(".")).sort()
    .map((path) => ({ name: `my pictures/${path}`, bytes: readFileSync(join(images, path)) }));
  return zip([...entries, { name: "__MACOSX/my pictures/thing0/._thing0_01b.webp", bytes: Buffer.from("x") }]);
}

function stored(data: string, set: string): Record<string, unknown>[] {
  return query(data, `SELECT s.name, s.object, p.width, p.height, lower(hex(s.media_sha256)) AS picture, lower(hex(p.thumbnail_sha256)) AS thumbnail,
    lower(hex(p.original_sha256)) AS original FROM stimulus_set AS e JOIN stimulus AS s USING (stimulus_set_id)
    JOIN stimulus_picture USING (stimulus_id) JOIN picture AS p USING (original_sha256) WHERE e.name = '${set}' ORDER BY s.row_index`);
}

function media(data: string, sha: string): Buffer {
  return readFileSync(join(data, "media", sha.slice(0, 2), sha));
}

test("a folder becomes a set: ids and objects by place, sizes read, at most 800 pixels, thumbnails, originals known by their hash only", async (t) => {
  const folder = temporaryFolder(t);
  const [images, data] = [makeImages(folder), join(folder, "data")];
  put(images, "thing0/readme.txt", Buffer.from("no picture"));
  const outcome = await dinolab("import", "stimuli", "--data", data, "--set", "made", "--images", images);
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stdout, /stimulus set 'made': 20 pictures/);
  assert.match(outcome.stderr, /1 other files were passed over/);
  const rows = stored(data, "made");
  assert.deepEqual(rows.map(({ name, object }) => [name, object]).slice(0, 3), [["thing0/thing0_01b", "thing0"], ["thing0/thing0_02b", "thing0"], ["thing1/thing1_01b", "thing1"]]);
  const large = rows.find(({ name }) => name === "thing3/thing3_01b");
  assert.deepEqual([large?.width, large?.height], [1000, 500]);
  assert.deepEqual(webpSize(media(data, String(large?.picture))), [800, 400]);
  assert.deepEqual(webpSize(media(data, String(large?.thumbnail))), [160, 80]);
  const small = rows[0];
  assert.equal(small?.picture, createHash("sha256").update(emoji(1)).digest("hex")); // small and WebP: shown as it is
  assert.equal(Math.max(...webpSize(media(data, String(small?.thumbnail)))), 160);
  for (const { original, picture, name } of rows) {
    if (original !== picture) assert.ok(!existsSync(join(data, "media", String(original).slice(0, 2), String(original))), String(name));
  }
  await dinolabDone("import", "stimuli", "--data", data, "--set", "kept", "--images", join(images, "thing3"), "--keep-originals");
  const again = await dinolab("import", "stimuli", "--data", data, "--set", "made", "--images", images);
  assert.match(again.stderr, /the stimulus set 'made' exists already/);
});

test("what is wrong with the pictures is said of all; what was stored is not done again; leaving them out is asked for", async (t) => {
  const folder = temporaryFolder(t);
  const [images, data] = [makeImages(folder), join(folder, "data")];
  put(images, "thing0/cut.webp", emoji(1).subarray(0, 500));
  put(images, "thing1/cut.png", png(64, 64, 1).subarray(0, 120));
  put(images, "thing2/words.jpg", Buffer.from("not a picture"));
  put(images, "thing4/empty.png", Buffer.alloc(0));
  copyFileSync(join(images, "thing5", "thing5_01b.webp"), join(images, "thing6", "same.webp"));
  copyFileSync(join(images, "thing5", "thing5_01b.webp"), join(images, "thing5", "thing5_01b.jpg")); // the same id again
  const words = ["import", "stimuli", "--data", data, "--set", "made", "--images", images];
  const refused = await dinolab(...words);
  assert.equal(refused.status, 2);
  for (const sentence of [/thing0\/cut\.webp' is damaged/, /thing1\/cut\.png' is damaged/, /thing2\/words\.jpg' is not a WebP, JPEG or PNG/, /thing4\/empty\.png' is empty/,
    /the id 'thing5\/thing5_01b' comes twice/, /thing6\/same is the same picture as thing5\/thing5_01b/, /5 pictures cannot be used/]) assert.match(refused.stderr, sentence);
  assert.equal(number(data, "SELECT count(*) FROM stimulus_set"), 0);
  const kept = number(data, "SELECT count(*) FROM picture");
  assert.equal(kept, 20);
  const done = await dinolab(...words, "--leave-out-damaged");
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stderr, /22 pictures were stored already/); // 20 and the two copies of one of them
  assert.match(done.stdout, /21 pictures/);
  assert.equal(number(data, "SELECT count(*) FROM picture"), kept);
  assert.deepEqual(query(data, "SELECT min(row_index) AS low, max(row_index) AS high, count(*) AS count FROM stimulus"), [{ low: 0, high: 20, count: 21 }]);
});

test("a zip gives the same set as its folder; one that means harm is refused whole", async (t) => {
  const folder = temporaryFolder(t);
  const [images, data] = [makeImages(folder), join(folder, "data")];
  put(folder, "good.zip", zipOf(images));
  put(folder, "out.zip", zip([{ name: "../../evil/a.png", bytes: png(8, 8, 1) }]));
  put(folder, "bomb.zip", zip([{ name: "a/a.png", bytes: png(8, 8, 1), claimed: 2 ** 31 }]));
  put(folder, "none.zip", Buffer.from("no zip at all"));
  await dinolabDone("import", "stimuli", "--data", data, "--set", "folder", "--images", images);
  await dinolabDone("import", "stimuli", "--data", data, "--set", "zip", "--images", join(folder, "good.zip"));
  assert.deepEqual(stored(data, "zip"), stored(data, "folder"));
  assert.equal(new Set(query<{ sha: string }>(data, "SELECT hex(sha256) AS sha FROM stimulus_set").map(({ sha }) => sha)).size, 1);
  for (const [file, sentence] of [["out.zip", /leads out of its folder/], ["bomb.zip", /would unpack to/], ["none.zip", /open the zip file/], ["nowhere.zip", /there is no folder or zip file/]] as const) {
    const refused = await dinolab("import", "stimuli", "--data", data, "--set", "bad", "--images", join(folder, file));
    assert.notEqual(refused.status, 0);
    assert.match(refused.stderr, sentence);
  }
  assert.equal(number(data, "SELECT count(*) FROM stimulus_set"), 2);
});

/** Objects in another order than that of their names; the last has no picture. */
function writeThings(folder: string): { objects: string[]; words: string[] } {
  const objects = [...Array.from({ length: OBJECT_COUNT - 1 }, (_, at) => `thing${String((at * 7 + 3) % OBJECT_COUNT)}`), "unseen"];
  writeFileSync(join(folder, "unique_id.csv"), objects.join("\r\n") + "\r\n");
  writeFileSync(join(folder, "embedding.txt"), objects.map((_, row) => `${String(0.1 + 0.2 * row)} ${String(2 - 0.2 * row)}`).join("\n") + "\n");
  return { objects, words: ["--embedding", join(folder, "embedding.txt"), "--ids", join(folder, "unique_id.csv")] };
}

test("things: the set is in the embedding's order, and every picture of an object has its row", async (t) => {
  const folder = temporaryFolder(t);
  const [images, data] = [makeImages(folder), join(folder, "data")];
  const { objects, words } = writeThings(folder);
  const outcome = await dinolab("import", "things", "--data", data, "--images", images, ...words);
  assert.equal(outcome.status, 0, outcome.stderr);
  assert.match(outcome.stderr, /2 pictures of other objects are left out/);
  assert.match(outcome.stderr, /1 objects have no picture/);
  assert.deepEqual(stored(data, "things").map(({ object }) => object), objects.slice(0, -1).flatMap((object) => [object, object]));
  const [row] = query<{ family: string; feature_count: number; sha: string }>(data, "SELECT family, feature_count, lower(hex(matrix_sha256)) AS sha FROM representation WHERE name = 'task'");
  assert.deepEqual([row?.family, row?.feature_count], ["task", 2]);
  const file = readFileSync(join(data, "representations", `${row?.sha ?? ""}.npy`));
  const values = new Float64Array(new Uint8Array(file.subarray(file.length - 18 * 2 * 8)).buffer);
  for (let at = 0; at < 18; at++) {
    assert.ok(Math.abs((values[2 * at] ?? NaN) - (0.1 + 0.2 * Math.floor(at / 2))) < 1e-12);
    assert.ok(Math.abs((values[2 * at + 1] ?? NaN) - (2 - 0.2 * Math.floor(at / 2))) < 1e-12);
  }
  assert.match(await dinolabDone("import", "things", "--data", data, "--images", images, ...words), /exists already; its embedding follows/);
});

async function upload(researcher: Researcher, bytes: Buffer): Promise<string> {
  const { upload: id } = parsed<{ upload: string }>(expectStatus(await researcher.post("/api/v1/uploads", { name: "pictures.zip", byte_count: bytes.length }), 201));
  expectStatus(await send(researcher.server, "PUT", `/api/v1/uploads/${id}/0`, { cookie: researcher.cookie, csrf: researcher.csrf, body: bytes }), 200);
  return id;
}

async function importZip(researcher: Researcher, name: string, bytes: Buffer, more: object = {}): Promise<ImportStatus> {
  const reply = expectStatus(await researcher.post("/api/v1/stimulus-sets", { name, upload: await upload(researcher, bytes), ...more }), 202);
  const path = `/api/v1/imports/${String(parsed<{ import: number }>(reply).import)}`;
  return until("the import ends", async () => {
    const status = await researcher.read<ImportStatus>(path);
    return status.state === "running" ? null : status;
  });
}

test("a zip that is uploaded becomes a set in the background, with what is wrong; nothing of it is left over", async (t) => {
  const folder = temporaryFolder(t);
  const images = makeImages(folder);
  const data = join(folder, "data");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const done = await importZip(researcher, "dropped", zipOf(images));
  assert.deepEqual([done.state, done.done, done.total, done.left_s, done.problems], ["done", 20, 20, 0, []], done.message);
  assert.deepEqual(await researcher.read<StimulusSetsReply>("/api/v1/stimulus-sets"), { stimulus_sets: [{ name: "dropped", stimulus_count: 20, object_count: 10, representations: [] }] });
  assert.deepEqual(readdirSync(join(data, "uploads")), []);
  put(images, "thing0/cut.webp", emoji(1).subarray(0, 500));
  const failed = await importZip(researcher, "cut", zipOf(images));
  assert.equal(failed.state, "failed");
  assert.match(failed.message, /cut\.webp' is damaged/);
  assert.equal(failed.problems.length, 1);
  const some = await importZip(researcher, "cut", zipOf(images), { leave_out_damaged: true });
  assert.deepEqual([some.state, some.problems.length], ["done", 1]);
  for (const [body, status, sentence] of [[{ name: "dropped", upload: "a" }, 409, /exists already/], [{ name: "No", upload: "a" }, 400, /must be of a-z/], [{ name: "x", upload: "0".repeat(32) }, 404, /upload/]] as const) {
    assert.match(errorOf(expectStatus(await researcher.post("/api/v1/stimulus-sets", body), status)).message, sentence);
  }
  expectStatus(await researcher.get("/api/v1/imports/999"), 404);
  expectStatus(await send(server, "GET", "/api/v1/stimulus-sets"), 401);
});

async function laboratory(t: TestContext): Promise<{ data: string; server: Server; researcher: Researcher }> {
  const folder = temporaryFolder(t);
  const data = join(folder, "data");
  const { objects, words } = writeThings(folder);
  await dinolabDone("import", "things", "--data", data, "--images", makeImages(folder), "--set", SET, ...words);
  const names = objects.slice(0, 8).map((object) => `${object}/${object}_01b`);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(2), 1, names, 8)], representations: ["task"], settings: {} });
  const server = await serve(t, data);
  return { data, server, researcher: await Researcher.setUp(server) };
}

test("pictures along a dimension stand in the five bins, each object once before it comes again, and a condition's choice is marked", async (t) => {
  const { researcher, data } = await laboratory(t);
  const path = "/api/v1/stimulus-sets/pictures/dimensions/task/0";
  const { bins, out_of_range_count: outside } = await researcher.read<DimensionReply>(path);
  const rows = stored(data, SET);
  const bounds = [0, 0.4, 0.8, 1.2, 1.6, 2];
  assert.equal(outside, 0);
  bins.forEach((bin, at) => {
    assert.ok(Math.abs(bin.low - (bounds[at] ?? NaN)) < 1e-12 && Math.abs(bin.high - (bounds[at + 1] ?? NaN)) < 1e-12);
    const inside = rows.filter((_, row) => Math.ceil((0.1 + 0.2 * Math.floor(row / 2)) / 0.4 - 1e-9) - 1 === at);
    assert.equal(bin.stimulus_count, inside.length);
    assert.equal(bin.object_count, new Set(inside.map(({ object }) => object)).size);
    assert.equal(bin.stimuli.length, inside.length);
    assert.equal(new Set(bin.stimuli.slice(0, bin.object_count).map(({ object }) => object)).size, bin.object_count);
    for (const one of bin.stimuli) {
      const row = rows.find(({ name }) => name === one.id);
      assert.deepEqual([one.picture, one.thumbnail, one.is_chosen], [row?.picture, row?.thumbnail, undefined]);
      assert.match(one.thumbnail, SHA);
      assert.ok(one.value > bin.low && one.value <= bin.high);
    }
  });
  const chosen = await researcher.read<DimensionReply>(`${path}?study=cat&condition=1&limit=1`);
  const marked = chosen.bins.flatMap(({ stimuli }) => stimuli).filter((one) => one.is_chosen === true);
  assert.deepEqual(marked.map(({ id }) => id).sort(), query<{ name: string }>(data, "SELECT DISTINCT s.name FROM condition_trial JOIN stimulus AS s ON stimulus_id = left_stimulus_id WHERE phase = 'main' ORDER BY 1").map(({ name }) => name));
  assert.equal(chosen.bins.reduce((sum, bin) => sum + (bin.chosen_count ?? 0), 0), marked.length);
  for (const [wrong, status] of [["/api/v1/stimulus-sets/none/dimensions/task/0", 404], ["/api/v1/stimulus-sets/pictures/dimensions/none/0", 404],
    ["/api/v1/stimulus-sets/pictures/dimensions/task/2", 404], [`${path}?study=cat&condition=9`, 404], [`${path}?limit=0`, 400]] as const) expectStatus(await researcher.get(wrong), status);
});

test("a picture goes to whose condition shows it, to researchers, and by a signed link until its time is over", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  const person = new Participant(server);
  const own = new Set((await person.enrol("cat")).trials.stimuli.flat());
  const rows = stored(data, SET);
  const foreign = rows.map(({ picture }) => String(picture)).find((sha) => !own.has(sha)) ?? "";
  const shown = [...own][0] ?? "";
  expectStatus(await person.send("GET", `/media/${shown}`), 200);
  expectStatus(await person.send("GET", `/media/${foreign}`), 404);
  expectStatus(await person.send("GET", `/media/${String(rows.find(({ picture }) => picture === shown)?.thumbnail)}`), 404);
  expectStatus(await researcher.get(`/media/${String(rows[0]?.thumbnail)}`), 200);
  expectStatus(await send(server, "GET", `/media/${foreign}`), 401);
  const { url } = parsed<{ url: string }>(expectStatus(await researcher.post(`/api/v1/media/${foreign}/links`, { valid_s: 60 }), 201));
  const fetched = await fetch(server.url + url);
  assert.equal(createHash("sha256").update(Buffer.from(await fetched.arrayBuffer())).digest("hex"), foreign);
  const refuse = async (link: string): Promise<Reply> => expectStatus(await send(server, "GET", link), 403);
  await refuse(url.replace(foreign, shown)); // another picture
  await refuse(url.replace(/until=(\d+)/, (_, until: string) => `until=${String(Number(until) + 1)}`)); // a later end
  await refuse(url.replace(/until=\d+&/, ""));
  await refuse(url.replace(/signature=../, "signature=zz"));
  const short = parsed<{ url: string }>(expectStatus(await researcher.post(`/api/v1/media/${foreign}/links`, { valid_s: 1 }), 201)).url;
  await until("the link's time is over", async () => (await fetch(server.url + short)).status === 403 ? true : null);
  expectStatus(await researcher.post(`/api/v1/media/${"0".repeat(64)}/links`, { valid_s: 60 }), 404);
  expectStatus(await send(server, "POST", `/api/v1/media/${foreign}/links`, { body: { valid_s: 60 } }), 401);
});
