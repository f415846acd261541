// The worker's part of "our office": what the chain says of one's own authority, and the statements that change it.
//
// Whatever a person is shown is made here from verified statements; the platform adds only what no statement says: who
// could be admitted, who has said that she leaves, and what waits for a second person.

import type { Chains } from "./chains";
import type { Http } from "./http";
import {
  type CandidateGiven, candidateView, changeView, dueOf, isOfficer, memberOf, type Proposed, proposalView, recoveryView,
} from "./office_views";
import type { CandidateView, OfficeView, ProposalView } from "./protocol";
import { type Authority, nameOf, usable } from "./seal/authority";
import { b64, unb64 } from "./seal/bytes";
import { type Json, strict } from "./seal/canonical";
import { verifyChain } from "./seal/chain";
import { parseLink, withConfirmation } from "./seal/confirmation";
import { fail, SealFailure } from "./seal/errors";
import type { PublicKeySet } from "./seal/keyset";
import { addAdmin, addMember, confirm, type Made, type Maker, newestKey, removeAdmin, removeMember, revoke, rotate, time } from "./seal/making";
import { readStatement, type Said } from "./seal/statements";
import type { EpochKey } from "./seal/wraps";

interface OfficeGiven {
  rotation_due: OfficeView["due"];
  members: { user: string; leaving: boolean }[];
  candidates: CandidateGiven[];
  unread: string[];
}

interface ProposalGiven {
  id: string;
  link: string;
}

interface ProposalsGiven {
  items: ProposalGiven[];
}

/** Who acts: her account, its authority, and with `identities` the authority's keys that she can open. */
export interface Acting extends Maker {
  authority: string;
  identities: Map<number, string>;
}

export class Office {
  constructor(
    private readonly http: Http,
    private readonly chains: Chains,
    private readonly acting: () => Promise<Acting>,
    private readonly who: () => Promise<Maker & { authority: string }>,
  ) {}

  /** One's own authority as its statements say it is, with what waits; needs no key.  `without`: who would leave. */
  async view(me: { id: string; authority: string }, without: string | null): Promise<OfficeView> {
    this.chains.renew();
    const [authority, given, proposals] = await Promise.all([
      this.chains.authority(me.authority),
      this.given(me.authority, without),
      this.http.json<ProposalsGiven>("GET", this.path(me.authority, "proposals")),
    ]);
    const named = (user: string): string => nameOf(authority, user) ?? given.candidates.find((one) => one.user === user)?.name ?? "";
    const proposed = await this.proposed(authority, proposals.items);
    return {
      code: authority.code,
      names: authority.names,
      me: me.id,
      admin: usable(authority, me.id),
      officer: isOfficer(authority, me.id),
      members: [...authority.members.values()].map(({ user, name, role, keys }) => ({
        user,
        name,
        role,
        keyset: keys.id,
        fingerprint: keys.fingerprint,
        since: authority.since.get(user) ?? "",
        admin: authority.admins.has(user),
        officer: authority.recovery?.officers.has(user) ?? false,
        revoked: authority.revoked.has(keys.id),
        leaving: given.members.some((one) => one.user === user && one.leaving),
      })),
      former: authority.former.map(({ name, role, keys, since, until }) => ({ name, role, fingerprint: keys.fingerprint, since, until })),
      epoch: { n: authority.epoch.n, since: authority.epoch.notBefore, reason: authority.epoch.reason },
      due: given.rotation_due ?? dueOf(authority),
      recovery: recoveryView(authority, me.id),
      candidates: given.candidates
        .flatMap((one) => candidateView(authority, one))
        .filter((one) => !proposed.some(({ joining }) => joining?.keyset === one.keyset)),
      proposals: proposed.map((one) => proposalView(authority, one, me.id, named)),
      history: authority.history.map((one) => changeView(one, named)),
      unread: given.unread,
    };
  }

  /** Propose to admit a candidate whose digits were compared: exactly that person, under that name, with that key set. */
  async admit(compared: CandidateView): Promise<true> {
    const { who, authority, last } = await this.ready();
    const { candidates } = await this.given(authority.code, null);
    return this.propose(authority, await addMember(who, authority, last, memberOf(candidates, compared)));
  }

  /** The proposal to admit the person herself, with the very key set that she has. */
  async invitation(me: { id: string; authority: string }, own: PublicKeySet): Promise<ProposalView | null> {
    const authority = await this.chains.stated(me.authority);
    if (!authority || authority.members.has(me.id)) return null;
    const { items } = await this.http.json<ProposalsGiven>("GET", this.path(me.authority, "proposals"));
    const found = await this.proposed(authority, items);
    const views = found.map((one) => proposalView(authority, one, me.id, (user) => nameOf(authority, user) ?? ""));
    return views.find((one) => one.type === "member.add" && one.mayConfirm && one.keyset === own.id) ?? null;
  }

  /** Remove a member and begin an epoch without her; gives whether it waits for a second person. */
  async remove(user: string, reason: string): Promise<boolean> {
    const { who, authority, last } = await this.ready();
    if (!authority.members.has(user)) fail("Stale");
    const made = await removeMember(who, authority, last, user, reason);
    if (!authority.admins.has(user)) return this.register(authority, made);
    return this.propose(authority, made);
  }

  /** Begin the epoch after the one that was shown: two windows in which somebody presses at once begin one, not two. */
  async rotate(reason: string, shown: number): Promise<void> {
    const { who, authority, last } = await this.ready();
    if (authority.epoch.n !== shown) fail("EpochMoved");
    await this.register(authority, await rotate(who, authority, last, reason));
  }

