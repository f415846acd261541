"""Giving an opened document another header: for readers who were added, or for the newest keys of all.

The payload stays where it is, and so do the envelope and what the author signed.  This gives access and takes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from comity_seal import canonical, dsse
from comity_seal.authority import VerifiedAuthority
from comity_seal.errors import OldEpoch, UnknownSigner, WrongRecipients
from comity_seal.grant import ADDED, REWRAP, Grant, check_grant
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.opening import Opened
from comity_seal.opening.sealing import Author, to_readers


@dataclass(frozen=True)
class Granted:
    """What is handed to the server: the new header and sealed manifest, and the signed grant."""

    header: bytes
    manifest_age: bytes
    grant: bytes


def grant(opened: Opened, *, author: Author, readers: Sequence[VerifiedAuthority], created: str) -> Granted:
    """A header for all `readers` with their newest keys; they are those of before, and perhaps others.

    `opened` is the document as it was just opened and checked, with its grants so far.  Raises UnknownSigner,
    WrongRecipients or OldEpoch.
    """
    present, envelope = opened.present, opened.envelope
    ordered = sorted(readers, key=lambda reader: reader.code)
    newest = {reader.code: reader.epoch.n for reader in ordered}
    before = {to.authority: to.epoch for to in present.to}
    if author.authority.code not in before:
        raise UnknownSigner("only a reader gives a document to others")
    if len(newest) != len(ordered) or not set(before) <= set(newest):
        raise WrongRecipients("every reader of before stays one, and none is named twice")
    if any(newest[code] < epoch for code, epoch in before.items()):
        raise OldEpoch("the document is sealed to a newer key already than the statements at hand name")
    recipients = [HybridRecipient(reader.epoch.recipient) for reader in ordered]
    header = age.seal_header(opened.file_key, recipients)
    manifest_age = age.seal(opened.signed_manifest, recipients)
    said = Grant(
        doc=envelope.doc,
        ver=envelope.ver,
        envelope_sha256=envelope.sha256,
        n=present.n + 1,
        prev_header_sha256=present.header_sha256,
        header_sha256=sha256(header).hexdigest(),
        prev_manifest_age_sha256=present.manifest_age_sha256,
        manifest_age_sha256=sha256(manifest_age).hexdigest(),
        to=to_readers(ordered),
        reason=ADDED if len(newest) > len(before) else REWRAP,
        by=author.sender,
        created=created,
    )
    check_grant(envelope, present, said)
    return Granted(header, manifest_age, author.keyset.sign(dsse.GRANT, canonical.dumps(said.to_json())))
