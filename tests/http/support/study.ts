// Small studies for tests, made by the same sub-commands that a researcher uses, from the demo pictures.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coin, below, shuffled, type Random } from "./random.ts";
import { dinolabDone, TOP } from "./program.ts";

export type Task = "category" | "reward";
export interface CategoryTrial { image: string; category: "julty" | "folty" }
export interface RewardTrial { left_image: string; right_image: string; left_points: number; right_points: number }
export interface CategoryCondition { condition_number: number; dimension: number; high_dinosaur?: "julty" | "folty"; trials: CategoryTrial[] }
export interface RewardCondition { condition_number: number; dimension: number; practice?: RewardTrial[]; trials: RewardTrial[] }
export type Condition = CategoryCondition | RewardCondition;

export interface StudyDescription {
  slug: string;
  task: Task;
  conditions: Condition[];
  settings?: Record<string, unknown>;
  representations?: string[];
  title?: string;
}

export const SET = "pictures";
const DEMO = join(TOP, "build", "demo");

interface Picture { name: string; object: string; file: string }

/** The demo set's pictures, one of each object; its table has no quotes. */
function demoPictures(): Picture[] {
  const [, ...lines] = readFileSync(join(DEMO, "stimuli.csv"), "utf8").trim().split(/\r?\n/);
  const seen = new Set<string>();
  const pictures: Picture[] = [];
  for (const line of lines) {
    const [name = "", object = "", file = ""] = line.split(",");
    if (seen.has(object)) continue;
    seen.add(object);
    pictures.push({ name, object, file });
  }
  return pictures;
}

const PICTURES = demoPictures();

/** Names of the first pictures of the set that importPictures makes. */
export function pictureNames(count: number): string[] {
  return PICTURES.slice(0, count).map(({ name }) => name);
}

/**
 * A new data folder below `folder` with the set `pictures` and representations of it. `renamed`: other names for the first pictures
 * (these have no representation then).
 */
export async function importPictures(folder: string, count: number, representations = ["task", "noise"], renamed: string[] = []): Promise<string> {
  const data = join(folder, "data");
  const material = join(folder, "material");
  if (!existsSync(material)) mkdirSync(material);
  if (!existsSync(join(material, "images"))) symlinkSync(join(DEMO, "images"), join(material, "images"));
  const rows = PICTURES.slice(0, count).map(({ name, object, file }, at) => {
    const shown = renamed[at] ?? name;
    return `"${shown.replaceAll('"', '""')}",${object},${file}`;
  });
  writeFileSync(join(material, "stimuli.csv"), ["id,object,file", ...rows, ""].join("\n"));
  await dinolabDone("import", "stimuli", "--data", data, "--set", SET, "--csv", join(material, "stimuli.csv"));
  for (const name of representations) {
    const ids = renamed.length > 0 ? [] : ["--ids", join(DEMO, "stimuli.csv")];
    const matrix = renamed.length > 0 ? writeMatrix(material, count) : join(DEMO, `${name}.npy`);
    await dinolabDone("import", "representation", "--data", data, "--set", SET, "--name", name, "--matrix", matrix, ...ids);
  }
  return data;
}

/** A text matrix in the set's order, for sets whose names are not the demo's. */
function writeMatrix(material: string, rowCount: number): string {
  const path = join(material, "matrix.txt");
  writeFileSync(path, Array.from({ length: rowCount }, (_, row) => `${String(row)} ${String((row * 7) % 5)}`).join("\n") + "\n");
  return path;
}

export async function createStudy(folder: string, data: string, study: StudyDescription): Promise<void> {
  const first = study.conditions[0];
  if (first === undefined) throw new Error("a study needs a condition");
  const practice = "practice" in first ? first.practice?.length ?? 0 : 0;
  const file = join(folder, `${study.slug}.json`);
  writeFileSync(file, JSON.stringify({
    slug: study.slug,
    title: study.title ?? `Test of ${study.task} learning`,
    task: study.task,
    stimulus_set: SET,
    representations: study.representations ?? ["task"],
    settings: {
      trial_count: first.trials.length,
      practice_count: practice,
      completion_url: "https://example.org/complete?code=SECRET-LINK",
      completion_code: "SECRET-CODE",
      ...study.settings,
    },
    conditions: study.conditions,
  }));
  await dinolabDone("study", "create", "--data", data, "--file", file);
}

export async function createProject(data: string, slug: string, studies: string[]): Promise<void> {
  await dinolabDone("project", "create", "--data", data, "--project", slug);
  for (const study of studies) await dinolabDone("project", "add", "--data", data, "--project", slug, "--study", study);
}

export function categoryCondition(random: Random, number: number, names: string[], trialCount: number): CategoryCondition {
  const trials = shuffled(random, names).slice(0, trialCount)
    .map((image): CategoryTrial => ({ image, category: coin(random) === 1 ? "julty" : "folty" }));
  return { condition_number: number, dimension: (number - 1) % 3, trials };
}

export function rewardCondition(random: Random, number: number, names: string[], trialCount: number, practiceCount = 0): RewardCondition {
  const images = shuffled(random, names);
  const pairs = Array.from({ length: trialCount + practiceCount }, (_, at): RewardTrial => ({
    left_image: images[2 * at] ?? "", right_image: images[2 * at + 1] ?? "", left_points: below(random, 101), right_points: below(random, 101),
  }));
  const condition: RewardCondition = { condition_number: number, dimension: (number - 1) % 3, trials: pairs.slice(practiceCount) };
  if (practiceCount > 0) condition.practice = pairs.slice(0, practiceCount);
  return condition;
}
