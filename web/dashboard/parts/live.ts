// A page's state from its stream: snapshot, then events; drawn at most once per animation frame.

import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiError } from "../api.ts";
import { createFrameStore } from "../state/frame_store.ts";
import { openStream, type StreamStatus } from "../stream.ts";

export interface LiveSource<State, Action> {
  eventNames: readonly Extract<Action, { kind: string }>["kind"][];
  initial: State;
  reduce: (state: State, action: Action) => State;
  /** True when events are missing, so that only a new snapshot helps. */
  isBroken: (state: State) => boolean;
}

export interface LivePage<State> {
  state: State;
  status: StreamStatus;
  refusal: ApiError | null;
}

/** Another `epoch` begins the stream anew; what is known stays on the page until the new snapshot comes. */
export function useLive<State, Action extends { kind: string }>(
  url: string,
  source: LiveSource<State, Action>,
  onUnauthorized: () => void,
  epoch = 0,
): LivePage<State> {
  const [state, setState] = useState(source.initial);
  const [status, setStatus] = useState<StreamStatus>("connecting");
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const leave = useRef(onUnauthorized);
  leave.current = onUnauthorized;

  useEffect(() => {
    const store = createFrameStore(source.reduce, source.initial);
    const stop = store.subscribe(() => setState(store.state()));
    const stream = openStream(url, source.eventNames, {
      onEvent(name, id, data) {
        // The wire contract pairs each event name with its data; this is the one place that relies on it.
        store.dispatch({ kind: name, id, data } as unknown as Action);
        if (source.isBroken(store.state())) stream.reopen();
      },
      onStatus: setStatus,
      onRefused(error) {
        if (error.status === 401) leave.current();
        else setRefusal(error);
      },
    });
    return () => {
      stop();
      stream.close();
    };
  }, [url, source, epoch]);

  return { state, status, refusal };
}
