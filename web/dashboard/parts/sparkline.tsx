// The last trials of a participant as strokes: up is right, down is wrong, a dot in the middle is a tie. The newest is at the right.

import { counted } from "../format.ts";

const SLOTS = 24;
const SLOT_PX = 8;
const HEIGHT_PX = 28;
const MIDDLE_PX = HEIGHT_PX / 2;

const STROKES: Record<string, { name: string; y: number; height: number }> = {
  r: { name: "right", y: 1, height: MIDDLE_PX - 2 },
  w: { name: "wrong", y: MIDDLE_PX + 1, height: MIDDLE_PX - 2 },
  t: { name: "tie", y: MIDDLE_PX - 1.5, height: 3 },
};

export function recentWords(recent: string): string {
  if (recent === "") return "no trial yet";
  const right = recent.split("r").length - 1;
  return `${right} of the last ${counted(recent.length, "trial")} right`;
}

export function Sparkline({ recent }: { recent: string }) {
  const shown = recent.slice(-SLOTS);
  const first = SLOTS - shown.length;
  return (
    <svg class="sparkline" viewBox={`0 0 ${SLOTS * SLOT_PX} ${HEIGHT_PX}`} height={HEIGHT_PX} preserveAspectRatio="none" role="img" aria-label={recentWords(shown)}
      data-testid="sparkline" data-recent={shown}>
      <line class="sparkline-middle" x1={0} x2={SLOTS * SLOT_PX} y1={MIDDLE_PX} y2={MIDDLE_PX} />
      {[...shown].map((outcome, at) => {
        const stroke = STROKES[outcome];
        return stroke === undefined ? null : (
          <rect key={at} class={`sparkline-${stroke.name}`} x={(first + at) * SLOT_PX + 1.5} y={stroke.y} width={SLOT_PX - 3} height={stroke.height} rx={1} />
        );
      })}
    </svg>
  );
}
