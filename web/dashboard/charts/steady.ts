// Documents arrive anew several times a minute; most drawings have not changed. What is equal keeps its identity, and so its drawing.

import { useRef } from "preact/hooks";

/** The value of the last call where the new one is equal to it, word for word. */
export function useSteady<Value>(value: Value): Value {
  const kept = useRef({ value, text: JSON.stringify(value) });
  const text = JSON.stringify(value);
  if (text !== kept.current.text) kept.current = { value, text };
  return kept.current.value;
}
