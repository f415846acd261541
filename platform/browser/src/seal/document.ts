// Documents: manifest and envelope made and checked; the reader's checks in the order of the specification.

import { Decrypter, Encrypter } from "age-encryption";

import { type Authority, type Member, signerOf } from "./authority";
import { b64, type Bytes, concat, random, sha256hex, unb64, utf8 } from "./bytes";
import { canonical, dumps, type Json, Reader, strict } from "./canonical";
import { now } from "./clock";
import { fail, SealFailure } from "./errors";
import { follow, type Present } from "./grant";
import { handlingIn, handlingJson, SINCE } from "./handling";
import { openHeader, requireHybrid, sealHeader } from "./header";
import { type KeySet, parseSigned, TYPES, verifySigned } from "./keyset";
import { type LogState, stateIn } from "./log/state";
import { type Logged, readersIn, type Sender, senderOf, type To } from "./parties";
import { TRANSLATED, translationIn, translationJson, type TranslationOf } from "./translated";
import { isPayloadLength, padme, PART, payloadLength } from "./sizes";

export const PURPOSES = [
  "request", "annex", "question", "reply", "answer", "return", "extension", "decision", "message", "attachment",
  "part", "consultation", "meeting", "proposal", "agreement", "denial", "use", "consent",
  "supplement", "amendment", "review", "source", "translation", "withdrawal", "disposal",
];

export interface Envelope {
  doc: string;
  ver: number;
  thread: string;
  purpose: string;
  from: Sender;
  to: To[];
  header_sha256: string;
  payload_bytes: number;
  payload_tree: string;
  manifest_age_sha256: string;
  manifest_commitment: string;
  /** The state of the log that the sender relied on. */
  dir: LogState | null;
  created: string;
  prev_envelope: string | null;
  /** Codes of the limits under which it is sent. */
  handling: string[];
  /** SHA-256 of the signed bytes: how later versions and approvals name this. */
  sha256: string;
}

export interface Manifest {
  doc: string;
  ver: number;
  prev: string | null;
  matter: { ref: string; thread: string; purpose: string };
  name: string;
  media: string;
  lang: string;
  size: number;
  plain_sha256: string;
  cipher: { header_sha256: string; payload_bytes: number; payload_tree: string; part: number };
  from: Sender;
  to: To[];
  dir: LogState | null;
  created: string;
  nonce: string;
  handling: string[];
  /** Of which document it is a translation, if it is one. */
  translation: TranslationOf | null;
  sha256: string;
}

export interface Pieces {
  envelope: Uint8Array;
  header: Uint8Array;
  manifest_age: Uint8Array;
  /** Signed notes of later headers, in order; none where header and manifest are those of the envelope. */
  grants?: Uint8Array[];
}

export interface Expected {
  doc: string;
  thread: string;
  purpose?: string;
  ver?: number;
}

/** An envelope's signed bytes taken apart; nothing of it is verified here. */
export function parseEnvelope(payload: Uint8Array): Envelope {
  const read = new Reader(strict(payload), "the envelope", [
    "v", "doc", "ver", "thread", "purpose", "from", "to", "header_sha256", "payload_bytes", "payload_tree",
    "manifest_age_sha256", "manifest_commitment", "dir", "created", "prev_envelope",
  ], SINCE);
  read.oneOf("v", 1);
  const envelope: Envelope = {
    doc: read.matching("doc", "uuid"),
    ver: read.number("ver", 1),
    thread: read.matching("thread", "uuid"),
    purpose: read.oneOf("purpose", ...PURPOSES),
    from: senderOf(read.value["from"]),
    to: readersIn(read.items("to", 64)),
    header_sha256: read.matching("header_sha256", "hash"),
    payload_bytes: read.number("payload_bytes"),
    payload_tree: read.matching("payload_tree", "hash"),
    manifest_age_sha256: read.matching("manifest_age_sha256", "hash"),
    manifest_commitment: read.matching("manifest_commitment", "hash"),
    dir: stateIn(read.value["dir"]),
    created: read.matching("created", "time"),
    prev_envelope: read.optional("prev_envelope", "hash"),
    handling: handlingIn(read),
    sha256: sha256hex(payload),
  };
  if ((envelope.ver === 1) !== (envelope.prev_envelope === null) || !isPayloadLength(envelope.payload_bytes)) fail("FormatError", "the envelope");
  return envelope;
}

