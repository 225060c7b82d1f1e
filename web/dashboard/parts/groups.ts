// The group documents of several studies, kept current. A browser opens six connections to a server at most: only the first studies have a
// stream of their own, later ones are asked for every few seconds.

import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiError, groupStreamUrl } from "../api.ts";
import { openStream, type StreamStatus } from "../stream.ts";
import type { Exclusion, Group } from "../types.ts";

const STREAMS_MAX = 2;
const ASK_MS = 5000;

export interface Groups {
  /** By study. */
  documents: ReadonlyMap<string, Group>;
  /** The worst of the streams'. */
  status: StreamStatus;
  /** Studies whose document the server will not give, and why. */
  refusals: ReadonlyMap<string, ApiError>;
}

interface Listener {
  onGroup(slug: string, group: Group): void;
  onStatus(slug: string, status: StreamStatus): void;
  onRefused(slug: string, error: ApiError): void;
}

function follow(slug: string, exclude: readonly Exclusion[], listener: Listener): () => void {
  const stream = openStream(groupStreamUrl(slug, exclude), ["snapshot"], {
    onEvent: (_, __, data) => listener.onGroup(slug, data as Group),
    onStatus: (status) => listener.onStatus(slug, status),
    onRefused: (error) => listener.onRefused(slug, error),
  });
  return () => stream.close();
}

function askAgainAndAgain(slug: string, exclude: readonly Exclusion[], listener: Listener): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function ask(): Promise<void> {
    try {
      const group = await api.group(slug, exclude);
      if (isOver) return;
      listener.onStatus(slug, "live");
      listener.onGroup(slug, group);
    } catch (error) {
      if (isOver) return;
      if (error instanceof ApiError && (error.status === 401 || error.status === 404)) return listener.onRefused(slug, error);
      listener.onStatus(slug, "lost");
    }
    timer = setTimeout(() => void ask(), ASK_MS);
  }
  void ask();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function worst(statuses: Iterable<StreamStatus>): StreamStatus {
  const all = [...statuses];
  if (all.includes("lost")) return "lost";
  return all.length > 0 && all.every((status) => status === "live") ? "live" : "connecting";
}

export function useGroups(slugs: readonly string[], exclude: readonly Exclusion[], onUnauthorized: () => void): Groups {
  const [documents, setDocuments] = useState<ReadonlyMap<string, Group>>(new Map());
  const [statuses, setStatuses] = useState<ReadonlyMap<string, StreamStatus>>(new Map());
  const [refusals, setRefusals] = useState<ReadonlyMap<string, ApiError>>(new Map());
  const leave = useRef(onUnauthorized);
  leave.current = onUnauthorized;
  const key = `${slugs.join(",")}?${exclude.join(",")}`;

  useEffect(() => {
    const listener: Listener = {
      onGroup: (slug, group) => setDocuments((before) => new Map(before).set(slug, group)),
      onStatus: (slug, status) => setStatuses((before) => new Map(before).set(slug, status)),
      onRefused(slug, error) {
        if (error.status === 401) leave.current();
        else setRefusals((before) => new Map(before).set(slug, error));
      },
    };
    const stops = slugs.map((slug, at) => (at < STREAMS_MAX ? follow : askAgainAndAgain)(slug, exclude, listener));
    return () => stops.forEach((stop) => stop());
  }, [key]);

  // Until the documents of a new choice are all there, the page shows old ones beside new ones and says that it is not live.
  const isOld = slugs.some((slug) => documents.get(slug)?.exclude.join() !== exclude.join());
  const status = worst(slugs.map((slug) => statuses.get(slug) ?? "connecting"));
  return { documents, refusals, status: status === "live" && isOld ? "connecting" : status };
}
