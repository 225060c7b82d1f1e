// One page at a time is in charge of a session. The server counts the pages that take it over and refuses what an older one says; a newer page of the
// same browser also tells the older ones at once, so that nobody answers there in vain.

/** is_leaving: an older page has heard of this one, and goes quiet. */
interface Claimed {
  page_number: number;
  is_leaving: boolean;
}

export interface ChargeReports {
  /** A newer page is in charge; called once. */
  onLost: () => void;
  /** An older page that was still open has left to this one. */
  onTaken: () => void;
}

/** What is used of a BroadcastChannel. */
export interface Channel {
  onmessage: ((message: MessageEvent) => void) | null;
  postMessage(message: Claimed): void;
  close(): void;
}

const TOKEN_PREFIX_LENGTH = 12;

/** Browsers without it, and those that refuse it in private windows, leave the older page to the server's word. */
function openChannel(name: string): Channel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}

export class Charge {
  private readonly channel: Channel | null;

  /** Tells the other pages that this one, the `page_number`th, is in charge. */
  constructor(token: string, page_number: number, reports: ChargeReports, open: (name: string) => Channel | null = openChannel) {
    this.channel = open(`dinolab.page.${token.slice(0, TOKEN_PREFIX_LENGTH)}`);
    if (this.channel === null) return;
    this.channel.onmessage = ({ data }: MessageEvent<Partial<Claimed> | null>) => {
      if (typeof data?.page_number !== "number") return;
      if (data.is_leaving === true && data.page_number < page_number) reports.onTaken();
      if (data.is_leaving === true || data.page_number <= page_number) return;
      this.channel?.postMessage({ page_number, is_leaving: true });
      this.close();
      reports.onLost();
    };
    this.channel.postMessage({ page_number, is_leaving: false });
  }

  close(): void {
    this.channel?.close();
  }
}
