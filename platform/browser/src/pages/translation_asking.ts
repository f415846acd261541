// Asking for a translation: one text is opened here, shown as it will be sealed, and sealed to the language service alone.

import type { Keys, OpenedView as Opened } from "../keys";
import { dumps } from "../seal/canonical";
import { prepareTranslation, stepOfTranslation } from "./calls";
import { type Fault, one, paragraphs, sentence, show, warnWhile } from "./dom";
import { dayIn, handsOver } from "./handing";
import { trouble } from "./opening";
import { MEDIA, Request } from "./request";
import { wordsIn } from "./translation_texts";

/** What is to be translated: words, or else a file. */
interface Text {
  opened: Opened;
  words: string | null;
}

const ENDING = /\.[A-Za-z0-9]{1,5}$/;

export function requestingTranslation(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-translate-form]");
  const chosen = one<HTMLSelectElement>("#document", form);
  const [from, to] = ["#source-language", "#target-language"].map((id) => one<HTMLSelectElement>(id, form)) as [HTMLSelectElement, HTMLSelectElement];
  const note = one<HTMLTextAreaElement>("#note", form);
  const place = one("[data-preview]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  let text: Text | null = null;
  let asking = 0;
  let sent = false;

  const look = async (): Promise<void> => {
    const turn = ++asking;
    text = null;
    button.disabled = true;
    place.textContent = sentence("opening_text");
    try {
      const opened = await request.open(keys, chosen.value, chosen.selectedOptions[0]?.dataset["purpose"] ?? "");
      const words = await wordsIn(opened);
      if (turn !== asking) return;
      if ([...from.options].some((option) => option.value === opened.lang)) from.value = opened.lang;
      place.replaceChildren(...(words === null ? [file(opened.name)] : paragraphs(words)));
      if (words === "") place.textContent = sentence("no_words_in_it");
      text = words === "" ? null : { opened, words };
      button.disabled = text === null;
    } catch (error) {
      if (turn === asking) trouble(place, error);
    }
  };
  const faults = (): Fault[] => {
    const found: Fault[] = [];
    if (from.value === to.value) found.push({ field: to, message: sentence("same_language") });
    if (dayIn(form) === null) found.push({ field: one("#day-day", form), message: sentence("no_day") });
    return found;
  };
  const send = async (): Promise<void> => {
    if (!text) return;
    const certified = one<HTMLInputElement>("#kind-certified", form).checked;
    const prepared = await prepareTranslation(request.id, {
      document: chosen.value, source_language: from.value, target_language: to.value, wanted_on: dayIn(form), certified,
    });
    const { opened, words } = text;
    const own = opened.mine ? opened.handling : [];
    const common = { request: prepared.id, ref: prepared.reference, lang: from.value, readers: [prepared.team, prepared.service], handling: own, withService: true };
    const files = [];
    if (words === null) {
      const name = `text${ENDING.exec(opened.name)?.[0] ?? ""}`; // a name may say what the text does not
      const made = await keys.seal({ ...common, purpose: "attachment", name, media: opened.media, blob: opened.blob });
      files.push({ doc: made.doc, plain_sha256: made.plain_sha256 });
    }
    const blob = new Blob([dumps({ v: 1, cover: null, text: words ?? "", note: note.value.trim(), annexes: files })]);
    const made = await keys.seal({ ...common, purpose: "source", name: "source.json", media: MEDIA.source, blob });
    await stepOfTranslation(prepared.id, "ask", { documents: [made.doc, ...files.map(({ doc }) => doc)] });
  };
  const done = (): void => {
    sent = true;
    window.location.assign(request.home);
  };
  warnWhile(() => !sent && note.value.trim() !== "");
  handsOver(form, { faults, send, done });
  let unlockedOnce = false;
  chosen.addEventListener("change", () => unlockedOnce && void look());
  return (unlocked) => {
    if (!unlocked) {
      if (unlockedOnce) place.replaceChildren();
      button.disabled = true;
      return;
    }
    unlockedOnce = true;
    show(form);
    void look();
  };
}

function file(name: string): HTMLElement {
  const line = document.createElement("p");
  line.className = "govuk-body";
  line.textContent = name;
  return line;
}
