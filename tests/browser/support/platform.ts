// A small local page that stands in for a recruitment platform: it shows the study's link as the platform would, ids and all, and writes down to the
// letter what comes back.
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";

export interface Received {
  method: string;
  /** With its query, as it came. */
  address: string;
  /** Of a form. */
  fields: Record<string, string>;
  referrer: string | null;
}

/** Where each platform takes its people back. */
const RETURN_PATHS = ["/submissions/complete", "/webstudy_credit.aspx", "/mturk/externalSubmit", "/thanks"];

export class PlatformPage {
  readonly received: Received[] = [];
  private readonly server: HttpServer;

  private constructor() {
    this.server = createServer((request, response) => { void this.answer(request, response); });
  }

  static async open(test: TestContext): Promise<PlatformPage> {
    const platform = new PlatformPage();
    await new Promise<void>((resolve) => platform.server.listen(0, "127.0.0.1", resolve));
    test.after(() => {
      platform.server.closeAllConnections();
      platform.server.close();
    });
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** The participant finds the study on the platform and follows its link. */
  async send(page: Page, link: string): Promise<void> {
    await page.goto(`${this.url}/study?to=${encodeURIComponent(link)}`);
    await page.getByTestId("platform-link").click();
  }

  /** The study inside a frame of the platform's page, as MTurk shows it. */
  async frame(page: Page, link: string): Promise<void> {
    await page.goto(`${this.url}/task?to=${encodeURIComponent(link)}`);
  }

  /** Waits until the participant is back: the page shows what the platform says then. */
  async seesBack(page: Page): Promise<Received> {
    await page.getByTestId("platform-thanks").waitFor();
    const last = this.received.at(-1);
    if (last === undefined) throw new Error("the platform has received nothing");
    return last;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const to = (searchParams.get("to") ?? "").replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    let body = "";
    for await (const bytes of request) body += String(bytes);
    if (pathname === "/study") show(response, 200, `<a data-testid="platform-link" href="${to}">Open study</a>`);
    else if (pathname === "/task") show(response, 200, `<iframe data-testid="platform-frame" src="${to}" width="1200" height="700"></iframe>`);
    else if (RETURN_PATHS.includes(pathname)) {
      this.received.push({
        method: request.method ?? "",
        address: request.url ?? "",
        fields: Object.fromEntries(new URLSearchParams(body)),
        referrer: request.headers.referer ?? null,
      });
      show(response, 200, `<p data-testid="platform-thanks">Thank you</p>`);
    } else show(response, 404, "");
  }
}

function show(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="en"><head><title>Platform</title><link rel="icon" href="data:,"></head><body>${html}</body></html>`);
}
