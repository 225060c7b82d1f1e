// A look into the database file by SQLite's own shell: what is on disk, whatever the server says.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const BUSY_MS = 10_000;

export function databaseOf(data: string): string {
  return join(data, "dinolab.db");
}

export function query<T = Record<string, unknown>>(data: string, sql: string): T[] {
  const out = execFileSync("sqlite3", ["-json", "-cmd", `.timeout ${String(BUSY_MS)}`, databaseOf(data), sql], { encoding: "utf8" });
  return out.trim() === "" ? [] : (JSON.parse(out) as T[]);
}

/** One number, such as of a count. */
export function number(data: string, sql: string): number {
  const value = Object.values(query(data, sql)[0] ?? {})[0];
  if (typeof value !== "number") throw new Error(`no number comes from ${sql}`);
  return value;
}
