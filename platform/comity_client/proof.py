"""What is saved beside a document, so that its signature can be verified later with nothing but the pinned root.

A proof holds envelope, header and sealed manifest as they were handed out, the signed manifest as it was opened, and
the statements of the sender's authority.  `comity verify` needs neither network nor key.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from comity_client.errors import NotVerified
from comity_client.transfer import Received
from comity_client.unlocked import Unlocked
from comity_seal import canonical, dsse
from comity_seal.authority import Member, VerifiedAuthority, verify_chain
from comity_seal.encoding import unb64
from comity_seal.envelope import check_sealed, parse_envelope, verify_envelope
from comity_seal.errors import HashMismatch, SealError, UntrustedRoot, WrongRecipients
from comity_seal.opening.manifest import Manifest, compare
from comity_seal.publickeys import PublicKeySet

ENDING = ".proof.json"
FIELDS = {"v", "root", "chains", "envelope", "header", "manifest_age", "manifest"}


def beside(document: Path) -> Path:
    """Where the proof of a document lies."""
    return document.with_name(document.name + ENDING)


def make(me: Unlocked, received: Received) -> bytes:
    """The proof of a received document."""
    envelope = received.opened.envelope
    codes = {to.authority for to in envelope.to} | {envelope.sender.authority}
    for code in codes:
        me.authority(code)
    value = {
        "v": 1,
        "root": me.root.to_json(),
        "chains": {code: [b64encode(one).decode() for one in me.authorities.chains[code]] for code in sorted(codes)},
        **{name: received.given[name] for name in ("envelope", "header", "manifest_age")},
        "manifest": b64encode(me.signed_manifest(received.piece("manifest_age"))).decode(),
    }
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"


@dataclass(frozen=True)
class Proven:
    """Who signed a document, for whom and when."""

    manifest: Manifest
    author: Member
    authority: VerifiedAuthority

    def to_json(self) -> dict[str, Any]:
        return {
            "document": self.manifest.doc,
            "version": self.manifest.ver,
            "reference": self.manifest.ref,
            "purpose": self.manifest.purpose,
            "name": self.manifest.name,
            "signed_by": self.author.name,
            "role": self.author.role,
            "authority": self.authority.code,
            "fingerprint": self.author.keys.fingerprint,
            "readers": [to.authority for to in self.manifest.to],
            "created": self.manifest.created,
            "sha256": self.manifest.plain_sha256,
        }


def verify(document: Path, pinned: str) -> Proven:
    """Whether `document` is what its proof says, under the pinned root.  Raises NotVerified; OSError if unreadable."""
    path = beside(document)
    if not path.exists():
        raise NotVerified(f"{document.name} has no {path.name} beside it: download both again.")
    try:
        return _verify(document, path.read_bytes(), pinned)
    except (SealError, ValueError) as error:
        raise NotVerified(f"{document.name} is not authentic: {error}.") from error


def _verify(document: Path, data: bytes, pinned: str) -> Proven:
    read = canonical.Reader(canonical.loads_strict(data), "the proof", FIELDS)
    read.version()
    root = PublicKeySet.from_json(read.value["root"])
    if root.id != pinned:
        raise UntrustedRoot("it was made under another root than the one you pinned")
    each = read.table("chains")
    chains = {code: [unb64(one) for one in each.items(code)] for code in each.value}
    pieces = {name: unb64(read.value[name]) for name in FIELDS - {"v", "root", "chains"}}
    verified = {code: verify_chain(chain, root, code) for code, chain in chains.items()}
    claimed = parse_envelope(pieces["envelope"])
    authority = verified.get(claimed.sender.authority)
    if authority is None:
        raise UntrustedRoot("the statements of the sender's authority are missing")
    author = authority.signer(claimed.sender.user, claimed.sender.keyset, claimed.created)
    envelope = verify_envelope(pieces["envelope"], author.keys)
    check_sealed(envelope, pieces["header"], pieces["manifest_age"])
    for to in envelope.to:
        statement = verified[to.authority].epochs.get(to.epoch) if to.authority in verified else None
        if statement is None or statement.recipient_sha256 != to.recipient_sha256:
            raise WrongRecipients(f"it is sealed to a key that the statements of {to.authority} do not name")
    payload = dsse.verify(pieces["manifest"], author.keys, dsse.MANIFEST)
    manifest = Manifest.from_bytes(payload)
    compare(manifest, payload, envelope)
    _compare_content(document, manifest)
    return Proven(manifest, author, authority)


def _compare_content(document: Path, manifest: Manifest) -> None:
    digest, size = sha256(), 0
    with document.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    if (size, digest.hexdigest()) != (manifest.size, manifest.plain_sha256):
        raise HashMismatch("its content is not the one that was signed")
