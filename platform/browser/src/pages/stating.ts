// What an answer of the Court says of each thing that it hands over: whether whoever gave it has consented [93(10)(b)(ii)],
// and why something is declined.

import { all, type Fault, maybe, one, sentence } from "./dom";
import { choose, rove } from "./radios";
import type { Consent } from "./request";

const HANDED_OVER = new Set(["executed", "partly_executed"]);
const DECLINED = new Set(["denied", "not_possible"]);

/** The fields of one measure that needs a consent; measures that need none have no such fields. */
export class ConsentFields {
  private readonly radios: HTMLInputElement[];
  private readonly text: HTMLTextAreaElement | null;

  constructor(
    private readonly n: number,
    root: HTMLElement,
    changed: () => void,
  ) {
    const place = maybe("[data-consents]", root);
    this.radios = place ? all<HTMLInputElement>("[data-consent]", place) : [];
    this.text = place ? one<HTMLTextAreaElement>("[data-consent-text]", place) : null;
    rove(this.radios, changed);
  }

  get chosen(): Consent["consent"] | null {
    return (this.radios.find((radio) => radio.checked)?.value ?? null) as Consent["consent"] | null;
  }

  /** What is sealed of it; nothing while nothing is chosen. */
  get said(): Consent[] {
    return this.chosen ? [{ n: this.n, consent: this.chosen, text: this.text?.value ?? "" }] : [];
  }

  fill(consents: Consent[]): void {
    const found = consents.find((consent) => consent.n === this.n);
    if (!found) return;
    this.radios.filter((radio) => radio.value === found.consent).forEach((radio) => choose(this.radios, radio));
    if (this.text) this.text.value = found.text;
  }

  faults(outcome: string | null, reasons: HTMLTextAreaElement, free: boolean): Fault[] {
    if (free && DECLINED.has(outcome ?? "") && !reasons.value.trim()) return [{ field: reasons, message: sentence("no_reason", { n: this.n }) }];
    if (!this.text || !HANDED_OVER.has(outcome ?? "")) return [];
    const first = this.radios[0] ?? null;
    if (!this.chosen) return [{ field: first, message: sentence("no_consent", { n: this.n }) }];
    if (this.chosen === "withheld") return [{ field: first, message: sentence("withheld_all_the_same", { n: this.n }) }];
    if (this.chosen === "recorded" && !this.text.value.trim()) return [{ field: this.text, message: sentence("consent_from", { n: this.n }) }];
    return [];
  }
}
