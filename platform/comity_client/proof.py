"""What is saved beside a document, so that its signature can be verified later with nothing but the pinned root.

A proof holds envelope, header and sealed manifest as they were handed out, the signed manifest as it was opened, and
the statements of the sender's authority.  `comity verify` needs neither network nor key.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
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
from comity_seal.errors import HashMismatch, RevokedSigner, SealError, UntrustedRoot, WrongRecipients
from comity_seal.grant import NOT_LOGGED, follow
from comity_seal.opening.manifest import Manifest, compare
from comity_seal.root import Root

ENDING = ".proof.json"
PIECES = ("envelope", "header", "manifest_age", "manifest")
FIELDS = {"v", "root", "chains", "grants", *PIECES}


def beside(document: Path) -> Path:
    """Where the proof of a document lies."""
    return document.with_name(document.name + ENDING)


def make(me: Unlocked, received: Received) -> bytes:
    """The proof of a received document."""
    envelope = received.opened.envelope
    readers = (*envelope.to, *received.opened.present.to)
    codes = {to.authority for to in readers} | {envelope.sender.authority}
    for code in codes:
        me.authority(code)
    value = {
        "v": 1,
        "root": me.root.to_json(),
        "chains": {code: [b64encode(one).decode() for one in me.authorities.chains[code]] for code in sorted(codes)},
        **{name: received.given[name] for name in ("envelope", "header", "manifest_age")},
        "grants": received.given.get("grants", []),
        "manifest": b64encode(received.signed_manifest).decode(),
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


def verify(document: Path, pinned: str, logged: Mapping[str, str] = NOT_LOGGED) -> Proven:
    """Whether `document` is what its proof says, under the pinned root.

    `logged` gives the times of verified receipts by the hash of what was signed.  Raises NotVerified; OSError if
    unreadable.
    """
    path = beside(document)
    if not path.exists():
        raise NotVerified(f"{document.name} has no {path.name} beside it: download both again.")
    try:
        return _verify(document, path.read_bytes(), pinned, logged)
    except RevokedSigner as error:
        raise NotVerified(
            f"{document.name} is not authentic as far as is known here: {error}. Name a receipt too that shows that it "
            "was there before."
        ) from error
    except (SealError, ValueError) as error:
        raise NotVerified(f"{document.name} is not authentic: {error}.") from error


def _verify(document: Path, data: bytes, pinned: str, logged: Mapping[str, str]) -> Proven:
    value = canonical.loads_strict(data)
    value.setdefault("grants", [])  # proofs made before there were any
    read = canonical.Reader(value, "the proof", FIELDS)
    read.version()
    root = Root.from_json(read.value["root"])
    if root.id != pinned:
        raise UntrustedRoot("it was made under another root than the one you pinned")
    each = read.table("chains")
    chains = {code: [unb64(one) for one in each.items(code)] for code in each.value}
    pieces = {name: unb64(read.value[name]) for name in PIECES}
    grants = [unb64(one) for one in read.items("grants")]
    verified = {code: verify_chain(chain, root, code) for code, chain in chains.items()}
    claimed = parse_envelope(pieces["envelope"])
    authority = _among(verified)(claimed.sender.authority)
    by = claimed.sender
    author = authority.signer(by.user, by.keyset, claimed.created, logged.get(claimed.sha256))
    envelope = verify_envelope(pieces["envelope"], author.keys)
    present = follow(envelope, grants, _among(verified), logged)
    check_sealed(present, pieces["header"], pieces["manifest_age"])
    for to in present.to:
        statement = verified[to.authority].epochs.get(to.epoch) if to.authority in verified else None
        if statement is None or statement.recipient_sha256 != to.recipient_sha256:
            raise WrongRecipients(f"it is sealed to a key that the statements of {to.authority} do not name")
    payload = dsse.verify(pieces["manifest"], author.keys, dsse.MANIFEST)
    manifest = Manifest.from_bytes(payload)
    compare(manifest, payload, envelope)
    _compare_content(document, manifest)
    return Proven(manifest, author, authority)


def _among(verified: dict[str, VerifiedAuthority]) -> Callable[[str], VerifiedAuthority]:
    def authority(code: str) -> VerifiedAuthority:
        if code not in verified:
            raise UntrustedRoot(f"the statements of {code} are missing")
        return verified[code]

    return authority


def _compare_content(document: Path, manifest: Manifest) -> None:
    digest, size = sha256(), 0
    with document.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    if (size, digest.hexdigest()) != (manifest.size, manifest.plain_sha256):
        raise HashMismatch("its content is not the one that was signed")
