// Opening what is sealed: nothing is shown or saved before every check has passed.

import { type Described, type Keys, type OpenedView as Opened, Transfer } from "../keys";
import { fail } from "../seal/errors";
import { checklistShown } from "./checklist";
import { requirementsShown } from "./requirements";
import { all, announce, copy, day, isCancelled, isLocked, isNotAuthentic, maybe, one, paragraphs, percent, save, sentence, show, size, why } from "./dom";
import { heldBy, markHeld, requireLimits } from "./limits";
import { openLater } from "./opening_later";
import { forgetHere, offerHere } from "./reading_here";
import { linesShown, openSettling, SETTLING } from "./settling";
import { sayTranslation } from "./translation_texts";
import { type AnswerText, type Listed, MEDIA, readAnswer, readMessage, readRequest, type Request, type RequestText, type Said } from "./request";

/** In the place of something that failed a check: what failed, in plain words; nothing else of it stays. */
export function alarm(place: HTMLElement, error: unknown): void {
  const panel = copy('template[data-panel="not-authentic"]');
  one("[data-why]", panel).textContent = why(error);
  place.replaceChildren(panel);
  show(place);
}

export function trouble(place: HTMLElement, error: unknown): void {
  if (isNotAuthentic(error)) alarm(place, error);
  else place.textContent = why(error);
}

/** Who signed it and when, out of the seal. */
export function verifiedLine(opened: Opened): HTMLElement {
  const line = document.createElement("p");
  line.className = "comity-verified";
  line.textContent = sentence("verified", { name: opened.from.name, date: day(opened.created) });
  return line;
}

/** The request's own text in its place on the page; null where it could not be shown. */
export async function openRequest(keys: Keys, request: Request): Promise<(RequestText & Listed) | null> {
  const place = maybe('[data-doc][data-purpose="request"]');
  if (!place) return null;
  const text = one("[data-text]", place);
  const progress = one("[data-progress]", place);
  text.replaceChildren();
  show(text, false);
  show(progress);
  progress.textContent = sentence("opening", { percent: 0 });
  try {
    const opened = await request.open(keys, place.dataset["doc"] ?? "", "request");
    const read = await readRequest(opened);
    if (request.stage === "draft" && !request.covers(read.cover)) {
      progress.textContent = sentence("cover_changed");
      return null;
    }
    request.requireForm(read.cover, 1);
    requireLimits(place, opened);
    const heading = document.createElement("h3");
    heading.className = "govuk-heading-m comity-subject";
    heading.textContent = read.subject;
    text.append(heading, ...paragraphs(read.text), checklistShown(place, read.checklist), requirementsShown(read.requirements), verifiedLine(opened));
    await markHeld(keys, request, text, opened);
    show(text);
    show(progress, false);
    subject(read.subject);
    return { ...read, doc: opened.doc, plain_sha256: opened.plain_sha256 };
  } catch (error) {
    show(progress, false);
    show(text);
    trouble(text, error);
    return null;
  }
}

function subject(text: string): void {
  const place = maybe("[data-subject]");
  if (!place) return;
  place.textContent = text;
  show(place);
}

/** The files of a list that was signed: their names out of their seals, and a button for each. */
export async function showFiles(keys: Keys, request: Request, rows: HTMLElement[], signed: Listed[]): Promise<boolean> {
  const expected = new Map(signed.map((file) => [file.doc, file.plain_sha256]));
  const there = new Set(rows.map((row) => row.dataset["doc"] ?? ""));
  for (const file of signed) {
    const row = rows.find((one) => one.dataset["doc"] === file.doc);
    row?.parentElement?.append(row);
  }
  const results = await Promise.all(rows.map((row) => showFile(keys, request, row, expected.get(row.dataset["doc"] ?? ""))));
  if (signed.some((file) => !there.has(file.doc))) {
    const alarms = maybe("[data-alarms]");
    if (alarms) alarmWith(alarms, sentence("missing"));
    return false;
  }
  return results.every(Boolean);
}

