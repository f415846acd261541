"""Making something hostile from something good: bytes, lines, and JSON in every way that JSON can be wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

NUMBERS = ["0", "-1", "-0", "1e3", "1.0", "9007199254740991", "9007199254740992", "1" * 400, "NaN", "Infinity", "01"]
STRINGS = [
    '""', '"\\ud800"', '"\\u0000"', '"\\u202e"', '"' + "a" * 5000 + '"', '"\u0662\u0660\u0662\u0666-11-23T20:00:00Z"',
    '"2026-02-30T00:00:00Z"', '"é"', '"e\\u0301"', '"__proto__"', '"AAAA"', '"A"', '"age1pq1qqqq"',
    '"00000000-0000-4000-8000-000000000000"', '"' + "f" * 64 + '"', '"' + "F" * 64 + '"', '"XA"', '"OTP"',
]  # fmt: skip
OTHERS = ["null", "true", "false", "[]", "{}", "[" * 200 + "]" * 200, "[" * 90000, '{"a":' * 17 + "1" + "}" * 17, ""]
CHUNKS = [
    b"",
    b"\0",
    b"\xff",
    b"\n",
    b"\r\n",
    b" ",
    b"-> ",
    b"---",
    b"=",
    b"\xef\xbb\xbf",
    b"\xe2\x80\x94 ",
    b"\x80" * 8,
]


class Raw(str):
    """A piece of JSON text that stands as it is."""


class Table(list[tuple[str, Any]]):
    """A JSON object as pairs, in which a key may stand twice."""


def tabled(value: Any) -> Any:
    """Plain values with every object as a `Table`."""
    if isinstance(value, dict):
        return Table((key, tabled(inner)) for key, inner in value.items())
    return [tabled(inner) for inner in value] if isinstance(value, list) else value


def text(value: Any) -> str:
    """As JSON."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, Table):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{text(inner)}" for key, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _places(value: Any, found: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Every container with every place in it."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            found.append((value, place))
            _places(inner[1] if isinstance(value, Table) else inner, found)
    return found


def _set(container: Any, place: int, to: Any) -> None:
    container[place] = (container[place][0], to) if isinstance(container, Table) else to


def _get(container: Any, place: int) -> Any:
    return container[place][1] if isinstance(container, Table) else container[place]


def spoil(chance: random.Random, value: Any) -> Any:
    """The same with one to three faults; `value` is plain."""
    whole = [tabled(value)]
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        container, place = chance.choice(_places(whole, []))
        kind = chance.randrange(9)
        if kind == 0 and container is not whole:
            del container[place]
        elif kind == 1 and container is not whole:
            container.insert(chance.randint(0, len(container)), container[place])
        elif kind == 2 and isinstance(container, Table):
            container.insert(place, (chance.choice(["x", "v", "type", "é", ""]), chance.choice([1, None, "x"])))
        elif kind == 3 and container is not whole:
            chance.shuffle(container)
        elif kind == 4:
            other, there = chance.choice(_places(whole, []))
            _set(container, place, deepcopy(_get(other, there)))
        elif kind == 5 and isinstance(old := _get(container, place), str) and type(old) is str:
            _set(container, place, letters(chance, old))
        elif kind == 6 and isinstance(old := _get(container, place), int):
            _set(container, place, chance.choice([old + 1, old - 1, -old, old * 2**40, str(old), bool(old)]))
        else:
            _set(container, place, Raw(chance.choice(chance.choice((NUMBERS, STRINGS, OTHERS)))))
    return whole[0] if whole else None


def spoiled(chance: random.Random, value: Any) -> bytes:
    """Plain values as JSON bytes with faults; now and then the bytes too."""
    data = text(spoil(chance, value)).encode("utf-8", "surrogatepass")
    return scrambled(chance, data) if chance.random() < 0.1 else data


def letters(chance: random.Random, old: str) -> str:
    """A text with a letter more, less or other."""
    place = chance.randint(0, len(old))
    letter = chance.choice(["", "a", "A", "0", "=", "/", " ", "\n", "é", "\ud800", "\u0660", "1"])
    return old[:place] + letter + old[place + chance.randint(0, 2) :]


def scrambled(chance: random.Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """Bytes with one to four faults."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(found))
        end = min(len(found), start + chance.choice((1, 1, 2, 8, 64, 1000)))
        kind = chance.randrange(8)
        if kind == 0 and start < len(found):
            found[start] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del found[start:end]
        elif kind == 2:
            found[start:start] = found[start:end] * chance.choice((1, 2, 50))
        elif kind == 3:
            found[start:start] = chance.choice(CHUNKS)
        elif kind == 4:
            del found[start:]
        elif kind == 5:
            found[start:end] = chance.randbytes(end - start)
        elif kind == 6 and others:
            found[start:] = chance.choice(others)[start:]
        elif start < len(found):
            found[start] = chance.choice(b"\0\n\r -=+/09azAZ\x7f\x80\xff")
    return bytes(found)


def shuffled(chance: random.Random, data: bytes) -> bytes:
    """Lines dropped, doubled, moved, joined, lengthened."""
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 3)):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(7)
        if kind == 0 and len(lines) > 1:
            del lines[place]
        elif kind == 1:
            lines.insert(other, lines[place])
        elif kind == 2:
            lines[place], lines[other] = lines[other], lines[place]
        elif kind == 3:
            lines[place] += chance.choice(CHUNKS)
        elif kind == 4:
            lines[place] = scrambled(chance, lines[place])
        elif kind == 5:
            lines[place:place] = [lines[place]] * chance.choice((2, 70, 300))
        else:
            lines[place] = lines[place][: chance.randint(0, len(lines[place]))]
    return b"\n".join(lines)


def noise(chance: random.Random) -> bytes:
    """Bytes of no meaning."""
    return chance.randbytes(chance.choice((0, 1, 7, 64, 1000, 70000)))


def mixed(*ways: Callable[[random.Random], bytes], plain: Sequence[bytes]) -> Callable[[random.Random], bytes]:
    """Each of the ways, and beside them good inputs scrambled, their lines shuffled, and noise."""

    def make(chance: random.Random) -> bytes:
        kind = chance.random()
        if kind < 0.02:
            return noise(chance)
        if kind < 0.04:
            return chance.choice(plain)
        if not ways or kind < 0.3:
            how = chance.choice((scrambled, scrambled, shuffled))
            return how(chance, chance.choice(plain))
        return chance.choice(ways)(chance)

    return make
