// The participant's page, /s/{slug}, from arrival to the completion link.
import "./participant.css";
import { fetchAsset, supersededError } from "../wire/api";
import { ClockWatch } from "../wire/clock";
import { BrowserKeep, MemoryKeep, type Keep } from "../wire/keep";
import { isPreview, personMark } from "./arrival";
import { showFinished } from "./finished";
import { measureFrameMs, reportsPaints } from "./frames";
import { admit, missingFeatures, type Admission } from "./gate";
import { ImageStore } from "./images";
import { DINOSAUR_FILES } from "./instructions";
import { wantedLanguages } from "./language";
import { Line, showHalt } from "./line";
import { leaveFullscreen, Page } from "./page";
import { showRefusal } from "./refusal";
import { Run } from "./run";
import { Scene } from "./scene";
import { simulationMode } from "./simulation";
import { textsFor } from "./texts";
import { playSession } from "./timeline";
import { countVisit } from "./visit";
import { finishWithdrawal, Withdraw } from "./withdraw";

const EVENT_FLUSH_INTERVAL_MS = 5_000;

function slugOf(path: string): string {
  const part = /^\/s\/([^/]+)\/?$/.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The page begins when the images of as many trials are here; the rest load behind. */
const WINDOW_TRIAL_COUNT = 20;

/** Shows how far the first images are. */
async function preload(scene: Scene): Promise<void> {
  const { page, texts, images, run } = scene;
  scene.wantImages();
  // Before any screen that shows them: a server that is away later leaves no holes.
  await images.ready(filesOf(run));
  if (run.stage !== "instructions" && run.phase() === null) return;
  page.setStage("preload");
  const screen = page.showScreen(
    `<h1>${texts.html("preload_title")}</h1><p>${texts.html("preload_body")}</p>
     <progress data-testid="preload-progress" aria-labelledby="preload-count" max="1" value="0"></progress><p id="preload-count" data-testid="preload-count"></p>`,
  );
  const meter = screen.querySelector("progress");
  const label = screen.querySelector("#preload-count");
  images.reports.onTrouble = () => { page.setStatus("preload_trouble"); };
  await images.ready(run.stimuliAhead(WINDOW_TRIAL_COUNT), (done, count) => {
    if (meter !== null) {
      meter.max = Math.max(count, 1);
      meter.value = done;
    }
    if (label !== null) label.textContent = texts.text("preload_count", { done, count });
  });
  delete images.reports.onTrouble;
  page.setStatus(null);
}

function filesOf(run: Run): string[] {
  return run.session.study.task === "category" ? Object.values(DINOSAUR_FILES) : [];
}

/** Images from the server; what fails is told to it. */
function imagesOf({ api, events }: Admission, run: Run): ImageStore {
  const images = new ImageStore((name, attempt) => (name.startsWith("/") ? fetchAsset(name, attempt) : api.image(name, attempt)));
  images.reports.onEvent = (kind, name, detail) => {
    const place = run.placeOf(name);
    events.add(kind, { ...(place === null ? {} : { trial_index: place.index }), detail: `${place === null ? "" : `${place.phase} `}${name}: ${detail}` });
    void events.flush();
  };
  addEventListener("online", () => { images.tryAgainNow(); });
  return images;
}

function reportEntry({ events }: Admission, frame_ms: number | null): void {
  events.add("page_loaded");
  const detail = {
    user_agent: navigator.userAgent.slice(0, 200),
    width_px: innerWidth,
    height_px: innerHeight,
    pixel_ratio: devicePixelRatio,
    frame_ms: frame_ms === null ? null : Math.round(frame_ms * 100) / 100,
    is_paint_reported: reportsPaints(),
  };
  events.add("browser_checked", { detail: JSON.stringify(detail) });
  void events.flush();
  setInterval(() => { void events.flush(); }, EVENT_FLUSH_INTERVAL_MS);
}

/** Another page has taken over: this one says so and goes quiet. What it kept is sent by the other. That other page writes the event down when the
 * two speak to one another: two pages that write at the same time would overwrite one another's events. */
function leaveToAnother(scene: Scene, teller: "server" | "page"): void {
  if (teller === "server") scene.events.add("page_superseded", scene.due());
  void scene.halt(supersededError());
}

function offerWithdrawal(scene: Scene, keep: Keep): void {
  const { page, api, run, events } = scene;
  page.showBar(run);
  new Withdraw({
    page, api, keep,
    person: slugOf(location.pathname) + personMark(location.search),
    session: () => run.session,
    onOpen: () => {
      events.add("withdraw_opened", scene.due());
      void events.flush();
    },
    onSend: () => { scene.isLeaving = true; },
    onRefused: (error) => {
      scene.isLeaving = false;
      void scene.halt(error);
    },
    onOver: () => {
      scene.close();
      void leaveFullscreen();
    },
  }).offer();
}

async function take(page: Page, keep: Keep): Promise<void> {
  const { texts } = page;
  const slug = slugOf(location.pathname);
  const { search } = location;
  const simulation = simulationMode(search);
  page.setStage("check");
  // Who looks at a preview has not come yet.
  if (!isPreview(search) && simulation === null) void countVisit(slug, keep);
  const missing = await missingFeatures();
  if (missing.length > 0) {
    const list = missing.map((key) => texts.text(key)).join(", ");
    page.showNotice("check", texts.text("check_title"), texts.markup("check_body", { missing: list }));
    return;
  }
  if (await finishWithdrawal(slug + personMark(search), page, keep)) return;
  const line = new Line(page);
  // A hidden tab gets no frames, so nobody waits for this.
  let frame_ms: number | null = null;
  const measured = measureFrameMs().then((measure) => { frame_ms = measure; });

  const admission = await admit({ slug, search, page, line, keep, simulation });
  if (admission === null) return;
  const { api, outbox, events, session, isResumed } = admission;
  if (simulation !== null && !session.is_pilot) {
    showRefusal(page, "no_simulation");
    return;
  }
  document.title = texts.text("page_title", { title: session.study.title });
  line.report = (kind) => { events.add(kind); };
  const run = new Run(session);
  const images = imagesOf(admission, run);
  const scene = new Scene(run, page, api, outbox, events, images, line, new ClockWatch(), filesOf(run), isResumed, simulation);
  api.onSuperseded = (teller) => { leaveToAnother(scene, teller); };
  reportEntry(admission, frame_ms);
  offerWithdrawal(scene, keep);
  void measured.then(() => { scene.frame_ms = frame_ms; });

  try {
    await preload(scene);
  } catch (error) {
    await scene.halt(error);
  }
  if (scene.stopped.aborted) return;
  await playSession(scene, keep);
  await leaveFullscreen();
  showFinished(scene);
  void events.flush();
}

// Each simulation is a session of its own, and must not go on with a person's.
const keep = simulationMode(location.search) === null ? new BrowserKeep(() => window.localStorage) : new MemoryKeep();
const page = new Page(textsFor(wantedLanguages(slugOf(location.pathname), keep, location.search, navigator.languages)));
take(page, keep).catch((error: unknown) => { showHalt(page, error); });
