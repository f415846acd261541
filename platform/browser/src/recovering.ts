// The worker's part of recovery: who can bring an office back, and the two steps in which two officers do it.
//
// What opens here stays here: the recovery key and the office's key are used for one statement, and kept nowhere.

import type { Http } from "./http";
import type { Office } from "./office";
import { type CandidateGiven, candidateView, keysOf, memberOf } from "./office_views";
import type { CandidateView, ChosenView } from "./protocol";
import type { Authority, Officer } from "./seal/authority";
import { b64, unb64 } from "./seal/bytes";
import { fail } from "./seal/errors";
import type { KeySet } from "./seal/keyset";
import { recoverMember, setRecovery } from "./seal/making";
import { handOver, openOuter, takeOver, unwrapRecovery } from "./seal/recovery";
import type { EpochKey } from "./seal/wraps";

interface RecoveryGiven {
  files: { outer: string; inner: string; file: string }[];
  wrap: { epoch: number; wrap: string };
  handovers: { from: string; file: string }[];
}

export class Recovering {
  constructor(private readonly http: Http, private readonly office: Office) {}

  /** Propose who recovers the office: exactly those, with the key sets that were compared. */
  async set(chosen: ChosenView[]): Promise<true> {
    const { who, authority, last } = await this.office.ready();
    const { candidates } = await this.office.given(authority.code, null);
    const officers = chosen.map((one) => officerOf(authority, candidates, one));
    return this.office.propose(authority, await setRecovery(who, authority, last, officers));
  }

  /** As an officer: open every first half that is one's own, and pass it on; gives the names of those who go on. */
  async handOn(): Promise<string[]> {
    const { who, authority } = await this.office.standing();
    const given = await this.given(authority);
    const officers = [...(authority.recovery?.officers.values() ?? [])];
    const passed: string[] = [];
    for (const one of given.files.filter(({ outer }) => outer === who.keys.open.id)) {
      const inner = officers.find(({ keys }) => keys.id === one.inner) ?? fail("ForgedWrap", "for no officer");
      const file = await handOver(await openOuter(unb64(one.file), who.keys, authority), inner.keys);
      await this.http.json("POST", this.office.path(authority.code, "recovery/handovers"), { to: inner.keys.id, file: b64(file) });
      passed.push(inner.name);
    }
    return passed;
  }

  /** Whom officers could admit; a member who made another key set is among them. */
  async candidates(code: string): Promise<CandidateView[]> {
    const authority = await this.office.newest(code);
    return (await this.candidatesGiven(authority)).flatMap((one) => candidateView(authority, one, true));
  }

  /** Propose to admit somebody whose digits were compared, with the key that two officers have opened; another officer confirms. */
  async admit(compared: CandidateView, admin: boolean, reason: string): Promise<true> {
    const { who, authority } = await this.office.standing();
    const member = memberOf(await this.candidatesGiven(authority), compared);
    const last = await this.opened(who.keys, authority);
    return this.office.propose(authority, await recoverMember(who, authority, last, member, admin, reason));
  }

  /** The newest key of the office, from what another officer passed on. */
  private async opened(keys: KeySet, authority: Authority): Promise<EpochKey> {
    const given = await this.given(authority);
    const handed = given.handovers.at(-1) ?? fail("NotHandedOn");
    const key = await takeOver(unb64(handed.file), keys, authority);
    return unwrapRecovery(unb64(given.wrap.wrap), key, authority);
  }

  private given(authority: Authority): Promise<RecoveryGiven> {
    return this.http.json<RecoveryGiven>("GET", this.office.path(authority.code, "recovery"));
  }

  private async candidatesGiven(authority: Authority): Promise<CandidateGiven[]> {
    return (await this.http.json<{ items: CandidateGiven[] }>("GET", this.office.path(authority.code, "recovery/candidates"))).items;
  }
}

/** Somebody who was chosen, with the very key set that was compared: a member's as the statements list it, or a candidate's. */
function officerOf(authority: Authority, candidates: CandidateGiven[], { user, keyset }: ChosenView): Officer {
  const member = authority.members.get(user);
  const other = candidates.find((one) => one.user === user);
  const found = member ?? (other && { user, name: other.name, keys: keysOf(other.public) });
  if (found?.keys.id !== keyset) return fail("WrongKeySet", "another key set than the one that was compared");
  return { user, name: found.name, keys: found.keys };
}
