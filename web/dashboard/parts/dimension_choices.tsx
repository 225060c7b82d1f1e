// Which dimension of which representation, and whose choice of pictures is marked.

import { useEffect, useState } from "preact/hooks";
import { api, ApiError } from "../api.ts";
import type { DimensionChoice } from "../state/dimension_view.ts";
import { studyApi } from "../study_api.ts";
import type { StimulusSet, Study } from "../types.ts";

export interface DimensionChoicesProps {
  set: StimulusSet;
  choice: DimensionChoice;
  onChoose: (choice: DimensionChoice) => void;
  onUnauthorized: () => void;
}

export function DimensionChoices({ set, choice, onChoose, onUnauthorized }: DimensionChoicesProps) {
  const { representation, dimension, condition } = choice;
  const studies = useStudiesOf(set.name, onUnauthorized);
  const featureCount = set.representations.find(({ name }) => name === representation)?.feature_count ?? 1;
  const conditionCount = studies.find(({ slug }) => slug === condition?.study)?.condition_count ?? 1;
  return (
    <div class="choices dimension-choices">
      <label class="choice">
        Representation
        <select data-testid="choose-representation" value={representation} onChange={(event) => onChoose({ ...choice, representation: event.currentTarget.value, dimension: 0 })}>
          {set.representations.map(({ name, feature_count: features }) => (
            <option key={name} value={name}>
              {name} ({features})
            </option>
          ))}
        </select>
      </label>
      <Steps name="Dimension" testid="dimension" value={dimension + 1} last={featureCount} onStep={(next) => onChoose({ ...choice, dimension: next - 1 })} />
      <label class="choice">
        Chosen by
        <select data-testid="choose-study" value={condition?.study ?? ""}
          onChange={(event) => onChoose({ ...choice, condition: event.currentTarget.value === "" ? null : { study: event.currentTarget.value, number: 1 } })}>
          <option value="">no condition</option>
          {condition !== null && !studies.some(({ slug }) => slug === condition.study) && <option value={condition.study}>{condition.study}</option>}
          {studies.map(({ slug, title }) => (
            <option key={slug} value={slug}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {condition !== null && (
        <Steps name="Condition" testid="condition" value={condition.number} last={Math.max(conditionCount, condition.number)}
          onStep={(number) => onChoose({ ...choice, condition: { ...condition, number } })} />
      )}
    </div>
  );
}

interface StepsProps {
  name: string;
  testid: string;
  value: number;
  last: number;
  onStep: (value: number) => void;
}

/** A number from 1 to `last`, typed or stepped through. */
function Steps({ name, testid, value, last, onStep }: StepsProps) {
  return (
    <span class="choice steps" role="group" aria-label={name}>
      <span>{name}</span>
      <button type="button" class="button quiet small" aria-label={`${name} before`} data-testid={`${testid}-before`} disabled={value <= 1} onClick={() => onStep(value - 1)}>
        ‹
      </button>
      <input type="number" class="number" min={1} max={last} value={value} aria-label={`${name} of ${last}`} data-testid={`choose-${testid}`}
        onChange={(event) => {
          const next = Math.round(Number(event.currentTarget.value));
          if (next >= 1 && next <= last) onStep(next);
          else event.currentTarget.value = String(value);
        }} />
      <button type="button" class="button quiet small" aria-label={`${name} after`} data-testid={`${testid}-after`} disabled={value >= last} onClick={() => onStep(value + 1)}>
        ›
      </button>
      <span class="number">of {last}</span>
    </span>
  );
}

/** Studies with conditions on this set; their descriptions say which set they use. */
function useStudiesOf(set: string, onUnauthorized: () => void): readonly Study[] {
  const [studies, setStudies] = useState<readonly Study[]>([]);
  useEffect(() => {
    let isOver = false;
    async function load(): Promise<void> {
      try {
        const all = (await api.studies()).filter(({ condition_count: conditions }) => conditions > 0);
        const definitions = await Promise.allSettled(all.map(({ slug }) => studyApi.definition(slug)));
        if (!isOver) setStudies(all.filter((_, at) => { const of = definitions[at]; return of?.status === "fulfilled" && of.value.stimulus_set === set; }));
      } catch (failure) {
        // Without the list the pictures are there all the same.
        if (!isOver && failure instanceof ApiError && failure.status === 401) onUnauthorized();
      }
    }
    void load();
    return () => {
      isOver = true;
    };
  }, [set, onUnauthorized]);
  return studies;
}
