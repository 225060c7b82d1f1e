// A question before a step that cannot be undone, where the step was asked for.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface ConfirmProps {
  question: string;
  yes: string;
  isBusy: boolean;
  isPossible?: boolean;
  children?: ComponentChildren;
  onYes: () => void;
  onNo: () => void;
}

export function Confirm({ question, yes, isBusy, isPossible = true, children, onYes, onNo }: ConfirmProps) {
  const box = useRef<HTMLDivElement>(null);
  // The first thing in it: a field when there is one, else the way back, which is the safe answer.
  useEffect(() => box.current?.querySelector<HTMLElement>("input, textarea, [data-safe]")?.focus(), []);
  return (
    <div ref={box} class="confirm" role="alertdialog" aria-label={question} data-testid="confirm" onKeyDown={(event) => { if (event.key === "Escape") onNo(); }}>
      <p>{question}</p>
      {children}
      <div class="confirm-answers">
        <button type="button" class="button quiet" data-safe data-testid="confirm-no" onClick={onNo}>
          Not now
        </button>
        <button type="button" class="button" disabled={isBusy || !isPossible} data-testid="confirm-yes" onClick={onYes}>
          {yes}
        </button>
      </div>
    </div>
  );
}
