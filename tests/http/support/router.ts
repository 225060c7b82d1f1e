// The router's own table, read from its source: what the server says that it answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TOP } from "./program.ts";

export interface Route { method: string; path: string; auth: string; right: string }

/** `{}` stands for one part of the path, `{*}` for the rest of it. */
export function routes(): Route[] {
  const source = readFileSync(join(TOP, "server", "http", "router.c"), "utf8");
  const table = /HTTP_ROUTES\[\]\s*=\s*\{([\s\S]*?)\n\};/.exec(source)?.[1];
  if (table === undefined) throw new Error("router.c has no table HTTP_ROUTES");
  const rows = [...table.matchAll(/\{\s*"([A-Z]+)",\s*"([^"]+)",\s*(AUTH_[A-Z]+),\s*\w+,\s*(RIGHT_[A-Z]+)\s*\}/g)];
  const count = [...table.matchAll(/^\s*\{/gm)].length;
  if (rows.length === 0 || rows.length !== count) throw new Error(`${String(rows.length)} of ${String(count)} rows of HTTP_ROUTES are understood`);
  return rows.map(([, method = "", path = "", auth = "", right = ""]) => ({ method, path, auth, right }));
}

/** The path with its parameters filled in, in order. */
export function pathWith(path: string, parameters: readonly string[]): string {
  let at = 0;
  return path.replace(/\{\*?\}/g, () => parameters[at++] ?? "x");
}
