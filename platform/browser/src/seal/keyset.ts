// Key sets: their public half, the protected file, and signing [DSSE v1; FIPS 204; RFC 8032].

import { ed25519 } from "@noble/curves/ed25519.js";
import { ml_dsa65 } from "@noble/post-quantum/ml-dsa.js";
import { Decrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";

import { b64, type Bytes, concat, random, sha256hex, text, unb64, utf8 } from "./bytes";
import { dumps, type Json, Reader, strict } from "./canonical";
import { fail } from "./errors";
import { parseHeader } from "./header";

export const TYPES = {
  manifest: "application/vnd.comity.manifest.v1+json",
  envelope: "application/vnd.comity.envelope.v1+json",
  statement: "application/vnd.comity.statement.v1+json",
  confirmation: "application/vnd.comity.confirmation.v1+json",
  grant: "application/vnd.comity.grant.v1+json",
  approval: "application/vnd.comity.approval.v1+json",
  acknowledgement: "application/vnd.comity.acknowledgement.v1+json",
  disposal: "application/vnd.comity.disposal.v1+json",
  way: "application/vnd.comity.way.v1+json",
} as const;
export type PayloadType = (typeof TYPES)[keyof typeof TYPES];

const LARGEST = 262144;
export const LEAST_LOGN = 15;
export const MOST_LOGN = 20;

export class PublicKeySet {
  readonly id: string;

  private constructor(readonly age: string, readonly ed25519: Bytes, readonly mldsa65: Bytes) {
    this.id = sha256hex(this.bytes);
  }

  static of(age: string, ed: Uint8Array, ml: Uint8Array): PublicKeySet {
    return new PublicKeySet(age, Uint8Array.from(ed), Uint8Array.from(ml));
  }

  static fromJson(value: Json | undefined): PublicKeySet {
    const read = new Reader(value, "a key set", ["v", "age", "ed25519", "mldsa65"]);
    read.oneOf("v", 1);
    const keys = new PublicKeySet(read.text("age"), unb64(read.value["ed25519"]), unb64(read.value["mldsa65"]));
    if (!keys.age.startsWith("age1pq1") || keys.ed25519.length !== 32 || keys.mldsa65.length !== 1952) {
      fail("FormatError", "a key set");
    }
    return keys;
  }

  get json(): Json {
    return { v: 1, age: this.age, ed25519: b64(this.ed25519), mldsa65: b64(this.mldsa65) };
  }

  get bytes(): Bytes {
    return dumps(this.json);
  }

  get recipientSha256(): string {
    return sha256hex(utf8(this.age));
  }

  /** 60 digits in 12 groups of 5, for people to compare. */
  get fingerprint(): string {
    const digits = (BigInt(`0x${this.id}`) % 10n ** 60n).toString().padStart(60, "0");
    return (digits.match(/.{5}/g) ?? []).join(" ");
  }
}

export interface Signed {
  payloadType: string;
  payload: Bytes;
  keyset: string;
  ed25519: Bytes;
  mldsa65: Bytes;
}

/** What is signed: the pre-authentication encoding. */
export function pae(payloadType: string, payload: Uint8Array): Bytes {
  const type = utf8(payloadType);
  return concat(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/** A signed envelope, taken apart and not yet verified: exactly two signatures, in order, by one key set. */
export function parseSigned(bytes: Uint8Array): Signed {
  if (bytes.length > LARGEST) fail("FormatError", "too large");
  const read = new Reader(strict(bytes), "a signed envelope", ["payload", "payloadType", "signatures"]);
  const signatures = read.items("signatures");
  if (signatures.length !== 2) fail("SignatureInvalid", "two signatures are needed");
  const parts = ["ed25519", "mldsa65"].map((algorithm, place) => {
    const one = new Reader(signatures[place], "a signature", ["keyid", "sig"]);
    const [keyset = "", name] = one.text("keyid").split("#");
    if (name !== algorithm || !/^[0-9a-f]{64}$/.test(keyset)) fail("SignatureInvalid", algorithm);
    return { keyset, sig: unb64(one.value["sig"]) };
  });
  const [first, second] = parts as [(typeof parts)[0], (typeof parts)[0]];
  if (first.keyset !== second.keyset) fail("SignatureInvalid", "two key sets");
  return {
    payloadType: read.text("payloadType", 200),
    payload: unb64(read.value["payload"]),
    keyset: first.keyset,
    ed25519: first.sig,
    mldsa65: second.sig,
  };
}

/** The payload, if both signatures are by `keys` and it is of that type. */
export function verifySigned(bytes: Uint8Array, keys: PublicKeySet, payloadType: PayloadType): Bytes {
  const signed = parseSigned(bytes);
  if (signed.payloadType !== payloadType || signed.keyset !== keys.id) fail("SignatureInvalid", "another type or signer");
  const message = pae(signed.payloadType, signed.payload);
  let good = false;
  try {
    good =
      ed25519.verify(signed.ed25519, message, keys.ed25519) &&
      ml_dsa65.verify(signed.mldsa65, message, keys.mldsa65, { context: utf8(payloadType) });
  } catch {
    good = false;
  }
  return good ? signed.payload : fail("SignatureInvalid", "a signature does not verify");
}

const FILE = /^# comity key set v1\n# ed25519 ([A-Za-z0-9+/=]{44})\n# ml-dsa-65 ([A-Za-z0-9+/=]{44})\n(AGE-SECRET-KEY-PQ-1[A-Z0-9]+)\n$/;

export class KeySet {
  private constructor(
    readonly source: string,
    readonly identity: string,
    private readonly edSeed: Bytes,
    private readonly mlSecret: Uint8Array,
    readonly open: PublicKeySet,
  ) {}

  static async generate(): Promise<KeySet> {
    const seeds = [`# ed25519 ${b64(random(32))}`, `# ml-dsa-65 ${b64(random(32))}`];
    return KeySet.fromText(["# comity key set v1", ...seeds, await generateHybridIdentity(), ""].join("\n"));
  }

  /** From what a key-set file holds. */
  static async fromText(source: string): Promise<KeySet> {
    const found = FILE.exec(source);
    if (!found) return fail("FormatError", "not a key set");
    const [, ed = "", ml = "", identity = ""] = found;
    const edSeed = unb64(ed);
    const pair = ml_dsa65.keygen(unb64(ml));
    let age: string;
    try {
      age = await identityToRecipient(identity);
    } catch {
      return fail("FormatError", "not a key set");
    }
    return new KeySet(source, identity, edSeed, pair.secretKey, PublicKeySet.of(age, ed25519.getPublicKey(edSeed), pair.publicKey));
  }

  sign(payloadType: PayloadType, payload: Uint8Array): Bytes {
    const message = pae(payloadType, payload);
    const signatures = [
      { keyid: `${this.open.id}#ed25519`, sig: b64(ed25519.sign(message, this.edSeed)) },
      { keyid: `${this.open.id}#mldsa65`, sig: b64(ml_dsa65.sign(message, this.mlSecret, { context: utf8(payloadType) })) },
    ];
    return dumps({ payload: b64(payload), payloadType, signatures });
  }
}

export function normalPassphrase(typed: string): string {
  return typed.normalize("NFKC").trim().toLowerCase().replace(/[\s-]+/g, "-");
}

/** The key set behind its passphrase; the work that the file asks for is bounded here, not by whoever sent it. */
export async function unprotect(file: Uint8Array, passphrase: string): Promise<KeySet> {
  const [stanza, ...more] = parseHeader(file).stanzas;
  if (more.length) fail("FormatError", "not behind one passphrase");
  const logn = Number(stanza?.args[2]);
  if (stanza?.args[0] !== "scrypt") fail("FormatError", "not a protected key set");
  if (!(logn >= LEAST_LOGN && logn <= MOST_LOGN)) fail("WorkFactor", String(stanza?.args[2]));
  const decrypter = new Decrypter();
  decrypter.addPassphrase(normalPassphrase(passphrase));
  let plain: Uint8Array;
  try {
    plain = await decrypter.decrypt(file);
  } catch (error) {
    return /no identity matched/.test(String(error)) ? fail("WrongPassphrase") : fail("FormatError", String(error));
  }
  return KeySet.fromText(text(plain));
}
