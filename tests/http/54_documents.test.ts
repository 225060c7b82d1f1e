// What a study says to its participants: the program's own texts, those of the study in versions, and the file to keep.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Enrolment, OpenStudy, SessionDocument, StudyDocument } from "../../web/wire/types.ts";
import { errorOf, expectStatus, Participant, parsed, QUESTIONNAIRE, send, type Reply } from "./support/client.ts";
import { query } from "./support/database.ts";
import { dinolab, dinolabDone, serve, temporaryFolder, TOP, type Server } from "./support/program.ts";
import { seeded } from "./support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "./support/study.ts";

interface Scene { folder: string; data: string }

async function makeScene(t: TestContext): Promise<Scene> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 5, ["task"]);
  await createStudy(folder, data, { slug: "cat", task: "category", settings: { sessions_per_condition: 5 }, conditions: [categoryCondition(seeded(1), 1, pictureNames(5), 3)] });
  return { folder, data };
}

function textFile({ folder }: Scene, name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function addWords({ data }: Scene, kind: string, language: string, file: string): string[] {
  return ["study", "document", "--data", data, "--study", "cat", "--kind", kind, "--language", language, "--file", file];
}

function file(server: Server, kind: string, language?: string): Promise<Reply> {
  const asked = language === undefined ? "" : `?language=${encodeURIComponent(language)}`;
  return send(server, "GET", `/api/v1/open-studies/cat/documents/${kind}${asked}`);
}

function nameOf(reply: Reply): string | null {
  return reply.headers.get("Content-Disposition");
}

function ownText(name: string): string {
  return readFileSync(join(TOP, "schema", "documents", name), "utf8");
}

test("a study without texts of its own gives the program's to keep, in the language asked for or in English", async (t) => {
  const server = await serve(t, (await makeScene(t)).data);
  const german = expectStatus(await file(server, "data_protection", "de-AT"), 200);
  assert.equal(german.headers.get("Content-Type"), "text/markdown; charset=utf-8");
  assert.equal(german.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(nameOf(german), 'attachment; filename="cat-data_protection-de-v0.md"');
  assert.equal(german.text, ownText("data_protection.de.md"));
  for (const language of [undefined, "fr", "", "../../x", "en\r\nX: y"]) {
    const english = expectStatus(await file(server, "consent", language), 200);
    assert.equal(nameOf(english), 'attachment; filename="cat-consent-en-v0.md"');
    assert.equal(english.text, ownText("consent.en.md"));
  }
  assert.match(errorOf(expectStatus(await file(server, "contact"), 404)).message, /the study 'cat' has no document 'contact'/);
});

test("the debriefing, which gives the rule away, is at no address", async (t) => {
  const scene = await makeScene(t);
  await dinolabDone(...addWords(scene, "debriefing", "en", textFile(scene, "d.md", "The rule was: metal.")));
  const server = await serve(t, scene.data);
  for (const kind of ["debriefing", "debriefing_category", "Debriefing", "nothing"]) {
    const reply = expectStatus(await file(server, kind), 404);
    assert.match(errorOf(reply).message, new RegExp(`there is no document '${kind}'`));
  }
  expectStatus(await send(server, "GET", "/api/v1/open-studies/none/documents/consent"), 404);
});

test("a new text becomes a new version that participants get at once; the same text again does not", async (t) => {
  const scene = await makeScene(t);
  const first = textFile(scene, "contact.md", "Write to **ada@example.org**.\n");
  assert.equal(await dinolabDone(...addWords(scene, "contact", "en", first)), "contact in 'en' is now version 1 of study 'cat'\n");
  assert.equal(await dinolabDone(...addWords(scene, "contact", "EN", first)),
    "contact in 'en': the text is that of version 1 of study 'cat' already; nothing was changed\n");
  assert.equal(await dinolabDone(...addWords(scene, "contact", "pt-br", textFile(scene, "contato.md", "Escreva.\n"))),
    "contact in 'pt-BR' is now version 1 of study 'cat'\n");
  const second = textFile(scene, "contact2.md", "Write to **bob@example.org**.\n");
  assert.match(await dinolabDone(...addWords(scene, "contact", "en", second)), /now version 2/);
  const server = await serve(t, scene.data);
  const english = expectStatus(await file(server, "contact", "de"), 200);
  assert.equal(nameOf(english), 'attachment; filename="cat-contact-en-v2.md"');
  assert.equal(english.text, "Write to **bob@example.org**.\n");
  assert.equal(nameOf(expectStatus(await file(server, "contact", "pt-PT"), 200)), 'attachment; filename="cat-contact-pt-BR-v1.md"');
  // The older version is still there: what somebody agreed to can be read for ever.
  const kept = query<{ text: string }>(scene.data, "SELECT text FROM study_document JOIN document USING (sha256) WHERE language = 'en' ORDER BY version_number");
  assert.deepEqual(kept.map(({ text }) => text), ["Write to **ada@example.org**.\n", "Write to **bob@example.org**.\n"]);
});

test("texts are listed and shown", async (t) => {
  const scene = await makeScene(t);
  const words = ["study", "document", "--data", scene.data, "--study", "cat"];
  assert.equal(await dinolabDone(...words, "--list"), "the study 'cat' has no texts of its own; it shows those of the program\n");
  const builtIn = await dinolab(...words, "--show", "--kind", "debriefing", "--language", "de");
  assert.equal(builtIn.stdout, ownText("debriefing_category.de.md"));
  assert.match(builtIn.stderr, /debriefing in 'de', not a version of the study's own\n$/);
  await dinolabDone(...addWords(scene, "debriefing", "de", textFile(scene, "d.md", "Es war Metall.\n")));
  const own = await dinolab(...words, "--show", "--kind", "debriefing", "--language", "en");
  assert.equal(own.stdout, "Es war Metall.\n");
  assert.match(own.stderr, /debriefing in 'de', version 1\n$/);
  assert.match(await dinolabDone(...words, "--list"), /^debriefing\tde\tversion 1\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\t[0-9a-f]{64}\n$/);
});

test("wrong use and texts that are none are refused with a sentence, and nothing is kept", async (t) => {
  const scene = await makeScene(t);
  const { data } = scene;
  const good = textFile(scene, "good.md", "Hello.");
  const words = ["study", "document", "--data", data, "--study", "cat"];
  const cases: [words: string[], sentence: RegExp][] = [
    [words, /give one of --file, --list and --show/],
    [[...words, "--list", "--show"], /give one of --file, --list and --show/],
    [[...words, "--file", good], /give --kind and --language with --file/],
    [[...words, "--show", "--kind", "consent"], /give --kind and --language with --show/],
    [addWords(scene, "privacy", "en", good), /'privacy' is no kind of document: consent, data_protection, contact or debriefing/],
    [addWords(scene, "consent", "english", good), /'english' is not a language tag, such as en, de or pt-BR/],
    [[...words, "--show", "--kind", "consent", "--language", "deutsch"], /'deutsch' is not a language tag/],
    [addWords(scene, "consent", "en", join(scene.folder, "none.md")), /none\.md/],
    [addWords(scene, "consent", "de", textFile(scene, "latin1.md", Buffer.from("f\xfcr", "latin1"))), /latin1\.md: consent in 'de': the text is not UTF-8/],
    [addWords(scene, "consent", "de", textFile(scene, "empty.md", " \n")), /empty\.md: consent in 'de': the text is empty/],
    [addWords(scene, "consent", "de", textFile(scene, "long.md", "a".repeat(64 * 1024 + 1))), /long\.md/],
    [["study", "document", "--data", data, "--study", "none", "--list"], /there is no study 'none'/],
    [["study", "document", "--study", "cat", "--list"], /missing --data\nusage: dinolab study document --data DIR/],
  ];
  for (const [given, sentence] of cases) {
    const outcome = await dinolab(...given);
    assert.equal(outcome.status, 2, given.join(" "));
    assert.match(outcome.stderr, sentence);
  }
  assert.deepEqual(query(data, "SELECT * FROM document"), []);
});

test("a study's description brings its texts along, from files beside it", async (t) => {
  const scene = await makeScene(t);
  textFile(scene, "consent.en.md", "# Hello\n");
  textFile(scene, "kontakt.md", "Schreiben Sie uns.\n");
  const description = {
    slug: "own", title: "Own", task: "category", stimulus_set: "pictures", representations: ["task"], settings: { trial_count: 3 },
    conditions: [categoryCondition(seeded(2), 1, pictureNames(5), 3)],
    documents: { consent: { en: "consent.en.md" }, contact: { de: "kontakt.md" } },
  };
  await dinolabDone("study", "create", "--data", scene.data, "--file", textFile(scene, "own.json", JSON.stringify(description)));
  const broken = { ...description, slug: "broken", documents: { consent: { fr: "absent.md" } } };
  const outcome = await dinolab("study", "create", "--data", scene.data, "--file", textFile(scene, "broken.json", JSON.stringify(broken)));
  assert.equal(outcome.status, 2);
  assert.match(outcome.stderr, /broken\.json: field 'documents\.consent\.fr': .*absent\.md/);
  const server = await serve(t, scene.data);
  const contact = expectStatus(await send(server, "GET", "/api/v1/open-studies/own/documents/contact?language=en"), 200);
  assert.equal(nameOf(contact), 'attachment; filename="own-contact-de-v1.md"');
  assert.equal(contact.text, "Schreiben Sie uns.\n");
  expectStatus(await send(server, "GET", "/api/v1/open-studies/broken/documents/consent"), 404);
});

async function open(server: Server, language: string): Promise<OpenStudy> {
  return parsed(expectStatus(await send(server, "GET", `/api/v1/open-studies/cat?language=${language}`), 200));
}

function agree(person: Participant, study: OpenStudy, language: string): Promise<Reply> {
  const enrolment: Enrolment = { consent_sha256: study.consent.sha256, language, age: 30 };
  if (study.data_protection !== null) enrolment.data_protection_sha256 = study.data_protection.sha256;
  return person.send("POST", "/api/v1/open-studies/cat/sessions", enrolment);
}

interface Acceptance { kind: string; sha256: string; accepted_at_ms: number; text: string }

function acceptances(data: string): Acceptance[] {
  return query<Acceptance>(data, "SELECT kind, lower(hex(sha256)) AS sha256, accepted_at_ms, text FROM acceptance JOIN document USING (sha256) ORDER BY session_id, kind");
}

test("what a participant agreed to is kept by its hash, with the time and the text as it was", async (t) => {
  const { data } = await makeScene(t);
  const server = await serve(t, data);
  const study = await open(server, "de");
  assert.deepEqual([study.consent.language, study.consent.version, study.contact], ["de", 0, null]);
  assert.equal(study.consent.text, ownText("consent.de.md"));
  for (const document of [study.consent, study.data_protection]) assert.equal(document?.sha256, createHash("sha256").update(document?.text ?? "").digest("hex"));
  const before = Date.now();
  const person = new Participant(server);
  expectStatus(await agree(person, study, "de"), 201);
  expectStatus(await agree(person, study, "de"), 200); // known: nothing is agreed to twice
  const kept = acceptances(data);
  assert.deepEqual(kept.map(({ kind, sha256, text }) => ({ kind, sha256, text })), [
    { kind: "consent", sha256: study.consent.sha256, text: ownText("consent.de.md") },
    { kind: "data_protection", sha256: study.data_protection?.sha256, text: ownText("data_protection.de.md") },
  ]);
  for (const { accepted_at_ms: at } of kept) assert.ok(at >= before && at <= Date.now());
});

test("a text that has changed meanwhile cannot be agreed to; one in another language can", async (t) => {
  const scene = await makeScene(t);
  await dinolabDone(...addWords(scene, "consent", "en", textFile(scene, "en.md", "One.")));
  await dinolabDone(...addWords(scene, "consent", "fr", textFile(scene, "fr.md", "Un.")));
  const server = await serve(t, scene.data);
  const [old, french] = [await open(server, "en"), await open(server, "fr")];
  await server.stop();
  await dinolabDone(...addWords(scene, "consent", "en", textFile(scene, "en2.md", "Two.")));
  await server.restart();
  const person = new Participant(server);
  const refused = expectStatus(await agree(person, old, "en"), 409);
  assert.equal(parsed<{ error: { reason: string } }>(refused).error.reason, "consent_changed");
  assert.deepEqual(acceptances(scene.data), []);
  expectStatus(await agree(person, await open(server, "en"), "en"), 201);
  expectStatus(await agree(new Participant(server), french, "de"), 201);
  assert.deepEqual(acceptances(scene.data).filter(({ kind }) => kind === "consent").map(({ text }) => text), ["Two.", "Un."]);
});

test("the debriefing comes with the last reply, in the session's language, and not before", async (t) => {
  const server = await serve(t, (await makeScene(t)).data);
  const person = new Participant(server);
  const session = expectStatus(await agree(person, await open(server, "de"), "de"), 201);
  const said = [session.text];
  await person.understand();
  for (let index = 0; index < 3; index++) said.push(JSON.stringify(await person.respond("trials", index, 1)));
  said.push((await person.send("PUT", "/api/v1/session/questionnaire", QUESTIONNAIRE)).text, (await person.send("GET", "/api/v1/session")).text);
  for (const text of said) assert.ok(!text.includes("dahintersteckte"), text);
  assert.equal(parsed<SessionDocument>(session).debriefing, null);
  const finish = parsed<{ debriefing: StudyDocument }>(expectStatus(await person.send("POST", "/api/v1/session/finish", {}), 200));
  assert.equal(finish.debriefing.text, ownText("debriefing_category.de.md"));
  assert.deepEqual([finish.debriefing.language, finish.debriefing.version], ["de", 0]);
  assert.deepEqual((await person.session()).debriefing, finish.debriefing);
});
