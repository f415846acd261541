// Giving a review: what was read on this device, sealed to one's own team alone.

import type { Keys } from "../keys";
import { giveReview } from "./calls";
import { openAll } from "./deciding";
import { type Fault, maybe, one, sentence, warnWhile } from "./dom";
import { handsOver } from "./handing";
import { forget } from "./opening";
import { MEDIA, Request } from "./request";

/** The draft is opened and verified first; without that nothing can be given. */
export function reviewing(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-review-form]");
  const text = one<HTMLTextAreaElement>("#text", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  const finding = (): string => maybe<HTMLInputElement>('input[name="finding"]:checked', form)?.value ?? "";
  let sent = false;
  let sealed: { doc: string; content: string } | null = null;

  const faults = (): Fault[] => {
    const found: Fault[] = [];
    if (!finding()) found.push({ field: one("#finding-ready", form), message: sentence("no_finding") });
    if (finding() === "changes" && !text.value.trim()) found.push({ field: text, message: sentence("no_text") });
    return found;
  };
  const send = async (): Promise<void> => {
    const said = { finding: finding(), text: text.value.trim() };
    if (sealed?.content !== JSON.stringify(said)) {
      const made = await keys.seal({
        request: request.id, ref: request.ref, purpose: "review", name: "review.json", media: MEDIA.review,
        lang: document.documentElement.lang || "und", blob: request.seal(said), readers: [request.requesting],
      });
      sealed = { doc: made.doc, content: JSON.stringify(said) };
    }
    await giveReview(form.dataset["reviewForm"] ?? "", { finding: said.finding, draft_sha256: form.dataset["draft"] ?? "", document: sealed.doc });
  };
  const done = (): void => {
    sent = true;
    window.location.assign(request.home);
  };
  warnWhile(() => !sent && text.value.trim() !== "");
  handsOver(form, { faults, send, done, at: text });

  let opened = false;
  return (unlocked) => {
    if (!unlocked) {
      if (opened) forget();
      button.disabled = true;
      return;
    }
    if (opened) return window.location.reload();
    opened = true;
    void openAll(keys, request).then((read) => {
      button.disabled = read === null;
    });
  };
}
