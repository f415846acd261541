// A file that may be read and not taken away, shown on the page: text, and pictures and PDFs as dots.  Nothing of it is
// saved.

import type { Described, Keys, OpenedView as Opened } from "../keys";
import { fail } from "../seal/errors";
import { NotDrawn } from "../pdf";
import { one, sentence, show } from "./dom";
import { trouble } from "./opening";
import { leavePdf, showPdf } from "./pdf_here";
import type { Request } from "./request";

const LONGEST_TEXT = 1_000_000;
const LONGEST_PICTURE = 30_000_000;
const LONGEST_PDF = 100_000_000;
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"]);
const TEXTS = new Set(["application/json", "application/xml", "message/rfc822"]);

/** A button to read a file here, and the way to ask for consent. */
export function offerHere(keys: Keys, request: Request, row: HTMLElement, described: Described): void {
  const place = one("[data-held]", row);
  const ask = document.createElement("a");
  ask.className = "govuk-link";
  ask.href = row.dataset["seek"] ?? "";
  ask.textContent = sentence("ask_consent");
  place.replaceChildren(sentence("held"), " ", ask);
  show(place);
  const button = one<HTMLButtonElement>("[data-read-here]", row);
  one("[data-name-again]", button).textContent = described.name;
  show(button);
  button.onclick = () => {
    button.disabled = true;
    void request
      .open(keys, described.doc, described.purpose)
      .then((opened) => (opened.plain_sha256 === described.plain_sha256 ? showHere(placeBelow(row), opened) : fail("HashMismatch")))
      .catch((error: unknown) => trouble(placeBelow(row), error))
      .finally(() => (button.disabled = false));
  };
}

/** Show it in `place`; what no page can show says so. */
async function showHere(place: HTMLElement, opened: Opened): Promise<void> {
  const [longest, draw] = wayToShow(opened.media);
  leavePdf(place);
  if (!draw) place.textContent = sentence("not_shown");
  else if (opened.size > longest) place.textContent = sentence("too_long");
  else await draw(place, opened).catch((error: unknown) => (place.textContent = sentence(whyNotDrawn(error))));
  show(place);
}

function wayToShow(media: string): [number, ((place: HTMLElement, opened: Opened) => Promise<void>)?] {
  if (media.startsWith("text/") || TEXTS.has(media)) return [LONGEST_TEXT, written];
  if (PICTURES.has(media)) return [LONGEST_PICTURE, drawn];
  if (media === "application/pdf") return [LONGEST_PDF, (place, opened) => showPdf(place, opened.blob, opened.name)];
  return [0];
}

const whyNotDrawn = (error: unknown): string => (error instanceof NotDrawn && error.why === "password" ? "locked_file" : "broken_file");

async function written(place: HTMLElement, opened: Opened): Promise<void> {
  const element = document.createElement("pre");
  element.className = "comity-held__text";
  element.tabIndex = 0;
  element.textContent = new TextDecoder().decode(await opened.blob.arrayBuffer());
  place.replaceChildren(element);
}

/** Drawn, because a picture that the page links to could be saved from its menu as it was sent. */
async function drawn(place: HTMLElement, opened: Opened): Promise<void> {
  const picture = await createImageBitmap(opened.blob);
  const canvas = document.createElement("canvas");
  canvas.className = "comity-held__picture";
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", opened.name);
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  place.replaceChildren(canvas);
}

/** Take what was shown off the page again. */
export function forgetHere(root: ParentNode = document): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-here]")) {
    leavePdf(place);
    place.remove();
  }
}

/** Where a file is shown below its row. */
function placeBelow(row: HTMLElement): HTMLElement {
  const there = row.querySelector<HTMLElement>("[data-here]");
  if (there) return there;
  const place = document.createElement("div");
  place.className = "comity-held__here comity-screen-only";
  place.dataset["here"] = "";
  place.translate = false;
  one("[data-held]", row).after(place);
  return place;
}
