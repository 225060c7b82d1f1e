// Was the page in sight, and did it fill the screen, all the time from the onset to the response? A look at the end alone would not show that somebody
// was elsewhere in between: the key press brings them back.

export class Presence {
  was_visible = true;
  was_fullscreen = true;

  constructor() {
    this.look();
    document.addEventListener("visibilitychange", this.look);
    document.addEventListener("fullscreenchange", this.look);
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.look);
    document.removeEventListener("fullscreenchange", this.look);
  }

  private readonly look = (): void => {
    if (document.visibilityState !== "visible") this.was_visible = false;
    if (document.fullscreenElement === null) this.was_fullscreen = false;
  };
}
