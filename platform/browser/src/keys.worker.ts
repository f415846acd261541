// The key worker: holds the key set, hands out operations, never keys.
//
// The server serves this file with a first line that pins the root, and the log's key where the operator has named it;
// without a root nothing works.

import { Chains } from "./chains";
import { type Gate, Http } from "./http";
import { forget, keep, restore } from "./keeping";
import { Log } from "./log";
import { Making } from "./making";
import { Office } from "./office";
import { officeOperations } from "./office_operations";
import type { Answer, AuthorityView, Call, Control, Described, Expect, Served } from "./protocol";
import { logged } from "./receipts";
import { Recovering } from "./recovering";
import { Requests } from "./requests";
import { Rewrapping } from "./rewrapping";
import type { Authority } from "./seal/authority";
import { b64, random, sha256hex, unb64 } from "./seal/bytes";
import { dumps, type Json } from "./seal/canonical";
import { now, requireClock } from "./seal/clock";
import { type Author, fromOf, type Manifest, openDocument, type OpenedDocument, ordered, signDocument, toOf } from "./seal/document";
import { fail, SealFailure } from "./seal/errors";
import { KeySet, type PublicKeySet, TYPES } from "./seal/keyset";
import type { Logged } from "./seal/parties";
import { PART } from "./seal/sizes";
import { type Kind, kindOf, nonceOf, openWithPasskey, openWithWords, protect, protectWithPasskey, type WordsKind, WRONG } from "./seal/ways";
import { openEpochs } from "./seal/wraps";
import { content, upload, type Working } from "./transfers";

declare const self: {
  location: { hostname: string };
  postMessage(answer: Answer): void;
  addEventListener(name: "message", listener: (event: MessageEvent<Call | Control>) => void): void;
};

/** The work that protects a key set: this script's own choice; less only where the platform is on one's own machine. */
const LOGN = self.location.hostname === "localhost" ? 15 : 18;

/** What is sealed to one's own team alone: a draft, before its text says who the parties are, what colleagues note on it, and an amendment. */
const DRAFTED = new Set(["request", "annex", "review", "amendment"]);

interface Me {
  id: string;
  authority: string | null;
  keyset: string | null;
}

interface Mine {
  keyset: string;
  ways: { id: string; kind: Kind; credential: string | null; file: string }[];
  wraps: WrapGiven[];
  chains?: WrapGiven[];
}

interface WrapGiven {
  authority: string;
  epoch: number;
  wrap: string;
}

interface NewWay {
  kind: Kind;
  label: string;
  credential: string | null;
  file: string;
}

interface HandedOut {
  doc: string;
  ver: number;
  envelope: string;
  header: string;
  manifest_age: string;
  grants?: string[];
}

const http = new Http();
const controls = new Map<number, (control: Control["control"]) => void>();
let keys: KeySet | undefined;
let making = new Making(null);
let ready: Promise<Ready> | undefined;

interface Ready {
  me: Me & { authority: string };
  /** My authority's keys, by epoch. */
  identities: Map<number, string>;
  /** The statement up to which they were fetched. */
  statement: string;
}

const log = new Log(http);
const chains = new Chains(http, log);
const authority = (code: string) => chains.authority(code);

/** The key set that one's authority's statements list for oneself, if they list any. */
async function listed(me: Me): Promise<PublicKeySet | undefined> {
  return me.authority ? (await chains.stated(me.authority))?.members.get(me.id)?.keys : undefined;
}

function whoAmI(): Promise<Me> {
  return http.json<Me>("GET", "/session");
}

function unlockedKeys(): KeySet {
  return keys ?? fail("Locked");
}

/** Who I am, and my authority's keys, unwrapped and checked; fetched once for each state of its statements. */
async function mine(): Promise<Ready> {
  const own = unlockedKeys();
  const last = ready ? await ready.catch(() => undefined) : undefined;
  if (last && (await authority(last.me.authority)).sha256 === last.statement) return last;
  ready = fetchMine(own);
  ready.catch(() => {
    ready = undefined;
  });
  return ready;
}

async function fetchMine(own: KeySet): Promise<Ready> {
  const [who, kept] = await Promise.all([whoAmI(), http.json<Mine>("GET", "/keys/mine")]);
  const expected = await listed(who);
  if (!who.authority || !expected) return fail("NoKeys");
  if (expected.id !== own.open.id) fail("WrongKeySet");
  const verified = await authority(who.authority);
  const given = (wraps: WrapGiven[]): Map<number, Uint8Array> =>
    new Map(wraps.filter((one) => one.authority === verified.code).map((one) => [one.epoch, unb64(one.wrap)]));
  const identities = await openEpochs(given(kept.wraps), given(kept.chains ?? []), own, verified);
  if (!identities.size) fail("NotServed");
  return { me: { ...who, authority: verified.code }, identities, statement: verified.sha256 };
}