function alarmWith(place: HTMLElement, text: string): void {
  const panel = copy('template[data-panel="not-authentic"]');
  one("[data-why]", panel).textContent = text;
  place.append(panel);
}

async function showFile(keys: Keys, request: Request, row: HTMLElement, signed: string | undefined): Promise<boolean> {
  const purpose = row.dataset["purpose"] ?? "";
  const doc = row.dataset["doc"] ?? "";
  try {
    const described = await request.describe(keys, doc, purpose);
    if (signed === undefined) {
      alarm(row, null);
      one("[data-why]", row).textContent = sentence("unlisted");
      return false;
    }
    if (described.plain_sha256 !== signed) fail("HashMismatch");
    requireLimits(row, described);
    await offer(keys, request, row, described);
    return true;
  } catch (error) {
    if (!isLocked(error)) trouble(row, error); // else the row waits as it is for the key
    return false;
  }
}

/** A button to save it or, where its limits hold, one to read it here and the way to ask for consent. */
async function offer(keys: Keys, request: Request, row: HTMLElement, described: Described): Promise<void> {
  const held = await heldBy(keys, request, described);
  one("[data-name]", row).textContent = described.name;
  one("[data-size]", row).textContent = size(described.size);
  sayTranslation(row, described);
  if (held.length) return offerHere(keys, request, row, described);
  const button = one<HTMLButtonElement>("[data-open]", row);
  one("[data-name-again]", button).textContent = described.name;
  show(button);
  button.onclick = () => void fetchAndSave(keys, request, row, button, described);
}

async function fetchAndSave(keys: Keys, request: Request, row: HTMLElement, button: HTMLButtonElement, described: Described): Promise<void> {
  const progress = one("[data-progress]", row);
  const transfer = new Transfer();
  transfer.onprogress = (said) => {
    progress.textContent = sentence("opening", { percent: percent(said) });
  };
  button.disabled = true;
  try {
    const opened = await request.open(keys, row.dataset["doc"] ?? "", row.dataset["purpose"] ?? "", transfer, described.handling.length > 0);
    if (opened.plain_sha256 !== described.plain_sha256) fail("HashMismatch");
    save(opened.blob, opened.name);
    progress.textContent = sentence("saved_file");
    announce(`${described.name}: ${sentence("saved_file")}`);
  } catch (error) {
    if (isNotAuthentic(error)) alarm(row, error);
    else if (!isCancelled(error)) progress.textContent = why(error);
  } finally {
    button.disabled = false;
  }
}

/** A question, a reply or a return in its place. */
export async function openMessage(keys: Keys, request: Request, place: HTMLElement, doc: string, purpose: string): Promise<void> {
  const text = one("[data-text]", place);
  try {
    const opened = await request.open(keys, doc, purpose);
    const read = await readMessage(opened);
    request.requireCover(read.cover);
    text.replaceChildren(...paragraphs(read.text), verifiedLine(opened));
  } catch (error) {
    trouble(text, error);
  }
  show(text);
}

/** Every step after the request: its text, and its files checked against the list in the text.
 *
 * What the page shows of each measure must be what was signed of it last.
 */
export async function openExchanges(keys: Keys, request: Request): Promise<void> {
  const said = new Map<number, Said>();
  for (const place of all("[data-exchange]")) {
    const purpose = place.dataset["purpose"] ?? "";
    if (purpose === "supplement" || purpose === "amendment") await openLater(keys, request, place);
    else if (purpose === "answer" || purpose === "part") await openAnswer(keys, request, place, purpose, said);
    else if (SETTLING.has(purpose)) await openStep(keys, request, place, purpose, said);
    else {
      const rows = all("[data-doc]", place);
      for (const row of rows) {
        await openMessage(keys, request, place, row.dataset["doc"] ?? "", purpose);
        show(row, false);
      }
    }
  }
  outcomes(keys, request, said);
}

