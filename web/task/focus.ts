// Where the focus goes when a new screen comes: to its heading, so that a screen reader begins there and the next Tab leads to the first thing to do.

export function focusHeading(screen: ParentNode): void {
  const heading = screen.querySelector<HTMLElement>("h1, h2");
  if (heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
