// Times are taken from the monotonic clock alone. Whether the computer's date was changed meanwhile, or the computer slept, shows in how the two clocks
// drift apart; it is written down and changes nothing else.

const DRIFT_MAX_MS = 2_000;

export class ClockWatch {
  private difference_ms: number;

  constructor(private readonly date: () => number = () => Date.now(), private readonly monotonic: () => number = () => performance.now()) {
    this.difference_ms = this.date() - this.monotonic();
  }

  /** By how much the date has run ahead of the monotonic clock since it was last told, ms; null when it is nothing to speak of. */
  look(): number | null {
    const now_ms = this.date() - this.monotonic();
    const jump_ms = now_ms - this.difference_ms;
    if (Math.abs(jump_ms) <= DRIFT_MAX_MS) return null;
    this.difference_ms = now_ms;
    return jump_ms;
  }
}
