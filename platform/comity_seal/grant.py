"""Grants: signed notes that a document has another header now, for more readers or for newer keys of the same.

The envelope stays as it was signed.  Each grant continues the one before it, the first the envelope, and says which
header and sealed manifest took the place of which, and who reads now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from comity_seal import canonical, dsse
from comity_seal.envelope import Envelope
from comity_seal.errors import FormatError, HashMismatch, SignatureInvalid, UnknownSigner, WrongRecipients
from comity_seal.parties import Sender, To, readers_from
from comity_seal.standing import VerifiedAuthority

ADDED, REWRAP = "added", "rewrap"

FIELDS = {
    "v", "type", "doc", "ver", "envelope_sha256", "n", "prev_header_sha256", "header_sha256",
    "prev_manifest_age_sha256", "manifest_age_sha256", "to", "reason", "by", "created",
}  # fmt: skip


@dataclass(frozen=True)
class Present:
    """Which header and sealed manifest a document has after `n` grants, and who reads it."""

    n: int
    header_sha256: str
    manifest_age_sha256: str
    to: tuple[To, ...]

    @classmethod
    def of(cls, envelope: Envelope) -> Present:
        """Before any grant."""
        return cls(0, envelope.header_sha256, envelope.manifest_age_sha256, envelope.to)


@dataclass(frozen=True)
class Grant:
    """A parsed grant; `sha256` is that of its signed bytes."""

    doc: str
    ver: int
    envelope_sha256: str
    n: int
    prev_header_sha256: str
    header_sha256: str
    prev_manifest_age_sha256: str
    manifest_age_sha256: str
    to: tuple[To, ...]
    reason: str
    by: Sender
    created: str
    sha256: str = ""

    @classmethod
    def from_bytes(cls, payload: bytes) -> Grant:
        """Raises FormatError."""
        read = canonical.Reader(canonical.loads_strict(payload), "the grant", FIELDS)
        read.version()
        read.one_of("type", "grant")
        return cls(
            doc=read.matching("doc", canonical.UUID),
            ver=read.number("ver", 1),
            envelope_sha256=read.matching("envelope_sha256", canonical.HEX),
            n=read.number("n", 1),
            prev_header_sha256=read.matching("prev_header_sha256", canonical.HEX),
            header_sha256=read.matching("header_sha256", canonical.HEX),
            prev_manifest_age_sha256=read.matching("prev_manifest_age_sha256", canonical.HEX),
            manifest_age_sha256=read.matching("manifest_age_sha256", canonical.HEX),
            to=readers_from(read.items("to", 64)),
            reason=read.one_of("reason", ADDED, REWRAP),
            by=Sender.from_json(read.value["by"]),
            created=read.matching("created", canonical.TIME),
            sha256=sha256(payload).hexdigest(),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "v": 1,
            "type": "grant",
            "doc": self.doc,
            "ver": self.ver,
            "envelope_sha256": self.envelope_sha256,
            "n": self.n,
            "prev_header_sha256": self.prev_header_sha256,
            "header_sha256": self.header_sha256,
            "prev_manifest_age_sha256": self.prev_manifest_age_sha256,
            "manifest_age_sha256": self.manifest_age_sha256,
            "to": [to.to_json() for to in self.to],
            "reason": self.reason,
            "by": self.by.to_json(),
            "created": self.created,
        }

    @property
    def present(self) -> Present:
        return Present(self.n, self.header_sha256, self.manifest_age_sha256, self.to)


NOT_LOGGED: Mapping[str, str] = {}


def verify_grant(
    signed: bytes, authority: Callable[[str], VerifiedAuthority], logged: Mapping[str, str] = NOT_LOGGED
) -> Grant:
    """The grant, signed by a member, present or at its time, of the authority that it names.

    `logged` gives the times of verified receipts by the hash of what was signed; a key set that was revoked needs one.
    Raises SignatureInvalid, UnknownSigner or RevokedSigner.
    """
    try:
        claimed = Grant.from_bytes(dsse.Dsse.parse(signed).payload)
        by = claimed.by
        member = authority(by.authority).signer(by.user, by.keyset, claimed.created, logged.get(claimed.sha256))
        return Grant.from_bytes(dsse.verify(signed, member.keys, dsse.GRANT))
    except FormatError as error:
        raise SignatureInvalid(f"a grant is not well formed: {error}") from error


def follow(
    envelope: Envelope,
    grants: Sequence[bytes],
    authority: Callable[[str], VerifiedAuthority],
    logged: Mapping[str, str] = NOT_LOGGED,
) -> Present:
    """What the grants, in their order, have made of what the envelope says; whether its readers' keys are theirs is
    for the caller to compare.

    Raises SignatureInvalid, UnknownSigner, RevokedSigner, HashMismatch or WrongRecipients.
    """
    present = Present.of(envelope)
    for signed in grants:
        one = verify_grant(signed, authority, logged)
        check_grant(envelope, present, one)
        present = one.present
    return present


def check_grant(envelope: Envelope, present: Present, one: Grant) -> None:
    """Whether a verified grant is the next one of this document.

    Raises HashMismatch, UnknownSigner or WrongRecipients.
    """
    if (one.doc, one.ver, one.envelope_sha256) != (envelope.doc, envelope.ver, envelope.sha256):
        raise HashMismatch("a grant is of another document")
    before = (present.n + 1, present.header_sha256, present.manifest_age_sha256)
    if (one.n, one.prev_header_sha256, one.prev_manifest_age_sha256) != before:
        raise HashMismatch("a grant does not follow the one before it")
    if one.by.authority not in {to.authority for to in present.to}:
        raise UnknownSigner("a grant is signed for an authority that was no reader")
    after = {to.authority: to.epoch for to in one.to}
    if any(after.get(to.authority, 0) < to.epoch for to in present.to):
        raise WrongRecipients("a grant leaves a reader out, or takes her back to an older key")
    if (len(one.to) > len(present.to)) != (one.reason == ADDED):
        raise WrongRecipients("a grant adds other readers than its reason says")
