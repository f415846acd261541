// The browser's sealing code, laid open for tests that compare it with the Python library.

import { type Authority, type Member, signerOf } from "../../platform/browser/src/seal/authority";
import { b64, concat, hex, random, sha256hex, unb64, utf8 } from "../../platform/browser/src/seal/bytes";
import { canonical, strict } from "../../platform/browser/src/seal/canonical";
import { checkPin, type Pin, verifyChain } from "../../platform/browser/src/seal/chain";
import { withConfirmation } from "../../platform/browser/src/seal/confirmation";
import { now } from "../../platform/browser/src/seal/clock";
import { type Author, compareCover, type Cover, fromOf, type Manifest, openDocument, ordered, reheader, signDocument, toOf } from "../../platform/browser/src/seal/document";
import { rewrap } from "../../platform/browser/src/seal/granting";
import { openHeader, parseHeader, sealHeader } from "../../platform/browser/src/seal/header";
import { KeySet, PublicKeySet, type PayloadType, unprotect, verifySigned } from "../../platform/browser/src/seal/keyset";
import {
  addAdmin, addMember, confirm, type Made, type Maker, recoverMember, removeAdmin, removeMember, revoke, rotate, setRecovery,
} from "../../platform/browser/src/seal/making";
import type { LogState } from "../../platform/browser/src/seal/log/state";
import { Root } from "../../platform/browser/src/seal/root";
import { handOver, openOuter, takeOver, unwrapRecovery } from "../../platform/browser/src/seal/recovery";
import { leafOf, padme, PART, treeRoot } from "../../platform/browser/src/seal/sizes";
import { openPayload, sealPayload } from "../../platform/browser/src/seal/stream";
import { kindOf, newWords, nonceOf, openWithPasskey, openWithWords, protect, protectWithPasskey, type WordsKind } from "../../platform/browser/src/seal/ways";
import { openEpochs } from "../../platform/browser/src/seal/wraps";
import { Making } from "../../platform/browser/src/making";
import { showFingerprint } from "../../platform/browser/src/pages/fingerprint";
import decodeQR from "qr/decode.js";
import { check } from "../vectors/checks";
import { sha256 } from "@noble/hashes/sha2.js";

/** Plaintext whose bytes tell their place, as the Python side makes it. */
function pattern(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = at % 251;
  return bytes;
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function named(run: () => unknown): Promise<string> {
  try {
    await run();
    return "";
  } catch (error) {
    return (error as Error).name;
  }
}

interface World {
  root: string;
  /** The links of each authority; one alone is a chain of one. */
  chains: Record<string, string | string[]>;
  /** `wrap` is that of epoch 1; else `wraps` and chain wraps by epoch. */
  /** The newest state of the log that I have seen. */
  seen?: LogState;
  me: { code: string; keys: string; wrap?: string; wraps?: Record<string, string>; chains?: Record<string, string> };
}

const publicOf = (keys: string): PublicKeySet => PublicKeySet.fromJson(strict(unb64(keys)));
const rootOf = (root: string): Root => Root.fromJson(strict(unb64(root)));
const verifiedOf = (root: string, chain: string | string[], code: string, unconfirmed = false): Authority =>
  verifyChain([chain].flat().map(unb64), rootOf(root), code, unconfirmed);
const byEpoch = (files: Record<string, string>): Map<number, Uint8Array> =>
  new Map(Object.entries(files).map(([n, file]) => [Number(n), unb64(file)]));

async function opener(world: World) {
  const verified = new Map<string, Authority>(
    Object.entries(world.chains).map(([code, chain]) => [code, verifiedOf(world.root, chain, code)]),
  );
  const keys = await KeySet.fromText(world.me.keys);
  const own = verified.get(world.me.code) as Authority;
  const wraps = world.me.wraps ?? { 1: world.me.wrap as string };
  const identities = await openEpochs(byEpoch(wraps), byEpoch(world.me.chains ?? {}), keys, own);
  return { keys, verified, own, identities };
}

interface Given {
  envelope: string;
  header: string;
  manifest_age: string;
  grants?: string[];
  /** Base64, or `at ` and the address where it is served. */
  payload: string;
  doc: string;
  thread: string;
}

async function payloadOf(given: Given): Promise<Uint8Array<ArrayBuffer>> {
  if (!given.payload.startsWith("at ")) return unb64(given.payload);
  return new Uint8Array(await (await fetch(given.payload.slice(3), { cache: "no-store" })).arrayBuffer());
}

async function treeOf(payload: Uint8Array): Promise<string> {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += PART) leaves.push(await leafOf(payload.subarray(at, at + PART)));
  return treeRoot(leaves);
}

