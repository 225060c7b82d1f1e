// Before a study: people who answer by a model are found to be that model's, for every representation of both demo studies.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dinolab, serve, temporaryFolder, TOP } from "../http/support/program.ts";

const PEOPLE_COUNT = 200;

interface Row { model: string; participants: number; beta_by?: string; accuracy?: number; won?: number; beta_coverage?: number; best_r2_online?: number }

for (const slug of ["category-demo", "reward-demo"]) {
  test(`${slug}: ${String(PEOPLE_COUNT)} people per model are won back, betas covered, and who guesses fits no model`, async (t) => {
    const data = `${temporaryFolder(t)}/data`;
    const server = await serve(t, data, "--demo", `${TOP}/build/demo`);
    await server.stop();
    const outcome = await dinolab("simulate", "--recover", "--data", data, "--study", slug, "--participants", String(PEOPLE_COUNT));
    assert.equal(outcome.status, 0, outcome.stderr);
    const rows = outcome.stdout.trim().split("\n").map((line) => JSON.parse(line) as Row);
    const guessing = rows.pop();
    const task = rows.find(({ model }) => model.startsWith("task "));
    assert.ok(rows.length >= 4);
    assert.equal(task?.beta_by, "accuracy");
    assert.ok(task.accuracy !== undefined && task.accuracy >= 0.75 && task.accuracy <= 0.85);
    for (const row of rows) {
      t.diagnostic(JSON.stringify(row));
      if (row.beta_by === "none") continue;
      assert.ok((row.won ?? 0) >= 0.8, `${row.model} wins ${String(row.won)} of its people`);
      assert.ok((row.beta_coverage ?? 0) >= 0.92 && (row.beta_coverage ?? 1) <= 0.98, `${row.model} covers ${String(row.beta_coverage)}`);
    }
    assert.equal(guessing?.model, "guessing");
    assert.ok((guessing.best_r2_online ?? 1) <= 0);
  });
}
