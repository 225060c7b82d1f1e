// Which learner, which alignment, and whom the numbers leave out: on every page of representations.

import { learnerName } from "../format.ts";
import { exclusionWords } from "../state/representation_address.ts";
import type { RepresentationData } from "./representation_data.ts";

function labels(learners: readonly string[]): string[] {
  const short = learners.map(learnerName);
  return new Set(short).size === short.length ? short : [...learners];
}

export function RepresentationChoices({ data }: { data: RepresentationData }) {
  const { learners, learner, choices, choose, rows } = data;
  const hasLoo = rows.some((row) => (row.model?.loo ?? null) !== null);
  const names = labels(learners);
  return (
    <div class="choices">
      {learners.length > 1 && (
        <label class="choice">
          <span>Learner</span>
          <select data-testid="choose-learner" value={learner} onChange={(event) => choose({ learner: event.currentTarget.value })}>
            {learners.map((each, at) => (
              <option key={each} value={each}>
                {names[at]}
              </option>
            ))}
          </select>
        </label>
      )}
      <div class="choice" role="group" aria-label="Alignment">
        <span>Alignment</span>
        <span class="segments">
          <button type="button" data-testid="alignment-online" aria-pressed={choices.alignment === "online"} onClick={() => choose({ alignment: "online" })}>
            R² online
          </button>
          <button type="button" data-testid="alignment-loo" aria-pressed={choices.alignment === "loo"} disabled={!hasLoo && choices.alignment === "online"}
            title={hasLoo ? "" : "Leave-one-out is computed on demand from the study's page."} onClick={() => choose({ alignment: "loo" })}>
            R² leave-one-out
          </button>
        </span>
      </div>
      {choices.exclude.length > 0 && (
        <p class="muted" data-testid="exclusions">
          Without participants {exclusionWords(choices.exclude)}.{" "}
          <button type="button" class="button quiet small" onClick={() => choose({ exclude: [] })}>
            Count everybody
          </button>
        </p>
      )}
    </div>
  );
}
