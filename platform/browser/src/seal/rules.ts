// The rules of a chain: who may sign and confirm each statement, and what it changes.

import { type Authority, type Epoch, type Former, type Member, readersOf, usable } from "./authority";
import { fail, SealFailure } from "./errors";
import type { PublicKeySet } from "./keyset";
import type { Group } from "./root";
import type { Genesis, RecoverySet, Said, Statement } from "./statements";

/**
 * Who has to confirm: the new member herself; a second administrator, or the root; another officer of recovery; the root,
 * with as many key sets as it needs, that of its own signature among them.
 */
export type Need = "member" | "administrator" | "officer" | "root";

/** What is signed and confirmed: a statement, or a genesis. */
export type Agreeable = Pick<Statement, "authority" | "seq" | "by" | "created"> & { said: Said | { type: "genesis" } };

function required(holds: boolean, otherwise: string): void {
  if (!holds) fail("BrokenChain", otherwise);
}

/** The keys with which this statement must be signed. */
export function signingKeys(state: Authority, statement: Statement, keyset: string, group: Group): PublicKeySet {
  const { by, said } = statement;
  if (said.type === "recovery.admit") return entitled(state, by, keyset, ["officer"], group, statement);
  if (said.type !== "key.revoke") return entitled(state, by, keyset, ["administrator"], group, statement);
  const kinds: Need[] = by === said.user ? ["administrator", "officer", "member"] : by === "root" ? ["root"] : ["administrator"];
  return entitled(state, by, keyset, kinds, group, statement);
}

function entitled(state: Authority, by: string, keyset: string, kinds: Need[], group: Group, statement: Agreeable): PublicKeySet {
  if (by === "root" && kinds.includes("root")) return group.keysets.find((one) => one.id === keyset) ?? fail("UntrustedRoot", "not the pinned root");
  if (state.revoked.has(keyset)) fail("RevokedSigner", by);
  const found = kinds.map((kind) => keysOf(state, by, kind, statement)).find((keys) => keys?.id === keyset);
  return found ?? fail("UnknownSigner", by);
}

/** A person's; she never stands in for the root. */
function keysOf(state: Authority, by: string, kind: Need, { said }: Agreeable): PublicKeySet | undefined {
  if (kind === "root") return undefined;
  if (kind === "officer") return state.recovery?.officers.get(by)?.keys;
  if (kind === "member" && said.type === "member.add") return by === said.member.user ? said.member.keys : undefined;
  if (kind === "administrator" && !state.admins.has(by)) return undefined;
  return state.members.get(by)?.keys;
}

/** Who has to confirm this statement, given what stood before it. */
export function needs(state: Authority, { said, by }: Agreeable, group: Group): Need[] {
  switch (said.type) {
    case "genesis":
    case "key.revoke":
      return by === "root" && group.need > 1 ? ["root"] : [];
    case "member.add":
      return ["member"];
    case "member.remove":
      return state.admins.has(said.user) ? ["administrator"] : [];
    case "admin.add":
    case "admin.remove":
    case "recovery.set":
      return ["administrator"];
    case "recovery.admit":
      return said.admin ? ["officer", "root"] : ["officer"];
    default:
      return [];
  }
}

/** The keys with which `by` confirms this statement, and which need that meets. */
export function confirming(state: Authority, statement: Agreeable, by: string, keyset: string, group: Group): { keys: PublicKeySet; need: Need } {
  const wanted = needs(state, statement, group);
  if (by === "root") {
    const need = (["root", "administrator"] as const).find((one) => wanted.includes(one)) ?? fail("NotConfirmed", "the root has no part in it");
    return { keys: entitled(state, by, keyset, ["root"], group, statement), need };
  }
  for (const need of wanted) {
    try {
      return { keys: entitled(state, by, keyset, [need], group, statement), need };
    } catch (error) {
      if (!(error instanceof SealFailure) || error.name !== "UnknownSigner") throw error;
    }
  }
  return fail("NotConfirmed", "by somebody who has no part in it");
}

/** What stands after the genesis. */
export function founded(genesis: Genesis, rootId: string, sha256: string): Authority {
  const { members, admins, epoch, created } = genesis;
  const listed = new Map(members.map((one) => [one.keys.id, one.user]));
  required(listed.size === members.length, "two members have the same key set");
  required(admins.every((user) => members.some((one) => one.user === user)), "an administrator is not a member");
  required(epoch.n === 1 && epoch.previous === null && epoch.chain === null && epoch.recovery === null, "the first epoch");
  required(same(epoch.wraps, listed.keys()), "the wraps are not one for each member");
  return {
    code: genesis.authority,
    kind: genesis.kind,
    organ: genesis.organ,
    names: genesis.names,
    members: new Map(members.map((one) => [one.user, one])),
    since: new Map(members.map((one) => [one.user, created])),
    admins: new Set(admins),
    former: [],
    revoked: new Map(),
    listed,
    recovery: null,
    epochs: new Map([[1, epoch]]),
    epoch,
    seq: 0,
    created,
    sha256,
    history: [],
    missing: [],
    rootId,
  };
}

