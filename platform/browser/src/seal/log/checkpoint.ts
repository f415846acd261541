// Checkpoints: what a log signs of its tree, and witnesses of that [C2SP tlog-checkpoint, tlog-cosignature].

import { type Bytes, concat, equal, hex, utf8 } from "../bytes";
import { fail } from "../errors";
import { EMPTY } from "./merkle";
import { LOG, Note, noted64, type VerifierKey, WITNESS } from "./notes";

/** The last second of the year 9999. */
const LATEST = 253402300799n;

/** A parsed checkpoint; nothing of it is verified. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  note: Note;
}

/** Extension lines are refused: nobody could audit them. */
export function parseCheckpoint(data: Uint8Array): Checkpoint {
  const note = Note.parse(data);
  const [origin = "", written = "", hash, ...more] = note.text.slice(0, -1).split("\n");
  if (!origin || hash === undefined || more.length) return fail("BadNote", "a checkpoint has three lines");
  const size = Number(written);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(written) || !Number.isSafeInteger(size)) fail("BadNote", "the size in a checkpoint");
  const root = noted64(hash);
  if (root.length !== 32 || (size === 0 && !equal(root, EMPTY))) fail("BadNote", "the root in a checkpoint");
  return { origin, size, root, note };
}

/** The checkpoint, signed by the log whose key this is. */
export function openCheckpoint(data: Uint8Array, key: VerifierKey): Checkpoint {
  if (key.kind !== LOG) fail("UnknownLogKey", "the key of a witness");
  const checkpoint = parseCheckpoint(data);
  if (checkpoint.origin !== key.name) fail("UnknownLogKey", checkpoint.origin);
  if (!checkpoint.note.signedBy(key)) fail("UnknownLogKey", "not signed with the key that is known");
  return checkpoint;
}

/** Raises SignatureInvalid unless this is a cosignature by the witness whose key this is. */
function verifyCosignature(text: string, key: VerifierKey, signature: Bytes): void {
  if (key.kind !== WITNESS || signature.length !== 72) return fail("SignatureInvalid", key.name);
  const at = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  if (at > LATEST) fail("SignatureInvalid", "a time that will not come");
  key.verify(concat(utf8(`cosignature/v1\ntime ${at}\n`), utf8(text)), signature.subarray(8));
}

/** Which of the witnesses have cosigned, each key once, however many names it has; too few are TooFewWitnesses. */
export function requireWitnesses(checkpoint: Checkpoint, witnesses: VerifierKey[], least: number): VerifierKey[] {
  const found = new Map<string, VerifierKey>();
  for (const key of witnesses) {
    for (const signature of checkpoint.note.by(key)) {
      verifyCosignature(checkpoint.note.text, key, signature);
      if (!found.has(hex(key.open))) found.set(hex(key.open), key);
    }
  }
  return found.size < least ? fail("TooFewWitnesses", `${found.size} of ${least}`) : [...found.values()];
}
