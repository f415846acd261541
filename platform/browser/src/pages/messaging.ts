// A question, a reply or a return: one text, sealed to both parties and handed over.

import type { Keys } from "../keys";
import { take } from "./calls";
import { sentence } from "./dom";
import { Letter } from "./letter";

const PURPOSE: Record<string, string> = { ask: "question", reply: "reply", return: "return" };

export function messaging(keys: Keys): (unlocked: boolean) => void {
  const letter = new Letter(keys, "[data-message-form]");
  const { form, request, step, text } = letter;
  letter.handsOver(
    () => (text.value.trim() ? [] : [{ field: text, message: sentence("no_text") }]),
    async () => {
      const sealed = await letter.document(PURPOSE[step] ?? "");
      const clarification = form.dataset["clarification"];
      await take(request.id, step, { document: sealed, ...(clarification ? { clarification: Number(clarification) } : {}) });
    },
  );
  return letter.answers("question");
}
