// Acknowledging, approving and transmitting a request: each signs exactly what was verified and read on this device.

import type { Http } from "./http";
import type { Expect } from "./protocol";
import type { Authority } from "./seal/authority";
import { b64, sha256hex, text } from "./seal/bytes";
import { dumps, type Json } from "./seal/canonical";
import { type Author, compareCover, type Cover, coverOf, fromOf, now, type OpenedDocument, reheader, type Sealed } from "./seal/document";
import { fail } from "./seal/errors";
import { TYPES } from "./seal/keyset";
import { content, type Working } from "./transfers";

interface RequestShown extends Cover {
  id: string;
  documents: { doc: string; ver: number; purpose: string; envelope_sha256: string }[];
}

/** Each document that was read, with the hash of its content. */
interface Seen {
  [doc: string]: string;
}

export class Requests {
  constructor(
    private readonly http: Http,
    private readonly author: () => Promise<Author>,
    private readonly authority: (code: string) => Promise<Authority>,
    private readonly handedOut: (doc: string, expect: Expect) => Promise<OpenedDocument>,
  ) {}

  async acknowledge(working: Working, request: string, seen: Seen): Promise<void> {
    const who = await this.author();
    const shown = await this.http.json<RequestShown>("GET", `/requests/${encodeURIComponent(request)}`);
    const said = dumps({
      v: 1,
      type: "acknowledgement",
      request,
      reference: shown.reference,
      documents: await this.checkedDocuments(working, request, shown, seen),
      by: fromOf(who) as unknown as Json,
      created: now(),
    });
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/acknowledge`, { acknowledgement: b64(who.keys.sign(TYPES.acknowledgement, said)) });
  }

  async approve(working: Working, request: string, seen: Seen): Promise<void> {
    const who = await this.author();
    const shown = await this.http.json<RequestShown>("GET", `/requests/${encodeURIComponent(request)}`);
    const documents = await this.checkedDocuments(working, request, shown, seen);
    const approval = dumps({
      v: 1,
      type: "approval",
      request,
      cover_sha256: sha256hex(dumps(coverOf(shown) as unknown as Json)),
      documents,
      by: fromOf(who) as unknown as Json,
      created: now(),
    });
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/approve`, { approval: b64(who.keys.sign(TYPES.approval, approval)) });
  }

  async transmit(working: Working, request: string, readers: string[]): Promise<void> {
    const who = await this.author();
    const among = await Promise.all(readers.map(this.authority));
    const shown = await this.http.json<RequestShown>("GET", `/requests/${encodeURIComponent(request)}`);
    const documents: ({ doc: string } & Sealed["pieces"])[] = [];
    const drafts = shown.documents.filter((one) => one.purpose === "request" || one.purpose === "annex");
    for (const one of drafts) {
      const opened = await this.handedOut(one.doc, { request, purpose: one.purpose });
      documents.push({ doc: one.doc, ...(await reheader(who, among, opened)).pieces });
      working.told({ done: documents.length, total: drafts.length, phase: "sealing" });
    }
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/transmit`, { documents });
  }

  /** The request and its annexes, verified again and still what was read, as a statement names them. */
  private async checkedDocuments(working: Working, request: string, shown: RequestShown, seen: Seen): Promise<Json[]> {
    const named: { doc: string; ver: number; envelope_sha256: string }[] = [];
    for (const one of shown.documents.filter(({ purpose }) => purpose === "request" || purpose === "annex")) {
      const opened = await this.handedOut(one.doc, { request, purpose: one.purpose });
      if (seen[one.doc] !== opened.manifest.plain_sha256) fail("HashMismatch", "not what was read");
      if (one.purpose === "request") await checkText(await content(this.http, opened, working), shown);
      named.push({ doc: one.doc, ver: opened.envelope.ver, envelope_sha256: opened.envelope.sha256 });
    }
    return named.sort((a, b) => (a.doc < b.doc ? -1 : 1));
  }
}

/** The sealed text must carry the cover and the annexes that the platform shows. */
async function checkText(blob: Blob, shown: RequestShown): Promise<void> {
  const found = JSON.parse(text(new Uint8Array(await blob.arrayBuffer()))) as { cover?: unknown; annexes?: { doc: string }[] };
  compareCover(found.cover, shown);
  const listed = new Set((found.annexes ?? []).map((one) => one.doc));
  const annexes = shown.documents.filter((one) => one.purpose === "annex");
  if (listed.size !== annexes.length || annexes.some((one) => !listed.has(one.doc))) fail("CoverMismatch", "the annexes");
}
