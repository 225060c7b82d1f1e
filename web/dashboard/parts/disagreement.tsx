// Where the best representation and a reference part: pictures of the second half's trials in which the best one's learner and the person
// agree against the reference's learner, and what each predicted.

import { useState } from "preact/hooks";
import { outcomeOf } from "../charts/probability.tsx";
import type { Lanes } from "../charts/lane.ts";
import type { Table } from "../csv.ts";
import { counted, percent, responseName } from "../format.ts";
import { bestModel, defaultReference, secondHalf, tellingTrials } from "../state/disagreement.ts";
import type { LiveModel, TaskName, Trial } from "../types.ts";
import { Numbers } from "./numbers.tsx";
import { StimulusPicture } from "./stimulus_picture.tsx";
import { OUTCOMES } from "./trial_strip.tsx";

export interface DisagreementProps {
  task: TaskName;
  models: readonly LiveModel[];
  trials: readonly Trial[];
  trialCount: number;
  lanes: Lanes;
  onPick: (trialCount: number) => void;
}

export function Disagreement(props: DisagreementProps) {
  const { task, models, trials, trialCount, lanes } = props;
  const [picked, setPicked] = useState<number | null>(null);
  const reference = picked ?? defaultReference(models);
  const best = bestModel(models, trials);
  const telling = best === null || reference === null ? [] : tellingTrials(trials, trialCount, best, reference);
  const names = { best: lanes.all[best ?? -1]?.label ?? "the best", reference: lanes.all[reference ?? -1]?.label ?? "the reference" };
  return (
    <section class="card section" aria-labelledby="telling-title" data-testid="telling">
      <div class="section-head">
        <h2 id="telling-title">Where they part</h2>
        <label class="telling-reference">
          Compared with
          <select class="select" value={reference ?? undefined} data-testid="telling-reference" onChange={(event) => setPicked(Number(event.currentTarget.value))}>
            {models.map((_, model) => <option key={model} value={model}>{lanes.all[model]?.label}</option>)}
          </select>
        </label>
      </div>
      <p class="muted telling-words" data-testid="telling-words">{words(trials, trialCount, best, reference, telling.length, names)}</p>
      <ol class={`telling ${task}`} tabIndex={0} aria-label="Trials in which they part">
        {telling.map((trial) => <Card key={trial.trial_index} {...props} trial={trial} best={best ?? 0} reference={reference ?? 0} />)}
      </ol>
      <Numbers table={() => tellingTable(task, telling, best, reference)} caption="Where they part: numbers" testid="telling-numbers" />
    </section>
  );
}

function words(trials: readonly Trial[], trialCount: number, best: number | null, reference: number | null, count: number, names: { best: string; reference: string }): string {
  const first = secondHalf(trialCount);
  if (best === null || reference === null) return "The trials that tell representations apart appear once there are responses.";
  if (best === reference) return `${names.best} is the best itself now. Choose another representation to compare with.`;
  if (trials.length <= first) return `Only the second half counts, when learners have seen enough: it starts with trial ${first + 1}.`;
  const what = `in which the learner on ${names.best}, the best now, and this person agree against the learner on ${names.reference}`;
  return count === 0 ? `There is no trial of the second half so far ${what}.` : `${counted(count, "trial")} of the second half ${what}.`;
}

interface CardProps extends DisagreementProps {
  trial: Trial;
  best: number;
  reference: number;
}

function Card({ task, trial, best, reference, lanes, onPick }: CardProps) {
  const outcome = outcomeOf(trial);
  return (
    <li data-testid="telling-trial" data-trial={trial.trial_index}>
      <button type="button" class="telling-pick" title="Show everything as it was after this trial" onClick={() => onPick(trial.trial_index + 1)}>
        <span class="strip-pictures">
          {trial.stimuli.map((sha256, side) => (
            <StimulusPicture key={side} sha256={sha256} label={trial.labels?.[side] ?? null} isChosen={task === "reward" && side === trial.response} />
          ))}
        </span>
        <span>trial {trial.trial_index + 1}: {responseName(task, trial.response)}</span>
        <span class={`strip-mark ${outcome}`}>{OUTCOMES[outcome].mark} {OUTCOMES[outcome].word}</span>
        {[best, reference].map((model) => (
          <span key={model} class="telling-prob">
            <span class="swatch" style={{ background: lanes.all[model]?.colour }} />
            <span class="telling-name">{lanes.all[model]?.label}</span> {percent(trial.prob[model])}
          </span>
        ))}
      </button>
    </li>
  );
}

export function tellingTable(task: TaskName, trials: readonly Trial[], best: number | null, reference: number | null): Table {
  return {
    columns: ["trial", "response", "chose", "outcome", "prob_best", "prob_reference"],
    rows: trials.map((trial) => [
      trial.trial_index + 1, trial.response, responseName(task, trial.response), outcomeOf(trial),
      trial.prob[best ?? -1] ?? null, trial.prob[reference ?? -1] ?? null,
    ]),
  };
}
