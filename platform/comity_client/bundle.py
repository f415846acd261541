"""A bundle: one file that carries requests to an office without a connection, or its answer back.

It is a tar file.  Whoever finds it reads nothing in it: every member is sealed to the key set of whoever made it, or is
a part of a sealed payload, or opens with her passphrase.  Its last member, the index, names every other with its hash,
and is signed with the same key set.  (docs/sealing.md, section 12)
"""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from comity_client.errors import ClientConflict, NotVerified
from comity_seal import canonical, dsse, tree
from comity_seal.errors import FormatError, HashMismatch, NoMatch, SealError
from comity_seal.opening import age
from comity_seal.opening.identities import HybridRecipient
from comity_seal.opening.keyset import KeySet
from comity_seal.parties import Sender
from comity_seal.ways import PASSPHRASE, RECOVERY

TYPE = "application/vnd.comity.bundle.v1+json"
REQUESTS, ANSWER = "requests", "answer"
README, INDEX = "README.txt", "index.age"
WAYS = {PASSPHRASE: "keys.scrypt.age", RECOVERY: "keys.recovery.age"}
NAME = re.compile(r"README\.txt|keys\.(scrypt|recovery)\.age|[0-9]{6}\.(age|part)|index\.age")
PARTS = re.compile(r"/documents/[0-9a-f-]{36}/parts/[0-9]+")
SAID = {
    REQUESTS: "requests: open it with `comity bundle open`",
    ANSWER: "an answer: bring it in with `comity bundle submit`",
}
MOST = 200_000
"""Members of a bundle."""

LARGEST_SEALED = 64 * 2**20
"""Bytes of a sealed member, which is opened in memory."""

WORDS = b"""\
This is a bundle of the cooperation platform Comity.  Nothing in it can be read without the key set of whoever made it.
`comity bundle open` opens requests, without any connection; `comity bundle submit` brings an answer in.
"""


class BrokenBundle(NotVerified):
    """A bundle is not whole, or was changed, or is none."""


class ForeignBundle(NotVerified):
    """A bundle is of another person or kind, or stands under another root or log, than the one asked for."""


@dataclass(frozen=True)
class Entry:
    """A member as the index names it: `at` is what it is a copy of."""

    name: str
    at: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Index:
    """What a bundle holds: of which kind it is, who made it and when, and under which root and log."""

    kind: str
    by: Sender
    created: str
    root: str
    log_key: str | None
    requests: tuple[str, ...]
    members: tuple[Entry, ...]


