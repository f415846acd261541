// Acknowledging, approving and transmitting a request, and what became of its documents: each signs exactly what was verified on this device.

import { Amending, type Formed, type HandedOut, inOrder, type Listed, nameOf, type Seen } from "./amending";
import type { Http } from "./http";
import type { Fate, Travelled } from "./protocol";
import { verifyApproval } from "./seal/approval";
import type { Authority } from "./seal/authority";
import { b64, sha256hex, text, unb64 } from "./seal/bytes";
import { canonical, dumps, type Json } from "./seal/canonical";
import { now } from "./seal/clock";
import { type Author, compareCover, type Cover, coverOf, fromOf, type OpenedDocument, reheader, type Sealed } from "./seal/document";
import { fail } from "./seal/errors";
import { TYPES } from "./seal/keyset";
import { content, type Working } from "./transfers";

interface RequestShown extends Omit<Cover, "form">, Formed {
  form: number;
  approval: string | null;
  documents: { doc: string; ver: number; purpose: string; envelope_sha256: string; sender: { authority: string }; released_at: string | null }[];
}

export class Requests {
  readonly amending: Amending;

  constructor(
    private readonly http: Http,
    private readonly author: () => Promise<Author>,
    private readonly authority: (code: string) => Promise<Authority>,
    private readonly handedOut: HandedOut,
  ) {
    this.amending = new Amending(http, author, authority, handedOut);
  }

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

