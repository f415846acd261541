// What each kind of published vector asks of the browser's code; the same checks as in checks.py.  Each gives what is
// wrong, in words, or nothing.

import { armor, Decrypter } from "age-encryption";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Authority, signerOf } from "../../platform/browser/src/seal/authority";
import { b64, type Bytes, hex, text, unb64, utf8 } from "../../platform/browser/src/seal/bytes";
import { canonical, type Json, strict } from "../../platform/browser/src/seal/canonical";
import { checkPin, type Pin, verifyChain } from "../../platform/browser/src/seal/chain";
import { parseEnvelope } from "../../platform/browser/src/seal/document";
import { follow } from "../../platform/browser/src/seal/grant";
import { openHeader, parseHeader } from "../../platform/browser/src/seal/header";
import { KeySet, pae, parseSigned } from "../../platform/browser/src/seal/keyset";
import { Root } from "../../platform/browser/src/seal/root";
import { openPayload } from "../../platform/browser/src/seal/stream";
import { openEpochs } from "../../platform/browser/src/seal/wraps";
import { LOG_CHECKS } from "./log_checks";

interface Given {
  [field: string]: unknown;
}

/** The browser does not tell a header of somebody else's from a forged one: neither opens. */
const AGE_FAILURES: Record<string, string[]> = {
  "success": [""],
  "no match": ["WrongRecipients"],
  "HMAC failure": ["WrongRecipients"],
  "header failure": ["HeaderError", "WrongRecipients"],
  "payload failure": ["HashMismatch"],
  "armor failure": ["ArmorError"],
};

async function failure(run: () => unknown): Promise<string> {
  try {
    await run();
    return "";
  } catch (error) {
    return (error as Error).name;
  }
}

function wanted(what: unknown, found: unknown): string {
  return JSON.stringify(what) === JSON.stringify(found) ? "" : `${JSON.stringify(found)} instead of ${JSON.stringify(what)}`;
}

function unarmored(file: Bytes): Uint8Array {
  try {
    return armor.decode(text(file));
  } catch (error) {
    throw Object.assign(new Error(String(error)), { name: "ArmorError" });
  }
}

/** The first key that opens the header; the last failure if none does. */
async function fileKeyOf(header: Uint8Array, identities: string[], passphrases: string[]): Promise<Uint8Array> {
  let last: unknown;
  for (const identity of identities) {
    try {
      return await openHeader(header, identity);
    } catch (error) {
      last = error;
    }
  }
  for (const words of passphrases) {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(words);
    try {
      return await decrypter.decryptHeader(header);
    } catch (error) {
      last = Object.assign(new Error(String(error)), { name: "WrongRecipients" });
    }
  }
  throw last;
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 99_991) yield bytes.subarray(at, at + 99_991);
}

async function age(given: Given): Promise<string> {
  const fields = given as Record<string, string[]>;
  const released = sha256.create();
  const caught = await failure(async () => {
    const raw = unb64(given["file"]);
    const file = fields["armored"] ? unarmored(raw) : raw;
    const header = parseHeader(file).raw;
    const fileKey = await fileKeyOf(header, fields["identity"] ?? [], fields["passphrase"] ?? []);
    const payload = file.subarray(header.length);
    for await (const plain of openPayload(fileKey, pieces(payload), payload.length)) released.update(plain);
  });
  const expected = fields["expect"]?.[0] ?? "";
  if (!AGE_FAILURES[expected]?.includes(caught)) return `${caught || "success"} instead of ${expected}`;
  return expected === "success" ? wanted(fields["payload"]?.[0], hex(released.digest())) : "";
}

function encoding(given: Given): Bytes {
  return pae(given["type"] as string, unb64(given["payload"]));
}

async function ecdsa(given: Given): Promise<string> {
  const number = (field: string): string => {
    const digits = BigInt(given[field] as string).toString(16).padStart(64, "0");
    const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    return b64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x: number("x"), y: number("y") }, curve, false, ["verify"]);
  const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, unb64(given["sig"]), encoding(given));
  return good ? "" : "the signature does not verify";
}

async function unwritten(given: Given): Promise<string> {
  const source = given["in"] as string;
  return wanted(["FormatError", "FormatError"], [await failure(() => canonical(JSON.parse(source) as Json)), await failure(() => strict(utf8(source)))]);
}

