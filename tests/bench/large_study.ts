// Makes a data folder with one category and one reward study of many representations, ready to serve, from the demo's pictures.
//
//     make build/.test-programs build/demo/demo.json
//     node web/.test-build/tests/bench/large_study.mjs --out DIR [options]
//     build/dinolab serve --data DIR --port 8080
//
//   --small                   features divided by 16, so that value tables are ready in seconds: for pages and tests
//   --representations N       the first N of 86 (default all)
//   --conditions N            of each study (default 100; --small: 12)
//   --sessions-per-condition N   (default 100)
//   --tasks LIST              category,reward (default both); the studies are called many-category and many-reward
//   --title-category T, --title-reward T
//   --seed S                  (default 1)
//   --program FILE            default build/dinolab, or DINOLAB
//   --demo DIR                default build/demo
//
// The program prints one JSON object: data, studies, representations, columns (the sum of all features), seconds. Bots for it:
//     build/dinolab simulate --url URL --study many-category --participants 40 --stimuli build/demo/stimuli.csv --representation task=build/demo/task.npy
// Nothing here is measured: the matrices are made-up numbers (support/made_up_matrix.ts).
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MatrixMaker, writeMatrix } from "./support/made_up_matrix.ts";
import { representationPlans, type RepresentationPlan } from "./support/representation_table.ts";

const SET = "demo";
const SMALL_DIVISOR = 16;

const { values: options } = parseArgs({
  options: {
    out: { type: "string" },
    small: { type: "boolean", default: false },
    representations: { type: "string" },
    conditions: { type: "string" },
    "sessions-per-condition": { type: "string", default: "100" },
    tasks: { type: "string", default: "category,reward" },
    "title-category": { type: "string", default: "Julty and Folty: which dinosaur likes what?" },
    "title-reward": { type: "string", default: "Points and pictures: which one is worth more?" },
    seed: { type: "string", default: "1" },
    program: { type: "string", default: process.env.DINOLAB ?? "build/dinolab" },
    demo: { type: "string", default: "build/demo" },
  },
});

function dinolab(...words: string[]): void { execFileSync(options.program, words, { stdio: ["ignore", "ignore", "inherit"] }); }

/** What this program's `import representation` knows of. */
function importUsage(): string {
  try {
    return execFileSync(options.program, ["import", "--help"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

function detailWords(plan: RepresentationPlan, usage: string): string[] {
  const details: [string, string | number | undefined][] = [
    ["--loss", plan.loss], ["--size-class", plan.sizeClass], ["--parameters", plan.parameterCount],
    ["--training-images", plan.trainingImageCount], ["--baseline-of", plan.baselineOf], ["--aligned-by", plan.alignedBy],
  ];
  return details.flatMap(([option, value]) => value === undefined || !usage.includes(option) ? [] : [option, String(value)]);
}

function importAll(data: string, plans: RepresentationPlan[]): void {
  const folder = mkdtempSync(join(tmpdir(), "dinolab-large-"));
  const maker = new MatrixMaker(join(options.demo, "task.npy"), Number(options.seed));
  const usage = importUsage();
  try {
    dinolab("import", "stimuli", "--data", data, "--set", SET, "--csv", join(options.demo, "stimuli.csv"));
    for (const plan of plans) {
      const file = plan.name === "task" ? join(options.demo, "task.npy") : join(folder, "matrix.npy");
      if (plan.name !== "task") writeMatrix(file, maker.make(plan));
      dinolab("import", "representation", "--data", data, "--set", SET, "--name", plan.name, "--matrix", file, "--family", plan.family,
        "--description", plan.description, ...detailWords(plan, usage));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function createStudy(data: string, task: string, plans: RepresentationPlan[], seed: number): string {
  const slug = `many-${task}`;
  const file = join(data, `${slug}.json`);
  writeFileSync(file, JSON.stringify({
    slug,
    title: task === "category" ? options["title-category"] : options["title-reward"],
    task,
    stimulus_set: SET,
    representations: plans.map((plan) => plan.name),
    generative: "task",
    condition_count: Number(options.conditions ?? (options.small ? 12 : 100)),
    seed,
    settings: { sessions_per_condition: Number(options["sessions-per-condition"]) },
  }));
  dinolab("study", "create", "--data", data, "--file", file);
  rmSync(file);
  return slug;
}

function main(): void {
  const began = Date.now();
  if (options.out === undefined) throw new Error("--out DIR is needed");
  const plans = representationPlans().slice(0, Number(options.representations ?? 86))
    .map((plan) => options.small && plan.columnCount > 3 ? { ...plan, columnCount: Math.max(4, Math.round(plan.columnCount / SMALL_DIVISOR)) } : plan);
  mkdirSync(options.out, { recursive: true, mode: 0o700 });
  importAll(options.out, plans);
  const studies = options.tasks.split(",").map((task, index) => createStudy(options.out ?? "", task, plans, Number(options.seed) + index));
  process.stdout.write(`${JSON.stringify({
    data: options.out,
    studies,
    representations: plans.length,
    columns: plans.reduce((sum, plan) => sum + plan.columnCount, 0),
    seconds: (Date.now() - began) / 1000,
  })}\n`);
}

main();
