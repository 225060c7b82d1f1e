// What the pages of representations read: the documents of the study, and the choices in the address.

import { useEffect, useMemo, useState } from "preact/hooks";
import { api, ApiError } from "../api.ts";
import { navigate } from "../router.ts";
import { learnerNames, rowsOf, type Row } from "../state/measures.ts";
import { choicesQuery, parseChoices, type Choices } from "../state/representation_address.ts";
import type { StreamStatus } from "../stream.ts";
import type { Group, Metric, Representation, RepresentationsReply } from "../types.ts";
import { useGroup } from "./group_live.ts";

const AGAIN_MS = 5000;

function isPending(metric: Metric): boolean {
  return metric.value === null && metric.reason === null;
}

function isComplete(reply: RepresentationsReply): boolean {
  return !reply.representations.some((each) =>
    [each.class_separation, each.class_separation_paper, each.cka, each.intrinsic_dimension].some(isPending));
}

interface Known {
  reply: RepresentationsReply | null;
  error: ApiError | null;
}

/** Asked for again while metrics are still being computed, and after a failure that may pass. */
function useRepresentations(slug: string, onUnauthorized: () => void): Known {
  const [known, setKnown] = useState<Known>({ reply: null, error: null });
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(): Promise<void> {
      try {
        const reply = await api.representations(slug);
        if (isOver) return;
        setKnown({ reply, error: null });
        if (!isComplete(reply)) timer = setTimeout(() => void ask(), AGAIN_MS);
      } catch (failure) {
        if (isOver || !(failure instanceof ApiError)) return;
        if (failure.status === 401) return onUnauthorized();
        setKnown((before) => ({ ...before, error: failure }));
        if (failure.status !== 404) timer = setTimeout(() => void ask(), AGAIN_MS);
      }
    }
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [slug, onUnauthorized]);
  return known;
}

export interface RepresentationData {
  study: RepresentationsReply["study"] | null;
  representations: readonly Representation[];
  group: Group | null;
  rows: readonly Row[];
  learners: string[];
  learner: string;
  choices: Choices;
  /** Keeps the page where it is and the address in step. */
  choose: (change: Partial<Choices>) => void;
  /** The query to hand on to links between these pages. */
  query: string;
  status: StreamStatus;
  /** There is no such study, or the list cannot be had. */
  error: ApiError | null;
}

export function useRepresentationData(slug: string, onUnauthorized: () => void): RepresentationData {
  const { search } = location;
  const choices = useMemo(() => parseChoices(search), [search]);
  const { reply, error } = useRepresentations(slug, onUnauthorized);
  const { state, status } = useGroup(slug, choices.exclude, onUnauthorized);
  const representations = reply?.representations ?? [];
  const learners = useMemo(() => learnerNames(state.group?.models ?? []), [state.group]);
  const learner = choices.learner !== null && (learners.length === 0 || learners.includes(choices.learner)) ? choices.learner : (learners[0] ?? "");
  const rows = useMemo(() => rowsOf(representations, state.group, learner), [reply, state.group, learner]);
  return {
    study: reply?.study ?? null,
    representations,
    group: state.group,
    rows,
    learners,
    learner,
    choices,
    choose: (change) => navigate(location.pathname + choicesQuery({ ...choices, ...change }), true),
    query: choicesQuery(choices),
    status,
    error,
  };
}
