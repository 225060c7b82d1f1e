// MTurk, in a frame of its page: a preview that stores nothing, then the accepted task, and at the end the form that MTurk waits for.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder, type Server } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { categoryCondition, createStudy, importPictures, pictureNames } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { Participant } from "./support/participant.ts";
import { PlatformPage } from "./support/platform.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

interface Lab { data: string; server: Server; platform: PlatformPage }

async function lab(t: TestContext): Promise<Lab> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const platform = await PlatformPage.open(t);
  await createStudy(folder, data, {
    slug: "hits", task: "category", conditions: [categoryCondition(seeded(4), 1, pictureNames(20), 4)],
    settings: {
      feedback_ms: 30, is_fullscreen_required: false, completion_url: "", completion_code: "",
      recruitment: { platform: "mturk", platform_url: platform.url, code_completed: "M-DONE" },
    },
  });
  return { data, server: await serve(t, data), platform };
}

function linkOf({ server, platform }: Lab, assignmentId: string, worker = ""): string {
  const ids = new URLSearchParams({ assignmentId, hitId: "3HIT", turkSubmitTo: platform.url, ...(worker === "" ? {} : { workerId: worker }) });
  return `${serverUrl(server, "hits")}?${ids.toString()}`;
}

function frameOf(page: Page): FrameLocator {
  return page.frameLocator("[data-testid=platform-frame]");
}

test("in the preview the consent can be read and nothing more; nothing is stored", async (t) => {
  const at = await lab(t);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  await at.platform.frame(page, linkOf(at, "ASSIGNMENT_ID_NOT_AVAILABLE"));
  const frame = frameOf(page);
  assert.match(await frame.getByTestId("preview-note").innerText(), /accept the HIT first/);
  assert.match(await frame.getByTestId("consent-text").innerText(), /voluntary/);
  assert.equal(await frame.getByTestId("consent-accept").count() + await frame.getByTestId("consent-decline").count(), 0);
  assert.equal(await frame.locator("input").count(), 0);
  assert.deepEqual(query(at.data, "SELECT (SELECT count(*) FROM session) + (SELECT count(*) FROM arrival) AS n"), [{ n: 0 }]);
  await visitor.leave();
});

test("who accepts and plays to the end submits the assignment to MTurk's own address, from within MTurk's frame too", async (t) => {
  const at = await lab(t);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  const person = new Participant(page, "category", linkOf(at, "3ASSIGNMENT", "A1WORKER"));
  await at.platform.send(page, person.link);
  await person.agree();
  await person.learn();
  await person.playToEnd();
  assert.equal(await page.getByTestId("completion-link").evaluate((button) => button.tagName), "BUTTON");
  await page.getByTestId("completion-link").click();
  const { method, address, fields } = await at.platform.seesBack(page);
  assert.deepEqual([method, address], ["POST", "/mturk/externalSubmit"]);
  assert.deepEqual(fields, { assignmentId: "3ASSIGNMENT", code: "M-DONE" });
  assert.deepEqual(query(at.data, "SELECT platform FROM identity"), [{ platform: "mturk" }]);
  await visitor.leave();

  // The same worker again: everything is answered, the form is there still.
  const again = await Visitor.arrive(browser);
  const framed = await again.newPage();
  await at.platform.frame(framed, person.link);
  const frame = frameOf(framed);
  await frame.getByTestId("consent-age").fill("34");
  await frame.getByTestId("consent-accept").click();
  await frame.getByTestId("completion-link").click();
  await frame.getByTestId("platform-thanks").waitFor();
  assert.deepEqual(at.platform.received.at(-1)?.fields, { assignmentId: "3ASSIGNMENT", code: "M-DONE" });
  assert.equal(at.platform.received.length, 2);
  await again.leave();
});

test("MTurk can show the study in its frame, and no other page can", async (t) => {
  const at = await lab(t);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  await at.platform.frame(page, linkOf(at, "3FRAMED", "A2WORKER"));
  await frameOf(page).getByTestId("consent-age").waitFor();

  const stranger = await PlatformPage.open(t);
  visitor.expect((text) => text.includes("frame-ancestors"));
  const other = await visitor.newPage();
  const refused = other.waitForEvent("console", (message) => message.text().includes("frame-ancestors"));
  await stranger.frame(other, linkOf(at, "3FRAMED", "A3WORKER"));
  await refused;
  assert.equal(await frameOf(other).getByTestId("consent-age").count(), 0);
  await other.close();
  await visitor.leave();
});
