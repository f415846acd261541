// Sealing what is there to the newest key of the office: how many documents, how far, stopped and taken up again.

import { type Keys, Transfer } from "../keys";
import { announce, one, percent, sentence, show, warnWhile, why } from "./dom";
import { anybody, begin, requestLinks } from "./office_acts";
import { doing } from "./words";

type Unlocked = (unlocked: boolean) => void;

/** A screen reader hears how far it is so often, and not at every document. */
const SPOKEN = 5_000;

export function rewrapping(keys: Keys): Unlocked {
  const place = one("[data-behind]");
  const request = place.dataset["behind"] || null;
  const form = one<HTMLFormElement>("form[data-act]");
  const start = one<HTMLButtonElement>("[data-start]", form);
  const stop = one<HTMLButtonElement>("[data-stop]", form);
  let running: Transfer | null = null;
  warnWhile(() => running !== null);
  stop.addEventListener("click", () => running?.cancel());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return;
    const transfer = (running = followed(new Transfer()));
    going(true);
    void doing(start, () => sealed(keys, request, transfer)).then(async () => {
      running = null;
      going(false);
      await left(keys, request);
    });
  });
  return begin(keys, null, () => {
    void left(keys, request);
    return null;
  }, anybody);
}

function going(on: boolean): void {
  show(one("[data-running]"), on);
  show(one("[data-stop]"), on);
  show(one("[data-start]"), !on);
  if (on) one("[data-stop]").focus();
}

/** How many there still are. */
async function left(keys: Keys, request: string | null): Promise<void> {
  try {
    const count = await keys.call("behind", [request]);
    one("[data-count]").textContent = count ? sentence("Behind", { count }) : sentence("NoneBehind");
    show(one("[data-some]"), count > 0);
  } catch (error) {
    one("[data-count]").textContent = why(error);
  }
}

/** Show how far it is: the bar at once, the words now and then. */
function followed(transfer: Transfer): Transfer {
  const bar = one<HTMLProgressElement>("[data-bar]");
  let spoken = 0;
  transfer.onprogress = (said) => {
    bar.value = percent(said);
    const text = sentence("Rewrapping", { done: said.done, total: said.total });
    one("[data-far]").textContent = text;
    if (Date.now() - spoken < SPOKEN) return;
    spoken = Date.now();
    announce(text);
  };
  return transfer;
}

async function sealed(keys: Keys, request: string | null, transfer: Transfer): Promise<void> {
  const found = await keys.call("rewrap", [request], transfer);
  const said = sentence(found.stopped ? "RewrapStopped" : "RewrapDone", { done: found.done });
  one("[data-result]").textContent = said;
  announce(said);
  show(one("[data-failed]"), found.failed.length > 0);
  one("[data-requests]").replaceChildren(...(await requestLinks(found.failed)));
}