  /** What became of all that was received of a withdrawn request: each document is verified once more, and named by its hash. */
  async dispose(working: Working, request: string, fate: Fate): Promise<void> {
    const who = await this.author();
    const shown = await this.http.json<RequestShown>("GET", `/requests/${encodeURIComponent(request)}`);
    const received = shown.documents.filter((one) => one.released_at && one.purpose !== "withdrawal" && one.sender.authority === shown.requesting);
    const named: { doc: string; ver: number; envelope_sha256: string }[] = [];
    for (const one of received) {
      const opened = await this.handedOut(one.doc, { request, purpose: one.purpose });
      if (opened.manifest.from.authority !== shown.requesting) fail("UnknownSigner", opened.manifest.from.authority);
      named.push(nameOf(opened));
      working.told({ done: named.length, total: received.length, phase: "sealing" });
    }
    const said = dumps({
      v: 1,
      type: "disposal",
      request,
      reference: shown.reference,
      fate: fate.fate,
      kept_for: fate.kept_for,
      note: fate.note,
      documents: inOrder(named),
      by: fromOf(who) as unknown as Json,
      created: now(),
    });
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/disposal`, { ...fate, disposal: b64(who.keys.sign(TYPES.disposal, said)) });
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

  /** Raises CoverMismatch unless these are the two parties that the sealed text of the request names, in each form of it: to nobody else is anything sealed. */
  async requireParties(working: Working, request: string, readers: string[]): Promise<void> {
    const shown = await this.http.json<RequestShown>("GET", `/requests/${encodeURIComponent(request)}`);
    const written = shown.documents.find(({ purpose }) => purpose === "request") ?? fail("WrongDocument", "no text");
    await this.checkedText(working, shown, await this.handedOut(written.doc, { request, purpose: "request" }));
    await this.amending.checkForms(working, shown);
    const last = shown.forms[shown.forms.length - 1]?.cover ?? fail("CoverMismatch");
    compareCover(coverOf(last) as unknown as Json, shown);
    checkReaders(shown, readers);
  }

  /** Seal what was approved for both parties; the approval must be of exactly what is opened here, by somebody else than the text. */
  async transmit(working: Working, request: string, readers: string[], travelled: Travelled | null): Promise<void> {
    const who = await this.author();
    const among = await Promise.all(readers.map(this.authority));
    const shown = await this.http.json<RequestShown>("GET", `/requests/${encodeURIComponent(request)}`);
    checkReaders(shown, readers);
    const drafts = shown.documents.filter((one) => one.purpose === "request" || one.purpose === "annex");
    const papers: OpenedDocument[] = [];
    for (const one of drafts) papers.push(await this.handedOut(one.doc, { request, purpose: one.purpose }));
    const written = papers.find((one) => one.manifest.matter.purpose === "request") ?? fail("WrongDocument", "no text");
    await this.checkedText(working, shown, written, papers);
    await this.checkApproval(who, shown, written, papers);
    const documents: ({ doc: string } & Sealed["pieces"])[] = [];
    for (const opened of papers) {
      documents.push({ doc: opened.manifest.doc, ...(await reheader(who, among, opened)).pieces });
      working.told({ done: documents.length, total: drafts.length, phase: "sealing" });
    }
    await this.http.json("POST", `/requests/${encodeURIComponent(request)}/transmit`, { documents, travelled });
  }

  /** The request and its annexes, verified again and still what was read, as a statement names them. */
  private async checkedDocuments(working: Working, request: string, shown: RequestShown, seen: Seen): Promise<Json[]> {
    const named: { doc: string; ver: number; envelope_sha256: string }[] = [];
    for (const one of shown.documents.filter(({ purpose }) => purpose === "request" || purpose === "annex")) {
      const opened = await this.handedOut(one.doc, { request, purpose: one.purpose });
      if (seen[one.doc] !== opened.manifest.plain_sha256) fail("HashMismatch", "not what was read");
      if (one.purpose === "request") await this.checkedText(working, shown, opened);
      named.push(nameOf(opened));
    }
    return inOrder(named);
  }

  /** Whether these two ask one another at all: the Court asks anybody, and a State asks the Registry [Statute art. 93(10); Rule 194]. */
  private async exchange({ requesting, requested }: RequestShown): Promise<boolean> {
    const [asking, asked] = await Promise.all([requesting, requested].map(this.authority));
    if (asking?.kind === "court") return true;
    return asking?.kind === "state" && asked?.kind === "court" && asked.organ === "registry";
  }

  /** The text is by the requesting side, one that asks the other, and carries the cover and the annexes that the platform shows. */
  private async checkedText(working: Working, shown: RequestShown, opened: OpenedDocument, papers: OpenedDocument[] = []): Promise<void> {
    const by = opened.manifest.from.authority;
    if (by !== shown.requesting || !(await this.exchange(shown))) fail("UnknownSigner", by);
    const blob = await content(this.http, opened, working);
    const found = JSON.parse(text(new Uint8Array(await blob.arrayBuffer()))) as { cover?: unknown; annexes?: Listed[] };
    compareCover(found.cover, shown.forms[0]?.cover ?? fail("CoverMismatch"));
    const listed = new Map((found.annexes ?? []).map((one) => [one.doc, one.plain_sha256]));
    const annexes = shown.documents.filter((one) => one.purpose === "annex");
    if (listed.size !== annexes.length || annexes.some((one) => !listed.has(one.doc))) fail("CoverMismatch", "the annexes");
    for (const { manifest } of papers) {
      if (manifest.matter.purpose === "annex" && listed.get(manifest.doc) !== manifest.plain_sha256) fail("HashMismatch", "an annex");
    }
  }

  private async checkApproval(who: Author, shown: RequestShown, written: OpenedDocument, papers: OpenedDocument[]): Promise<void> {
    const approval = await verifyApproval(unb64(shown.approval ?? fail("SignatureInvalid", "no approval")), this.authority);
    const { by } = approval;
    if (by.authority !== who.authority.code || by.user === written.author.user) fail("UnknownSigner", "the approval");
    const cover = sha256hex(dumps(coverOf(shown) as unknown as Json));
    const same = canonical(approval.documents) === canonical(inOrder(papers.map(nameOf)));
    if (approval.request !== shown.id || approval.cover_sha256 !== cover || !same) fail("HashMismatch", "the approval");
  }
}

function checkReaders(shown: RequestShown, readers: string[]): void {
  if ([...readers].sort().join() !== [shown.requesting, shown.requested].sort().join()) fail("CoverMismatch", "the parties");
}
