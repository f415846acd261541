// The checklist of a request: filled in while drafting, and shown line by line to whoever reads it.

import { all, type Fault, one, paragraphs, sentence } from "./dom";
import type { Line } from "./request";
import type { Progress } from "./tasks";

interface Row {
  line: string;
  text: HTMLTextAreaElement;
  not: HTMLInputElement;
}

/** The lines of the composer: each is filled in, or says why it does not apply. */
export class Checklist {
  private readonly rows: Row[];

  constructor(form: HTMLElement) {
    this.rows = all("[data-line]", form).map((row) => ({
      line: row.dataset["line"] ?? "",
      text: one<HTMLTextAreaElement>("textarea", row),
      not: one<HTMLInputElement>("input", row),
    }));
  }

  get fields(): HTMLElement[] {
    return this.rows.flatMap(({ text, not }) => [text, not]);
  }

  lines(): { line: string; applies: boolean; text: string }[] {
    return this.rows.map(({ line, text, not }) => ({ line, applies: !not.checked, text: text.value }));
  }

  fill(lines: Line[]): void {
    for (const row of this.rows) {
      const found = lines.find((one) => one.line === row.line);
      row.text.value = found?.text ?? "";
      row.not.checked = found?.applies === false;
    }
  }

  progress(): Progress {
    return { done: this.rows.filter(({ text }) => text.value.trim()).length, of: this.rows.length };
  }

  faults(): Fault[] {
    return this.rows
      .filter(({ text }) => !text.value.trim())
      .map(({ line, text, not }) => ({ field: text, message: sentence(not.checked ? "line_why" : "line_empty", { line }) }));
  }
}

/** What the text says to each line, under the names that the page has for them; a line that lacks says so. */
export function checklistShown(place: HTMLElement, lines: Line[]): HTMLElement {
  const list = document.createElement("dl");
  list.className = "comity-checklist";
  const named = new Map(all<HTMLTemplateElement>("template[data-line]", place).map((one) => [one.dataset["line"] ?? "", one.content.textContent ?? ""]));
  for (const line of new Set([...named.keys(), ...lines.map((one) => one.line)])) {
    const found = lines.find((one) => one.line === line);
    const term = document.createElement("dt");
    term.textContent = named.get(line) ?? `(${line})`;
    term.translate = true;
    const said = document.createElement("dd");
    if (!found?.text.trim()) {
      said.append(aside("line_lacks"));
    } else {
      if (!found.applies) said.append(aside("line_not"));
      said.append(...paragraphs(found.text));
    }
    list.append(term, said);
  }
  return list;
}

function aside(what: string): HTMLElement {
  const word = document.createElement("p");
  word.className = "govuk-body comity-quiet";
  word.textContent = sentence(what);
  return word;
}
