// Which representations are highlighted: a search field with a list (arrow keys, Enter, Escape), what was chosen as tags, and the colours of
// the families.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Lanes } from "../charts/lane.ts";
import { learnerName } from "../format.ts";
import { CHOSEN_MAX, searched } from "../state/chosen.ts";
import type { StudyModel } from "../types.ts";

export interface PickerProps {
  models: readonly StudyModel[];
  lanes: Lanes;
  chosen: readonly number[];
  onToggle: (model: number) => void;
  onClear: () => void;
}

export function Picker({ models, lanes, chosen, onToggle, onClear }: PickerProps) {
  return (
    <section class="card picker" aria-labelledby="picker-title">
      <h2 id="picker-title">Representations to highlight</h2>
      <Search models={models} lanes={lanes} chosen={chosen} onToggle={onToggle} />
      <ul class="picker-tags" aria-label="Highlighted">
        {chosen.length === 0 && <li class="muted">None: the charts name the best. Search, or click a line of the race.</li>}
        {chosen.map((model) => (
          <li key={model}>
            <button type="button" class="picker-tag" data-testid="picker-tag" data-model={model} aria-label={`No longer highlight ${lanes.all[model]?.label}`} onClick={() => onToggle(model)}>
              <span class="swatch" style={{ background: lanes.all[model]?.colour }} />
              {lanes.all[model]?.label} <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
        {chosen.length > 0 && (
          <li>
            <button type="button" class="button quiet small" data-testid="picker-clear" onClick={onClear}>
              Clear
            </button>
          </li>
        )}
      </ul>
      <Families lanes={lanes} />
    </section>
  );
}

function Families({ lanes }: { lanes: Lanes }) {
  const families = [...new Map(lanes.all.map((lane) => [lane.family, lane.colour]))].sort(([a], [b]) => a.localeCompare(b));
  return (
    <ul class="picker-families" aria-label="Colours of the families">
      {families.map(([family, colour]) => (
        <li key={family}>
          <span class="swatch" style={{ background: colour }} />
          {family}
        </li>
      ))}
    </ul>
  );
}

type SearchProps = Omit<PickerProps, "onClear">;

function Search({ models, lanes, chosen, onToggle }: SearchProps) {
  const [search, setSearch] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const id = useId();
  const found = isOpen ? searched(models, search) : [];
  const active = Math.min(at, found.length - 1);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape" && isOpen) {
      event.preventDefault(); // the browser would clear the field, and the list would open again
      return setOpen(false);
    }
    if (event.key === "Enter") {
      const model = found[active];
      if (model !== undefined) onToggle(model);
      event.preventDefault();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setOpen(true);
    if (isOpen) setAt(Math.max(0, Math.min(found.length - 1, active + (event.key === "ArrowDown" ? 1 : -1))));
  }

  return (
    <div class="picker-search">
      <input type="search" role="combobox" list={undefined} autocomplete="off" placeholder={`Search ${models.length} representations or families…`}
        aria-label="Representation to highlight" aria-expanded={isOpen} aria-controls={`${id}-list`} aria-autocomplete="list"
        aria-activedescendant={isOpen && found.length > 0 ? `${id}-${found[active]}` : undefined}
        data-testid="picker-search" value={search}
        onInput={(event) => { setSearch(event.currentTarget.value); setAt(0); setOpen(true); }}
        onFocus={() => setOpen(true)} onClick={() => setOpen(true)} onBlur={() => setOpen(false)} onKeyDown={onKeyDown} />
      {isOpen && <Found id={id} models={models} lanes={lanes} chosen={chosen} onToggle={onToggle} found={found} active={active} />}
    </div>
  );
}

function Found({ id, models, lanes, chosen, onToggle, found, active }: SearchProps & { id: string; found: readonly number[]; active: number }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector(".active")?.scrollIntoView({ block: "nearest" }), [active]);
  const isFull = chosen.length >= CHOSEN_MAX;
  return (
    <ul ref={list} class="picker-list" id={`${id}-list`} role="listbox" aria-multiselectable="true" aria-label="Representations" data-testid="picker-list">
      {found.length === 0 && <li class="muted">No representation or family of that name.</li>}
      {isFull && <li class="muted">No more than {CHOSEN_MAX} at a time: take one away first.</li>}
      {found.map((model, i) => (
        // Pressed, not clicked: a click would come after the field has lost the focus and closed the list.
        <li key={model} id={`${id}-${model}`} role="option" class={i === active ? "active" : ""} aria-selected={chosen.includes(model)}
          data-testid="picker-option" onMouseDown={(event) => { event.preventDefault(); onToggle(model); }}>
          <span class="picker-check" aria-hidden="true">{chosen.includes(model) ? "✓" : ""}</span>
          <span class="swatch" style={{ background: lanes.all[model]?.colour }} />
          {lanes.all[model]?.label}
          <span class="muted"> {models[model]?.family}, {learnerName(models[model]?.learner ?? "")}</span>
        </li>
      ))}
    </ul>
  );
}
