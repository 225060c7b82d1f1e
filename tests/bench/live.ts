// `make bench-live`: the server and thousands of simulated people together on this machine, with the studies of large_study.ts.
//
//     node web/.test-build/tests/bench/live.mjs [--people 10000] [--rate 2500] [--seconds 60] [--dashboards 300] [--port 8149]
//          [--tables-max-s 3600] [--data DIR]   DIR with a study many-reward is used as it is; default: made in build/bench/live-data and kept
//
// Prints JSON lines: the study, value tables, then play without and with open dashboards (rate, replies as people see them, the server's own
// lags, what is left behind, memory), then each target with what was reached. Nothing is asserted: speed depends on the machine.
// Rate: people think so long on average that all together give `rate` responses a second, once all sessions are open (the ramp).
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { StudySnapshot, System } from "../../web/dashboard/types.ts";

const { values: options } = parseArgs({
  options: {
    people: { type: "string", default: "10000" },
    rate: { type: "string", default: "2500" },
    seconds: { type: "string", default: "60" },
    dashboards: { type: "string", default: "300" },
    port: { type: "string", default: "8149" },
    "tables-max-s": { type: "string", default: "3600" },
    data: { type: "string", default: "build/bench/live-data" },
  },
});

const PROGRAM = process.env.DINOLAB ?? "build/dinolab";
const DEMO = "build/demo";
const SLUG = "many-reward";
const PASSWORD = "correct horse battery";
const URL_BASE = `http://127.0.0.1:${options.port}`;
const [people, rate, seconds, dashboards] = [options.people, options.rate, options.seconds, options.dashboards].map(Number) as [number, number, number, number];
/** Enrolment, consent, comprehension: some requests for each before the first trial. */
const RAMP_S = Math.max(5, people / 200);
const SETTLE_S = 15;

function say(line: Record<string, unknown>): void { process.stdout.write(`${JSON.stringify(line)}\n`); }
function sleep(ms: number): Promise<void> { return new Promise((resolve) => setTimeout(resolve, ms)); }

class Laboratory {
  private cookie = "";
  private setupToken: string | null = null;
  private child: ChildProcess | null = null;

  constructor(private readonly data: string) {}