/** The account with its authority, and the key set that is unlocked, whether or not it is listed already. */
async function signer() {
  const { id, authority: own } = await whoAmI();
  return { keys: unlockedKeys(), user: id, authority: own ?? fail("NoKeys") };
}

const office = new Office(http, chains, async () => {
  const { me, identities } = await mine();
  return { keys: unlockedKeys(), user: me.id, authority: me.authority, identities };
}, signer);

async function author(): Promise<Author> {
  requireClock();
  const { me } = await mine();
  const { id } = await chains.root();
  return { keys: unlockedKeys(), user: me.id, authority: await authority(me.authority), seen: await log.state(id) };
}

const requests = new Requests(http, author, authority, handedOut);
const recovering = new Recovering(http, office);
const rewrapping = new Rewrapping(http, chains, author, handedOut);

async function sessionSecret(): Promise<Uint8Array<ArrayBuffer>> {
  return unb64((await http.json<{ secret: string }>("GET", "/session/unlock-secret")).secret);
}

/** Use a key set from now on, if it is the one that the platform and one's authority's statements name. */
async function adopt(found: KeySet, named: string, account: string): Promise<string> {
  const me = await whoAmI();
  const expected = await listed(me);
  const other = expected && expected.id !== named && !(await authority(me.authority ?? "")).revoked.has(expected.id);
  if (found.open.id !== named || other) fail("WrongKeySet");
  keys = found;
  ready = undefined;
  try {
    if (expected?.id === named) await mine();
    return await keep(found.source, await sessionSecret(), account);
  } catch (error) {
    keys = undefined;
    throw error;
  }
}

/** Raises HasKeys while the key set that there is waits to be listed, or counts. */
async function requireSpent(me: Me, keyset: string): Promise<void> {
  const said = me.authority ? await chains.stated(me.authority) : null;
  const present = [said?.members.get(me.id), said?.recovery?.officers.get(me.id)].map((one) => one?.keys.id);
  if (!said?.listed.has(keyset) || present.some((one) => one !== undefined && !said.revoked.has(one))) fail("HasKeys");
}

async function behindWords(set: KeySet, kind: WordsKind): Promise<NewWay> {
  return { kind, label: "", credential: null, file: b64(await protect(set, making.confirmed(kind), LOGN)) };
}

function signedChange(change: Json): string {
  return b64(unlockedKeys().sign(TYPES.way, dumps(change)));
}

/** One more way to the key set that is unlocked, signed with it. */
async function add({ kind, label, credential, file }: NewWay): Promise<void> {
  const change = { v: 1, type: "way.add", keyset: unlockedKeys().open.id, kind, label, credential, file_sha256: sha256hex(unb64(file)) };
  await http.json("POST", "/keys/mine/ways", { signed: signedChange(change), file });
}

async function handedOut(doc: string, expect: Expect): Promise<OpenedDocument & { given: HandedOut }> {
  await mine(); // without a key nothing is asked for: each hand-out is a line
  const given = await http.json<HandedOut>("GET", `/documents/${encodeURIComponent(doc)}${expect.keep ? "?keep=true" : ""}`);
  const pieces = {
    envelope: unb64(given.envelope),
    header: unb64(given.header),
    manifest_age: unb64(given.manifest_age),
    grants: (given.grants ?? []).map(unb64),
  };
  const expected = { doc, thread: expect.request, ...(expect.purpose ? { purpose: expect.purpose } : {}) };
  const opening = (known?: Logged): Promise<OpenedDocument> =>
    chains.upToDate(async () => {
      const { me, identities } = await mine();
      return openDocument(pieces, expected, { code: me.authority, identities }, authority, known);
    });
  const opened = await opening().catch(async (error: unknown) => {
    if (!(error instanceof SealFailure) || error.name !== "RevokedSigner") throw error;
    return opening(await logged(http, log, (await chains.root()).id, expect.request, doc));
  });
  if (opened.manifest.dir) await log.shared((await chains.root()).id, opened.manifest.dir);
  newest.set(doc, { ver: opened.manifest.ver, manifest: opened.manifest.sha256, envelope: opened.envelope.sha256 });
  return { ...opened, given };
}

