// A question that lies over the page, and what trials must know of it: no response counts while it is open, and nothing new is shown behind it.

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
