"""Ways to a file key: post-quantum hybrid, X25519 and passphrase [C2SP age].

Documents are sealed to hybrid recipients only; X25519 identities serve reading what others made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import shake_256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comity_seal import bech32
from comity_seal.encoding import raw64, unraw64
from comity_seal.errors import FormatError, HeaderError, WorkFactor
from comity_seal.header import HYBRID, Stanza
from comity_seal.publickeys import RECIPIENT, recipient_bytes

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_INFO = b"age-encryption.org/mlkem768x25519"
_ENC = 1120
_IDENTITY = "AGE-SECRET-KEY-PQ-"
_ZERO = bytes(12)
MOST_WORK = 20
"""The largest scrypt logN that is tried."""


class Identity(Protocol):
    """Something that may open a header."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None if no stanza is for this identity.  Raises HeaderError."""


class Recipient(Protocol):
    """Something that a file key can be wrapped to."""

    def wrap(self, file_key: bytes) -> Stanza: ...


def _argument(stanza: Stanza, count: int, length: int) -> bytes:
    if len(stanza.args) != count:
        raise HeaderError(f"a stanza of type {stanza.type} has the wrong number of arguments")
    try:
        data = unraw64(stanza.args[0].encode())
    except FormatError as error:
        raise HeaderError(str(error)) from error
    if len(data) != length:
        raise HeaderError(f"an argument of a stanza of type {stanza.type} has the wrong length")
    return data


def _body(stanza: Stanza) -> bytes:
    if len(stanza.body) != 32:
        raise HeaderError(f"the body of a stanza of type {stanza.type} has the wrong length")
    return stanza.body


class HybridIdentity:
    """An X-Wing key from a seed of 32 bytes; `text` is what `age -i` accepts."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise FormatError("a seed has 32 bytes")
        expanded = shake_256(seed).digest(96)
        self._kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._dh = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(self._kem, self._dh)
        self.seed = seed

    @classmethod
    def generate(cls) -> HybridIdentity:
        return cls(os.urandom(32))

    @classmethod
    def from_text(cls, text: str) -> HybridIdentity:
        """Raises FormatError."""
        prefix, seed = bech32.decode(text)
        if prefix != _IDENTITY:
            raise FormatError("this is not a post-quantum age identity")
        return cls(seed)

    @property
    def text(self) -> str:
        return bech32.encode(_IDENTITY.lower(), self.seed).upper()

    @property
    def recipient(self) -> str:
        public = self._kem.public_key().public_bytes_raw() + self._dh.public_key().public_bytes_raw()
        return bech32.encode(RECIPIENT, public)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        for stanza in stanzas:
            if stanza.type == HYBRID:
                found = self._try(_argument(stanza, 1, _ENC), _body(stanza))
                if found is not None:
                    return found
        return None

    def _try(self, share: bytes, body: bytes) -> bytes | None:
        try:  # a low-order share must be an error, and HPKE alone would report it as a wrong key
            self._dh.exchange(X25519PublicKey.from_public_bytes(share[-32:]))
        except ValueError as error:
            raise HeaderError("a share has low order") from error
        try:
            return bytes(_SUITE.decrypt(share + body, self._key, _INFO))
        except InvalidTag:
            return None


@lru_cache(maxsize=512)
def _public(text: str) -> MLKEM768X25519PublicKey:
    data = recipient_bytes(text)
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(data[:1184]), X25519PublicKey.from_public_bytes(data[1184:])
    )


class HybridRecipient:
    """An `age1pq` recipient."""

    def __init__(self, text: str) -> None:
        try:
            self._key = _public(text)
        except ValueError as error:
            raise FormatError("this is not an age1pq recipient") from error

    def wrap(self, file_key: bytes) -> Stanza:
        sealed = bytes(_SUITE.encrypt(file_key, self._key, _INFO))
        return Stanza(HYBRID, (raw64(sealed[:_ENC]).decode(),), sealed[_ENC:])


class X25519Identity:
    """A classical age identity: for reading only."""

    def __init__(self, secret: bytes) -> None:
        self._key = X25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def from_text(cls, text: str) -> X25519Identity:
        """Raises FormatError."""
        prefix, secret = bech32.decode(text)
        if prefix != "AGE-SECRET-KEY-" or len(secret) != 32:
            raise FormatError("this is not an X25519 age identity")
        return cls(secret)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        for stanza in stanzas:
            if stanza.type == "X25519":
                share, body = _argument(stanza, 1, 32), _body(stanza)
                try:
                    shared = self._key.exchange(X25519PublicKey.from_public_bytes(share))
                except ValueError as error:
                    raise HeaderError("a share has low order") from error
                salt = share + self._key.public_key().public_bytes_raw()
                key = HKDF(SHA256(), 32, salt, b"age-encryption.org/v1/X25519").derive(shared)
                try:
                    return ChaCha20Poly1305(key).decrypt(_ZERO, body, None)
                except InvalidTag:
                    continue
        return None


class Passphrase:
    """A passphrase; as a recipient it must be the only one.  `logn` is the work to spend on sealing, 2^logn.

    `least` and `most` bound the work accepted when opening.  Raises WorkFactor outside of them.
    """

    def __init__(self, words: str, *, logn: int = 18, least: int = 1, most: int = MOST_WORK) -> None:
        self._words = words.encode()
        self.logn = logn
        self.least = least
        self.most = most

    def _key(self, salt: bytes, logn: int) -> bytes:
        return Scrypt(salt=b"age-encryption.org/v1/scrypt" + salt, length=32, n=1 << logn, r=8, p=1).derive(self._words)

    def wrap(self, file_key: bytes) -> Stanza:
        salt = os.urandom(16)
        body = ChaCha20Poly1305(self._key(salt, self.logn)).encrypt(_ZERO, file_key, None)
        return Stanza("scrypt", (raw64(salt).decode(), str(self.logn)), body)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        if not any(stanza.type == "scrypt" for stanza in stanzas):
            return None
        if len(stanzas) != 1:
            raise HeaderError("a passphrase must be the only recipient")
        stanza = stanzas[0]
        salt, body = _argument(stanza, 2, 16), _body(stanza)
        if not re.fullmatch(r"[1-9][0-9]{0,2}", stanza.args[1]):
            raise HeaderError("the work factor is not a number")
        logn = int(stanza.args[1])
        if not self.least <= logn <= self.most:
            raise WorkFactor(f"the file asks for 2^{logn} work; between 2^{self.least} and 2^{self.most} is accepted")
        try:
            return ChaCha20Poly1305(self._key(salt, logn)).decrypt(_ZERO, body, None)
        except InvalidTag:
            return None


def identity_from_text(text: str) -> HybridIdentity | X25519Identity:
    """An identity of either kind.  Raises FormatError."""
    return HybridIdentity.from_text(text) if text.startswith(_IDENTITY) else X25519Identity.from_text(text)
