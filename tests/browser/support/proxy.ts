// A bad line between the browser and the server: a TCP proxy on loopback that delays, loses, cuts and refuses by a plan drawn from a seed. It knows of
// HTTP only that browsers wait for one reply before they ask again on the same connection.
import { createServer, connect, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { Server } from "../../http/support/program.ts";
import { below, seeded, shuffled, type Random } from "../../http/support/random.ts";

/**
 * refused: the connection is reset as soon as it is opened.
 * request_lost: the request never arrives, and nobody says so. reply_lost: it arrives, and nobody says so.
 * request_cut: the connection is reset before the request arrives. reply_cut: it arrives, and the connection is reset somewhere in the reply.
 * late: all is well, but slow.
 */
export const FAULTS = ["refused", "request_lost", "reply_lost", "request_cut", "reply_cut", "late"] as const;
export type Fault = (typeof FAULTS)[number];

export interface BadLine {
  seed: number;
  /** How often each, so that every session ends; in an order drawn from the seed. A lost request or reply costs the page's patience, seconds. */
  faults: Readonly<Partial<Record<Fault, number>>>;
  /** Share of exchanges that something befalls, as long as there is something left. */
  share: number;
  lateMax_ms: number;
}

/** Longer than any header, so that a reply is cut in its header, in its body, or right after it. */
const CUT_AFTER_MAX_BYTES = 700;

interface Exchange {
  fault: Fault | null;
  late_ms: number;
  /** Of the reply, before it is cut. */
  bytesLeft: number;
}

export class Proxy {
  readonly counts: Record<Fault, number> = { refused: 0, request_lost: 0, reply_lost: 0, request_cut: 0, reply_cut: 0, late: 0 };
  /** While true nothing befalls anybody. */
  isCalm = true;
  /** Every reply takes this much longer, calm or not. */
  delay_ms = 0;
  private readonly random: Random;
  private readonly deck: Fault[];
  private readonly sockets = new Set<Socket>();
  private readonly listener: TcpServer;

  private constructor(private readonly server: Server, private readonly line: BadLine) {
    this.random = seeded(line.seed);
    this.deck = shuffled(this.random, FAULTS.flatMap((fault) => Array.from({ length: line.faults[fault] ?? 0 }, () => fault)));
    this.listener = createServer((client) => { this.serve(client); });
  }

  static async start(test: TestContext, server: Server, line: Partial<BadLine> = {}): Promise<Proxy> {
    const proxy = new Proxy(server, { seed: 1, faults: {}, share: 0, lateMax_ms: 0, ...line });
    await new Promise<void>((resolve) => { proxy.listener.listen(0, "127.0.0.1", resolve); });
    test.after(() => { proxy.stop(); });
    return proxy;
  }

  url(slug: string): string {
    return `http://127.0.0.1:${String((this.listener.address() as AddressInfo).port)}/s/${slug}`;
  }

  /** Takes out the cable: what is open is reset; as before a restart, nobody listens in between. */
  stop(): void {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private serve(client: Socket): void {
    this.keep(client);
    if (this.draw((fault) => fault === "refused") !== null) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(new URL(this.server.url).port), "127.0.0.1");
    this.keep(upstream);
    let exchange: Exchange | null = null;
    let hasReplied = true;
    client.on("data", (bytes: Buffer) => {
      if (hasReplied) exchange = this.begin();
      hasReplied = false;
      if (exchange?.fault === "request_cut") client.resetAndDestroy();
      else if (exchange?.fault !== "request_lost") upstream.write(bytes);
    });
    upstream.on("data", (bytes: Buffer) => {
      const now = exchange ?? this.begin();
      hasReplied = true;
      if (now.fault === "reply_lost") return;
      this.pass(client, bytes, now);
    });
    client.on("close", () => { upstream.destroy(); });
    // What was said last is still on its way when it is late.
    upstream.on("close", () => setTimeout(() => client.destroy(), (exchange?.late_ms ?? 0) + this.delay_ms));
  }

  private pass(client: Socket, bytes: Buffer, exchange: Exchange): void {
    const part = bytes.subarray(0, exchange.bytesLeft);
    exchange.bytesLeft -= part.length;
    const isCut = part.length < bytes.length || exchange.bytesLeft === 0;
    const forward = (): void => {
      if (client.destroyed) return;
      client.write(part, () => { if (isCut) client.resetAndDestroy(); });
    };
    const wait_ms = exchange.late_ms + this.delay_ms;
    if (wait_ms > 0) setTimeout(forward, wait_ms);
    else forward();
  }

  private begin(): Exchange {
    const fault = this.draw((next) => next !== "refused");
    return {
      fault,
      late_ms: fault === "late" ? below(this.random, this.line.lateMax_ms + 1) : 0,
      bytesLeft: fault === "reply_cut" ? below(this.random, CUT_AFTER_MAX_BYTES) : Infinity,
    };
  }

  /** What befalls the next connection or exchange. */
  private draw(suits: (fault: Fault) => boolean): Fault | null {
    if (this.isCalm || this.random() >= this.line.share) return null;
    const next = this.deck.findIndex(suits);
    const [fault] = next < 0 ? [] : this.deck.splice(next, 1);
    if (fault === undefined) return null;
    this.counts[fault]++;
    return fault;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => { this.sockets.delete(socket); });
    // A reset is what this is about.
    socket.on("error", () => { socket.destroy(); });
  }
}
