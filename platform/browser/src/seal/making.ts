// Making statements about one's authority: each continues the chain as it was verified, signed by whoever makes it.

import { type Authority, type Member, type Officer, readersOf } from "./authority";
import { type Bytes, sha256hex } from "./bytes";
import { dumps, type Json } from "./canonical";
import { confirmationJson, parseLink } from "./confirmation";
import { now } from "./clock";
import { fail } from "./errors";
import { type KeySet, TYPES } from "./keyset";
import { generateRecovery, sealPair } from "./recovery";
import { readStatement } from "./statements";
import { generateEpoch, type EpochKey, wrap } from "./wraps";

/** Who signs: an account with its key set. */
export interface Maker {
  keys: KeySet;
  user: string;
}

/** A signed statement, with the files whose hashes it names. */
export interface Made {
  link: Bytes;
  wraps: Map<string, Bytes>;
  chainWrap: Bytes | null;
  recoveryWrap: Bytes | null;
  recoveryFiles: Bytes[];
}

/** The time of a statement: never before the last one, whatever this device's clock says. */
export function time(authority: Authority): string {
  const present = now();
  return present < authority.created ? authority.created : present;
}

function statement(maker: Maker, authority: Authority, own: { type: string; [field: string]: Json }, files: Partial<Made> = {}): Made {
  const payload = dumps({
    v: 1,
    seq: authority.seq + 1,
    prev: authority.sha256,
    authority: authority.code,
    by: maker.user,
    created: time(authority),
    ...own,
  });
  return { wraps: new Map(), chainWrap: null, recoveryWrap: null, recoveryFiles: [], ...files, link: maker.keys.sign(TYPES.statement, payload) };
}

function memberJson({ user, name, role, keys }: Member): Json {
  return { user, name, role, keys: keys.json };
}

/** A new epoch for these readers: what the statement says of it, and its files. */
async function nextEpoch(authority: Authority, last: EpochKey, readers: Member[], reason: string) {
  const next = await generateEpoch(last.n + 1);
  const wraps = new Map<string, Bytes>();
  for (const { keys } of readers) wraps.set(keys.id, await wrap(authority.code, next, keys.age));
  const chainWrap = await wrap(authority.code, last, next.recipient);
  const recoveryWrap = authority.recovery ? await wrap(authority.code, next, authority.recovery.recipient) : null;
  const epoch: Json = {
    n: next.n,
    recipient: next.recipient,
    previous: authority.epoch.recipientSha256,
    not_before: time(authority),
    reason,
    wraps: [...wraps].map(([keyset, file]) => ({ keyset, sha256: sha256hex(file) })).sort((a, b) => (a.keyset < b.keyset ? -1 : 1)),
    chain: sha256hex(chainWrap),
    recovery: recoveryWrap && sha256hex(recoveryWrap),
  };
  return { epoch, files: { wraps, chainWrap, recoveryWrap } };
}

/** The newest epoch's key, out of one's own. */
export function newestKey(authority: Authority, identities: ReadonlyMap<number, string>): EpochKey {
  const { n, recipient } = authority.epoch;
  return { n, recipient, identity: identities.get(n) ?? fail("NoKeys") };
}

export async function addMember(maker: Maker, authority: Authority, last: EpochKey, member: Member): Promise<Made> {
  const file = await wrap(authority.code, last, member.keys.age);
  const own = { type: "member.add", member: memberJson(member), wrap: sha256hex(file) };
  return statement(maker, authority, own, { wraps: new Map([[member.keys.id, file]]) });
}

export async function removeMember(maker: Maker, authority: Authority, last: EpochKey, user: string, reason: string): Promise<Made> {
  const rest = readersOf(authority).filter((one) => one.user !== user);
  const { epoch, files } = await nextEpoch(authority, last, rest, reason);
  return statement(maker, authority, { type: "member.remove", user, reason, epoch }, files);
}

export async function rotate(maker: Maker, authority: Authority, last: EpochKey, reason: string): Promise<Made> {
  const { epoch, files } = await nextEpoch(authority, last, readersOf(authority), reason);
  return statement(maker, authority, { type: "epoch.rotate", epoch }, files);
}

export function addAdmin(maker: Maker, authority: Authority, user: string): Made {
  return statement(maker, authority, { type: "admin.add", user });
}

export function removeAdmin(maker: Maker, authority: Authority, user: string, reason: string): Made {
  return statement(maker, authority, { type: "admin.remove", user, reason });
}

/** A new recovery key, which two of these officers together open. */
export async function setRecovery(maker: Maker, authority: Authority, last: EpochKey, officers: Officer[]): Promise<Made> {
  const among = [...officers].sort((a, b) => (a.user < b.user ? -1 : 1));
  const key = await generateRecovery();
  const named: Json[] = [];
  const recoveryFiles: Bytes[] = [];
  for (const [place, outer] of among.entries()) {
    for (const inner of among.slice(place + 1)) {
      const file = await sealPair(authority.code, key, outer.keys, inner.keys);
      named.push({ outer: outer.keys.id, inner: inner.keys.id, sha256: sha256hex(file) });
      recoveryFiles.push(file);
    }
  }
  const recoveryWrap = await wrap(authority.code, last, key.recipient);
  const own = {
    type: "recovery.set",
    officers: among.map(({ user, name, keys }) => ({ user, name, keys: keys.json })),
    recipient: key.recipient,
    files: named,
    wrap: sha256hex(recoveryWrap),
  };
  return statement(maker, authority, own, { recoveryWrap, recoveryFiles });
}

/** Officers of recovery let somebody in, in the place of a membership she may have, with a new epoch. */
export async function recoverMember(maker: Maker, authority: Authority, last: EpochKey, member: Member, admin: boolean, reason: string): Promise<Made> {
  const rest = readersOf(authority).filter((one) => one.user !== member.user);
  const { epoch, files } = await nextEpoch(authority, last, [...rest, member], reason);
  return statement(maker, authority, { type: "recovery.admit", member: memberJson(member), admin, epoch }, files);
}

/** From `since` on nothing that is signed with this key set counts. */
export function revoke(maker: Maker, authority: Authority, user: string, keyset: string, since: string, reason: string): Made {
  return statement(maker, authority, { type: "key.revoke", user, keyset, since, reason });
}

/** What is signed to confirm the statement of this link, which was verified and understood. */
export function confirm(maker: Maker, authority: Authority, link: Uint8Array): Bytes {
  const { sha256, payload } = parseLink(link);
  const { seq, created } = readStatement(payload, authority.seq + 1, authority.sha256);
  const present = now();
  const said = { authority: authority.code, seq, statement: sha256, by: maker.user, created: present < created ? created : present };
  return maker.keys.sign(TYPES.confirmation, dumps(confirmationJson(said)));
}