async function number(given: Given): Promise<string> {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${given["bits"] as string}`));
  const value = view.getFloat64(0);
  return given["gives"] === null ? wanted("FormatError", await failure(() => canonical(value))) : wanted(given["gives"], canonical(value));
}

const bytesOf = (texts: unknown): Bytes[] => (texts as string[]).map(utf8);
const verified = (given: Given): Authority =>
  verifyChain(bytesOf(given["chain"]), Root.fromJson(given["root"] as Json), given["code"] as string, given["unconfirmed"] === true);
const inOrder = <T>(map: Iterable<[string | number, T]>): Record<string, T> => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** What a right chain says, for comparison. */
function says(found: Authority): unknown {
  const held = found.recovery;
  return {
    seq: found.seq,
    sha256: found.sha256,
    root: found.rootId,
    members: inOrder([...found.members.values()].map((one) => [one.user, one.keys.id])),
    admins: [...found.admins].sort(),
    epochs: inOrder([...found.epochs.values()].map((one) => [one.n, one.recipientSha256])),
    wraps: [...found.epoch.wraps.keys()].sort(),
    former: found.former.map((one) => [one.user, one.keys.id, one.since, one.until, one.seq]),
    revoked: inOrder([...found.revoked].map(([keyset, one]) => [keyset, one.since])),
    officers: held && [...held.officers.keys()].sort(),
    recovery_wraps: held && inOrder(held.wraps),
    history: found.history.map((one) => [one.type, one.by, one.about, one.name, [...one.confirmedBy].sort()]),
    missing: found.missing,
  };
}

/** What it gives, or the name by which it is refused. */
async function compared(given: Given, field: string, run: () => unknown): Promise<string> {
  return "error" in given ? wanted(given["error"], await failure(run)) : wanted(given[field], await run());
}

function byEpoch(files: unknown): Map<number, Bytes> {
  return new Map(Object.entries(files as Record<string, string>).map(([n, file]) => [Number(n), unb64(file)]));
}

async function epochs(given: Given): Promise<string> {
  return compared(given, "gives", async () => {
    const authority = verified(given);
    const keys = await KeySet.fromText(given["keys"] as string);
    const found = await openEpochs(byEpoch(given["wraps"]), byEpoch(given["chains"]), keys, authority);
    return Object.fromEntries([...found.keys()].map((n) => [n, authority.epochs.get(n)?.recipientSha256]));
  });
}

async function grants(given: Given): Promise<string> {
  const root = Root.fromJson(given["root"] as Json);
  const chains = Object.entries(given["authorities"] as Record<string, string[]>);
  const known = new Map(chains.map(([code, chain]) => [code, verifyChain(bytesOf(chain), root, code)]));
  return compared(given, "gives", async () => {
    const envelope = parseEnvelope(parseSigned(utf8(given["envelope"] as string)).payload);
    const signed = bytesOf(given["grants"]);
    const present = await follow(signed, envelope, async (code) => known.get(code) as Authority, given["logged"] as Record<string, string>);
    return [signed.length, present.header_sha256, present.manifest_age_sha256];
  });
}

function signer(given: Given): unknown {
  const [at, logged] = [given["at"], given["logged"]].map((one) => (one ?? undefined) as string | undefined);
  return signerOf(verified(given), given["user"] as string, given["keyset"] as string, at, logged);
}

const CHECKS: Record<string, (given: Given) => string | Promise<string>> = {
  age,
  pae: (given) => wanted(given["gives"], text(encoding(given))),
  ecdsa,
  refused: async (given) => wanted(given["error"], await failure(() => parseSigned(utf8(given["envelope"] as string)))),
  written: (given) => wanted(given["gives"], canonical(JSON.parse(given["in"] as string) as Json)),
  unwritten,
  number,
  chain: (given) => compared(given, "says", () => says(verified(given))),
  root: (given) => compared(given, "gives", () => Root.fromJson(given["root"] as Json).id),
  pin: async (given) => wanted(given["error"], await failure(() => checkPin(bytesOf(given["chain"]), given["pin"] as Pin))),
  signer: async (given) => wanted(given["error"], await failure(() => signer(given))),
  epochs,
  grants,
  ...LOG_CHECKS,
};

/** What is wrong with each vector of a list that the page is served, or null where the browser has no such check. */
export async function check(address: string): Promise<(string | null)[]> {
  const vectors = (await (await fetch(address)).json()) as { check: string; given: Given }[];
  const found: (string | null)[] = [];
  for (const { check: name, given } of vectors) {
    const run = CHECKS[name];
    try {
      found.push(run ? await run(given) : null);
    } catch (error) {
      found.push(String(error));
    }
  }
  return found;
}
