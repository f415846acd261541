// Statements about an authority, read strictly: each type with exactly its fields.  What they may say is for rules.ts.

import { type Epoch, type Member, type Officer, recipientSha256 } from "./authority";
import { type Json, Reader, strict } from "./canonical";
import { fail } from "./errors";
import { isHybrid } from "./header";
import { PublicKeySet } from "./keyset";

export interface RecoverySet {
  officers: Officer[];
  recipient: string;
  files: { outer: string; inner: string; sha256: string }[];
  wrap: string;
}

export type Said =
  | { type: "member.add"; member: Member; wrap: string }
  | { type: "member.remove"; user: string; reason: string; epoch: Epoch }
  | { type: "admin.add"; user: string }
  | { type: "admin.remove"; user: string; reason: string }
  | { type: "epoch.rotate"; epoch: Epoch }
  | { type: "recovery.set"; set: RecoverySet }
  | { type: "recovery.admit"; member: Member; admin: boolean; epoch: Epoch }
  | { type: "key.revoke"; user: string; keyset: string; since: string; reason: string };

/** What every statement after the genesis says of itself. */
export interface Statement {
  seq: number;
  prev: string;
  authority: string;
  by: string;
  created: string;
  said: Said;
}

export interface Genesis {
  authority: string;
  kind: string;
  organ: string | null;
  names: { en: string; fr: string };
  members: Member[];
  admins: string[];
  epoch: Epoch;
  created: string;
}

const COMMON = ["v", "type", "seq", "prev", "authority", "by", "created"];
const OWN: { [Type in Said["type"]]: string[] } = {
  "member.add": ["member", "wrap"],
  "member.remove": ["user", "reason", "epoch"],
  "admin.add": ["user"],
  "admin.remove": ["user", "reason"],
  "epoch.rotate": ["epoch"],
  "recovery.set": ["officers", "recipient", "files", "wrap"],
  "recovery.admit": ["member", "admin", "epoch"],
  "key.revoke": ["user", "keyset", "since", "reason"],
};
const MOST_OFFICERS = 4;
const REASON = 200;

export function readGenesis(payload: Uint8Array): Genesis {
  const value = inPlace(payload, 0, null);
  if (value["type"] !== "genesis") fail("BrokenChain", "it does not begin with a genesis");
  const read = new Reader(value, "the genesis", [
    "v", "type", "seq", "prev", "authority", "kind", "organ", "names", "members", "admins", "epoch", "created",
  ]);
  read.oneOf("v", 1);
  const names = new Reader(value["names"], "the names", ["en", "fr"]);
  return {
    created: read.matching("created", "time"),
    authority: read.matching("authority", "code"),
    kind: read.oneOf("kind", "state", "court", "organisation"),
    organ: read.oneOf("organ", null, "otp", "registry"),
    names: { en: names.text("en", 200), fr: names.text("fr", 200) },
    members: inOrder(read.items("members").map(member), (one) => one.user, "the members"),
    admins: inOrder(read.items("admins").map((one) => (typeof one === "string" ? one : fail("FormatError", "the admins"))), (one) => one, "the admins"),
    epoch: epoch(value["epoch"]),
  };
}

/** The statement, if it says that it belongs here; to say otherwise is worse than to be of a wrong form. */
function inPlace(payload: Uint8Array, seq: number, prev: string | null): { [key: string]: Json } {
  const value = strict(payload);
  return value["seq"] === seq && value["prev"] === prev ? value : fail("BrokenChain", `statement ${seq} does not follow the one before it`);
}

/** A statement after the genesis, which has to come in this place. */
export function readStatement(payload: Uint8Array, seq: number, prev: string): Statement {
  const value = inPlace(payload, seq, prev);
  const type = value["type"];
  if (type === "genesis") fail("BrokenChain", "a second genesis");
  if (typeof type !== "string" || !(type in OWN)) return fail("FormatError", "the type of a statement");
  const read = new Reader(value, "the statement", [...COMMON, ...OWN[type as Said["type"]]]);
  read.oneOf("v", 1);
  return {
    seq: read.number("seq"),
    prev: read.matching("prev", "hash"),
    authority: read.matching("authority", "code"),
    by: value["by"] === "root" ? "root" : read.matching("by", "uuid"),
    created: read.matching("created", "time"),
    said: said(type as Said["type"], read),
  };
}

