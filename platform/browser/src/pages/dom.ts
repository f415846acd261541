// Small things that every page script needs.  Sentences come from <template data-message>, never from here.

import { BROKEN, NOT_AUTHENTIC, SealFailure } from "../seal/errors";

/** The one element that a page must have; a page without it is not the page the script was written for. */
export function one<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`the page lacks ${selector}`);
  return found;
}

export function maybe<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

export function all<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** A sentence of the page in the reader's language, with its {places} filled in. */
export function sentence(name: string, values: Record<string, string | number> = {}): string {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-message="${CSS.escape(name)}"]`);
  const text = template?.content.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (place, key: string) => String(values[key] ?? place)).trim();
}

export function has(name: string): boolean {
  return document.querySelector(`template[data-message="${CSS.escape(name)}"]`) !== null;
}

/** What went wrong, for people: the platform's own sentence, else the one of the named error. */
export function why(error: unknown): string {
  if (error instanceof SealFailure) {
    if (error.name === "Problem" && error.problem) {
      const details = (error.problem.errors ?? []).map((fault) => fault.message);
      return [error.problem.detail, ...details].join(" ");
    }
    const name = { NotReached: "Offline", NoKeys: "NoKey" }[error.name as string] ?? error.name;
    if (has(name)) return sentence(name);
  }
  return sentence("Unknown");
}

/** Whether the error means that nothing of the document may be shown. */
export function isNotAuthentic(error: unknown): error is SealFailure {
  return error instanceof SealFailure && (NOT_AUTHENTIC.has(error.name) || BROKEN.has(error.name));
}

/** Whether the key was locked meanwhile. */
export function isLocked(error: unknown): boolean {
  return error instanceof SealFailure && error.name === "Locked";
}

export function isCancelled(error: unknown): boolean {
  return error instanceof SealFailure && error.name === "Cancelled";
}

export function show(element: Element | null, visible = true): void {
  if (element instanceof HTMLElement) element.hidden = !visible;
}

/** Say something to readers who do not see the screen. */
export function announce(text: string): void {
  const region = document.querySelector("[data-status]");
  if (region) region.textContent = text;
}

/** A copy of a <template> of the page. */
export function copy(selector: string, root: ParentNode = document): HTMLElement {
  const template = root.querySelector<HTMLTemplateElement>(selector);
  const first = template?.content.firstElementChild;
  if (!(first instanceof HTMLElement)) throw new Error(`the page lacks ${selector}`);
  return first.cloneNode(true) as HTMLElement;
}

export interface Fault {
  field: HTMLElement | null;
  message: string;
}

/** Put an error summary where the page has room for it, and move the focus there. */
export function summarise(faults: Fault[], root: ParentNode = document): void {
  const place = one("[data-errors]", root);
  place.replaceChildren();
  all(".govuk-form-group--error", root).forEach((group) => group.classList.remove("govuk-form-group--error"));
  all("[data-fault]").forEach((old) => old.remove());
  if (!faults.length) return;
  const panel = copy('template[data-panel="errors"]');
  const list = one("[data-list]", panel);
  for (const fault of faults) {
    const item = document.createElement("li");
    item.append(fault.field ? leading(fault) : fault.message);
    list.append(item);
    if (fault.field) mark(fault.field, fault.message);
  }
  place.append(panel);
  panel.focus();
}

function leading(fault: Fault): HTMLElement {
  const link = document.createElement("a");
  link.href = `#${fault.field?.id ?? ""}`;
  link.textContent = fault.message;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    fault.field?.focus();
  });
  return link;
}

function mark(field: HTMLElement, message: string): void {
  const group = field.closest<HTMLElement>(".govuk-form-group");
  if (!group) return;
  group.classList.add("govuk-form-group--error");
  const text = document.createElement("p");
  text.className = "govuk-error-message";
  text.dataset["fault"] = "";
  text.id = `${field.id}-fault`;
  text.textContent = message;
  field.setAttribute("aria-describedby", text.id);
  const before = field.closest(".govuk-radios, .govuk-checkboxes") ?? field;
  before.before(text);
}

/** Dates as the server writes them: 4 November 2026. */
const locale = (): string => (document.body.dataset["locale"] === "fr" ? "fr" : "en-GB");

/** A number of bytes for people, as the server writes it: 1.4 MB. */
export function size(bytes: number): string {
  const units = locale() === "fr" ? ["o", "ko", "Mo", "Go"] : ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < 3) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 100 ? 1 : 0;
  return `${new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)}\u00a0${units[unit] ?? ""}`;
}

/** How far a transfer is. */
export function percent(progress: { done: number; total: number }): number {
  return progress.total ? Math.floor((progress.done / progress.total) * 100) : 0;
}

export function hour(moment: Date): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(moment);
}

export function day(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", year: "numeric" }).format(new Date(iso));
}

/** Text of others, never markup: paragraphs where an empty line is, line breaks elsewhere. */
export function paragraphs(text: string): HTMLElement[] {
  return text
    .split(/\n{2,}/)
    .filter((part) => part.trim())
    .map((part) => {
      const element = document.createElement("p");
      element.className = "govuk-body";
      element.textContent = part;
      return element;
    });
}

/** Warn before leaving while `busy` says so. */
export function warnWhile(busy: () => boolean): void {
  window.addEventListener("beforeunload", (event) => {
    if (busy()) event.preventDefault();
  });
}

/** Hand a file to the browser, to be saved where it saves things; the page never displays it. */
export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name.replace(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]/g, "_") || "_";
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
