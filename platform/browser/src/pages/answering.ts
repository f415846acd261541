// The answer, or a part before it: an outcome for each measure, a text, files; the text is saved by itself, sealed, until
// it is sent.

import type { Keys } from "../keys";
import type { Json } from "../seal/canonical";
import { Attachments } from "./attaching";
import { removeDocument, take } from "./calls";
import { ConsentFields } from "./stating";
import { all, type Fault, maybe, one, sentence, show, summarise, warnWhile, why } from "./dom";
import { choose, rove } from "./radios";
import { onTextLimits, textLimits, tickLimits } from "./limits";
import { type AnswerMeasure, type Listed, MEDIA, readAnswer, Request } from "./request";
import { Autosave } from "./saving";

class MeasureFields {
  readonly n: number;
  /** Whether an outcome has to be said of it: a part says nothing of what it does not bring. */
  private readonly required: boolean;
  private readonly outcomes: HTMLInputElement[];
  private readonly text: HTMLTextAreaElement;
  readonly consent: ConsentFields;

  constructor(
    private readonly root: HTMLElement,
    changed: () => void,
  ) {
    this.n = Number(root.dataset["measure"]);
    this.outcomes = all<HTMLInputElement>("[data-outcome]", root);
    this.required = !this.outcomes.some((radio) => radio.value === "");
    this.text = one<HTMLTextAreaElement>("[data-measure-text]", root);
    this.consent = new ConsentFields(this.n, root, changed);
    rove(this.outcomes);
    root.addEventListener("input", changed);
  }

  private get chosen(): HTMLInputElement | undefined {
    return this.outcomes.find((radio) => radio.checked);
  }

  /** What a consultation has settled stands in the page, and is said as it is. */
  get outcome(): string | null {
    return this.root.dataset["settled"] ?? (this.chosen?.value || null);
  }

  get ground(): string | null {
    return this.root.dataset["ground"] ?? this.chosen?.dataset["ground"] ?? null;
  }

  get value(): AnswerMeasure {
    return { n: this.n, outcome: this.outcome ?? "pending", ground: this.ground, text: this.text.value };
  }

  get said(): boolean {
    return this.required || this.outcome !== null;
  }

  fill(measure: AnswerMeasure): void {
    this.text.value = measure.text;
    this.outcomes.filter((radio) => radio.value === measure.outcome).forEach((radio) => choose(this.outcomes, radio));
  }

  faults(): Fault[] {
    const consultation = this.root.dataset["consultation"];
    if (consultation) return [{ field: maybe(`#measure-${this.n}`), message: sentence("still_consulting", { n: this.n, consultation }) }];
    if (this.said && !this.outcome) return [{ field: this.outcomes[0] ?? null, message: sentence("no_outcome", { n: this.n }) }];
    if (!this.said && this.text.value.trim()) return [{ field: this.outcomes[0] ?? null, message: sentence("no_outcome", { n: this.n }) }];
    return this.consent.faults(this.outcome, this.text, !this.root.dataset["settled"]);
  }
}

export function answering(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const root = one("[data-answer]");
  const form = one<HTMLFormElement>("[data-write]", root);
  const text = one<HTMLTextAreaElement>("#text", form);
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  const step = root.dataset["answer"] === "deliver" ? "deliver" : "answer";
  const purpose = step === "deliver" ? "part" : "answer";
  let doc: string | null = null;
  let loaded = false;
  let sent = false;

  const measures = all("[data-measure]", form).map((place) => new MeasureFields(place, () => autosave.touch()));
  const autosave: Autosave = new Autosave(one("[data-saved]", form), async () => {
    const fields: { [key: string]: Json } = {
      text: text.value,
      measures: measures.filter((one) => one.said).map((one) => ({ ...one.value })),
      annexes: files.listed.map((file: Listed) => ({ ...file })),
    };
    const consents = measures.filter((one) => one.said).flatMap((one) => one.consent.said.map((consent) => ({ ...consent })));
    if (consents.length) fields["consents"] = consents;
    const sealed = await keys.seal({
      request: request.id, ref: request.ref, purpose, name: `${purpose}.json`, media: MEDIA.answer,
      lang: document.documentElement.lang || "und", blob: request.seal(fields), readers: request.both,
      handling: textLimits(form), ...(doc ? { replaces: doc } : {}),
    });
    doc = sealed.doc;
  });
  const files: Attachments = new Attachments(one("[data-attachments]", form), keys, request, purpose, request.both, {
    changed: () => {
      autosave.touch();
      void autosave.flush();
    },
    remove: (file) => removeDocument(file),
  });
  text.addEventListener("input", () => autosave.touch());
  onTextLimits(form, () => autosave.touch());
  warnWhile(() => !sent && (files.busy || autosave.unsaved));

  const send = async (): Promise<void> => {
    autosave.touch();
    if (!(await autosave.flush()) || !doc) return;
    const said = measures.filter((one) => one.said);
    const documents = [doc, ...files.listed.map((file) => file.doc)];
    if (step === "deliver") await take(request.id, step, { measures: said.map(({ n, outcome, consent }) => ({ n, outcome, consent: consent.chosen })), documents });
    else await take(request.id, step, { form: request.form, outcomes: said.map(({ n, outcome, ground, consent }) => ({ n, outcome, ground, consent: consent.chosen })), documents });
    sent = true;
    window.location.assign(request.home);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faults = measures.flatMap((one) => one.faults());
    if (!text.value.trim()) faults.push({ field: text, message: sentence("no_text") });
    if (!measures.some((one) => one.said)) faults.push({ field: maybe("[data-outcome]"), message: sentence("no_measure") });
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
      const described = await request.describe(keys, one.doc, purpose).catch(() => null);
      if (described?.media !== MEDIA.answer || doc) {
        others.push(one);
        continue;
      }
      const read = await readAnswer(await request.open(keys, one.doc, purpose));
      doc = one.doc;
      tickLimits(described.handling, form);
      text.value = read.text;
      signed = read.annexes;
      read.measures.forEach((measure) => measures.find((field) => field.n === measure.n)?.fill(measure));
      measures.forEach((field) => field.consent.fill(read.consents));
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
