// Acknowledging what came later than the request: each amendment and each supplement by itself, once it was verified and shown here.

import type { Keys } from "../keys";
import { all, maybe, one, sentence, why } from "./dom";
import type { Request } from "./request";

/** The buttons wait for the key and for what is opened; what this gives back is told when everything is being opened. */
export function receiving(keys: Keys, request: Request, opened: () => unknown): (all: Promise<unknown>) => void {
  let reading: Promise<unknown> = Promise.resolve();
  for (const form of all<HTMLFormElement>("[data-receive]")) {
    const busy = one("[data-busy]", form);
    const button = one<HTMLButtonElement>("button", form);
    const stop = (message: string): void => {
      busy.textContent = message;
      button.disabled = false;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!opened()) {
        stop(sentence("unlock_to_sign"));
        maybe<HTMLInputElement>("[data-unlock-form] input")?.focus();
        return;
      }
      button.disabled = true;
      busy.textContent = sentence("signing");
      void reading
        .then(async () => {
          const docs = (form.dataset["receive"] ?? "").split(" ");
          if (docs.some((doc) => !request.seen.has(doc))) return stop(sentence("nothing_signed"));
          await keys.receive(request.id, Object.fromEntries(docs.map((doc) => [doc, request.seen.get(doc) ?? ""])));
          window.location.assign(request.home);
        })
        .catch((error: unknown) => stop(why(error)));
    });
  }
  return (all) => {
    reading = all;
  };
}