/** What stands after this statement, its place in the chain and its history aside. */
export function applied(state: Authority, statement: Statement): Authority {
  const { said, by } = statement;
  switch (said.type) {
    case "member.add": {
      required(!state.members.has(said.member.user), "this person is a member already");
      const epoch = { ...state.epoch, wraps: new Map([...state.epoch.wraps, [said.member.keys.id, said.wrap]]) };
      return { ...joined(state, said.member, statement), epoch, epochs: new Map([...state.epochs, [epoch.n, epoch]]) };
    }
    case "member.remove":
      required(state.members.has(said.user), "this person is not a member");
      required(said.user !== by, "nobody removes herself");
      return rotated(left(state, said.user, statement), said.epoch);
    case "admin.add":
      required(state.members.has(said.user) && !state.admins.has(said.user), "not a member, or an administrator already");
      required(!state.revoked.has(state.members.get(said.user)?.keys.id ?? ""), "her key set is revoked");
      return { ...state, admins: new Set([...state.admins, said.user]) };
    case "admin.remove": {
      required(state.admins.has(said.user), "this person is not an administrator");
      const after = { ...state, admins: without(state.admins, said.user) };
      required([...after.admins].some((user) => usable(after, user)), "no administrator would remain");
      return after;
    }
    case "epoch.rotate":
      return rotated(state, said.epoch);
    case "recovery.set":
      return recoverySet(state, said.set);
    case "recovery.admit": {
      const { member, admin, epoch } = said;
      const present = state.members.get(member.user);
      required(present?.keys.id !== member.keys.id, "this person is a member with these keys");
      const after = joined(present ? left(state, member.user, statement) : state, member, statement);
      const admins = admin ? new Set([...after.admins, member.user]) : after.admins;
      required(admins.size > 0, "no administrator would remain");
      return rotated({ ...after, admins }, epoch);
    }
    case "key.revoke": {
      const { user, keyset, since, reason } = said;
      required(state.listed.get(keyset) === user, "this key set was never listed for this person");
      required(!state.revoked.has(keyset), "this key set is revoked already");
      required(since <= statement.created, "a revocation does not begin in the future");
      return { ...state, revoked: new Map([...state.revoked, [keyset, { since, reason }]]) };
    }
  }
}

function without<T>(set: Set<T>, gone: T): Set<T> {
  return new Set([...set].filter((one) => one !== gone));
}

function same(wraps: ReadonlyMap<string, string>, keysets: Iterable<string>): boolean {
  const wanted = new Set(keysets);
  return wanted.size === wraps.size && [...wraps.keys()].every((one) => wanted.has(one));
}

function free(state: Pick<Authority, "listed" | "revoked">, user: string, keys: PublicKeySet): void {
  required((state.listed.get(keys.id) ?? user) === user, "this key set is somebody else's");
  required(!state.revoked.has(keys.id), "this key set is revoked");
}

function joined(state: Authority, member: Member, { created }: Statement): Authority {
  free(state, member.user, member.keys);
  return {
    ...state,
    members: new Map([...state.members, [member.user, member]]),
    since: new Map([...state.since, [member.user, created]]),
    listed: new Map([...state.listed, [member.keys.id, member.user]]),
  };
}

function left(state: Authority, user: string, { seq, created }: Statement): Authority {
  const member = state.members.get(user) as Member;
  const former: Former = { ...member, since: state.since.get(user) ?? "", until: created, seq };
  return {
    ...state,
    members: new Map([...state.members].filter(([one]) => one !== user)),
    since: new Map([...state.since].filter(([one]) => one !== user)),
    admins: without(state.admins, user),
    former: [...state.former, former],
  };
}

function usedBefore(state: Authority, recipient: string): boolean {
  return recipient === state.recovery?.recipient || [...state.epochs.values()].some((one) => one.recipient === recipient);
}

/** A new epoch, wrapped to exactly those who are members then. */
function rotated(state: Authority, epoch: Epoch): Authority {
  const newest = state.epoch;
  required(epoch.n === newest.n + 1, "the epochs are not numbered one after another");
  required(epoch.previous === newest.recipientSha256, "the epoch does not follow the newest");
  required(!usedBefore(state, epoch.recipient), "this key was used before");
  required(epoch.chain !== null, "the epoch does not hold the key before it");
  required((epoch.recovery === null) === (state.recovery === null), "the recovery wrap is missing, or one too many");
  required(same(epoch.wraps, readersOf(state).map((one) => one.keys.id)), "the wraps are not one for each member");
  const recovery =
    state.recovery && epoch.recovery !== null
      ? { ...state.recovery, wraps: new Map([...state.recovery.wraps, [epoch.n, epoch.recovery] as const]) }
      : state.recovery;
  return { ...state, epoch, epochs: new Map([...state.epochs, [epoch.n, epoch]]), recovery };
}

function recoverySet(state: Authority, { officers, recipient, files, wrap }: RecoverySet): Authority {
  const listed = new Map(state.listed);
  for (const { user, keys } of officers) {
    free({ listed, revoked: state.revoked }, user, keys);
    listed.set(keys.id, user);
  }
  required(!usedBefore(state, recipient), "this key was used before");
  const byUser = new Map(officers.map((one) => [one.user, one]));
  return { ...state, listed, recovery: { officers: byUser, recipient, files, wraps: new Map([[state.epoch.n, wrap]]) } };
}
