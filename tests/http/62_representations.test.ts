// Representations on their way in: uploads in pieces, also over broken connections.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, utimesSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { errorOf, expectStatus, parsed, Researcher, send, type Reply } from "./support/client.ts";
import { serve, temporaryFolder, until, type Server } from "./support/program.ts";

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
