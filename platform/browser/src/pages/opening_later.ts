// Opening what came later than the request, an amendment or a supplement: its text, and the files that the text lists.

import type { Keys } from "../keys";
import { fail } from "../seal/errors";
import { all, one, paragraphs, sentence, show } from "./dom";
import { markHeld, requireLimits } from "./limits";
import { showFiles, trouble, verifiedLine } from "./opening";
import { MEDIA, type Posted, readPosted, type Request } from "./request";

/** Its text is the document of a message's medium, and lists the others; gives the text's document and text, or null where something failed.
 *
 * The text of an amendment carries the cover of its own form.  While it is prepared, that may have changed since. */
export async function openLater(keys: Keys, request: Request, place: HTMLElement): Promise<(Posted & { doc: string }) | null> {
  const rows = all("[data-doc]", place);
  const text = one("[data-text]", place);
  const purpose = place.dataset["purpose"] ?? "";
  try {
    const found = await Promise.all(rows.map(async (row) => ({ row, described: await request.describe(keys, row.dataset["doc"] ?? "", purpose) })));
    const written = found.find(({ described }) => described.media === MEDIA.message) ?? fail("WrongDocument", "no text");
    const opened = await request.open(keys, written.described.doc, purpose);
    const read = await readPosted(opened);
    if (purpose === "supplement") request.requireCover(read.cover);
    else if (place.dataset["form"]) request.requireForm(read.cover, Number(place.dataset["form"]));
    else if (!request.amends(read.cover)) {
      text.textContent = sentence("cover_changed");
      rows.forEach((row) => show(row, false));
      show(text);
      return null;
    }
    requireLimits(written.row, opened);
    text.replaceChildren(...paragraphs(read.text), verifiedLine(opened));
    await markHeld(keys, request, text, opened);
    show(written.row, false);
    show(text);
    if (!(await showFiles(keys, request, rows.filter((row) => row !== written.row), read.annexes))) return null;
    for (const { doc, plain_sha256 } of [opened, ...read.annexes]) request.seen.set(doc, plain_sha256);
    return { ...read, doc: opened.doc };
  } catch (error) {
    trouble(text, error);
    rows.forEach((row) => show(row, false));
    show(text);
    return null;
  }
}
