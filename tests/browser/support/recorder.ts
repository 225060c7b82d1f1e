// Runs inside the page, before the page's own code: writes down what is shown and what is pressed, by means of its own. It reads the page as a
// person sees it, elements and pictures, and times onsets by the browser's report of when an image was painted.

export interface PressedKey {
  key: string;
  /** When the browser got the key press, on the clock of performance.now(). */
  at_ms: number;
  isTrusted: boolean;
  isFullscreen: boolean;
}

export interface ShownFeedback {
  at_ms: number;
  text: string;
  points: string[];
  pay: string;
  progress: string;
  progressValue: number;
}

export interface ShownTrial {
  phase: string;
  index: number;
  /** Names of the images shown, left to right. */
  stimuli: string[];
  /** Hashes of the bytes that are shown. */
  pictures: string[];
  heights_px: number[];
  /** When the trial began, before its images. */
  began_at_ms: number;
  /** Images in sight one frame after the beginning. */
  imagesAtBeginning: number;
  /** When each image was painted, by the browser's own report; filled in as the reports come. */
  painted_at_ms: number[];
  ready_at_ms: number;
  keys: PressedKey[];
  /** Reward: what was framed when the response was sent, and in which colour. */
  framed: { side: string; colour: string }[];
  feedback: ShownFeedback | null;
  /** When the feedback made way for what comes next. */
  ended_at_ms: number | null;
}

export interface Recorder {
  trials: ShownTrial[];
  breaches: string[];
  collect: () => Promise<ShownTrial[]>;
}

declare global {
  interface Window {
    recorder: Recorder;
  }
}

/** Given to the browser as text: it can use nothing from outside itself. */
export function installRecorder(): void {
  const blobs = new Map<string, Blob>();
  const paintedAt = new Map<Element, number>();
  const imagesOf = new Map<ShownTrial, HTMLImageElement[]>();
  let beginning: { phase: string; index: number; at_ms: number; images: number } | null = null;
  let lastState = "";

  const createObjectURL = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (object: Blob | MediaSource): string => {
    const url = createObjectURL(object);
    if (object instanceof Blob) blobs.set(url, object);
    return url;
  };

  const shaOf = async (image: HTMLImageElement): Promise<string> => {
    const bytes = await blobs.get(image.src)?.arrayBuffer();
    if (bytes === undefined) return `no picture behind ${image.src}`;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const recorder: Recorder = {
    trials: [],
    breaches: [],
    collect: async () => {
      for (const trial of recorder.trials) {
        const images = imagesOf.get(trial) ?? [];
        trial.pictures = await Promise.all(images.map(shaOf));
        trial.painted_at_ms = images.map((image) => paintedAt.get(image) ?? NaN);
      }
      return recorder.trials;
    },
  };
  window.recorder = recorder;

  addEventListener("securitypolicyviolation", (event) => {
    recorder.breaches.push(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
  });

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { element: Element | null; renderTime: number })[])
      if (entry.element !== null) paintedAt.set(entry.element, entry.renderTime);
  }).observe({ type: "element", buffered: true });

  addEventListener("keydown", (event) => {
    const trial = recorder.trials.at(-1);
    const isFullscreen = document.fullscreenElement !== null;
    trial?.keys.push({ key: event.key, at_ms: event.timeStamp, isTrusted: event.isTrusted, isFullscreen });
  }, true);

  const text = (selector: string): string => document.querySelector<HTMLElement>(selector)?.innerText.trim() ?? "";
  const shownImages = (): HTMLImageElement[] =>
    [...document.querySelectorAll<HTMLImageElement>("[data-stimulus] img")].filter((image) => getComputedStyle(image).visibility === "visible");

  const begin = (phase: string, index: number): void => {
    const now = { phase, index, at_ms: performance.now(), images: -1 };
    beginning = now;
    requestAnimationFrame(() => requestAnimationFrame(() => { now.images = shownImages().length; }));
  };

  const show = (phase: string, index: number): void => {
    const images = shownImages();
    const trial: ShownTrial = {
      phase,
      index,
      stimuli: [...document.querySelectorAll<HTMLElement>("[data-stimulus]")].map((holder) => holder.dataset.stimulus ?? ""),
      pictures: [],
      heights_px: images.map((image) => image.getBoundingClientRect().height),
      began_at_ms: beginning?.at_ms ?? NaN,
      imagesAtBeginning: beginning?.images ?? NaN,
      painted_at_ms: [],
      ready_at_ms: performance.now(),
      keys: [],
      framed: [],
      feedback: null,
      ended_at_ms: null,
    };
    imagesOf.set(trial, images);
    recorder.trials.push(trial);
  };

  const frames = (): ShownTrial["framed"] =>
    [...document.querySelectorAll<HTMLElement>("[data-chosen=true]")].map((option) => ({
      side: option.dataset.testid ?? "",
      colour: getComputedStyle(option.querySelector("[data-stimulus]") ?? option).outlineColor,
    }));

  const feedback = (): ShownFeedback => ({
    at_ms: performance.now(),
    text: document.querySelector<HTMLElement>("[data-testid=feedback]")?.innerText.replace(/\s+/g, " ").trim() ?? "",
    points: [...document.querySelectorAll<HTMLElement>("[data-testid^=points-]")].map((points) => points.innerText.trim()),
    pay: text("[data-testid=pay]"),
    progress: text("[data-testid=progress-label]"),
    progressValue: document.querySelector<HTMLProgressElement>("[data-testid=progress]")?.value ?? NaN,
  });

  const look = (): void => {
    const { stage, state, trialIndex } = document.body.dataset;
    const now = `${String(stage)} ${String(trialIndex)} ${String(state)}`;
    if (now === lastState) return;
    lastState = now;
    const trial = recorder.trials.at(-1);
    if (trial !== undefined && trial.feedback !== null && trial.ended_at_ms === null && state !== "feedback") trial.ended_at_ms = performance.now();
    if (trialIndex === undefined || (stage !== "practice" && stage !== "trials")) return;
    const index = Number(trialIndex);
    const isNew = trial?.phase !== stage || trial.index !== index;
    if (isNew && state === "waiting" && (beginning?.phase !== stage || beginning.index !== index)) begin(stage, index);
    if (isNew && state === "ready") show(stage, index);
    if (!isNew && state === "saving") trial.framed = frames();
    if (!isNew && state === "feedback") trial.feedback = feedback();
  };

  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes)
        if (node instanceof HTMLImageElement) node.setAttribute("elementtiming", "stimulus");
    if (document.body !== null) look();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-stage", "data-state", "data-trial-index"] });
}
