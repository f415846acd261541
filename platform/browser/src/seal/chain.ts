// Authority chains: the genesis signed by key sets of the pinned root, and every other link by somebody who stands in
// what was verified so far.

import { type Authority, type Change, nameOf } from "./authority";
import { type Link, parseLink, readConfirmation } from "./confirmation";
import { fail, SealFailure } from "./errors";
import { parseSigned, TYPES, verifySigned } from "./keyset";
import type { Group, Root } from "./root";
import { type Agreeable, applied, confirming, founded, type Need, needs, signingKeys } from "./rules";
import { readGenesis, readStatement, type Statement } from "./statements";

/** The last statement of a chain that somebody has seen. */
export interface Pin {
  seq: number;
  sha256: string;
}

export function pinOf({ seq, sha256 }: Authority): Pin {
  return { seq, sha256 };
}

/** Whether this chain continues what was seen. */
export function checkPin(chain: Uint8Array[], pin: Pin): void {
  const link = chain[pin.seq];
  if (!link) return fail("RolledBack", "shorter than what was seen");
  if (parseLink(link).sha256 !== pin.sha256) fail("ForkedChain", "not what was seen");
}

/**
 * What the chain of `code` says, if the pinned root signed its genesis and every link follows by the rules.  With
 * `unconfirmed` the last link may lack confirmations, which `missing` then names; those it has are verified.
 */
export function verifyChain(chain: Uint8Array[], root: Root, code: string, unconfirmed = false): Authority {
  const [first, ...rest] = chain;
  if (!first) return fail("BrokenChain", `${code} has no statement`);
  let state = begun(parseLink(first), root, code, unconfirmed && !rest.length);
  const group = root.group(state.kind, state.organ);
  for (const [place, link] of rest.entries()) state = continued(state, parseLink(link), group, unconfirmed && place === rest.length - 1);
  return state;
}

function begun(link: Link, root: Root, code: string, openEnd: boolean): Authority {
  const keys = root.keysets.find((one) => one.id === link.keyset) ?? fail("UntrustedRoot", code);
  try {
    verifySigned(link.statement, keys, TYPES.statement);
  } catch (error) {
    if (error instanceof SealFailure && error.name === "SignatureInvalid") fail("UntrustedRoot", code);
    throw error;
  }
  const genesis = readGenesis(link.payload);
  const { authority, kind, organ, created } = genesis;
  if (authority !== code) fail("WrongAuthority", authority);
  const group = root.group(kind, organ);
  if (!group.keysets.includes(keys)) fail("UntrustedRoot", "signed by those who found other authorities");
  const state = founded(genesis, root.id, link.sha256);
  const { confirmedBy, missing } = agreed(state, { authority, seq: 0, by: "root", created, said: { type: "genesis" } }, link, group, openEnd);
  const change: Change = {
    seq: 0, type: "genesis", by: "root", at: created, about: null, name: null, reason: null, epoch: 1, confirmedBy, sha256: link.sha256,
  };
  return { ...state, missing, history: [change] };
}

function continued(state: Authority, link: Link, group: Group, openEnd: boolean): Authority {
  const statement = readStatement(link.payload, state.seq + 1, state.sha256);
  if (statement.authority !== state.code) fail("WrongAuthority", statement.authority);
  if (statement.created < state.created) fail("BrokenChain", "a statement is older than the one before it");
  verifySigned(link.statement, signingKeys(state, statement, link.keyset, group), TYPES.statement);
  const after = applied(state, statement);
  const { confirmedBy, missing } = agreed(state, statement, link, group, openEnd);
  const { seq, created } = statement;
  const change = changeOf(after, statement, confirmedBy, link.sha256);
  return { ...after, seq, created, sha256: link.sha256, missing, history: [...state.history, change] };
}

interface Agreed {
  confirmedBy: string[];
  /** Who still has to. */
  missing: Need[];
}

/** Who confirmed; with `openEnd` not everybody may have who has to. */
function agreed(state: Authority, statement: Agreeable, link: Link, group: Group, openEnd: boolean): Agreed {
  const found = confirmations(state, statement, link, group);
  if (found.missing.length && !openEnd) fail("NotConfirmed", `statement ${statement.seq} lacks a confirmation`);
  return found;
}

/** Of the root each holder counts, whoever of them signed. */
function confirmations(state: Authority, statement: Agreeable, link: Link, group: Group): Agreed {
  const met = new Set<Need>();
  const confirmedBy: string[] = [];
  let holders = statement.by === "root" ? 1 : 0;
  for (const line of link.confirmations) {
    const { keyset, payload } = parseSigned(line);
    const one = readConfirmation(payload);
    if (one.authority !== statement.authority || one.seq !== statement.seq || one.statement !== link.sha256) fail("NotConfirmed", "of another statement");
    if (one.created < statement.created) fail("NotConfirmed", "older than its statement");
    const again = one.by !== "root" && [statement.by, ...confirmedBy].includes(one.by);
    if (again || keyset === link.keyset) fail("NotConfirmed", "the same person again");
    const { keys, need } = confirming(state, statement, one.by, keyset, group);
    verifySigned(line, keys, TYPES.confirmation);
    if (one.by === "root") holders++;
    if (one.by !== "root" || holders >= group.need) met.add(need);
    confirmedBy.push(one.by);
  }
  return { confirmedBy, missing: needs(state, statement, group).filter((need) => !met.has(need)) };
}

function changeOf(after: Authority, { seq, by, created, said }: Statement, confirmedBy: string[], sha256: string): Change {
  const about = "member" in said ? said.member.user : "user" in said ? said.user : null;
  return {
    seq,
    type: said.type,
    by,
    at: created,
    about,
    name: about === null ? null : nameOf(after, about),
    reason: "reason" in said ? said.reason : "epoch" in said ? said.epoch.reason : null,
    epoch: "epoch" in said ? said.epoch.n : null,
    confirmedBy,
    sha256,
  };
}
