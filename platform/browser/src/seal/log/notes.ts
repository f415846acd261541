// Signed notes and the keys that verify them [C2SP signed-note, tlog-cosignature].
//
// A note that a known key has signed wrongly is refused as a whole; signatures of unknown keys are passed over.

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { b64, type Bytes, concat, equal, hex, text, unb64, utf8 } from "../bytes";
import { fail } from "../errors";

/** The types of keys: those of logs sign a note's text, those of witnesses the time and the text (cosignature/v1). */
export const LOG = 0x01;
export const WITNESS = 0x04;

const LARGEST = 65536;
const MOST_SIGNATURES = 64;
const DASH = "\u2014 ";
export const NAME = /^[^\p{White_Space}+\0-\x1f]{1,200}$/u;

/** The bytes of canonical base64; whatever is not is a note that is none. */
export function noted64(value: string): Bytes {
  try {
    return unb64(value);
  } catch {
    return fail("BadNote", "not canonical base64");
  }
}

function checkName(name: string): string {
  return NAME.test(name) ? name : fail("BadNote", "the name of a key");
}

export class VerifierKey {
  /** The four bytes by which a signature names its key. */
  readonly id: Bytes;

  private constructor(readonly name: string, readonly kind: number, readonly open: Bytes) {
    this.id = sha256(concat(utf8(`${name}\n`), new Uint8Array([kind]), open)).slice(0, 4) as Bytes;
  }

  /** From `name+hash+base64`. */
  static parse(written: string): VerifierKey {
    const [name = "", hash = "", ...rest] = written.trim().split("+");
    if (!rest.length || !/^[0-9a-f]{8}$/.test(hash)) fail("BadNote", "not a verifier key");
    const data = noted64(rest.join("+"));
    const kind = data[0] as number;
    if (data.length !== 33 || (kind !== LOG && kind !== WITNESS)) fail("BadNote", "not an Ed25519 key of a log or of a witness");
    const key = new VerifierKey(checkName(name), kind, data.slice(1));
    return hex(key.id) === hash ? key : fail("BadNote", "a verifier key that was mistyped or changed");
  }

  toString(): string {
    return `${this.name}+${hex(this.id)}+${b64(concat(new Uint8Array([this.kind]), this.open))}`;
  }

  verify(message: Uint8Array, signature: Uint8Array): void {
    let good = false;
    try {
      good = ed25519.verify(signature, message, this.open, { zip215: false });
    } catch {
      good = false;
    }
    if (!good) fail("SignatureInvalid", this.name);
  }
}

interface Signature {
  name: string;
  keyId: Bytes;
  signature: Bytes;
}

function parseSignature(line: string): Signature {
  if (!line.startsWith(DASH)) fail("BadNote", "a signature line");
  const [name = "", ...rest] = line.slice(DASH.length).split(" ");
  const data = noted64(rest.join(" "));
  if (data.length < 5) fail("BadNote", "a signature is too short");
  return { name: checkName(name), keyId: data.slice(0, 4), signature: data.slice(4) };
}

function decoded(data: Uint8Array): string {
  if (data.length > LARGEST) fail("BadNote", "a note is too large");
  try {
    return text(data);
  } catch {
    return fail("BadNote", "a note is not UTF-8");
  }
}

/** A parsed, not yet verified note; `text` ends with a newline. */
export class Note {
  private constructor(readonly text: string, readonly signatures: Signature[]) {}

  static parse(data: Uint8Array): Note {
    const whole = decoded(data);
    if (/[\0-\x09\x0b-\x1f]/.test(whole)) fail("BadNote", "a note holds a control character");
    const at = whole.lastIndexOf("\n\n");
    if (at < 1 || !whole.endsWith("\n") || at + 2 >= whole.length) fail("BadNote", "a note is a text, an empty line, and signatures");
    const lines = whole.slice(at + 2, -1).split("\n");
    if (lines.length > MOST_SIGNATURES) fail("BadNote", "a note has too many signatures");
    return new Note(whole.slice(0, at + 1), lines.map(parseSignature));
  }

  /** The signatures that name this key, not verified. */
  by(key: VerifierKey): Bytes[] {
    return this.signatures.filter((one) => one.name === key.name && equal(one.keyId, key.id)).map((one) => one.signature);
  }

  /** Whether a LOG key has signed the text; SignatureInvalid where it seems so and is not. */
  signedBy(key: VerifierKey): boolean {
    const found = this.by(key);
    for (const signature of found) key.verify(utf8(this.text), signature);
    return found.length > 0;
  }
}
