// A participant's trials as a strip of small pictures: what was shown, what was chosen, right or wrong, how fast.

import { useEffect, useRef } from "preact/hooks";
import { outcomeOf } from "../charts/probability.tsx";
import { duration, responseName, seconds } from "../format.ts";
import type { TaskName, Trial } from "../types.ts";
import { memo } from "./memo.ts";
import { StimulusPicture } from "./stimulus_picture.tsx";

export const OUTCOMES = {
  right: { mark: "✓", word: "right" },
  wrong: { mark: "✗", word: "wrong" },
  tie: { mark: "=", word: "a tie" },
  hidden: { mark: "–", word: "whether it was right is hidden" },
} as const;

export interface TrialStripProps {
  task: TaskName;
  trials: readonly Trial[];
  /** How many trials the page shows now; later ones are faint. */
  shownCount: number;
  isFollowing: boolean;
  onPick: (trialCount: number) => void;
}

export function TrialStrip({ task, trials, shownCount, isFollowing, onPick }: TrialStripProps) {
  const strip = useRef<HTMLOListElement>(null);

  // Only the strip scrolls, never the page: the newest trial stays in sight, or the one that was picked.
  useEffect(() => {
    const box = strip.current;
    if (box === null) return;
    if (isFollowing) box.scrollLeft = box.scrollWidth;
    else {
      const current = box.children[Math.max(0, shownCount - 1)];
      if (current instanceof HTMLElement) box.scrollLeft = current.offsetLeft - box.offsetLeft - box.clientWidth / 2 + current.offsetWidth / 2;
    }
  }, [trials.length, shownCount, isFollowing]);

  function onKeyDown(event: KeyboardEvent): void {
    const to = placeAfterKey(event.key, shownCount, trials.length);
    if (to === null) return;
    event.preventDefault();
    onPick(to);
  }

  return (
    <ol ref={strip} class={`strip ${task}`} tabIndex={0} aria-label="Trials, oldest first; arrow keys go back and forth" data-testid="trial-strip" onKeyDown={onKeyDown}>
      {trials.map((trial) => (
        <StripItem key={trial.trial_index} task={task} trial={trial} onPick={onPick}
          isLater={trial.trial_index >= shownCount} isCurrent={!isFollowing && trial.trial_index === shownCount - 1} />
      ))}
    </ol>
  );
}

/** Where a key moves the position; null for keys that do not. */
export function placeAfterKey(key: string, shownCount: number, trialCount: number): number | null {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -trialCount, End: trialCount };
  const step = steps[key];
  return step === undefined || trialCount === 0 ? null : Math.max(0, Math.min(trialCount, shownCount + step));
}

interface StripItemProps {
  task: TaskName;
  trial: Trial;
  isLater: boolean;
  isCurrent: boolean;
  onPick: (trialCount: number) => void;
}

const StripItem = memo(function StripItem({ task, trial, isLater, isCurrent, onPick }: StripItemProps) {
  const outcome = outcomeOf(trial);
  const { mark, word } = OUTCOMES[outcome];
  const chosen = responseName(task, trial.response);
  const said = `Trial ${trial.trial_index + 1}: chose ${chosen}, ${word}${trial.rt_ms === null ? "" : `, after ${duration(trial.rt_ms)}`}`;
  return (
    // Picking by click is a shortcut; the arrow keys and the slider do the same from the keyboard.
    <li class={`${outcome} ${isLater ? "later" : ""}`} title={said} aria-label={said} aria-current={isCurrent ? "true" : undefined}
      data-testid="strip-trial" data-trial={trial.trial_index} data-outcome={outcome} onClick={() => onPick(trial.trial_index + 1)}>
      <span class="strip-number number">{trial.trial_index + 1}</span>
      <span class="strip-pictures">
        {trial.stimuli.map((sha256, side) => (
          <StimulusPicture key={side} sha256={sha256} label={trial.labels?.[side] ?? null} isChosen={task === "reward" && side === trial.response} />
        ))}
      </span>
      {task === "category" ? <span>{chosen}</span> : <span class="number">{trial.points?.join(" : ")}</span>}
      <span class={`strip-mark ${outcome}`}>
        <span class="strip-sign">{mark}</span> {trial.rt_ms === null ? "" : seconds(trial.rt_ms)}
      </span>
    </li>
  );
});
