// What stands in the way, and the consultation on it: opened, met about, and ended by what both sides sign.

import type { Keys } from "../keys";
import { canonical, type Json } from "../seal/canonical";
import { fail } from "../seal/errors";
import { take } from "./calls";
import { all, type Fault, maybe, one, sentence, show, warnWhile } from "./dom";
import { dayIn, handsOver } from "./handing";
import { trouble, verifiedLine } from "./opening";
import { MEDIA, Request } from "./request";
import { type Ending, endingFields, linesShown, openSettling, type Settling } from "./settling";

/** Seal one text about a consultation, under its purpose; gives the document. */
async function seal(keys: Keys, request: Request, purpose: string, media: string, fields: { [key: string]: Json }): Promise<string> {
  const sealed = await keys.seal({
    request: request.id, ref: request.ref, purpose, name: `${purpose}.json`, media,
    lang: document.documentElement.lang || "und", blob: request.seal(fields), readers: request.both,
  });
  return sealed.doc;
}

/** Send a form once it is filled in; `home` is where it leads. */
function sending(form: HTMLFormElement, home: () => string, faults: () => Fault[], send: () => Promise<void>): void {
  const fields = all<HTMLTextAreaElement>("textarea", form);
  let sent = false;
  warnWhile(() => !sent && fields.some((field) => field.value.trim() !== ""));
  const done = (): void => {
    sent = true;
    window.location.assign(home());
  };
  handsOver(form, { faults, send, done });
}

/** Radios without a name, so that no browser sends them: choosing one lets go of the others. */
function alone(radios: HTMLInputElement[], changed: () => void): void {
  radios.forEach((radio) => {
    radio.addEventListener("change", () => {
      radios.forEach((other) => (other.checked = other === radio));
      changed();
    });
  });
}

/** Something stands in the way: only what fits the chosen measures is offered, and only what a ground asks for is asked. */
export function obstructed(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = maybe<HTMLFormElement>("[data-consult-form]");
  if (!form) return () => undefined;
  const measures = all<HTMLInputElement>("[data-measure]", form);
  const grounds = all<HTMLInputElement>("[data-ground]", form);
  const asks = all("[data-ask]", form);
  const chosen = (): number[] => measures.filter((box) => box.checked).map((box) => Number(box.value));
  const ground = (): HTMLInputElement | undefined => grounds.find((radio) => radio.checked);
  const asked = (): string[] => (ground()?.dataset["asks"] ?? "").split(" ").filter(Boolean);
  const field = (ask: string): HTMLTextAreaElement => one<HTMLTextAreaElement>(`#ask-${ask}`, form);

  const update = (): void => {
    const numbers = chosen();
    for (const radio of grounds) {
      const fits = new Set((radio.dataset["fits"] ?? "").split(" ").map(Number));
      const fit = numbers.every((n) => fits.has(n));
      if (!fit) radio.checked = false;
      show(radio.closest("[data-offer]"), fit);
    }
    show(maybe("[data-no-ground]", form), grounds.every((radio) => radio.closest<HTMLElement>("[data-offer]")?.hidden));
    all("[data-leads]", form).forEach((place) => show(place, place.dataset["leads"] === ground()?.value));
    asks.forEach((place) => show(place, asked().includes(place.dataset["ask"] ?? "")));
    for (const ask of asked()) one("[data-fields]", form).append(one(`[data-ask="${ask}"]`, form));
  };
  measures.forEach((box) => box.addEventListener("change", update));
  alone(grounds, update);
  update();

  const faults = (): Fault[] => {
    const found: Fault[] = [];
    if (!chosen().length) found.push({ field: measures[0] ?? null, message: sentence("no_measure_chosen") });
    if (!ground()) found.push({ field: grounds.find((radio) => !radio.closest<HTMLElement>("[data-offer]")?.hidden) ?? null, message: sentence("no_ground") });
    for (const ask of asked()) {
      const label = one(`label[for="ask-${ask}"]`, form).textContent?.trim() ?? "";
      if (!field(ask).value.trim()) found.push({ field: field(ask), message: sentence("ask_empty", { field: label }) });
    }
    return found;
  };
  sending(form, () => request.home, faults, async () => {
    const what = { ground: ground()?.value ?? "", measures: chosen() };
    const lines = asked().map((ask) => ({ ask, text: field(ask).value }));
    const doc = await seal(keys, request, "consultation", MEDIA.consultation, { ...what, lines });
    await take(request.id, "consult", { ...what, document: doc });
  });
  return () => undefined;
}

