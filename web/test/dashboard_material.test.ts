// What the pages of pictures work out for themselves: the address, the table, an upload that goes on after the page was closed, the time it takes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiError } from "../dashboard/api.ts";
import { toCsv } from "../dashboard/csv.ts";
import { dimensionQuery, keptUploads, uploadKey, type Kept } from "../dashboard/material_api.ts";
import { parseRoute, stimulusSetPath } from "../dashboard/router.ts";
import { choiceQuery, dimensionChoice, dimensionTable, hiddenCount, sortProblems } from "../dashboard/state/dimension_view.ts";
import type { UploadServer } from "../dashboard/state/upload.ts";
import { uploadLeftS } from "../dashboard/state/upload_pace.ts";
import type { DimensionReply, StimulusSet } from "../dashboard/types.ts";

const SET: StimulusSet = {
  name: "mine", stimulus_count: 4, object_count: 3,
  representations: [{ name: "clip", family: "multimodal", feature_count: 512 }, { name: "task", family: "task", feature_count: 3 }],
};

const REPLY: DimensionReply = {
  bins: [
    { low: 0, high: 0.4, object_count: 2, stimulus_count: 3, chosen_count: 1, stimuli: [
      { id: "b/1", object: "b", value: 0.3, thumbnail: "t", picture: "p", is_chosen: true }, { id: 'a,"1"', object: "a", value: 0.1, thumbnail: "t", picture: "p", is_chosen: false },
    ] },
    { low: 0.4, high: 0.8, object_count: 1, stimulus_count: 1, chosen_count: 0, stimuli: [{ id: "c/1", object: "c", value: 0.7, thumbnail: "t", picture: "p", is_chosen: false }] },
  ],
  out_of_range_count: 0,
};

describe("the address of a set's page", () => {
  it("says which dimension and whose choice, as far as the set has them", () => {
    assert.deepEqual(dimensionChoice("", SET), { representation: "task", dimension: 0, condition: null });
    assert.deepEqual(dimensionChoice("?representation=clip&dimension=511&study=s&condition=12", SET), { representation: "clip", dimension: 511, condition: { study: "s", number: 12 } });
    assert.deepEqual(dimensionChoice("?representation=gone&dimension=9&study=&condition=2", SET), { representation: "task", dimension: 2, condition: null });
    assert.deepEqual(dimensionChoice("?dimension=-1&study=s&condition=0", SET), { representation: "task", dimension: 0, condition: { study: "s", number: 1 } });
    assert.equal(dimensionChoice("?representation=task", { ...SET, representations: [] }), null);
  });
  it("is read as it was written", () => {
    for (const condition of [null, { study: "a-b", number: 3 }]) {
      const choice = { representation: "clip", dimension: 7, condition };
      assert.deepEqual(dimensionChoice(choiceQuery(choice), SET), choice);
    }
    assert.deepEqual(parseRoute(stimulusSetPath("my set"), ""), { page: "stimulus_set", set: "my set" });
    assert.deepEqual(parseRoute("/stimulus-sets", "?import=3"), { page: "stimulus_sets" });
    assert.deepEqual(parseRoute("/stimulus-sets/a/import", ""), { page: "import_representation", set: "a" });
    assert.deepEqual(parseRoute("/stimulus-sets/a/other", ""), { page: "unknown" });
    assert.equal(dimensionQuery({ set: "a", representation: "b c", dimension: 2, condition: { study: "s", number: 4 }, limit: 12 }),
      "/stimulus-sets/a/dimensions/b%20c/2?limit=12&study=s&condition=4");
  });
});

describe("the values of a dimension", () => {
  it("are a table from low to high, with the choice where there is one", () => {
    assert.equal(toCsv(dimensionTable(REPLY, true)), 'bin,id,object,value,is_chosen\r\n1,"a,""1""",a,0.1,false\r\n1,b/1,b,0.3,true\r\n2,c/1,c,0.7,false\r\n');
    assert.deepEqual(dimensionTable(REPLY, false).columns, ["bin", "id", "object", "value"]);
    assert.equal(hiddenCount(REPLY), 1);
  });
});

describe("an upload of pictures", () => {
  const file = { name: "a.zip", size: 10, lastModified: 5 };
  function kept(): Kept & { stored: Map<string, string> } {
    const stored = new Map<string, string>();
    return { stored, getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value), removeItem: (key) => void stored.delete(key) };
  }
  function server(look: () => Promise<number>): UploadServer {
    return { create: () => Promise.resolve({ upload: "new", received: 0 }), look, put: () => Promise.resolve(0), wait: () => Promise.resolve() };
  }
  it("goes on with the one that the same file began", async () => {
    const storage = kept();
    const uploads = keptUploads(uploadKey(file), storage, server(() => Promise.resolve(7)));
    assert.deepEqual(await uploads.create("a.zip", 10), { upload: "new", received: 0 });
    assert.deepEqual(await uploads.create("a.zip", 10), { upload: "new", received: 7 });
    assert.notEqual(uploadKey(file), uploadKey({ ...file, lastModified: 6 }));
  });
  it("begins anew when the server has it no more, and only then", async () => {
    const storage = kept();
    storage.stored.set("key", "old");
    const gone = keptUploads("key", storage, server(() => Promise.reject(new ApiError("not_found", 404, "gone"))));
    assert.deepEqual(await gone.create("a.zip", 10), { upload: "new", received: 0 });
    assert.equal(storage.stored.get("key"), "new");
    const offline = keptUploads("key", storage, server(() => Promise.reject(new ApiError("offline", 0, "nobody"))));
    await assert.rejects(offline.create("a.zip", 10), /nobody/);
    assert.equal(storage.stored.get("key"), "new");
  });
  it("tells the time left from what it did here", () => {
    const pace = { startedMs: 1000, startedBytes: 500 };
    assert.equal(uploadLeftS(pace, 1500, 600, 1000), null);
    assert.equal(uploadLeftS(pace, 9000, 500, 1000), null);
    assert.equal(uploadLeftS(pace, 3000, 600, 1000), 8); // 100 bytes in 2 s, 400 to go
    assert.equal(uploadLeftS(pace, 3000, 1000, 1000), 0);
  });
});

describe("what is wrong with pictures", () => {
  it("is damaged or twice", () => {
    const [twice, cut] = ["a/1 is the same picture as b/1", "the picture 'c/1.jpg' is damaged or cut short: no end"];
    assert.deepEqual(sortProblems([cut, twice]), { damaged: [cut], duplicates: [twice] });
  });
});
