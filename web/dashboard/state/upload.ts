// A file in pieces, each where the last one ended. A broken connection costs one piece: what arrived is asked for, and it goes on from there.

import { ApiError } from "../api.ts";

export const PIECE_BYTES = 4 * 1024 * 1024;
/** How often in a row nothing may arrive before it is given up. */
export const TRIES_MAX = 8;
const WAIT_FIRST_MS = 1000;
const WAIT_MAX_MS = 30_000;

export interface UploadFile {
  name: string;
  size: number;
  slice(from: number, to: number): Blob;
}

/** The server, as an upload needs it. Each number is how many bytes are received. */
export interface UploadServer {
  create(name: string, byteCount: number): Promise<{ upload: string; received: number }>;
  put(upload: string, offset: number, piece: Blob): Promise<number>;
  look(upload: string): Promise<number>;
  wait(ms: number): Promise<void>;
}

/** Worth another try: nobody answered, the server is busy, or it has more or less than we thought. */
function mayPass(failure: unknown): boolean {
  return failure instanceof ApiError && (failure.status === 0 || failure.status === 409 || failure.status >= 500);
}

export function waitMs(tries: number): number {
  return Math.min(WAIT_MAX_MS, WAIT_FIRST_MS * 2 ** (tries - 1));
}

/** The id of the whole upload; throws what the server said when it cannot be. */
export async function sendFile(file: UploadFile, server: UploadServer, onProgress: (received: number) => void): Promise<string> {
  const { upload, received: begun } = await server.create(file.name, file.size);
  let received = begun;
  for (let tries = 0; received < file.size; ) {
    try {
      // After a failure nobody knows what arrived.
      if (tries > 0) received = await server.look(upload);
      if (received < file.size) received = await server.put(upload, received, file.slice(received, Math.min(file.size, received + PIECE_BYTES)));
      tries = 0;
      onProgress(received);
    } catch (failure) {
      if (!mayPass(failure) || ++tries > TRIES_MAX) throw failure;
      await server.wait(waitMs(tries));
    }
  }
  return upload;
}

/** Which of some files is the matrix and which its list of ids, by their names: a list is a csv. */
export function sortFiles<Named extends { name: string }>(files: readonly Named[]): { matrix: Named | null; ids: Named | null } {
  const isList = (file: Named): boolean => /\.csv$/i.test(file.name);
  return { matrix: files.find((file) => !isList(file)) ?? null, ids: files.find(isList) ?? null };
}

/** A file's name as a representation's: a-z 0-9 _ - . */
export function nameFrom(fileName: string): string {
  const stem = fileName.replace(/\.[^.]*$/, "").toLowerCase();
  return stem.replace(/[^a-z0-9_-]+/g, "-").replace(/^[-_]+|-+$/g, "").slice(0, 64);
}