function said(type: Said["type"], read: Reader): Said {
  const user = (): string => read.matching("user", "uuid");
  const reason = (): string => read.text("reason", REASON);
  switch (type) {
    case "member.add":
      return { type, member: member(read.value["member"]), wrap: read.matching("wrap", "hash") };
    case "member.remove":
      return { type, user: user(), reason: reason(), epoch: epoch(read.value["epoch"]) };
    case "admin.add":
      return { type, user: user() };
    case "admin.remove":
      return { type, user: user(), reason: reason() };
    case "epoch.rotate":
      return { type, epoch: epoch(read.value["epoch"]) };
    case "recovery.set":
      return { type, set: recovery(read) };
    case "recovery.admit":
      return { type, member: member(read.value["member"]), admin: read.oneOf("admin", true, false), epoch: epoch(read.value["epoch"]) };
    case "key.revoke":
      return { type, user: user(), keyset: read.matching("keyset", "hash"), since: read.matching("since", "time"), reason: reason() };
  }
}

function recovery(read: Reader): RecoverySet {
  const officers = inOrder(read.items("officers", MOST_OFFICERS).map(officer), (one) => one.user, "the officers");
  if (officers.length < 2) fail("FormatError", "the officers");
  const files = read.items("files").map((value) => {
    const one = new Reader(value, "a recovery file", ["outer", "inner", "sha256"]);
    return { outer: one.matching("outer", "hash"), inner: one.matching("inner", "hash"), sha256: one.matching("sha256", "hash") };
  });
  const pairs = officers.flatMap((outer, place) => officers.slice(place + 1).map((inner) => `${outer.keys.id} ${inner.keys.id}`));
  if (files.map((one) => `${one.outer} ${one.inner}`).join() !== pairs.join()) fail("FormatError", "a file for each pair of officers");
  return { officers, recipient: recipient(read), files, wrap: read.matching("wrap", "hash") };
}

function officer(value: Json): Officer {
  const read = new Reader(value, "an officer", ["user", "name", "keys"]);
  return { user: read.matching("user", "uuid"), name: read.text("name", 200), keys: PublicKeySet.fromJson(read.value["keys"]) };
}

function member(value: Json | undefined): Member {
  const read = new Reader(value, "a member", ["user", "name", "role", "keys"]);
  return { user: read.matching("user", "uuid"), name: read.text("name", 200), role: read.text("role", 100), keys: PublicKeySet.fromJson(read.value["keys"]) };
}

function recipient(read: Reader): string {
  const found = read.text("recipient");
  return isHybrid(found) ? found : fail("FormatError", "a recipient");
}

function epoch(value: Json | undefined): Epoch {
  const read = new Reader(value, "the epoch", ["n", "recipient", "previous", "not_before", "reason", "wraps", "chain", "recovery"]);
  const wraps = inOrder(read.items("wraps").map((one) => {
    const wrap = new Reader(one, "a wrap", ["keyset", "sha256"]);
    return [wrap.matching("keyset", "hash"), wrap.matching("sha256", "hash")] as const;
  }), ([keyset]) => keyset, "the wraps");
  const to = recipient(read);
  return {
    n: read.number("n", 1),
    recipient: to,
    recipientSha256: recipientSha256(to),
    previous: read.optional("previous", "hash"),
    notBefore: read.matching("not_before", "time"),
    reason: read.text("reason", REASON),
    wraps: new Map(wraps),
    chain: read.optional("chain", "hash"),
    recovery: read.optional("recovery", "hash"),
  };
}

/** The list, if it is not empty, sorted, and holds nothing twice. */
export function inOrder<T>(list: T[], key: (one: T) => string, what: string): T[] {
  const sorted = list.every((one, place) => place === 0 || key(list[place - 1] as T) < key(one));
  return list.length && sorted ? list : fail("FormatError", `${what} are missing, not in order, or named twice`);
}
