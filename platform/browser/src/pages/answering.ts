// The answer: an outcome for each measure, a text, files; the text is saved by itself, sealed, until it is sent.

import type { Keys } from "../keys";
import type { Json } from "../seal/canonical";
import { Attachments } from "./attaching";
import { removeDocument, take } from "./calls";
import { all, type Fault, maybe, one, sentence, show, summarise, warnWhile, why } from "./dom";
import { type AnswerMeasure, type Listed, MEDIA, readAnswer, Request } from "./request";
import { Autosave } from "./saving";

class MeasureFields {
  readonly n: number;
  private readonly outcomes: HTMLInputElement[];
  private readonly grounds: HTMLInputElement[];
  private readonly text: HTMLTextAreaElement;

  constructor(
    private readonly root: HTMLElement,
    changed: () => void,
  ) {
    this.n = Number(root.dataset["measure"]);
    this.outcomes = all<HTMLInputElement>("[data-outcome]", root);
    this.grounds = all<HTMLInputElement>("[data-ground]", root);
    this.text = one<HTMLTextAreaElement>("[data-measure-text]", root);
    for (const set of [this.outcomes, this.grounds]) {
      set.forEach((radio) => radio.addEventListener("change", () => this.choose(set, radio)));
      group(set);
    }
    root.addEventListener("input", changed);
  }

  /** Radios without a name, so that no browser sends them: choosing one lets go of the others. */
  private choose(set: HTMLInputElement[], chosen: HTMLInputElement): void {
    set.forEach((radio) => {
      radio.checked = radio === chosen;
      radio.tabIndex = radio === chosen ? 0 : -1;
    });
    this.update();
  }

  private update(): void {
    show(one('[data-group="ground"]', this.root), this.outcome === "not_possible");
  }

  get outcome(): string | null {
    return this.outcomes.find((radio) => radio.checked)?.value ?? null;
  }

  get ground(): string | null {
    return this.outcome === "not_possible" ? (this.grounds.find((radio) => radio.checked)?.value ?? null) : null;
  }

  get value(): AnswerMeasure {
    return { n: this.n, outcome: this.outcome ?? "pending", ground: this.ground, text: this.text.value };
  }

  fill(measure: AnswerMeasure): void {
    this.text.value = measure.text;
    this.outcomes.filter((radio) => radio.value === measure.outcome).forEach((radio) => this.choose(this.outcomes, radio));
    this.grounds.filter((radio) => radio.value === measure.ground).forEach((radio) => this.choose(this.grounds, radio));
  }

  faults(): Fault[] {
    if (!this.outcome) return [{ field: this.outcomes[0] ?? null, message: sentence("no_outcome", { n: this.n }) }];
    if (this.outcome === "not_possible" && !this.ground) return [{ field: this.grounds[0] ?? null, message: sentence("no_ground", { n: this.n }) }];
    return [];
  }
}

/** Arrow keys among radios that have no name in common. */
function group(radios: HTMLInputElement[]): void {
  radios.forEach((radio, place) => {
    radio.tabIndex = place === 0 ? 0 : -1;
    radio.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = radios[(place + step + radios.length) % radios.length];
      next?.focus();
      next?.click();
    });
  });
}

export function answering(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const root = one("[data-answer]");
  const form = one<HTMLFormElement>("[data-write]", root);
  const text = one<HTMLTextAreaElement>("#text", form);
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  let doc: string | null = null;
  let loaded = false;
  let sent = false;

  const measures = all("[data-measure]", form).map((place) => new MeasureFields(place, () => autosave.touch()));
  const autosave: Autosave = new Autosave(one("[data-saved]", form), async () => {
    const fields: { [key: string]: Json } = {
      text: text.value,
      measures: measures.map((one) => ({ ...one.value })),
      annexes: files.listed.map((file: Listed) => ({ ...file })),
    };
    const sealed = await keys.seal({
      request: request.id, ref: request.ref, purpose: "answer", name: "answer.json", media: MEDIA.answer,
      lang: document.documentElement.lang || "und", blob: request.seal(fields), readers: request.both, ...(doc ? { replaces: doc } : {}),
    });
    doc = sealed.doc;
  });
  const files: Attachments = new Attachments(one("[data-attachments]", form), keys, request, "answer", request.both, {
    changed: () => {
      autosave.touch();
      void autosave.flush();
    },
    remove: (file) => removeDocument(file),
  });
  text.addEventListener("input", () => autosave.touch());
  warnWhile(() => !sent && (files.busy || autosave.unsaved));

  const send = async (): Promise<void> => {
    autosave.touch();
    if (!(await autosave.flush()) || !doc) return;
    await take(request.id, "answer", {
      outcomes: measures.map((one) => ({ n: one.n, outcome: one.outcome, ground: one.ground })),
      documents: [doc, ...files.listed.map((file) => file.doc)],
    });
    sent = true;
    window.location.assign(request.home);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faults = measures.flatMap((one) => one.faults());
    if (!text.value.trim()) faults.push({ field: text, message: sentence("no_text") });
    if (files.busy) faults.push({ field: maybe("#files"), message: sentence("unfinished") });
    summarise(faults);
    if (faults.length) return;
    button.disabled = true;
    busy.textContent = sentence("signing");
    void send()
      .catch((error: unknown) => summarise([{ field: null, message: why(error) }]))
      .finally(() => {
        button.disabled = false;
        busy.textContent = "";
      });
  });

  /** What was begun before: the text is the staged document of its own medium, the others are files. */
  const load = async (): Promise<void> => {
    const staged = all("[data-staged]", form).map((row) => ({ doc: row.dataset["staged"] ?? "", bytes: Number(row.dataset["bytes"]) }));
    const others: { doc: string; bytes: number }[] = [];
    let signed: Listed[] = [];
    for (const one of staged) {
      const described = await request.describe(keys, one.doc, "answer").catch(() => null);
      if (described?.media !== MEDIA.answer || doc) {
        others.push(one);
        continue;
      }
      const read = await readAnswer(await request.open(keys, one.doc, "answer"));
      doc = one.doc;
      text.value = read.text;
      signed = read.annexes;
      read.measures.forEach((measure) => measures.find((field) => field.n === measure.n)?.fill(measure));
    }
    await files.keep(others, signed);
  };

  return (unlocked) => {
    if (!unlocked || loaded) return;
    loaded = true;
    const loading = one("[data-loading]", root);
    void load()
      .then(() => {
        show(loading, false);
        show(form);
      })
      .catch((error: unknown) => {
        loading.textContent = why(error);
        loaded = false;
      });
  };
}
