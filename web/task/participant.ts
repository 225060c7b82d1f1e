// The participant's page, /s/{slug}, from arrival to the completion link.
import "./participant.css";
import { fetchAsset } from "../wire/api";
import { BrowserKeep, MemoryKeep } from "../wire/keep";
import { isPreview } from "./arrival";
import { showFinished } from "./finished";
import { measureFrameMs } from "./frames";
import { admit, missingFeatures, type Admission } from "./gate";
import { ImageStore } from "./images";
import { DINOSAUR_FILES } from "./instructions";
import { Line, showHalt } from "./line";
import { leaveFullscreen, Page } from "./page";
import { showRefusal } from "./refusal";
import { Run } from "./run";
import { Scene } from "./scene";
import { simulationMode } from "./simulation";
import { textsFor } from "./texts";
import { playSession } from "./timeline";
import { countVisit } from "./visit";

const EVENT_FLUSH_INTERVAL_MS = 5_000;

function slugOf(path: string): string {
  const part = /^\/s\/([^/]+)\/?$/.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function preload(scene: Scene): Promise<void> {
  const { page, texts, images, events } = { page: scene.page, texts: scene.texts, images: scene.images, events: scene.events };
  const { run } = scene;
  // Before any screen that shows them: a server that is away later leaves no holes.
  if (run.session.study.task === "category") await images.load(Object.values(DINOSAUR_FILES));
  if (run.stage !== "instructions" && run.phase() === null) return;
  page.setStage("preload");
  const screen = page.showScreen(
    `<h1>${texts.html("preload_title")}</h1><p>${texts.html("preload_body")}</p>
     <progress data-testid="preload-progress" aria-labelledby="preload-count" max="1" value="0"></progress><p id="preload-count" data-testid="preload-count"></p>`,
  );
  const meter = screen.querySelector("progress");
  const label = screen.querySelector("#preload-count");
  let hasTrouble = false;
  await images.load(run.stimuliAhead(), {
    onProgress: (done, count) => {
      if (meter !== null) {
        meter.max = Math.max(count, 1);
        meter.value = done;
      }
      if (label !== null) label.textContent = texts.text("preload_count", { done, count });
      if (hasTrouble) page.setStatus(null);
      hasTrouble = false;
    },
    onTrouble: () => {
      hasTrouble = true;
      page.setStatus("preload_trouble");
    },
    onEvent: (kind, detail) => {
      events.add(kind, { detail });
      void events.flush();
    },
  });
}

function reportEntry({ events }: Admission, frame_ms: number | null): void {
  events.add("page_loaded");
  const detail = {
    user_agent: navigator.userAgent.slice(0, 200),
    width_px: innerWidth,
    height_px: innerHeight,
    pixel_ratio: devicePixelRatio,
    frame_ms: frame_ms === null ? null : Math.round(frame_ms * 100) / 100,
  };
  events.add("browser_checked", { detail: JSON.stringify(detail) });
  void events.flush();
  setInterval(() => { void events.flush(); }, EVENT_FLUSH_INTERVAL_MS);
}

async function take(page: Page): Promise<void> {
  const { texts } = page;
  const slug = slugOf(location.pathname);
  const { search } = location;
  const simulation = simulationMode(search);
  // Each simulation is a session of its own, and must not go on with a person's.
  const keep = simulation === null ? new BrowserKeep(() => window.localStorage) : new MemoryKeep();
  page.setStage("check");
  // Who looks at a preview has not come yet.
  if (!isPreview(search) && simulation === null) void countVisit(slug, keep);
  const missing = await missingFeatures();
  if (missing.length > 0) {
    const list = missing.map((key) => texts.text(key)).join(", ");
    page.showNotice("check", texts.text("check_title"), texts.markup("check_body", { missing: list }));
    return;
  }
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
  const images = new ImageStore((name) => (name.startsWith("/") ? fetchAsset(name) : api.image(name)));
  const scene = new Scene(new Run(session), page, api, outbox, events, images, line, isResumed, simulation);
  reportEntry(admission, frame_ms);
  void measured.then(() => { scene.frame_ms = frame_ms; });

  await preload(scene);
  await playSession(scene, keep);
  await leaveFullscreen();
  showFinished(scene);
  void events.flush();
}

const page = new Page(textsFor(navigator.languages));
take(page).catch((error: unknown) => { showHalt(page, error); });
