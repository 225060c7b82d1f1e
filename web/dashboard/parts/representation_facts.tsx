// What a representation is, and its numbers with their places among all.

import { count, decimal, NO_NUMBER, percent, significant } from "../format.ts";
import { alignmentInterval, measure, measured, rankOf, type Alignment, type MeasureKey, type Row } from "../state/measures.ts";
import type { GroupModel } from "../types.ts";
import { Figure } from "./small.tsx";
import { ordinal, shortCount } from "./statistics_words.ts";

export function RepresentationFacts({ row, names, pathOf }: { row: Row; names: readonly string[]; pathOf: (name: string) => string }) {
  const each = row.representation;
  const known = (value: number | null): string => (value === null ? "not given" : shortCount(value));
  return (
    <section class="card" aria-label="What it is">
      <dl class="figures">
        <Figure name="features">{count(each.feature_count)}</Figure>
        <Figure name="parameters" isWords={each.parameter_count === null}>{known(each.parameter_count)}</Figure>
        <Figure name="training images" isWords={each.training_image_count === null}>{known(each.training_image_count)}</Figure>
        <Figure name="size class" isWords>{each.size_class ?? "not given"}</Figure>
        <Figure name="loss" isWords>{each.loss ?? "not given"}</Figure>
        {each.baseline_of !== null && (
          <Figure name={`changed version of${each.aligned_by === null ? "" : `, aligned by ${each.aligned_by}`}`} isWords>
            {names.includes(each.baseline_of) ? <a href={pathOf(each.baseline_of)}>{each.baseline_of}</a> : each.baseline_of}
          </Figure>
        )}
        {each.is_generative && <Figure name="role in the study" isWords>the task was made from it</Figure>}
      </dl>
    </section>
  );
}

const RANKED: readonly MeasureKey[] = [
  "r2_online", "r2_loo", "task_accuracy", "class_separation", "class_separation_paper", "cka", "intrinsic_dimension",
];

export function RepresentationRanks({ row, rows, alignment }: { row: Row; rows: readonly Row[]; alignment: Alignment }) {
  return (
    <section class="card section scatter-section" aria-labelledby="ranks-title">
      <h2 id="ranks-title">Its numbers among all</h2>
      <div class="table-scroll open" tabIndex={0} role="region" aria-label="Numbers of this representation">
        <table class="table ranks" data-testid="ranks">
          <thead>
            <tr>
              <th scope="col">Number</th>
              <th scope="col" class="to-right">Value</th>
              <th scope="col" class="to-right">Place, largest first</th>
            </tr>
          </thead>
          <tbody>
            {RANKED.map((key) => (
              <RankRow key={key} row={row} rows={rows} measureKey={key} alignment={alignment} />
            ))}
          </tbody>
        </table>
      </div>
      <ModelFigures model={row.model} />
    </section>
  );
}

function RankRow({ row, rows, measureKey, alignment }: { row: Row; rows: readonly Row[]; measureKey: MeasureKey; alignment: Alignment }) {
  const { name, digits, meaning } = measure(measureKey);
  const { value, reason } = measured(row, measureKey, alignment);
  const rank = rankOf(rows, row.representation.name, measureKey, alignment);
  const isAlignment = measureKey === "r2_online" || measureKey === "r2_loo";
  const interval = isAlignment ? alignmentInterval(row.model, measureKey === "r2_loo" ? "loo" : "online") : null;
  return (
    <tr data-measure={measureKey}>
      <th scope="row" title={meaning}>
        {name}
      </th>
      <td class="to-right" data-value={value ?? undefined}>
        {value === null ? NO_NUMBER : decimal(value, digits)}
        {interval !== null && (
          <span class="interval">
            {decimal(interval.low, 3)} to {decimal(interval.high, 3)}
          </span>
        )}
        {value === null && <span class="interval">{reason}</span>}
      </td>
      <td class="to-right" data-value={rank?.rank}>
        {rank === null ? NO_NUMBER : `${ordinal(rank.rank)} of ${rank.of}`}
      </td>
    </tr>
  );
}

function ModelFigures({ model }: { model: GroupModel | null }) {
  if (model === null) return null;
  return (
    <dl class="figures small-figures">
      <Figure name="of people, if one describes each" isWords testid="frequency">{percent(model.frequency)}</Figure>
      <Figure name="probability of being the most frequent" isWords testid="exceedance">{percent(model.exceedance_prob)}</Figure>
      <Figure name="the same, chance allowed for" isWords testid="protected-exceedance">{percent(model.protected_exceedance_prob)}</Figure>
      <Figure name="agreement with people" isWords>{percent(model.agreement)}</Figure>
      <Figure name="mean slope of people" isWords>{significant(model.mixed?.slope)}</Figure>
    </dl>
  );
}
