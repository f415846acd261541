// Bringing a document in and taking it out, part by part, with reading, sealing, hashing and sending at the same time.
// Whatever the size, a few parts are in memory.

import type { Gate, Http } from "./http";
import { startHashing } from "./hashing";
import type { Progress } from "./protocol";
import { type Bytes, hex, random } from "./seal/bytes";
import type { OpenedDocument } from "./seal/document";
import { fail } from "./seal/errors";
import { sealHeader } from "./seal/header";
import { leafOf, PART, partsOf, payloadLength, treeRoot } from "./seal/sizes";
import { openPayload, sealPayload } from "./seal/stream";

export interface Working {
  gate: Gate;
  told: (progress: Progress) => void;
}

export interface Uploaded {
  id: string;
  header: Bytes;
  tree: string;
  payloadBytes: number;
  plainSha256: string;
}

declare const self: { COMITY_HASH?: string };

/** Pieces put together into parts.  A part is used again for the one after the next. */
async function* inParts(pieces: AsyncIterable<Bytes>, total: number): AsyncGenerator<Bytes> {
  const room = Math.min(PART, total);
  let [part, other] = [new Uint8Array(room), new Uint8Array(total > PART ? room : 0)];
  let filled = 0;
  for await (let piece of pieces) {
    while (piece.length) {
      const taken = piece.subarray(0, part.length - filled);
      part.set(taken, filled);
      filled += taken.length;
      piece = piece.subarray(taken.length);
      if (filled < part.length) continue;
      yield part;
      [part, other, filled] = [other, part, 0];
    }
  }
  if (filled) yield part.subarray(0, filled);
}

/** Seal a file and bring it in while it is sealed.  Where that ends before its end, nothing stays open. */
export async function upload(http: Http, input: { request: string; purpose: string; blob: Blob }, recipients: string[], working: Working): Promise<Uploaded> {
  const total = input.blob.size;
  const payloadBytes = payloadLength(total);
  const body = { request: input.request, purpose: input.purpose, payload_bytes: payloadBytes };
  const { id } = await http.json<{ id: string }>("POST", "/uploads", body, working.gate);
  const plain = startHashing(total, self.COMITY_HASH);
  const leaves: Uint8Array[] = [];
  const put = async (part: Bytes, hashing: Promise<Uint8Array>): Promise<void> => {
    const leaf = await hashing;
    await http.put(`/uploads/${id}/parts/${leaves.length}`, part, { "Comity-Leaf": hex(leaf) }, working.gate);
    leaves.push(leaf);
    working.told({ done: Math.min(leaves.length * PART, total), total, phase: "uploading" });
  };
  try {
    const fileKey = random(16);
    const header = sealHeader(fileKey, recipients);
    let before: Promise<void> = Promise.resolve();
    for await (const part of inParts(sealPayload(fileKey, input.blob, (batch) => plain.update(batch)), payloadBytes)) {
      const leaf = leafOf(part);
      await before;
      before = put(part, leaf);
      before.catch(() => undefined); // it is awaited with the next part
    }
    await before;
    return { id, header, tree: treeRoot(leaves), payloadBytes, plainSha256: await plain.digest() };
  } catch (error) {
    await http.json("DELETE", `/uploads/${id}`).catch(() => undefined);
    throw error;
  } finally {
    plain.end();
  }
}

/** Check 6: download, hash, decrypt; the content is given back only when all of it is as it was signed. */
export async function content(http: Http, { manifest, fileKey }: OpenedDocument, working: Working): Promise<Blob> {
  const leaves: Promise<Uint8Array>[] = [];
  const count = partsOf(manifest.cipher.payload_bytes);
  const fetchPart = (n: number): Promise<Bytes> => {
    const part = http.bytes(`/documents/${manifest.doc}/parts/${n}`, working.gate);
    part.catch(() => undefined); // it is awaited when its turn comes
    return part;
  };
  async function* parts(): AsyncGenerator<Bytes> {
    let ahead = fetchPart(0);
    for (let n = 0; n < count; n++) {
      const part = await ahead;
      if (n + 1 < count) ahead = fetchPart(n + 1);
      leaves.push(leafOf(part));
      yield part;
    }
  }
  const plain = startHashing(manifest.size, self.COMITY_HASH);
  try {
    const done: Blob[] = [];
    let batch: Bytes[] = [];
    let size = 0;
    let waiting = 0;
    const release = async (): Promise<void> => {
      done.push(new Blob(batch));
      for (const piece of batch) await plain.update(piece);
      [batch, waiting] = [[], 0];
      working.told({ done: size, total: manifest.size, phase: "opening" });
    };
    for await (const piece of openPayload(fileKey, parts(), manifest.cipher.payload_bytes)) {
      batch.push(piece);
      size += piece.length;
      waiting += piece.length;
      if (waiting >= PART) await release();
    }
    if (waiting) await release();
    if (treeRoot(await Promise.all(leaves)) !== manifest.cipher.payload_tree) fail("HashMismatch", "the payload");
    if (size !== manifest.size || (await plain.digest()) !== manifest.plain_sha256) fail("HashMismatch", "the content");
    return new Blob(done, { type: "application/octet-stream" });
  } finally {
    plain.end();
  }
}
