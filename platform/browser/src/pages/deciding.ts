// Reading a request, approving it, transmitting it: each only after everything has been verified on this device.

import { type Keys, Transfer, type Travelled } from "../keys";
import { all, type Fault, maybe, one, percent, sentence, show, summarise, why } from "./dom";
import { dayIn } from "./handing";
import { forget, openExchanges, openRequest, showFiles } from "./opening";
import { receiving } from "./receiving";
import { Request } from "./request";
import { openReviews } from "./reviews";
import { openTranslations } from "./translations";

/** What was read, each document with the hash of its content; null unless the request and every annex passed. */
export async function openAll(keys: Keys, request: Request): Promise<{ [doc: string]: string } | null> {
  const read = await openRequest(keys, request);
  const annexes = all('#content [data-doc][data-purpose="annex"]');
  if (!read) {
    annexes.forEach((row) => show(row, false));
    return null;
  }
  const sound = await showFiles(keys, request, annexes, read.annexes);
  return sound ? Object.fromEntries([read, ...read.annexes].map((one) => [one.doc, one.plain_sha256])) : null;
}

export function reading(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  let opened: ReturnType<typeof openAll> | null = null;
  acknowledging(keys, request, () => opened);
  const followed = receiving(keys, request, () => opened);
  return (unlocked) => {
    if (!unlocked) {
      if (opened) forget();
      return;
    }
    if (opened) return window.location.reload();
    opened = openAll(keys, request);
    const all = opened.then(() => openExchanges(keys, request));
    followed(all);
    void all.then(() => openReviews(keys, request)).then(() => openTranslations(keys, request));
  };
}

/** The bundle for paper: opened like the request, and printed. */
export function printing(keys: Keys): (unlocked: boolean) => void {
  for (const button of all("[data-print]")) button.addEventListener("click", () => window.print());
  return reading(keys);
}

/** Acknowledging signs what was verified and shown here: the button waits for that, and for the key. */
function acknowledging(keys: Keys, request: Request, opened: () => ReturnType<typeof openAll> | null): void {
  const form = maybe<HTMLFormElement>("[data-acknowledge]");
  if (!form) return;
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button", form);
  const stop = (message: string): void => {
    busy.textContent = message;
    button.disabled = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reading = opened();
    if (!reading) {
      stop(sentence("unlock_to_sign"));
      maybe<HTMLInputElement>("[data-unlock-form] input")?.focus();
      return;
    }
    button.disabled = true;
    busy.textContent = sentence("signing");
    void reading
      .then(async (seen) => {
        if (!seen) return stop(sentence("nothing_signed"));
        await keys.acknowledge(request.id, seen);
        window.location.assign(request.home);
      })
      .catch((error: unknown) => stop(why(error)));
  });
}

export function approving(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-approve]");
  const read = one<HTMLInputElement>("#read", form);
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faults = read.checked ? [] : [{ field: read, message: sentence("not_read") }];
    summarise(faults);
    if (faults.length) return;
    button.disabled = true;
    busy.textContent = sentence("signing");
    void keys
      .approve(request.id, seen)
      .then(() => window.location.assign(request.home))
      .catch((error: unknown) => {
        busy.textContent = "";
        button.disabled = false;
        summarise([{ field: null, message: why(error) }]);
      });
  });
  let opened = false;
  let seen: { [doc: string]: string } = {};
  return (unlocked) => {
    if (!unlocked) {
      if (opened) forget();
      button.disabled = true;
      return;
    }
    if (opened) return window.location.reload();
    opened = true;
    void openAll(keys, request).then((read) => {
      seen = read ?? {};
      button.disabled = read === null;
      return openReviews(keys, request);
    });
  };
}

export function transmitting(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = one<HTMLFormElement>("[data-transmit]");
  const running = one("[data-running]", form);
  const busy = one("[data-busy]", form);
  const bar = maybe<HTMLProgressElement>("[data-bar]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const travelled = { channel: one<HTMLSelectElement>("#travelled-by", form).value, received_on: dayIn(form) };
    const typed = all<HTMLInputElement>("[data-part]", form).some((box) => box.value.trim());
    const faults: Fault[] = [];
    if (travelled.channel && travelled.received_on === null) faults.push({ field: one("#day-day", form), message: sentence("no_day") });
    if (!travelled.channel && typed) faults.push({ field: one("#travelled-by", form), message: sentence("no_channel") });
    summarise(faults);
    if (faults.length) return;
    button.disabled = true;
    show(running);
    busy.textContent = sentence("signing");
    const transfer = new Transfer();
    transfer.onprogress = (said) => {
      if (bar) bar.value = percent(said);
      busy.textContent = sentence("sending", { done: said.done, count: said.total });
    };
    void keys
      .transmit(request.id, request.both, travelled.channel ? (travelled as Travelled) : null, transfer)
      .then(() => window.location.assign(request.home))
      .catch((error: unknown) => {
        show(running, false);
        button.disabled = false;
        summarise([{ field: null, message: why(error) }]);
      });
  });
  return () => undefined;
}