async function open(world: World, given: Given): Promise<string> {
  const { verified, identities, own } = await opener(world);
  const parts = { envelope: unb64(given.envelope), header: unb64(given.header), manifest_age: unb64(given.manifest_age), grants: (given.grants ?? []).map(unb64) };
  const opened = await openDocument(parts, { doc: given.doc, thread: given.thread }, { code: own.code, identities }, async (code) => verified.get(code) as Authority);
  const payload = await payloadOf(given);
  const out = sha256.create();
  for await (const plain of openPayload(opened.fileKey, pieces(payload, 99_991), opened.manifest.cipher.payload_bytes)) out.update(plain);
  const same = hex(out.digest()) === opened.manifest.plain_sha256 && (await treeOf(payload)) === opened.manifest.cipher.payload_tree;
  if (!same) throw Object.assign(new Error(), { name: "HashMismatch" });
  return opened.manifest.name;
}

interface Wanted {
  type: string;
  user: string;
  reason: string;
  member?: { name: string; role: string; keys: string };
  officers?: { user: string; name: string; keys: string }[];
  admin?: boolean;
  keyset?: string;
  since?: string;
}

function statementOf(maker: Maker, authority: Authority, last: Parameters<typeof rotate>[2], want: Wanted): Made | Promise<Made> {
  const member = (): Member => {
    const { name, role, keys } = want.member as NonNullable<Wanted["member"]>;
    return { user: want.user, name, role, keys: publicOf(keys) };
  };
  switch (want.type) {
    case "member.add":
      return addMember(maker, authority, last, member());
    case "recovery.set":
      return setRecovery(maker, authority, last, (want.officers ?? []).map(({ user, name, keys }) => ({ user, name, keys: publicOf(keys) })));
    case "recovery.admit":
      return recoverMember(maker, authority, last, member(), want.admin === true, want.reason);
    case "key.revoke":
      return revoke(maker, authority, want.user, want.keyset ?? "", want.since ?? "", want.reason);
    case "member.remove":
      return removeMember(maker, authority, last, want.user, want.reason);
    case "epoch.rotate":
      return rotate(maker, authority, last, want.reason);
    case "admin.add":
      return addAdmin(maker, authority, want.user);
    default:
      return removeAdmin(maker, authority, want.user, want.reason);
  }
}

function output(byte: number) {
  const fill = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(byte);
  return { nonce: fill(16), first: fill(32), second: fill(32) };
}

/** Seal a patterned document; its payload is put to `address`, the rest is given back. */
async function sealDocument(world: World, size: number, thread: string, readers: string[], address: string) {
  const { keys, verified, own } = await opener(world);
  const author: Author = { keys, user: [...own.members.keys()][0] as string, authority: own, seen: world.seen ?? null };
  const among = ordered(author, readers.map((code) => verified.get(code) as Authority));
  const fileKey = random(16);
  const header = sealHeader(fileKey, among.map((one) => one.epoch.recipient));
  const plain = sha256.create();
  const pieces: Uint8Array[] = [];
  for await (const piece of sealPayload(fileKey, new Blob([pattern(size)]), (batch) => void plain.update(batch))) pieces.push(piece);
  const payload = concat(...pieces);
  await fetch(address, { method: "PUT", body: payload });
  const cipher = { header_sha256: sha256hex(header), payload_bytes: payload.length, payload_tree: await treeOf(payload), part: PART };
  const manifest: Manifest = {
    doc: crypto.randomUUID(), ver: 1, prev: null, matter: { ref: "OTP/XA/2026/007", thread, purpose: "annex" },
    name: "Annex 3.pdf", media: "application/pdf", lang: "en", size, plain_sha256: hex(plain.digest()), cipher,
    from: fromOf(author), to: toOf(among), dir: author.seen, created: now(), nonce: b64(random(32)), handling: [], sha256: "",
  };
  return { doc: manifest.doc, ...(await signDocument(author, among, header, manifest, null)).pieces };
}

