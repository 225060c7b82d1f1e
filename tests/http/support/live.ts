// What researchers watch: the documents, whether two of them agree, and whether they agree with the choice rule.
import assert from "node:assert/strict";
import type { Choice } from "../../../web/wire/types.ts";
import type { Researcher } from "./client.ts";
import { fitModel, posterior, type Pair } from "./choice.ts";
import { query } from "./database.ts";
import { until } from "./program.ts";
import type { Task } from "./study.ts";

export interface LiveFit { r2_online: number | null; accuracy: number | null; agreement: number | null; beta: { mean: number; low: number; high: number } | null }
export interface LiveModel extends LiveFit { representation: string; family: string; learner: string; looks_ahead: boolean; is_ready: boolean }
export interface LiveTrial {
  trial_index: number; response: Choice; is_correct: boolean; is_tie: boolean; rt_ms: number; stimuli: string[];
  prob: (number | null)[]; log_evidence: (number | null)[]; posterior: (number | null)[];
}
export interface LiveSession { session_id: string; number: number; state: string; stage: string; response_count: number; leading: { representation: string; posterior: number } | null }
export interface Live { session: LiveSession; study: { slug: string; task: Task }; models: LiveModel[]; trials: LiveTrial[] }
export interface TrialEvent { session: LiveSession; trial: LiveTrial; models: LiveFit[] }

export async function untilTablesReady(researcher: Researcher, slug: string): Promise<void> {
  await until(`the value tables of ${slug} are ready`, async () => {
    const { study } = await researcher.read<{ study: { value_tables: { planned: number; ready: number } } }>(`/api/v1/studies/${slug}`);
    return study.value_tables.planned > 0 && study.value_tables.ready === study.value_tables.planned ? true : null;
  });
}

/** The document once it has so many trials with all models ready. */
export function untilTrials(researcher: Researcher, slug: string, sessionId: string, count: number): Promise<Live> {
  return until(`${String(count)} trials of ${sessionId} are followed`, async () => {
    const live = await researcher.read<Live>(`/api/v1/studies/${slug}/sessions/${sessionId}`);
    return live.trials.length === count && live.models.every((model) => model.is_ready) ? live : null;
  });
}

/** Equal in everything, numbers to `tolerance` of their size (and of 1). */
export function expectNear(actual: unknown, expected: unknown, tolerance: number, where = "document"): void {
  if (typeof actual === "number" && typeof expected === "number") {
    assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${where}: ${String(actual)} is not ${String(expected)}`);
  } else if (typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null) {
    const [left, right] = [actual as Record<string, unknown>, expected as Record<string, unknown>];
    assert.deepEqual(Object.keys(left).sort(), Object.keys(right).sort(), where);
    for (const key of Object.keys(right)) expectNear(left[key], right[key], tolerance, `${where}.${key}`);
  } else {
    assert.equal(actual, expected, where);
  }
}

/** The stored pairs of a model for the condition of a session: little-endian doubles. */
function storedPairs(data: string, sessionId: string, model: LiveModel): Pair[] {
  const rows = query<{ hex: string }>(data, "SELECT hex(value_pairs) AS hex FROM value_table JOIN representation USING (representation_id)"
    + ` JOIN session USING (condition_id) WHERE public_id = '${sessionId}' AND representation.name = '${model.representation}' AND learner = '${model.learner}'`);
  assert.equal(rows.length, 1);
  const bytes = Buffer.from(rows[0]?.hex ?? "", "hex");
  return Array.from({ length: bytes.length / 16 }, (_, at): Pair => [bytes.readDoubleLE(16 * at), bytes.readDoubleLE(16 * at + 8)]);
}

/** Every number of the document follows from the stored value tables and the responses. */
export function expectChoiceRule(data: string, live: Live, choices: Choice[], tolerance: number): void {
  const fits = live.models.map((model) => fitModel(live.study.task, storedPairs(data, live.session.session_id, model), choices));
  for (const [at, model] of live.models.entries()) {
    const where = `${model.representation} ${model.learner}`;
    expectNear(model.r2_online, fits[at]?.r2, tolerance, `${where} r2`);
    expectNear(model.beta, fits[at]?.beta, tolerance, `${where} beta`);
  }
  assert.deepEqual(live.trials.map(({ response }) => response), choices);
  for (const [index, trial] of live.trials.entries()) {
    const evidence = fits.map((fit) => fit.logEvidence[index] ?? NaN);
    expectNear(trial.prob, fits.map((fit) => fit.prob[index]), tolerance, `trial ${String(index)} prob`);
    expectNear(trial.log_evidence, evidence, tolerance, `trial ${String(index)} log evidence`);
    expectNear(trial.posterior, posterior(evidence), tolerance, `trial ${String(index)} posterior`);
  }
}
