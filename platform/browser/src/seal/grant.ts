// Grants: signed notes that a document was given other headers, for more readers or for newer epochs of the same.

import { type Authority, signerOf } from "./authority";
import { sha256hex } from "./bytes";
import { Reader, strict } from "./canonical";
import { fail, SealFailure } from "./errors";
import { parseSigned, TYPES, verifySigned } from "./keyset";
import { type Logged, readersIn, type Sender, senderOf, type To } from "./parties";

export interface Grant {
  doc: string;
  ver: number;
  envelope_sha256: string;
  n: number;
  prev_header_sha256: string;
  header_sha256: string;
  prev_manifest_age_sha256: string;
  manifest_age_sha256: string;
  to: To[];
  reason: string;
  by: Sender;
  created: string;
  sha256: string;
}

/** What header and sealed manifest of a document are now, and who reads it. */
export interface Present {
  header_sha256: string;
  manifest_age_sha256: string;
  to: To[];
}

function parseGrant(payload: Uint8Array): Grant {
  const read = new Reader(strict(payload), "the grant", [
    "v", "type", "doc", "ver", "envelope_sha256", "n", "prev_header_sha256", "header_sha256", "prev_manifest_age_sha256",
    "manifest_age_sha256", "to", "reason", "by", "created",
  ]);
  read.oneOf("v", 1);
  read.oneOf("type", "grant");
  return {
    doc: read.matching("doc", "uuid"),
    ver: read.number("ver", 1),
    envelope_sha256: read.matching("envelope_sha256", "hash"),
    n: read.number("n", 1),
    prev_header_sha256: read.matching("prev_header_sha256", "hash"),
    header_sha256: read.matching("header_sha256", "hash"),
    prev_manifest_age_sha256: read.matching("prev_manifest_age_sha256", "hash"),
    manifest_age_sha256: read.matching("manifest_age_sha256", "hash"),
    to: readersIn(read.items("to", 64)),
    reason: read.oneOf("reason", "added", "rewrap"),
    by: senderOf(read.value["by"], "the signer"),
    created: read.matching("created", "time"),
    sha256: sha256hex(payload),
  };
}

/**
 * What the grants, one after the other, have made of what the envelope says; whether its readers' keys are theirs is for the
 * caller to compare.
 */
export async function follow(
  grants: Uint8Array[],
  envelope: Present & { doc: string; ver: number; sha256: string },
  authority: (code: string) => Promise<Authority>,
  logged: Logged = {},
): Promise<Present> {
  let present: Present = envelope;
  for (const [place, signed] of grants.entries()) {
    const grant = await checked(signed, authority, logged);
    if (grant.doc !== envelope.doc || grant.ver !== envelope.ver || grant.envelope_sha256 !== envelope.sha256 || grant.n !== place + 1) {
      fail("HashMismatch", "a grant for another document");
    }
    if (grant.prev_header_sha256 !== present.header_sha256 || grant.prev_manifest_age_sha256 !== present.manifest_age_sha256) {
      fail("HashMismatch", "a grant does not follow");
    }
    if (!present.to.some((one) => one.authority === grant.by.authority)) fail("UnknownSigner", "the signer of a grant was no reader");
    checkReach(present.to, grant);
    present = grant;
  }
  return present;
}

async function checked(
  signed: Uint8Array,
  authority: (code: string) => Promise<Authority>,
  logged: Logged,
): Promise<Grant> {
  try {
    const { by, created, sha256 } = parseGrant(parseSigned(signed).payload);
    const signer = signerOf(await authority(by.authority), by.user, by.keyset, created, logged[sha256]);
    return parseGrant(verifySigned(signed, signer.keys, TYPES.grant));
  } catch (error) {
    if (error instanceof SealFailure && error.name === "FormatError") return fail("SignatureInvalid", error.message);
    throw error;
  }
}

/** Every reader of before is one still, at the same epoch or a newer; "added" adds one at least, "rewrap" none. */
function checkReach(before: To[], { to, reason }: Grant): void {
  const kept = before.every((old) => to.some((one) => one.authority === old.authority && one.epoch >= old.epoch));
  const added = to.length - before.length;
  if (!kept || (reason === "added" ? added < 1 : added !== 0)) fail("WrongRecipients", "the readers of a grant");
}
