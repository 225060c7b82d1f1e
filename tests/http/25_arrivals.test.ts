// The beginning of the recruitment funnel: how many browsers have opened a study's link.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Group } from "../../web/dashboard/types.ts";
import { expectStatus, makeToken, Participant, parsed, Researcher, send, type Reply } from "./support/client.ts";
import { number, query } from "./support/database.ts";
import { serve, temporaryFolder, until } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

test("a visit is counted once per study, survives a crash, and the funnel shows it", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 10);
  for (const slug of ["one", "two"])
    await createStudy(folder, data, { slug, task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(10), 4)], settings: { sessions_per_condition: 5 } });
  const server = await serve(t, data);
  const arrive = (slug: string, visit: string): Promise<Reply> => send(server, "POST", `/api/v1/open-studies/${slug}/arrivals`, { body: { visit } });
  const count = (slug: string): number => number(data, `SELECT count(*) FROM arrival JOIN study USING (study_id) WHERE slug = '${slug}'`);
  const visits = Array.from({ length: 6 }, makeToken);
  // At once, and each of them three times: whichever comes first is the one that counts.
  const replies = await Promise.all([...visits, ...visits, ...visits].map((visit) => arrive("one", visit)));
  for (const reply of replies) assert.deepEqual(parsed(expectStatus(reply, 200)), { is_counted: true });
  assert.deepEqual(parsed(expectStatus(await arrive("two", visits[0] ?? ""), 200)), { is_counted: true });
  assert.deepEqual([count("one"), count("two")], [6, 1]);
  assert.deepEqual(query<{ number: number }>(data, "SELECT arrival_number AS number FROM arrival JOIN study USING (study_id) WHERE slug = 'one' ORDER BY 1").map((row) => row.number), [1, 2, 3, 4, 5, 6]);
  expectStatus(await arrive("none", visits[0] ?? ""), 404);

  await server.kill();
  await server.restart();
  assert.deepEqual(parsed(expectStatus(await arrive("one", visits[3] ?? ""), 200)), { is_counted: true });
  assert.deepEqual([count("one"), count("two")], [6, 1]);

  const researcher = await Researcher.setUp(server);
  for (const slug of ["one", "two", "two"]) await new Participant(server).enrol(slug);
  const funnel = (slug: string, consented: number): Promise<Group["funnel"]> => until(`${String(consented)} have consented`, async () => {
    const group = await researcher.read<Group>(`/api/v1/studies/${slug}/group`);
    return group.funnel.consented === consented ? group.funnel : null;
  });
  assert.equal((await funnel("one", 1)).arrived, 6);
  assert.equal((await funnel("two", 2)).arrived, 2, "who consented has arrived, whether or not the browser could say so");
  assert.deepEqual(parsed(expectStatus(await arrive("two", makeToken()), 200)), { is_counted: true });
  await until("somebody who only opens the link shows too", async () => (await arrive("two", makeToken()), (await researcher.read<Group>("/api/v1/studies/two/group")).funnel.arrived > 2 ? true : null));
});

test("what is stored of a visit leads to nobody", async (t) => {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 10);
  await createStudy(folder, data, { slug: "one", task: "category", conditions: [categoryCondition(seeded(1), 1, pictureNames(10), 4)] });
  const server = await serve(t, data);
  const visit = makeToken();
  expectStatus(await send(server, "POST", "/api/v1/open-studies/one/arrivals", { body: { visit } }), 200);
  const person = new Participant(server);
  await person.enrol("one");
  const columns = query<{ name: string }>(data, "SELECT name FROM pragma_table_info('arrival')").map(({ name }) => name);
  assert.deepEqual(columns, ["study_id", "visit_hash", "arrival_number", "arrived_at_ms", "is_pilot"]);
  const [row] = query<{ hash: string }>(data, "SELECT hex(visit_hash) AS hash FROM arrival");
  assert.notEqual(row?.hash.toLowerCase(), Buffer.from(visit, "base64url").toString("hex"));
});
