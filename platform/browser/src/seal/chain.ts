// Authority chains: the genesis signed by the pinned root, and every other link by somebody who stands in what was
// verified so far.

import { type Authority, type Change, nameOf } from "./authority";
import { type Link, parseLink, readConfirmation } from "./confirmation";
import { fail, SealFailure } from "./errors";
import { parseSigned, type PublicKeySet, TYPES, verifySigned } from "./keyset";
import { applied, confirming, founded, type Need, needs, signingKeys } from "./rules";
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
export function verifyChain(chain: Uint8Array[], root: PublicKeySet | PublicKeySet[], code: string, unconfirmed = false): Authority {
  const roots = Array.isArray(root) ? root : [root];
  const [first, ...rest] = chain;
  if (!first) return fail("BrokenChain", `${code} has no statement`);
  let state = begun(parseLink(first), roots, code);
  for (const [place, link] of rest.entries()) state = continued(state, parseLink(link), roots, unconfirmed && place === rest.length - 1);
  return state;
}

function begun(link: Link, roots: PublicKeySet[], code: string): Authority {
  const root = roots.find((one) => one.id === link.keyset) ?? fail("UntrustedRoot", code);
  try {
    verifySigned(link.statement, root, TYPES.statement);
  } catch (error) {
    if (error instanceof SealFailure && error.name === "SignatureInvalid") fail("UntrustedRoot", code);
    throw error;
  }
  const genesis = readGenesis(link.payload);
  if (genesis.authority !== code) fail("WrongAuthority", genesis.authority);
  if (link.confirmations.length) fail("NotConfirmed", "nobody confirms a genesis");
  const state = founded(genesis, root.id, link.sha256);
  const change: Change = {
    seq: 0, type: "genesis", by: "root", at: genesis.created, about: null, name: null, reason: null, epoch: 1, confirmedBy: [], sha256: link.sha256,
  };
  return { ...state, history: [change] };
}

function continued(state: Authority, link: Link, roots: PublicKeySet[], openEnd: boolean): Authority {
  const statement = readStatement(link.payload, state.seq + 1, state.sha256);
  if (statement.authority !== state.code) fail("WrongAuthority", statement.authority);
  if (statement.created < state.created) fail("BrokenChain", "a statement is older than the one before it");
  verifySigned(link.statement, signingKeys(state, statement, link.keyset, roots), TYPES.statement);
  const after = applied(state, statement);
  const { confirmedBy, missing } = confirmations(state, statement, link, roots);
  if (missing.length && !openEnd) fail("NotConfirmed", `statement ${statement.seq} lacks a confirmation`);
  const { seq, created } = statement;
  const change = changeOf(after, statement, confirmedBy, link.sha256);
  return { ...after, seq, created, sha256: link.sha256, missing, history: [...state.history, change] };
}

/** Who confirmed, and who still has to. */
function confirmations(state: Authority, statement: Statement, link: Link, roots: PublicKeySet[]): { confirmedBy: string[]; missing: Need[] } {
  const met = new Set<Need>();
  const confirmedBy: string[] = [];
  for (const line of link.confirmations) {
    const { keyset, payload } = parseSigned(line);
    const one = readConfirmation(payload);
    if (one.authority !== statement.authority || one.seq !== statement.seq || one.statement !== link.sha256) fail("NotConfirmed", "of another statement");
    if (one.created < statement.created) fail("NotConfirmed", "older than its statement");
    if ([statement.by, ...confirmedBy].includes(one.by) || keyset === link.keyset) fail("NotConfirmed", "the same person again");
    const { keys, need } = confirming(state, statement, one.by, keyset, roots);
    verifySigned(line, keys, TYPES.confirmation);
    met.add(need);
    confirmedBy.push(one.by);
  }
  return { confirmedBy, missing: needs(state, statement).filter((need) => !met.has(need)) };
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
