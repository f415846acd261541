// Translations in their places on the team's own pages: opened, compared with what they are of, and put into a draft.

import type { Keys, OpenedView as Opened } from "../keys";
import { fail } from "../seal/errors";
import type { Marks } from "./attaching";
import { all, maybe, one, paragraphs, sentence, show, why } from "./dom";
import { showFiles, trouble, verifiedLine } from "./opening";
import { content, type Listed, listed, LONGEST, MEDIA, readMessage, Request } from "./request";
import { wordsIn } from "./translation_texts";

/** The draft that is being written. */
export interface Draft {
  /** The document of its text, once there is one. */
  doc: () => string | null;
  /** Its words as they stand in the fields. */
  present: () => string;
  put: (files: File[], marks: Marks) => void;
  /** The language service has given its text in this language. */
  met: (language: string) => unknown;
}

interface Source {
  text: string;
  note: string;
  annexes: Listed[];
  plain_sha256: string;
}

interface Translated {
  opened: Opened;
  text: string;
  annexes: Listed[];
}

export async function readSource(opened: Opened): Promise<Source> {
  const read = await content(opened, MEDIA.source, ["text", "note", "annexes"]);
  return { text: read.text("text", LONGEST), note: read.text("note", LONGEST), annexes: listed(read), plain_sha256: opened.plain_sha256 };
}

/** Every translation of the page in its place; gives what compares them again with what is being written. */
export async function openTranslations(keys: Keys, request: Request, draft?: Draft): Promise<() => void> {
  const checks: (() => void)[] = [];
  for (const place of all('[data-translation][data-answer]:not([data-answer=""])')) {
    const text = one("[data-text]", place);
    try {
      if (place.dataset["stage"] === "returned") await openQuestion(keys, place, text);
      else checks.push(await openGiven(keys, request, place, text, draft));
    } catch (error) {
      trouble(text, error);
    }
    show(text);
  }
  return () => checks.forEach((check) => check());
}

async function openQuestion(keys: Keys, place: HTMLElement, text: HTMLElement): Promise<void> {
  const opened = await new Request(place).open(keys, place.dataset["answer"] ?? "", "question");
  text.replaceChildren(...paragraphs((await readMessage(opened)).text), verifiedLine(opened));
}

/** The translation must say that it is of the text that was sealed, in the languages that the page shows. */
async function readTranslation(opened: Opened, place: HTMLElement, source: Source): Promise<Translated> {
  const read = await content(opened, MEDIA.translation, ["source", "from", "to", "certified", "text", "annexes"]);
  const said = [read.text("source"), read.text("from", 35), read.text("to", 35), String(read.oneOf("certified", true, false))];
  const shown = [source.plain_sha256, place.dataset["from"], place.dataset["to"], place.dataset["certified"]];
  if (said.join() !== shown.join()) fail("CoverMismatch", "another translation");
  return { opened, text: read.text("text", LONGEST), annexes: listed(read) };
}

async function openGiven(keys: Keys, request: Request, place: HTMLElement, text: HTMLElement, draft?: Draft): Promise<() => void> {
  const matter = new Request(place);
  const source = await readSource(await matter.open(keys, place.dataset["source"] ?? "", "source"));
  const given = await readTranslation(await matter.open(keys, place.dataset["answer"] ?? "", "translation"), place, source);
  if (given.opened.from.user !== place.dataset["translator"]) fail("UnknownSigner", given.opened.from.user);
  text.replaceChildren(...paragraphs(given.text), verifiedLine(given.opened));
  text.lang = place.dataset["to"] ?? "";
  await showFiles(keys, matter, all("[data-doc]", place), given.annexes);
  const of = place.dataset["document"] ?? "";
  const ofDraft = draft?.doc() === of;
  const stored = ofDraft || place.dataset["gone"] !== undefined ? null : await same(keys, request, place, source);
  const check = (): void => {
    const now = ofDraft ? draft?.present() === source.text : stored === true;
    const earlier = maybe("[data-of-earlier-form]", place);
    show(earlier, !now);
    if (earlier) earlier.textContent = sentence("of_earlier_form");
    if (now && ofDraft) draft?.met(place.dataset["to"] ?? "");
  };
  check();
  if (draft) offersToPut(keys, matter, place, given, draft);
  return check;
}

/** Whether the document as it stands now says what was translated. */
async function same(keys: Keys, request: Request, place: HTMLElement, source: Source): Promise<boolean> {
  const [doc, purpose] = [place.dataset["document"] ?? "", place.dataset["purpose"] ?? ""];
  const file = source.annexes[0];
  if (file) return (await request.describe(keys, doc, purpose)).plain_sha256 === file.plain_sha256;
  return (await wordsIn(await request.open(keys, doc, purpose))) === source.text;
}

/** A button that puts a translation among the annexes: sealed anew on this device, and marked as what it is. */
function offersToPut(keys: Keys, matter: Request, place: HTMLElement, given: Translated, draft: Draft): void {
  const button = maybe<HTMLButtonElement>("[data-put]", place);
  if (!button) return;
  const busy = one("[data-busy]", place);
  const [from, to] = [place.dataset["from"] ?? "und", place.dataset["to"] ?? "und"];
  const marks = { lang: to, translation: { of: place.dataset["document"] ?? "", from, certified: place.dataset["certified"] === "true" } };
  button.onclick = () => {
    button.disabled = true;
    busy.textContent = sentence("opening_text");
    void filesOf(keys, matter, given, to)
      .then((files) => {
        draft.put(files, marks);
        busy.textContent = sentence("was_put");
      })
      .catch((error: unknown) => {
        busy.textContent = why(error);
        button.disabled = false;
      });
  };
  show(button);
}

async function filesOf(keys: Keys, matter: Request, given: Translated, to: string): Promise<File[]> {
  const name = sentence("file_name", { language: to });
  const files = given.text.trim() ? [new File([given.text], `${name}.txt`, { type: "text/plain" })] : [];
  for (const { doc } of given.annexes) {
    const opened = await matter.open(keys, doc, "attachment");
    files.push(new File([opened.blob], opened.name, { type: opened.media }));
  }
  return files;
}
