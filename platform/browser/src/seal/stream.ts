// STREAM: payloads in chunks of 64 KiB [C2SP age], a few at a time, while the next ones are read.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, utf8 } from "./bytes";
import { cipherFor } from "./cipher";
import { fail } from "./errors";
import { CHUNK, isPayloadLength, NONCE, TAG } from "./sizes";

const BATCH = 16;
const SEALED = CHUNK + TAG;

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Bytes {
  return Uint8Array.from(hkdf(sha256, fileKey, nonce, utf8("payload"), 32));
}

function nonceOf(counter: number, last: boolean): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, counter);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** A promise that is awaited later; until then its failure is nobody's. */
function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/**
 * Nonce and chunks of a file, in order.  `onPlain` is given the plaintext, a batch at a time, and may keep it; the next
 * batch waits for it.
 */
export async function* sealPayload(
  fileKey: Uint8Array,
  file: Blob,
  onPlain: (plain: Bytes) => void | Promise<void>,
): AsyncGenerator<Bytes> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
  const cipher = await cipherFor(payloadKey(fileKey, nonce));
  yield nonce;
  const chunks = Math.max(1, Math.ceil(file.size / CHUNK));
  const read = (first: number) => later(file.slice(first * CHUNK, (first + BATCH) * CHUNK).arrayBuffer());
  let ahead = read(0);
  for (let first = 0; first < chunks; first += BATCH) {
    const batch = new Uint8Array(await ahead);
    if (first + BATCH < chunks) ahead = read(first + BATCH);
    const sealing = Array.from({ length: Math.min(BATCH, chunks - first) }, (_, place) =>
      later(cipher.seal(nonceOf(first + place, first + place === chunks - 1), batch.subarray(place * CHUNK, (place + 1) * CHUNK))),
    );
    await onPlain(batch);
    for (const sealed of sealing) yield await sealed;
  }
}

/**
 * The plaintext of a payload that comes in pieces of any length, which are not used after the next one was asked for.
 * Ends with HashMismatch where a chunk is wrong or missing.
 */
export async function* openPayload(fileKey: Uint8Array, pieces: AsyncIterable<Uint8Array>, payloadBytes: number): AsyncGenerator<Bytes> {
  if (payloadBytes < NONCE) fail("HeaderError", "it ends before its payload");
  if (!isPayloadLength(payloadBytes)) fail("HashMismatch", "no payload has this length");
  const chunks = Math.max(1, Math.ceil((payloadBytes - NONCE) / SEALED));
  const size = (n: number): number => (n < chunks - 1 ? SEALED : payloadBytes - NONCE - (chunks - 1) * SEALED);
  const source = new Pieces(pieces);
  const cipher = await cipherFor(payloadKey(fileKey, await source.take(NONCE)));
  for (let first = 0; first < chunks; first += BATCH) {
    const opening: Promise<Bytes | null>[] = [];
    for (let n = first; n < Math.min(first + BATCH, chunks); n++) {
      opening.push(later(cipher.open(nonceOf(n, n === chunks - 1), await source.take(size(n)))));
    }
    for (const plain of opening) yield (await plain) ?? fail("HashMismatch", "a chunk");
  }
  if (!(await source.ended())) fail("HashMismatch", "something follows");
}

class Pieces {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.iterator = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes: a view where one piece holds them all, else a copy. */
  async take(count: number): Promise<Bytes> {
    if (this.rest.length >= count) return this.cut(count);
    const out = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      if (await this.ended()) fail("HashMismatch", "it ends too early");
      const taken = this.cut(Math.min(count - at, this.rest.length));
      out.set(taken, at);
      at += taken.length;
    }
    return out;
  }

  async ended(): Promise<boolean> {
    while (!this.rest.length) {
      const next = await this.iterator.next();
      if (next.done) return true;
      this.rest = next.value;
    }
    return false;
  }

  private cut(count: number): Bytes {
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return taken as Bytes;
  }
}
