// The translator's page: the text and its translation side by side; what she writes is sealed as she writes it.

import type { Keys } from "../keys";
import { Attachments } from "./attaching";
import { removeDocument, stepOfTranslation } from "./calls";
import { all, isNotAuthentic, maybe, one, paragraphs, sentence, show, summarise, warnWhile, why } from "./dom";
import { handsOver } from "./handing";
import { alarm, forget, showFiles, trouble, verifiedLine } from "./opening";
import { content, type Listed, listed, LONGEST, MEDIA, Request } from "./request";
import { Autosave } from "./saving";
import { readSource } from "./translations";

export function translating(keys: Keys): (unlocked: boolean) => void {
  const matter = new Request();
  const work = maybe<HTMLFormElement>("[data-give]");
  const ready = work ? working(keys, matter, work) : null;
  let opened = false;
  return (unlocked) => {
    if (!unlocked) {
      if (opened) forget();
      return;
    }
    if (opened) return window.location.reload();
    opened = true;
    if (!maybe("[data-source]")) return; // nobody has taken it, or a colleague has
    void openSource(keys, matter).then((source) => source && ready?.(source));
  };
}

/** What is to be translated, in its place; its hash names it in the translation, whose limits are its own. */
async function openSource(keys: Keys, matter: Request): Promise<{ sha256: string; handling: string[] } | null> {
  const place = one("[data-source]");
  const text = one("[data-text]", place);
  try {
    const opened = await matter.open(keys, place.dataset["source"] ?? "", "source");
    const read = await readSource(opened);
    text.replaceChildren(...paragraphs(read.text));
    text.lang = opened.lang;
    const note = one("[data-note]", place);
    note.replaceChildren(...paragraphs(read.note));
    show(one("[data-note-title]", place), read.note !== "");
    place.append(verifiedLine(opened));
    show(text);
    const sound = await showFiles(keys, matter, all("[data-doc]", place), read.annexes);
    return sound ? { sha256: opened.plain_sha256, handling: opened.handling } : null;
  } catch (error) {
    trouble(text, error);
    show(text);
    return null;
  }
}

function working(keys: Keys, matter: Request, form: HTMLFormElement): (source: { sha256: string; handling: string[] }) => void {
  const text = one<HTMLTextAreaElement>("#text", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  const said = (name: string): string => matter.root.dataset[name] ?? "";
  let doc: string | null = form.dataset["doc"] || null;
  let of: { sha256: string; handling: string[] } | null = null;
  let sent = false;
  const common = { request: matter.id, ref: matter.ref, lang: said("to"), readers: matter.both, withService: true };

  const autosave = new Autosave(one("[data-saved]", form), async () => {
    if (!of) return;
    const blob = matter.seal({
      source: of.sha256, from: said("from"), to: said("to"), certified: said("certified") === "true", text: text.value, annexes: list(),
    });
    const sealed = await keys.seal({ ...common, purpose: "translation", name: "translation.json", media: MEDIA.translation, blob, handling: of.handling, ...(doc ? { replaces: doc } : {}) });
    doc = sealed.doc;
  });
  const files = new Attachments(one("[data-attachments]", form), keys, matter, "attachment", matter.both, {
    changed: () => {
      autosave.touch();
      void autosave.flush();
    },
    remove: removeDocument,
  });
  const list = (): { [key: string]: string }[] => files.listed.map((file) => ({ ...file }));
  text.addEventListener("input", () => autosave.touch());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && of) void autosave.flush();
  });
  warnWhile(() => !sent && (files.busy || autosave.unsaved));
  const done = (): void => {
    sent = true;
    window.location.assign(matter.home);
  };
  handsOver(form, {
    faults: () => {
      if (files.busy) return [{ field: one("#files", form), message: sentence("unfinished") }];
      return text.value.trim() || files.listed.length ? [] : [{ field: text, message: sentence("no_translation") }];
    },
    send: async () => {
      autosave.touch();
      if (!(await autosave.flush()) || !doc) throw new Error("not saved");
      await stepOfTranslation(matter.id, "give", { documents: [doc, ...files.listed.map((file) => file.doc)] });
    },
    done,
    at: text,
  });
  returning(keys, matter, common, done);

  return (source) => {
    of = source;
    void load(keys, matter, form, doc).then(async (kept) => {
      if (kept === null) return;
      text.value = kept.text;
      const staged = all("[data-staged]", form).map((row) => ({ doc: row.dataset["staged"] ?? "", bytes: Number(row.dataset["bytes"]) }));
      await files.keep(staged, kept.files);
      button.disabled = false;
      text.disabled = false;
    });
  };
}

/** What was saved before; null where it cannot be gone on with. */
async function load(keys: Keys, matter: Request, form: HTMLElement, doc: string | null): Promise<{ text: string; files: Listed[] } | null> {
  const place = one("[data-saved]", form);
  if (!doc) return { text: "", files: [] };
  try {
    const opened = await matter.open(keys, doc, "translation");
    const read = await content(opened, MEDIA.translation, ["source", "from", "to", "certified", "text", "annexes"]);
    return { text: read.text("text", LONGEST), files: listed(read) };
  } catch (error) {
    if (isNotAuthentic(error)) alarm(place, error);
    else place.textContent = why(error);
    return null;
  }
}

interface Common {
  request: string;
  ref: string;
  lang: string;
  readers: string[];
  withService: boolean;
}

/** Returning it with a question, in place of a translation. */
function returning(keys: Keys, matter: Request, common: Common, done: () => void): void {
  const form = maybe<HTMLFormElement>("[data-return]");
  if (!form) return;
  const question = one<HTMLTextAreaElement>("#question", form);
  let sealed: { doc: string; text: string } | null = null;
  handsOver(form, {
    faults: () => (question.value.trim() ? [] : [{ field: question, message: sentence("no_question") }]),
    send: async () => {
      if (sealed?.text !== question.value) {
        const blob = matter.seal({ text: question.value.trim() });
        const lang = document.documentElement.lang || "und";
        const made = await keys.seal({ ...common, lang, purpose: "question", name: "message.json", media: MEDIA.message, blob });
        sealed = { doc: made.doc, text: question.value };
      }
      await stepOfTranslation(matter.id, "return", { document: sealed.doc });
    },
    done,
    at: question,
  });
  form.addEventListener("input", () => summarise([]));
}
