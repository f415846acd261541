// What this browser has seen of the platform's log.  It goes forward only: a log that was shortened, rewritten, or is
// shown in two forms is refused before anything else is done.  Where the browser's storage was cleared, it is first
// contact again.

import type { Http } from "./http";
import { inPins } from "./pinned";
import { hex, text, unhex, utf8 } from "./seal/bytes";
import { fail, SealFailure } from "./seal/errors";
import { type Checkpoint, openCheckpoint } from "./seal/log/checkpoint";
import { consistencyProof, type Subtree, verifyConsistency } from "./seal/log/merkle";
import { VerifierKey } from "./seal/log/notes";
import type { LogState } from "./seal/log/state";
import { fromTiles } from "./seal/log/tiles";

declare const self: { COMITY_LOG?: string };

/** Milliseconds for which the log is not asked for again, by any page. */
const FRESH = 60_000;

/** A size and the root over so many lines. */
export type State = Pick<Checkpoint, "size" | "root">;

/** What is kept: the log's verifier key, the newest state with its signatures, and when it was looked at. */
interface Kept {
  key: string;
  note: string;
  at: number;
}

interface Seen extends Kept {
  checkpoint: Checkpoint;
}

export class Log {
  /** For browsers that keep nothing. */
  private last: Seen | undefined;
  private tiles: { size: number; subtree: Subtree } | undefined;
  private looking: Promise<Seen | undefined> | undefined;

  constructor(private readonly http: Http) {}

  /** The newest state, if it continues what was seen under this root; undefined while the log has not begun. */
  async look(root: string, fresh = FRESH): Promise<Checkpoint | undefined> {
    if (!fresh) await this.looking?.catch(() => undefined);
    const seen = await this.recall(root);
    const age = Date.now() - (seen?.at ?? 0);
    if (seen && age >= 0 && age < fresh) return seen.checkpoint;
    this.looking ??= this.asked(root).finally(() => (this.looking = undefined));
    return (await this.looking)?.checkpoint;
  }

  /** Raises InconsistentLog unless this state, which somebody else shows, belongs to the log that was seen. */
  async belongs(root: string, state: State): Promise<void> {
    let newest = await this.look(root);
    if (!newest || newest.size < state.size) newest = await this.look(root, 0);
    await this.continues(state, newest ?? fail("InconsistentLog", "it shows no state at all"));
  }

  /** Raises InconsistentLog unless the sender of a document and this reader are shown the same log. */
  async shared(root: string, { origin, size, root: digits }: LogState): Promise<void> {
    const known = await this.key(root);
    if (known && known.name !== origin) fail("InconsistentLog", `the sender was shown the log of ${origin}`);
    await this.belongs(root, { size, root: unhex(digits) });
  }

  /** The newest state that was seen, as documents name it. */
  async state(root: string): Promise<LogState | null> {
    const seen = await this.look(root);
    return seen ? { origin: seen.origin, size: seen.size, root: hex(seen.root) } : null;
  }

  /** The key under which checkpoints and receipts are believed; undefined while the log has not begun. */
  async key(root: string): Promise<VerifierKey | undefined> {
    await this.look(root);
    const seen = await this.recall(root);
    return seen && VerifierKey.parse(seen.key);
  }

  private async asked(root: string): Promise<Seen | undefined> {
    const before = await this.recall(root);
    const now = await this.shown(before?.key);
    if (!now) return before ? fail("InconsistentLog", "it says that it has not begun") : undefined;
    if (before) await this.continues(before.checkpoint, now.checkpoint);
    await this.keep(root, before, now);
    this.last = now;
    return now;
  }

  /** What the platform shows now, signed with the key that its operator pins, or that was seen first. */
  private async shown(known: string | undefined): Promise<Seen | undefined> {
    try {
      const key = self.COMITY_LOG ?? known ?? (await this.http.json<{ key: string }>("GET", "/log/key")).key;
      const note = await this.http.bytes("/log/checkpoint");
      return seenOf({ key, note: text(note), at: Date.now() });
    } catch (error) {
      if (error instanceof SealFailure && error.problem?.status === 409) return undefined;
      throw error;
    }
  }

  /** Raises InconsistentLog unless `newer` continues `old`, by a proof that is made here from tiles. */
  private async continues(old: State, newer: State): Promise<void> {
    try {
      const proof = old.size < newer.size ? await consistencyProof(old.size, newer.size, this.tilesOf(newer.size)) : [];
      verifyConsistency(old.size, old.root, newer.size, newer.root, proof);
    } catch (error) {
      this.tiles = undefined;
      if (error instanceof SealFailure && error.problem?.status === 404) fail("InconsistentLog", "its hashes are not there");
      throw error;
    }
  }

  /** Read once for each size; where a proof fails they are asked for again. */
  private tilesOf(size: number): Subtree {
    if (this.tiles?.size !== size) this.tiles = { size, subtree: fromTiles(size, (path) => this.http.bytes(`/log/${path}`)) };
    return this.tiles.subtree;
  }

  /** The later of what this page and this browser have seen. */
  private async recall(root: string): Promise<Seen | undefined> {
    const kept = await inPins<Kept | undefined>("readonly", (store) => store.get(nameOf(root))).catch(() => undefined);
    const stored = kept && seenOf(kept);
    const { last } = this;
    return stored && !(last && last.checkpoint.size > stored.checkpoint.size) ? stored : last;
  }

  /** Keep it in the place of `before`.  What another tab has put there meanwhile must be of the same log. */
  private async keep(root: string, before: Seen | undefined, now: Seen): Promise<void> {
    let other: Kept | undefined;
    try {
      await inPins("readwrite", (store) => {
        const asked = store.get(nameOf(root)) as IDBRequest<Kept | undefined>;
        asked.onsuccess = () => {
          const there = asked.result;
          if (there && there.note !== before?.note) other = there;
          else store.put({ key: now.key, note: now.note, at: now.at } satisfies Kept, nameOf(root));
        };
        return asked;
      });
    } catch {
      return; // a browser that keeps nothing
    }
    if (!other) return;
    const there = seenOf(other);
    if (there.checkpoint.size > now.checkpoint.size) return this.continues(now.checkpoint, there.checkpoint);
    await this.continues(there.checkpoint, now.checkpoint);
    await this.keep(root, there, now);
  }
}

/** Beside the pins of authorities, whose codes are capitals. */
function nameOf(root: string): string {
  return `${root} ${self.COMITY_LOG ?? "log"}`;
}

/** The one verified last: every document that is opened asks for it. */
let verified: Seen | undefined;

function seenOf(kept: Kept): Seen {
  const same = verified?.note === kept.note && verified.key === kept.key ? verified.checkpoint : undefined;
  verified = { ...kept, checkpoint: same ?? openCheckpoint(utf8(kept.note), VerifierKey.parse(kept.key)) };
  return verified;
}