/** One consultation: what was signed about it, compared with what the page says; and the steps that are open. */
export function consulting(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const root = one("[data-consultation]");
  const consultation = Number(root.dataset["consultation"]);
  const about = { consultation, ground: root.dataset["ground"] ?? "", measures: JSON.parse(root.dataset["measures"] ?? "[]") as number[] };
  const shown = JSON.parse(root.dataset["ending"] ?? "{}") as Pick<Ending, "outcome" | "status" | "until" | "alone">;
  let proposal: Settling | null = null;
  let sound = false;

  /** Raises CoverMismatch where the page says something else of this consultation than what was signed. */
  const compare = (found: Settling, purpose: string, place: HTMLElement): void => {
    if (purpose === "consultation") same({ ground: found.ground, measures: found.measures }, { ground: about.ground, measures: about.measures });
    else if (purpose === "meeting") same(found.held, place.closest<HTMLElement>("[data-held]")?.dataset["held"] ?? null);
    else {
      const { consultation: n, ground, measures, outcome, status, until, alone: byOne, proposal: named } = found.ending ?? fail("FormatError", "no ending");
      same({ consultation: n, ground, measures, outcome, status, until, alone: byOne }, { ...about, ...shown });
      if (purpose !== "agreement") {
        if (named) fail("FormatError", "a proposal");
        proposal = found;
      } else {
        const other = proposal?.opened ?? fail("CoverMismatch", "no proposal");
        same(named && { ...named }, { doc: other.doc, plain_sha256: other.plain_sha256 });
        if (other.from.authority === found.opened.from.authority) fail("UnknownSigner", "both by one side");
      }
    }
  };

  const openAll = async (): Promise<void> => {
    proposal = null;
    sound = true;
    for (const place of all("[data-paper]", root)) {
      const text = one("[data-text]", place);
      const purpose = place.dataset["purpose"] ?? "";
      try {
        const found = await openSettling(keys, request, place.dataset["paper"] ?? "", purpose);
        compare(found, purpose, place);
        text.replaceChildren(...linesShown(found, root), verifiedLine(found.opened));
      } catch (error) {
        sound = false;
        trouble(text, error);
      }
      show(maybe("[data-progress]", place), false);
      show(text);
    }
  };

  for (const form of all<HTMLFormElement>("form[data-settle]", root)) stepping(keys, request, form, about, () => (sound ? proposal : null), () => sound);
  let opened = false;
  return (unlocked) => {
    if (unlocked && !opened) void openAll();
    if (!unlocked && opened) all("[data-text]", root).forEach((text) => text.replaceChildren());
    opened = unlocked;
  };
}

function same(found: Json, wanted: Json): void {
  if (canonical(found) !== canonical(wanted)) fail("CoverMismatch", "the consultation");
}

type About = Pick<Ending, "consultation" | "ground" | "measures">;

function stepping(keys: Keys, request: Request, form: HTMLFormElement, about: About, read: () => Settling | null, sound: () => boolean): void {
  const step = form.dataset["settle"] ?? "";
  const text = one<HTMLTextAreaElement>("textarea", form);
  const radios = all<HTMLInputElement>("[data-outcome]", form);
  const chosen = (): HTMLInputElement | undefined => radios.find((radio) => radio.checked);
  const dated = (): boolean => step === "meet" || chosen()?.dataset["dated"] !== undefined;
  const update = (): void => show(maybe("[data-until]", form), dated());
  alone(radios, update);

  const faults = (): Fault[] => {
    const found: Fault[] = [];
    if (step === "propose" && !chosen()) found.push({ field: radios[0] ?? null, message: sentence("no_ending") });
    if (dated() && !dayIn(form)) found.push({ field: maybe("[data-part]", form), message: sentence("no_day") });
    if (step !== "agree" && !text.value.trim()) found.push({ field: text, message: sentence(step === "deny" ? "no_reasons" : "no_text") });
    if ((step === "agree" || step === "deny") && (!sound() || (step === "agree" && !read()))) found.push({ field: null, message: sentence("not_opened") });
    return found;
  };
  sending(form, () => window.location.pathname, faults, async () => {
    const { consultation } = about;
    if (step === "meet") {
      const held = dayIn(form) ?? "";
      const doc = await seal(keys, request, "meeting", MEDIA.meeting, { consultation, held_on: held, text: text.value });
      return take(request.id, step, { consultation, held_on: held, document: doc });
    }
    if (step === "propose") {
      const radio = chosen() ?? fail("FormatError", "no ending");
      const ending = { ...about, outcome: radio.value, status: radio.dataset["status"] ?? "", until: dated() ? dayIn(form) : null, alone: radio.dataset["alone"] !== undefined, proposal: null };
      const doc = await seal(keys, request, "proposal", MEDIA.settlement, { ...endingFields(ending), text: text.value });
      return take(request.id, step, { consultation, outcome: ending.outcome, until: ending.until, document: doc });
    }
    if (step === "deny") {
      const ending = { ...about, outcome: "denied", status: "denied", until: null, alone: true, proposal: null };
      const doc = await seal(keys, request, "denial", MEDIA.settlement, { ...endingFields(ending), text: text.value });
      return take(request.id, step, { consultation, document: doc });
    }
    const found = read() ?? fail("CoverMismatch", "no proposal");
    const agreed = { ...(found.ending ?? fail("FormatError", "no ending")), proposal: { doc: found.opened.doc, plain_sha256: found.opened.plain_sha256 } };
    const doc = await seal(keys, request, "agreement", MEDIA.settlement, { ...endingFields(agreed), text: text.value });
    return take(request.id, step, { consultation, proposal: found.opened.doc, document: doc });
  });
}
