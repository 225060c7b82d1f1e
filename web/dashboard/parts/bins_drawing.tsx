// Whether each dimension's bins can be filled: a bar for the objects that a bin has, a line for how many the conditions need.

import { counted, count, significant } from "../format.ts";
import type { Bin, StudyCheck } from "../study_types.ts";

function isShort({ objects, needed }: Bin): boolean {
  return objects < needed;
}

export function BinsDrawing({ check, isChecking }: { check: StudyCheck | null; isChecking: boolean }) {
  const bins = check?.bins ?? [];
  const short = bins.flatMap(({ bins: of }) => of).filter(isShort).length;
  const verdict = bins.length === 0 ? "" : short === 0 ? "Every bin has the pictures that its trials need." : `${counted(short, "bin")} cannot be filled.`;
  return (
    <div class="bins" data-testid="bins" aria-busy={isChecking}>
      <h3>Can the trials be drawn?</h3>
      <p class={short > 0 ? "warning" : "muted"} role="status" data-testid="bins-verdict">
        {verdict === "" ? noVerdict(check, isChecking) : verdict}
      </p>
      <div class="bins-dimensions">
        {bins.map(({ dimension, bins: of }) => (
          <Dimension key={dimension} dimension={dimension} bins={of} />
        ))}
      </div>
      {bins.length > 0 && <p class="muted small">Bars: objects with a picture in the bin. Line: how many of them one condition needs.</p>}
    </div>
  );
}

function noVerdict(check: StudyCheck | null, isChecking: boolean): string {
  if (isChecking) return "Looking…";
  return check !== null && check.problems.length > 0 ? "To be seen once the mistakes are mended." : "Choose the stimulus set and the generative representation to see it.";
}

function Dimension({ dimension, bins }: { dimension: number; bins: readonly Bin[] }) {
  const most = Math.max(1, ...bins.map(({ objects, needed }) => Math.max(objects, needed)));
  const height = (value: number): string => `${(100 * value) / most}%`;
  return (
    <figure class="bins-dimension" data-testid="bins-dimension" data-dimension={dimension}>
      <figcaption>Dimension {dimension + 1}</figcaption>
      <ol class="bins-row">
        {bins.map((bin, at) => (
          <li key={at} class={isShort(bin) ? "short" : ""} title={`Loadings above ${significant(bin.low)} up to ${significant(bin.high)}`}>
            <span class="bin-space" aria-hidden="true">
              <span class="bin-bar" style={{ height: height(bin.objects) }} />
              <span class="bin-needed" style={{ bottom: height(bin.needed) }} />
            </span>
            <span class="bin-count">{count(bin.objects)}</span>
            <span class="bin-need">
              {isShort(bin) && <span aria-hidden="true">✗ </span>}
              <span class="visually-hidden">objects from {significant(bin.low)} to {significant(bin.high)}, </span>of {count(bin.needed)}
            </span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
