// The words of a document that can be translated, and what a document says of being a translation.

import type { Described, OpenedView as Opened } from "../keys";
import { type Json, strict } from "../seal/canonical";
import { maybe, sentence, show } from "./dom";

const OWN = /^application\/vnd\.comity\.[a-z]+\.v1\+json$/;

/** Parts of a text that each have words of their own, in the order in which they are translated. */
const PARTS = ["checklist", "lines", "measures", "consents"];

/** The words of a text: its own, then those of its lines; neither its subject, nor its cover, nor the names of files. */
export function wordsOf(value: unknown): string {
  const said = value as { [name: string]: unknown };
  const lines = PARTS.flatMap((name) => (Array.isArray(said[name]) ? (said[name] as { text?: unknown }[]) : []));
  const words = [said["text"], ...lines.map((line) => line.text)];
  return words.flatMap((one) => (typeof one === "string" && one.trim() ? [one.trim()] : [])).join("\n\n");
}

/** The words of a document in one of the platform's own forms; null where it is a file. */
export async function wordsIn(opened: Opened): Promise<string | null> {
  if (!OWN.test(opened.media)) return null;
  const value: Json = strict(new Uint8Array(await opened.blob.arrayBuffer()));
  return wordsOf(value);
}

/** A language as its reader calls it. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Beside a file that is a translation: into which language, and whether it is certified, as its sender signed it. */
export function sayTranslation(row: HTMLElement, described: Described): void {
  const place = maybe("[data-translated]", row);
  if (!place || !described.translation) return;
  const { from, certified } = described.translation;
  place.textContent = sentence(certified ? "translated_certified" : "translated", { from: languageName(from), to: languageName(described.lang) });
  show(place);
}
