// Words that are shown once: on the screen, on paper, and then typed back before anything is kept.

import type { Keys } from "../keys";
import type { WordsKind } from "../seal/ways";
import { all, announce, copy, one, sentence, show, summarise, why } from "./dom";

/** Show new words in their section of the page, until they have been typed back. */
export function showWords(keys: Keys, kind: WordsKind): Promise<void> {
  const section = one(`[data-words="${kind}"]`);
  const shown = one("[data-shown]", section);
  const form = one<HTMLFormElement>("form", section);
  const secret = one("[data-secret]", section);
  const fields = one("[data-fields]", form);
  const face = (words: boolean): void => {
    show(shown, words);
    show(form, !words);
    summarise([]);
    if (words) one("[data-title]", section).focus();
    else one("input", form).focus();
  };
  show(section);
  one("[data-written]", section).addEventListener("click", () => face(false));
  one("[data-again]", section).addEventListener("click", () => face(true));
  for (const button of all("[data-print]", section)) button.addEventListener("click", () => window.print());
  return new Promise((resolve, reject) => {
    void keys
      .words(kind)
      .then(({ words, asked }) => {
        secret.replaceChildren(...words.split("-").map(item));
        fields.replaceChildren(...(asked.length ? asked.map(field) : [field()]));
        face(true);
      })
      .catch(reject);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const inputs = all<HTMLInputElement>("input", form);
      void keys.confirm(kind, inputs.map((input) => input.value)).then((same) => {
        if (!same) return summarise([{ field: inputs[0] ?? null, message: sentence(`NotSame-${kind}`) }]);
        secret.replaceChildren();
        fields.replaceChildren();
        summarise([]);
        show(section, false);
        announce(sentence("WordsConfirmed"));
        resolve();
      }, reject);
    });
  });
}

function item(word: string): HTMLElement {
  const made = document.createElement("li");
  made.textContent = word;
  return made;
}

/** A field for one word, by its place, or for all of them. */
function field(place?: number): HTMLElement {
  const made = copy(place === undefined ? "template[data-all-words]" : "template[data-one-word]");
  if (place === undefined) return made;
  const input = one<HTMLInputElement>("input", made);
  const label = one<HTMLLabelElement>("label", made);
  input.id = `word-${place + 1}`;
  label.htmlFor = input.id;
  label.textContent = sentence("WordNumber", { number: place + 1 });
  return made;
}

/** Do it, with the button at rest meanwhile; what goes wrong stands in the error summary. */
export async function doing(button: HTMLButtonElement | null, run: () => Promise<void>, field: HTMLElement | null = null): Promise<boolean> {
  if (button) button.disabled = true;
  summarise([]);
  try {
    await run();
    return true;
  } catch (error) {
    summarise([{ field, message: why(error) }]);
    return false;
  } finally {
    if (button) button.disabled = false;
  }
}
