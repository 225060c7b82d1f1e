// The position in time that the whole page shows: the newest trial, or any before it.

export interface ScrubberProps {
  trialCount: number;
  shownCount: number;
  isFollowing: boolean;
  /** Null: follow the newest trial. */
  onPick: (trialCount: number | null) => void;
}

export function Scrubber({ trialCount, shownCount, isFollowing, onPick }: ScrubberProps) {
  return (
    <div class="scrub">
      <label for="scrub-slider">
        <output data-testid="scrub-position">{isFollowing ? `Following, trial ${trialCount}` : `As it was after trial ${shownCount}`}</output>
      </label>
      <input id="scrub-slider" type="range" min={0} max={Math.max(1, trialCount)} step={1} value={shownCount} disabled={trialCount === 0}
        data-testid="scrub-slider" onInput={(event) => onPick(Number(event.currentTarget.value))} />
      <button type="button" class="button quiet small" data-testid="scrub-follow" disabled={isFollowing} onClick={() => onPick(null)}>
        Follow live
      </button>
    </div>
  );
}
