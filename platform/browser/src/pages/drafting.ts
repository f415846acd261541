// Writing a request: subject, text and annexes, each sealed on this device; the draft outlives the browser.

import type { Keys } from "../keys";
import { removeDocument } from "./calls";
import { Attachments } from "./attaching";
import { all, type Fault, isNotAuthentic, one, sentence, show, summarise, warnWhile, why } from "./dom";
import { alarm } from "./opening";
import { onTextLimits, textLimits, tickLimits } from "./limits";
import { type Listed, MEDIA, readRequest, Request } from "./request";
import { Checklist } from "./checklist";
import { RequirementChecks } from "./requirements";
import { takesOver } from "./earlier";
import { openReviews } from "./reviews";
import { openTranslations } from "./translations";
import { wordsOf } from "./translation_texts";
import { Autosave } from "./saving";
import { Tasks } from "./tasks";
import { Templates } from "./templates";

export function drafting(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const composer = one("[data-composer]");
  const form = one<HTMLFormElement>("[data-write]", composer);
  const subject = one<HTMLInputElement>("#subject");
  const text = one<HTMLTextAreaElement>("#text");
  const lang = one<HTMLSelectElement>("#lang");
  const checklist = new Checklist(form);
  takesOver(keys, form);
  const templates = new Templates(form, () => lang.value);
  const requirements = new RequirementChecks(form);
  let doc: string | null = composer.dataset["doc"] ?? null;
  let loaded = false;
  const own = [request.requesting];

  const autosave = new Autosave(one("[data-saved]"), async () => {
    const said = { ...requirements.said(), lines: requirements.said().lines.map((line) => ({ ...line })) };
    const blob = request.seal({
      subject: subject.value.trim(), text: text.value, checklist: checklist.lines(), requirements: said, annexes: listed(),
    });
    const sealed = await keys.seal({
      request: request.id, ref: request.ref, purpose: "request", name: "request.json", media: MEDIA.request,
      lang: lang.value, blob, readers: own, handling: textLimits(), ...(doc ? { replaces: doc } : {}),
    });
    doc = sealed.doc;
  });
  const files = new Attachments(one("[data-attachments]"), keys, request, "annex", own, {
    changed: () => {
      autosave.touch();
      void autosave.flush();
      tasks.update();
    },
    remove: (annex) => removeDocument(annex),
  });
  const listed = (): { [key: string]: string }[] => files.listed.map((file: Listed) => ({ ...file }));

  const present = (): string => wordsOf({ text: text.value, checklist: checklist.lines() });
  const written = (fields: (HTMLInputElement | HTMLTextAreaElement)[]): number => fields.filter((field) => field.value.trim()).length;
  const tasks = new Tasks(one("[data-tasks]", composer), {
    text: () => ({ done: written([subject, text]), of: 2 }),
    checklist: () => checklist.progress(),
    requirements: () => requirements.progress(),
    annexes: () => ({ done: files.listed.length, of: 0 }),
  });
  for (const field of [subject, text, lang, ...checklist.fields, ...requirements.fields]) {
    field.addEventListener("input", () => {
      autosave.touch();
      tasks.update();
    });
  }
  onTextLimits(document, () => autosave.touch());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && loaded) void autosave.flush();
  });
  warnWhile(() => files.busy || autosave.unsaved);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faults: Fault[] = [];
    if (!subject.value.trim()) faults.push({ field: subject, message: sentence("no_subject") });
    if (!text.value.trim()) faults.push({ field: text, message: sentence("no_text") });
    faults.push(...checklist.faults(), ...requirements.faults(), ...templates.faults());
    if (files.busy) faults.push({ field: one("#files"), message: sentence("unfinished") });
    summarise(faults, composer);
    if (faults.length) return;
    autosave.touch();
    void autosave.flush().then((stored) => {
      if (stored) window.location.assign(request.home);
    });
  });

  const load = async (): Promise<void> => {
    const loading = one("[data-loading]", composer);
    let stale = false;
    let signed: Listed[] = [];
    try {
      if (doc) {
        const opened = await request.open(keys, doc, "request");
        const read = await readRequest(opened);
        tickLimits(opened.handling);
        subject.value = read.subject;
        text.value = read.text;
        checklist.fill(read.checklist);
        requirements.fill(read.requirements);
        signed = read.annexes;
        stale = !request.covers(read.cover);
      }
    } catch (error) {
      if (isNotAuthentic(error)) alarm(loading, error);
      else loading.textContent = why(error);
      loaded = false;
      return;
    }
    show(loading, false);
    show(form);
    const staged = all("[data-staged]").map((row) => ({ doc: row.dataset["staged"] ?? "", bytes: Number(row.dataset["bytes"]) }));
    await files.keep(staged, signed);
    tasks.update();
    const same = signed.map((file) => file.doc).sort().join() === files.listed.map((file) => file.doc).sort().join();
    if (doc && (stale || !same)) {
      autosave.touch();
      void autosave.flush();
    }
  };

  return (unlocked) => {
    if (!unlocked || loaded) return;
    loaded = true;
    void load()
      .then(() => openReviews(keys, request))
      .then(() => openTranslations(keys, request, { doc: () => doc, present, put: (made, marks) => files.add(made, marks), met: (language) => requirements.meet(language) && autosave.touch() }))
      .then((recheck) => {
        for (const field of [text, ...checklist.fields]) field.addEventListener("input", recheck);
        tasks.update();
      });
  };
}
