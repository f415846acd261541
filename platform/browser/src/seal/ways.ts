// Ways to a key set: words drawn from the list of 2,048, and files behind words or behind a passkey.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { Decrypter, Encrypter, Stanza } from "age-encryption";

import { b64, type Bytes, concat, text, unb64, utf8 } from "./bytes";
import { fail, SealFailure } from "./errors";
import { parseHeader } from "./header";
import { KeySet, normalPassphrase, unprotect } from "./keyset";
import { NONCE, PRF, type PrfOutput } from "./prf";

export type Kind = "passphrase" | "recovery" | "passkey";
export type WordsKind = Exclude<Kind, "passkey">;

/** Words of a passphrase, 88 bits, and of a recovery code, 110 bits. */
export const WORDS: Record<WordsKind, number> = { passphrase: 8, recovery: 10 };

export function newWords(kind: WordsKind): string {
  const drawn = crypto.getRandomValues(new Uint16Array(WORDS[kind]));
  return Array.from(drawn, (number) => wordlist[number % wordlist.length] ?? fail("FormatError", "the word list")).join("-");
}

/** Their number tells which of the two these words are. */
export function kindOf(typed: string): WordsKind {
  return normalPassphrase(typed).split("-").length === WORDS.recovery ? "recovery" : "passphrase";
}

export async function protect(keys: KeySet, words: string, logn: number): Promise<Bytes> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(normalPassphrase(words));
  encrypter.setScryptWorkFactor(logn);
  return Uint8Array.from(await encrypter.encrypt(keys.source));
}

/** What is said of words that do not open. */
export const WRONG = { passphrase: "WrongPassphrase", recovery: "WrongRecovery" } as const;

/** The key set by words; what is wrong is said of their kind. */
export async function openWithWords(file: Uint8Array, words: string, kind: WordsKind): Promise<KeySet> {
  if (normalPassphrase(words).split("-").length !== WORDS[kind]) fail(WRONG[kind]);
  try {
    return await unprotect(file, words);
  } catch (error) {
    if (error instanceof SealFailure && error.name === "WrongPassphrase") fail(WRONG[kind]);
    throw error;
  }
}

/** The fido2prf recipient and identity of age, with the passkey's output already at hand: no authenticator is asked here. */
class Passkey {
  private readonly nonce: string;
  private readonly key: Uint8Array;

  constructor(prf: PrfOutput) {
    if (prf.nonce.length !== NONCE || prf.first.length !== 32 || prf.second.length !== 32) fail("FormatError", "a passkey's output");
    this.nonce = b64(prf.nonce).replace(/=+$/, "");
    this.key = extract(sha256, concat(prf.first, prf.second), utf8(PRF));
  }

  wrapFileKey(fileKey: Uint8Array): Stanza[] {
    return [new Stanza([PRF, this.nonce], chacha20poly1305(this.key, new Uint8Array(12)).encrypt(fileKey))];
  }

  unwrapFileKey(stanzas: Stanza[]): Uint8Array | null {
    const mine = stanzas.find(({ args }) => args[0] === PRF && args[1] === this.nonce);
    if (!mine) return null;
    try {
      return chacha20poly1305(this.key, new Uint8Array(12)).decrypt(mine.body);
    } catch {
      return null;
    }
  }
}

export async function protectWithPasskey(keys: KeySet, prf: PrfOutput): Promise<Bytes> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(new Passkey(prf));
  return Uint8Array.from(await encrypter.encrypt(keys.source));
}

export async function openWithPasskey(file: Uint8Array, prf: PrfOutput): Promise<KeySet> {
  nonceOf(file);
  const decrypter = new Decrypter();
  decrypter.addIdentity(new Passkey(prf));
  let plain: Uint8Array;
  try {
    plain = await decrypter.decrypt(file);
  } catch (error) {
    return /no identity matched/.test(String(error)) ? fail("WrongPasskey") : fail("FormatError", String(error));
  }
  return KeySet.fromText(text(plain));
}

/** What the passkey of this file has to be asked with. */
export function nonceOf(file: Uint8Array): Bytes {
  const stanzas = parseHeader(file).stanzas;
  const [type, nonce = "", ...more] = stanzas[0]?.args ?? [];
  if (stanzas.length !== 1 || type !== PRF || more.length) fail("FormatError", "not behind a passkey");
  const bytes = unb64(nonce + "=".repeat((4 - (nonce.length % 4)) % 4));
  return bytes.length === NONCE ? bytes : fail("FormatError", "a passkey's nonce");
}
