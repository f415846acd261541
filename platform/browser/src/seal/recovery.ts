// The recovery key of an authority: for each pair of officers a file to the one inside a file to the other.
//
// The outer officer opens hers and seals what is inside, still closed to her, to the inner one.  Like every wrapped key,
// what comes out counts only if it derives the recipient that the signed statement names.

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

import type { Authority, Recovery } from "./authority";
import { type Bytes, sha256hex, utf8 } from "./bytes";
import { fail } from "./errors";
import type { KeySet, PublicKeySet } from "./keyset";
import { type EpochKey, openWrap } from "./wraps";

export interface RecoveryKey {
  identity: string;
  recipient: string;
}

export async function generateRecovery(): Promise<RecoveryKey> {
  const identity = await generateHybridIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The recovery key for two officers: first `outer` opens, then `inner`. */
export async function sealPair(code: string, { identity }: RecoveryKey, outer: PublicKeySet, inner: PublicKeySet): Promise<Bytes> {
  return sealTo(await sealTo(utf8(`# comity recovery v1 ${code}\n${identity}\n`), inner), outer);
}

/** The inner file, for the other officer; the statement must name the outer one, and for this key set. */
export async function openOuter(file: Uint8Array, keys: KeySet, authority: Authority): Promise<Bytes> {
  const named = recoveryOf(authority).files.find((one) => one.sha256 === sha256hex(file));
  return named?.outer === keys.open.id ? unseal(file, keys) : fail("ForgedWrap", "no recovery file of yours");
}

/** The inner file on its way to the other officer, so that the platform does not hold it as it is. */
export function handOver(inner: Bytes, officer: PublicKeySet): Promise<Bytes> {
  return sealTo(inner, officer);
}

/** The recovery key, out of what another officer handed over. */
export async function takeOver(handed: Uint8Array, keys: KeySet, authority: Authority): Promise<RecoveryKey> {
  const { recipient } = recoveryOf(authority);
  const plain = new TextDecoder().decode(await unseal(await unseal(handed, keys), keys));
  const found = /^# comity recovery v1 ([A-Z]{2,8})\n(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n$/.exec(plain);
  if (!found || found[1] !== authority.code) return fail("ForgedWrap", "another authority");
  const identity = found[2] as string;
  const derived = await identityToRecipient(identity).catch(() => "");
  return derived === recipient ? { identity, recipient } : fail("ForgedWrap", "another recovery key");
}

/** The newest epoch's key, from the wrap to the recovery recipient. */
export async function unwrapRecovery(wrap: Uint8Array, key: RecoveryKey, authority: Authority): Promise<EpochKey> {
  const { recipient, wraps } = recoveryOf(authority);
  const { n, recipient: newest } = authority.epoch;
  if (key.recipient !== recipient || wraps.get(n) !== sha256hex(wrap)) return fail("ForgedWrap", "not named");
  return { n, recipient: newest, identity: await openWrap(wrap, key.identity, authority.code, authority.epoch) };
}

function recoveryOf(authority: Authority): Recovery {
  return authority.recovery ?? fail("ForgedWrap", "no recovery is set");
}

async function sealTo(plain: Bytes, { age }: PublicKeySet): Promise<Bytes> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(age);
  return Uint8Array.from(await encrypter.encrypt(plain));
}

async function unseal(data: Uint8Array, { identity }: KeySet): Promise<Bytes> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return Uint8Array.from(await decrypter.decrypt(data));
  } catch {
    return fail("ForgedWrap", "it does not open");
  }
}
