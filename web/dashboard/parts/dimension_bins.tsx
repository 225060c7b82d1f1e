// The pictures of a set along a dimension: from low to high in the five bins that conditions are drawn from (figure 1C of the paper). A condition's
// choice has a ring and a sign.

import { mediaUrl } from "../api.ts";
import { count, counted, decimal, significant } from "../format.ts";
import { fromLowToHigh } from "../state/dimension_view.ts";
import type { DimensionBin, DimensionStimulus } from "../types.ts";

const VALUE_DIGITS = 2;
const THUMBNAIL_PX = 64;

export function DimensionBins({ bins, label }: { bins: readonly DimensionBin[]; label: string }) {
  const most = Math.max(1, ...bins.map(({ object_count: objects }) => objects));
  return (
    <div class="dimension-figure" data-testid="dimension-bins">
      <ol class="dimension-bins" aria-label={label}>
        {bins.map((bin, at) => (
          <Bin key={at} bin={bin} number={at + 1} most={most} />
        ))}
      </ol>
      <p class="dimension-axis" aria-hidden="true">
        <span>low</span>
        <span class="dimension-arrow" />
        <span>high</span>
      </p>
    </div>
  );
}

function Bin({ bin, number, most }: { bin: DimensionBin; number: number; most: number }) {
  const { low, high, object_count: objects, stimulus_count: pictures, chosen_count: chosen, stimuli } = bin;
  return (
    <li class="dimension-bin" data-testid="dimension-bin" data-bin={number}>
      <h3>
        Bin {number} <span class="muted number">{significant(low)}–{significant(high)}</span>
      </h3>
      <span class="dimension-share" aria-hidden="true">
        <span style={{ width: `${(100 * objects) / most}%` }} />
      </span>
      <p class="small-text">
        {counted(pictures, "picture")}
        {pictures !== objects && ` of ${counted(objects, "object")}`}
        {chosen !== undefined && (
          <strong class="dimension-chosen-count" data-testid="chosen-count">
            ✓ {count(chosen)} chosen
          </strong>
        )}
      </p>
      {stimuli.length === 0 ? <p class="muted small-text">No picture here.</p> : (
        <ol class="dimension-pictures" aria-label={`Pictures of bin ${number}`}>
          {fromLowToHigh(stimuli).map((stimulus) => (
            <Picture key={stimulus.id} stimulus={stimulus} />
          ))}
        </ol>
      )}
    </li>
  );
}

function Picture({ stimulus }: { stimulus: DimensionStimulus }) {
  const { id, object, value, thumbnail, picture, is_chosen: isChosen = false } = stimulus;
  const words = `${object.replaceAll("_", " ")}, ${decimal(value, VALUE_DIGITS)}${isChosen ? ", chosen" : ""}`;
  return (
    <li class={isChosen ? "chosen" : ""} data-testid="dimension-picture" data-id={id} data-value={value}>
      <a href={mediaUrl(picture)} target="_blank" rel="noopener" title={`${id}: ${value}`}>
        <img src={mediaUrl(thumbnail)} alt={words} loading="lazy" decoding="async" width={THUMBNAIL_PX} height={THUMBNAIL_PX} />
        <span class="dimension-value number" aria-hidden="true">
          {isChosen && "✓ "}
          {decimal(value, VALUE_DIGITS)}
        </span>
      </a>
    </li>
  );
}
