// A form that seals something and takes a step with it: sent once nothing is to be mended, and never half.

import { type Fault, one, sentence, summarise, why } from "./dom";

interface Handing {
  /** What is to be mended first. */
  faults: () => Fault[];
  send: () => Promise<unknown>;
  /** When it has been sent. */
  done: () => void;
  /** The field to which a failure leads, if there is one. */
  at?: HTMLElement;
}

/** What goes wrong is said, and nothing that was typed is lost. */
export function handsOver(form: HTMLFormElement, { faults, send, done, at }: Handing): void {
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const found = faults();
    summarise(found);
    if (found.length) return;
    button.disabled = true;
    busy.textContent = sentence("signing");
    void send()
      .then(done)
      .catch((error: unknown) => {
        busy.textContent = "";
        button.disabled = false;
        summarise([{ field: at ?? null, message: why(error) }]);
      });
  });
}

/** The day in three boxes as the platform writes it, or null where there is none of these. */
export function dayIn(form: HTMLFormElement): string | null {
  const part = (name: string): number => Number(one<HTMLInputElement>(`[data-part="${name}"]`, form).value.trim());
  const made = new Date(Date.UTC(part("year"), part("month") - 1, part("day")));
  const exists = made.getUTCFullYear() === part("year") && made.getUTCMonth() === part("month") - 1 && made.getUTCDate() === part("day");
  return exists && part("year") >= 2000 ? made.toISOString().slice(0, 10) : null;
}
