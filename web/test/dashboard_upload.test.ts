// Files in pieces: what is sent when all goes well, when a piece is lost, and when nothing helps.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiError } from "../dashboard/api.ts";
import { representationBody } from "../dashboard/import_api.ts";
import { nameFrom, PIECE_BYTES, sendFile, sortFiles, TRIES_MAX, waitMs, type UploadServer } from "../dashboard/state/upload.ts";

const SIZE = 2 * PIECE_BYTES + 10;
const FILE = { name: "m.npy", size: SIZE, slice: (from: number, to: number) => new Blob([new Uint8Array(to - from)]) };

/** Keeps what arrives; `lose` says how many bytes of the nth piece do before the connection breaks. */
function serverThat(lose: (nth: number) => number | null): { server: UploadServer; log: string[] } {
  const log: string[] = [];
  let received = 0;
  let nth = 0;
  return {
    log,
    server: {
      create: () => Promise.resolve({ upload: "id", received }),
      look: () => { log.push("look"); return Promise.resolve(received); },
      put: (_, offset, piece) => {
        log.push(`put ${offset}`);
        assert.equal(offset, received);
        const kept = lose(nth++);
        received += kept ?? piece.size;
        return kept === null ? Promise.resolve(received) : Promise.reject(new ApiError("offline", 0, "gone"));
      },
      wait: (ms) => { log.push(`wait ${ms}`); return Promise.resolve(); },
    },
  };
}

describe("an upload", () => {
  it("sends one piece after another", async () => {
    const { server, log } = serverThat(() => null);
    assert.equal(await sendFile(FILE, server, () => undefined), "id");
    assert.deepEqual(log, ["put 0", `put ${PIECE_BYTES}`, `put ${2 * PIECE_BYTES}`]);
  });
  it("goes on where it ended after a broken connection", async () => {
    const { server, log } = serverThat((nth) => (nth === 1 ? 1000 : null));
    await sendFile(FILE, server, () => undefined);
    assert.deepEqual(log, ["put 0", `put ${PIECE_BYTES}`, "wait 1000", "look", `put ${PIECE_BYTES + 1000}`]
      .concat(PIECE_BYTES + 1000 + PIECE_BYTES < SIZE ? [`put ${2 * PIECE_BYTES + 1000}`] : []));
  });
  it("gives up when nothing helps, later and later", async () => {
    const { server, log } = serverThat(() => 0);
    await assert.rejects(sendFile(FILE, server, () => undefined), /gone/);
    assert.equal(log.filter((line) => line.startsWith("wait")).length, TRIES_MAX);
    assert.deepEqual([waitMs(1), waitMs(3), waitMs(20)], [1000, 4000, 30_000]);
  });
  it("knows files by their names and sends only what is said", () => {
    const [matrix, ids] = [{ name: "clip.NPY" }, { name: "ids.csv" }];
    assert.deepEqual(sortFiles([ids, matrix]), { matrix, ids });
    assert.equal(nameFrom("CLIP ViT-B/32.npy"), "clip-vit-b-32");
    const facts = { name: "clip", family: " ", description: "", size_class: "", loss: "", parameter_count: "86,567", training_image_count: "", baseline_of: "", aligned_by: "" };
    assert.deepEqual(representationBody(facts, "u", null), { name: "clip", parameter_count: 86567, upload: "u" });
  });
});
