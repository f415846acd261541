// Who sent and who may read: the entries that manifests, envelopes and grants share.

import { type Json, Reader } from "./canonical";
import { fail } from "./errors";

export interface Sender {
  authority: string;
  user: string;
  keyset: string;
}

export interface To {
  authority: string;
  epoch: number;
  recipient_sha256: string;
}

export function senderOf(value: Json | undefined, what = "the sender"): Sender {
  const read = new Reader(value, what, ["authority", "user", "keyset"]);
  return { authority: read.matching("authority", "code"), user: read.matching("user", "uuid"), keyset: read.matching("keyset", "hash") };
}

/** The times of verified receipts, by the hash of what was signed. */
export interface Logged {
  [sha256: string]: string;
}

/** The list `to`: not empty, sorted, no authority twice. */
export function readersIn(values: Json[]): To[] {
  const found = values.map((value) => {
    const read = new Reader(value, "a reader", ["authority", "epoch", "recipient_sha256"]);
    return {
      authority: read.matching("authority", "code"),
      epoch: read.number("epoch", 1),
      recipient_sha256: read.matching("recipient_sha256", "hash"),
    };
  });
  const codes = found.map((one) => one.authority);
  if (!codes.length || codes.some((code, place) => place > 0 && code <= (codes[place - 1] as string))) fail("FormatError", "the readers");
  return found;
}
