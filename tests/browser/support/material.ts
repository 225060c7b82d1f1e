// Studies for the browser: short display times, explicit answers where a test must know them, sampled ones where the sampling is the point.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dinolabDone, TOP } from "../../http/support/program.ts";
import { SET, type Task } from "../../http/support/study.ts";
import { parseCsv } from "../../http/support/csv.ts";

const DEMO = join(TOP, "build", "demo");

/** Name of a picture by the hash of its bytes. */
export function pictureNamesBySha(): Map<string, string> {
  const rows = parseCsv(readFileSync(join(DEMO, "stimuli.csv"), "utf8"));
  return new Map(rows.map((row) => {
    const bytes = readFileSync(join(DEMO, row.file ?? ""));
    return [createHash("sha256").update(bytes).digest("hex"), row.id ?? ""];
  }));
}

export interface SampledStudy {
  slug: string;
  task: Task;
  title?: string;
  representations?: string[];
  conditionCount?: number;
  seed?: number;
  settings?: Record<string, unknown>;
}

/** With everything but these as in the demo studies: 120 or 60 trials, practice, pay, full screen. */
export async function createSampledStudy(folder: string, data: string, study: SampledStudy): Promise<void> {
  const file = join(folder, `${study.slug}.json`);
  writeFileSync(file, JSON.stringify({
    slug: study.slug,
    title: study.title ?? `Test of ${study.task} learning`,
    task: study.task,
    stimulus_set: SET,
    representations: study.representations ?? ["task"],
    generative: "task",
    condition_count: study.conditionCount ?? 1,
    seed: study.seed ?? 7,
    settings: { completion_url: COMPLETION_URL, completion_code: COMPLETION_CODE, ...study.settings },
  }));
  await dinolabDone("study", "create", "--data", data, "--file", file);
}

/** With a query of its own, so that its escaping is seen to be right. */
export const COMPLETION_URL = "https://example.org/submissions/complete?cc=C1A2B3&from=dinolab";
export const COMPLETION_CODE = "C1A2B3";

/** Every trial that the study has, as `dinolab export` writes them. */
export async function exportedTrials(data: string, slug: string): Promise<Record<string, string>[]> {
  return parseCsv(await dinolabDone("export", "--data", data, "--study", slug, "--what", "trials", "--out", "-"));
}
