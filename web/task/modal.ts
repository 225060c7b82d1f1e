// A question that lies over the page, and the end of a session: what trials must know of either. A response does not count while the question is
// open, nothing new is shown behind it, and once the session is over nobody listens any more.

function openModal(): HTMLDialogElement | null {
  return document.querySelector("dialog[open]");
}

export function isModalOpen(): boolean {
  return openModal() !== null;
}

/** Resolves at once when no question is open, else when it is closed. */
export async function modalClosed(): Promise<void> {
  for (let dialog = openModal(); dialog !== null; dialog = openModal()) {
    const open = dialog;
    await new Promise((resolve) => { open.addEventListener("close", resolve, { once: true }); });
  }
}

const OVER = "session-over";

/** Everybody who listens for responses is told to stop. */
export function tellOver(): void {
  window.dispatchEvent(new Event(OVER));
}

/** `stop` is run once the session is over; the returned function takes that back. */
export function whenOver(stop: () => void): () => void {
  window.addEventListener(OVER, stop, { once: true });
  return () => { window.removeEventListener(OVER, stop); };
}
