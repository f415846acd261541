"""A log that the platform keeps for one person: signed with its own key, and with hashes that fit."""

import re
from collections.abc import Callable

from bench._proxy import Exchange

from comity_seal.log import merkle
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.signer import NoteKey

LIKE = [merkle.leaf(b"another")]
"""Of each level, the hash over leaves that are all the same."""

for _level in range(30):
    LIKE.append(merkle.node(LIKE[-1], LIKE[-1]))


def another(key: NoteKey, more: int) -> Callable[[Exchange], bool]:
    """In the place of the log's newest state and tiles: as many lines and so many more, all of them others."""

    def meddle(exchange: Exchange) -> bool:
        if exchange.resource == "/log/checkpoint":
            exchange.content = forked(key, exchange.content, more)
        elif exchange.resource.startswith("/log/tile/"):
            exchange.status, exchange.content = 200, tile(exchange.resource)
        else:
            return False
        return True

    return meddle


def forked(key: NoteKey, note: bytes, more: int) -> bytes:
    """A checkpoint of the other log, for one of the platform's."""
    size = Checkpoint.parse(note).size + more
    return key.sign_checkpoint(size, merkle.head(size, lambda level, _index: LIKE[level]))


def tile(address: str) -> bytes:
    """The tile of the other log at an address that ends like this."""
    found = re.search(r"tile/(\d)/.*?(?:\.p/(\d+))?$", address)
    assert found
    return LIKE[8 * int(found[1])] * int(found[2] or 256)
