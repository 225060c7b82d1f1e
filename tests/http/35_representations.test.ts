// What representations are like: computed beside the value tables, equal to `dinolab metrics` on the same files, and rebuilt.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Metric, Representation, RepresentationsReply } from "../../web/dashboard/types.ts";
import { expectStatus, Researcher } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP, until, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition } from "./support/study.ts";

const DEMO = join(TOP, "build", "demo");
const PICTURE_COUNT = 60;
const TRIAL_COUNT = 6;
const MATRIX_FILES = { task: "task.npy", words: "words.npy", noise: "noise.npy" };

interface Line {
  class_separation: number | null; class_separation_paper: number | null; cka: number | null; intrinsic_dimension: number | null;
  class_separation_reason?: string; cka_reason?: string; intrinsic_dimension_reason?: string;
}

/** The demo's first pictures, several of an object; one more representation is made here, with too few different rows. */
async function importMaterial(folder: string): Promise<{ data: string; names: string[] }> {
  const [data, material] = [join(folder, "data"), join(folder, "material")];
  mkdirSync(material);
  symlinkSync(join(DEMO, "images"), join(material, "images"));
  const lines = readFileSync(join(DEMO, "stimuli.csv"), "utf8").trim().split(/\r?\n/).slice(0, PICTURE_COUNT + 1);
  writeFileSync(join(material, "stimuli.csv"), lines.join("\n") + "\n");
  await dinolabDone("import", "stimuli", "--data", data, "--set", "pictures", "--csv", join(material, "stimuli.csv"));
  for (const [name, file] of Object.entries(MATRIX_FILES)) {
    await dinolabDone("import", "representation", "--data", data, "--set", "pictures", "--name", name, "--matrix", join(DEMO, file), "--ids", join(DEMO, "stimuli.csv"));
  }
  writeFileSync(join(material, "flat.txt"), Array.from({ length: PICTURE_COUNT }, (_, row) => `1 ${String(row % 2)}`).join("\n") + "\n");
  await dinolabDone("import", "representation", "--data", data, "--set", "pictures", "--name", "flat", "--family", "control", "--matrix", join(material, "flat.txt"),
    "--size-class", "tiny", "--loss", "none", "--parameters", "86567656", "--training-images", "1281167", "--baseline-of", "words", "--aligned-by", "rounding");
  const seen = new Set<string>();
  const names = lines.slice(1).map((line) => line.split(",")).filter(([, object = ""]) => !seen.has(object) && seen.add(object)).map(([name = ""]) => name);
  return { data, names };
}

async function createStudy(folder: string, data: string, slug: string, names: string[], generative?: string): Promise<void> {
  const file = join(folder, `${slug}.json`);
  const description = {
    slug, title: "What they are like", task: "category", stimulus_set: "pictures", representations: ["flat", "noise", "task"],
    settings: { trial_count: TRIAL_COUNT }, conditions: [categoryCondition(seeded(4), 1, names, TRIAL_COUNT)],
  };
  writeFileSync(file, JSON.stringify(generative === undefined ? description : { ...description, generative }));
  await dinolabDone("study", "create", "--data", data, "--file", file);
}

const metricsOf = (one: Representation): Metric[] => [one.class_separation, one.class_separation_paper, one.cka, one.intrinsic_dimension];

/** Once all is computed. */
function measured(researcher: Researcher, slug: string): Promise<Representation[]> {
  return until(`the representations of ${slug} are measured`, async () => {
    const { representations } = await researcher.read<RepresentationsReply>(`/api/v1/studies/${slug}/representations`);
    return representations.every((one) => metricsOf(one).every(({ value, reason }) => value !== null || reason !== null)) ? representations : null;
  });
}

/** `dinolab metrics` on the files that are stored. */
async function lineOf(folder: string, data: string, name: string, generative: string): Promise<Line> {
  const fileOf = (one: string): string => {
    const [row] = query<{ hex: string }>(data, `SELECT lower(hex(matrix_sha256)) AS hex FROM representation WHERE name = '${one}'`);
    return join(data, "representations", `${row?.hex ?? ""}.npy`);
  };
  const objects = join(folder, "objects.csv");
  const rows = query<{ name: string; object: string }>(data, "SELECT name, object FROM stimulus ORDER BY row_index");
  writeFileSync(objects, ["id,object", ...rows.map((row) => `${row.name},${row.object}`), ""].join("\n"));
  const out = await dinolabDone("metrics", "--representation", `${name}=${fileOf(name)}`, "--objects", objects, "--task", `${generative}=${fileOf(generative)}`);
  return JSON.parse(out) as Line;
}

function expectEqual(metric: Metric, expected: number | null, reason?: string): void {
  assert.equal(metric.reason, reason ?? null);
  if (expected === null || metric.value === null) assert.equal(metric.value, expected);
  else assert.ok(Math.abs(metric.value - expected) <= 1e-12 * Math.abs(expected), `${String(metric.value)} is not ${String(expected)}`);
}

