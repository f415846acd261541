"""Opening a document: every check of the specification, in order, before anything is released."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from comity_seal import canonical, dsse, tree
from comity_seal import header as headers
from comity_seal.authority import Member, VerifiedAuthority
from comity_seal.envelope import Envelope, check_sealed, parse_envelope, verify_envelope
from comity_seal.errors import (
    CoverMismatch,
    FormatError,
    HashMismatch,
    HeaderError,
    ManifestMismatch,
    NoMatch,
    NotAuthentic,
    PayloadError,
    SealError,
    SignatureInvalid,
    WrongDocument,
    WrongRecipients,
)
from comity_seal.grant import NOT_LOGGED, Present, follow
from comity_seal.opening import age
from comity_seal.opening.manifest import Manifest, compare
from comity_seal.opening.stream import Reading, open_payload
from comity_seal.opening.wraps import Epoch


@dataclass(frozen=True)
class Expected:
    """What was asked for; None is not compared."""

    doc: str
    thread: str
    purpose: str | None = None
    ver: int | None = None


@dataclass(frozen=True)
class Opened:
    """A verified manifest, with the key to its payload.

    `present` says who reads now, and `signed_manifest` is what was sealed to them, both for a grant.
    """

    manifest: Manifest
    envelope: Envelope
    author: Member
    file_key: bytes
    present: Present
    signed_manifest: bytes


class Opener:
    """Opens with the epochs of one authority.  `authority` gives any other, verified under the pinned root."""

    def __init__(self, epochs: Mapping[int, Epoch], code: str, authority: Callable[[str], VerifiedAuthority]) -> None:
        self._epochs = epochs
        self._code = code
        self._authority = authority

    def envelope(
        self, signed: bytes, expected: Expected, logged: Mapping[str, str] = NOT_LOGGED
    ) -> tuple[Envelope, Member]:
        """Checks 1 and 2: signed by a member of the authority it names; the document that was asked for.

        `logged` gives the times of verified receipts by the hash of what was signed: what a key set signed that was
        revoked since counts only so.
        """
        try:
            claimed = parse_envelope(signed)
            by = claimed.sender
            author = self._authority(by.authority).signer(
                by.user, by.keyset, claimed.created, logged.get(claimed.sha256)
            )
            envelope = verify_envelope(signed, author.keys)
        except FormatError as error:
            raise SignatureInvalid(f"the envelope is not well formed: {error}") from error
        for field in ("doc", "thread", "purpose", "ver"):
            wanted = getattr(expected, field)
            if wanted is not None and getattr(envelope, field) != wanted:
                raise WrongDocument(f"this is another document than the one asked for ({field})")
        return envelope, author

    def open(
        self,
        signed: bytes,
        header: bytes,
        manifest_age: bytes,
        expected: Expected,
        grants: Sequence[bytes] = (),
        logged: Mapping[str, str] = NOT_LOGGED,
    ) -> Opened:
        """Checks 1 to 5; `header` and `manifest_age` are those of the last grant.  Raises NotAuthentic."""
        envelope, author = self.envelope(signed, expected, logged)
        present = follow(envelope, grants, self._authority, logged)
        try:
            check_sealed(present, header, manifest_age)
        except (HeaderError, FormatError) as error:
            raise WrongRecipients(f"what was served does not fit its envelope: {error}") from error
        epoch = self._check_readers(present)
        file_key = self._file_key(header, epoch)
        manifest, signed_manifest = self._manifest(manifest_age, epoch, author, envelope)
        return Opened(manifest, envelope, author, file_key, present, signed_manifest)

    def _check_readers(self, present: Present) -> Epoch:
        mine = None
        for to in present.to:
            statement = self._authority(to.authority).epochs.get(to.epoch)
            if statement is None or statement.recipient_sha256 != to.recipient_sha256:
                raise WrongRecipients(f"this is sealed to a key that the statements of {to.authority} do not name")
            if to.authority == self._code:
                mine = self._epochs.get(to.epoch)
        if mine is None:
            raise WrongRecipients("this is not sealed to your authority")
        return mine

    @staticmethod
    def _file_key(header: bytes, epoch: Epoch) -> bytes:
        try:
            return age.open_header(headers.parse_whole(header), [epoch.identity])
        except (NoMatch, SealError) as error:
            raise WrongRecipients("the header does not open with your authority's key") from error

    @staticmethod
    def _manifest(manifest_age: bytes, epoch: Epoch, author: Member, envelope: Envelope) -> tuple[Manifest, bytes]:
        try:
            signed = age.unseal(manifest_age, [epoch.identity])
            payload = dsse.verify(signed.rstrip(b" "), author.keys, dsse.MANIFEST)
            manifest = Manifest.from_bytes(payload)
        except NotAuthentic:
            raise
        except SealError as error:
            raise ManifestMismatch(f"the manifest cannot be read: {error}") from error
        compare(manifest, payload, envelope)
        return manifest, signed


class _Checking:
    """Hashes the parts of a payload on its way in."""

    def __init__(self) -> None:
        self._leaves: list[bytes] = []
        self._part = sha256(b"\x00")
        self._room = tree.PART

    def update(self, data: memoryview) -> None:
        while len(data):
            taken = data[: self._room]
            self._part.update(taken)
            self._room -= len(taken)
            data = data[len(taken) :]
            if not self._room:
                self._leaves.append(self._part.digest())
                self._part, self._room = sha256(b"\x00"), tree.PART

    def root(self) -> str:
        last = [self._part.digest()] if self._room < tree.PART else []
        return tree.root([*self._leaves, *last])


def open_document(
    opened: Opened,
    source: BinaryIO,
    sink: Callable[[memoryview], object],
    *,
    threads: int = 2,
    progress: Callable[[int], object] | None = None,
) -> None:
    """Check 6: write the plaintext to `sink`, a temporary place; it may be released only after this returns.

    Raises NotAuthentic, whatever has been written by then.
    """
    tree_hash, plain = _Checking(), sha256()
    written = 0

    def write(data: memoryview) -> None:
        nonlocal written
        written += len(data)
        plain.update(data)
        sink(data)
        if progress:
            progress(written)

    reading = Reading(source, tree_hash.update)
    try:
        open_payload(opened.file_key, reading, write, threads=threads)
    except (HeaderError, PayloadError) as error:
        raise HashMismatch(f"the payload is not the one that was signed: {error}") from error
    manifest = opened.manifest
    if (reading.count, tree_hash.root()) != (manifest.payload_bytes, manifest.payload_tree):
        raise HashMismatch("the payload is not the one that was signed")
    if (written, plain.hexdigest()) != (manifest.size, manifest.plain_sha256):
        raise HashMismatch("the content is not the one that was signed")


def compare_cover(sealed: object, shown: dict[str, object]) -> None:
    """Whether the sealed copy of a cover is what the platform shows.  Raises CoverMismatch."""
    if not isinstance(sealed, dict) or canonical.dumps(sealed) != canonical.dumps(shown):
        raise CoverMismatch("the platform shows another cover than the one that was sealed")
