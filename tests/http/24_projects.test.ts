// Projects: studies that belong together, by sub-command and for researchers.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Project } from "../../web/dashboard/types.ts";
import { expectStatus, Participant, Researcher, send } from "./support/client.ts";
import { query } from "./support/database.ts";
import { dinolab, dinolabDone, Server, serve, temporaryFolder, TOP } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames, rewardCondition } from "./support/study.ts";

async function twoStudies(folder: string): Promise<string> {
  const data = await importPictures(folder, 20);
  await createStudy(folder, data, { slug: "cat", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(20), 4)] });
  await createStudy(folder, data, { slug: "rew", task: "reward", conditions: [rewardCondition(seeded(2), 1, pictureNames(20), 4)] });
  return data;
}

test("a project is made, filled, changed and listed by the sub-command, with a sentence for every mistake", async (t) => {
  const data = await twoStudies(temporaryFolder(t));
  const project = (...words: string[]): ReturnType<typeof dinolab> => dinolab("project", words[0] ?? "", "--data", data, ...words.slice(1));
  const done = (...words: string[]): Promise<string> => dinolabDone("project", words[0] ?? "", "--data", data, ...words.slice(1));
  assert.equal(await done("list"), "");
  assert.match(await done("create", "--project", "both", "--title", "Both tasks"), /\/projects\/both/);
  await done("add", "--project", "both", "--study", "rew");
  await done("add", "--project", "both", "--study", "cat");
  assert.equal(await done("list"), "both\tBoth tasks\trew, cat\n");
  await done("remove", "--project", "both", "--study", "rew");
  assert.equal(await done("list"), "both\tBoth tasks\tcat\n");
  const mistakes: [string[], number, RegExp][] = [
    [["create", "--project", "both"], 1, /exists already/],
    [["create", "--project", "Both tasks"], 2, /slug/],
    [["create", "--project", "other", "--title", ""], 2, /title/],
    [["add", "--project", "both", "--study", "cat"], 1, /already/],
    [["add", "--project", "both", "--study", "none"], 2, /no study 'none'/],
    [["add", "--project", "none", "--study", "cat"], 2, /no project 'none'/],
    [["add", "--project", "both"], 2, /missing --study/],
    [["remove", "--project", "both", "--study", "rew"], 2, /not in the project/],
    [["rename", "--project", "both"], 2, /usage/],
  ];
  for (const [words, status, sentence] of mistakes) {
    const result = await project(...words);
    assert.equal(result.status, status, words.join(" "));
    assert.match(result.stderr, sentence);
  }
  assert.equal(await done("list"), "both\tBoth tasks\tcat\n");
  assert.match((await dinolab("project", "list", "--data", `${data}-none`)).stderr, /no data folder/);
});

test("researchers see projects with their studies and how many take part; nobody else does", async (t) => {
  const data = await twoStudies(temporaryFolder(t));
  await dinolabDone("project", "create", "--data", data, "--project", "both", "--title", "Both tasks");
  for (const study of ["rew", "cat"]) await dinolabDone("project", "add", "--data", data, "--project", "both", "--study", study);
  await dinolabDone("project", "create", "--data", data, "--project", "empty");
  const server = await serve(t, data);
  const researcher = await Researcher.setUp(server);
  await new Participant(server).begin("cat");
  const both: Project = {
    slug: "both", title: "Both tasks", studies: [
      { slug: "rew", title: "Test of reward learning", task: "reward", state: "open", is_pilot: false, session_counts: { active: 0, finished: 0, left: 0 } },
      { slug: "cat", title: "Test of category learning", task: "category", state: "open", is_pilot: false, session_counts: { active: 1, finished: 0, left: 0 } },
    ],
  };
  assert.deepEqual(await researcher.read("/api/v1/projects/both"), both);
  assert.deepEqual(await researcher.read("/api/v1/projects"), { projects: [both, { slug: "empty", title: "empty", studies: [] }] });
  expectStatus(await researcher.get("/api/v1/projects/none"), 404);
  for (const path of ["/api/v1/projects", "/api/v1/projects/both", "/api/v1/projects/none"]) expectStatus(await send(server, "GET", path), 401);
  const busy = await dinolab("project", "list", "--data", data);
  assert.equal(busy.status, 1, "a server works on the data folder");
});

test("the demo has a project with both studies, also in a data folder made before, and what was changed since stays", async (t) => {
  const data = `${temporaryFolder(t)}/data`;
  const server = await serve(t, data, "--demo", `${TOP}/build/demo`);
  const studies = (): unknown => query(data, "SELECT p.slug AS project, s.slug AS study FROM project AS p JOIN project_study USING (project_id) JOIN study AS s USING (study_id) ORDER BY position");
  const demo = [{ project: "demo", study: "category-demo" }, { project: "demo", study: "reward-demo" }];
  assert.deepEqual(studies(), demo);
  await server.stop();
  query(data, "DELETE FROM project_study");
  query(data, "DELETE FROM project"); // as before there were projects
  const again = new Server(data, ["--demo", `${TOP}/build/demo`]);
  t.after(() => again.kill());
  await again.start();
  assert.deepEqual(studies(), demo);
  await again.stop();
  await dinolabDone("project", "remove", "--data", data, "--project", "demo", "--study", "reward-demo");
  await again.start();
  assert.deepEqual(studies(), demo.slice(0, 1));
});
