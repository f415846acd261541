// The request that a page is about: what the server says of it, and the texts that are sealed about it.

import type { Described, Keys, OpenedView as Opened, Transfer } from "../keys";
import { canonical, dumps, type Json, Reader, strict } from "../seal/canonical";
import { fail } from "../seal/errors";
import { one } from "./dom";

export interface Listed {
  doc: string;
  plain_sha256: string;
}

/** One line of the checklist: what it says, or why it does not apply; empty while neither is written. */
export interface Line {
  line: string;
  applies: boolean;
  text: string;
}

/** Something that the requested State wants of a request, in the words that the drafter saw, and how it stands. */
export interface Requirement {
  requirement: string;
  words: string;
  met: "met" | "not_met" | "waived" | "open";
  text: string;
}

/** The requirements of a State by the version of its profile. */
export interface Requirements {
  profile: number;
  lines: Requirement[];
}

export interface RequestText {
  subject: string;
  text: string;
  checklist: Line[];
  requirements: Requirements | null;
  annexes: Listed[];
}

export interface AnswerMeasure {
  n: number;
  outcome: string;
  ground: string | null;
  text: string;
}

/** How the consent stands of whoever gave the Court what an answer hands over, and from whom. */
export interface Consent {
  n: number;
  consent: "not_needed" | "recorded" | "withheld";
  text: string;
}

export interface AnswerText {
  text: string;
  measures: AnswerMeasure[];
  consents: Consent[];
  annexes: Listed[];
}

export const MEDIA = {
  request: "application/vnd.comity.request.v1+json",
  message: "application/vnd.comity.message.v1+json",
  answer: "application/vnd.comity.answer.v1+json",
  consultation: "application/vnd.comity.consultation.v1+json",
  meeting: "application/vnd.comity.meeting.v1+json",
  settlement: "application/vnd.comity.settlement.v1+json",
  use: "application/vnd.comity.use.v1+json",
  consent: "application/vnd.comity.consent.v1+json",
  review: "application/vnd.comity.review.v1+json",
  source: "application/vnd.comity.source.v1+json",
  translation: "application/vnd.comity.translation.v1+json",
} as const;

/** What both parties send. */
const EITHER = new Set(["message", "attachment", "consultation", "meeting", "proposal", "agreement", "use", "consent"]);

/** What the requested party alone sends; everything else comes from the requesting one. */
const REQUESTED = new Set(["question", "answer", "extension", "part", "denial", "translation", "disposal"]);

/** What a document that was signed says of a measure. */
export interface Said {
  outcome: string;
  ground: string | null;
}

export class Request {
  readonly id: string;
  readonly ref: string;
  readonly requesting: string;
  readonly requested: string;
  readonly stage: string;
  readonly cover: Json;
  /** The cover of each form that the request has had, the first one first. */
  readonly forms: Json[];
  /** What an amendment that is prepared makes of it; on its pages alone. */
  readonly amended: Json | null;
  /** Every document that was verified here after the request itself, with the hash of its content. */
  readonly seen = new Map<string, string>();
  private readonly verified = new Set([1]);
  readonly outcomes: Json;
  readonly home: string;
  /** It is no request but a translation that is asked for: the team on one side, the language service on the other. */
  readonly withService: boolean;

  constructor(readonly root: HTMLElement = one("#request")) {
    const said = (name: string): string => this.root.dataset[name] ?? "";
    this.id = said("request");
    this.ref = said("ref");
    this.requesting = said("requesting");
    this.requested = said("requested");
    this.stage = said("stage");
    this.home = said("home");
    this.withService = said("service") !== "";
    this.outcomes = JSON.parse(said("outcomes")) as Json;
    this.cover = JSON.parse(said("cover")) as Json;
    this.forms = JSON.parse(said("forms")) as Json[];
    this.amended = said("amended") ? (JSON.parse(said("amended")) as Json) : null;
  }

  get both(): string[] {
    return [this.requesting, this.requested].sort();
  }

  /** Open a document whole; with `keep` in order to take it away.  Raises UnknownSigner where the other party signed what only one of them sends. */
  async open(keys: Keys, doc: string, purpose: string, transfer?: Transfer, keep = false): Promise<Opened> {
    return this.fromItsSide(await keys.open(doc, { request: this.id, purpose, ...(keep ? { keep } : {}) }, transfer));
  }

  /** The same without the content. */
  async describe(keys: Keys, doc: string, purpose: string): Promise<Described> {
    return this.fromItsSide(await keys.describe(doc, { request: this.id, purpose }));
  }

  private fromItsSide<T extends Described>(found: T): T {
    if (EITHER.has(found.purpose)) return this.both.includes(found.from.authority) ? found : fail("UnknownSigner", found.from.authority);
    const side = REQUESTED.has(found.purpose) ? this.requested : this.requesting;
    return found.from.authority === side ? found : fail("UnknownSigner", found.from.authority);
  }

  /** Whether the signed copy of the cover is what the page shows of the request, in any of its forms. */
  covers(signed: Json | undefined): boolean {
    return this.forms.some((cover) => same(signed, cover));
  }

  /** Raises CoverMismatch where the page shows no form with the cover that was signed. */
  requireCover(signed: Json | undefined): void {
    if (!this.covers(signed)) fail("CoverMismatch");
  }

  /** Raises CoverMismatch where the page shows another cover of that form than the one that was signed with it. */
  requireForm(signed: Json | undefined, form: number): void {
    if (!same(signed, this.forms[form - 1])) fail("CoverMismatch");
    this.verified.add(form);
  }

  /** Whether the signed copy of the cover is what an amendment that is prepared makes of it. */
  amends(signed: Json | undefined): boolean {
    return this.amended !== null && same(signed, this.amended);
  }

