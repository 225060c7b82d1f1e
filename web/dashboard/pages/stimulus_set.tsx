// One set of pictures, along any dimension of its representations. What is shown is in the address.

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.ts";
import { saveFile, toCsv } from "../csv.ts";
import { count, counted } from "../format.ts";
import { BIN_LIMIT_MAX, materialApi, type DimensionWish } from "../material_api.ts";
import { DimensionBins } from "../parts/dimension_bins.tsx";
import { DimensionChoices } from "../parts/dimension_choices.tsx";
import { Notice } from "../parts/notice.tsx";
import { Numbers } from "../parts/numbers.tsx";
import { isAtLeast, useAccount } from "../parts/rights.tsx";
import { useTitle } from "../parts/small.tsx";
import { importRepresentationPath, navigate, STIMULUS_SETS_PATH, stimulusSetPath } from "../router.ts";
import { choiceQuery, dimensionChoice, dimensionTable, hiddenCount, type DimensionChoice } from "../state/dimension_view.ts";
import type { DimensionReply, StimulusSet } from "../types.ts";

const LIMIT_FIRST = 12;
const LIMIT_FACTOR = 4;

interface PageProps {
  set: string;
  onUnauthorized: () => void;
}

/** What a promise came to; what came before stays until then. */
function useReply<Reply>(ask: () => Promise<Reply>, inputs: readonly unknown[], onUnauthorized: () => void): { reply: Reply | null; error: string | null; isAsking: boolean } {
  const [state, setState] = useState<{ reply: Reply | null; error: string | null; isAsking: boolean }>({ reply: null, error: null, isAsking: true });
  useEffect(() => {
    let isOver = false;
    setState((before) => ({ ...before, isAsking: true }));
    ask().then(
      (reply) => {
        if (!isOver) setState({ reply, error: null, isAsking: false });
      },
      (failure: unknown) => {
        if (isOver) return;
        if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
        setState({ reply: null, error: failure instanceof Error ? failure.message : String(failure), isAsking: false });
      },
    );
    return () => {
      isOver = true;
    };
  }, inputs);
  return state;
}

export function StimulusSetPage({ set: name, onUnauthorized }: PageProps) {
  const { reply: sets, error } = useReply(materialApi.sets, [name], onUnauthorized);
  const mayMake = isAtLeast(useAccount()?.site_role ?? null, "researcher");
  useTitle(name);
  if (error !== null) return <Notice kind="error">{error}</Notice>;
  if (sets === null) return <p class="waiting">Loading…</p>;
  const set = sets.find((each) => each.name === name);
  if (set === undefined)
    return (
      <Notice kind="error">
        There is no stimulus set “{name}”. <a href={STIMULUS_SETS_PATH}>See all sets</a>.
      </Notice>
    );
  const choice = dimensionChoice(location.search, set);
  return (
    <>
      <div class="page-head">
        <div>
          <p class="trail">
            <a href={STIMULUS_SETS_PATH}>Stimulus sets</a>
          </p>
          <h1>{set.name}</h1>
          <p class="muted" data-testid="set-facts">
            {counted(set.stimulus_count, "picture")} of {counted(set.object_count, "object")}, {counted(set.representations.length, "representation")}
          </p>
        </div>
        {mayMake && (
          <a class="button quiet" href={importRepresentationPath(set.name)} data-testid="import-representation">
            Import a representation
          </a>
        )}
      </div>
      {choice === null ? (
        <Notice kind="hint">
          Pictures are shown along the dimensions of a representation, and this set has none yet. {mayMake && <><a href={importRepresentationPath(set.name)}>Import the first one</a>.</>}
        </Notice>
      ) : (
        <Along set={set} choice={choice} onUnauthorized={onUnauthorized} />
      )}
    </>
  );
}

function Along({ set, choice, onUnauthorized }: { set: StimulusSet; choice: DimensionChoice; onUnauthorized: () => void }) {
  const [limit, setLimit] = useState(LIMIT_FIRST);
  const wish: DimensionWish = { set: set.name, ...choice, limit };
  const key = JSON.stringify(wish);
  const { reply, error, isAsking } = useReply(() => materialApi.dimension(wish), [key], onUnauthorized);
  const words = `${choice.representation}, dimension ${choice.dimension + 1}`;
  return (
    <section class="card section along" aria-labelledby="along-title" aria-busy={isAsking}>
      <div class="section-head">
        <h2 id="along-title">Along a dimension</h2>
        <DimensionChoices set={set} choice={choice} onUnauthorized={onUnauthorized}
          onChoose={(next) => {
            setLimit(LIMIT_FIRST);
            navigate(stimulusSetPath(set.name) + choiceQuery(next), true);
          }} />
      </div>
      {error !== null && <Notice kind="error">{error}</Notice>}
      {reply === null && error === null && <p class="waiting">Loading…</p>}
      {reply !== null && (
        <>
          <Outside count={reply.out_of_range_count} all={set.stimulus_count} />
          <DimensionBins bins={reply.bins} label={`Pictures along ${words}, in five bins`} />
          <Below reply={reply} wish={wish} words={words} onMore={() => setLimit(Math.min(BIN_LIMIT_MAX, limit * LIMIT_FACTOR))} onUnauthorized={onUnauthorized} />
        </>
      )}
    </section>
  );
}

function Outside({ count: outside, all }: { count: number; all: number }) {
  if (outside === 0) return null;
  return (
    <p class={outside === all ? "warning" : "muted"} data-testid="outside">
      {outside === all ? "No picture is in a bin: all values are outside of 0 to 2." : `${count(outside)} of ${counted(all, "picture")} have values outside of 0 to 2 and are in no bin.`}
    </p>
  );
}

interface BelowProps {
  reply: DimensionReply;
  wish: DimensionWish;
  words: string;
  onMore: () => void;
  onUnauthorized: () => void;
}

function Below({ reply, wish, words, onMore, onUnauthorized }: BelowProps) {
  const [error, setError] = useState("");
  const hidden = hiddenCount(reply);
  async function save(): Promise<void> {
    setError("");
    try {
      const all = hidden === 0 ? reply : await materialApi.dimension({ ...wish, limit: BIN_LIMIT_MAX });
      saveFile(`${wish.set}-${wish.representation}-${wish.dimension + 1}.csv`, "text/csv", toCsv(dimensionTable(all, wish.condition !== null)));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) return onUnauthorized();
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  }
  return (
    <>
      <div class="choices">
        {hidden > 0 && (
          <button type="button" class="button quiet" data-testid="more-pictures" onClick={onMore}>
            Show more of {counted(hidden, "other picture")}
          </button>
        )}
        <button type="button" class="button quiet" data-testid="dimension-csv" onClick={() => void save()}>
          All values as CSV
        </button>
        <span class="muted small-text">{hidden > 0 ? "Shown are pictures from all through each bin, of as many objects as there is room for." : "These are all pictures."} Each opens in full.</span>
      </div>
      {error !== "" && <p class="form-error" role="alert">{error}</p>}
      <Numbers table={() => dimensionTable(reply, wish.condition !== null)} caption={`Values of ${words}`} testid="dimension-numbers" />
    </>
  );
}
