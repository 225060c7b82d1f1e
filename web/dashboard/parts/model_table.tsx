// Every model's numbers for one participant at the position shown: sortable, best first until somebody sorts otherwise.

import { useMemo, useState } from "preact/hooks";
import type { Lane, Lanes } from "../charts/lane.ts";
import { decimal, learnerName, NO_NUMBER, percent, signed, significant } from "../format.ts";
import { numbersAt } from "../state/position.ts";
import { sortedRows, type Sort, type SortKey } from "../state/model_rows.ts";
import { aboveChance } from "../state/series.ts";
import type { Beta, LiveModel, ModelNumbers, Trial } from "../types.ts";
import { memo } from "./memo.ts";

export interface ModelTableProps {
  models: readonly LiveModel[];
  /** Up to the position that is shown. */
  trials: readonly Trial[];
  isNewest: boolean;
  lanes: Lanes;
  onToggle: (model: number) => void;
}

const COLUMNS: readonly { key: SortKey; name: string; isNumber: boolean; title: string }[] = [
  { key: "label", name: "Representation", isNumber: false, title: "Name and family" },
  { key: "learner", name: "Learner", isNumber: false, title: "Who learns on it" },
  { key: "posterior", name: "Posterior", isNumber: true, title: "Share of the belief, over all representations" },
  { key: "evidence", name: "Nats above chance", isNumber: true, title: "Log evidence relative to guessing" },
  { key: "accuracy", name: "Own accuracy", isNumber: true, title: "How often the learner itself expected the right answer" },
  { key: "agreement", name: "Agreement", isNumber: true, title: "How often the learner preferred what the person chose" },
  { key: "r2_online", name: "R² online", isNumber: true, title: "Share of the surprise of guessing that the model takes away" },
  { key: "beta", name: "Beta (95 % interval)", isNumber: true, title: "How strongly the learner drives the responses" },
];

interface Columns {
  hasLearner: boolean;
  hasNotes: boolean;
}

/** Columns that would say the same, or nothing, in every row are left out. */
function shownColumns(models: readonly LiveModel[]): Columns {
  return { hasLearner: new Set(models.map((model) => model.learner)).size > 1, hasNotes: models.some((model) => note(model) !== "") };
}

export function ModelTable({ models, trials, isNewest, lanes, onToggle }: ModelTableProps) {
  const [sort, setSort] = useState<Sort>({ key: "evidence", isDown: true });
  const numbers = useMemo(() => numbersAt(models, trials, isNewest), [models, trials, isNewest]);
  const last = trials.at(-1);
  const columns = shownColumns(models);
  const rows = useMemo(() => sortedRows(models, numbers, last, lanes.all.map((lane) => lane.label), sort), [models, numbers, last, lanes, sort]);
  return (
    <section class="card section" aria-labelledby="models-title">
      <h2 id="models-title">{isNewest ? "Representations now" : `Representations as they were after trial ${trials.length}`}</h2>
      <div class="table-scroll model-scroll" tabIndex={0} role="region" aria-labelledby="models-title">
        <table class="table" data-testid="model-table">
          <Head {...columns} sort={sort} onSort={setSort} />
          <tbody>
            {rows.map((index) => {
              const [model, lane, now] = [models[index], lanes.all[index], numbers[index]];
              if (model === undefined || lane === undefined || now === undefined) return null;
              return (
                <Row key={index} {...columns} lane={lane} learner={model.learner} note={note(model)} colour={lane.colour} onToggle={onToggle} representation={model.representation}
                  posterior={last?.posterior[index] ?? null} evidence={aboveChance(last?.log_evidence[index], (last?.trial_index ?? 0) + 1)} {...now} />
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Head({ hasLearner, hasNotes, sort, onSort }: Columns & { sort: Sort; onSort: (sort: Sort) => void }) {
  return (
    <thead>
      <tr>
        <th scope="col">
          <span class="visually-hidden">Highlighted</span>
        </th>
        {COLUMNS.filter(({ key }) => key !== "learner" || hasLearner).map(({ key, name, isNumber, title }) => {
          const isSorted = sort.key === key;
          return (
            <th key={key} scope="col" class={isNumber ? "to-right" : ""} aria-sort={isSorted ? (sort.isDown ? "descending" : "ascending") : "none"}>
              <button type="button" class="sort" title={title} data-testid={`sort-${key}`} onClick={() => onSort({ key, isDown: isSorted ? !sort.isDown : isNumber })}>
                {name} <span class="sort-mark" aria-hidden="true">{isSorted ? (sort.isDown ? "▾" : "▴") : ""}</span>
              </button>
            </th>
          );
        })}
        {hasNotes && <th scope="col">Notes</th>}
      </tr>
    </thead>
  );
}

interface RowProps extends ModelNumbers, Columns {
  representation: string;
  learner: string;
  lane: Lane;
  colour: string;
  note: string;
  posterior: number | null;
  evidence: number | null;
  onToggle: (model: number) => void;
}

const Row = memo(function Row(props: RowProps) {
  const { lane, beta } = props;
  return (
    <tr data-testid="model-row" data-representation={props.representation} data-learner={props.learner} class={lane.isChosen ? "chosen-row" : ""}>
      <td>
        <input type="checkbox" checked={lane.isChosen} aria-label={`Highlight ${lane.label}`} data-testid="model-highlight" onChange={() => props.onToggle(lane.model)} />
      </td>
      <th scope="row">
        <span class="swatch" style={{ background: props.colour }} />
        {props.representation}
        <span class="muted"> {lane.family === props.representation ? "" : lane.family}</span>
      </th>
      {props.hasLearner && <td title={props.learner}>{learnerName(props.learner)}</td>}
      <td class="to-right" data-value={props.posterior ?? undefined}>{percent(props.posterior)}</td>
      <td class="to-right" data-value={props.evidence ?? undefined}>{signed(props.evidence, 2)}</td>
      <td class="to-right" data-value={props.accuracy ?? undefined}>{percent(props.accuracy)}</td>
      <td class="to-right" data-value={props.agreement ?? undefined}>{percent(props.agreement)}</td>
      <td class="to-right" data-value={props.r2_online ?? undefined}>{decimal(props.r2_online, 3)}</td>
      <td class="to-right" data-value={beta?.mean}>{betaWords(beta)}</td>
      {props.hasNotes && <td>{props.note}</td>}
    </tr>
  );
});

function note(model: LiveModel): string {
  const notes = [model.is_ready ? "" : "value table still being computed", model.looks_ahead ? "looks at later trials" : ""];
  return notes.filter((each) => each !== "").join(", ");
}

function betaWords(beta: Beta | null): string {
  return beta === null ? NO_NUMBER : `${significant(beta.mean)} (${significant(beta.low)} to ${significant(beta.high)})`;
}
