// The description as a linter of the field reads it: what generators of clients and documentation would stumble over.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createConfig, lint, type RuleSeverity } from "@redocly/openapi-core";
import { temporaryFolder, TOP } from "./support/program.ts";

/** What the recommended rules ask for and this description leaves out, with the reason. */
const LEFT_OUT: Record<string, RuleSeverity> = {
  "info-license": "off", // the interface is no work of its own
  "operation-4xx-response": "off", // pages and /healthz cannot be asked wrongly
  "no-unused-components": "off", // what streams carry is named in their sentences; the test beside this one knows which
  "no-ambiguous-paths": "off", // the router takes the first that matches, as its table says
};

async function findings(file: string): Promise<string[]> {
  const config = await createConfig({ extends: ["recommended"], rules: LEFT_OUT });
  const problems = await lint({ ref: file, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? "?"})`);
}

test("a linter finds nothing to say against the description", async () => {
  assert.deepEqual(await findings(join(TOP, "schema", "openapi.yaml")), []);
});

test("the linter does look: a broken description is found", async (context) => {
  const file = join(temporaryFolder(context), "broken.yaml");
  writeFileSync(file, "openapi: 3.1.0\ninfo: { title: Broken }\nservers: [{ url: / }]\npaths:\n  /a/{b}:\n    get: { responses: {} }\n");
  assert.ok((await findings(file)).length > 0);
});