  /** What amendments took back; raises CoverMismatch where the page shows a form that nobody signed here. */
  takenBack(): Map<number, Said> {
    if (this.forms.some((_cover, place) => !this.verified.has(place + 1)) || !same(this.cover, this.forms[this.forms.length - 1])) fail("CoverMismatch");
    const gone = new Map<number, Said>();
    this.forms.slice(1).forEach((cover, place) => {
      const staying = numbersOf(cover);
      [...numbersOf(this.forms[place])].filter((n) => !staying.has(n)).forEach((n) => gone.set(n, { outcome: "withdrawn", ground: null }));
    });
    return gone;
  }

  /** The form in force. */
  get form(): number {
    return this.forms.length;
  }

  /** Raises CoverMismatch where the page shows something else of a measure than what was signed of it last. */
  requireOutcomes(said: Map<number, Said>): void {
    const shown = this.outcomes as unknown as (Said & { n: number })[];
    const signed = shown.map(({ n }) => ({ n, ...(said.get(n) ?? { outcome: "pending", ground: null }) }));
    if (canonical(signed as unknown as Json) !== canonical(this.outcomes)) fail("CoverMismatch");
  }

  seal(fields: { [key: string]: Json }, cover: Json = this.cover): Blob {
    return new Blob([dumps({ v: 1, cover, ...fields })]);
  }
}

function same(signed: Json | undefined, shown: Json | undefined): boolean {
  return signed !== undefined && shown !== undefined && canonical(signed) === canonical(shown);
}

function numbersOf(cover: Json | undefined): Set<number> {
  return new Set((cover as unknown as { measures: { n: number }[] }).measures.map(({ n }) => n));
}

/** The text inside a document of that medium, if it has exactly these fields beside version and cover; it may lack `since`. */
export async function content(opened: Opened, media: string, fields: string[], since: string[] = []): Promise<Reader> {
  if (opened.media !== media || opened.size > 8_000_000) fail("FormatError", "the medium");
  const value = strict(new Uint8Array(await opened.blob.arrayBuffer()));
  const there = since.filter((one) => one in (value as object));
  const read = new Reader(value, "the text", ["v", "cover", ...fields, ...there]);
  read.oneOf("v", 1);
  return read;
}

export function listed(read: Reader): Listed[] {
  return read.items("annexes").map((item) => {
    const annex = new Reader(item, "a file", ["doc", "plain_sha256"]);
    return { doc: annex.matching("doc", "uuid"), plain_sha256: annex.matching("plain_sha256", "hash") };
  });
}

export const LONGEST = 4_000_000;

export async function readRequest(opened: Opened): Promise<RequestText & { cover: Json | undefined }> {
  const read = await content(opened, MEDIA.request, ["subject", "text", "checklist", "annexes"], ["requirements"]);
  const checklist = read.items("checklist").map((item) => {
    const line = new Reader(item, "a line", ["line", "applies", "text"]);
    return { line: line.text("line", 1), applies: line.oneOf("applies", true, false) as boolean, text: line.text("text", LONGEST) };
  });
  const requirements = requirementsOf(read.value["requirements"]);
  return { subject: read.text("subject"), text: read.text("text", LONGEST), checklist, requirements, annexes: listed(read), cover: read.value["cover"] };
}

/** What a text says of the State's requirements; nothing where it was sealed before there were any. */
function requirementsOf(value: Json | undefined): Requirements | null {
  if (value === undefined || value === null) return null;
  const read = new Reader(value, "the requirements", ["profile", "lines"]);
  const lines = read.items("lines").map((item) => {
    const line = new Reader(item, "a requirement", ["requirement", "words", "met", "text"]);
    return {
      requirement: line.text("requirement", 80), words: line.text("words"),
      met: line.oneOf("met", "met", "not_met", "waived", "open"), text: line.text("text", LONGEST),
    } as Requirement;
  });
  return { profile: read.number("profile"), lines };
}

export async function readMessage(opened: Opened): Promise<{ text: string; cover: Json | undefined }> {
  const read = await content(opened, MEDIA.message, ["text"]);
  return { text: read.text("text", LONGEST), cover: read.value["cover"] };
}

/** A text that lists files, with its cover. */
export interface Posted {
  text: string;
  annexes: Listed[];
  cover: Json | undefined;
}

/** A message of the thread, an amendment or a supplement: unlike a question it may bring files. */
export async function readPosted(opened: Opened): Promise<Posted> {
  const read = await content(opened, MEDIA.message, ["text", "annexes"]);
  return { text: read.text("text", LONGEST), annexes: listed(read), cover: read.value["cover"] };
}

export async function readAnswer(opened: Opened): Promise<AnswerText & { cover: Json | undefined }> {
  const read = await content(opened, MEDIA.answer, ["text", "measures", "annexes"], ["consents"]);
  const measures = read.items("measures").map((item) => {
    const one = new Reader(item, "a measure", ["n", "outcome", "ground", "text"]);
    const ground = one.value["ground"];
    return { n: one.number("n", 1), outcome: one.text("outcome", 40), ground: typeof ground === "string" ? ground : null, text: one.text("text", LONGEST) };
  });
  const consents = read.value["consents"] === undefined ? [] : read.items("consents").map((item) => {
    const one = new Reader(item, "a consent", ["n", "consent", "text"]);
    return { n: one.number("n", 1), consent: one.oneOf("consent", "not_needed", "recorded", "withheld"), text: one.text("text", LONGEST) } as Consent;
  });
  return { text: read.text("text", LONGEST), measures, consents, annexes: listed(read), cover: read.value["cover"] };
}
