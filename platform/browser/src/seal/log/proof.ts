// Proofs that a leaf is in a log, as a text that verifies offline [C2SP tlog-proof].

import { type Bytes, utf8 } from "../bytes";
import { fail } from "../errors";
import { type Checkpoint, openCheckpoint, requireWitnesses } from "./checkpoint";
import { leaf, verifyInclusion } from "./merkle";
import { noted64, type VerifierKey } from "./notes";

const FIRST = utf8("c2sp.org/tlog-proof@v1\n");
const LARGEST = 524288;
const MOST_HASHES = 63;

/** Whom a verifier trusts: one log, and `least` of these witnesses. */
export interface Trust {
  log: VerifierKey;
  witnesses: VerifierKey[];
  least: number;
}

/** A parsed proof; nothing of it is verified, and `extra` is authenticated by nobody. */
export interface Proof {
  index: number;
  hashes: Bytes[];
  checkpoint: Bytes;
  extra: Bytes | null;
}

/** Where the empty line that ends the proof's own lines begins. */
function separator(data: Uint8Array): number {
  for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) if (data[at + 1] === 10) return at;
  return fail("BadNote", "this proof lacks its checkpoint");
}

export function parseProof(data: Uint8Array): Proof {
  if (data.length > LARGEST || !FIRST.every((byte, place) => data[place] === byte)) fail("BadNote", "not a proof of a transparency log");
  const rest = data.slice(FIRST.length) as Bytes;
  const end = separator(rest);
  const lines = Array.from(rest.subarray(0, end), (byte) => String.fromCharCode(byte)).join("").split("\n");
  const extra = lines[0]?.startsWith("extra ") ? noted64((lines.shift() as string).slice(6)) : null;
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "")?.[1] ?? fail("BadNote", "this proof lacks its index");
  const hashes = lines.map(noted64);
  const checkpoint = rest.slice(end + 2);
  if (!checkpoint.length) fail("BadNote", "this proof lacks its checkpoint");
  if (hashes.length > MOST_HASHES || hashes.some((one) => one.length !== 32)) fail("BadNote", "hashes that are none");
  return { index: Number(index), hashes, checkpoint, extra };
}

/** The checkpoint and its witnesses, if `data` stands at this place of that log. */
export function verifyProof(proof: Proof, data: Uint8Array, trust: Trust): { checkpoint: Checkpoint; cosigned: VerifierKey[] } {
  const checkpoint = openCheckpoint(proof.checkpoint, trust.log);
  const cosigned = requireWitnesses(checkpoint, trust.witnesses, trust.least);
  verifyInclusion(proof.index, checkpoint.size, leaf(data), proof.hashes, checkpoint.root);
  return { checkpoint, cosigned };
}
