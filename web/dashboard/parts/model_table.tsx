// Every model's current numbers for one participant, best first.

import type { Lanes } from "../charts/lane.ts";
import { decimal, learnerName, NO_NUMBER, percent, signed, significant } from "../format.ts";
import { aboveChance, ranking } from "../state/series.ts";
import type { Beta, LiveModel, Trial } from "../types.ts";

function betaWords(beta: Beta | null): string {
  return beta === null ? NO_NUMBER : `${significant(beta.mean)} (${significant(beta.low)} to ${significant(beta.high)})`;
}

export function ModelTable({ models, lanes, last }: { models: readonly LiveModel[]; lanes: Lanes; last: Trial | undefined }) {
  return (
    <section class="card section" aria-labelledby="models-title">
      <h2 id="models-title">Representations now</h2>
      <div class="table-scroll" tabIndex={0} role="region" aria-labelledby="models-title">
        <table class="table" data-testid="model-table">
          <thead>
            <tr>
              <th scope="col">Representation</th>
              <th scope="col">Learner</th>
              <th scope="col" class="to-right">Posterior</th>
              <th scope="col" class="to-right">Nats above chance</th>
              <th scope="col" class="to-right">R² online</th>
              <th scope="col">Beta (95 % interval)</th>
              <th scope="col">Notes</th>
            </tr>
          </thead>
          <tbody>
            {ranking(models, last === undefined ? [] : [last]).map((index) => {
              const model = models[index];
              const lane = lanes.all[index];
              if (model === undefined || lane === undefined) return null;
              const evidence = aboveChance(last?.log_evidence[index], (last?.trial_index ?? 0) + 1);
              return (
                <tr key={index} data-testid="model-row" data-representation={model.representation} data-learner={model.learner}>
                  <th scope="row">
                    <span class="swatch" style={{ background: lane.colour }} />
                    {model.representation}
                    <span class="muted"> {model.family === model.representation ? "" : model.family}</span>
                  </th>
                  <td title={model.learner}>{learnerName(model.learner)}</td>
                  <td class="to-right" data-value={last?.posterior[index] ?? undefined}>{percent(last?.posterior[index])}</td>
                  <td class="to-right" data-value={evidence ?? undefined}>{signed(evidence, 2)}</td>
                  <td class="to-right" data-value={model.r2_online ?? undefined}>{decimal(model.r2_online, 3)}</td>
                  <td data-value={model.beta?.mean}>{betaWords(model.beta)}</td>
                  <td>
                    {model.is_ready ? "" : "value table still being computed "}
                    {model.looks_ahead ? "looks at later trials" : ""}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
