// Builds what the browser loads into ../build/web (embedded in the server by the Makefile), and with `--tests` the test programs of
// ../tests into .test-build, where node finds this folder's packages.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "build", "web");

function filesBelow(folder, ending) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name), ending) : entry.name.endsWith(ending) ? [join(folder, entry.name)] : [],
  );
}

async function buildPages() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "assets"), { recursive: true });
  await build({
    entryPoints: { participant: join(here, "task", "participant.ts"), dashboard: join(here, "dashboard", "main.tsx") },
    bundle: true,
    minify: true,
    sourcemap: false,
    format: "esm",
    target: ["es2020"],
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "linked", // the packages' licences travel beside the bundle
    outdir: join(out, "assets"),
  });
  copyFileSync(join(here, "task", "participant.html"), join(out, "participant.html"));
  copyFileSync(join(here, "dashboard", "dashboard.html"), join(out, "dashboard.html"));
  for (const dinosaur of ["julty.svg", "folty.svg"]) copyFileSync(join(here, "task", dinosaur), join(out, "assets", dinosaur));
}

async function buildTests() {
  const testOut = join(here, ".test-build");
  rmSync(testOut, { recursive: true, force: true });
  await build({
    entryPoints: [
      ...filesBelow(join(here, "..", "tests"), ".test.ts"),
      ...filesBelow(join(here, "test"), ".test.ts"),
      ...readdirSync(join(here, "..", "tests", "bench")).filter((name) => name.endsWith(".ts")).map((name) => join(here, "..", "tests", "bench", name)),
    ],
    bundle: true,
    platform: "node",
    format: "esm",
    target: ["node18"],
    packages: "external",
    sourcemap: "inline",
    outbase: join(here, ".."),
    outdir: testOut,
    outExtension: { ".js": ".mjs" },
  });
}

if (process.argv.includes("--tests")) await buildTests();
else await buildPages();
