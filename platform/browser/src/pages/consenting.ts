// Consent to a use of what carries handling limits: asked for with a sealed reason, decided or withdrawn in sealed words.

import type { Keys } from "../keys";
import type { Json } from "../seal/canonical";
import { fail } from "../seal/errors";
import { take } from "./calls";
import { all, type Fault, maybe, one, paragraphs, sentence, show, warnWhile } from "./dom";
import { handsOver } from "./handing";
import { readConsent, readUse, requireLimits } from "./limits";
import { trouble, verifiedLine } from "./opening";
import { MEDIA, Request } from "./request";

async function seal(keys: Keys, request: Request, purpose: "use" | "consent", fields: { [key: string]: Json }): Promise<string> {
  const sealed = await keys.seal({
    request: request.id, ref: request.ref, purpose, name: `${purpose}.json`, media: MEDIA[purpose],
    lang: document.documentElement.lang || "und", blob: request.seal(fields), readers: request.both,
  });
  return sealed.doc;
}

/** What both forms share: a choice, a text, and what is done with them. */
function form(found: HTMLFormElement, name: string, none: string, home: string, send: (choice: string, text: string) => Promise<void>): void {
  const text = one<HTMLTextAreaElement>("#text", found);
  const radios = all<HTMLInputElement>(`input[name="${name}"]`, found);
  const choice = (): string => radios.find((radio) => radio.checked)?.value ?? "";
  let sent = false;
  warnWhile(() => !sent && text.value.trim() !== "");
  const faults = (): Fault[] => {
    const wrong: Fault[] = radios.length && !choice() ? [{ field: radios.find((one) => !one.disabled) ?? null, message: sentence(none) }] : [];
    return text.value.trim() ? wrong : [...wrong, { field: text, message: sentence("no_text") }];
  };
  const done = (): void => {
    sent = true;
    window.location.assign(home);
  };
  handsOver(found, { faults, send: () => send(choice(), text.value), done, at: text });
}

/** Ask for consent. */
export function seeking(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const asking = one<HTMLFormElement>("[data-seeking-form]");
  const doc = asking.dataset["document"] ?? "";
  form(asking, "use", "no_use", request.home, async (use, text) => {
    const reason = await seal(keys, request, "use", { document: doc, use, text });
    await take(request.id, "consents", { document: doc, use, reason });
  });
  return (unlocked) => {
    if (unlocked) void describePaper(keys, request);
  };
}

/** One consent: why it is asked for, what was said, and the form of whoever decides. */
export function consenting(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const deciding = maybe<HTMLFormElement>("[data-consenting-form]");
  if (deciding) {
    const { n, document: doc, use, step } = deciding.dataset;
    const fields = { consent: Number(n), document: doc ?? "", use: use ?? "" };
    form(deciding, "extent", "no_choice", request.home, async (chosen, text) => {
      const extent = step === "withdraw" ? "withdrawn" : chosen;
      const words = await seal(keys, request, "consent", { ...fields, extent, text });
      if (step === "withdraw") await take(request.id, `consents/${n}/withdrawal`, { words });
      else await take(request.id, `consents/${n}/decision`, { extent, words });
    });
  }
  let opened = false;
  return (unlocked) => {
    if (!unlocked || opened) return;
    opened = true;
    void describePaper(keys, request);
    for (const place of all("[data-said]")) void openWords(keys, request, place);
  };
}

/** The name of the document out of its seal, and its limits compared with what was signed. */
async function describePaper(keys: Keys, request: Request): Promise<void> {
  const place = one("[data-paper]");
  try {
    const described = await request.describe(keys, place.dataset["paper"] ?? "", place.dataset["purpose"] ?? "");
    requireLimits(place, described);
    one("[data-paper-name]", place).textContent = described.name;
  } catch (error) {
    trouble(one("[data-alarm]", place), error);
  }
}

async function openWords(keys: Keys, request: Request, place: HTMLElement): Promise<void> {
  const text = one("[data-text]", place);
  const { said: doc, purpose, document: about, use, n, from, extent } = place.dataset;
  try {
    const opened = await request.open(keys, doc ?? "", purpose ?? "");
    const given = purpose === "consent" ? await readConsent(request, opened) : null;
    const found = given ?? (await readUse(request, opened));
    const other = given !== null && (given.extent !== extent || String(given.n) !== n);
    if (other || found.document !== about || found.use !== use || opened.from.authority !== from) fail("LimitsMismatch");
    text.replaceChildren(...paragraphs(found.text), verifiedLine(opened));
  } catch (error) {
    trouble(text, error);
  }
  show(one("[data-progress]", place), false);
  show(text);
}
