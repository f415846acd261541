// The page's side of the key worker: state, operations, locking.  Pages use this and nothing below it.
//
//   const keys = await Keys.start();
//   keys.onchange((state) => ...);                     // "unlocked" | "locked" | "signed-out"
//   const transfer = new Transfer();                   // pause(), resume(), cancel(), onprogress
//   const opened = await keys.open(doc, { request });  // throws SealFailure; .name says what, .notAuthentic whether to stop

import type {
  Answer, AuthorityView, Control, Described, Expect, Fate, OpenedView, Operation, Operations, OwnView, PasskeyView, Progress, SealedView,
  SealInput, Travelled, WordsView,
} from "./protocol";
import { SealFailure } from "./seal/errors";
import type { PrfOutput } from "./seal/prf";
import type { WordsKind } from "./seal/ways";
import { listedBundles, startWorker } from "./workers";

export type {
  AuthorityView, CandidateView, ChangeView, Described, Expect, OfficeView, OpenedView, OwnView, PasskeyView, Progress, ProposalView, SealedView,
  SealInput, Travelled, WordsView,
} from "./protocol";
export { SealFailure } from "./seal/errors";

export type KeyState = "unlocked" | "locked" | "signed-out";

const KEPT = "comity-unlocked";
const CHANNEL = "comity-keys";
const TELL_EVERY = 30_000;

type News = { news: "lock" } | { news: "want" } | { news: "kept"; account: string; kept: string } | { news: "active" };

/** One transfer: a page may pause, resume or cancel it, and is told how far it is. */
export class Transfer {
  onprogress?: (progress: Progress) => void;
  private send?: (control: Control["control"]) => void;
  private waiting?: Control["control"];

  pause(): void {
    this.control("pause");
  }

  resume(): void {
    this.control("resume");
  }

  cancel(): void {
    this.control("cancel");
  }

  /** Called by Keys alone. */
  attach(send: (control: Control["control"]) => void): void {
    this.send = send;
    if (this.waiting) send(this.waiting);
  }

  private control(control: Control["control"]): void {
    if (this.send) this.send(control);
    else this.waiting = control;
  }
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: SealFailure) => void;
  transfer: Transfer | undefined;
}

export class Keys {
  state: KeyState = "locked";
  private readonly listeners: ((state: KeyState) => void)[] = [];
  private readonly waiting = new Map<number, Waiting>();
  private readonly channel = new BroadcastChannel(CHANNEL);
  private readonly account = document.body.dataset["accountId"] ?? "";
  private worker: Worker | undefined;
  private count = 0;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private told = 0;
  private wanting = false;
  private arrived: (() => void) | undefined;
  private asked = false;

  /** One for each page; restores the unlocked state after navigation, or from another tab. */
  static async start(): Promise<Keys> {
    const keys = new Keys();
    await keys.begin();
    return keys;
  }

  onchange(listener: (state: KeyState) => void): void {
    this.listeners.push(listener);
    listener(this.state);
  }

  /** By passphrase or recovery code; where `kind` is not said, the number of words tells which. */
  async unlock(words: string, kind?: WordsKind): Promise<void> {
    this.unlocked(await this.call("unlock", [words, kind ?? null, this.account]));
  }

  /** The passkeys that open this key, and what each has to be asked. */
  passkeys(): Promise<PasskeyView[]> {
    return this.call("passkeys", []);
  }

  async unlockByPasskey(way: string, prf: PrfOutput): Promise<void> {
    this.unlocked(await this.call("unlockByPasskey", [way, prf, this.account]));
  }

  own(): Promise<OwnView> {
    return this.call("own", []);
  }

  /** Make a key set, which is nowhere but in the worker until `deposit`; gives its fingerprint. */
  enrol(lost: boolean): Promise<string> {
    return this.call("enrol", [lost]);
  }

  /** New words, to be shown once. */
  words(kind: WordsKind): Promise<WordsView> {
    return this.call("words", [kind]);
  }

  confirm(kind: WordsKind, typed: string[]): Promise<boolean> {
    return this.call("confirm", [kind, typed]);
  }

  addPasskey(label: string, credential: Uint8Array<ArrayBuffer>, prf: PrfOutput): Promise<void> {
    return this.call("addPasskey", [label, credential, prf]);
  }

  /** Bring it in, behind words that were typed back; it is unlocked from then on, unless it waits to be admitted. */
  async deposit(lost: boolean): Promise<boolean> {
    const kept = await this.call("deposit", [this.account, lost]);
    if (kept !== null) this.unlocked(kept);
    return kept !== null;
  }

  /** Let words that were typed back take the place of the last ones. */
  renew(kind: WordsKind): Promise<void> {
    return this.call("renew", [kind]);
  }

  removeWay(way: string): Promise<void> {
    return this.call("removeWay", [way]);
  }

  /** Lock here and in every other tab. */
  async lock(): Promise<void> {
    this.say({ news: "lock" });
    await this.erase("locked");
  }

  authority(code: string): Promise<AuthorityView> {
    return this.call("authority", [code]);
  }

  seal(input: SealInput, transfer?: Transfer): Promise<SealedView> {
    return this.call("seal", [input], transfer);
  }

  /** What the manifest says of a document, verified, without its content. */
  describe(doc: string, expect: Expect): Promise<Described> {
    return this.call("describe", [doc, expect]);
  }

  open(doc: string, expect: Expect, transfer?: Transfer): Promise<OpenedView> {
    return this.call("open", [doc, expect], transfer);
  }

  /** Sign exactly what was read: `seen` names each document with the hash of its content. */
  acknowledge(request: string, seen: { [doc: string]: string }): Promise<void> {
    return this.call("acknowledge", [request, seen]);
  }

