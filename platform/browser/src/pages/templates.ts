// Templates of the team: they fill what is empty, and what stands in [brackets] has to be replaced before one finishes.

import { all, type Fault, maybe, one, sentence } from "./dom";

interface Said {
  subject: string;
  text: string;
  lines: { [line: string]: string };
}

type Wording = { [language: string]: Said };

type Field = HTMLInputElement | HTMLTextAreaElement;

export class Templates {
  private readonly place: HTMLElement | null;
  private readonly fields: Field[];

  constructor(form: HTMLElement, private readonly language: () => string) {
    this.place = maybe("[data-templates]", form);
    this.fields = [one<Field>("#subject", form), one<Field>("#text", form), ...all<Field>("[data-line] textarea", form)];
    const button = this.place ? one<HTMLButtonElement>("[data-fill]", this.place) : null;
    button?.addEventListener("click", () => this.fill());
  }

  /** Every field in which something waits to be replaced. */
  faults(): Fault[] {
    const waiting = new Set(this.wordings().flatMap(placeholders));
    return this.fields.flatMap((field) => {
      const found = [...waiting].find((words) => field.value.includes(words));
      return found ? [{ field, message: sentence("placeholder", { words: found }) }] : [];
    });
  }

  private wordings(): Wording[] {
    return this.place ? all<HTMLOptionElement>("option", this.place).map((option) => JSON.parse(option.dataset["wording"] ?? "{}") as Wording) : [];
  }

  /** What was written stays: only empty fields are filled. */
  private fill(): void {
    const select = one<HTMLSelectElement>("select", this.place ?? undefined);
    const wording = this.wordings()[select.selectedIndex];
    const said = wording?.[this.language()] ?? wording?.["en"];
    if (!said) return;
    for (const field of this.fields) {
      const line = field.closest<HTMLElement>("[data-line]")?.dataset["line"];
      const words = line === undefined ? (field.id === "subject" ? said.subject : said.text) : said.lines[line];
      if (field.value.trim() || !words) continue;
      field.value = words;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

function placeholders(wording: Wording): string[] {
  const texts = Object.values(wording).flatMap((said) => [said.subject, said.text, ...Object.values(said.lines)]);
  return texts.flatMap((text) => text.match(/\[[^\[\]]+\]/g) ?? []);
}
