// The sealed texts of a consultation: what opens it, notes of meetings, and what each party says of how it ends.

import type { Keys, OpenedView as Opened } from "../keys";
import { type Json, Reader } from "../seal/canonical";
import { fail } from "../seal/errors";
import { all, day, maybe, paragraphs } from "./dom";
import { content, LONGEST, MEDIA, type Request, type Said } from "./request";

/** Purposes of documents that belong to a consultation. */
export const SETTLING = new Set(["consultation", "meeting", "proposal", "agreement", "denial"]);

export interface AskLine {
  ask: string;
  text: string;
}

/** What was signed of how a consultation ends; an agreement names the proposal that it agrees to. */
export interface Ending {
  consultation: number;
  ground: string;
  measures: number[];
  outcome: string;
  status: string;
  until: string | null;
  alone: boolean;
  proposal: { doc: string; plain_sha256: string } | null;
}

export interface Settling {
  opened: Opened;
  measures: number[];
  /** What it makes of the measures, if it counts by itself. */
  said: Said | null;
  ground: string | null;
  lines: AskLine[];
  text: string;
  held: string | null;
  ending: Ending | null;
}

function numbers(read: Reader): number[] {
  return read.items("measures").map((one) => (typeof one === "number" && Number.isSafeInteger(one) && one > 0 ? one : fail("FormatError", "a measure")));
}

function dayOf(read: Reader, field: string): string {
  const value = read.text(field, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : fail("FormatError", field);
}

function endingOf(read: Reader): Ending {
  const proposal = read.value["proposal"] ?? null;
  const named = proposal === null ? null : new Reader(proposal, "the proposal", ["doc", "plain_sha256"]);
  return {
    consultation: read.number("consultation", 1),
    ground: read.text("ground", 40),
    measures: numbers(read),
    outcome: read.text("outcome", 40),
    status: read.text("status", 40),
    until: read.value["until"] === null ? null : dayOf(read, "until"),
    alone: read.oneOf("alone", true, false) as boolean,
    proposal: named && { doc: named.matching("doc", "uuid"), plain_sha256: named.matching("plain_sha256", "hash") },
  };
}

/** A measure that goes on has no ground any more. */
function saidBy(purpose: string, ending: Ending): Said | null {
  if (purpose === "proposal" && !ending.alone) return null;
  return { outcome: ending.status, ground: ending.status === "in_progress" ? null : ending.ground };
}

/** Open one of them and compare its cover with what the page shows.  Raises as opening does. */
export async function openSettling(keys: Keys, request: Request, doc: string, purpose: string): Promise<Settling> {
  const opened = await request.open(keys, doc, purpose);
  const found: Settling = { opened, measures: [], said: null, ground: null, lines: [], text: "", held: null, ending: null };
  if (purpose === "consultation") {
    const read = await content(opened, MEDIA.consultation, ["ground", "measures", "lines"]);
    request.requireCover(read.value["cover"]);
    const lines = read.items("lines").map((item) => {
      const line = new Reader(item, "a line", ["ask", "text"]);
      return { ask: line.text("ask", 40), text: line.text("text", LONGEST) };
    });
    return { ...found, ground: read.text("ground", 40), measures: numbers(read), lines };
  }
  if (purpose === "meeting") {
    const read = await content(opened, MEDIA.meeting, ["consultation", "held_on", "text"]);
    request.requireCover(read.value["cover"]);
    read.number("consultation", 1);
    return { ...found, held: dayOf(read, "held_on"), text: read.text("text", LONGEST) };
  }
  const read = await content(opened, MEDIA.settlement, ENDING_FIELDS);
  request.requireCover(read.value["cover"]);
  const ending = endingOf(read);
  return { ...found, text: read.text("text", LONGEST), ending, measures: ending.measures, said: saidBy(purpose, ending) };
}

const ENDING_FIELDS = ["consultation", "ground", "measures", "outcome", "status", "until", "alone", "proposal", "text"];

/** Its text; the lines of an opening stand under the names that the page has for them. */
export function linesShown(found: Settling, place: ParentNode = document): HTMLElement[] {
  if (!found.lines.length) return [...endingShown(found.ending), ...paragraphs(found.text)];
  const named = new Map(all<HTMLTemplateElement>("template[data-line]", place).map((one) => [one.dataset["line"] ?? "", one.content.textContent ?? ""]));
  const list = document.createElement("dl");
  list.className = "comity-checklist";
  for (const line of found.lines) {
    const term = document.createElement("dt");
    term.textContent = named.get(line.ask) ?? line.ask;
    term.translate = true;
    const said = document.createElement("dd");
    said.append(...paragraphs(line.text));
    list.append(term, said);
  }
  return [list];
}

/** How it ends as it was signed, where the page has names for that. */
function endingShown(ending: Ending | null): HTMLElement[] {
  const name = ending && maybe<HTMLTemplateElement>(`template[data-ending="${CSS.escape(ending.outcome)}"]`)?.content.textContent;
  if (!name) return [];
  const line = document.createElement("p");
  line.className = "govuk-body govuk-!-font-weight-bold";
  line.textContent = ending.until ? `${name} (${day(ending.until)})` : name;
  return [line];
}

/** The fields of what a party signs of an ending, beside its text. */
export function endingFields(ending: Ending): { [key: string]: Json } {
  return { ...ending, measures: [...ending.measures], proposal: ending.proposal ? { ...ending.proposal } : null };
}
