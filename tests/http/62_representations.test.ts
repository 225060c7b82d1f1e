// Representations on their way in: uploads in pieces, also over broken connections; matrices matched by id; many from one table.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { spearman } from "../../web/dashboard/state/rank_correlation.ts";
import { errorOf, expectStatus, parsed, Participant, Researcher, send, type Reply } from "./support/client.ts";
import { query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, until, type Server } from "./support/program.ts";
import { coin, seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, SET } from "./support/study.ts";

const PIECE_BYTES = 8 * 1024 * 1024;

interface Upload { name: string; byte_count: number; received: number }

async function announce(researcher: Researcher, name: string, byteCount: number): Promise<string> {
  return parsed<{ upload: string }>(expectStatus(await researcher.post("/api/v1/uploads", { name, byte_count: byteCount }), 201)).upload;
}

function piece(researcher: Researcher, upload: string, offset: number, body: Uint8Array): Promise<Reply> {
  return send(researcher.server, "PUT", `/api/v1/uploads/${upload}/${String(offset)}`, { cookie: researcher.cookie, csrf: researcher.csrf, body });
}

const look = (researcher: Researcher, upload: string): Promise<Upload> => researcher.read<Upload>(`/api/v1/uploads/${upload}`);

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Announces a whole piece, sends a part of it, and is gone. */
function breakOff(server: Server, path: string, headers: Record<string, string>, announced: number, sent: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const call = request(server.url + path, { method: "PUT", headers: { ...headers, "Content-Length": String(announced) } });
    call.on("error", () => { resolve(); });
    call.on("response", () => { resolve(); });
    call.write(sent, () => { setImmediate(() => { call.destroy(); resolve(); }); });
  });
}

test("a file of several pieces arrives as it was sent", async (t) => {
  const data = join(temporaryFolder(t), "data");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const bytes = randomBytes(2 * PIECE_BYTES + 12_345);
  const upload = await announce(researcher, "three pieces.npy", bytes.length);
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const reply = expectStatus(await piece(researcher, upload, offset, bytes.subarray(offset, offset + PIECE_BYTES)), 200);
    assert.equal(parsed<{ received: number }>(reply).received, Math.min(offset + PIECE_BYTES, bytes.length));
  }
  assert.deepEqual(await look(researcher, upload), { name: "three pieces.npy", byte_count: bytes.length, received: bytes.length });
  assert.equal(sha256(readFileSync(join(data, "uploads", upload))), sha256(bytes));
});

test("a broken connection costs what was on its way, and the upload goes on where it ended, also after a restart", async (t) => {
  const data = join(temporaryFolder(t), "data");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const bytes = randomBytes(1_000_000);
  const upload = await announce(researcher, "broken.npy", bytes.length);
  const headers = { Cookie: researcher.cookie, "X-CSRF-Token": researcher.csrf };
  await breakOff(server, `/api/v1/uploads/${upload}/0`, headers, bytes.length, bytes.subarray(0, 400_000));
  const received = await until("some of it is there", async () => {
    const { received: count } = await look(researcher, upload);
    return count > 0 ? count : null;
  });
  assert.ok(received <= 400_000);
  await server.kill();
  await server.start();
  const again = await Researcher.logIn(server);
  const { received: kept } = await look(again, upload);
  assert.ok(kept >= received && kept <= 400_000);
  assert.match(errorOf(expectStatus(await piece(again, upload, 0, bytes), 409)).message, new RegExp(`${String(kept)} of 1000000 bytes are received`));
  expectStatus(await piece(again, upload, kept, bytes.subarray(kept)), 200);
  assert.equal(sha256(readFileSync(join(data, "uploads", upload))), sha256(bytes));
});

