// What the study's link carries: who the platform says has come. The ids stay in the address, which a reload needs, go to the server with
// the enrolment and when a page takes a session over, and are kept nowhere else.
import type { ArrivalIds, Platform } from "../wire/types";

interface LinkParts {
  names: readonly string[];
  /** The one that says who it is; null where links are the same for all. */
  person: string | null;
}

const LINK_PARTS: Readonly<Record<Platform, LinkParts>> = {
  link: { names: [], person: null },
  prolific: { names: ["PROLIFIC_PID", "STUDY_ID", "SESSION_ID"], person: "PROLIFIC_PID" },
  sona: { names: ["survey_code"], person: "survey_code" },
  mturk: { names: ["assignmentId", "hitId", "workerId", "turkSubmitTo"], person: "workerId" },
  personal: { names: ["link"], person: "link" },
};

/** The longest real one is MTurk's address, below 40 characters. */
const VALUE_MAX_LENGTH = 128;
const READABLE = /^[\x21-\x7e]+$/;
/** What Prolific and SONA put the id in place of, when somebody opens the link as the researcher wrote it. */
const PLACEHOLDER = /^(\{\{%.*%\}\}|%[A-Z_]+%)$/;
const MTURK_PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE";

function valueOf(parameters: URLSearchParams, name: string): string | null {
  const value = parameters.get(name) ?? "";
  return value.length <= VALUE_MAX_LENGTH && READABLE.test(value) && !PLACEHOLDER.test(value) ? value : null;
}

/** Only what the study's own platform sends; whatever else is in the address is not our business. */
export function arrivalIds(search: string, platform: Platform): ArrivalIds {
  const parameters = new URLSearchParams(search);
  const ids: ArrivalIds = {};
  for (const name of LINK_PARTS[platform].names) {
    const value = valueOf(parameters, name);
    if (value !== null) ids[name] = value;
  }
  return ids;
}

/** Whether the link says who has come, as the platform's links should. */
export function saysWho(ids: ArrivalIds, platform: Platform): boolean {
  const { person } = LINK_PARTS[platform];
  return person !== null && ids[person] !== undefined;
}

/** MTurk shows the page before anybody has accepted the task. */
export function isPreview(search: string): boolean {
  return new URLSearchParams(search).get("assignmentId") === MTURK_PREVIEW;
}

/** The ids of the platform that says in this link who has come, before the study has been asked which platform is its own; {} where none does. */
export function personIds(search: string): ArrivalIds {
  const platforms = Object.keys(LINK_PARTS) as Platform[];
  return platforms.map((platform) => ({ platform, ids: arrivalIds(search, platform) })).find(({ platform, ids }) => saysWho(ids, platform))?.ids ?? {};
}

/** Tells apart the people who use one browser, where links say who has come; "" where they do not. A 32-bit FNV-1a hash: it leads back to nobody. */
export function personMark(search: string): string {
  const parameters = new URLSearchParams(search);
  for (const [platform, { person }] of Object.entries(LINK_PARTS)) {
    const value = person === null ? null : valueOf(parameters, person);
    if (value !== null) return `.${hash32(`${platform} ${value}`)}`;
  }
  return "";
}

function hash32(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
