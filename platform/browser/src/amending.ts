// Amendments: approved and transmitted as they were verified here; and the acknowledgement of what came later than the request.

import type { Http } from "./http";
import type { Expect } from "./protocol";
import { verifyApproval } from "./seal/approval";
import type { Authority } from "./seal/authority";
import { b64, sha256hex, text, unb64 } from "./seal/bytes";
import { canonical, dumps, type Json } from "./seal/canonical";
import { now } from "./seal/clock";
import { type Author, compareCover, type Cover, coverOf, fromOf, type OpenedDocument, reheader, type Sealed } from "./seal/document";
import { fail } from "./seal/errors";
import { TYPES } from "./seal/keyset";
import { content, type Working } from "./transfers";

const TEXT = "application/vnd.comity.message.v1+json";

/** Each document that was read, with the hash of its content. */
export interface Seen {
  [doc: string]: string;
}

export interface Listed {
  doc: string;
  plain_sha256: string;
}

interface Later {
  n: number;
  documents: string[];
  acknowledged_at: string | null;
}

/** A form of the request: the first has no documents of its own here. */
export interface FormShown extends Later {
  cover: Cover;
}

/** What the platform says of a request as far as forms go. */
export interface Formed {
  id: string;
  reference: string;
  requesting: string;
  requested: string;
  forms: FormShown[];
  supplements: Later[];
  amendment: { cover: Cover; documents: string[]; approval: string | null } | null;
}

export type HandedOut = (doc: string, expect: Expect) => Promise<OpenedDocument>;

export class Amending {
  constructor(
    private readonly http: Http,
    private readonly author: () => Promise<Author>,
    private readonly authority: (code: string) => Promise<Authority>,
    private readonly handedOut: HandedOut,
  ) {}

