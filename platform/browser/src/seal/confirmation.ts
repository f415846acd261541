// Links of a chain: a signed statement, and the signed confirmations of those who agree to it.

import { sha256hex } from "./bytes";
import { type Json, Reader, strict } from "./canonical";
import { fail } from "./errors";
import { parseSigned } from "./keyset";

export const MOST_CONFIRMATIONS = 5;

/** A link taken apart; nothing of it is verified yet. */
export interface Link {
  statement: Uint8Array;
  confirmations: Uint8Array[];
  /** The statement's signed bytes, whose key set signed them, and their hash, by which everything else names it. */
  payload: Uint8Array;
  keyset: string;
  sha256: string;
}

export interface Confirmation {
  authority: string;
  seq: number;
  statement: string;
  by: string;
  created: string;
}

/** One or more lines joined by LF: the statement, then its confirmations in the order of their key sets. */
export function parseLink(link: Uint8Array): Link {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = link.indexOf(10); end >= 0; end = link.indexOf(10, start)) {
    lines.push(link.subarray(start, end));
    start = end + 1;
  }
  const [statement = link, ...confirmations] = [...lines, link.subarray(start)];
  if (confirmations.length > MOST_CONFIRMATIONS) fail("FormatError", "too many confirmations");
  const { payload, keyset } = parseSigned(statement);
  const keysets = confirmations.map((one) => parseSigned(one).keyset);
  if (keysets.some((one, place) => place > 0 && one <= (keysets[place - 1] as string))) fail("FormatError", "the confirmations are not in order");
  return { statement, confirmations, payload, keyset, sha256: sha256hex(payload) };
}

export function readConfirmation(payload: Uint8Array): Confirmation {
  const value = strict(payload);
  const read = new Reader(value, "a confirmation", ["v", "type", "authority", "seq", "statement", "by", "created"]);
  read.oneOf("v", 1);
  read.oneOf("type", "confirmation");
  return {
    authority: read.matching("authority", "code"),
    seq: read.number("seq"),
    statement: read.matching("statement", "hash"),
    by: value["by"] === "root" ? "root" : read.matching("by", "uuid"),
    created: read.matching("created", "time"),
  };
}

/** What is signed to confirm a statement. */
export function confirmationJson(said: Confirmation): Json {
  return { v: 1, type: "confirmation", ...said };
}

/** The link with one confirmation more, in order. */
export function withConfirmation(link: Uint8Array, confirmation: Uint8Array): Uint8Array<ArrayBuffer> {
  const { statement, confirmations } = parseLink(link);
  const keysetOf = (line: Uint8Array): string => parseSigned(line).keyset;
  const lines = [statement, ...[...confirmations, confirmation].sort((a, b) => (keysetOf(a) < keysetOf(b) ? -1 : 1))];
  const joined = new Uint8Array(lines.reduce((sum, line) => sum + line.length + 1, -1)).fill(10);
  let at = 0;
  for (const line of lines) {
    joined.set(line, at);
    at += line.length + 1;
  }
  parseLink(joined);
  return joined;
}
