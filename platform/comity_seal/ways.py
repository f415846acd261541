"""Ways to one key set: small age files, each behind a passphrase, a recovery code or a passkey.

What a file holds cannot be seen without its secret.  What can be seen is checked here, by the server before it keeps a
file: one stanza, of the right type, with work that a client will accept.  A change of the ways of a key set is signed
with the key set itself, so that somebody else's hand on an open session cannot shut its owner out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from comity_seal import canonical, dsse, header
from comity_seal.encoding import b64, unb64, unraw64
from comity_seal.errors import FormatError, SealError
from comity_seal.publickeys import PublicKeySet

PASSPHRASE, RECOVERY, PASSKEY = "passphrase", "recovery", "passkey"
KINDS = (PASSPHRASE, RECOVERY, PASSKEY)
PRF = "age-encryption.org/fido2prf"
"""The stanza type of passkey files, which the browser's age library defines."""

LARGEST = 8192
"""Bytes of one file; a real one has about 500."""

LEAST_LOGN, MOST_LOGN = 15, 20
"""The scrypt work that clients accept, whoever chose it."""

LEAST = 2
"""Ways that a key set must have before anything is sealed to it."""

MOST_PASSKEYS = 5
LARGEST_CREDENTIAL = 1023
"""Bytes of a credential's identifier [WebAuthn Level 3, 4]."""

LABEL = re.compile("[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{0,60}")
"""What the owner calls a passkey: one line without marks that turn text around."""


def suffice(kinds: Iterable[str]) -> bool:
    """Whether these ways are enough: two, of which one is not a passkey, for a passkey is never the only copy."""
    found = list(kinds)
    return len(found) >= LEAST and any(kind != PASSKEY for kind in found)


def check_file(kind: str, data: bytes) -> None:
    """Raises FormatError unless this is an age file that only a way of this kind opens."""
    if len(data) > LARGEST:
        raise FormatError("the file is too large")
    try:
        stanzas = header.parse(data).stanzas
        if len(stanzas) != 1 or len(stanzas[0].body) != 32:
            raise FormatError("the file does not have exactly one stanza")
        check = _check_passkey if kind == PASSKEY else _check_words
        check(stanzas[0])
    except SealError as error:
        raise FormatError(str(error)) from error


def _check_words(stanza: header.Stanza) -> None:
    if stanza.type != "scrypt" or len(stanza.args) != 2 or len(unraw64(stanza.args[0].encode())) != 16:
        raise FormatError("the file is not behind words")
    logn = stanza.args[1]
    if not (re.fullmatch(r"[1-9][0-9]?", logn) and LEAST_LOGN <= int(logn) <= MOST_LOGN):
        raise FormatError(f"the work must be from 2^{LEAST_LOGN} to 2^{MOST_LOGN}")


def _check_passkey(stanza: header.Stanza) -> None:
    if stanza.type != PRF or len(stanza.args) != 1 or len(unraw64(stanza.args[0].encode())) != 16:
        raise FormatError("the file is not behind a passkey")


def check_names(kind: str, label: str, credential: bytes | None) -> None:
    """Raises FormatError unless label and credential fit the kind: both belong to passkeys alone."""
    if kind not in KINDS:
        raise FormatError("there is no such kind of way")
    if not LABEL.fullmatch(label) or bool(label.strip()) != (kind == PASSKEY):
        raise FormatError("a passkey has a name of one line, and nothing else has a name")
    if (kind == PASSKEY) != (credential is not None):
        raise FormatError("a passkey has the identifier of its credential, and nothing else has one")
    if credential is not None and not 0 < len(credential) <= LARGEST_CREDENTIAL:
        raise FormatError("the identifier of the credential is empty or too long")


@dataclass(frozen=True)
class Adding:
    """A way more, or another one in the place of the passphrase or the recovery code."""

    keyset: str
    kind: str
    label: str
    credential: bytes | None
    file_sha256: str

    def to_json(self) -> dict[str, Any]:
        credential = None if self.credential is None else b64(self.credential)
        return {
            "v": 1,
            "type": "way.add",
            "keyset": self.keyset,
            "kind": self.kind,
            "label": self.label,
            "credential": credential,
            "file_sha256": self.file_sha256,
        }


@dataclass(frozen=True)
class Removing:
    """A way less."""

    keyset: str
    way: str

    def to_json(self) -> dict[str, Any]:
        return {"v": 1, "type": "way.remove", "keyset": self.keyset, "way": self.way}


def verify_adding(data: bytes, keys: PublicKeySet) -> Adding:
    """What the owner of `keys` signed.  Raises FormatError or SignatureInvalid."""
    read = _signed(data, keys, "way.add", set(Adding("", "", "", None, "").to_json()))
    credential = read.value["credential"]
    adding = Adding(
        keys.id,
        read.one_of("kind", *KINDS),
        read.matching("label", LABEL),
        None if credential is None else unb64(credential),
        read.matching("file_sha256", canonical.HEX),
    )
    check_names(adding.kind, adding.label, adding.credential)
    return adding


def verify_removing(data: bytes, keys: PublicKeySet) -> Removing:
    """What the owner of `keys` signed.  Raises FormatError or SignatureInvalid."""
    read = _signed(data, keys, "way.remove", set(Removing("", "").to_json()))
    return Removing(keys.id, read.matching("way", canonical.UUID))


def _signed(data: bytes, keys: PublicKeySet, kind: str, fields: set[str]) -> canonical.Reader:
    payload = dsse.verify(data, keys, dsse.WAY)
    read = canonical.Reader(canonical.loads_strict(payload), "the change of a way", fields)
    read.version()
    read.one_of("type", kind)
    read.one_of("keyset", keys.id)
    return read