export function parseManifest(payload: Uint8Array): Manifest {
  const read = new Reader(strict(payload), "the manifest", [
    "v", "doc", "ver", "prev", "matter", "name", "media", "lang", "class", "size", "container", "plain_sha256",
    "cipher", "from", "to", "dir", "created", "nonce",
  ], [...SINCE, ...TRANSLATED]);
  read.oneOf("v", 1);
  read.oneOf("container", "raw");
  read.oneOf("class", "confidential");
  const matter = new Reader(read.value["matter"], "the matter", ["ref", "thread", "purpose"]);
  const cipher = new Reader(read.value["cipher"], "the cipher", ["header_sha256", "payload_bytes", "payload_tree", "part"]);
  const manifest: Manifest = {
    doc: read.matching("doc", "uuid"),
    ver: read.number("ver", 1),
    prev: read.optional("prev", "hash"),
    matter: { ref: matter.text("ref", 200), thread: matter.matching("thread", "uuid"), purpose: matter.oneOf("purpose", ...PURPOSES) },
    name: read.text("name", 1024),
    media: read.text("media", 200),
    lang: read.text("lang", 35),
    size: read.number("size"),
    plain_sha256: read.matching("plain_sha256", "hash"),
    cipher: {
      header_sha256: cipher.matching("header_sha256", "hash"),
      payload_bytes: cipher.number("payload_bytes"),
      payload_tree: cipher.matching("payload_tree", "hash"),
      part: cipher.oneOf("part", PART),
    },
    from: senderOf(read.value["from"]),
    to: readersIn(read.items("to", 64)),
    dir: stateIn(read.value["dir"]),
    created: read.matching("created", "time"),
    nonce: read.text("nonce"),
    handling: handlingIn(read),
    translation: translationIn(read),
    sha256: sha256hex(payload),
  };
  if (unb64(manifest.nonce).length !== 32 || payloadLength(manifest.size) !== manifest.cipher.payload_bytes) fail("FormatError", "the manifest");
  return manifest;
}

function manifestJson(one: Manifest): Json {
  const { sha256: _, handling, translation, ...rest } = one;
  return { v: 1, class: "confidential", container: "raw", ...(rest as unknown as { [key: string]: Json }), ...handlingJson(handling), ...translationJson(translation) };
}

function commitment(nonce: string, payload: Uint8Array): string {
  return sha256hex(concat(utf8("manifest-commit-v1"), unb64(nonce), payload));
}

export interface Author {
  keys: KeySet;
  user: string;
  authority: Authority;
  /** The newest state of the log that she has seen. */
  seen: LogState | null;
}

export interface Sealed {
  pieces: { envelope: string; header: string; manifest_age: string };
  manifest: Manifest;
  envelopeSha256: string;
}

export function fromOf(author: Author): Sender {
  return { authority: author.authority.code, user: author.user, keyset: author.keys.open.id };
}

/** The readers in order; one's own authority must be among them. */
export function ordered(author: Author, among: Authority[]): Authority[] {
  const found = [...among].sort((a, b) => (a.code < b.code ? -1 : 1));
  const codes = new Set(found.map((one) => one.code));
  return codes.size === found.length && codes.has(author.authority.code) ? found : fail("WrongRecipients", "the readers");
}

export function toOf(among: Authority[]): To[] {
  return among.map((one) => ({ authority: one.code, epoch: one.epoch.n, recipient_sha256: one.epoch.recipientSha256 }));
}

