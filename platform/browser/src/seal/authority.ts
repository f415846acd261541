// What a verified chain says: who belongs to an authority, with which keys, since when, and which keys it is sealed to.

import { sha256hex, utf8 } from "./bytes";
import { TIME } from "./canonical";
import { fail } from "./errors";
import type { PublicKeySet } from "./keyset";
import type { Need } from "./rules";

/** A person whose key set may sign for the authority and open what is sealed to it. */
export interface Member {
  user: string;
  name: string;
  role: string;
  keys: PublicKeySet;
}

/** A membership that has ended: it held from `since` until just before `until`; statement `seq` ended it. */
export interface Former extends Member {
  since: string;
  until: string;
  seq: number;
}

/** A key set counts for nothing that was not logged before `since`. */
export interface Revocation {
  since: string;
  reason: string;
}

/** One key of the authority, and the hashes of the files that hold it: for each key set, for the next epoch, for recovery. */
export interface Epoch {
  n: number;
  recipient: string;
  recipientSha256: string;
  previous: string | null;
  notBefore: string;
  reason: string;
  wraps: Map<string, string>;
  chain: string | null;
  recovery: string | null;
}

export interface Officer {
  user: string;
  name: string;
  keys: PublicKeySet;
}

/** Who can bring the authority back together, and the hashes of what they need for it. */
export interface Recovery {
  officers: Map<string, Officer>;
  recipient: string;
  files: { outer: string; inner: string; sha256: string }[];
  /** By epoch, the hash of the file that holds its key for the recovery recipient. */
  wraps: Map<number, string>;
}

/** One statement, as a line of the authority's history. */
export interface Change {
  seq: number;
  type: string;
  /** Whose key set signed: an account, or "root". */
  by: string;
  at: string;
  about: string | null;
  name: string | null;
  reason: string | null;
  /** The epoch that it began, if it did. */
  epoch: number | null;
  confirmedBy: string[];
  sha256: string;
}

export interface Authority {
  code: string;
  kind: string;
  organ: string | null;
  names: { en: string; fr: string };
  members: Map<string, Member>;
  /** Since when each of them is a member. */
  since: Map<string, string>;
  admins: Set<string>;
  former: Former[];
  /** By key set. */
  revoked: Map<string, Revocation>;
  /** For every key set that was ever named, whose it is. */
  listed: Map<string, string>;
  recovery: Recovery | null;
  epochs: Map<number, Epoch>;
  /** The newest. */
  epoch: Epoch;
  /** Of the last statement: its number, its time, and the hash of its signed bytes. */
  seq: number;
  created: string;
  sha256: string;
  history: Change[];
  /** Who has still to confirm the last statement, where that was allowed to be open. */
  missing: Need[];
  rootId: string;
}

export function recipientSha256(recipient: string): string {
  return sha256hex(utf8(recipient));
}

/**
 * Who signs with that key set: a member, or with `at`, the time that was signed, also somebody who was one then.  A
 * revoked key set counts only with `logged`, the time of a verified receipt, before its revocation.
 */
export function signerOf(authority: Authority, user: string, keyset: string, at?: string, logged?: string): Member {
  const present = authority.members.get(user);
  if (at !== undefined && !TIME.test(at)) fail("FormatError", "a time");
  const was = (one: Former): boolean => one.user === user && one.keys.id === keyset && at !== undefined && one.since <= at && at < one.until;
  const found = present?.keys.id === keyset ? present : authority.former.find(was);
  if (!found) return fail("UnknownSigner", user);
  const revoked = authority.revoked.get(keyset);
  if (revoked && !(logged !== undefined && logged.slice(0, 19) < revoked.since.slice(0, 19))) fail("RevokedSigner", user);
  return found;
}

/** Whether this person is an administrator whose key set is not revoked. */
export function usable(authority: Pick<Authority, "admins" | "members" | "revoked">, user: string): boolean {
  const keyset = authority.members.get(user)?.keys.id;
  return authority.admins.has(user) && keyset !== undefined && !authority.revoked.has(keyset);
}

/** Those to whom the next epoch is wrapped: the members whose key set is not revoked. */
export function readersOf(authority: Authority): Member[] {
  return [...authority.members.values()].filter((one) => !authority.revoked.has(one.keys.id));
}

/** How the statements call this person, now or last. */
export function nameOf(authority: Authority, user: string): string | null {
  const found = authority.members.get(user) ?? authority.recovery?.officers.get(user) ?? authority.former.findLast((one) => one.user === user);
  return found?.name ?? null;
}