async function laboratory(t: TestContext): Promise<{ folder: string; data: string; server: Server; researcher: Researcher }> {
  const folder = temporaryFolder(t);
  const { data, names } = await importMaterial(folder);
  await createStudy(folder, data, "told", names, "task");
  await createStudy(folder, data, "untold", names);
  const server = await serve(t, data);
  return { folder, data, server, researcher: await Researcher.setUp(server) };
}

test("the numbers are those of `dinolab metrics` on the same files, and the facts those that were given", async (t) => {
  const { folder, data, researcher } = await laboratory(t);
  const representations = await measured(researcher, "told");
  assert.deepEqual(representations.map(({ name, is_generative: isGenerative }) => [name, isGenerative]), [["flat", false], ["noise", false], ["task", true]]);
  for (const one of representations) {
    const line = await lineOf(folder, data, one.name, "task");
    expectEqual(one.class_separation, line.class_separation, line.class_separation_reason);
    expectEqual(one.class_separation_paper, line.class_separation_paper, line.class_separation_reason);
    expectEqual(one.cka, line.cka, line.cka_reason);
    expectEqual(one.intrinsic_dimension, line.intrinsic_dimension, line.intrinsic_dimension_reason);
  }
  const [flat, noise, task] = representations;
  assert.equal(flat?.intrinsic_dimension.value, null); // two different rows
  assert.ok(typeof noise?.class_separation.value === "number" && typeof noise.intrinsic_dimension.value === "number");
  assert.ok(Math.abs((task?.cka.value ?? 0) - 1) < 1e-12);
  assert.deepEqual([flat.family, flat.size_class, flat.loss, flat.parameter_count, flat.training_image_count, flat.baseline_of, flat.aligned_by],
    ["control", "tiny", "none", 86567656, 1281167, "words", "rounding"]);
  assert.deepEqual([noise.size_class, noise.loss, noise.parameter_count, noise.training_image_count, noise.baseline_of, noise.aligned_by], [null, null, null, null, null, null]);
});

test("a study that does not say what its conditions come from has no similarity to it, with the reason", async (t) => {
  const { researcher } = await laboratory(t);
  for (const one of await measured(researcher, "untold")) {
    assert.equal(one.is_generative, false);
    assert.deepEqual(one.cka, { value: null, reason: "the study does not say which representation its conditions come from" });
  }
  expectStatus(await researcher.get("/api/v1/studies/none/representations"), 404);
});

test("facts can be told later, and a wrong one changes nothing", async (t) => {
  const { data, server } = await laboratory(t);
  await server.stop();
  const about = ["import", "about", "--data", data, "--set", "pictures", "--name", "noise"];
  await dinolabDone(...about, "--loss", "contrastive", "--parameters", "12");
  await dinolabDone(...about, "--size-class", "base");
  for (const [words, sentence] of [[["--parameters", "some"], /--parameters must be a whole number above 0, not 'some'/],
    [["--baseline-of", "clip"], /--baseline-of: the stimulus set has no representation 'clip'/], [[], /nothing is said about 'noise'/]] as const) {
    const refused = await dinolab(...about, ...words);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, sentence);
  }
  await server.start();
  const noise = (await measured(await Researcher.logIn(server), "told")).find(({ name }) => name === "noise");
  assert.deepEqual([noise?.loss, noise?.parameter_count, noise?.size_class], ["contrastive", 12, "base"]);
});

test("metrics survive a restart, are rebuilt the same, and the check finds one that was changed", async (t) => {
  const { data, server, researcher } = await laboratory(t);
  const before = [await measured(researcher, "told"), await measured(researcher, "untold")];
  await server.stop();
  assert.equal(number(data, "SELECT count(*) FROM representation_metric"), 6); // three matrices, with and without a generative one
  const rebuilt = await dinolab("rebuild", "--data", data);
  assert.equal(rebuilt.status, 0, rebuilt.stdout + rebuilt.stderr);
  assert.equal((await dinolab("rebuild", "--check", "--data", data)).status, 0);
  await server.start();
  const again = await Researcher.logIn(server);
  assert.deepEqual([await measured(again, "told"), await measured(again, "untold")], before);
  await server.stop();
  const [target] = query<{ key: string }>(data, "SELECT hex(content_key) AS key FROM representation_metric WHERE cka IS NOT NULL AND cka < 0.9");
  query(data, `UPDATE representation_metric SET cka = cka + 0.001, intrinsic_dimension = NULL, intrinsic_dimension_reason = 'none' WHERE content_key = x'${target?.key ?? ""}'`);
  const checked = await dinolab("rebuild", "--check", "--data", data);
  assert.equal(checked.status, 1);
  assert.match(checked.stdout, /study 'told', metrics of \w+: cka \S+ is stored, \S+ comes out/);
  assert.match(checked.stdout, /intrinsic_dimension: 'none' is stored, '.+' comes out/);
});
