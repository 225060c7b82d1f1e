// A state with a pure reducer, whose listeners hear of changes at most once per animation frame, however many events arrive.

export interface FrameStore<State, Action> {
  state(): State;
  dispatch(action: Action): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export function createFrameStore<State, Action>(
  reduce: (state: State, action: Action) => State,
  initial: State,
  requestFrame: (redraw: () => void) => void = (redraw) => void requestAnimationFrame(redraw),
): FrameStore<State, Action> {
  const listeners = new Set<() => void>();
  let current = initial;
  let isFrameRequested = false;

  function redraw(): void {
    isFrameRequested = false;
    for (const listener of listeners) listener();
  }

  return {
    state: () => current,
    dispatch(action) {
      const next = reduce(current, action);
      if (next === current) return;
      current = next;
      if (isFrameRequested) return;
      isFrameRequested = true;
      requestFrame(redraw);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
