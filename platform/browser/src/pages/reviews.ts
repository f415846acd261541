// Notes of reviews in their places: only the requesting team is ever given any.

import type { Keys, OpenedView as Opened } from "../keys";
import { fail } from "../seal/errors";
import { all, maybe, one, paragraphs, sentence, show } from "./dom";
import { trouble, verifiedLine } from "./opening";
import { content, LONGEST, MEDIA, type Request } from "./request";

/** What a colleague found, as she signed it; the cover is the one that she read, which may have changed since. */
async function readReview(opened: Opened): Promise<{ finding: string; text: string }> {
  const read = await content(opened, MEDIA.review, ["finding", "text"]);
  return { finding: read.oneOf("finding", "ready", "changes") as string, text: read.text("text", LONGEST) };
}

/** Every note of a review in its place: by whom, and with what finding, must be what was signed. */
export async function openReviews(keys: Keys, request: Request): Promise<void> {
  for (const place of all("[data-review]")) {
    const text = one("[data-text]", place);
    try {
      const opened = await request.open(keys, place.dataset["doc"] ?? "", "review");
      if (opened.from.user !== place.dataset["reviewer"]) fail("UnknownSigner", opened.from.user);
      const read = await readReview(opened);
      if (read.finding !== place.dataset["finding"]) fail("CoverMismatch", "the finding");
      text.replaceChildren(...paragraphs(read.text || sentence("no_words")), verifiedLine(opened));
    } catch (error) {
      trouble(text, error);
      const shown = maybe("[data-finding-shown]", place);
      if (shown) shown.textContent = "";
    }
    show(text);
  }
}