class Writer:
    """Makes a bundle at `path`, which is there only once `end` has returned.  Raises ClientConflict, OSError."""

    def __init__(self, path: Path, keyset: KeySet, ways: dict[str, bytes] | None = None) -> None:
        if path.exists():
            raise ClientConflict(f"{path} exists already: name another file.")
        self._path, self._keyset = path, keyset
        self._recipient = HybridRecipient(keyset.public.age)
        self._members: list[Entry] = []
        self._fresh = path.with_name(f".{path.name}.{os.getpid()}")
        self._file = os.fdopen(os.open(self._fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
        self._add(README, "", WORDS)
        for kind, file in sorted((ways or {}).items()):
            self._add(WAYS[kind], "", file)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._file.close()
        self._fresh.unlink(missing_ok=True)

    def put(self, at: str, content: bytes) -> None:
        """A copy of what is at `at`; sealed, unless it is a part of a payload and so is sealed already."""
        number = f"{len(self._members):06}"
        if PARTS.fullmatch(at):
            self._add(f"{number}.part", at, content)
        else:
            self._add(f"{number}.age", at, age.seal(content, [self._recipient]))

    def _add(self, name: str, at: str, content: bytes) -> None:
        self._tell(name, content)
        self._members.append(Entry(name, at, len(content), sha256(content).hexdigest()))

    def _tell(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))

    def end(
        self, kind: str, by: Sender, created: str, *, root: str, log_key: str | None, requests: Sequence[str]
    ) -> int:
        """Sign the index, and let the bundle have its name; gives its size in bytes."""
        index = {
            "v": 1,
            "root": root,
            "log_key": log_key,
            "requests": list(requests),
            "members": [
                {"name": one.name, "at": one.at, "bytes": one.bytes, "sha256": one.sha256} for one in self._members
            ],
        }
        content = canonical.dumps(index)
        seal = {
            "v": 1,
            "type": "bundle",
            "kind": kind,
            "index_sha256": sha256(content).hexdigest(),
            "by": by.to_json(),
            "created": created,
        }
        signed = self._keyset.sign(TYPE, canonical.dumps(seal))
        self._tell(INDEX, age.seal(signed + b"\n" + content, [self._recipient]))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        size = self._fresh.stat().st_size
        try:
            os.link(self._fresh, self._path)  # never over a file that came meanwhile
        except FileExistsError:
            raise ClientConflict(f"{self._path} exists already: name another file.") from None
        except OSError:  # a stick's file system may know no links
            self._fresh.replace(self._path)
        return size


@dataclass(frozen=True)
class _Place:
    offset: int
    bytes: int


class Bundle:
    """A bundle being read.  Only its shape is known before `unlock`; after it, everything in it is as it was made."""

    def __init__(self, path: Path) -> None:
        """Raises BrokenBundle for what is no bundle, or not a whole one; OSError."""
        self._path = path
        self._places = _places(path)
        self._at: dict[str, Entry] = {}
        self._keyset: KeySet | None = None

    @property
    def ways(self) -> dict[str, bytes]:
        """The protected key set that it carries, by kind of way; nothing of it is verified."""
        return {kind: self._read(name) for kind, name in WAYS.items() if name in self._places}

    def unlock(self, keyset: KeySet, kind: str) -> Index:
        """What it holds, if this key set made it and every byte is as it was made.

        Raises BrokenBundle or ForeignBundle.
        """
        try:
            index = self._index(keyset)
            self._compare(index)
        except (SealError, ValueError) as error:
            raise BrokenBundle(f"{self._path.name} is not authentic: {error}.") from error
        if index.kind != kind:
            raise ForeignBundle(f"{self._path.name} is a bundle of {SAID[index.kind]}.")
        self._keyset, self._at = keyset, {one.at: one for one in index.members if one.at}
        return index

    def _index(self, keyset: KeySet) -> Index:
        try:
            opened = age.unseal(self._read(INDEX), [keyset.identity])
        except NoMatch as error:
            raise ForeignBundle(
                f"{self._path.name} was made with another key set than yours: only whoever made a bundle opens it."
            ) from error
        signed, _, content = opened.partition(b"\n")
        seal = canonical.Reader(
            canonical.loads_strict(dsse.verify(signed, keyset.public, TYPE)),
            "the seal of the bundle",
            {"v", "type", "kind", "index_sha256", "by", "created"},
        )
        seal.version()
        seal.one_of("type", "bundle")
        by = Sender.from_json(seal.value["by"])
        if by.keyset != keyset.public.id:
            raise FormatError("the seal of the bundle names another key set than the one that signed it")
        if seal.matching("index_sha256", canonical.HEX) != sha256(content).hexdigest():
            raise HashMismatch("its index is not the one that was signed")
        read = canonical.Reader(
            canonical.loads_strict(content), "the index", {"v", "root", "log_key", "requests", "members"}
        )
        read.version()
        return Index(
            kind=seal.one_of("kind", REQUESTS, ANSWER),
            by=by,
            created=seal.matching("created", canonical.TIME),
            root=read.matching("root", canonical.HEX),
            log_key=None if read.value["log_key"] is None else read.text("log_key"),
            requests=tuple(_uuid(one) for one in read.items("requests")),
            members=tuple(_entry(one) for one in read.items("members", MOST)),
        )

    def _compare(self, index: Index) -> None:
        """Whether the members are exactly those of the index, in its order."""
        if [one.name for one in index.members] != [name for name in self._places if name != INDEX]:
            raise HashMismatch("its members are not those that were put in")
        if len({one.at for one in index.members if one.at}) != sum(bool(one.at) for one in index.members):
            raise FormatError("two members stand for the same thing")
        with self._path.open("rb") as file:
            for one in index.members:
                place = self._places[one.name]
                digest, left = sha256(), place.bytes
                file.seek(place.offset)
                while left and (block := file.read(min(left, 1 << 20))):
                    digest.update(block)
                    left -= len(block)
                if (place.bytes, digest.hexdigest()) != (one.bytes, one.sha256):
                    raise HashMismatch(f"its member {one.name} is not the one that was put in")

    def has(self, at: str) -> bool:
        return at in self._at

    def get(self, at: str) -> bytes:
        """What stands for `at`, compared with its hash once more.  Raises BrokenBundle."""
        entry = self._at.get(at)
        if entry is None or self._keyset is None:
            raise BrokenBundle(f"{self._path.name} lacks {at}: pack it again.")
        content = self._read(entry.name)
        try:
            if sha256(content).hexdigest() != entry.sha256:
                raise HashMismatch(f"its member {entry.name} was changed meanwhile")
            return content if PARTS.fullmatch(at) else age.unseal(content, [self._keyset.identity])
        except SealError as error:
            raise BrokenBundle(f"{self._path.name} is not authentic: {error}.") from error

    def _read(self, name: str) -> bytes:
        place = self._places[name]
        with self._path.open("rb") as file:
            file.seek(place.offset)
            return file.read(place.bytes)


def _places(path: Path) -> dict[str, _Place]:
    """Where each member is.  Raises BrokenBundle."""
    found: dict[str, _Place] = {}
    try:
        with tarfile.open(path, "r:") as tar:
            end = 0
            for member in tar:
                most = tree.PART if member.name.endswith(".part") else LARGEST_SEALED
                odd = member.type != tarfile.REGTYPE or member.pax_headers or not NAME.fullmatch(member.name)
                if odd or member.name in found or member.offset != end or member.size > most or len(found) > MOST:
                    raise BrokenBundle(f"{path.name} is no bundle, or was changed: it holds what no bundle holds.")
                found[member.name] = _Place(member.offset_data, member.size)
                end = member.offset_data + -(-member.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
    except (tarfile.TarError, ValueError, EOFError, OverflowError) as error:
        raise BrokenBundle(f"{path.name} is no bundle, or not a whole one: carry it here again.") from error
    length = path.stat().st_size
    if not found or list(found)[-1] != INDEX or next(iter(found)) != README or length < end + 2 * tarfile.BLOCKSIZE:
        raise BrokenBundle(f"{path.name} is no bundle, or not a whole one: carry it here again.")
    return found


def _uuid(value: Any) -> str:
    if not isinstance(value, str) or not canonical.UUID.fullmatch(value):
        raise FormatError("the index names something that is no request")
    return value


def _entry(value: Any) -> Entry:
    read = canonical.Reader(value, "a member of the index", {"name", "at", "bytes", "sha256"})
    return Entry(
        read.matching("name", NAME), read.text("at"), read.number("bytes"), read.matching("sha256", canonical.HEX)
    )