/** Outcomes that nobody signed are taken off the page. */
function outcomes(keys: Keys, request: Request, said: Map<number, Said>): void {
  const place = maybe("[data-outcome-alarm]");
  if (!place || keys.state !== "unlocked") return;
  try {
    request.takenBack().forEach((one, n) => said.set(n, one));
    request.requireOutcomes(said);
    place.replaceChildren();
  } catch (error) {
    // what the reader's side no longer has cannot say what was signed of a measure: nothing is shown then, and nobody accused
    if (!maybe("[data-gone]")) trouble(place, error);
    all("[data-outcome-shown]").forEach((one) => (one.textContent = ""));
  }
}

/** A step of a consultation in its place. */
async function openStep(keys: Keys, request: Request, place: HTMLElement, purpose: string, said: Map<number, Said>): Promise<void> {
  const text = one("[data-text]", place);
  const rows = all("[data-doc]", place);
  rows.forEach((row) => show(row, false));
  try {
    const opened = await openSettling(keys, request, rows[0]?.dataset["doc"] ?? "", purpose);
    opened.measures.forEach((n) => opened.said && said.set(n, opened.said));
    text.replaceChildren(...linesShown(opened), verifiedLine(opened.opened));
  } catch (error) {
    trouble(text, error);
  }
  show(text);
}

/** An answer, or a part before it, with its files. */
async function openAnswer(keys: Keys, request: Request, place: HTMLElement, purpose: string, said: Map<number, Said>): Promise<void> {
  const rows = all("[data-doc]", place);
  const text = one("[data-text]", place);
  let read: (AnswerText & { opened: Opened }) | null = null;
  try {
    for (const row of rows) {
      const described = await request.describe(keys, row.dataset["doc"] ?? "", purpose);
      if (described.media !== MEDIA.answer) continue;
      const opened = await request.open(keys, row.dataset["doc"] ?? "", purpose);
      requireLimits(row, opened);
      const answer = await readAnswer(opened);
      request.requireCover(answer.cover);
      answer.measures.forEach(({ n, outcome, ground }) => said.set(n, { outcome, ground }));
      read = { ...answer, opened };
      show(row, false);
      break;
    }
  } catch (error) {
    // Which of the documents is the text cannot be known now, so none of them is offered.
    trouble(text, error);
    show(text);
    rows.forEach((row) => show(row, false));
    return;
  }
  if (!read) {
    alarm(text, null);
    one("[data-why]", text).textContent = sentence("not_here");
    rows.forEach((row) => show(row, false));
    return;
  }
  text.replaceChildren(...paragraphs(read.text), ...measureTexts(read), verifiedLine(read.opened));
  await markHeld(keys, request, text, read.opened).catch((error: unknown) => trouble(text, error));
  show(text);
  const files = rows.filter((row) => !row.hidden);
  await showFiles(keys, request, files, read.annexes);
}

function measureTexts(read: AnswerText): HTMLElement[] {
  const said = read.measures.filter((measure) => measure.text.trim());
  const consents = read.consents.map(({ n, consent, text }) => ({ n, text: `${sentence(`consent_${consent}`)}${text.trim() ? `: ${text}` : ""}` }));
  const inOrder = [...said, ...consents].sort((one, other) => one.n - other.n);
  return inOrder.map(({ n, text }) => `${n}. ${text}`).map((text) => {
    const line = document.createElement("p");
    line.className = "govuk-body";
    line.textContent = text;
    return line;
  });
}

/** Take everything that was opened off the page again. */
export function forget(): void {
  for (const text of all("[data-text]")) {
    text.replaceChildren();
    show(text, false);
  }
  forgetHere();
  all("[data-alarms]").forEach((place) => place.replaceChildren());
  for (const button of all("[data-open], [data-read-here], [data-held]")) show(button, false);
  for (const name of all("#content [data-name], [data-exchange] [data-name], [data-posted] [data-name], [data-open] [data-name-again]")) name.textContent = "";
  const place = maybe("[data-subject]");
  if (place) {
    place.textContent = "";
    show(place, false);
  }
}
