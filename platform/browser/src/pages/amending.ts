// An amendment before it is transmitted: its text and files are sealed to one's own team, then read and approved, then sealed for both parties.

import { type Keys, Transfer } from "../keys";
import { Attachments } from "./attaching";
import { removeDocument } from "./calls";
import { all, type Fault, maybe, one, percent, sentence, show, summarise, warnWhile, why } from "./dom";
import { handsOver } from "./handing";
import { onTextLimits, textLimits, tickLimits } from "./limits";
import { forget } from "./opening";
import { openLater } from "./opening_later";
import { type Listed, MEDIA, readPosted, Request } from "./request";

/** Writing what changes and why; what was begun before is opened first, and its next version takes its place. */
export function amendmentText(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-amendment-form]");
  const text = one<HTMLTextAreaElement>("#text", form);
  const loading = one("[data-loading]");
  const own = [request.requesting];
  let doc: string | null = null;
  let before = "";
  let loaded = false;
  let sent = false;
  const files = new Attachments(one("[data-attachments]", form), keys, request, "amendment", own, {
    changed: () => undefined,
    remove: (file) => removeDocument(file),
  });
  const content = (): string => JSON.stringify([text.value, files.listed, textLimits(form)]);

  const faults = (): Fault[] => {
    const found: Fault[] = text.value.trim() ? [] : [{ field: text, message: sentence("no_text") }];
    if (files.busy) found.push({ field: maybe("#files"), message: sentence("unfinished") });
    return found;
  };
  /** Sealed again even where nothing was typed: the cover that it carries may be another one. */
  const send = async (): Promise<void> => {
    const annexes = files.listed.map((file: Listed) => ({ ...file }));
    const made = await keys.seal({
      request: request.id, ref: request.ref, purpose: "amendment", name: "amendment.json", media: MEDIA.message,
      lang: document.documentElement.lang || "und", blob: request.seal({ text: text.value, annexes }, request.amended ?? request.cover), readers: own,
      handling: textLimits(form), ...(doc ? { replaces: doc } : {}),
    });
    doc = made.doc;
    before = content();
  };
  const done = (): void => {
    sent = true;
    window.location.assign(form.dataset["next"] ?? request.home);
  };
  warnWhile(() => !sent && loaded && (content() !== before || files.busy));
  onTextLimits(form, () => undefined);
  handsOver(form, { faults, send, done, at: text });

  const load = async (): Promise<void> => {
    const staged = all("[data-staged]", form).map((row) => ({ doc: row.dataset["staged"] ?? "", bytes: Number(row.dataset["bytes"]) }));
    const others: { doc: string; bytes: number }[] = [];
    let signed: Listed[] = [];
    for (const one of staged) {
      const described = await request.describe(keys, one.doc, "amendment").catch(() => null);
      if (described?.media !== MEDIA.message || doc) {
        others.push(one);
        continue;
      }
      const read = await readPosted(await request.open(keys, one.doc, "amendment"));
      doc = one.doc;
      tickLimits(described.handling, form);
      text.value = read.text;
      signed = read.annexes;
    }
    await files.keep(others, signed);
    before = content();
  };
  return (unlocked) => {
    if (!unlocked || loaded) return;
    void load()
      .then(() => {
        loaded = true;
        show(loading, false);
        show(form);
      })
      .catch((error: unknown) => {
        loading.textContent = why(error);
      });
  };
}

/** Reading what is prepared, then approving or transmitting it. */
export function amendment(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const place = maybe("[data-prepared]");
  const approve = maybe<HTMLFormElement>("[data-approve]");
  const transmit = maybe<HTMLFormElement>("[data-transmit]");
  const buttons = [approve, transmit].flatMap((form) => (form ? [one<HTMLButtonElement>("button[type=submit]", form)] : []));
  let opened = false;

  const run = (form: HTMLFormElement, check: () => Fault[], act: () => Promise<void>): void => {
    const busy = one("[data-busy]", form);
    const button = one<HTMLButtonElement>("button[type=submit]", form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const found = check();
      summarise(found);
      if (found.length) return;
      button.disabled = true;
      busy.textContent = sentence("signing");
      void act()
        .then(() => window.location.assign(request.home))
        .catch((error: unknown) => {
          busy.textContent = "";
          button.disabled = false;
          summarise([{ field: null, message: why(error) }]);
        });
    });
  };
  if (approve) {
    const read = one<HTMLInputElement>("#read", approve);
    run(approve, () => (read.checked ? [] : [{ field: read, message: sentence("not_read") }]), () => keys.approveAmendment(request.id, Object.fromEntries(request.seen)));
  }
  if (transmit) {
    run(transmit, () => [], () => {
      const transfer = new Transfer();
      transfer.onprogress = (said) => {
        one<HTMLProgressElement>("[data-bar]", transmit).value = percent(said);
        one("[data-busy]", transmit).textContent = sentence("sending", { done: said.done, count: said.total });
      };
      show(one("[data-running]", transmit));
      return keys.transmitAmendment(request.id, request.both, transfer).finally(() => show(one("[data-running]", transmit), false));
    });
  }
  return (unlocked) => {
    if (!unlocked) {
      if (opened) forget();
      buttons.forEach((button) => (button.disabled = true));
      return;
    }
    if (opened) return window.location.reload();
    opened = true;
    if (!place) return;
    void openLater(keys, request, place).then((read) => {
      buttons.forEach((button) => (button.disabled = read === null));
    });
  };
}
