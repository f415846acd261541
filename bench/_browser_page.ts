// The page of bench/browser-seal: the page's side of the product's key worker, and what the figure asks of it.
//
// It asks the receiver for one order after the other.  A browser that is driven from outside would show every body that
// it sends to whoever drives it, and spend most of its time on that.

import { Keys, type Progress, Transfer } from "../platform/browser/src/keys";

const started = Keys.start();
const name = location.pathname.slice(1);
let chosen = new Blob();

interface Sealing {
  request: string;
  ref: string;
  purpose: string;
  readers: string[];
  /** The share of the file after which the transfer is cancelled. */
  cancelAfter?: number;
}

const orders = {
  /** Whether the browser has the cipher itself. */
  async native(): Promise<boolean> {
    const key = new Uint8Array(32);
    return crypto.subtle.importKey("raw-secret" as "raw", key, "ChaCha20-Poly1305", false, ["encrypt"]).then(() => true, () => false);
  },

  /** Unlock, and fetch the file to seal; its size. */
  async begin(passphrase: string): Promise<number> {
    await (await started).unlock(passphrase);
    chosen = await (await fetch("/chosen", { cache: "no-store" })).blob();
    return chosen.size;
  },

  /** Seal the file; how long it took, and what was told of the way. */
  async seal({ cancelAfter, ...input }: Sealing) {
    const transfer = new Transfer();
    const told: number[] = [];
    transfer.onprogress = ({ done, total }: Progress) => {
      told.push(done);
      if (cancelAfter !== undefined && done >= total * cancelAfter) transfer.cancel();
    };
    const label = { name: "large.bin", media: "application/octet-stream", lang: "und" };
    const start = performance.now();
    try {
      const { doc } = await (await started).seal({ ...input, ...label, blob: chosen }, transfer);
      return { doc, seconds: (performance.now() - start) / 1000, told, failed: "" };
    } catch (error) {
      return { doc: "", seconds: 0, told, failed: (error as Error).name };
    }
  },

  /** Open it; how long that took, and how large the content is. */
  async open(doc: string, request: string) {
    const start = performance.now();
    const { blob } = await (await started).open(doc, { request, purpose: "annex" });
    return { seconds: (performance.now() - start) / 1000, size: blob.size };
  },
};

async function work(): Promise<never> {
  for (;;) {
    const { order, args } = (await (await fetch(`/orders/${name}`)).json()) as { order: keyof typeof orders; args: unknown[] };
    let answer: unknown;
    try {
      answer = { result: await (orders[order] as (...args: unknown[]) => Promise<unknown>)(...args) };
    } catch (error) {
      answer = { failed: `${(error as Error).name}: ${(error as Error).message}` };
    }
    await fetch(`/answers/${name}`, { method: "PUT", body: JSON.stringify(answer) });
  }
}

void work();
