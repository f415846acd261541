// Handling limits: what is chosen for what one sends, and what keeps a reader from taking something away.
//
// What counts is what was signed.  Limits that the page shows otherwise are noticed, and nothing is freed on the
// platform's word: each consent is opened, and must be signed by whoever sent the document.

import type { Described, Keys, OpenedView as Opened } from "../keys";
import { fail } from "../seal/errors";
import { all, maybe, paragraphs, sentence } from "./dom";
import { content, LONGEST, MEDIA, type Request } from "./request";

/** The limits that are ticked for what is added from now on, sorted. */
export function chosenLimits(root: ParentNode = document): string[] {
  return all<HTMLInputElement>("[data-limit-choice]:checked", root).map((box) => box.value).sort();
}

/** The same for the text, where they are said to hold for it, too. */
export function textLimits(root: ParentNode = document): string[] {
  return maybe<HTMLInputElement>("[data-limit-text]", root)?.checked ? chosenLimits(root) : [];
}

/** Tick again what a text was sealed with that is opened to be gone on with. */
export function tickLimits(handling: string[], root: ParentNode = document): void {
  for (const box of all<HTMLInputElement>("[data-limit-choice]", root)) box.checked ||= handling.includes(box.value);
  const text = maybe<HTMLInputElement>("[data-limit-text]", root);
  const form = maybe<HTMLDetailsElement>("details[data-limits-form]", root);
  if (text && handling.length) text.checked = true;
  if (form && handling.length) form.open = true;
}

/** Call when the limits of a text have been changed. */
export function onTextLimits(root: ParentNode, changed: () => void): void {
  for (const box of all("[data-limit-choice], [data-limit-text]", root)) box.addEventListener("change", changed);
}

function named(attribute: string, code: string): HTMLTemplateElement | null {
  return maybe<HTMLTemplateElement>(`template[data-${attribute}="${CSS.escape(code)}"]`);
}

export function limitNames(codes: string[]): string {
  return codes.map((code) => named("limit-name", code)?.content.textContent ?? code).join("; ");
}

const EVERYTHING = ["export", "share"];

function acts(template: HTMLTemplateElement | null, field: "blocks" | "permits"): string[] {
  return (template?.dataset[field] ?? "").split(" ").filter(Boolean);
}

/** What limits block together; one that nobody knows blocks everything. */
function blocks(handling: string[]): Set<string> {
  return new Set(handling.flatMap((code) => (named("limit-name", code) ? acts(named("limit-name", code), "blocks") : EVERYTHING)));
}

/** Raises LimitsMismatch where the page shows other limits of a document than were signed. */
export function requireLimits(place: HTMLElement, described: Described): void {
  const shown = (place.dataset["limits"] ?? "").split(" ").filter(Boolean);
  if (shown.join() !== described.handling.join()) fail("LimitsMismatch");
}

/** What was said last to a use that was asked for. */
async function said(keys: Keys, request: Request, place: HTMLElement, originator: string): Promise<string[]> {
  const opened = await request.open(keys, place.dataset["words"] ?? "", "consent");
  const found = await readConsent(request, opened);
  const same = found.document === place.dataset["document"] && found.use === place.dataset["use"] && found.extent === place.dataset["extent"];
  if (!same || String(found.n) !== place.dataset["consent"] || opened.from.authority !== originator) fail("LimitsMismatch");
  if (found.extent === "whole") return EVERYTHING;
  return found.extent === "use" ? acts(named("use-name", found.use), "permits") : [];
}

/** The words of the originator: what she consents to, and how far. */
export async function readConsent(request: Request, opened: Opened): Promise<{ n: number; document: string; use: string; extent: string; text: string }> {
  const read = await content(opened, MEDIA.consent, ["consent", "document", "use", "extent", "text"]);
  request.requireCover(read.value["cover"]);
  return {
    n: read.number("consent", 1), document: read.matching("document", "uuid"), use: read.text("use", 40),
    extent: read.oneOf("extent", "none", "use", "whole", "withdrawn"), text: read.text("text", LONGEST),
  };
}

/** Why a use is asked for. */
export async function readUse(request: Request, opened: Opened): Promise<{ document: string; use: string; text: string }> {
  const read = await content(opened, MEDIA.use, ["document", "use", "text"]);
  request.requireCover(read.value["cover"]);
  return { document: read.matching("document", "uuid"), use: read.text("use", 40), text: read.text("text", LONGEST) };
}

/** The limits that keep the reader from taking a document away; none for what her own side sent, or once it was freed. */
export async function heldBy(keys: Keys, request: Request, described: Described): Promise<string[]> {
  if (described.mine || !blocks(described.handling).has("export")) return [];
  for (const place of all("[data-consent]")) {
    if (place.dataset["document"] !== described.doc) continue;
    if ((await said(keys, request, place, described.from.authority)).includes("export")) return [];
  }
  return described.handling;
}

/** A text that may not be taken away says so, and is not printed. */
export async function markHeld(keys: Keys, request: Request, text: HTMLElement, opened: Opened): Promise<void> {
  const held = await heldBy(keys, request, opened);
  if (!held.length) return;
  const inside = document.createElement("div");
  inside.className = "comity-screen-only";
  inside.append(...text.childNodes);
  const [shown, printed] = ["held_text", "not_printed"].map((name) => paragraphs(sentence(name, { limits: limitNames(held) }))[0] as HTMLElement);
  shown?.classList.add("comity-held", "comity-screen-only");
  printed?.classList.add("comity-held", "comity-paper-only");
  text.replaceChildren(inside, ...[shown, printed].filter((one) => one !== undefined));
}
