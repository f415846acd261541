// The pages of a PDF that may be read and not taken away: one at a time, as a picture, with its words below.

import { Pdf } from "../pdf";
import { sentence } from "./dom";

/** Dots across a drawn page: sharp at the width of a text on most screens. */
const WIDTH = 1400;

const shown = new Map<HTMLElement, Pdf>();

/** Show the first page of `blob` in `place`, with a way to the others.  Throws NotDrawn. */
export async function showPdf(place: HTMLElement, blob: Blob, name: string): Promise<void> {
  const pdf = await Pdf.open(blob);
  leavePdf(place);
  shown.set(place, pdf);
  const canvas = document.createElement("canvas");
  canvas.className = "comity-held__picture comity-held__page";
  canvas.setAttribute("role", "img");
  const [words, text] = folded(sentence("words_of_page"));
  const where = document.createElement("span");
  where.setAttribute("role", "status");
  const turn = async (n: number): Promise<void> => {
    const page = await pdf.page(n, WIDTH);
    canvas.width = page.picture.width;
    canvas.height = page.picture.height;
    canvas.getContext("2d")?.drawImage(page.picture, 0, 0);
    page.picture.close();
    where.textContent = sentence("page_of", { n, pages: pdf.pages });
    canvas.setAttribute("aria-label", `${name}, ${where.textContent}`);
    text.textContent = page.text;
    words.hidden = !page.text;
  };
  await turn(1);
  place.replaceChildren(...(pdf.pages > 1 ? [turning(pdf.pages, where, turn)] : []), canvas, words);
}

/** Take what `place` shows of a PDF out of the memory. */
export function leavePdf(place: HTMLElement): void {
  shown.get(place)?.end();
  shown.delete(place);
}

function turning(pages: number, where: HTMLElement, turn: (n: number) => Promise<void>): HTMLElement {
  let now = 1;
  const bar = document.createElement("p");
  bar.className = "comity-held__turning";
  const buttons = [-1, 1].map((step) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "comity-small-button";
    button.textContent = sentence(step < 0 ? "page_before" : "page_after");
    button.onclick = () => {
      const next = now + step;
      if (next < 1 || next > pages) return;
      now = next;
      mark();
      turn(now).catch(() => (where.textContent = sentence("page_broken", { n: now })));
    };
    return button;
  });
  const mark = (): void => buttons.forEach((button, i) => button.setAttribute("aria-disabled", String(now === (i ? pages : 1))));
  mark();
  bar.append(buttons[0] as HTMLElement, where, buttons[1] as HTMLElement);
  return bar;
}

function folded(title: string): [HTMLElement, HTMLElement] {
  const details = document.createElement("details");
  details.className = "govuk-details";
  const summary = document.createElement("summary");
  summary.className = "govuk-details__summary";
  const said = document.createElement("span");
  said.className = "govuk-details__summary-text";
  said.textContent = title;
  summary.append(said);
  const text = document.createElement("pre");
  text.className = "comity-held__text";
  text.tabIndex = 0;
  details.append(summary, text);
  return [details, text];
}