test("nobody writes a byte without a login and its token, nor more than was announced", async (t) => {
  const data = join(temporaryFolder(t), "data");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const upload = await announce(researcher, "small", 10);
  const path = `/api/v1/uploads/${upload}/0`;
  const body = new Uint8Array(10);
  expectStatus(await send(server, "PUT", path, { body }), 401);
  expectStatus(await send(server, "PUT", path, { cookie: researcher.cookie, body }), 403);
  expectStatus(await send(server, "POST", "/api/v1/uploads", { cookie: researcher.cookie, body: { name: "x", byte_count: 1 } }), 403);
  expectStatus(await piece(researcher, upload, 0, new Uint8Array(11)), 413);
  expectStatus(await piece(researcher, upload, 5, body), 409);
  expectStatus(await piece(researcher, "0".repeat(32), 0, body), 404);
  expectStatus(await piece(researcher, "..", 0, body), 404);
  assert.equal((await look(researcher, upload)).received, 0);
  expectStatus(await piece(researcher, upload, 0, body), 200);
  expectStatus(await piece(researcher, upload, 10, new Uint8Array(1)), 413);
  expectStatus(await researcher.post("/api/v1/uploads", { name: "huge", byte_count: 8 * 1024 ** 3 + 1 }), 400);
  expectStatus(await researcher.get("/api/v1/uploads/none"), 404);
});

test("what nobody went on with for a day is gone after a restart", async (t) => {
  const data = join(temporaryFolder(t), "data");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const [old, young] = [await announce(researcher, "old", 10), await announce(researcher, "young", 10)];
  await server.stop();
  const longAgo = Date.now() / 1000 - 25 * 60 * 60;
  utimesSync(join(data, "uploads", old), longAgo, longAgo);
  await server.start();
  const again = await Researcher.logIn(server);
  await until("the old one is gone", async () => ((await again.get(`/api/v1/uploads/${old}`)).status === 404 ? true : null));
  assert.ok(!existsSync(join(data, "uploads", `${old}.about`)));
  assert.equal((await look(again, young)).received, 0);
});

// --- matrices ---

const PICTURE_COUNT = 30;
const FEATURE_COUNT = 3000;

