"""Whole age files: sealed to hybrid recipients or a passphrase, opened with any identity [C2SP age]."""

from __future__ import annotations

import hmac
import io
import os
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity_seal import header as headers
from comity_seal.encoding import raw64
from comity_seal.errors import HeaderError, HmacError, NoMatch
from comity_seal.opening.identities import Identity, Passphrase, Recipient
from comity_seal.opening.stream import Sink, open_payload, seal_payload

FILE_KEY = 16


def new_file_key() -> bytes:
    """A fresh file key."""
    return os.urandom(FILE_KEY)


def _mac(file_key: bytes, covered: bytes) -> bytes:
    key = HKDF(SHA256(), 32, None, b"header").derive(file_key)
    return hmac.digest(key, covered, "sha256")


def seal_header(file_key: bytes, recipients: Iterable[Recipient]) -> bytes:
    """A header for that file key.  A passphrase must be the only recipient."""
    recipients = list(recipients)
    if not recipients or (len(recipients) > 1 and any(isinstance(one, Passphrase) for one in recipients)):
        raise ValueError("name at least one recipient, and a passphrase alone")
    covered = headers.unsigned(tuple(recipient.wrap(file_key) for recipient in recipients))
    return covered + b" " + raw64(_mac(file_key, covered)) + b"\n"


def open_header(header: headers.Header, identities: Sequence[Identity]) -> bytes:
    """The file key.  Raises NoMatch, HmacError or HeaderError."""
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is None:
            continue
        if len(file_key) != FILE_KEY:
            raise HeaderError("the file key has the wrong length")
        if not hmac.compare_digest(_mac(file_key, header.covered), header.mac):
            raise HmacError("the header was changed after it was made")
        return file_key
    if any(stanza.type == "scrypt" for stanza in header.stanzas) and len(header.stanzas) > 1:
        raise HeaderError("a passphrase must be the only recipient")
    raise NoMatch("none of the keys at hand opens this")


def seal(data: bytes, recipients: Iterable[Recipient]) -> bytes:
    """A whole age file of something small."""
    out = io.BytesIO()
    file_key = new_file_key()
    out.write(seal_header(file_key, recipients))
    seal_payload(file_key, io.BytesIO(data), out.write, threads=1)
    return out.getvalue()


def unseal(data: bytes, identities: Sequence[Identity]) -> bytes:
    """The content of a whole, small age file.  Raises SealError."""
    out = io.BytesIO()
    unseal_to(data, identities, out.write)
    return out.getvalue()


def unseal_to(data: bytes, identities: Sequence[Identity], sink: Sink) -> None:
    """Write the content of an age file to `sink`, as far as it is whole.  Raises SealError."""
    header, payload = headers.split(data)
    open_payload(open_header(header, identities), io.BytesIO(payload), sink, threads=1)


def seal_file(source: BinaryIO, sink: BinaryIO, recipients: Iterable[Recipient], *, threads: int = 2) -> None:
    """Seal everything in `source`."""
    file_key = new_file_key()
    sink.write(seal_header(file_key, recipients))
    seal_payload(file_key, source, sink.write, threads=threads)  # type: ignore[arg-type]


def read_header(source: BinaryIO) -> headers.Header:
    """The header at the beginning of `source`, which is left at its payload.  Raises HeaderError."""
    data = b""
    for line in iter(lambda: source.readline(headers.LARGEST), b""):
        data += line
        if line.startswith(b"---") or len(data) > headers.LARGEST:
            break
    return headers.parse(data)


def open_file(source: BinaryIO, sink: BinaryIO, identities: Sequence[Identity], *, threads: int = 2) -> None:
    """Open everything in `source`.  Give a temporary file and release it only after this returns.  Raises SealError."""
    file_key = open_header(read_header(source), identities)
    open_payload(file_key, source, sink.write, threads=threads)  # type: ignore[arg-type]
