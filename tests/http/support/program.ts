// The program under test: run a sub-command, or serve a data folder, be stopped or killed, and serve it again.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} must be set; tests/run.sh does it`);
  return value;
}

export const PROGRAM = need("DINOLAB");
export const TOP = need("DINOLAB_TOP");

const START_DEADLINE_MS = 30_000;
/** A sub-command that does not end by itself, such as a server that should have refused, fails its test. */
const RUN_DEADLINE_MS = 90_000;
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;
/** Long enough for a sanitizer build on a busy machine: only a failing test waits for it. */
export const DEADLINE_MS = 30_000;

export interface Outcome { status: number; stdout: string; stderr: string }

/** Any program to its end; its exit status is part of the outcome and never an exception. */
export function run(program: string, ...words: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(program, words, { maxBuffer: OUTPUT_MAX_BYTES, timeout: RUN_DEADLINE_MS }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

export function dinolab(...words: string[]): Promise<Outcome> {
  return run(PROGRAM, ...words);
}

/** A sub-command that a test needs to succeed; its standard output. */
export async function dinolabDone(...words: string[]): Promise<string> {
  const outcome = await dinolab(...words);
  if (outcome.status !== 0) throw new Error(`dinolab ${words.join(" ")} ended with ${String(outcome.status)}: ${outcome.stderr}`);
  return outcome.stdout;
}

/** A folder that is gone after the test. */
export function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dinolab-http-"));
  test.after(() => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
}

/** Ask again until there is an answer; the server's threads decide how soon, the deadline only how late a test gives up. */
export async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${String(DEADLINE_MS)} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class Server {
  url = "";
  /** From the one-time link; null once there is an account. */
  setupToken: string | null = null;
  stderr = "";
  private child: ChildProcess | null = null;

  constructor(readonly data: string, private readonly words: string[] = []) {}

  /** `port` 0: any free one. */
  start(port = 0): Promise<void> {
    const child = spawn(PROGRAM, ["serve", "--data", this.data, "--port", String(port), ...this.words], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    this.child = child;
    this.stderr = "";
    child.stderr.on("data", (bytes: Buffer) => { this.stderr += bytes.toString(); });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Error(`the server did not say its links: ${stdout}${this.stderr}`)); }, START_DEADLINE_MS);
      child.once("exit", (status) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${String(status)}: ${this.stderr}`));
      });
      child.stdout.on("data", (bytes: Buffer) => {
        stdout += bytes.toString();
        const url = /serving on (http:\/\/\S+)/.exec(stdout)?.[1];
        if (url === undefined || !stdout.includes("stop with Ctrl-C")) return;
        clearTimeout(timer);
        this.url = url;
        this.setupToken = /\/setup#(\S+)/.exec(stdout)?.[1] ?? null;
        resolve();
      });
    });
  }

  private end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    this.child = null;
    if (child === null) return Promise.resolve(null);
    return new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
      else child.once("exit", resolve);
      child.kill(signal);
    });
  }

  /** As by Ctrl-C; the exit status. */
  stop(): Promise<number | null> { return this.end("SIGTERM"); }

  /** As by a power cut, for everything but the disk. */
  async kill(): Promise<void> { await this.end("SIGKILL"); }

  /** The same port and data again, as after a restart of the machine. */
  restart(): Promise<void> { return this.start(Number(new URL(this.url).port)); }

  /** Halts its threads where they are: connections stay open and are not answered. */
  freeze(): void { this.child?.kill("SIGSTOP"); }
}

export async function serve(test: TestContext, data: string, ...words: string[]): Promise<Server> {
  const server = new Server(data, words);
  test.after(() => server.kill());
  await server.start();
  return server;
}
