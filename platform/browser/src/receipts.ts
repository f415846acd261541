// Receipts, fetched and verified: since when the log has held what was signed about a document.

import type { Http } from "./http";
import type { Log } from "./log";
import { verifyReceipt } from "./seal/log/receipt";
import type { Logged } from "./seal/parties";

const NAMES = ["envelope_sha256", "grant_sha256"];

/**
 * When the log held what was signed about a document, by its hash, as far as receipts say.  Each must be signed with the
 * pinned key, and of the log that this browser has seen.
 */
export async function logged(http: Http, log: Log, root: string, request: string, doc: string): Promise<Logged> {
  const key = await log.key(root);
  if (!key) return {};
  const found: Logged = {};
  const there = `/requests/${encodeURIComponent(request)}/receipts`;
  const { items } = await http.json<{ items: { seq: number; sealed: boolean }[] }>("GET", `${there}?document=${encodeURIComponent(doc)}`);
  for (const { seq } of items.filter((one) => one.sealed)) {
    const { line, checkpoint } = verifyReceipt(await http.bytes(`${there}/${Number(seq)}`), { log: key, witnesses: [], least: 0 });
    await log.belongs(root, checkpoint);
    for (const sha256 of NAMES.map((name) => line.data[name])) {
      if (typeof sha256 === "string") found[sha256] ??= line.at; // the first line that names it
    }
  }
  return found;
}