  /** Revoke a key set, one's own or as an administrator a member's; without `since`, as of now. */
  async revoke(user: string, keyset: string, since: string | null, reason: string): Promise<void> {
    const { who, authority } = await this.standing();
    if (authority.revoked.has(keyset)) fail("Stale");
    const made = revoke(who, authority, user, keyset, since ?? time(authority), reason);
    await this.register(authority, made);
  }

  /** Propose that a member administers the office, or no longer does. */
  async administrator(user: string, add: boolean, reason: string): Promise<void> {
    const { who, authority } = await this.ready();
    await this.propose(authority, add ? addAdmin(who, authority, user) : removeAdmin(who, authority, user, reason));
  }

  /** Confirm the proposal with this hash, after checking again that it follows and what it says; gives whether that was enough. */
  async confirm(id: string, sha256: string): Promise<boolean> {
    const { who, authority } = await this.standing();
    const { items } = await this.http.json<ProposalsGiven>("GET", this.path(authority.code, "proposals"));
    const [found] = await this.proposed(authority, items.filter((one) => one.id === id));
    if (!found) return fail("Stale");
    if (found.after.sha256 !== sha256) fail("ForkedChain", "another proposal than the one that was shown");
    if (found.joining && (found.joining.user !== who.user || found.joining.keyset !== who.keys.open.id)) fail("WrongKeySet");
    const signed = confirm(who, authority, found.link);
    await this.verified(authority, withConfirmation(found.link, signed));
    const path = this.path(authority.code, `proposals/${encodeURIComponent(id)}/confirmations`);
    const answer = await this.http.json<{ registered: boolean }>("POST", path, { confirmation: b64(signed) });
    this.chains.renew();
    return answer.registered;
  }

  async withdraw(id: string): Promise<void> {
    const { authority: code } = await this.who();
    await this.http.json("POST", this.path(code, `proposals/${encodeURIComponent(id)}/withdraw`), {});
  }

  path(code: string, more: string): string {
    return `/authorities/${encodeURIComponent(code)}/${more}`;
  }

  /** What the platform adds for members; whoever is none, or leaves, is shown the statements alone. */
  async given(code: string, without: string | null): Promise<OfficeGiven> {
    const asked = without === null ? "" : `?without=${encodeURIComponent(without)}`;
    try {
      return await this.http.json<OfficeGiven>("GET", `${this.path(code, "office")}${asked}`);
    } catch (error) {
      if (error instanceof SealFailure && error.problem?.status === 403) return { rotation_due: null, members: [], candidates: [], unread: [] };
      throw error;
    }
  }

  /** The newest state of the chain, and who signs; needs no key of the authority. */
  async standing(): Promise<{ who: Maker & { authority: string }; authority: Authority }> {
    const who = await this.who();
    return { who, authority: await this.newest(who.authority) };
  }

  newest(code: string): Promise<Authority> {
    this.chains.renew();
    return this.chains.authority(code);
  }

  /** The newest state of the chain, and the key of its newest epoch, to go on from. */
  async ready(): Promise<{ who: Acting; authority: Authority; last: EpochKey }> {
    this.chains.renew();
    const who = await this.acting();
    const authority = await this.chains.authority(who.authority);
    return { who, authority, last: newestKey(authority, who.identities) };
  }

  /** The office as it would be with this link, which may still lack confirmations. */
  private async verified(authority: Authority, link: Uint8Array): Promise<Authority> {
    return verifyChain([...(await this.chains.links(authority.code)), link], await this.chains.root(), authority.code, true);
  }

  /** The proposals that still follow; those that the chain has left behind, the platform refuses too. */
  private async proposed(authority: Authority, given: ProposalGiven[]): Promise<Proposed[]> {
    const found: Proposed[] = [];
    for (const { id, link: base64 } of given) {
      const link = unb64(base64);
      const { seq, prev } = placeOf(link);
      if (seq !== authority.seq + 1 || prev !== authority.sha256) continue;
      const { said, by } = readStatement(parseLink(link).payload, seq, prev);
      const joining = said.type === "member.add" ? { user: said.member.user, keyset: said.member.keys.id } : null;
      found.push({ id, link, by, joining, people: peopleIn(said), after: await this.verified(authority, link) });
    }
    return found;
  }

  private async register(authority: Authority, made: Made): Promise<false> {
    await this.verified(authority, made.link);
    await this.http.json("POST", this.path(authority.code, "statements"), body(made));
    this.chains.renew();
    return false;
  }

  async propose(authority: Authority, made: Made): Promise<true> {
    await this.verified(authority, made.link);
    await this.http.json("POST", this.path(authority.code, "proposals"), body(made));
    return true;
  }
}

function body({ link, wraps, chainWrap, recoveryWrap, recoveryFiles }: Made) {
  return {
    link: b64(link),
    wraps: Object.fromEntries([...wraps].map(([keyset, file]) => [keyset, b64(file)])),
    chain_wrap: chainWrap && b64(chainWrap),
    recovery_wrap: recoveryWrap && b64(recoveryWrap),
    recovery_files: recoveryFiles.map(b64),
  };
}

/** The place that a link says it has. */
function placeOf(link: Uint8Array): { seq: Json | undefined; prev: Json | undefined } {
  const value = strict(parseLink(link).payload);
  return { seq: value["seq"], prev: value["prev"] };
}

/** Those whose key sets a proposal names anew. */
function peopleIn(said: Said): Proposed["people"] {
  const named = said.type === "recovery.set" ? said.set.officers : "member" in said ? [said.member] : [];
  const admin = said.type === "recovery.admit" && said.admin;
  return named.map(({ name, keys }) => ({ name, fingerprint: keys.fingerprint, admin }));
}
