// Named errors: the same names as in the Python library.  Templates hold the sentences; here are names only.

export type FailureName =
  | "ArmorError" | "HeaderError" | "HmacError" | "NoMatch" | "PayloadError" | "FormatError"
  | "WrongPassphrase" | "WrongRecovery" | "WorkFactor"
  | "WrongPasskey" | "PasskeyCancelled" | "PasskeyTooOld" | "PasskeyThere" | "HasKeys" | "AlreadyListed"
  | "SignatureInvalid" | "UnknownSigner" | "UntrustedRoot" | "WrongAuthority" | "BrokenChain" | "ForgedWrap" | "WrongKeySet"
  | "NotConfirmed" | "RolledBack" | "ForkedChain" | "RevokedSigner" | "OldEpoch"
  | "WrongDocument" | "HashMismatch" | "WrongRecipients" | "CommitmentMismatch" | "ManifestMismatch" | "CoverMismatch" | "LimitsMismatch"
  | "BadNote" | "UnknownLogKey" | "BadProof" | "InconsistentLog" | "TooFewWitnesses"
  | "Locked" | "WrongClock" | "NoKeys" | "NotServed" | "Stale" | "EpochMoved" | "NotHandedOn" | "Cancelled" | "NotReached" | "SignedOut" | "Problem";

/** The names that mean: a check failed, nothing is released. */
export const NOT_AUTHENTIC: ReadonlySet<string> = new Set([
  "SignatureInvalid", "UnknownSigner", "UntrustedRoot", "WrongAuthority", "BrokenChain", "ForgedWrap", "WrongKeySet",
  "NotConfirmed", "RolledBack", "ForkedChain", "RevokedSigner", "OldEpoch",
  "WrongDocument", "HashMismatch", "WrongRecipients", "CommitmentMismatch", "ManifestMismatch", "CoverMismatch", "LimitsMismatch",
  "UnknownLogKey", "BadProof", "InconsistentLog", "TooFewWitnesses",
]);

/** Those of what cannot even be read; a reader stops at them in the same way. */
export const BROKEN: ReadonlySet<string> = new Set(["HeaderError", "HmacError", "PayloadError", "ArmorError", "FormatError", "BadNote", "NoMatch"]);

export class SealFailure extends Error {
  override name: FailureName;
  /** What the platform answered, for the name "Problem": its status and its sentences, which it wrote for people. */
  problem?: { status: number; detail: string; errors?: { pointer: string; message: string }[] };

  constructor(name: FailureName, message = "", problem?: SealFailure["problem"]) {
    super(message);
    this.name = name;
    if (problem) this.problem = problem;
  }

  get notAuthentic(): boolean {
    return NOT_AUTHENTIC.has(this.name);
  }
}

export function fail(name: FailureName, message = ""): never {
  throw new SealFailure(name, message);
}