const harness = {
  named: (name: keyof typeof harness, ...args: unknown[]) => named(() => (harness[name] as (...args: unknown[]) => unknown)(...args)),

  async openFile(identity: string, file: string, piece: number): Promise<string> {
    const bytes = unb64(file);
    const { raw } = parseHeader(bytes);
    const payload = bytes.subarray(raw.length);
    const out = sha256.create();
    for await (const plain of openPayload(await openHeader(raw, identity), pieces(payload, piece), payload.length)) out.update(plain);
    return hex(out.digest());
  },

  async sealFile(recipients: string[], size: number): Promise<string> {
    const fileKey = crypto.getRandomValues(new Uint8Array(16));
    const parts: Uint8Array[] = [sealHeader(fileKey, recipients)];
    for await (const piece of sealPayload(fileKey, new Blob([pattern(size)]), () => undefined)) parts.push(piece);
    return b64(concat(...parts));
  },

  async sign(keys: string, type: PayloadType, payload: string): Promise<string> {
    return b64((await KeySet.fromText(keys)).sign(type, utf8(payload)));
  },

  verify(keys: string, type: PayloadType, signed: string): string {
    return b64(verifySigned(unb64(signed), PublicKeySet.fromJson(strict(unb64(keys))), type));
  },

  async publicOf(keys: string): Promise<{ id: string; fingerprint: string }> {
    const { open: found } = await KeySet.fromText(keys);
    return { id: found.id, fingerprint: found.fingerprint };
  },

  async unprotect(file: string, passphrase: string): Promise<string> {
    return (await unprotect(unb64(file), passphrase)).open.id;
  },

  async openWithWords(file: string, words: string, kind: WordsKind): Promise<string> {
    return (await openWithWords(unb64(file), words, kind)).open.id;
  },

  async protect(keys: string, words: string, logn: number): Promise<string> {
    return b64(await protect(await KeySet.fromText(keys), words, logn));
  },

  async generated(): Promise<string> {
    return (await KeySet.generate()).source;
  },

  newWords: (kind: WordsKind) => newWords(kind),
  kindOf: (typed: string) => kindOf(typed),

  /** A file behind a passkey whose output is all of one byte. */
  async protectWithPasskey(keys: string, byte: number): Promise<string> {
    return b64(await protectWithPasskey(await KeySet.fromText(keys), output(byte)));
  },

  async openWithPasskey(file: string, byte: number): Promise<string> {
    return (await openWithPasskey(unb64(file), { ...output(byte), nonce: nonceOf(unb64(file)) })).open.id;
  },

  /** Words of that kind; whether they count when typed back right, and when a word of them is wrong. */
  made(kind: WordsKind): { words: string; asked: number[]; same: boolean; wrong: boolean; taken: string } {
    const making = new Making(null);
    const { words, asked } = making.words(kind);
    const typed = asked.length ? asked.map((place) => words.split("-")[place] as string) : [words.replace(/-/g, "  ").toUpperCase()];
    const wrong = making.confirm(kind, [...typed.slice(1), "zoo zoo"]);
    return { words, asked, wrong, same: making.confirm(kind, typed), taken: making.confirmed(kind) };
  },

  unconfirmed(kind: WordsKind): string {
    const making = new Making(null);
    making.words(kind);
    return making.confirmed(kind);
  },

  /** How often each place is asked back, of many codes. */
  asked(codes: number): number[] {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < codes; n++) {
      const { asked } = new Making(null).words("recovery");
      if (asked.length !== 3 || new Set(asked).size !== 3) throw new Error("not three places");
      for (const place of asked) counts[place] = (counts[place] ?? 0) + 1;
    }
    return counts;
  },

  /** What a camera reads where the page draws a fingerprint. */
  async scanned(fingerprint: string): Promise<{ read: string; shown: string }> {
    document.body.innerHTML = (globalThis as { trustedTypes?: { emptyHTML: string } }).trustedTypes?.emptyHTML ?? "";
    const digits = document.createElement("p");
    digits.dataset["fingerprint"] = "";
    const place = document.createElement("div");
    place.dataset["qr"] = "QR";
    document.body.append(digits, place);
    showFingerprint({ fingerprint });
    const svg = place.querySelector("svg") as SVGElement;
    const side = 8 * Number(svg.getAttribute("viewBox")?.split(" ")[2]);
    const canvas = new OffscreenCanvas(side, side);
    const pen = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, side, side);
    pen.scale(8, 8);
    pen.fillStyle = "#000";
    pen.fill(new Path2D(svg.querySelector("path")?.getAttribute("d") ?? ""));
    const image = pen.getImageData(0, 0, side, side);
    return { read: decodeQR({ width: side, height: side, data: image.data }), shown: digits.textContent ?? "" };
  },

  open,
  sealDocument,
  vectors: check,

  async again(world: World, given: Given, readers: string[]) {
    const { keys, verified, own, identities } = await opener(world);
    const parts = { envelope: unb64(given.envelope), header: unb64(given.header), manifest_age: unb64(given.manifest_age) };
    const authority = async (code: string): Promise<Authority> => verified.get(code) as Authority;
    const opened = await openDocument(parts, { doc: given.doc, thread: given.thread }, { code: own.code, identities }, authority);
    const user = [...own.members.keys()][0] as string;
    const sealed = await reheader({ keys, user, authority: own, seen: world.seen ?? null }, await Promise.all(readers.map(authority)), opened);
    return sealed.pieces;
  },

  chain: (root: string, chain: string | string[], code: string) => verifiedOf(root, chain, code).epoch.recipientSha256,

  /** Everything that a chain says, in a form that both sides can write. */
  said(root: string, chain: string[], code: string, unconfirmed = false) {
    const found = verifiedOf(root, chain, code, unconfirmed);
    return {
      missing: found.missing,
      seq: found.seq,
      sha256: found.sha256,
      members: Object.fromEntries([...found.members.values()].map((one) => [one.user, { name: one.name, role: one.role, keyset: one.keys.id }])),
      admins: [...found.admins].sort(),
      former: found.former.map((one) => ({ user: one.user, keyset: one.keys.id, since: one.since, until: one.until, seq: one.seq })),
      revoked: Object.fromEntries([...found.revoked].map(([keyset, { since, reason }]) => [keyset, { since, reason }])),
      epochs: [...found.epochs.values()].map((one) => ({
        n: one.n, recipient_sha256: one.recipientSha256, previous: one.previous, not_before: one.notBefore, reason: one.reason,
        chain: one.chain, recovery: one.recovery, wraps: Object.fromEntries([...one.wraps].sort()),
      })),
      recovery: found.recovery && {
        officers: [...found.recovery.officers.keys()], recipient: found.recovery.recipient, files: found.recovery.files,
        wraps: Object.fromEntries(found.recovery.wraps),
      },
      history: found.history.map((one) => ({ seq: one.seq, type: one.type, by: one.by, at: one.at, about: one.about, confirmed_by: one.confirmedBy, sha256: one.sha256 })),
    };
  },

  signer(root: string, chain: string[], code: string, user: string, keyset: string, at?: string, logged?: string): string {
    return signerOf(verifiedOf(root, chain, code), user, keyset, at ?? undefined, logged ?? undefined).name;
  },

  pinned: (chain: string[], pin: Pin) => checkPin(chain.map(unb64), pin),

  /** The recipients of the epochs that these files open, by number. */
  async epochs(root: string, chain: string[], code: string, keys: string, wraps: Record<string, string>, chains: Record<string, string>) {
    const authority = verifiedOf(root, chain, code);
    const found = await openEpochs(byEpoch(wraps), byEpoch(chains), await KeySet.fromText(keys), authority);
    return Object.fromEntries([...found.keys()].sort().map((n) => [n, authority.epochs.get(n)?.recipientSha256]));
  },

  /** A statement that continues the chain, with its files. */
  async statement(root: string, chain: string[], code: string, by: { keys: string; user: string }, identity: string, make: Wanted) {
    const authority = verifiedOf(root, chain, code);
    const maker: Maker = { keys: await KeySet.fromText(by.keys), user: by.user };
    const last = { n: authority.epoch.n, recipient: authority.epoch.recipient, identity };
    const made = await statementOf(maker, authority, last, make);
    return {
      link: b64(made.link),
      wraps: Object.fromEntries([...made.wraps].map(([keyset, file]) => [keyset, b64(file)])),
      chain: made.chainWrap && b64(made.chainWrap),
      recovery: made.recoveryWrap && b64(made.recoveryWrap),
      files: made.recoveryFiles.map(b64),
    };
  },

  async confirmed(root: string, chain: string[], code: string, by: { keys: string; user: string }, link: string): Promise<string> {
    const maker: Maker = { keys: await KeySet.fromText(by.keys), user: by.user };
    return b64(withConfirmation(unb64(link), confirm(maker, verifiedOf(root, chain, code), unb64(link))));
  },

  /** What the outer officer passes on to the inner one. */
  async handOn(root: string, chain: string[], code: string, outer: string, inner: string, file: string): Promise<string> {
    const opened = await openOuter(unb64(file), await KeySet.fromText(outer), verifiedOf(root, chain, code));
    return b64(await handOver(opened, publicOf(inner)));
  },

  /** The newest epoch's key, as the inner officer opens it. */
  async recovered(root: string, chain: string[], code: string, inner: string, handed: string, wrap: string): Promise<string> {
    const authority = verifiedOf(root, chain, code);
    const key = await takeOver(unb64(handed), await KeySet.fromText(inner), authority);
    return (await unwrapRecovery(unb64(wrap), key, authority)).identity;
  },

  /** A grant for the newest keys of those readers, by somebody; null where they have them already. */
  async rewrap(world: World, given: Given, user: string, readers: string[]) {
    const { keys, verified, own, identities } = await opener(world);
    const authority = async (code: string): Promise<Authority> => verified.get(code) as Authority;
    const parts = { envelope: unb64(given.envelope), header: unb64(given.header), manifest_age: unb64(given.manifest_age), grants: (given.grants ?? []).map(unb64) };
    const opened = await openDocument(parts, { doc: given.doc, thread: given.thread }, { code: own.code, identities }, authority);
    return rewrap({ keys, user, authority: own }, await Promise.all(readers.map(authority)), opened);
  },

  cover: (sealed: Cover, shown: Cover) => compareCover(sealed, shown),
  canonical: (value: Parameters<typeof canonical>[0]) => canonical(value),
  strict: (text: string) => strict(utf8(text)),
  padme: (lengths: number[]) => lengths.map(padme),
};

Object.assign(globalThis, { harness });
