import type { ComponentChildren } from "preact";

/** A sentence to the researcher: read out at once when it is an error. */
export function Notice({ kind, children }: { kind: "error" | "hint"; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"} data-testid={`notice-${kind}`}>
      {children}
    </div>
  );
}
