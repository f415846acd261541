// Authority chains under the pinned root, and the epoch keys wrapped to a member.

import { Decrypter, identityToRecipient } from "age-encryption";

import { sha256hex, text, utf8 } from "./bytes";
import { type Json, Reader, strict } from "./canonical";
import { fail, SealFailure } from "./errors";
import { type KeySet, parseSigned, PublicKeySet, TYPES, verifySigned } from "./keyset";

export interface Member {
  user: string;
  name: string;
  role: string;
  keys: PublicKeySet;
}

export interface Epoch {
  n: number;
  recipient: string;
  recipientSha256: string;
  wraps: Map<string, string>;
}

export interface Authority {
  code: string;
  kind: string;
  organ: string | null;
  names: { en: string; fr: string };
  members: Map<string, Member>;
  epoch: Epoch;
}

/** What the chain of `code` says, if the pinned root signed it. */
export function verifyChain(chain: Uint8Array[], root: PublicKeySet, code: string): Authority {
  const [first] = chain;
  if (chain.length !== 1 || !first) return fail("BrokenChain", code);
  if (parseSigned(first).keyset !== root.id) fail("UntrustedRoot", code);
  let payload: Uint8Array;
  try {
    payload = verifySigned(first, root, TYPES.statement);
  } catch (error) {
    return error instanceof SealFailure && error.name === "SignatureInvalid" ? fail("UntrustedRoot", code) : fail("FormatError", String(error));
  }
  const value = strict(payload);
  if (value["type"] !== "genesis" || value["seq"] !== 0 || value["prev"] !== null) fail("BrokenChain", code);
  const read = new Reader(value, "the genesis", [
    "v", "type", "seq", "prev", "authority", "kind", "organ", "names", "members", "admins", "epoch", "created",
  ]);
  read.oneOf("v", 1);
  read.matching("created", "time");
  if (read.matching("authority", "code") !== code) fail("WrongAuthority", code);
  const names = new Reader(value["names"], "the names", ["en", "fr"]);
  const members = read.items("members").map(member);
  const users = members.map((one) => one.user);
  if (!users.length || users.some((user, place) => place > 0 && user <= (users[place - 1] as string))) fail("FormatError", "the members");
  const admins = read.items("admins");
  const known = admins.every((one, place) => users.includes(one as string) && (place === 0 || (one as string) > (admins[place - 1] as string)));
  if (!admins.length || !known) fail("FormatError", "the administrators");
  return {
    code,
    kind: read.oneOf("kind", "state", "court"),
    organ: read.oneOf("organ", null, "otp", "registry"),
    names: { en: names.text("en", 200), fr: names.text("fr", 200) },
    members: new Map(members.map((one) => [one.user, one])),
    epoch: epoch(value["epoch"]),
  };
}

function member(value: Json): Member {
  const read = new Reader(value, "a member", ["user", "name", "role", "keys"]);
  return { user: read.matching("user", "uuid"), name: read.text("name", 200), role: read.text("role", 100), keys: PublicKeySet.fromJson(read.value["keys"]) };
}

function epoch(value: Json | undefined): Epoch {
  const read = new Reader(value, "the epoch", ["n", "recipient", "previous", "not_before", "reason", "wraps", "chain", "recovery"]);
  read.oneOf("n", 1);
  for (const field of ["previous", "chain", "recovery"]) read.oneOf(field, null);
  read.matching("not_before", "time");
  const recipient = read.text("recipient");
  const wraps = read.items("wraps").map((one) => {
    const wrap = new Reader(one, "a wrap", ["keyset", "sha256"]);
    return [wrap.matching("keyset", "hash"), wrap.matching("sha256", "hash")] as const;
  });
  return { n: 1, recipient, recipientSha256: sha256hex(utf8(recipient)), wraps: new Map(wraps) };
}

/** The identity of an epoch, if it is exactly the one that the statement names. */
export async function unwrap(wrap: Uint8Array, keys: KeySet, authority: Authority, n: number): Promise<string> {
  const statement = authority.epoch;
  if (statement.n !== n || statement.wraps.get(keys.open.id) !== sha256hex(wrap)) fail("ForgedWrap", "not named");
  const decrypter = new Decrypter();
  decrypter.addIdentity(keys.identity);
  let plain: string;
  try {
    plain = text(await decrypter.decrypt(wrap));
  } catch {
    return fail("ForgedWrap", "it does not open");
  }
  const found = /^# comity epoch v1 ([A-Z]{2,8}) ([1-9][0-9]{0,8})\n(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n$/.exec(plain);
  if (!found || found[1] !== authority.code || found[2] !== String(n)) return fail("ForgedWrap", "another authority or epoch");
  const identity = found[3] as string;
  const recipient = await identityToRecipient(identity).catch(() => "");
  return recipient === statement.recipient ? identity : fail("ForgedWrap", "another key");
}
