// What authorities are: their chains, fetched, verified under the pinned root, and never older than what was seen.

import type { Http } from "./http";
import type { Log } from "./log";
import { goForward } from "./pinned";
import type { Authority } from "./seal/authority";
import { unb64 } from "./seal/bytes";
import type { Json } from "./seal/canonical";
import { verifyChain } from "./seal/chain";
import { fail, SealFailure } from "./seal/errors";
import { Root } from "./seal/root";

declare const self: { COMITY_ROOT?: string };

/** Milliseconds for which a chain is not asked for again. */
const FRESH = 60_000;

interface Kept {
  at: number;
  found: Promise<Authority | null>;
  links: Uint8Array[];
}

export class Chains {
  private readonly kept = new Map<string, Kept>();
  private trusted: Promise<Root> | undefined;

  constructor(private readonly http: Http, private readonly log: Log) {}

  /** The root that this worker's first line pins. */
  root(): Promise<Root> {
    if (!this.trusted) {
      this.trusted = this.trustedRoot();
      this.trusted.catch(() => (this.trusted = undefined));
    }
    return this.trusted;
  }

  /** What the statements of an authority say, verified; null where there is none yet. */
  stated(code: string): Promise<Authority | null> {
    const last = this.kept.get(code);
    if (last && Date.now() - last.at < FRESH) return last.found;
    const made: Kept = { at: Date.now(), links: [], found: Promise.resolve(null) };
    made.found = this.fetched(code, (links) => (made.links = links));
    const forget = (): void => {
      if (this.kept.get(code) === made) this.kept.delete(code);
    };
    this.kept.set(code, made);
    made.found.then((found) => found ?? forget(), forget);
    return made.found;
  }

  async authority(code: string): Promise<Authority> {
    return (await this.stated(code)) ?? fail("BrokenChain", code);
  }

  /** The links from which an authority's statements were verified. */
  async links(code: string): Promise<Uint8Array[]> {
    await this.authority(code);
    return this.kept.get(code)?.links ?? fail("BrokenChain", code);
  }

  /** Ask for every chain again when it is needed next. */
  renew(): void {
    this.kept.clear();
  }

  /** Run it, and once more with the newest statements if it met something that the ones at hand do not know. */
  async upToDate<T>(run: () => Promise<T>): Promise<T> {
    const began = Date.now();
    const old = [...this.kept.values()].some((one) => one.at < began);
    try {
      return await run();
    } catch (error) {
      if (!old || !(error instanceof SealFailure) || !["WrongRecipients", "UnknownSigner", "ForgedWrap"].includes(error.name)) throw error;
      this.renew();
      return run();
    }
  }

  private async trustedRoot(): Promise<Root> {
    const pinned = self.COMITY_ROOT ?? "";
    if (!/^[0-9a-f]{64}$/.test(pinned)) fail("UntrustedRoot", "no root is pinned");
    const { root } = await this.http.json<{ root: Json }>("GET", "/trust");
    const found = Root.fromJson(root);
    return found.id === pinned ? found : fail("UntrustedRoot", "another root");
  }

  private async fetched(code: string, keep: (links: Uint8Array[]) => void): Promise<Authority | null> {
    const root = await this.root();
    try {
      return await this.once(root, code, keep);
    } catch (error) {
      // Another tab may have seen more while this answer was on its way.
      if (error instanceof SealFailure && error.name === "RolledBack") return this.once(root, code, keep);
      throw error;
    }
  }

  private async once(root: Root, code: string, keep: (links: Uint8Array[]) => void): Promise<Authority | null> {
    const [answer] = await Promise.all([
      this.http.json<{ chain: string[] }>("GET", `/authorities/${encodeURIComponent(code)}/chain`),
      this.log.look(root.id), // nothing is done on the word of a platform whose log is not what was seen
    ]);
    const chain = answer.chain.map(unb64);
    const verified = chain.length ? verifyChain(chain, root, code) : null;
    await goForward(root.id, code, chain, verified);
    keep(chain);
    return verified;
  }
}
