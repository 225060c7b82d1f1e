// All sets of pictures of this server, and where a new one comes in.

import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { count, counted } from "../format.ts";
import { materialApi } from "../material_api.ts";
import { Notice } from "../parts/notice.tsx";
import { PictureImport } from "../parts/picture_import.tsx";
import { isAtLeast, useAccount } from "../parts/rights.tsx";
import { Figure, useTitle } from "../parts/small.tsx";
import { importRepresentationPath, stimulusSetPath } from "../router.ts";
import type { StimulusSet } from "../types.ts";

const NAMES_SHOWN = 8;

function importIdOf(query: string): number | null {
  const said = new URLSearchParams(query).get("import");
  return said !== null && /^[1-9]\d{0,14}$/.test(said) ? Number(said) : null;
}

export function StimulusSetsPage({ onUnauthorized }: { onUnauthorized: () => void }) {
  const [sets, setSets] = useState<StimulusSet[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const mayMake = isAtLeast(useAccount()?.site_role ?? null, "researcher");
  useTitle("Stimulus sets");
  const load = useCallback(async () => {
    try {
      setSets(await materialApi.sets());
      setError(null);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  }, [onUnauthorized]);
  useEffect(() => void load(), [load]);

  return (
    <>
      <div class="page-head">
        <h1>Stimulus sets</h1>
      </div>
      {error !== null && <Notice kind="error">{error}</Notice>}
      {sets === null && error === null && <p class="waiting">Loading…</p>}
      {sets?.length === 0 && <Notice kind="hint">There are no pictures yet.{mayMake && " Bring the first set below."}</Notice>}
      {sets !== null && sets.length > 0 && (
        <div class="study-cards">
          {sets.map((set) => (
            <SetCard key={set.name} set={set} mayMake={mayMake} />
          ))}
        </div>
      )}
      {mayMake && <PictureImport importId={importIdOf(location.search)} onDone={() => void load()} onUnauthorized={onUnauthorized} />}
    </>
  );
}

function SetCard({ set, mayMake }: { set: StimulusSet; mayMake: boolean }) {
  const names = set.representations.map(({ name }) => name);
  const more = names.length - NAMES_SHOWN;
  return (
    <article class="card study-card" data-testid="set-card" data-set={set.name}>
      <h2>
        <a href={stimulusSetPath(set.name)} data-testid="set-link">
          {set.name}
        </a>
      </h2>
      <dl class="figures">
        <Figure name="pictures">{count(set.stimulus_count)}</Figure>
        <Figure name="objects">{count(set.object_count)}</Figure>
        <Figure name="representations">{count(names.length)}</Figure>
      </dl>
      <p class="muted small-text">
        {names.length === 0 ? "No representation yet." : names.slice(0, NAMES_SHOWN).join(", ") + (more > 0 ? ` and ${counted(more, "other")}` : "")}
        {mayMake && <>{" · "}<a href={importRepresentationPath(set.name)}>Import a representation</a></>}
      </p>
    </article>
  );
}
