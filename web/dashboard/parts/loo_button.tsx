// The group's mixed models with each trial left out in turn: on demand, with how far it is.

import { useState } from "preact/hooks";
import { api } from "../api.ts";
import { count, counted, timeLeft } from "../format.ts";
import type { Exclusion, Group } from "../types.ts";
import { Progress } from "./small.tsx";

export function LooButton({ group, exclude }: { group: Group; exclude: readonly Exclusion[] }) {
  const [error, setError] = useState<string | null>(null);
  const job = group.loo_job;
  const known = group.models.filter((model) => model.loo !== null);
  const isCurrent = known.length === group.models.length && known.every((model) => model.loo?.is_current === true);

  async function compute(): Promise<void> {
    setError(null);
    try {
      await api.computeLoo(group.study.slug, exclude);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  }

  return (
    <div class="loo">
      <button type="button" class="button quiet small" data-testid="loo-compute" disabled={job !== null || isCurrent || group.trials === 0}
        onClick={() => void compute()}>
        {known.length === 0 ? "Compute leave-one-out" : "Compute leave-one-out again"}
      </button>
      <span class="loo-state" role="status" data-testid="loo-state">
        {error ?? (job !== null ? `${count(job.done)} of ${counted(job.total, "prediction")}, ${timeLeft(job.left_s)}.` : looWords(known.length, isCurrent))}
      </span>
      {job !== null && <Progress part={job.done} whole={job.total} label="Predictions of left-out trials" />}
    </div>
  );
}

function looWords(knownCount: number, isCurrent: boolean): string {
  if (knownCount === 0) return "Takes a while, so it is computed when you ask.";
  return isCurrent ? "The marks │ are of all responses so far." : "More responses have come in since the marks │ were computed.";
}
