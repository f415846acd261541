// What a page and its key worker say to each other.

import type { SealFailure } from "./seal/errors";
import type { PrfOutput } from "./seal/prf";
import type { Need } from "./seal/rules";
import type { WordsKind } from "./seal/ways";

export interface Progress {
  done: number;
  total: number;
  phase: "sealing" | "uploading" | "downloading" | "opening";
}

export interface SealInput {
  request: string;
  ref: string;
  purpose: string;
  name: string;
  media: string;
  lang: string;
  blob: Blob;
  readers: string[];
  /** The document whose next version this is. */
  replaces?: string;
}

export interface AuthorityView {
  code: string;
  kind: string;
  names: { en: string; fr: string };
  members: { user: string; name: string; role: string; fingerprint: string }[];
  epoch: { n: number; recipient_sha256: string };
}

/** Somebody who could be admitted, with what is to be compared. */
export interface CandidateView {
  /** Until when she was a member before, if she was. */
  until: string | null;
  user: string;
  name: string;
  role: string;
  keyset: string;
  fingerprint: string;
}

/** One statement in names: who signed it (nobody for the root), whom it is about, who confirmed it. */
export interface ChangeView {
  seq: number;
  type: string;
  at: string;
  by: string;
  byRoot: boolean;
  about: string | null;
  name: string;
  reason: string | null;
  epoch: number | null;
  confirmedBy: string[];
  sha256: string;
}

export interface ProposalView extends ChangeView {
  id: string;
  needs: Need[];
  mine: boolean;
  mayConfirm: boolean;
  /** Of somebody to be admitted. */
  keyset: string | null;
}

/** One's own authority, from its verified statements and from what waits on the platform. */
export interface OfficeView {
  code: string;
  names: { en: string; fr: string };
  me: string;
  admin: boolean;
  members: {
    user: string;
    name: string;
    role: string;
    fingerprint: string;
    since: string;
    admin: boolean;
    officer: boolean;
    revoked: boolean;
    leaving: boolean;
  }[];
  former: { name: string; role: string; fingerprint: string; since: string; until: string }[];
  epoch: { n: number; since: string; reason: string };
  due: null | "yearly" | "removal" | "revoked" | "leaving";
  /** Names of the officers of recovery; null where there is none. */
  recovery: string[] | null;
  candidates: CandidateView[];
  proposals: ProposalView[];
  history: ChangeView[];
  /** Requests that nobody could read if the person asked about left. */
  unread: string[];
}

export interface Described {
  doc: string;
  ver: number;
  name: string;
  media: string;
  lang: string;
  size: number;
  plain_sha256: string;
  purpose: string;
  from: { authority: string; user: string; name: string };
  created: string;
}

export interface OpenedView extends Described {
  blob: Blob;
}

export interface SealedView {
  doc: string;
  ver: number;
  plain_sha256: string;
  size: number;
}

export interface Expect {
  request: string;
  purpose?: string;
}

/** A passkey that opens the key set, with what it has to be asked. */
export interface PasskeyView {
  way: string;
  credential: Uint8Array<ArrayBuffer>;
  nonce: Uint8Array<ArrayBuffer>;
}

/** Words to be shown once, and the places of those that are typed back; none means all. */
export interface WordsView {
  words: string;
  asked: number[];
}

/** One's own key set, as it was opened here; `listed` says whether one's authority's statements name it. */
export interface OwnView {
  keyset: string;
  fingerprint: string;
  listed: boolean;
}

/** Each operation with what it takes and gives. */
export interface Operations {
  unlock: (words: string, kind: WordsKind | null, account: string) => string;
  passkeys: () => PasskeyView[];
  unlockByPasskey: (way: string, prf: PrfOutput, account: string) => string;
  own: () => OwnView;
  enrol: () => string;
  words: (kind: WordsKind) => WordsView;
  confirm: (kind: WordsKind, typed: string[]) => boolean;
  addPasskey: (label: string, credential: Uint8Array<ArrayBuffer>, prf: PrfOutput) => void;
  deposit: (account: string) => string;
  renew: (kind: WordsKind) => void;
  removeWay: (way: string) => void;
  restore: (kept: string, account: string) => boolean;
  forget: () => void;
  authority: (code: string) => AuthorityView;
  office: (without: string | null) => OfficeView;
  admit: (compared: CandidateView) => true;
  removeMember: (user: string, reason: string) => boolean;
  rotate: (reason: string) => void;
  administrator: (user: string, add: boolean, reason: string) => void;
  invitation: () => ProposalView | null;
  confirmProposal: (id: string, sha256: string) => boolean;
  withdrawProposal: (id: string) => void;
  seal: (input: SealInput) => SealedView;
  describe: (doc: string, expect: Expect) => Described;
  open: (doc: string, expect: Expect) => OpenedView;
  approve: (request: string, seen: { [doc: string]: string }) => void;
  acknowledge: (request: string, seen: { [doc: string]: string }) => void;
  transmit: (request: string, readers: string[]) => void;
}

export type Operation = keyof Operations;
export type Call = { id: number; op: Operation; args: unknown[]; csrf: string };
export type Control = { id: number; control: "pause" | "resume" | "cancel" };
export type Answer =
  | { id: number; progress: Progress }
  | { id: number; result: unknown }
  | { id: number; error: { name: SealFailure["name"]; message: string; problem?: SealFailure["problem"] } };
