// A supplement: what the requesting team adds to a transmitted request, a text with its files, sealed to both parties.

import type { Keys } from "../keys";
import { Attachments } from "./attaching";
import { removeDocument, take } from "./calls";
import { all, type Fault, maybe, one, sentence, warnWhile } from "./dom";
import { dayIn, handsOver } from "./handing";
import { textLimits } from "./limits";
import { MEDIA, Request } from "./request";

export function supplementing(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-supplement-form]");
  const text = one<HTMLTextAreaElement>("#text", form);
  const files = new Attachments(one("[data-attachments]", form), keys, request, "supplement", request.both, {
    changed: () => undefined,
    remove: (file) => removeDocument(file),
  });
  /** What is sealed already, when only sending it has to be repeated; another text becomes its next version. */
  let sealed: { doc: string; content: string } | null = null;
  let sent = false;
  let kept = false;
  const boxes = all<HTMLInputElement>("[data-later] [data-part]", form);
  const later = (): boolean => boxes.some((box) => box.value.trim() !== "");

  const faults = (): Fault[] => {
    const found: Fault[] = text.value.trim() ? [] : [{ field: text, message: sentence("no_text") }];
    if (later() && dayIn(form) === null) found.push({ field: one("#day-day", form), message: sentence("no_day") });
    if (files.busy) found.push({ field: maybe("#files"), message: sentence("unfinished") });
    return found;
  };

  const send = async (): Promise<void> => {
    const annexes = files.listed.map((file) => ({ ...file }));
    const handling = textLimits(form);
    const content = JSON.stringify([text.value, annexes, handling]);
    if (sealed?.content !== content) {
      const made = await keys.seal({
        request: request.id, ref: request.ref, purpose: "supplement", name: "supplement.json", media: MEDIA.message,
        lang: document.documentElement.lang || "und", blob: request.seal({ text: text.value, annexes }), readers: request.both,
        handling, ...(sealed ? { replaces: sealed.doc } : {}),
      });
      sealed = { doc: made.doc, content };
    }
    const documents = [sealed.doc, ...annexes.map((file) => file.doc)];
    await take(request.id, "supplements", { documents, until: later() ? dayIn(form) : null });
  };

  warnWhile(() => !sent && (text.value.trim() !== "" || files.busy));
  const done = (): void => {
    sent = true;
    window.location.assign(request.home);
  };
  handsOver(form, { faults, send, done, at: text });

  return (unlocked) => {
    if (!unlocked || kept) return;
    kept = true;
    const staged = all("[data-staged]", form).map((row) => ({ doc: row.dataset["staged"] ?? "", bytes: Number(row.dataset["bytes"]) }));
    void files.keep(staged, []);
  };
}
