// Headers of age files: inspected strictly, made for a given file key, opened with an identity.

import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Decrypter } from "age-encryption";

// The package's public interface draws a file key of its own; sealing one document to further readers needs a header for
// a given key.  These two modules are stable parts of the pinned version; a test compares what they make with it.
import { encodeHeader, encodeHeaderNoMAC } from "../../node_modules/age-encryption/dist/format.js";
import { HybridRecipient } from "../../node_modules/age-encryption/dist/recipients.js";

import { b64, type Bytes, utf8 } from "./bytes";
import { fail } from "./errors";

export interface Stanza {
  args: string[];
  body: Uint8Array;
}

export interface Header {
  stanzas: Stanza[];
  /** Everything up to and including the newline after the MAC. */
  raw: Bytes;
}

const LARGEST = 262144;
const MOST = 64;
const HYBRID = "mlkem768x25519";

function raw64(line: string): Bytes {
  if (!/^[A-Za-z0-9+/]*$/.test(line) || line.length % 4 === 1) return fail("HeaderError", "base64");
  const bytes = Uint8Array.from(atob(line), (letter) => letter.charCodeAt(0));
  return b64(bytes).replace(/=+$/, "") === line ? bytes : fail("HeaderError", "canonical base64");
}

/** The header at the start of `data`, read strictly [C2SP age]. */
export function parseHeader(data: Uint8Array): Header {
  let at = 0;
  const next = (): string => {
    const end = data.indexOf(10, at);
    if (end < 0 || end >= LARGEST) return fail("HeaderError", "it ends too early or is too large");
    const line = String.fromCharCode(...data.subarray(at, end));
    at = end + 1;
    return line;
  };
  if (next() !== "age-encryption.org/v1") fail("HeaderError", "not an age file");
  const stanzas: Stanza[] = [];
  let line = next();
  while (!line.startsWith("---")) {
    if (stanzas.length === MOST || !line.startsWith("-> ")) fail("HeaderError", "a stanza");
    const args = line.slice(3).split(" ");
    if (args.some((arg) => !/^[\x21-\x7e]+$/.test(arg))) fail("HeaderError", "an argument");
    let body = "";
    for (;;) {
      const piece = next();
      if (piece.length > 64) fail("HeaderError", "a long line");
      body += piece;
      if (piece.length < 64) break;
    }
    stanzas.push({ args, body: raw64(body) });
    line = next();
  }
  if (!stanzas.length || !line.startsWith("--- ") || raw64(line.slice(4)).length !== 32) fail("HeaderError", "the last line");
  return { stanzas, raw: data.slice(0, at) as Bytes };
}

/** Exactly `count` well-formed post-quantum stanzas, and nothing after the header where `whole`. */
export function requireHybrid(data: Uint8Array, count: number, whole: boolean): void {
  const header = parseHeader(data);
  const good = header.stanzas.every(
    ({ args, body }) => args.length === 2 && args[0] === HYBRID && raw64(args[1] as string).length === 1120 && body.length === 32,
  );
  if (!good || header.stanzas.length !== count || (whole && header.raw.length !== data.length)) {
    fail("WrongRecipients", "the header does not fit its envelope");
  }
}

/** Whether this is a well-formed `age1pq` recipient. */
export function isHybrid(recipient: string): boolean {
  try {
    return recipient.startsWith("age1pq1") && new HybridRecipient(recipient) instanceof HybridRecipient;
  } catch {
    return false;
  }
}

/** A header that seals `fileKey` to these `age1pq` recipients. */
export function sealHeader(fileKey: Uint8Array, recipients: string[]): Bytes {
  const stanzas = recipients.flatMap((recipient) => new HybridRecipient(recipient).wrapFileKey(fileKey));
  const key = hkdf(sha256, fileKey, undefined, utf8("header"), 32);
  return Uint8Array.from(encodeHeader(stanzas, hmac(sha256, key, encodeHeaderNoMAC(stanzas))));
}

/** The file key, if the identity opens the header and its MAC is right. */
export async function openHeader(header: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    return fail("WrongRecipients", String(error));
  }
}
