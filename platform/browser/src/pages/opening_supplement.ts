// Opening a supplement: its text, and the files that the text lists.

import type { Keys } from "../keys";
import { fail } from "../seal/errors";
import { all, one, paragraphs, show } from "./dom";
import { markHeld, requireLimits } from "./limits";
import { showFiles, trouble, verifiedLine } from "./opening";
import { MEDIA, readPosted, type Request } from "./request";

/** A supplement with its files: its text is the document of a message's medium, and lists the others. */
export async function openSupplement(keys: Keys, request: Request, place: HTMLElement): Promise<void> {
  const rows = all("[data-doc]", place);
  const text = one("[data-text]", place);
  try {
    const found = await Promise.all(rows.map(async (row) => ({ row, described: await request.describe(keys, row.dataset["doc"] ?? "", "supplement") })));
    const written = found.find(({ described }) => described.media === MEDIA.message) ?? fail("WrongDocument", "no text");
    const opened = await request.open(keys, written.described.doc, "supplement");
    const read = await readPosted(opened);
    request.requireCover(read.cover);
    requireLimits(written.row, opened);
    text.replaceChildren(...paragraphs(read.text), verifiedLine(opened));
    await markHeld(keys, request, text, opened);
    show(written.row, false);
    await showFiles(keys, request, rows.filter((row) => row !== written.row), read.annexes);
  } catch (error) {
    trouble(text, error);
    rows.forEach((row) => show(row, false));
  }
  show(text);
}
