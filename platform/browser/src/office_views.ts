// What pages are shown of an office: statements in names, candidates, proposals, recovery.  All of it from verified statements.

import type { CandidateView, ChangeView, OfficeView, PersonView, ProposalView, RecoveryView } from "./protocol";
import { type Authority, type Change, type Member, usable } from "./seal/authority";
import { unb64 } from "./seal/bytes";
import { strict } from "./seal/canonical";
import { fail } from "./seal/errors";
import { PublicKeySet } from "./seal/keyset";

/** Somebody who could be admitted, as the platform says. */
export interface CandidateGiven {
  user: string;
  name: string;
  role: string;
  public: string;
}

/** A proposal that was verified, and the office as it would be after it. */
export interface Proposed {
  id: string;
  link: Uint8Array;
  by: string;
  joining: { user: string; keyset: string } | null;
  /** Whose digits are to be compared. */
  people: PersonView[];
  after: Authority;
}

const YEAR = 366 * 24 * 3600 * 1000;

export function keysOf(given: string): PublicKeySet {
  return PublicKeySet.fromJson(strict(unb64(given)));
}

/** Exactly whom a person compared, as the platform gives her now.  Raises WrongKeySet for anybody else. */
export function memberOf(candidates: CandidateGiven[], compared: CandidateView): Member {
  const given = candidates.find((one) => one.user === compared.user);
  if (!given || given.name !== compared.name || given.role !== compared.role) return fail("WrongKeySet", "another candidate");
  const keys = keysOf(given.public);
  if (keys.id !== compared.keyset) fail("WrongKeySet", "another key set than the one that was compared");
  return { user: given.user, name: given.name, role: given.role, keys };
}

/** What the statements themselves show to be due. */
export function dueOf(authority: Authority): OfficeView["due"] {
  if ([...authority.epoch.wraps.keys()].some((keyset) => authority.revoked.has(keyset))) return "revoked";
  return Date.now() - Date.parse(authority.epoch.notBefore) > YEAR ? "yearly" : null;
}

/** Somebody who could be admitted; with `members` also whoever belongs to it and waits with another key set, as recovery may admit her. */
export function candidateView(authority: Authority, { user, name, role, public: given }: CandidateGiven, members = false): CandidateView[] {
  const keys = keysOf(given);
  const present = authority.members.get(user)?.keys.id;
  if ((members ? present === keys.id : present !== undefined) || authority.revoked.has(keys.id)) return [];
  const until = authority.former.findLast((one) => one.user === user)?.until ?? null;
  return [{ user, name, role, keyset: keys.id, fingerprint: keys.fingerprint, until }];
}

export function proposalView(authority: Authority, { id, by, joining, people, after }: Proposed, me: string, named: (user: string) => string): ProposalView {
  const change = after.history.at(-1) as Change;
  const mine = by === me;
  const can = {
    administrator: usable(authority, me),
    officer: isOfficer(authority, me),
    member: joining?.user === me,
    root: false,
  };
  const mayConfirm = !mine && !change.confirmedBy.includes(me) && after.missing.some((need) => can[need]);
  return { ...changeView(change, named), id, needs: after.missing, mine, mayConfirm, keyset: joining?.keyset ?? null, people };
}

export function changeView({ by, name, about, confirmedBy, ...rest }: Change, named: (user: string) => string): ChangeView {
  const who = (user: string): string => (user === "root" ? "" : named(user));
  return { ...rest, by: who(by), byRoot: by === "root", about, name: name ?? (about ? named(about) : ""), confirmedBy: confirmedBy.map(who) };
}

/** Whether somebody is an officer of recovery whose key set counts. */
export function isOfficer(authority: Authority, user: string): boolean {
  const officer = authority.recovery?.officers.get(user);
  return officer !== undefined && !authority.revoked.has(officer.keys.id);
}

/** Who can recover the office, and with whom somebody opens the key: for whom she begins, and after whom she goes on. */
export function recoveryView(authority: Authority, me: string): RecoveryView | null {
  const { recovery } = authority;
  if (!recovery) return null;
  const officers = [...recovery.officers.values()];
  const mine = recovery.officers.get(me)?.keys.id;
  const name = (keyset: string): string => officers.find((one) => one.keys.id === keyset)?.name ?? "";
  return {
    officers: officers.map(({ user, name: called, keys }) => ({
      user,
      name: called,
      keyset: keys.id,
      fingerprint: keys.fingerprint,
      member: authority.members.get(user)?.keys.id === keys.id,
      revoked: authority.revoked.has(keys.id),
    })),
    opensFor: recovery.files.filter((one) => one.outer === mine).map((one) => name(one.inner)),
    opensAfter: recovery.files.filter((one) => one.inner === mine).map((one) => name(one.outer)),
  };
}