  start(): Promise<void> {
    const child = spawn(PROGRAM, ["serve", "--data", this.data, "--port", options.port], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    this.child = child;
    return new Promise((resolve, reject) => {
      child.once("exit", (status) => { reject(new Error(`the server ended with ${String(status)}`)); });
      child.stdout.on("data", (bytes: Buffer) => {
        text += bytes.toString();
        this.setupToken = /\/setup#(\S+)/.exec(text)?.[1] ?? this.setupToken;
        if (text.includes("stop with Ctrl-C")) resolve();
      });
    });
  }

  stop(): Promise<void> {
    const child = this.child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", () => { resolve(); });
      child.kill("SIGTERM");
    });
  }

  async enter(): Promise<void> {
    const [path, body] = this.setupToken !== null ? ["setup", { token: this.setupToken, name: "bench", password: PASSWORD }] : ["login", { name: "bench", password: PASSWORD }];
    const reply = await fetch(`${URL_BASE}/api/v1/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(await reply.text());
    this.cookie = (reply.headers.get("Set-Cookie") ?? "").split(";")[0] ?? "";
  }

  async read<Reply>(path: string): Promise<Reply> {
    const reply = await fetch(`${URL_BASE}/api/v1/${path}`, { headers: { Cookie: this.cookie } });
    if (!reply.ok) throw new Error(await reply.text());
    return await reply.json() as Reply;
  }

  peakMemoryBytes(): number {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(this.child?.pid)}/status`, "utf8"))?.[1] ?? NaN);
  }

  cpuSeconds(): number {
    const fields = readFileSync(`/proc/${String(this.child?.pid)}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** An open dashboard: counts bytes and events, reads nothing else. */
  watch(path: string, counted: { bytes: number; ended: number }): () => void {
    const sent = request(`${URL_BASE}/api/v1/${path}`, { headers: { Cookie: this.cookie, Accept: "text/event-stream" }, agent: false }, (response) => {
      response.on("data", (bytes: Buffer) => { counted.bytes += bytes.length; });
      response.on("end", () => { counted.ended++; });
      response.on("error", () => undefined);
    });
    sent.on("error", () => undefined);
    sent.end();
    return () => { sent.destroy(); };
  }
}

interface Summary { sessions: number; trials: number; trials_per_s: number; reply_ms: { p50: number | null; p99: number | null; p999: number | null }; errors: number }

function play(durationS: number): { summary: Promise<Summary>; child: ChildProcess } {
  const child = spawn(PROGRAM, ["simulate", "--url", URL_BASE, "--study", SLUG, "--participants", String(people), "--concurrency", String(people),
    "--think-ms", String((1000 * people) / rate), "--ramp-s", String(RAMP_S), "--warm-up-s", String(RAMP_S + SETTLE_S), "--learner", "random",
    "--seed", String(Math.floor(durationS))], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => { text += bytes.toString(); });
  return { child, summary: new Promise((resolve) => child.once("close", () => { resolve(JSON.parse(text.trim().split("\n").at(-1) ?? "null") as Summary); })) };
}

async function openDashboards(lab: Laboratory, counted: { bytes: number; ended: number }): Promise<(() => void)[]> {
  const { sessions } = await lab.read<StudySnapshot>(`studies/${SLUG}`);
  const playing = sessions.filter((session) => session.state === "active").slice(-Math.ceil(dashboards / 2));
  return Array.from({ length: dashboards }, (_, at) => {
    const session = at % 2 === 0 ? undefined : playing[at % playing.length];
    return lab.watch(session === undefined ? `studies/${SLUG}/stream` : `studies/${SLUG}/sessions/${session.session_id}/stream`, counted);
  });
}

interface Play { summary: Summary; responsesPerS: number; system: System; open: number; behindMax: number; behindEnd: number; peakBytes: number }

async function playFor(lab: Laboratory, withDashboards: boolean): Promise<Play> {
  const { summary, child } = play(seconds + (withDashboards ? 1 : 0));
  const counted = { bytes: 0, ended: 0 };
  let closers: (() => void)[] = [];
  await sleep(1000 * (RAMP_S + SETTLE_S / 2));
  if (withDashboards) closers = await openDashboards(lab, counted);
  await sleep((1000 * SETTLE_S) / 2);
  const cpuBefore = lab.cpuSeconds();
  let behindMax = 0, rateSum = 0, system = await lab.read<System>("system");
  const open = system.sessions_active;
  for (let second = 0; second < seconds; second++) {
    await sleep(1000);
    system = await lab.read<System>("system");
    rateSum += system.responses_per_s;
    behindMax = Math.max(behindMax, system.queues.find(({ name }) => name === "fits")?.length ?? 0);
  }
  const cpu = (lab.cpuSeconds() - cpuBefore) / seconds;
  child.kill("SIGINT");
  const result = await summary;
  for (const close of closers) close();
  const behindEnd = system.queues.find(({ name }) => name === "fits")?.length ?? NaN;
  const reached: Play = { summary: result, responsesPerS: rateSum / seconds, system, open, behindMax, behindEnd, peakBytes: lab.peakMemoryBytes() };
  say({
    measure: "play", dashboards: withDashboards ? dashboards : 0, sessions_open: open, responses_per_s: reached.responsesPerS, reply_ms: result.reply_ms,
    server_reply: system.reply, server_dashboard: system.dashboard, commits_per_s: system.commits_per_s, fits_behind_max: behindMax, fits_behind_end: behindEnd,
    errors: result.errors, sessions_in_memory: system.sessions_in_memory, dashboard_mb_per_s: counted.bytes / 1e6 / (seconds + SETTLE_S / 2), streams_ended: counted.ended,
    server_peak_mib: reached.peakBytes / 2 ** 20, server_cores_busy: cpu, queues: system.queues,
  });
  return reached;
}

function target(name: string, wanted: number, value: number | null, isReached: boolean): void { say({ target: name, wanted, value, reached: isReached }); }

function judge(plain: Play, watched: Play): void {
  const plainP99 = plain.summary.reply_ms.p99, watchedP99 = watched.summary.reply_ms.p99;
  target("responses_per_s", rate, watched.responsesPerS, watched.responsesPerS >= 0.99 * rate);
  target("fits_behind_end", rate, watched.behindEnd, watched.behindEnd <= rate);
  target("reply_p99_ms", 25, plainP99, plainP99 !== null && plainP99 <= 25);
  target("reply_p99_ms_with_dashboards", 25, watchedP99, watchedP99 !== null && watchedP99 <= 25);
  target("dashboard_p99_ms", 100, watched.system.dashboard.p99_ms, (watched.system.dashboard.p99_ms ?? Infinity) <= 100);
  target("sessions_open", people, watched.open, Math.min(plain.open, watched.open) >= people);
  target("server_memory_mib", 1536, Math.max(plain.peakBytes, watched.peakBytes) / 2 ** 20, Math.max(plain.peakBytes, watched.peakBytes) <= 1.5 * 2 ** 30);
}

async function tablesReady(lab: Laboratory): Promise<void> {
  const began = Date.now();
  for (;;) {
    const { value_tables: tables } = await lab.read<System>("system");
    const passedS = (Date.now() - began) / 1000;
    if (tables.ready >= tables.planned || passedS > Number(options["tables-max-s"])) {
      say({ measure: "value_tables", ...tables, waited_s: passedS });
      return;
    }
    await sleep(1000);
  }
}

/** The data folder with all its tables, made once; every run plays on a copy. */
async function prepare(): Promise<void> {
  if (!existsSync(join(options.data, "dinolab.db"))) {
    mkdirSync(dirname(options.data), { recursive: true });
    execFileSync(process.execPath, [join(dirname(process.argv[1] ?? ""), "large_study.mjs"), "--out", options.data, "--tasks", "reward"], { stdio: ["ignore", "inherit", "inherit"] });
  }
  const lab = new Laboratory(options.data);
  await lab.start();
  await lab.enter();
  await tablesReady(lab);
  await lab.stop();
}

async function playOnCopy(withDashboards: boolean): Promise<Play> {
  const copy = `${options.data}-run`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(options.data, copy, { recursive: true });
  const lab = new Laboratory(copy);
  try {
    await lab.start();
    await lab.enter();
    return await playFor(lab, withDashboards);
  } finally {
    await lab.stop();
    rmSync(copy, { recursive: true, force: true });
  }
}

say({ bench: "live", cores: cpus().length, people, rate, seconds, dashboards, demo: DEMO, program: PROGRAM });
await prepare();
const plain = await playOnCopy(false);
const watched = await playOnCopy(true);
judge(plain, watched);
