"""Where the hashes of a log's tree are kept and asked for: tiles of up to 256 hashes [C2SP tlog-tiles]."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from comity_seal.errors import BadNote, InconsistentLog
from comity_seal.log.merkle import LARGEST, node

HEIGHT = 8
WIDTH = 256
"""Hashes of a full tile."""

HASH = 32

_PATH = re.compile(r"((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, order=True)
class Tile:
    """The hashes from `n * 256` of those over 256**level leaves each; `width` of them."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its address below the log's: tile/0/x001/x234/067.p/5."""
        parts = [f"{self.n % 1000:03d}"]
        rest = self.n // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(parts)}{partial}"

    @classmethod
    def parse(cls, level: int, rest: str) -> Tile:
        """From an address.  Raises BadNote unless it is written in the one way that it can be."""
        found = _PATH.fullmatch(rest)
        if found is None or not 0 <= level <= 63:
            raise BadNote("this is not the address of a tile")
        tile = cls(level, int(found[1].replace("x", "").replace("/", "")), int(found[2] or WIDTH))
        if tile.path != f"tile/{level}/{rest}" or tile.n > LARGEST:
            raise BadNote("this is not the address of a tile")
        return tile

    def fits(self, size: int) -> bool:
        """Whether a tree of `size` leaves has this tile, in this width or wider."""
        return self.level < 8 and self.n * WIDTH + self.width <= size >> (HEIGHT * self.level)


def holding(level: int, index: int, size: int) -> tuple[Tile, int, int]:
    """The tile of a tree of `size` leaves that gives a complete subtree, and which of its hashes, from and to."""
    above, within = divmod(level, HEIGHT)
    start = index << within
    n = start // WIDTH
    count = size >> (HEIGHT * above)
    first = start - n * WIDTH
    return Tile(above, n, min(WIDTH, count - n * WIDTH)), first, first + (1 << within)


def subtree_hash(hashes: list[bytes]) -> bytes:
    """The hash over hashes that stand side by side; a power of two of them."""
    while len(hashes) > 1:
        hashes = [node(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]


class Tiles:
    """The subtrees of a tree of `size` leaves, read from tiles, each of them once."""

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self._size = size
        self._read = read
        self._known: dict[Tile, bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The hash over the 2**level leaves from index * 2**level.  Raises InconsistentLog for a tile too short."""
        tile, first, last = holding(level, index, self._size)
        if tile not in self._known:
            content = self._read(tile)
            if len(content) != tile.width * HASH:
                raise InconsistentLog(f"{tile.path} has not {tile.width} hashes")
            self._known[tile] = content
        content = self._known[tile]
        return subtree_hash([content[n * HASH : (n + 1) * HASH] for n in range(first, last)])
