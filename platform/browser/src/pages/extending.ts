// Another date: the State proposes one with a sealed reason, the Court grants one or declines with a sealed note.

import type { Keys } from "../keys";
import { take } from "./calls";
import { all, type Fault, maybe, one, sentence } from "./dom";
import { dayIn } from "./handing";
import { Letter } from "./letter";

export function extending(keys: Keys): (unlocked: boolean) => void {
  const letter = new Letter(keys, "[data-extending-form]");
  const { form, request, step, text } = letter;
  const other = maybe("[data-other-day]", form);
  const asking = step === "extend";
  const choice = (): string => maybe<HTMLInputElement>('input[name="choice"]:checked', form)?.value ?? "";
  const day = (): string | null => (choice() === "proposed" ? (form.dataset["proposed"] ?? null) : choice() === "none" ? null : dayIn(form));

  const faults = (): Fault[] => {
    const found: Fault[] = [];
    if (!asking && !choice()) found.push({ field: one("#choice-proposed", form), message: sentence("no_choice") });
    if ((asking || choice() === "other") && dayIn(form) === null) found.push({ field: one("#day-day", form), message: sentence("no_day") });
    if ((asking || choice() === "none") && !text.value.trim()) found.push({ field: text, message: sentence("no_text") });
    return found;
  };

  for (const radio of all<HTMLInputElement>('input[name="choice"]', form)) {
    radio.addEventListener("change", () => {
      if (other) other.hidden = choice() !== "other";
    });
  }
  letter.handsOver(faults, async () => {
    const sealed = text.value.trim() ? await letter.document(asking ? "extension" : "decision") : null;
    await take(request.id, step, asking ? { proposed_on: day(), document: sealed } : { until: day(), document: sealed });
  });
  return letter.answers("extension");
}
