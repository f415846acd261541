// Beginning with the text of an earlier request of one's own team: it is opened here, and only empty fields are filled.

import type { Keys } from "../keys";
import { fail } from "../seal/errors";
import { all, maybe, one, sentence, why } from "./dom";
import { readRequest } from "./request";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** The button that takes the text of the earlier request over, where the page names one. */
export function takesOver(keys: Keys, form: HTMLElement): void {
  const place = maybe("[data-earlier]", form);
  if (!place) return;
  const said = (name: string): string => place.dataset[name] ?? "";
  const button = one<HTMLButtonElement>("[data-take-over]", place);
  const busy = one("[data-busy]", place);
  button.addEventListener("click", () => {
    button.disabled = true;
    busy.textContent = sentence("opening_earlier");
    void keys
      .open(said("earlier"), { request: said("earlierRequest"), purpose: "request" })
      .then(async (opened) => {
        if (opened.from.authority !== said("earlierRequesting")) fail("UnknownSigner", opened.from.authority);
        const read = await readRequest(opened);
        put(one<Field>("#subject", form), read.subject);
        put(one<Field>("#text", form), read.text);
        for (const row of all("[data-line]", form)) {
          const line = read.checklist.find(({ line }) => line === row.dataset["line"]);
          const box = one<HTMLInputElement>("input", row);
          if (line && put(one<Field>("textarea", row), line.text)) box.checked = !line.applies;
        }
        busy.textContent = sentence("taken_over");
      })
      .catch((error: unknown) => {
        busy.textContent = why(error);
        button.disabled = false;
      });
  });
}

/** Whether the field was empty and has been filled. */
function put(field: Field, words: string): boolean {
  if (field.value.trim() || !words) return false;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}
