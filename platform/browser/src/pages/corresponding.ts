// The messages about a request: each opened and verified on this device, said to be read once it was seen; and a new one.

import type { Keys } from "../keys";
import { fail } from "../seal/errors";
import { Attachments } from "./attaching";
import { markRead, removeDocument, sendMessage } from "./calls";
import { all, announce, copy, type Fault, maybe, one, paragraphs, sentence, show, summarise, warnWhile, why } from "./dom";
import { markHeld, requireLimits, textLimits } from "./limits";
import { forget, showFiles, trouble, verifiedLine } from "./opening";
import { type Listed, MEDIA, readPosted, Request } from "./request";

export function corresponding(keys: Keys): (unlocked: boolean) => void {
  const request = new Request();
  const form = maybe<HTMLFormElement>("[data-write-message]");
  const ready = form ? writing(keys, request, form) : () => undefined;
  if (new URLSearchParams(window.location.search).has("sent")) announce(sentence("message_sent"));
  let opened = false;
  return (unlocked) => {
    if (unlocked) {
      opened = true;
      ready();
      void openAll(keys, request);
    } else if (opened) forget();
  };
}

async function openAll(keys: Keys, request: Request): Promise<void> {
  for (const place of all("[data-posted]")) {
    if (keys.state !== "unlocked") return;
    const sound = await openPosted(keys, request, place);
    if (sound && place.dataset["unread"] !== undefined) whenSeen(place, () => void tellRead(keys, place));
  }
}

/** A message in its place; nothing of it is shown unless sender, cover and files are those that were signed. */
async function openPosted(keys: Keys, request: Request, place: HTMLElement): Promise<boolean> {
  const text = one("[data-text]", place);
  const progress = one("[data-progress]", place);
  const rows = all("[data-doc]", place);
  show(progress);
  try {
    const opened = await request.open(keys, place.dataset["posted"] ?? "", "message");
    if (opened.from.authority !== place.dataset["sender"] || opened.from.user !== place.dataset["author"]) fail("UnknownSigner");
    const read = await readPosted(opened);
    request.requireCover(read.cover);
    requireLimits(place, opened);
    const amiss = otherFiles(rows, read.annexes);
    if (amiss) return refuse(place, rows, amiss);
    if (keys.state !== "unlocked") return false;
    text.replaceChildren(...paragraphs(read.text), verifiedLine(opened));
    await markHeld(keys, request, text, opened);
    rows.forEach((row) => show(row));
    return await showFiles(keys, request, rows.filter((row) => maybe("[data-name]", row)), read.annexes);
  } catch (error) {
    trouble(text, error);
    rows.forEach((row) => show(row, false));
    return false;
  } finally {
    show(progress, false);
    show(text);
  }
}

/** Why the files that the page shows are not those that were signed; null where they are. */
function otherFiles(rows: HTMLElement[], signed: Listed[]): "missing" | "unlisted" | null {
  const there = new Set(rows.map((row) => row.dataset["doc"]));
  const listed = new Set(signed.map((file) => file.doc));
  if ([...listed].some((doc) => !there.has(doc))) return "missing";
  return [...there].some((doc) => !listed.has(doc ?? "")) ? "unlisted" : null;
}

function refuse(place: HTMLElement, rows: HTMLElement[], amiss: string): false {
  const panel = copy('template[data-panel="not-authentic"]');
  one("[data-why]", panel).textContent = sentence(amiss);
  one("[data-text]", place).replaceChildren(panel);
  rows.forEach((row) => show(row, false));
  return false;
}

/** A message counts as read once it was on the screen. */
function whenSeen(place: HTMLElement, deed: () => void): void {
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    deed();
  });
  watch.observe(place);
}

/** The mark in the message stays for this visit; what could not be told is told at the next one. */
async function tellRead(keys: Keys, place: HTMLElement): Promise<void> {
  if (keys.state !== "unlocked" || place.dataset["unread"] === undefined) return;
  delete place.dataset["unread"];
  try {
    await markRead(place.dataset["posted"] ?? "");
  } catch {
    place.dataset["unread"] = "";
    return;
  }
  for (const tag of all("[data-still-new]")) {
    const left = Number(tag.dataset["stillNew"]) - 1;
    tag.dataset["stillNew"] = String(left);
    tag.textContent = sentence("still_new", { count: left });
    show(tag, left > 0);
  }
}

/** The form at the end; what was written stays in it until it is sent.  Gives what to do once the key is unlocked. */
function writing(keys: Keys, request: Request, form: HTMLFormElement): () => void {
  const text = one<HTMLTextAreaElement>("#text", form);
  const busy = one("[data-busy]", form);
  const button = one<HTMLButtonElement>("button[type=submit]", form);
  const files: Attachments = new Attachments(one("[data-attachments]", form), keys, request, "attachment", request.both, {
    changed: () => undefined,
    remove: (file) => removeDocument(file),
  });
  let sent = false;
  let kept = false;
  /** What is sealed already, when only sending it has to be repeated; another text becomes its next version. */
  let sealed: { doc: string; content: string } | null = null;

  const send = async (): Promise<void> => {
    const annexes = files.listed.map((file) => ({ ...file }));
    const handling = textLimits(form);
    const content = JSON.stringify([text.value, annexes, handling]);
    if (sealed?.content !== content) {
      const made = await keys.seal({
        request: request.id, ref: request.ref, purpose: "message", name: "message.json", media: MEDIA.message,
        lang: document.documentElement.lang || "und", blob: request.seal({ text: text.value, annexes }), readers: request.both,
        handling,
        ...(sealed ? { replaces: sealed.doc } : {}),
      });
      sealed = { doc: made.doc, content };
    }
    const { n } = await sendMessage(request.id, sealed.doc, annexes.map((file) => file.doc));
    sent = true;
    window.location.assign(`${form.dataset["next"] ?? ""}?sent=${n}#message-${n}`);
  };

  warnWhile(() => !sent && (text.value.trim() !== "" || files.busy));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const faults: Fault[] = text.value.trim() ? [] : [{ field: text, message: sentence("no_message") }];
    if (files.busy) faults.push({ field: maybe("#files"), message: sentence("unfinished") });
    summarise(faults);
    if (faults.length) return;
    button.disabled = true;
    busy.textContent = sentence("signing");
    void send().catch((error: unknown) => {
      busy.textContent = "";
      button.disabled = false;
      summarise([{ field: text, message: why(error) }]);
    });
  });

  return () => {
    if (kept) return;
    kept = true;
    const staged = all("[data-staged]", form).map((row) => ({ doc: row.dataset["staged"] ?? "", bytes: Number(row.dataset["bytes"]) }));
    void files.keep(staged, []);
  };
}