async function described({ manifest, author: by }: OpenedDocument): Promise<Described> {
  const { me } = await mine();
  return {
    doc: manifest.doc,
    ver: manifest.ver,
    name: manifest.name,
    media: manifest.media,
    lang: manifest.lang,
    size: manifest.size,
    plain_sha256: manifest.plain_sha256,
    purpose: manifest.matter.purpose,
    from: { authority: manifest.from.authority, user: by.user, name: by.name },
    created: manifest.created,
    handling: manifest.handling,
    translation: manifest.translation,
    mine: manifest.from.authority === me.authority,
  };
}

/** The version of a draft that this page made or opened last: saving by itself asks for no hand-out, which would be a line each. */
const newest = new Map<string, { ver: number; manifest: string; envelope: string }>();

async function place(replaces: string | undefined, request: string) {
  if (!replaces) return { doc: crypto.randomUUID(), ver: 1, prev: null, prevEnvelope: null };
  if (!newest.has(replaces)) await handedOut(replaces, { request });
  const last = newest.get(replaces) ?? fail("WrongDocument", replaces);
  return { doc: replaces, ver: last.ver + 1, prev: last.manifest, prevEnvelope: last.envelope };
}

const OF_TRANSLATIONS = new Set(["source", "translation", "question", "attachment"]);

/** Raises CoverMismatch unless everybody is of the Court, as signed, and one of the Registry: a text to translate goes to nobody else. */
function requireCourt(purpose: string, among: Authority[]): void {
  const inside = among.length === 2 && among.every(({ kind }) => kind === "court") && among.some(({ organ }) => organ === "registry");
  if (!inside || !OF_TRANSLATIONS.has(purpose)) fail("CoverMismatch", "a text to translate stays inside of the Court");
}

