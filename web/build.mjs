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

/** The module "dinolab:languages": each task/texts.<tag>.json is a language. */
const languages = {
  name: "languages",
  setup(building) {
    building.onResolve({ filter: /^dinolab:languages$/ }, ({ path }) => ({ path, namespace: "languages" }));
    building.onLoad({ filter: /.*/, namespace: "languages" }, () => {
      const task = join(here, "task");
      const tags = readdirSync(task).flatMap((name) => /^texts\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\.json$/.exec(name)?.[1] ?? []).sort();
      const imports = tags.map((tag, at) => `import table${at} from "./texts.${tag}.json";`);
      const rows = tags.map((tag, at) => `${JSON.stringify(tag)}: table${at}`);
      return { contents: `${imports.join("\n")}\nexport const tables = { ${rows.join(", ")} };`, resolveDir: task, watchDirs: [task] };
    });
  },
};

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
    plugins: [languages],
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
    plugins: [languages],
  });
}

if (process.argv.includes("--tests")) await buildTests();
else await buildPages();
