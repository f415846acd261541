// The approval: a second officer's signature over the cover and every document of a draft.

import { type Authority, signerOf } from "./authority";
import { type Json, Reader, strict } from "./canonical";
import { fail, SealFailure } from "./errors";
import { parseSigned, TYPES, verifySigned } from "./keyset";
import { type Sender, senderOf } from "./parties";

export interface Approval {
  request: string;
  cover_sha256: string;
  documents: Json[];
  by: Sender;
  created: string;
}

function parse(payload: Uint8Array): Approval {
  const read = new Reader(strict(payload), "the approval", ["v", "type", "request", "cover_sha256", "documents", "by", "created"]);
  read.oneOf("v", 1);
  read.oneOf("type", "approval");
  return {
    request: read.matching("request", "uuid"),
    cover_sha256: read.matching("cover_sha256", "hash"),
    documents: read.items("documents"),
    by: senderOf(read.value["by"], "the signer"),
    created: read.matching("created", "time"),
  };
}

/** An approval, signed by whom it names, as a member of the authority that it names.  Raises a failure that is not authentic. */
export async function verifyApproval(signed: Uint8Array, authority: (code: string) => Promise<Authority>): Promise<Approval> {
  try {
    const { by, created } = parse(parseSigned(signed).payload);
    const signer = signerOf(await authority(by.authority), by.user, by.keyset, created);
    return parse(verifySigned(signed, signer.keys, TYPES.approval));
  } catch (error) {
    if (error instanceof SealFailure && error.name === "FormatError") return fail("SignatureInvalid", error.message);
    throw error;
  }
}
