// The worker's part of sealing anew what is there: every document that one's office reads with an older key, one after the
// other.  Each is a signed grant of its own, so to stop anywhere leaves nothing half done.

import type { Chains } from "./chains";
import type { Http } from "./http";
import type { RewrappedView } from "./protocol";
import type { Author, OpenedDocument } from "./seal/document";
import { BROKEN, NOT_AUTHENTIC, SealFailure } from "./seal/errors";
import { rewrap } from "./seal/granting";
import type { Working } from "./transfers";

interface BehindGiven {
  items: { doc: string; request: string }[];
  left: number;
  next: string | null;
}

const TOO_MANY = 429;
const TAKEN = 409;
/** Milliseconds to wait where the platform is asked too much at once, and how often. */
const WAIT = 5_000;
const TRIES = 18;

export class Rewrapping {
  constructor(
    private readonly http: Http,
    private readonly chains: Chains,
    private readonly author: () => Promise<Author>,
    private readonly handedOut: (doc: string, expect: { request: string }) => Promise<OpenedDocument>,
  ) {}

  /** How many documents, of one request or of all, the office reads with an older key. */
  async behind(code: string, request: string | null): Promise<number> {
    return (await this.page(code, request, null)).left;
  }

  /** Seal them to the newest keys of their readers.  What is not authentic is left as it is, and named. */
  async run(working: Working, request: string | null): Promise<RewrappedView> {
    this.chains.renew();
    const { authority } = await this.author();
    const found: RewrappedView = { done: 0, failed: [], stopped: false };
    let page = await this.page(authority.code, request, null);
    const total = page.left;
    for (let seen = 0; ; ) {
      for (const one of page.items) {
        working.told({ done: seen, total, phase: "sealing" });
        if (!(await this.one(working, one, found))) return { ...found, stopped: true };
        seen += 1;
      }
      working.told({ done: Math.min(seen, total), total, phase: "sealing" });
      if (page.next === null) return found;
      page = await this.page(authority.code, request, page.next);
    }
  }

  /** One document; false where somebody stopped it before. */
  private async one(working: Working, { doc, request }: BehindGiven["items"][number], found: RewrappedView): Promise<boolean> {
    try {
      await working.gate.open();
      if (working.gate.signal.aborted) return false;
      if (await this.patiently(working, () => this.twice(doc, request))) found.done += 1;
    } catch (error) {
      if (!(error instanceof SealFailure)) throw error;
      if (error.name === "Cancelled") return false;
      if (!NOT_AUTHENTIC.has(error.name) && !BROKEN.has(error.name)) throw error;
      if (!found.failed.includes(request)) found.failed.push(request);
    }
    return true;
  }

  /** Where somebody was faster, or an office has a newer key: look again, once. */
  private async twice(doc: string, request: string): Promise<boolean> {
    try {
      return await this.grant(doc, request);
    } catch (error) {
      if (!(error instanceof SealFailure) || error.problem?.status !== TAKEN) throw error;
      this.chains.renew();
      return this.grant(doc, request);
    }
  }

  private async grant(doc: string, request: string): Promise<boolean> {
    const opened = await this.handedOut(doc, { request });
    const readers = await Promise.all(opened.present.to.map((one) => this.chains.authority(one.authority)));
    const made = await rewrap(await this.author(), readers, opened);
    if (made) await this.http.json("POST", `/documents/${encodeURIComponent(doc)}/grants`, made);
    return made !== null;
  }

  private async patiently<T>(working: Working, run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof SealFailure) || error.problem?.status !== TOO_MANY || attempt >= TRIES) throw error;
      }
      await pause(working.gate.signal);
      if (working.gate.signal.aborted) throw new SealFailure("Cancelled");
    }
  }

  private page(code: string, request: string | null, after: string | null): Promise<BehindGiven> {
    const asked = new URLSearchParams({ ...(request ? { request } : {}), ...(after ? { after } : {}) });
    return this.http.json<BehindGiven>("GET", `/authorities/${encodeURIComponent(code)}/behind?${asked}`);
  }
}

/** Wait a while, or until somebody stops it. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, WAIT);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
