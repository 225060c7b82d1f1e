// Calls for bringing material in: uploads, representations, scores of other benchmarks.

import { call } from "./api.ts";
import type { UploadServer } from "./state/upload.ts";

/** What is said of a representation; an empty text says nothing. */
export interface RepresentationFacts {
  name: string;
  family: string;
  description: string;
  size_class: string;
  loss: string;
  parameter_count: string;
  training_image_count: string;
  baseline_of: string;
  aligned_by: string;
}

export interface RepresentationMade {
  feature_count: number;
  extra_count: number;
  /** The first 20. */
  extra: string[];
  is_unchanged: boolean;
}

export interface ScorePoint {
  representation: string;
  family: string;
  score: number;
  r2_online: number | null;
  r2_loo: number | null;
}

export interface Benchmark {
  benchmark: string;
  alignment: "r2_loo" | "r2_online";
  pair_count: number;
  spearman: number | null;
  points: ScorePoint[];
}

export interface Scores {
  study: { slug: string; title: string; task: string };
  learner: string;
  benchmarks: Benchmark[];
}

export const uploadServer: UploadServer = {
  create: (name, byteCount) => call<{ upload: string; received: number }>("POST", "/uploads", { name, byte_count: byteCount }),
  put: async (upload, offset, piece) => (await call<{ received: number }>("PUT", `/uploads/${upload}/${offset}`, piece)).received,
  look: async (upload) => (await call<{ received: number }>("GET", `/uploads/${upload}`)).received,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

function setPath(set: string): string {
  return `/stimulus-sets/${encodeURIComponent(set)}`;
}

/** Only what is said is sent. */
export function representationBody(facts: RepresentationFacts, upload: string, idsUpload: string | null): object {
  const said = Object.entries(facts).map(([key, value]: [string, string]) => [key, value.trim()] as const).filter(([, value]) => value !== "");
  const counts = ["parameter_count", "training_image_count"];
  return {
    ...Object.fromEntries(said.map(([key, value]) => [key, counts.includes(key) ? Number(value.replace(/[\s,_]/g, "")) : value])),
    upload,
    ...(idsUpload === null ? {} : { ids_upload: idsUpload }),
  };
}

export function makeRepresentation(set: string, body: object): Promise<RepresentationMade> {
  return call("POST", `${setPath(set)}/representations`, body);
}

/** A csv with the columns representation, benchmark, score. */
export function putScores(set: string, csv: Blob): Promise<{ count: number }> {
  return call("PUT", `${setPath(set)}/scores`, csv);
}

export function getScores(slug: string): Promise<Scores> {
  return call("GET", `/studies/${encodeURIComponent(slug)}/scores`);
}
