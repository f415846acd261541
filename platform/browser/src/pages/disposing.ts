// Taking a request back, with sealed reasons if wanted; and saying, with a signature, what became of its documents.

import type { Keys } from "../keys";
import { take } from "./calls";
import { all, type Fault, maybe, one, sentence, show } from "./dom";
import { Letter } from "./letter";

/** Reasons are optional: without them nothing is sealed, and no key is needed. */
export function withdrawing(keys: Keys): (unlocked: boolean) => void {
  const letter = new Letter(keys, "[data-withdrawing-form]");
  const { form, request, text } = letter;
  const ask = one<HTMLInputElement>("#ask", form);
  letter.handsOver(
    () => [],
    async () => {
      const reasons = text.value.trim() ? await letter.document("withdrawal") : null;
      await take(request.id, "withdraw", { ask: ask.checked, reasons });
    },
  );
  return () => undefined;
}

/** All that was received is verified once more, and named in what is signed. */
export function disposing(keys: Keys): (unlocked: boolean) => void {
  const letter = new Letter(keys, "[data-disposing-form]");
  const { form, request, text } = letter;
  const why = one("[data-kept-for]", form);
  const chosen = (name: string): string => maybe<HTMLInputElement>(`input[name="${name}"]:checked`, form)?.value ?? "";
  const kept = (): boolean => chosen("fate") === "kept";
  for (const radio of all<HTMLInputElement>('input[name="fate"]', form)) radio.addEventListener("change", () => show(why, kept()));
  const faults = (): Fault[] => {
    if (!chosen("fate")) return [{ field: one('input[name="fate"]', form), message: sentence("no_fate") }];
    if (kept() && !chosen("kept_for")) return [{ field: one('input[name="kept_for"]', form), message: sentence("no_kept_for") }];
    return [];
  };
  letter.handsOver(faults, async () => {
    const note = text.value.trim() ? await letter.document("disposal") : null;
    await keys.dispose(request.id, { fate: chosen("fate"), kept_for: kept() ? chosen("kept_for") : null, note });
  });
  return () => undefined;
}
