// A page on which one text is written, sealed to both parties, and handed over with a step of the request.

import type { Keys } from "../keys";
import { type Fault, maybe, one, sentence, summarise, warnWhile, why } from "./dom";
import { openMessage } from "./opening";
import { MEDIA, Request } from "./request";

export class Letter {
  readonly request = new Request();
  readonly form: HTMLFormElement;
  readonly text: HTMLTextAreaElement;
  readonly step: string;
  private sent = false;
  /** The document that is sealed already, when only handing it over has to be repeated. */
  private sealed: { doc: string; text: string } | null = null;

  constructor(private readonly keys: Keys, selector: string) {
    this.form = one<HTMLFormElement>(selector);
    this.text = one<HTMLTextAreaElement>("#text", this.form);
    this.step = this.form.dataset["step"] ?? "";
    warnWhile(() => !this.sent && this.text.value.trim() !== "");
  }

  /** The sealed text; the same words are sealed once. */
  async document(purpose: string): Promise<string> {
    if (this.sealed?.text !== this.text.value) {
      const { id, ref, both } = this.request;
      const made = await this.keys.seal({
        request: id, ref, purpose, name: "message.json", media: MEDIA.message,
        lang: document.documentElement.lang || "und", blob: this.request.seal({ text: this.text.value }), readers: both,
      });
      this.sealed = { doc: made.doc, text: this.text.value };
    }
    return this.sealed.doc;
  }

  /** Once nothing is to be mended, take the step and go back to the request; what goes wrong is said, and nothing is lost. */
  handsOver(faults: () => Fault[], take: () => Promise<unknown>): void {
    const busy = one("[data-busy]", this.form);
    const button = one<HTMLButtonElement>("button[type=submit]", this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = faults();
      summarise(found);
      if (found.length) return;
      button.disabled = true;
      busy.textContent = sentence("signing");
      void take()
        .then(() => {
          this.sent = true;
          window.location.assign(this.request.home);
        })
        .catch((error: unknown) => {
          busy.textContent = "";
          button.disabled = false;
          summarise([{ field: this.text, message: why(error) }]);
        });
    });
  }

  /** What the page does when the key is unlocked: open the text that this one answers, once. */
  answers(purpose: string): (unlocked: boolean) => void {
    let opened = false;
    return (unlocked) => {
      const place = maybe(`[data-doc][data-purpose="${purpose}"]`);
      if (!unlocked || opened || !place) return;
      opened = true;
      void openMessage(this.keys, this.request, place, place.dataset["doc"] ?? "", purpose).then(() => {
        const progress = maybe("[data-progress]", place);
        if (progress) progress.hidden = true;
      });
    };
  }
}
