// The keys of an authority's epochs: wrapped to members, to the next epoch and for recovery, and checked after unwrapping.
//
// Anybody can make a file that opens with a member's key.  So the key inside counts only if it derives the very recipient
// that the signed statement names.

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

import { type Authority, type Epoch, recipientSha256 } from "./authority";
import { type Bytes, sha256hex, text, utf8 } from "./bytes";
import { fail } from "./errors";
import type { KeySet } from "./keyset";

/** One key of an authority, with its secret. */
export interface EpochKey {
  n: number;
  identity: string;
  recipient: string;
}

export async function generateEpoch(n: number): Promise<EpochKey> {
  const identity = await generateHybridIdentity();
  return { n, identity, recipient: await identityToRecipient(identity) };
}

/** The epoch's key, sealed to one recipient; plain `age -i` accepts what it holds. */
export async function wrap(code: string, { n, identity }: EpochKey, recipient: string): Promise<Bytes> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return Uint8Array.from(await encrypter.encrypt(utf8(`# comity epoch v1 ${code} ${n}\n${identity}\n`)));
}

/** The identity of epoch `n`, if it is exactly the one that the statements name for this key set. */
export async function unwrap(data: Uint8Array, keys: KeySet, authority: Authority, n: number): Promise<string> {
  const epoch = authority.epochs.get(n);
  if (epoch?.wraps.get(keys.open.id) !== sha256hex(data)) return fail("ForgedWrap", "not named");
  return openWrap(data, keys.identity, authority.code, epoch);
}

/** The identity of the epoch before `newer`, from the chain wrap that `newer` names. */
export async function unwrapChain(data: Uint8Array, newer: EpochKey, authority: Authority): Promise<string> {
  const epoch = authority.epochs.get(newer.n - 1);
  if (!epoch || authority.epochs.get(newer.n)?.chain !== sha256hex(data)) return fail("ForgedWrap", "not named");
  return openWrap(data, newer.identity, authority.code, epoch);
}

/** The identity inside a wrap whose hash was compared, if it is that of this epoch. */
export async function openWrap(data: Uint8Array, with_: string, code: string, epoch: Epoch): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(with_);
  let plain: string;
  try {
    plain = text(await decrypter.decrypt(data));
  } catch {
    return fail("ForgedWrap", "it does not open");
  }
  const found = /^# comity epoch v1 ([A-Z]{2,8}) ([1-9][0-9]{0,8})\n(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n$/.exec(plain);
  if (!found || found[1] !== code || found[2] !== String(epoch.n)) return fail("ForgedWrap", "another authority or epoch");
  const identity = found[3] as string;
  const recipient = await identityToRecipient(identity).catch(() => "");
  return recipientSha256(recipient) === epoch.recipientSha256 ? identity : fail("ForgedWrap", "another key");
}

/**
 * The identity of every epoch within reach, by number: from the wraps for this key set, and down through the chain wraps.
 * `chains` holds at n what the key of epoch n opens.  Everything that is offered is checked; where keys are offered and the
 * newest, which is there for this key set, is held back, that is OldEpoch.
 */
export async function openEpochs(
  wraps: ReadonlyMap<number, Uint8Array>,
  chains: ReadonlyMap<number, Uint8Array>,
  keys: KeySet,
  authority: Authority,
): Promise<Map<number, string>> {
  const newest = authority.epoch;
  if (wraps.size + chains.size && !wraps.has(newest.n) && newest.wraps.has(keys.open.id)) fail("OldEpoch", "the newest key is held back");
  if ([...wraps.keys(), ...chains.keys()].some((n) => !authority.epochs.has(n))) fail("ForgedWrap", "no such epoch");
  const found = new Map<number, string>();
  for (let n = newest.n; n > 0; n--) {
    const own = wraps.get(n);
    const chain = chains.get(n + 1);
    const newer = found.get(n + 1);
    if (own) found.set(n, await unwrap(own, keys, authority, n));
    if (newer !== undefined && chain) {
      const { recipient } = authority.epochs.get(n + 1) as Epoch;
      found.set(n, await unwrapChain(chain, { n: n + 1, identity: newer, recipient }, authority));
    }
  }
  return found;
}
