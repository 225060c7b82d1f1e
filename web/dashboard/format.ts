// Numbers and times in plain words. Everything here is a pure function of its arguments.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const MINUS = "\u2212";
/** Shown where a number does not exist (yet). */
export const NO_NUMBER = "–";

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** 1234567 -> "1,234,567". */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

/** "1 session", "3 sessions". */
export function counted(value: number, noun: string, plural: string = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** Fixed decimals with a true minus sign; a value that rounds to zero has no sign. */
export function decimal(value: number | null | undefined, digits: number): string {
  if (!isNumber(value)) return NO_NUMBER;
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** Like `decimal`, with a plus sign in front of what is above zero. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = decimal(value, digits);
  return isNumber(value) && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A number that spans orders of magnitude (beta), to three significant digits: 0.00312, 1.24, 63.1. */
export function significant(value: number | null | undefined): string {
  if (!isNumber(value)) return NO_NUMBER;
  return value === 0 ? "0" : Number(value.toPrecision(3)).toString().replace("-", MINUS);
}

const SPACE = "\u00a0"; // keeps a number and its unit on one line

/** 0.834 -> "83 %". Never says 0 % or 100 % of what is only close to it. */
export function percent(value: number | null | undefined): string {
  if (!isNumber(value)) return NO_NUMBER;
  if (value > 0 && value < 0.005) return `<${SPACE}1${SPACE}%`;
  if (value < 1 && value >= 0.995) return `>${SPACE}99${SPACE}%`;
  return `${Math.round(value * 100)}${SPACE}%`;
}

/** The share of `part` in `whole`; no number when there is nothing to divide by. */
export function share(part: number | null, whole: number | null): string {
  return part !== null && whole !== null && whole > 0 ? percent(part / whole) : NO_NUMBER;
}

/** 245 GBP -> "£2.45". Minor units are hundredths in every currency that a study can pay in. */
export function money(minor: number | null, currency: string): string {
  if (minor === null) return NO_NUMBER;
  try {
    return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(minor / 100);
  } catch {
    return `${(minor / 100).toFixed(2)} ${currency}`; // a currency code that the browser does not know
  }
}

/** "just now", "12 seconds ago", "3 minutes ago", "2 hours ago", "5 days ago". A clock that runs ahead reads as "just now". */
export function ago(at_ms: number, now_ms: number): string {
  const passed_ms = now_ms - at_ms;
  if (passed_ms < 2 * SECOND_MS) return "just now";
  if (passed_ms < MINUTE_MS) return `${counted(Math.floor(passed_ms / SECOND_MS), "second")} ago`;
  if (passed_ms < HOUR_MS) return `${counted(Math.floor(passed_ms / MINUTE_MS), "minute")} ago`;
  if (passed_ms < DAY_MS) return `${counted(Math.floor(passed_ms / HOUR_MS), "hour")} ago`;
  return `${counted(Math.floor(passed_ms / DAY_MS), "day")} ago`;
}

/** Where there is little room: "now", "12 s", "3 min", "2 h", "5 d". */
export function agoShort(at_ms: number, now_ms: number): string {
  const passed_ms = now_ms - at_ms;
  if (passed_ms < 2 * SECOND_MS) return "now";
  if (passed_ms < MINUTE_MS) return `${Math.floor(passed_ms / SECOND_MS)}${SPACE}s`;
  if (passed_ms < HOUR_MS) return `${Math.floor(passed_ms / MINUTE_MS)}${SPACE}min`;
  if (passed_ms < DAY_MS) return `${Math.floor(passed_ms / HOUR_MS)}${SPACE}h`;
  return `${Math.floor(passed_ms / DAY_MS)}${SPACE}d`;
}

/** "31 Jan 2027", where the reader is. */
export function day(at_ms: number): string {
  return new Date(at_ms).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** A response time: "640 ms" below a second, "2.31 s" below a minute, then "1 min 12 s". */
export function duration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(2)} s`;
  const seconds = Math.round(ms / SECOND_MS);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A response time where many stand side by side: always seconds. */
export function seconds(ms: number): string {
  return `${(ms / SECOND_MS).toFixed(ms < 100 * SECOND_MS ? 2 : 0)}${SPACE}s`;
}

/** What the background computation of value tables has reached, as a sentence. */
export function valueTables(planned: number, ready: number): string {
  if (planned === 0) return "No value tables are planned yet.";
  if (ready >= planned) return `All ${counted(planned, "value table")} ready.`;
  return `${count(ready)} of ${counted(planned, "value table")} ready (${share(ready, planned)}).`;
}

/** An estimate in seconds as words: "less than a minute left", "about 3 minutes left". Null is not known yet. */
export function timeLeft(left_s: number | null): string {
  if (!isNumber(left_s)) return "time left not known yet";
  if (left_s < 50) return "less than a minute left";
  if (left_s < 90 * 60) return `about ${counted(Math.max(1, Math.round(left_s / 60)), "minute")} left`;
  if (left_s < 36 * 3600) return `about ${counted(Math.round(left_s / 3600), "hour")} left`;
  return `about ${counted(Math.round(left_s / 86_400), "day")} left`;
}

/** A p value as papers write it: "p = .032", "p < .001". */
export function pValue(p: number | null | undefined): string {
  if (!isNumber(p)) return NO_NUMBER;
  if (p < 0.001) return "p < .001";
  return p >= 0.9995 ? "p = 1" : `p = ${p.toFixed(3).slice(1)}`;
}

/** A probability to two decimals that never says 0 or 1 of what is only close to it. */
export function probability(value: number | null | undefined): string {
  if (!isNumber(value)) return NO_NUMBER;
  if (value > 0 && value < 0.005) return "< .01";
  if (value < 1 && value >= 0.995) return "> .99";
  return value >= 1 ? "1" : value.toFixed(2).slice(1);
}

/** "logistic_ridge:selection=evidence" -> "logistic ridge". */
export function learnerName(learner: string): string {
  return (learner.split(":")[0] ?? learner).replaceAll("_", " ");
}

const STAGE_WORDS = {
  instructions: "reading instructions",
  practice: "practising",
  trials: "playing",
  questionnaire: "answering the last questions",
  finish: "about to finish",
  finished: "finished",
} as const;

/** What a participant is doing, or was doing when they left. */
export function stage(name: keyof typeof STAGE_WORDS, state: "active" | "finished" | "left"): string {
  return state === "left" ? `left while ${STAGE_WORDS[name]}` : STAGE_WORDS[name];
}

const LEFT_WORDS = { absent: "away too long", withdrawn: "stopped", comprehension: "questions failed" } as const;

/** Why a session left, after "Left". */
export function leftWhy(reason: keyof typeof LEFT_WORDS): string {
  return LEFT_WORDS[reason];
}

const TASK_WORDS = { category: "Category learning", reward: "Reward learning" } as const;

export function task(name: keyof typeof TASK_WORDS): string {
  return TASK_WORDS[name];
}

/** Which option a response chose, in the task's own words. */
export function responseName(taskName: keyof typeof TASK_WORDS, response: 0 | 1): string {
  if (taskName === "category") return response === 1 ? "Julty" : "Folty";
  return response === 1 ? "right" : "left";
}
