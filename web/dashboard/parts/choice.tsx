// Small choices above a chart: which learner, which family.

import { count } from "../format.ts";
import { FAMILY_SIGNS, type FamilyLook } from "../charts/family_look.ts";

export function LearnerChoice({ labels, learner, onChoose }: { labels: ReadonlyMap<string, string>; learner: string; onChoose: (learner: string) => void }) {
  if (labels.size < 2) return null;
  return (
    <div class="segments" role="group" aria-label="Learner">
      {[...labels].map(([name, label]) => (
        <button key={name} type="button" aria-pressed={name === learner} data-testid={`learner-${name}`} onClick={() => onChoose(name)}>
          {label}
        </button>
      ))}
    </div>
  );
}

export interface FamilyFilterProps {
  families: readonly { family: string; count: number }[];
  looks: ReadonlyMap<string, FamilyLook>;
  /** Null: all of them. */
  chosen: string | null;
  onChoose: (family: string | null) => void;
}

/** The legend of the families, which is their filter too. */
export function FamilyFilter({ families, looks, chosen, onChoose }: FamilyFilterProps) {
  const total = families.reduce((sum, { count }) => sum + count, 0);
  return (
    <div class="chips" role="group" aria-label="Family of representations">
      <button type="button" class="chip" aria-pressed={chosen === null} data-testid="family-all" onClick={() => onChoose(null)}>
        All families <span class="chip-count">{count(total)}</span>
      </button>
      {families.map(({ family, count: size }) => (
        <button key={family} type="button" class="chip" aria-pressed={chosen === family} data-testid={`family-${family}`}
          onClick={() => onChoose(chosen === family ? null : family)}>
          <span class="chip-sign" aria-hidden="true" style={{ color: looks.get(family)?.colour }}>
            {FAMILY_SIGNS[looks.get(family)?.symbol ?? "circle"]}
          </span>
          {family} <span class="chip-count">{count(size)}</span>
        </button>
      ))}
    </div>
  );
}