/** Sign manifest and envelope over a payload and header that are there already. */
export async function signDocument(author: Author, among: Authority[], header: Bytes, manifest: Manifest, prevEnvelope: string | null): Promise<Sealed> {
  const inner = dumps(manifestJson(manifest));
  const signed = author.keys.sign(TYPES.manifest, inner);
  const encrypter = new Encrypter();
  for (const one of among) encrypter.addRecipient(one.epoch.recipient);
  const padded = new Uint8Array(padme(signed.length)).fill(32);
  padded.set(signed);
  const manifestAge = await encrypter.encrypt(padded);
  const outer = dumps({
    v: 1,
    doc: manifest.doc,
    ver: manifest.ver,
    thread: manifest.matter.thread,
    purpose: manifest.matter.purpose,
    from: manifest.from as unknown as Json,
    to: manifest.to as unknown as Json,
    header_sha256: manifest.cipher.header_sha256,
    payload_bytes: manifest.cipher.payload_bytes,
    payload_tree: manifest.cipher.payload_tree,
    manifest_age_sha256: sha256hex(manifestAge),
    manifest_commitment: commitment(manifest.nonce, inner),
    dir: manifest.dir as unknown as Json,
    created: manifest.created,
    prev_envelope: prevEnvelope,
    ...handlingJson(manifest.handling),
  });
  return {
    pieces: { envelope: b64(author.keys.sign(TYPES.envelope, outer)), header: b64(header), manifest_age: b64(manifestAge) },
    manifest: { ...manifest, sha256: sha256hex(inner) },
    envelopeSha256: sha256hex(outer),
  };
}

/** The same payload for other readers: new header, next manifest, next envelope. */
export async function reheader(author: Author, among: Authority[], opened: OpenedDocument): Promise<Sealed> {
  const to = ordered(author, among);
  const header = sealHeader(opened.fileKey, to.map((one) => one.epoch.recipient));
  const last = opened.manifest;
  const next: Manifest = {
    ...last,
    ver: last.ver + 1,
    prev: last.sha256,
    from: fromOf(author),
    to: toOf(to),
    dir: author.seen,
    cipher: { ...last.cipher, header_sha256: sha256hex(header) },
    created: now(),
    nonce: b64(random(32)),
  };
  return signDocument(author, to, header, next, opened.envelope.sha256);
}

export interface OpenedDocument {
  manifest: Manifest;
  envelope: Envelope;
  author: Member;
  fileKey: Uint8Array;
  /** Who reads it now, by how many grants, and what was sealed to them: all of it for a further grant. */
  present: Present;
  grants: number;
  signedManifest: Uint8Array;
}

/**
 * Checks 1 to 5: signer, document, hashes, readers, manifest.  The payload comes after.  What a key set signed that was
 * revoked since counts only where `logged` has a time before.
 */
export async function openDocument(
  pieces: Pieces,
  expected: Expected,
  own: { code: string; identities: Map<number, string> },
  authority: (code: string) => Promise<Authority>,
  logged: Logged = {},
): Promise<OpenedDocument> {
  const { envelope, author } = await checkEnvelope(pieces.envelope, expected, authority, logged);
  const present = await follow(pieces.grants ?? [], envelope, authority, logged);
  if (sha256hex(pieces.header) !== present.header_sha256) fail("HashMismatch", "the header");
  if (sha256hex(pieces.manifest_age) !== present.manifest_age_sha256) fail("HashMismatch", "the manifest");
  requireHybrid(pieces.header, present.to.length, true);
  requireHybrid(pieces.manifest_age, present.to.length, false);
  const identity = await checkReaders(present, own, authority);
  const fileKey = await openHeader(pieces.header, identity);
  const { manifest, signedManifest } = await openManifest(pieces.manifest_age, identity, author, envelope);
  return { manifest, envelope, author, fileKey, present, grants: pieces.grants?.length ?? 0, signedManifest };
}

