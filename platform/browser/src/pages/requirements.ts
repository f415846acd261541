// What the requested State wants of a request: ticked off while drafting, and shown line by line to whoever reads it.

import { all, type Fault, maybe, one, paragraphs, sentence } from "./dom";
import type { Requirement, Requirements } from "./request";
import type { Progress } from "./tasks";

interface Row {
  requirement: string;
  words: string;
  choices: HTMLInputElement[];
  text: HTMLTextAreaElement;
}

/** The lines of the composer: each is met, not met, or waived with a reason.  None is silently left out, none blocks. */
export class RequirementChecks {
  private readonly rows: Row[];
  private readonly profile: number;
  private readonly place: HTMLElement | null;

  constructor(form: HTMLElement) {
    this.place = maybe("[data-requirements]", form);
    this.profile = Number(this.place?.dataset["requirements"] ?? 0);
    this.rows = all("[data-requirement]", form).map((row) => ({
      requirement: row.dataset["requirement"] ?? "",
      words: one("[data-words]", row).textContent?.trim() ?? "",
      choices: all<HTMLInputElement>("input[type=radio]", row),
      text: one<HTMLTextAreaElement>("textarea", row),
    }));
  }

  get fields(): HTMLElement[] {
    return this.rows.flatMap(({ choices, text }) => [...choices, text]);
  }

  said(): Requirements {
    return {
      profile: this.profile,
      lines: this.rows.map((row) => ({ requirement: row.requirement, words: row.words, met: chosen(row), text: row.text.value })),
    };
  }

  /** What an earlier text said; lines that the State now words otherwise are asked about anew. */
  fill(said: Requirements | null): void {
    for (const row of this.rows) {
      const found = said?.lines.find((one) => one.requirement === row.requirement && (one.words === row.words || ours(row)));
      for (const choice of row.choices) choice.checked = choice.value === found?.met;
      row.text.value = found?.text ?? "";
    }
    const changed = said !== null && said.profile > 0 && said.profile !== this.profile;
    const notice = this.place ? maybe("[data-profile-changed]", this.place) : null;
    if (notice) notice.hidden = !changed;
  }

  /** A translation into this language is there: the line about languages is met, where nobody has said how it stands. */
  meet(language: string): boolean {
    const row = this.rows.find((one) => ours(one) && one.requirement.split(":")[1]?.split(",").includes(language));
    const met = row?.choices.find((choice) => choice.value === "met");
    if (!row || !met || chosen(row) !== "open") return false;
    met.checked = true;
    met.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  progress(): Progress {
    const done = this.rows.filter((row) => chosen(row) !== "open" && (chosen(row) !== "waived" || row.text.value.trim()));
    return { done: done.length, of: this.rows.length };
  }

  faults(): Fault[] {
    const faults: Fault[] = [];
    for (const row of this.rows) {
      const first = row.choices[0];
      if (first && chosen(row) === "open") faults.push({ field: first, message: sentence("requirement_open", { words: row.words }) });
      if (chosen(row) === "waived" && !row.text.value.trim()) faults.push({ field: row.text, message: sentence("requirement_why", { words: row.words }) });
    }
    return faults;
  }
}

/** The line about languages is worded by the platform, in the language of whoever drafts. */
function ours(row: Row): boolean {
  return row.requirement.startsWith("language:");
}

function chosen(row: Row): Requirement["met"] {
  return (row.choices.find((one) => one.checked)?.value ?? "open") as Requirement["met"];
}

/** How the text stands to each requirement, in the words that its drafter saw. */
export function requirementsShown(said: Requirements | null): HTMLElement | string {
  if (!said?.lines.length) return "";
  const section = document.createElement("section");
  const heading = document.createElement("h4");
  heading.className = "govuk-heading-s";
  const ofTheCourt = said.profile === 0 && said.lines.every((line) => line.requirement.startsWith("language:"));
  heading.textContent = ofTheCourt ? sentence("requirements_of_court") : sentence("requirements_of", { version: String(said.profile) });
  heading.translate = true;
  const list = document.createElement("dl");
  list.className = "comity-checklist";
  for (const line of said.lines) {
    const term = document.createElement("dt");
    term.textContent = line.words;
    const value = document.createElement("dd");
    const word = document.createElement("p");
    word.className = "govuk-body comity-quiet";
    word.textContent = sentence(`requirement_${line.met}`);
    word.translate = true;
    value.append(word, ...(line.text.trim() ? paragraphs(line.text) : []));
    list.append(term, value);
  }
  section.append(heading, list);
  return section;
}
