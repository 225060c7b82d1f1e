// Server-sent events, read by hand: fetch's own reader keeps no ids.
import { request, type ClientRequest } from "node:http";
import { DEADLINE_MS, type Server } from "./program.ts";

export interface StreamEvent { id: string; name: string; data: string }

function parseEvent(block: string): StreamEvent | null {
  const event: StreamEvent = { id: "", name: "message", data: "" };
  let isEvent = false;
  for (const line of block.split("\n")) {
    const [, field, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (field === "id") event.id = value ?? "";
    if (field === "event") event.name = value ?? "";
    if (field === "data") event.data += value ?? "";
    if (field !== undefined) isEvent = true;
  }
  return isEvent ? event : null;
}

export class EventStream {
  readonly events: StreamEvent[] = [];
  isEnded = false;
  private wake: () => void = () => undefined;
  private sent: ClientRequest | null = null;

  /** `by`: a cookie or an API token. */
  static open(server: Server, path: string, by: string, lastEventId?: string): Promise<EventStream> {
    const stream = new EventStream();
    const headers: Record<string, string> = { ...(by.startsWith("dl_") ? { Authorization: `Bearer ${by}` } : { Cookie: by }), Accept: "text/event-stream" };
    if (lastEventId !== undefined) headers["Last-Event-ID"] = lastEventId;
    return new Promise((resolve, reject) => {
      stream.sent = request(server.url + path, { headers, agent: false }, (response) => {
        let rest = "";
        if (response.statusCode !== 200 || response.headers["content-type"] !== "text/event-stream") {
          reject(new Error(`${path} gave ${String(response.statusCode)} ${String(response.headers["content-type"])}`));
          return;
        }
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          const blocks = (rest + text).split("\n\n");
          rest = blocks.pop() ?? "";
          for (const block of blocks) {
            const event = parseEvent(block);
            if (event !== null) stream.events.push(event);
          }
          stream.wake();
        });
        const end = (): void => {
          stream.isEnded = true;
          stream.wake();
        };
        response.on("close", end);
        response.on("error", end);
        resolve(stream);
      });
      stream.sent.on("error", (error) => { if (stream.isEnded) return; reject(error); });
      stream.sent.end();
    });
  }

  /** Wait until what has come satisfies `isEnough`. */
  async until(what: string, isEnough: (events: StreamEvent[]) => boolean): Promise<StreamEvent[]> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!isEnough(this.events)) {
      const left = deadline - Date.now();
      if (this.isEnded || left <= 0) throw new Error(`the stream did not give ${what}; it gave ${JSON.stringify(this.events.map(({ id, name }) => [id, name]))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.events;
  }

  /** The first `count` events. */
  async take(count: number): Promise<StreamEvent[]> {
    return (await this.until(`${String(count)} events`, (events) => events.length >= count)).slice(0, count);
  }

  async untilEnded(): Promise<void> {
    await this.until("its end", () => this.isEnded);
  }

  close(): void {
    this.isEnded = true;
    this.sent?.destroy();
  }
}