const operations: Served<Working> = {
  async unlock(_working, words, said, account) {
    const kept = await http.json<Mine>("GET", "/keys/mine");
    const kind = said ?? kindOf(words);
    const way = kept.ways.find((one) => one.kind === kind) ?? fail(WRONG[kind]);
    return adopt(await openWithWords(unb64(way.file), words, kind), kept.keyset, account);
  },

  async passkeys() {
    const { ways } = await http.json<Mine>("GET", "/keys/mine");
    return ways.flatMap((one) => {
      if (one.kind !== "passkey") return [];
      try {
        return [{ way: one.id, credential: unb64(one.credential), nonce: nonceOf(unb64(one.file)) }];
      } catch {
        return []; // a damaged one must not hide the others
      }
    });
  },

  async unlockByPasskey(_working, way, prf, account) {
    const kept = await http.json<Mine>("GET", "/keys/mine");
    const found = kept.ways.find((one) => one.id === way && one.kind === "passkey") ?? fail("WrongPasskey");
    return adopt(await openWithPasskey(unb64(found.file), prf), kept.keyset, account);
  },

  async own() {
    const { id, fingerprint } = unlockedKeys().open;
    return { keyset: id, fingerprint, listed: (await listed(await whoAmI()))?.id === id };
  },

  async enrol(_working, lost) {
    const me = await whoAmI();
    if (me.keyset && !lost) await requireSpent(me, me.keyset);
    if (!me.keyset && (await listed(me))) fail("AlreadyListed");
    const first = await KeySet.generate();
    making = new Making(first);
    return first.open.fingerprint;
  },

  async words(_working, kind) {
    return making.words(kind);
  },

  async confirm(_working, kind, typed) {
    return making.confirm(kind, typed);
  },

  async addPasskey(_working, label, credential, prf) {
    const file = await protectWithPasskey(unlockedKeys(), prf);
    await add({ kind: "passkey", label, credential: b64(credential), file: b64(file) });
  },

  async deposit(_working, account, lost) {
    const first = making.first ?? fail("FormatError", "no key set was made");
    const ways: NewWay[] = [];
    for (const kind of ["passphrase", "recovery"] as const) ways.push(await behindWords(first, kind));
    await http.json("PUT", "/keys/mine", { public: b64(first.open.bytes), ways, lost });
    making = new Making(null);
    const waits = (await whoAmI()).keyset !== first.open.id; // until a statement lists it
    return waits ? null : adopt(first, first.open.id, account);
  },

  async renew(_working, kind) {
    await add(await behindWords(unlockedKeys(), kind));
    making = new Making(null);
  },

  async removeWay(_working, way) {
    const signed = signedChange({ v: 1, type: "way.remove", keyset: unlockedKeys().open.id, way });
    await http.json("POST", `/keys/mine/ways/${encodeURIComponent(way)}/remove`, { signed });
  },

  async restore(_working, kept, account) {
    const source = await restore(kept, await sessionSecret(), account);
    if (source !== null) keys = await KeySet.fromText(source);
    return source !== null;
  },

  async forget() {
    keys = undefined;
    making = new Making(null);
    ready = undefined;
    await forget();
  },

  async authority(_working, code) {
    const found = await authority(code);
    const view: AuthorityView = {
      code,
      kind: found.kind,
      names: found.names,
      members: [...found.members.values()].map(({ user, name, role, keys: open }) => ({ user, name, role, fingerprint: open.fingerprint })),
      epoch: { n: found.epoch.n, recipient_sha256: found.epoch.recipientSha256 },
    };
    return view;
  },

  ...officeOperations(office, recovering, rewrapping, whoAmI, signer),

  async seal(working, input) {
    const who = await author();
    const among = ordered(who, await Promise.all(input.readers.map(authority)));
    if ((input.purpose === "review" || input.purpose === "amendment") && input.readers.join() !== who.authority.code) fail("CoverMismatch", "this is one's own team's");
    if (input.withService) requireCourt(input.purpose, among);
    else if (!DRAFTED.has(input.purpose)) await requests.requireParties(working, input.request, input.readers);
    const where = await place(input.replaces, input.request);
    const up = await upload(http, input, among.map((one) => one.epoch.recipient), working);
    const manifest: Manifest = {
      doc: where.doc,
      ver: where.ver,
      prev: where.prev,
      matter: { ref: input.ref, thread: input.request, purpose: input.purpose },
      name: input.name,
      media: input.media,
      lang: input.lang,
      size: input.blob.size,
      plain_sha256: up.plainSha256,
      cipher: { header_sha256: sha256hex(up.header), payload_bytes: up.payloadBytes, payload_tree: up.tree, part: PART },
      from: fromOf(who),
      to: toOf(among),
      dir: who.seen,
      created: now(),
      nonce: b64(random(32)),
      handling: [...(input.handling ?? [])].sort(),
      translation: input.translation ?? null,
      sha256: "",
    };
    const sealed = await signDocument(who, among, up.header, manifest, where.prevEnvelope);
    newest.delete(where.doc);
    await http.postAgain(`/uploads/${up.id}/complete`, { ...sealed.pieces, replaces: input.replaces ?? null }, working.gate);
    newest.set(where.doc, { ver: where.ver, manifest: sealed.manifest.sha256, envelope: sealed.envelopeSha256 });
    return { doc: where.doc, ver: where.ver, plain_sha256: up.plainSha256, size: input.blob.size };
  },

  async describe(_working, doc, expect) {
    return described(await handedOut(doc, expect));
  },

  async open(working, doc, expect) {
    const opened = await handedOut(doc, expect);
    return { ...(await described(opened)), blob: await content(http, opened, working) };
  },

  async acknowledge(working, request, seen) {
    await requests.acknowledge(working, request, seen);
  },

  async approveAmendment(working, request, seen) {
    await requests.amending.approve(working, request, seen);
  },

  async transmitAmendment(working, request, readers) {
    await requests.amending.transmit(working, request, readers);
  },

  async receive(working, request, seen) {
    await requests.amending.receive(working, request, seen);
  },

  async dispose(working, request, fate) {
    await requests.dispose(working, request, fate);
  },

  async approve(working, request, seen) {
    await requests.approve(working, request, seen);
  },

  async transmit(working, request, readers, travelled) {
    await requests.transmit(working, request, readers, travelled);
  },
};

/** Pause, resume and cancel for one call. */
function gateFor(id: number): Gate {
  const aborting = new AbortController();
  let paused: Promise<void> | undefined;
  let goOn: (() => void) | undefined;
  controls.set(id, (control) => {
    if (control === "pause") paused ??= new Promise((resolve) => (goOn = resolve));
    else {
      if (control === "cancel") aborting.abort();
      goOn?.();
      paused = undefined;
    }
  });
  return { signal: aborting.signal, open: async () => paused };
}

async function answer({ id, op, args, csrf }: Call): Promise<void> {
  http.csrf = csrf;
  const working: Working = { gate: gateFor(id), told: (progress) => self.postMessage({ id, progress }) };
  try {
    const run = operations[op] as (working: Working, ...args: unknown[]) => Promise<unknown>;
    self.postMessage({ id, result: await run(working, ...args) });
  } catch (error) {
    const failure = error instanceof SealFailure ? error : new SealFailure("FormatError", String(error));
    self.postMessage({ id, error: { name: failure.name, message: failure.message, ...(failure.problem ? { problem: failure.problem } : {}) } });
  } finally {
    controls.delete(id);
  }
}

self.addEventListener("message", (event: MessageEvent<Call | Control>) => {
  if ("control" in event.data) controls.get(event.data.id)?.(event.data.control);
  else void answer(event.data);
});
