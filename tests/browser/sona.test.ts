// SONA, from its link to the credit: the participant's survey code comes back in the credit link, and only from those who have finished.
import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { query } from "../http/support/database.ts";
import { serve, temporaryFolder, type Server } from "../http/support/program.ts";
import { seeded } from "../http/support/random.ts";
import { createStudy, importPictures, pictureNames, rewardCondition } from "../http/support/study.ts";
import { launch, Visitor } from "./support/browser.ts";
import { Participant } from "./support/participant.ts";
import { PlatformPage } from "./support/platform.ts";
import { serverUrl } from "./support/stored.ts";

let browser: Browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const CREDIT = "/webstudy_credit.aspx?experiment_id=123&credit_token=9185d436e5f94b1581b0918162f6d7e8&survey_code=";

async function lab(t: TestContext): Promise<{ data: string; server: Server; platform: PlatformPage }> {
  const folder = temporaryFolder(t);
  const data = await importPictures(folder, 20);
  const platform = await PlatformPage.open(t);
  await createStudy(folder, data, {
    slug: "pairs", task: "reward", conditions: [rewardCondition(seeded(3), 1, pictureNames(20), 4)],
    settings: {
      feedback_ms: 30, blank_ms: 10, is_fullscreen_required: false, completion_url: "", completion_code: "",
      // As SONA shows it, with XXXX in the place of the code.
      recruitment: { platform: "sona", platform_url: `${platform.url}${CREDIT}XXXX` },
    },
  });
  return { data, server: await serve(t, data), platform };
}

test("who plays to the end gets credit by the code that they came with", async (t) => {
  const { data, server, platform } = await lab(t);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  const person = new Participant(page, "reward", `${serverUrl(server, "pairs")}?survey_code=40712`);
  await platform.send(page, person.link);
  await person.agree();
  await person.learn();
  await person.playToEnd();
  await page.getByTestId("completion-link").click();
  const { method, address } = await platform.seesBack(page);
  assert.equal(method, "GET");
  assert.equal(address, `${CREDIT}40712`);
  assert.deepEqual(query(data, "SELECT platform FROM identity"), [{ platform: "sona" }]);
  await visitor.leave();
});

test("who does not agree gets no credit: there is no way back to it", async (t) => {
  const { server, platform } = await lab(t);
  const visitor = await Visitor.arrive(browser);
  const page = await visitor.newPage();
  await platform.send(page, `${serverUrl(server, "pairs")}?survey_code=40713`);
  await page.getByTestId("consent-decline").click();
  await page.getByTestId("notice-declined").waitFor();
  assert.equal(await page.getByTestId("return-link").count(), 0);
  assert.ok(!(await page.content()).includes("webstudy_credit"));
  await visitor.leave();
});
