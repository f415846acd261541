"""Named errors.  Each name is the same in the browser; a person is told in words what each means."""

from __future__ import annotations


class SealError(Exception):
    """Something sealed or signed is not as it should be."""


class FormatError(SealError):
    """A structure is not of the form that the specification gives."""


class ArmorError(SealError):
    """The ASCII armor is not well formed."""


class HeaderError(SealError):
    """The header of an age file is not well formed."""


class HmacError(SealError):
    """The header of an age file was changed after it was made."""


class NoMatch(SealError):
    """None of the identities at hand opens this."""


class PayloadError(SealError):
    """The payload of an age file is damaged or cut."""


class WrongPassphrase(NoMatch):
    """The passphrase does not open the key set."""


class WorkFactor(SealError):
    """A passphrase file asks for too little or too much work."""


class NotAuthentic(SealError):
    """A check failed: nothing is released."""


class SignatureInvalid(NotAuthentic):
    """A signature does not verify, or is missing."""


class UnknownSigner(NotAuthentic):
    """The signer is not a member that the authority's statements list."""


class UntrustedRoot(NotAuthentic):
    """A statement is signed by somebody else than the pinned root."""


class WrongAuthority(NotAuthentic):
    """A statement speaks of another authority than the one asked for."""


class BrokenChain(NotAuthentic):
    """An authority's statements do not follow from one another."""


class NotConfirmed(NotAuthentic):
    """A statement lacks the agreement of a second person, or somebody agreed who may not."""


class RevokedSigner(NotAuthentic):
    """The key set that signed was revoked, and nothing proves that it signed before."""


class RolledBack(NotAuthentic):
    """An authority's statements are fewer than were seen before."""


class ForkedChain(NotAuthentic):
    """Another statement stands at a place that was seen before."""


class OldEpoch(NotAuthentic):
    """An older key of an authority is used or offered than the newest that its statements name."""


class ForgedWrap(NotAuthentic):
    """A wrapped key is not the one that the statement names."""


class WrongKeySet(NotAuthentic):
    """A protected file holds another key set than the one that is named for this person."""


class WrongDocument(NotAuthentic):
    """This is another document, version, request or purpose than the one asked for."""


class HashMismatch(NotAuthentic):
    """Bytes are not those that were signed."""


class WrongRecipients(NotAuthentic):
    """The document is sealed to others than its signed list says, or than may be."""


class CommitmentMismatch(NotAuthentic):
    """The inner manifest is not the one that the outer envelope was made for."""


class ManifestMismatch(NotAuthentic):
    """Inner manifest and outer envelope disagree."""


class CoverMismatch(NotAuthentic):
    """The sealed copy of the cover is not what the platform shows."""


class BadNote(FormatError):
    """A signed note, a key of one, a checkpoint or a receipt is not of the form that C2SP gives."""


class UnknownLogKey(NotAuthentic):
    """A checkpoint is of another log than the one asked for, or not signed with its key."""


class BadProof(NotAuthentic):
    """A line is not in the log at the place that its receipt says."""


class InconsistentLog(NotAuthentic):
    """A log no longer holds what it once signed: it was shortened, rewritten, or shown in two forms."""


class TooFewWitnesses(NotAuthentic):
    """Fewer witnesses than are required have seen this state of the log."""