/** A .npy file of float32 (NumPy's format, version 1). */
function npy(rows: readonly (readonly number[])[]): Uint8Array {
  const columnCount = rows[0]?.length ?? 0;
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${String(rows.length)}, ${String(columnCount)}), }`.padEnd(117) + "\n";
  const values = Float32Array.from(rows.flat());
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([1, 0, 118, 0]), Buffer.from(text), Buffer.from(values.buffer)]);
}

async function sendWhole(researcher: Researcher, name: string, bytes: Uint8Array): Promise<string> {
  const upload = await announce(researcher, name, bytes.length);
  expectStatus(await piece(researcher, upload, 0, bytes), 200);
  return upload;
}

const valueAt = (picture: number, feature: number): number => ((picture * 31 + feature * 7) % 101) / 4;

/** What is stored of a representation: doubles after a header of 128 bytes, in the set's order. */
function storedValues(data: string, name: string): Float64Array {
  const [row] = query<{ hex: string }>(data, `SELECT lower(hex(matrix_sha256)) AS hex FROM representation WHERE name = '${name}'`);
  const bytes = readFileSync(join(data, "representations", `${row?.hex ?? ""}.npy`));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset + 128, bytes.byteOffset + bytes.length));
}

async function laboratory(folder: string): Promise<{ data: string; names: string[] }> {
  return { data: await importPictures(folder, PICTURE_COUNT, []), names: pictureNames(PICTURE_COUNT) };
}

test("an uploaded matrix of thousands of features, in any order and with ids that the set does not have, becomes a representation", async (t) => {
  const { data, names } = await laboratory(temporaryFolder(t));
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const order = [...names.keys()].reverse();
  const ids = ["id", ...order.map((at) => names[at]), "nobody", "stranger"].join("\n");
  const features = [...Array(FEATURE_COUNT).keys()];
  const rows = [...order, 98, 99].map((picture) => features.map((feature) => valueAt(picture, feature)));
  const body = { name: "clip", family: "multimodal", description: "made up", size_class: "base", loss: "contrastive", parameter_count: 86567656, training_image_count: null,
    upload: await sendWhole(researcher, "clip.npy", npy(rows)), ids_upload: await sendWhole(researcher, "ids.csv", Buffer.from(ids)) };
  const reply = expectStatus(await researcher.post("/api/v1/stimulus-sets/pictures/representations", body), 201);
  assert.deepEqual(parsed(reply), { feature_count: FEATURE_COUNT, extra_count: 2, extra: ["nobody", "stranger"], is_unchanged: false });
  assert.deepEqual(storedValues(data, "clip"), Float64Array.from(names.flatMap((_, picture) => features.map((feature) => valueAt(picture, feature)))));
  assert.deepEqual(query(data, "SELECT family, description, size_class, loss, parameter_count, training_image_count FROM representation WHERE name = 'clip'"),
    [{ family: "multimodal", description: "made up", size_class: "base", loss: "contrastive", parameter_count: 86567656, training_image_count: null }]);
  assert.deepEqual(readdirSync(join(data, "uploads")), []);
});

test("what does not fit is refused with the ids, or with row and column, in the names of whoever sent it", async (t) => {
  const { data, names } = await laboratory(temporaryFolder(t));
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  const rows = names.map((_, picture) => [picture, 1]);
  const refuse = async (matrix: Uint8Array, ids: string[] | null, sentence: RegExp): Promise<void> => {
    const body = { name: "m", upload: await sendWhole(researcher, "mine.npy", matrix),
      ids_upload: ids === null ? null : await sendWhole(researcher, "ids.csv", Buffer.from(["id", ...ids].join("\n"))) };
    const { message } = errorOf(expectStatus(await researcher.post("/api/v1/stimulus-sets/pictures/representations", body), 400));
    assert.match(message, sentence);
    assert.ok(!message.includes(data), message);
  };
  await refuse(npy(rows.slice(2)), names.slice(2), new RegExp(`no row for 2 of 30 stimuli: '${names[0] ?? ""}' '${names[1] ?? ""}'$`));
  expectStatus(await researcher.post("/api/v1/stimulus-sets/pictures/representations", { name: "m", upload: await sendWhole(researcher, "good.npy", npy(rows)) }), 201);
  await refuse(npy(rows.slice(1)), null, /mine\.npy has 29 rows, the stimulus set 'pictures' has 30 stimuli/);
  await refuse(npy(rows), names.slice(1), /ids\.csv has 29 ids, the matrix has 30 rows/);
  await refuse(npy(rows.map((row, at) => (at === 7 ? [1, NaN] : row))), null, /mine\.npy: .*row 7.*column 1/);
  await refuse(npy(rows.map((row, at) => (at === 3 ? [Infinity, 1] : row))), null, /mine\.npy: .*row 3.*column 0/);
  await refuse(npy(rows).subarray(0, 200), null, /mine\.npy: /);
  const upload = await announce(researcher, "half.npy", 100);
  assert.match(errorOf(expectStatus(await researcher.post("/api/v1/stimulus-sets/pictures/representations", { name: "h", upload }), 409)).message,
    /of 'half\.npy' only 0 of 100 bytes are uploaded/);
  expectStatus(await researcher.post("/api/v1/stimulus-sets/none/representations", { name: "m", upload: await sendWhole(researcher, "x", npy(rows)) }), 404);
  // The same content under the same name is no mistake, another one is.
  const again = { name: "m", upload: await sendWhole(researcher, "same.npy", npy(rows)) };
  assert.equal(parsed<{ is_unchanged: boolean }>(expectStatus(await researcher.post("/api/v1/stimulus-sets/pictures/representations", again), 201)).is_unchanged, true);
  const other = { name: "m", upload: await sendWhole(researcher, "other.npy", npy(rows.map(([a = 0, b = 0]) => [a, b + 1]))) };
  expectStatus(await researcher.post("/api/v1/stimulus-sets/pictures/representations", other), 409);
});

test("a table imports many at once, says what failed and why, and can be given again", async (t) => {
  const folder = temporaryFolder(t);
  const { data, names } = await laboratory(folder);
  const count = 12;
  for (let at = 0; at < count; at++) writeFileSync(join(folder, `m${String(at)}.npy`), npy(names.map((_, picture) => [picture, at])));
  writeFileSync(join(folder, "ids.csv"), ["id", ...names, ""].join("\n"));
  const lines = [...Array(count).keys()].map((at) => `r${String(at)},m${String(at)}.npy,ids.csv,vision,${at === 0 ? "r11" : ""}`);
  const manifest = join(folder, "manifest.csv");
  const run = ["import", "representations", "--data", data, "--set", "pictures", "--manifest", manifest];
  writeFileSync(manifest, ["name,matrix,ids,family,baseline_of", ...lines, "lost,none.npy,,,", ""].join("\n"));
  const first = await dinolab(...run);
  assert.equal(first.status, 2);
  assert.match(first.stderr, /13\/13 lost: failed: there is no file '.*none\.npy'/);
  assert.match(first.stdout, /1\/13 r0: 2 features\n/);
  assert.match(first.stdout, /13 representations: 12 imported, 0 were there already, 1 failed\n$/);
  assert.deepEqual(query(data, "SELECT b.name FROM representation AS r JOIN representation AS b ON b.representation_id = r.baseline_of WHERE r.name = 'r0'"), [{ name: "r11" }]);
  writeFileSync(manifest, ["name,matrix,ids,family,baseline_of", ...lines, ""].join("\n"));
  const again = await dinolabDone(...run);
  assert.match(again, /12 representations: 0 imported, 12 were there already, 0 failed\n$/);
});

// --- scores of other benchmarks ---

interface Scores {
  learner: string;
  benchmarks: { benchmark: string; alignment: "r2_loo" | "r2_online"; pair_count: number; spearman: number | null;
    points: { representation: string; family: string; score: number; r2_online: number | null; r2_loo: number | null }[] }[];
}

const putScores = (researcher: Researcher, csv: string, set = SET): Promise<Reply> =>
  send(researcher.server, "PUT", `/api/v1/stimulus-sets/${set}/scores`, { cookie: researcher.cookie, csrf: researcher.csrf, body: csv });

/** A study on four representations that two people have played. */
async function playedStudy(t: TestContext): Promise<{ data: string; server: Server; researcher: Researcher }> {
  const folder = temporaryFolder(t);
  const { data, names } = await laboratory(folder);
  for (const [at, name] of ["a", "b", "c", "d"].entries()) {
    const matrix = join(folder, `${name}.npy`);
    writeFileSync(matrix, npy(names.map((_, picture) => [valueAt(picture, 3 * at), valueAt(picture * picture, 5 * at + 1), at === 0 ? picture : 1])));
    await dinolabDone("import", "representation", "--data", data, "--set", SET, "--name", name, "--family", at < 2 ? "vision" : "text", "--matrix", matrix);
  }
  await createStudy(folder, data, { slug: "cat", task: "category", representations: ["a", "b", "c", "d"], conditions: [categoryCondition(seeded(3), 1, names, 12)],
    settings: { sessions_per_condition: 2 } });
  const server = await serve(t, data);
  const random = seeded(8);
  for (let person = 0; person < 2; person++) {
    const participant = new Participant(server);
    await participant.begin("cat");
    await participant.play(() => coin(random));
    await participant.finish();
  }
  return { data, server, researcher: await Researcher.setUp(server) };
}

test("scores of other benchmarks stand beside alignment, with the rank correlation that the page computes too", async (t) => {
  const { data, server, researcher } = await playedStudy(t);
  const path = "/api/v1/studies/cat/scores";
  assert.deepEqual((await researcher.read<Scores>(path)).benchmarks, []);
  const table = "representation,benchmark,score\na,imagenet,0.8\nb,imagenet,0.7\nc,imagenet,0.7\nd,imagenet,0.2\nb,brain,1\na,brain,-3.5\n";
  assert.deepEqual(parsed(expectStatus(await putScores(researcher, table), 200)), { count: 6 });
  const numbers = await until("every representation has its alignment", async () => {
    const { benchmarks } = await researcher.read<Scores>(path);
    return benchmarks.every(({ points }) => points.every(({ r2_online: r2 }) => r2 !== null)) ? benchmarks : null;
  });
  assert.deepEqual(numbers.map(({ benchmark, alignment, points }) => [benchmark, alignment, points.map(({ representation, score }) => [representation, score])]),
    [["brain", "r2_online", [["a", -3.5], ["b", 1]]], ["imagenet", "r2_online", [["a", 0.8], ["b", 0.7], ["c", 0.7], ["d", 0.2]]]]);
  const [brain, imagenet] = numbers;
  assert.equal(brain?.spearman, null); // two points are no correlation
  const online = spearman(imagenet?.points.map(({ score, r2_online: r2 }) => [score, r2 ?? NaN] as const) ?? []).rho;
  assert.ok(online !== null && Math.abs((imagenet?.spearman ?? NaN) - online) < 1e-12);
  // Asked for, leaving one out takes its place.
  expectStatus(await researcher.post("/api/v1/studies/cat/group/loo", {}), 202);
  const left = await until("one was left out of every model", async () => {
    const found = (await researcher.read<Scores>(path)).benchmarks.find(({ benchmark }) => benchmark === "imagenet");
    return found?.alignment === "r2_loo" ? found : null;
  });
  const loo = spearman(left.points.map(({ score, r2_loo: r2 }) => [score, r2 ?? NaN] as const)).rho;
  assert.ok(loo !== null && Math.abs((left.spearman ?? NaN) - loo) < 1e-12);
  // Again replaces; a restart keeps; the sub-command takes the same table.
  expectStatus(await putScores(researcher, "representation,benchmark,score\nd,imagenet,0.9\n"), 200);
  await server.stop();
  writeFileSync(join(data, "scores.csv"), "benchmark,score,representation\nbrain,2,c\n");
  assert.match(await dinolabDone("import", "scores", "--data", data, "--set", SET, "--csv", join(data, "scores.csv")), /1 scores noted/);
  await server.start();
  const after = (await (await Researcher.logIn(server)).read<Scores>(path)).benchmarks.map(({ points }) => points.map(({ score }) => score));
  assert.deepEqual(after, [[-3.5, 1, 2], [0.8, 0.7, 0.7, 0.9]]);
});

test("a table of scores with a mistake changes nothing and is told with its line", async (t) => {
  const { data, researcher } = await playedStudy(t);
  const head = "representation,benchmark,score\na,imagenet,1\n";
  for (const [csv, sentence] of [[`${head}z,imagenet,1\n`, /the table, line 3: .*'z'/], [`${head}b,imagenet,high\n`, /line 3: the score 'high' is not a finite number/],
    [`${head}a,imagenet,2\n`, /line 3: the score of 'a' on 'imagenet' comes twice/], [`${head}b,,2\n`, /line 3: benchmark must have 1 to 64 bytes/],
    ["representation,score\na,1\n", /has no column 'benchmark'/], ["representation,benchmark,score\n", /the table has no scores/]] as const) {
    assert.match(errorOf(expectStatus(await putScores(researcher, csv), 400)).message, sentence);
  }
  expectStatus(await putScores(researcher, head, "none"), 404);
  assert.equal(query(data, "SELECT * FROM score").length, 0);
  assert.match(errorOf(expectStatus(await researcher.get("/api/v1/studies/cat/scores?learner=none"), 400)).message, /no learner 'none'/);
  expectStatus(await researcher.get("/api/v1/studies/none/scores"), 404);
});
