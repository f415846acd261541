// What the vectors of `log/` ask of the browser's code; the same checks as in log_checks.py.

import { type Bytes, concat, hex, unb64, unhex as digits, utf8 } from "../../platform/browser/src/seal/bytes";
import { parseEnvelope, parseManifest } from "../../platform/browser/src/seal/document";
import { openCheckpoint, parseCheckpoint, requireWitnesses } from "../../platform/browser/src/seal/log/checkpoint";
import { consistencyProof, head, leaf, node, verifyConsistency, verifyInclusion } from "../../platform/browser/src/seal/log/merkle";
import { Note, VerifierKey } from "../../platform/browser/src/seal/log/notes";
import type { Trust } from "../../platform/browser/src/seal/log/proof";
import { verifyReceipt } from "../../platform/browser/src/seal/log/receipt";
import { fromTiles, tilePath } from "../../platform/browser/src/seal/log/tiles";

interface Given {
  [field: string]: unknown;
}

const unhex = (text: unknown): Bytes => digits(text as string);
const unhexed = (texts: unknown): Bytes[] => (texts as string[]).map(unhex);

async function compared(given: Given, run: () => unknown): Promise<string> {
  let found: unknown;
  try {
    found = await run();
  } catch (error) {
    found = (error as Error).name;
  }
  const wanted = given["error"] || given["gives"];
  return JSON.stringify(found) === JSON.stringify(wanted) ? "" : `${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
}

function trust(given: Given): Trust {
  const witnesses = ((given["witnesses"] ?? []) as string[]).map((one) => VerifierKey.parse(one));
  return { log: VerifierKey.parse(given["key"] as string), witnesses, least: (given["least"] ?? 0) as number };
}

function note(given: Given): unknown {
  const found = Note.parse(unb64(given["note"]));
  return [found.text, found.signedBy(VerifierKey.parse(given["key"] as string))];
}

function checkpoint(given: Given): unknown {
  const data = unb64(given["note"]);
  const known = given["key"] === null ? null : trust(given);
  const found = known ? openCheckpoint(data, known.log) : parseCheckpoint(data);
  const names = known ? requireWitnesses(found, known.witnesses, known.least).map((one) => one.name) : [];
  return [found.origin, found.size, hex(found.root), names];
}

function inclusion(given: Given): void {
  const [index, size] = [given["index"] as number, given["size"] as number];
  verifyInclusion(index, size, unhex(given["leaf"]), unhexed(given["proof"]), unhex(given["root"]));
}

function consistency(given: Given): void {
  const [old, size] = [given["old"] as number, given["size"] as number];
  verifyConsistency(old, unhex(given["old_root"]), size, unhex(given["root"]), unhexed(given["proof"]));
}

/** Tiles over leaf hashes, made the plain way, by level and place. */
function plainTiles(leaves: Bytes[]): Map<string, Bytes> {
  const found = new Map<string, Bytes>();
  for (let level = 0, hashes = leaves; hashes.length; level++) {
    const above: Bytes[] = [];
    for (let n = 0; n * 256 < hashes.length; n++) {
      let row = hashes.slice(n * 256, (n + 1) * 256);
      found.set(`${level}/${n}`, concat(...row));
      if (row.length < 256) continue;
      while (row.length > 1) row = row.flatMap((left, place) => (place % 2 ? [] : [node(left, row[place + 1] as Bytes)]));
      above.push(row[0] as Bytes);
    }
    hashes = above;
  }
  return found;
}

const counted = new Map<number, Map<string, Bytes>>();

function numbered(count: number): Map<string, Bytes> {
  const bytes = (n: number): Uint8Array => new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
  const found = counted.get(count) ?? plainTiles(Array.from({ length: count }, (_, n) => leaf(bytes(n))));
  counted.set(count, found);
  return found;
}

async function tree(given: Given): Promise<unknown> {
  const [old, size] = [given["old"] as number, given["size"] as number];
  const kept = given["leaves"] ? plainTiles(unhexed(given["leaves"]).map(leaf)) : numbered(given["count"] as number);
  const subtree = fromTiles(size, async (path) => {
    const [, level = "", rest = ""] = /^tile\/(\d)\/(.*)$/.exec(path) ?? [];
    const [place = "", width = "256"] = rest.split(".p/");
    return (kept.get(`${level}/${Number(place.replace(/[x/]/g, ""))}`) as Bytes).slice(0, Number(width) * 32);
  });
  return [hex(await head(size, subtree)), (await consistencyProof(old, size, subtree)).map(hex)];
}

function receipt(given: Given): unknown {
  const { line, checkpoint: shown, cosigned } = verifyReceipt(unb64(given["receipt"]), trust(given));
  return [line.seq, line.at, line.name, line.subject, shown.size, cosigned.map((one) => one.name)];
}

const run = (check: (given: Given) => unknown) => (given: Given): Promise<string> => compared(given, () => check(given));

export const LOG_CHECKS: Record<string, (given: Given) => Promise<string>> = {
  key: run((given) => VerifierKey.parse(given["key"] as string).toString()),
  note: run(note),
  checkpoint: run(checkpoint),
  inclusion: run(inclusion),
  consistency: run(consistency),
  tree: run(tree),
  tile: run((given) => tilePath({ level: given["level"] as number, n: given["n"] as number, width: given["width"] as number })),
  receipt: run(receipt),
  relied: run((given) => [parseEnvelope(utf8(given["envelope"] as string)).dir, parseManifest(utf8(given["manifest"] as string)).dir]),
  handled: run((given) => [parseEnvelope(utf8(given["envelope"] as string)).handling, parseManifest(utf8(given["manifest"] as string)).handling]),
  translated: run((given) => {
    parseEnvelope(utf8(given["envelope"] as string));
    return parseManifest(utf8(given["manifest"] as string)).translation;
  }),
};
