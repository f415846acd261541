// Receipts: one line of the journal with the proof that it is in the log.
//
// A receipt carries the line's exact text and the hash before it, and the leaf is made from these here: nothing that it
// shows could be another text than the one that was logged.

import { sha256 } from "@noble/hashes/sha2.js";

import { text, utf8 } from "../bytes";
import { canonical, type Json, Reader, strict } from "../canonical";
import { fail } from "../errors";
import type { Checkpoint } from "./checkpoint";
import type { VerifierKey } from "./notes";
import { parseProof, type Trust, verifyProof } from "./proof";

const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$/;
/** Letters of a line. */
const LONGEST = 262144;

/** A line of the journal as its text says it. */
export interface Line {
  seq: number;
  at: string;
  actor: string;
  cause: number | null;
  name: string;
  subject: string | null;
  data: { [key: string]: Json };
}

/** A line that was logged, the state of the log that shows it, and which witnesses have seen that state. */
export interface Proven {
  line: Line;
  checkpoint: Checkpoint;
  cosigned: VerifierKey[];
}

function lineOf(written: string): Line {
  const read = new Reader(strict(utf8(written)), "a line of the journal", ["actor", "at", "cause", "data", "name", "seq", "subject"]);
  const { cause, data, subject } = read.value;
  if (data === null || typeof data !== "object" || Array.isArray(data)) return fail("FormatError", "a line carries no table");
  const at = read.text("at");
  return {
    seq: read.number("seq", 1),
    at: MOMENT.test(at) ? at : fail("FormatError", "the time of a line"),
    actor: read.text("actor"),
    cause: cause === null ? null : read.number("cause", 1),
    name: read.text("name"),
    subject: subject === null ? null : read.text("subject"),
    data: data as { [key: string]: Json },
  };
}

/** The text of the line and the hash before it. */
function carried(extra: Uint8Array): { written: string; previous: string } {
  const source = text(extra);
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    return fail("FormatError", "not JSON");
  }
  const read = new Reader(value, "a receipt", ["v", "line", "prev"]);
  read.oneOf("v", 1);
  const found = { written: read.text("line", LONGEST), previous: read.matching("prev", "hash") };
  return canonical(value) === source ? found : fail("BadNote", "a receipt is not written in its one form");
}

/** What a receipt proves. */
export function verifyReceipt(data: Uint8Array, trust: Trust): Proven {
  const proof = parseProof(data);
  const { written, previous } = carried(proof.extra ?? fail("BadNote", "this proof does not carry its line"));
  const { checkpoint, cosigned } = verifyProof(proof, sha256(utf8(`${previous}\n${written}`)), trust);
  const line = lineOf(written);
  if (line.seq !== proof.index + 1) fail("BadProof", "the line has another number than its place in the log");
  return { line, checkpoint, cosigned };
}
