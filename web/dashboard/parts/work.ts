// What the forms about people share: a call at a time, and where its mistake belongs.

import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api.ts";

/** `field` is "" for what is about no single field. */
export interface Mistake {
  field: string;
  message: string;
}

export interface Work {
  isBusy: boolean;
  mistake: Mistake | null;
  /** The sentence of this field, or null. With "": what belongs beside none of `fields`. */
  problem: (field: string, fields?: readonly string[]) => string | null;
  setMistake: (mistake: Mistake | null) => void;
  /** Whether it went well. */
  run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Most sentences of the server name the field first: 'until' must be ... */
export function mistakeOf(failure: unknown): Mistake {
  const message = failure instanceof Error ? failure.message : String(failure);
  const named = failure instanceof ApiError ? failure.field : "";
  return { field: named !== "" ? named : (/^'(\w+)'/.exec(message)?.[1] ?? ""), message };
}

export function useWork(onUnauthorized: () => void): Work {
  const [isBusy, setBusy] = useState(false);
  const [mistake, setMistake] = useState<Mistake | null>(null);
  async function run(work: () => Promise<void>): Promise<boolean> {
    setBusy(true);
    setMistake(null);
    try {
      await work();
      return true;
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) onUnauthorized();
      else setMistake(mistakeOf(failure));
      return false;
    } finally {
      setBusy(false);
    }
  }
  const problem = (field: string, fields: readonly string[] = []): string | null => {
    if (mistake === null) return null;
    const isMine = field === "" ? !fields.includes(mistake.field) : mistake.field === field;
    return isMine ? mistake.message : null;
  };
  return { isBusy, mistake, problem, setMistake, run };
}

export interface Loaded<Value> {
  /** Null until the first answer. */
  value: Value | null;
  error: string | null;
  again: () => void;
}

/** Asked for at the start and whenever `again` is called; what was there stays until the next answer. */
export function useLoaded<Value>(ask: () => Promise<Value>, key: string, onUnauthorized: () => void): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [epoch, setEpoch] = useState(0);
  useEffect(() => {
    let isOver = false;
    ask().then(
      (next) => {
        if (isOver) return;
        setValue(() => next);
        setError(null);
      },
      (failure: unknown) => {
        if (isOver) return;
        if (failure instanceof ApiError && failure.status === 401) onUnauthorized();
        else setError(failure instanceof Error ? failure.message : String(failure));
      },
    );
    return () => {
      isOver = true;
    };
  }, [key, epoch]);
  return { value, error, again: () => setEpoch((before) => before + 1) };
}