  /** Approve the amendment that was read. */
  async approve(working: Working, request: string, seen: Seen): Promise<void> {
    const who = await this.author();
    const shown = await this.shown(request);
    const amendment = shown.amendment ?? fail("WrongDocument", "no amendment");
    const papers = await this.papers(shown, amendment.documents, "amendment", seen);
    await this.checkText(working, papers, amendment.cover);
    const approval = dumps({
      v: 1,
      type: "approval",
      request,
      cover_sha256: hashOf(amendment.cover),
      documents: inOrder(papers.map(nameOf)),
      by: fromOf(who) as unknown as Json,
      created: now(),
    });
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/amendment/approve`, { approval: b64(who.keys.sign(TYPES.approval, approval)) });
  }

  /** Seal an approved amendment for both parties, its text first; the approval must be of exactly what is opened here, by somebody else than the text. */
  async transmit(working: Working, request: string, readers: string[]): Promise<void> {
    const who = await this.author();
    const among = await Promise.all(readers.map(this.authority));
    const shown = await this.shown(request);
    const amendment = shown.amendment ?? fail("WrongDocument", "no amendment");
    if ([...readers].sort().join() !== [amendment.cover.requesting, amendment.cover.requested].sort().join()) fail("CoverMismatch", "the parties");
    const papers = await this.papers(shown, amendment.documents, "amendment");
    const written = await this.checkText(working, papers, amendment.cover);
    const approval = await verifyApproval(unb64(amendment.approval ?? fail("SignatureInvalid", "no approval")), this.authority);
    const same = canonical(approval.documents) === canonical(inOrder(papers.map(nameOf)));
    if (approval.by.authority !== who.authority.code || approval.by.user === written.author.user) fail("UnknownSigner", "the approval");
    if (approval.request !== shown.id || approval.cover_sha256 !== hashOf(amendment.cover) || !same) fail("HashMismatch", "the approval");
    const documents: ({ doc: string } & Sealed["pieces"])[] = [];
    for (const opened of [written, ...papers.filter((one) => one !== written)]) {
      documents.push({ doc: opened.manifest.doc, ...(await reheader(who, among, opened)).pieces });
      working.told({ done: documents.length, total: papers.length, phase: "sealing" });
    }
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/amendment/transmit`, { documents });
  }

  /** Sign that an amendment or a supplement was received: exactly the documents that were read. */
  async receive(working: Working, request: string, seen: Seen): Promise<void> {
    const who = await this.author();
    const shown = await this.shown(request);
    const wanted = Object.keys(seen).sort().join();
    const isIt = (one: Later): boolean => one.acknowledged_at === null && one.documents.length > 0 && [...one.documents].sort().join() === wanted;
    const form = shown.forms.find(isIt);
    const came = form ?? shown.supplements.find(isIt) ?? fail("WrongDocument", "nothing of these documents waits for it");
    const papers = await this.papers(shown, came.documents, form ? "amendment" : "supplement", seen);
    await this.checkText(working, papers, ...(form ? [form.cover] : shown.forms.map(({ cover }) => cover)));
    const said = dumps({
      v: 1,
      type: "acknowledgement",
      request,
      reference: shown.reference,
      documents: inOrder(papers.map(nameOf)),
      by: fromOf(who) as unknown as Json,
      created: now(),
    });
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/receive`, { acknowledgement: b64(who.keys.sign(TYPES.acknowledgement, said)) });
  }

  /** Raises CoverMismatch unless the text of each amendment that was transmitted carries the cover that the platform shows of its form. */
  async checkForms(working: Working, shown: Formed): Promise<void> {
    for (const form of shown.forms.filter(({ n }) => n > 1)) {
      const written = form.documents[0] ?? fail("WrongDocument", "no text");
      await this.checkText(working, await this.papers(shown, [written], "amendment"), form.cover);
    }
  }

  private shown(request: string): Promise<Formed> {
    return this.http.json<Formed>("GET", `/requests/${encodeURIComponent(request)}`);
  }

  /** These documents, verified, sent by the requesting side, and still what was read. */
  private async papers(shown: Formed, docs: string[], purpose: string, seen?: Seen): Promise<OpenedDocument[]> {
    const papers: OpenedDocument[] = [];
    for (const doc of docs) {
      const opened = await this.handedOut(doc, { request: shown.id, purpose });
      if (opened.manifest.from.authority !== shown.requesting) fail("UnknownSigner", opened.manifest.from.authority);
      if (seen && seen[doc] !== opened.manifest.plain_sha256) fail("HashMismatch", "not what was read");
      papers.push(opened);
    }
    return papers;
  }

  /** The text among these papers, which carries one of these covers and lists the other papers where there are any. */
  private async checkText(working: Working, papers: OpenedDocument[], ...covers: Cover[]): Promise<OpenedDocument> {
    const texts = papers.filter(({ manifest }) => manifest.media === TEXT);
    const written = texts.length === 1 && texts[0] ? texts[0] : fail("WrongDocument", "no text");
    const blob = await content(this.http, written, working);
    const found = JSON.parse(text(new Uint8Array(await blob.arrayBuffer()))) as { cover?: Json; annexes?: Listed[] };
    if (!covers.some((cover) => isOf(found.cover, cover))) fail("CoverMismatch");
    const listed = new Map((found.annexes ?? []).map((one) => [one.doc, one.plain_sha256]));
    const files = papers.filter((one) => one !== written);
    if (files.some(({ manifest }) => listed.get(manifest.doc) !== manifest.plain_sha256)) fail("HashMismatch", "a file");
    if (papers.length > 1 && listed.size !== files.length) fail("CoverMismatch", "the files");
    return written;
  }
}

function isOf(sealed: Json | undefined, cover: Cover): boolean {
  try {
    compareCover(sealed, cover);
    return true;
  } catch {
    return false;
  }
}

function hashOf(cover: Cover): string {
  return sha256hex(dumps(coverOf(cover) as unknown as Json));
}

/** A document as statements name it. */
export function nameOf({ manifest, envelope }: OpenedDocument): { doc: string; ver: number; envelope_sha256: string } {
  return { doc: manifest.doc, ver: envelope.ver, envelope_sha256: envelope.sha256 };
}

export function inOrder<T extends { doc: string }>(named: T[]): T[] {
  return named.sort((a, b) => (a.doc < b.doc ? -1 : 1));
}
