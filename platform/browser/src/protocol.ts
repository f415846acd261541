// What a page and its key worker say to each other.

import type { SealFailure } from "./seal/errors";
import type { PrfOutput } from "./seal/prf";
import type { Need } from "./seal/rules";
import type { TranslationOf } from "./seal/translated";
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
  /** Codes of the limits under which it is sent. */
  handling?: string[];
  /** Of which document it is a translation. */
  translation?: TranslationOf;
  /** The matter is a translation, and no request: it is sealed to a team of the Court and to its language service alone. */
  withService?: boolean;
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
  /** Those whose key sets it names anew, with the digits to compare. */
  people: PersonView[];
}

/** Somebody whose key set a proposal names; `admin`: who is to administer the office by it. */
export interface PersonView {
  name: string;
  fingerprint: string;
  admin: boolean;
}

/** Who can recover the office; `opensFor` and `opensAfter` name those with whom I open its key, me first or them. */
export interface RecoveryView {
  officers: { user: string; name: string; keyset: string; fingerprint: string; member: boolean; revoked: boolean }[];
  opensFor: string[];
  opensAfter: string[];
}

/** Somebody who was chosen, with the key set that was compared. */
export interface ChosenView {
  user: string;
  keyset: string;
}

/** How sealing anew ended: how many documents, the requests of which something is not authentic, and whether it was stopped. */
export interface RewrappedView {
  done: number;
  failed: string[];
  stopped: boolean;
}

/** One's own authority, from its verified statements and from what waits on the platform. */
export interface OfficeView {
  code: string;
  names: { en: string; fr: string };
  me: string;
  admin: boolean;
  /** Whether I am an officer of recovery. */
  officer: boolean;
  members: {
    user: string;
    name: string;
    role: string;
    keyset: string;
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
  /** null where nobody could recover it. */
  recovery: RecoveryView | null;
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
  /** Codes of the limits under which its sender has signed it. */
  handling: string[];
  /** Of which document it is a translation, if it is one. */
  translation: TranslationOf | null;
  /** Whether one's own authority sent it. */
  mine: boolean;
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
  /** In order to take it away: the platform notes or refuses it where it carries limits. */
  keep?: boolean;
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
  /** Make a first key set, or the next after one that counts no more, or with `lost` that nothing opens; gives its fingerprint. */
  enrol: (lost: boolean) => string;
  words: (kind: WordsKind) => WordsView;
  confirm: (kind: WordsKind, typed: string[]) => boolean;
  addPasskey: (label: string, credential: Uint8Array<ArrayBuffer>, prf: PrfOutput) => void;
  /** null where it waits until a statement lists it. */
  deposit: (account: string, lost: boolean) => string | null;
  renew: (kind: WordsKind) => void;
  removeWay: (way: string) => void;
  restore: (kept: string, account: string) => boolean;
  forget: () => void;
  authority: (code: string) => AuthorityView;
  /** One's own office; `without` asks what nobody could read if that person left. */
  office: (without: string | null) => OfficeView;
  /** Propose to admit somebody whose digits were compared: exactly what was shown.  She herself confirms it. */
  admit: (compared: CandidateView) => true;
  /** Whether it waits for a second person. */
  removeMember: (user: string, reason: string) => boolean;
  /** Begin the epoch after the one that was shown. */
  rotate: (reason: string, shown: number) => void;
  administrator: (user: string, add: boolean, reason: string) => void;
  /** The proposal to admit oneself with the key that is unlocked, if there is one. */
  invitation: () => ProposalView | null;
  /** Confirm exactly the proposal that was shown; gives whether that was enough. */
  confirmProposal: (id: string, sha256: string) => boolean;
  withdrawProposal: (id: string) => void;
  /** As of now, where no time is given. */
  revokeKey: (user: string, keyset: string, since: string | null, reason: string) => void;
  /** Propose who recovers the office, with the key sets that were compared. */
  setRecovery: (chosen: ChosenView[]) => true;
  /** Open one's half of the recovery key and pass it on; gives the names of those who go on. */
  handOnRecovery: () => string[];
  /** Whom officers of recovery could admit. */
  recoverable: () => CandidateView[];
  /** Propose it with the key that two officers open; another officer confirms. */
  recoverMember: (compared: CandidateView, admin: boolean, reason: string) => true;
  /** How many documents, of one request or of all, are sealed to an older key of the office. */
  behind: (request: string | null) => number;
  /** Seal them to the newest, one after the other. */
  rewrap: (request: string | null) => RewrappedView;
  seal: (input: SealInput) => SealedView;
  describe: (doc: string, expect: Expect) => Described;
  open: (doc: string, expect: Expect) => OpenedView;
  approve: (request: string, seen: { [doc: string]: string }) => void;
  dispose: (request: string, fate: Fate) => void;
  acknowledge: (request: string, seen: { [doc: string]: string }) => void;
  approveAmendment: (request: string, seen: { [doc: string]: string }) => void;
  transmitAmendment: (request: string, readers: string[]) => void;
  /** Of an amendment or a supplement. */
  receive: (request: string, seen: { [doc: string]: string }) => void;
  /** `travelled` registers a request that has reached the State by something else. */
  transmit: (request: string, readers: string[], travelled: Travelled | null) => void;
}

/** What became of the documents of a withdrawn request; `kept_for` is a word of the catalogue, `note` a sealed document. */
export interface Fate {
  fate: string;
  kept_for: string | null;
  note: string | null;
}

/** By what a request has gone before it is registered, and the day on which the State received it. */
export interface Travelled {
  channel: string;
  received_on: string;
}

export type Operation = keyof Operations;

/** How the worker carries operations out: each with the `Working` of its call first. */
export type Served<Working, Name extends Operation = Operation> = {
  [One in Name]: (working: Working, ...args: Parameters<Operations[One]>) => Promise<ReturnType<Operations[One]>>;
};

export type Call = { id: number; op: Operation; args: unknown[]; csrf: string };
export type Control = { id: number; control: "pause" | "resume" | "cancel" };
export type Answer =
  | { id: number; progress: Progress }
  | { id: number; result: unknown }
  | { id: number; error: { name: SealFailure["name"]; message: string; problem?: SealFailure["problem"] } };
