// Another date: the State proposes one with a sealed reason, the Court grants one or declines with a sealed note.

import type { Keys } from "../keys";
import { take } from "./calls";
import { all, maybe, one, sentence, summarise, warnWhile, why } from "./dom";
import { openMessage } from "./opening";
import { MEDIA, Request } from "./request";

/** The day in three boxes as the platform writes it, or null where there is none of these. */
function typedDay(): string | null {
  const [day, month, year] = ["day", "month", "year"].map((part) => Number(one<HTMLInputElement>(`#day-${part}`).value.trim() || NaN));
  const found = new Date(Date.UTC(year ?? NaN, (month ?? NaN) - 1, day ?? NaN));
  const exists = found.getUTCFullYear() === year && found.getUTCMonth() + 1 === month && found.getUTCDate() === day;
  return exists ? found.toISOString().slice(0, 10) : null;
}

export function extending(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-extending-form]");
  const text = one<HTMLTextAreaElement>("#text", form);
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  const other = maybe("[data-other-day]", form);
  const step = form.dataset["step"] ?? "";
  const asking = step === "extend";
  const choice = (): string => maybe<HTMLInputElement>('input[name="choice"]:checked', form)?.value ?? "";
  let sent = false;
  /** The document that is sealed already, when only handing it over has to be repeated. */
  let sealed: { doc: string; text: string } | null = null;

  const document_ = async (): Promise<string | null> => {
    if (!text.value.trim()) return null;
    if (sealed?.text !== text.value) {
      const made = await keys.seal({
        request: request.id, ref: request.ref, purpose: asking ? "extension" : "decision", name: "message.json", media: MEDIA.message,
        lang: document.documentElement.lang || "und", blob: request.seal({ text: text.value }), readers: request.both,
      });
      sealed = { doc: made.doc, text: text.value };
    }
    return sealed.doc;
  };

  const day = (): string | null => (choice() === "proposed" ? (form.dataset["proposed"] ?? null) : choice() === "none" ? null : typedDay());

  const faults = (): { field: HTMLElement; message: string }[] => {
    const found: { field: HTMLElement; message: string }[] = [];
    if (!asking && !choice()) found.push({ field: one("#choice-proposed", form), message: sentence("no_choice") });
    if ((asking || choice() === "other") && typedDay() === null) found.push({ field: one("#day-day", form), message: sentence("no_day") });
    if ((asking || choice() === "none") && !text.value.trim()) found.push({ field: text, message: sentence("no_text") });
    return found;
  };

  for (const radio of all<HTMLInputElement>('input[name="choice"]', form)) {
    radio.addEventListener("change", () => {
      if (other) other.hidden = choice() !== "other";
    });
  }
  warnWhile(() => !sent && text.value.trim() !== "");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = faults();
    summarise(found);
    if (found.length) return;
    button.disabled = true;
    busy.textContent = sentence("signing");
    void document_()
      .then((doc) => take(request.id, step, asking ? { proposed_on: day(), document: doc } : { until: day(), document: doc }))
      .then(() => {
        sent = true;
        window.location.assign(request.home);
      })
      .catch((error: unknown) => {
        busy.textContent = "";
        button.disabled = false;
        summarise([{ field: text, message: why(error) }]);
      });
  });

  let opened = false;
  return (unlocked) => {
    const reason = maybe('[data-doc][data-purpose="extension"]');
    if (!unlocked || opened || !reason) return;
    opened = true;
    void openMessage(keys, request, reason, reason.dataset["doc"] ?? "", "extension").then(() => {
      const progress = maybe("[data-progress]", reason);
      if (progress) progress.hidden = true;
    });
  };
}