  approveAmendment(request: string, seen: { [doc: string]: string }): Promise<void> {
    return this.call("approveAmendment", [request, seen]);
  }

  transmitAmendment(request: string, readers: string[], transfer?: Transfer): Promise<void> {
    return this.call("transmitAmendment", [request, readers], transfer);
  }

  /** Of an amendment or a supplement that was read. */
  receive(request: string, seen: { [doc: string]: string }): Promise<void> {
    return this.call("receive", [request, seen]);
  }

  /** Sign what became of all that was received of a withdrawn request. */
  dispose(request: string, fate: Fate): Promise<void> {
    return this.call("dispose", [request, fate]);
  }

  approve(request: string, seen: { [doc: string]: string }): Promise<void> {
    return this.call("approve", [request, seen]);
  }

  transmit(request: string, readers: string[], travelled: Travelled | null, transfer?: Transfer): Promise<void> {
    return this.call("transmit", [request, readers, travelled], transfer);
  }

  private async begin(): Promise<void> {
    this.channel.onmessage = (event: MessageEvent<News>) => void this.hear(event.data);
    if (!this.account) return this.become("signed-out");
    document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
      this.say({ news: "lock" });
      sessionStorage.removeItem(KEPT);
    });
    for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, () => this.active(true), { passive: true });
    await (sessionStorage.getItem(KEPT) ? this.restore() : this.askOtherTabs());
    this.active(false);
  }

  private async restore(): Promise<void> {
    const kept = sessionStorage.getItem(KEPT);
    if (!kept) return;
    try {
      if (await this.call("restore", [kept, this.account])) {
        this.become("unlocked");
        if (this.asked) this.say({ news: "kept", account: this.account, kept });
        return;
      }
    } catch (error) {
      if (!(error instanceof SealFailure) || error.name === "NotReached") return;
    }
    sessionStorage.removeItem(KEPT);
  }

  /** What arrives later is taken too, until this tab is unlocked or somebody locks. */
  private askOtherTabs(): Promise<void> {
    this.wanting = true;
    return new Promise((resolve) => {
      const enough = setTimeout(resolve, 120);
      this.arrived = () => {
        clearTimeout(enough);
        void this.restore().then(resolve);
      };
      this.say({ news: "want" });
    });
  }

  private async hear(news: News): Promise<void> {
    const kept = sessionStorage.getItem(KEPT);
    if (news.news === "lock") await this.erase("locked");
    else if (news.news === "active") this.active(false);
    else if (news.news === "want" && kept && this.state === "unlocked") this.say({ news: "kept", account: this.account, kept });
    else if (news.news === "want") this.asked = true; // answered once this tab is restored, if it is
    else if (news.news === "kept" && this.wanting && news.account === this.account) {
      this.wanting = false;
      sessionStorage.setItem(KEPT, news.kept);
      this.arrived?.();
    }
  }

  private say(news: News): void {
    this.channel.postMessage(news);
  }

  /** Somebody is here: the time without input begins again, in every tab. */
  private active(tell: boolean): void {
    if (tell && Date.now() - this.told > TELL_EVERY) {
      this.told = Date.now();
      this.say({ news: "active" });
    }
    clearTimeout(this.idle);
    const minutes = Number(document.body.dataset["idleMinutes"] ?? 15);
    this.idle = setTimeout(() => {
      if (this.state === "unlocked") void this.lock();
    }, minutes * 60_000);
  }

  private async erase(state: KeyState): Promise<void> {
    this.wanting = false; // an answer on its way must not undo the lock
    sessionStorage.removeItem(KEPT);
    if (this.worker) {
      await this.call("forget", []).catch(() => undefined);
      this.worker.terminate();
      this.worker = undefined;
      for (const one of this.waiting.values()) one.reject(new SealFailure("Locked"));
      this.waiting.clear();
    }
    this.become(state);
  }

  private unlocked(kept: string): void {
    this.wanting = false;
    sessionStorage.setItem(KEPT, kept);
    this.become("unlocked");
  }

  private become(state: KeyState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }

  private started(): Worker {
    if (this.worker) return this.worker;
    const worker = startKeyWorker();
    worker.addEventListener("message", (event: MessageEvent<Answer>) => this.answered(event.data));
    worker.addEventListener("error", () => {
      for (const one of this.waiting.values()) one.reject(new SealFailure("NotReached", "the key worker"));
      this.waiting.clear();
    });
    this.worker = worker;
    return worker;
  }

  private answered(answer: Answer): void {
    const one = this.waiting.get(answer.id);
    if (!one) return;
    if ("progress" in answer) {
      one.transfer?.onprogress?.(answer.progress);
      return;
    }
    this.waiting.delete(answer.id);
    if ("result" in answer) return one.resolve(answer.result);
    const failure = new SealFailure(answer.error.name, answer.error.message, answer.error.problem);
    if (failure.name === "SignedOut") void this.erase("signed-out");
    one.reject(failure);
  }

  /** Any operation of the key worker, by its name. */
  call<Name extends Operation>(op: Name, args: Parameters<Operations[Name]>, transfer?: Transfer): Promise<ReturnType<Operations[Name]>> {
    const id = ++this.count;
    const worker = this.started();
    const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, transfer });
      worker.postMessage({ id, op, args, csrf });
      transfer?.attach((control) => worker.postMessage({ id, control }));
    });
  }
}

/** The key worker, from the bundles that the server lists in the page. */
function startKeyWorker(): Worker {
  const listed = listedBundles();
  return startWorker(listed["keys.js"] ?? "", Object.values(listed), "comity-keys");
}
