// Files on their way in: several at once, each sealed on this device, with pause, resume, cancel and remove.

import { type Keys, type Progress, Transfer } from "../keys";
import type { TranslationOf } from "../seal/translated";
import { all, announce, copy, isCancelled, one, percent, sentence, show, size, why } from "./dom";
import { chosenLimits, limitNames } from "./limits";
import type { Listed, Request } from "./request";
import { sayTranslation } from "./translation_texts";

const AT_ONCE = 2;

interface Row {
  element: HTMLElement;
  file: File | null;
  transfer: Transfer;
  state: "waiting" | "running" | "paused" | "done" | "failed";
  percent: number;
  kept: Listed | null;
  limits: string[];
  marks: Marks;
}

/** What the seal of a file says beside its name. */
export interface Marks {
  lang?: string;
  translation?: TranslationOf;
}

export interface Uses {
  /** Called whenever the list of stored files has changed. */
  changed(): void;
  remove(doc: string): Promise<void>;
}

export class Attachments {
  private rows: Row[] = [];
  private readonly list: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly keys: Keys,
    private readonly request: Request,
    private readonly purpose: string,
    private readonly readers: string[],
    private readonly uses: Uses,
  ) {
    this.list = one("[data-rows]", root);
    const input = one<HTMLInputElement>("input[type=file]", root);
    input.addEventListener("change", () => {
      this.add([...(input.files ?? [])]);
      input.value = "";
    });
    this.takeDrops(one("[data-drop]", root));
  }

  /** Files that are stored, in their order: what the signed text lists. */
  get listed(): Listed[] {
    return this.rows.flatMap((row) => (row.kept ? [row.kept] : []));
  }

  get busy(): boolean {
    return this.rows.some((row) => ["waiting", "running", "paused"].includes(row.state));
  }

  /** The documents that the server keeps already, other than `except`; each is checked and named out of its seal. */
  async keep(docs: { doc: string; bytes: number }[], signed: Listed[]): Promise<void> {
    for (const { doc } of docs) {
      const row = this.row("");
      try {
        const described = await this.request.describe(this.keys, doc, this.purpose);
        const before = signed.find((file) => file.doc === doc);
        if (before && before.plain_sha256 !== described.plain_sha256) throw new Error("another content");
        this.name(row, described.name, described.size);
        this.under(row, described.handling);
        sayTranslation(row.element, described);
        this.done(row, { doc, plain_sha256: described.plain_sha256 });
      } catch (error) {
        row.kept = null;
        this.name(row, "", 0);
        this.failed(row, why(error));
        row.element.dataset["doc"] = doc;
        show(one('[data-act="remove"]', row.element));
      }
    }
  }

  add(files: File[], marks: Marks = {}): void {
    for (const file of files) {
      const row = this.row(file.name, file);
      row.marks = marks;
      this.name(row, file.name, file.size);
      this.under(row, chosenLimits());
      if (file.size === 0) this.failed(row, sentence("empty_file"));
    }
    this.next();
  }

  private row(name: string, file: File | null = null): Row {
    const element = copy("template[data-row]", this.root);
    const row: Row = { element, file, transfer: new Transfer(), state: "waiting", percent: 0, kept: null, limits: [], marks: {} };
    one("[data-bar]", element).setAttribute("aria-label", name);
    this.act(row, "pause", () => this.pause(row));
    this.act(row, "resume", () => this.resume(row));
    this.act(row, "cancel", () => this.cancel(row));
    this.act(row, "remove", () => void this.remove(row));
    this.rows.push(row);
    this.list.append(element);
    this.say(row, sentence("waiting"));
    return row;
  }

  private act(row: Row, name: string, deed: () => void): void {
    one(`[data-act="${name}"]`, row.element).addEventListener("click", deed);
  }

  private name(row: Row, name: string, bytes: number): void {
    one("[data-name]", row.element).textContent = name;
    one("[data-size]", row.element).textContent = bytes ? size(bytes) : "";
    all("[data-name-again]", row.element).forEach((place) => (place.textContent = name));
    one("[data-bar]", row.element).setAttribute("aria-label", name);
  }

  /** The limits under which a file is sent stand beside it from the beginning. */
  private under(row: Row, limits: string[]): void {
    row.limits = limits;
    one("[data-under]", row.element).textContent = limits.length ? limitNames(limits) : "";
  }

  private say(row: Row, text: string): void {
    one("[data-progress]", row.element).textContent = text;
  }

  private buttons(row: Row): void {
    const state = row.state;
    show(one('[data-act="pause"]', row.element), state === "running");
    show(one('[data-act="resume"]', row.element), state === "paused");
    show(one('[data-act="cancel"]', row.element), ["waiting", "running", "paused"].includes(state));
    show(one('[data-act="remove"]', row.element), state === "done" || state === "failed");
    show(one("[data-bar]", row.element), ["running", "paused"].includes(state));
    row.element.dataset["state"] = state;
  }

  private next(): void {
    for (const row of this.rows) {
      if (this.rows.filter((other) => other.state === "running").length >= AT_ONCE) break;
      if (row.state === "waiting" && row.file) void this.run(row, row.file);
    }
    this.rows.forEach((row) => this.buttons(row));
  }

  private async run(row: Row, file: File): Promise<void> {
    row.state = "running";
    this.say(row, sentence("uploading", { percent: 0 }));
    this.buttons(row);
    row.transfer.onprogress = (said) => this.progress(row, said);
    try {
      const sealed = await this.keys.seal(
        {
          request: this.request.id,
          ref: this.request.ref,
          purpose: this.purpose,
          name: file.name,
          media: file.type || "application/octet-stream",
          lang: "und",
          blob: file,
          readers: this.readers,
          handling: row.limits,
          withService: this.request.withService,
          ...row.marks,
        },
        row.transfer,
      );
      this.done(row, { doc: sealed.doc, plain_sha256: sealed.plain_sha256 });
      announce(`${file.name}: ${sentence("sealed_file")}`);
      this.uses.changed();
    } catch (error) {
      if (isCancelled(error)) this.drop(row);
      else this.failed(row, `${why(error)} ${sentence("stopped")}`);
    }
    this.next();
  }

  private progress(row: Row, said: Progress): void {
    row.percent = percent(said);
    one<HTMLProgressElement>("[data-bar]", row.element).value = row.percent;
    if (row.state === "running" || row.state === "paused") {
      this.say(row, sentence(row.state === "running" ? "uploading" : "paused", { percent: row.percent }));
    }
  }

  private pause(row: Row): void {
    row.transfer.pause();
    row.state = "paused";
    this.say(row, sentence("paused", { percent: row.percent }));
    this.next();
    one('[data-act="resume"]', row.element).focus();
  }

  private resume(row: Row): void {
    row.state = "running";
    row.transfer.resume();
    this.say(row, sentence("uploading", { percent: row.percent }));
    this.buttons(row);
    one('[data-act="pause"]', row.element).focus();
  }

  private cancel(row: Row): void {
    if (row.state === "waiting") this.drop(row);
    else row.transfer.cancel();
    one("input[type=file]", this.root).focus();
  }

  private async remove(row: Row): Promise<void> {
    const doc = row.kept?.doc ?? row.element.dataset["doc"];
    one<HTMLButtonElement>('[data-act="remove"]', row.element).disabled = true;
    try {
      if (doc) await this.uses.remove(doc);
      this.drop(row);
      this.uses.changed();
      one("input[type=file]", this.root).focus();
    } catch (error) {
      this.say(row, why(error));
      one<HTMLButtonElement>('[data-act="remove"]', row.element).disabled = false;
    }
  }

  private done(row: Row, kept: Listed): void {
    row.state = "done";
    row.kept = kept;
    row.file = null;
    row.element.dataset["doc"] = kept.doc;
    this.say(row, sentence("sealed_file"));
    this.buttons(row);
  }

  private failed(row: Row, text: string): void {
    row.state = "failed";
    this.say(row, text);
    this.buttons(row);
  }

  private drop(row: Row): void {
    this.rows = this.rows.filter((other) => other !== row);
    row.element.remove();
  }

  private takeDrops(place: HTMLElement): void {
    const over = (event: DragEvent): void => {
      event.preventDefault();
      place.classList.add("comity-drop--over");
    };
    place.addEventListener("dragenter", over);
    place.addEventListener("dragover", over);
    place.addEventListener("dragleave", () => place.classList.remove("comity-drop--over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("comity-drop--over");
      this.add([...(event.dataTransfer?.files ?? [])]);
    });
  }
}
