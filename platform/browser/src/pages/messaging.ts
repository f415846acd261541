// A question, a reply or a return: one text, sealed to both parties and handed over.

import type { Keys } from "../keys";
import { take } from "./calls";
import { maybe, one, sentence, summarise, warnWhile, why } from "./dom";
import { openMessage } from "./opening";
import { MEDIA, Request } from "./request";

const PURPOSE: Record<string, string> = { ask: "question", reply: "reply", return: "return" };

export function messaging(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-message-form]");
  const text = one<HTMLTextAreaElement>("#text", form);
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  const step = form.dataset["step"] ?? "";
  let sent = false;
  /** The document that is sealed already, when only handing it over has to be repeated. */
  let sealed: { doc: string; text: string } | null = null;

  const send = async (): Promise<void> => {
    if (sealed?.text !== text.value) {
      const made = await keys.seal({
        request: request.id, ref: request.ref, purpose: PURPOSE[step] ?? "", name: "message.json", media: MEDIA.message,
        lang: document.documentElement.lang || "und", blob: request.seal({ text: text.value }), readers: request.both,
      });
      sealed = { doc: made.doc, text: text.value };
    }
    const clarification = form.dataset["clarification"];
    await take(request.id, step, { document: sealed.doc, ...(clarification ? { clarification: Number(clarification) } : {}) });
  };

  warnWhile(() => !sent && text.value.trim() !== "");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faults = text.value.trim() ? [] : [{ field: text, message: sentence("no_text") }];
    summarise(faults);
    if (faults.length) return;
    button.disabled = true;
    busy.textContent = sentence("signing");
    void send()
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
    const question = maybe('[data-doc][data-purpose="question"]');
    if (!unlocked || opened || !question) return;
    opened = true;
    void openMessage(keys, request, question, question.dataset["doc"] ?? "", "question").then(() => {
      const progress = maybe("[data-progress]", question);
      if (progress) progress.hidden = true;
    });
  };
}
