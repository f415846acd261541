// A page on which one text is written, sealed to both parties, and handed over with a step of the request.

import type { Keys } from "../keys";
import { type Fault, maybe, one, warnWhile } from "./dom";
import { handsOver } from "./handing";
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

  /** Take the step once nothing is to be mended, and go back to the request. */
  handsOver(faults: () => Fault[], send: () => Promise<unknown>): void {
    const done = (): void => {
      this.sent = true;
      window.location.assign(this.request.home);
    };
    handsOver(this.form, { faults, send, done, at: this.text });
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
