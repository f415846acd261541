"""The header of an age file: read strictly, written, inspected [C2SP age, Header].  Opening it is in `opening`."""

from __future__ import annotations

from dataclasses import dataclass

from comity_seal.encoding import raw64, unraw64
from comity_seal.errors import FormatError, HeaderError

VERSION = b"age-encryption.org/v1"
LARGEST = 262144
"""Bytes of a header; more is refused before it is parsed."""

MOST_STANZAS = 64
HYBRID = "mlkem768x25519"
"""The stanza type of `age1pq` recipients: the only one that documents use."""


@dataclass(frozen=True)
class Stanza:
    """One recipient's way to the file key."""

    type: str
    args: tuple[str, ...]
    body: bytes

    def encode(self) -> bytes:
        text = raw64(self.body)
        lines = [text[start : start + 64] for start in range(0, len(text), 64)]
        if not lines or len(lines[-1]) == 64:
            lines.append(b"")
        return b"\n".join([b"-> " + " ".join((self.type, *self.args)).encode(), *lines, b""])


@dataclass(frozen=True)
class Header:
    """A parsed header; `raw` is all of it, newline after the MAC included, and `covered` what the MAC covers."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    raw: bytes

    @property
    def covered(self) -> bytes:
        return self.raw[: self.raw.rindex(b"\n--- ") + 4]


def unsigned(stanzas: tuple[Stanza, ...]) -> bytes:
    """A header up to and including the three dashes, which is what its MAC covers."""
    return VERSION + b"\n" + b"".join(stanza.encode() for stanza in stanzas) + b"---"


def split(data: bytes) -> tuple[Header, bytes]:
    """The header of a whole age file, and its payload.  Raises HeaderError."""
    header = parse(data)
    return header, data[len(header.raw) :]


def parse(data: bytes) -> Header:
    """The header at the start of `data`.  Raises HeaderError, also when it is larger than the limits."""
    lines = _Lines(data[:LARGEST])
    if lines.next() != VERSION:
        raise HeaderError("this is not an age file, version 1")
    stanzas: list[Stanza] = []
    while True:
        line = lines.next()
        if line.startswith(b"---"):
            break
        if len(stanzas) == MOST_STANZAS:
            raise HeaderError(f"there are more than {MOST_STANZAS} stanzas")
        stanzas.append(_stanza(line, lines))
    if not line.startswith(b"--- ") or not stanzas:
        raise HeaderError("the last line of the header is not well formed")
    mac = _bytes(line[4:])
    if len(mac) != 32:
        raise HeaderError("the MAC of the header has the wrong length")
    return Header(tuple(stanzas), mac, data[: lines.position])


def parse_whole(data: bytes) -> Header:
    """A header and nothing after it.  Raises HeaderError."""
    header = parse(data)
    if len(header.raw) != len(data):
        raise HeaderError("something follows the header")
    return header


class _Lines:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def next(self) -> bytes:
        end = self.data.find(b"\n", self.position)
        if end < 0:
            raise HeaderError("the header ends too early or is too large")
        line = self.data[self.position : end]
        self.position = end + 1
        return line


def _stanza(line: bytes, lines: _Lines) -> Stanza:
    if not line.startswith(b"-> "):
        raise HeaderError("a stanza does not begin with an arrow")
    args = line[3:].split(b" ")
    if any(not arg or any(not 33 <= byte <= 126 for byte in arg) for arg in args):
        raise HeaderError("a stanza has an argument that is empty or not printable")
    text = b""
    while True:
        body = lines.next()
        if len(body) > 64:
            raise HeaderError("a line of a stanza is too long")
        text += body
        if len(body) < 64:
            break
    kind, *rest = (arg.decode("ascii") for arg in args)
    return Stanza(kind, tuple(rest), _bytes(text))


def _bytes(text: bytes) -> bytes:
    try:
        return unraw64(text)
    except FormatError as error:
        raise HeaderError(str(error)) from error


def require_hybrid(header: Header, count: int) -> None:
    """Raises HeaderError unless the header has exactly `count` well-formed `mlkem768x25519` stanzas and no other."""
    if len(header.stanzas) != count:
        raise HeaderError(f"the header has {len(header.stanzas)} recipients instead of {count}")
    for stanza in header.stanzas:
        if stanza.type != HYBRID or len(stanza.args) != 1 or len(stanza.body) != 32:
            raise HeaderError(f"a recipient is not of the type {HYBRID}")
        if len(_bytes(stanza.args[0].encode())) != 1120:
            raise HeaderError("a recipient's share has the wrong length")
