import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { crc32, zipOfFolder, type FolderFile } from "../dashboard/state/folder_zip.ts";

function folderFile(path: string, text: string, lastModified = 5): FolderFile {
  return { path, file: new File([text], path.split("/").at(-1) ?? "", { lastModified }) };
}

const FILES = [folderFile("mine/b/ö.png", "second"), folderFile("mine/a/one.JPG", "first", 9), folderFile("mine/notes.txt", "no picture"), folderFile("mine/a/._one.jpg", "no picture either")];

/** Names and contents, as Python's zipfile reads them; it checks every checksum. */
function unpacked(bytes: Uint8Array): [string, string][] {
  const folder = mkdtempSync(join(tmpdir(), "dinolab-zip-"));
  try {
    writeFileSync(join(folder, "x.zip"), bytes);
    const program = "import json, sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps([[n, z.read(n).decode()] for n in z.namelist()]))";
    return JSON.parse(execFileSync("python3", ["-c", program, join(folder, "x.zip")], { encoding: "utf8" })) as [string, string][];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the checksum is that of zip", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new TextEncoder().encode("6789"), crc32(new TextEncoder().encode("12345"))), 0xcbf43926);
});

test("a folder becomes one zip of its pictures, the same whatever their order", async () => {
  const seen: string[] = [];
  const zip = await zipOfFolder("mine", FILES, (done, total) => seen.push(`${String(done)}/${String(total)}`));
  assert.deepEqual([zip.name, zip.lastModified, seen], ["mine.zip", 9, ["0/2", "1/2"]]);
  const bytes = new Uint8Array(await zip.arrayBuffer());
  assert.deepEqual(unpacked(bytes), [["mine/a/one.JPG", "first"], ["mine/b/ö.png", "second"]]);
  assert.deepEqual(new Uint8Array(await (await zipOfFolder("mine", [...FILES].reverse(), () => undefined)).arrayBuffer()), bytes);
});

test("a folder without pictures is no zip", async () => {
  await assert.rejects(zipOfFolder("notes", [folderFile("notes/a.txt", "x")], () => undefined), /no picture in the folder “notes”/);
});
