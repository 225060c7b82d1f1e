// The dashboard's calls about pictures.

import { ApiError, call } from "./api.ts";
import { uploadServer } from "./import_api.ts";
import type { UploadServer } from "./state/upload.ts";
import type { DimensionReply, ImportStatus, StimulusSet, StimulusSetsReply } from "./types.ts";

/** Pictures of each bin that the server gives at most: more than any set has. */
export const BIN_LIMIT_MAX = 100_000;

export interface DimensionWish {
  set: string;
  representation: string;
  dimension: number;
  /** Whose choice is marked. */
  condition: { study: string; number: number } | null;
  /** Pictures of each bin. */
  limit: number;
}

export function dimensionQuery({ set, representation, dimension, condition, limit }: DimensionWish): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (condition !== null) {
    query.set("study", condition.study);
    query.set("condition", String(condition.number));
  }
  return `/stimulus-sets/${encodeURIComponent(set)}/dimensions/${encodeURIComponent(representation)}/${dimension}?${query}`;
}

export const materialApi = {
  sets: async (): Promise<StimulusSet[]> => (await call<StimulusSetsReply>("GET", "/stimulus-sets")).stimulus_sets,
  dimension: (wish: DimensionWish) => call<DimensionReply>("GET", dimensionQuery(wish)),
  /** Begins to make a set of an uploaded zip; the id is what to ask by. */
  importPictures: async (name: string, upload: string, leavesOutDamaged: boolean): Promise<number> =>
    (await call<{ import: number }>("POST", "/stimulus-sets", { name, upload, leave_out_damaged: leavesOutDamaged })).import,
  importStatus: (id: number) => call<ImportStatus>("GET", `/imports/${id}`),
};

/** The part of a browser's storage that is used. */
export type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Where the id of an upload of this very file is kept. */
export function uploadKey(file: { name: string; size: number; lastModified: number }): string {
  return `dinolab-upload:${file.name}:${file.size}:${file.lastModified}`;
}

/** An upload that goes on where it was when the page was closed: its id is kept by the file's name, size and time. */
export function keptUploads(key: string, kept: Kept, server: UploadServer = uploadServer): UploadServer {
  return {
    ...server,
    async create(name, byteCount) {
      const before = kept.getItem(key);
      if (before !== null) {
        try {
          return { upload: before, received: await server.look(before) };
        } catch (failure) {
          // Not there any more: uploads end after a day, and when they were used. Everything else is no reason to begin anew.
          if (!(failure instanceof ApiError) || failure.status !== 404) throw failure;
          kept.removeItem(key);
        }
      }
      const begun = await server.create(name, byteCount);
      kept.setItem(key, begun.upload);
      return begun;
    },
  };
}