async function checkEnvelope(signed: Uint8Array, expected: Expected, authority: (code: string) => Promise<Authority>, logged: Logged) {
  let envelope: Envelope;
  let author: Member;
  try {
    const claimed = parseEnvelope(parseSigned(signed).payload);
    author = signerOf(await authority(claimed.from.authority), claimed.from.user, claimed.from.keyset, claimed.created, logged[claimed.sha256]);
    envelope = parseEnvelope(verifySigned(signed, author.keys, TYPES.envelope));
  } catch (error) {
    if (error instanceof SealFailure && error.name === "FormatError") return fail("SignatureInvalid", error.message);
    throw error;
  }
  if (
    envelope.doc !== expected.doc ||
    envelope.thread !== expected.thread ||
    (expected.purpose !== undefined && envelope.purpose !== expected.purpose) ||
    (expected.ver !== undefined && envelope.ver !== expected.ver)
  ) {
    fail("WrongDocument", envelope.doc);
  }
  return { envelope, author };
}

/** Every reader at an epoch that her authority's statements name; gives one's own key for it. */
async function checkReaders({ to: all }: Present, own: { code: string; identities: Map<number, string> }, authority: (code: string) => Promise<Authority>) {
  let identity: string | undefined;
  for (const to of all) {
    if ((await authority(to.authority)).epochs.get(to.epoch)?.recipientSha256 !== to.recipient_sha256) fail("WrongRecipients", to.authority);
    if (to.authority === own.code) identity = own.identities.get(to.epoch);
  }
  return identity ?? fail("WrongRecipients", own.code);
}

async function openManifest(sealed: Uint8Array, identity: string, author: Member, envelope: Envelope) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  let signedManifest: Uint8Array;
  let payload: Uint8Array;
  let manifest: Manifest;
  try {
    signedManifest = await decrypter.decrypt(sealed);
    let end = signedManifest.length;
    while (end > 0 && signedManifest[end - 1] === 32) end--;
    payload = verifySigned(signedManifest.subarray(0, end), author.keys, TYPES.manifest);
    manifest = parseManifest(payload);
  } catch (error) {
    if (error instanceof SealFailure && error.name === "SignatureInvalid") throw error;
    return fail("ManifestMismatch", String(error));
  }
  if (commitment(manifest.nonce, payload) !== envelope.manifest_commitment) fail("CommitmentMismatch");
  const inside = [manifest.doc, manifest.ver, manifest.matter.thread, manifest.matter.purpose, manifest.cipher.header_sha256,
    manifest.cipher.payload_bytes, manifest.cipher.payload_tree, manifest.from, manifest.to, manifest.dir, manifest.created, manifest.handling];
  const outside = [envelope.doc, envelope.ver, envelope.thread, envelope.purpose, envelope.header_sha256,
    envelope.payload_bytes, envelope.payload_tree, envelope.from, envelope.to, envelope.dir, envelope.created, envelope.handling];
  if (canonical(inside as unknown as Json) !== canonical(outside as unknown as Json)) fail("ManifestMismatch");
  return { manifest, signedManifest };
}

export interface Cover {
  kind: string;
  reference: string;
  requesting: string;
  requested: string;
  requested_on: string | null;
  situation: boolean;
  basis: string | null;
  measures: { n: number; letter: string | null; act: string | null; taken_back?: number | null }[];
  /** The form in force; a sealed cover says it from the second one on. */
  form?: number;
}

/** The cover of a request as the API shows it, in the form that is sealed and compared. */
export function coverOf(shown: Cover): Cover {
  const { kind, reference, requesting, requested, requested_on, situation, basis, measures, form } = shown;
  const inForce = measures.filter((one) => !one.taken_back).map(({ n, letter, act }) => ({ n, letter, act }));
  return { kind, reference, requesting, requested, requested_on, situation, basis, measures: inForce, ...(form !== undefined && form > 1 ? { form } : {}) };
}

export function compareCover(sealed: unknown, shown: Cover): void {
  let same = false;
  try {
    same = canonical(sealed as Json) === canonical(coverOf(shown) as unknown as Json);
  } catch {
    same = false;
  }
  if (!same) fail("CoverMismatch");
}
