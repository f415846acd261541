"""What the vectors of `log/` ask of the Python library: notes, checkpoints, proofs, tiles, receipts."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from comity_seal.envelope import Envelope
from comity_seal.errors import SealError
from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import Checkpoint, open_checkpoint, require_witnesses
from comity_seal.log.notes import Note, VerifierKey
from comity_seal.log.proof import Trust
from comity_seal.log.state import written
from comity_seal.log.tiles import Tile, Tiles
from comity_seal.opening.manifest import Manifest

Given = dict[str, Any]
FOLDER = Path(__file__).parent / "log"


def published() -> Iterator[tuple[str, str, Given]]:
    """Name, check and content of each published example, from its own file."""
    for name in ("example", "neumann"):
        key, note = (FOLDER / f"{name}.vkey").read_text(), (FOLDER / f"{name}.note").read_bytes()
        given = {"key": key, "note": b64encode(note).decode()}
        yield f"{name}.note", "note", {**given, "gives": [note.decode().rpartition("\n\n")[0] + "\n", True]}
    sofa = (FOLDER / "sofa.checkpoint").read_bytes()
    said = ["example.com/behind-the-sofa", 20852163, b64decode(sofa.split(b"\n")[2]).hex(), []]
    yield "sofa.checkpoint", "checkpoint", {"key": None, "note": b64encode(sofa).decode(), "gives": said}
    tree = json.loads((FOLDER / "tree.json").read_text())
    leaves, roots = tree["leaves"], tree["roots"]
    for size, root in enumerate(roots):
        given = {"leaves": leaves[:size], "old": 0, "size": size, "gives": [root, []]}
        yield f"tree.json, {size} leaves", "tree", given
    for index, size, proof in tree["inclusion"]:
        hashed = merkle.leaf(bytes.fromhex(leaves[index])).hex()
        given = {"index": index, "size": size, "leaf": hashed, "proof": proof, "root": roots[size], "error": ""}
        yield f"tree.json, leaf {index} of {size}", "inclusion", given
    for old, size, proof in tree["consistency"]:
        both = {"old": old, "old_root": roots[old], "size": size, "root": roots[size], "proof": proof, "error": ""}
        yield f"tree.json, {old} to {size}", "consistency", both
        made = {"leaves": leaves[:size], "old": old, "size": size, "gives": [roots[size], proof]}
        yield f"tree.json, the proof from {old} to {size}", "tree", made


def _compared(given: Given, run: Callable[[], object]) -> str:
    try:
        found = run()
    except SealError as error:
        found = type(error).__name__
    wanted = given.get("error") or given.get("gives")  # what only verifies gives nothing
    return "" if found == wanted else f"{found!r} instead of {wanted!r}"


def _trust(given: Given) -> Trust:
    witnesses = tuple(VerifierKey.parse(one) for one in given.get("witnesses", []))
    return Trust(VerifierKey.parse(given["key"]), witnesses, given.get("least", 0))


def check_key(given: Given) -> str:
    return _compared(given, lambda: str(VerifierKey.parse(given["key"])))


def check_note(given: Given) -> str:
    """Its text, and whether the key has signed it."""

    def run() -> list[object]:
        note = Note.parse(b64decode(given["note"]))
        return [note.text, note.signed_by(VerifierKey.parse(given["key"]))]

    return _compared(given, run)


def check_checkpoint(given: Given) -> str:
    """Origin, size, root, and which witnesses have seen it; without a key it is read only."""

    def run() -> list[object]:
        data = b64decode(given["note"])
        if given["key"] is None:
            found, names = Checkpoint.parse(data), []
        else:
            trust = _trust(given)
            found = open_checkpoint(data, trust.log)
            names = [one.witness.name for one in require_witnesses(found, trust.witnesses, trust.least)]
        return [found.origin, found.size, found.root.hex(), names]

    return _compared(given, run)


def _hashes(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in texts]


def check_inclusion(given: Given) -> str:
    leaf, root = _hashes([given["leaf"], given["root"]])
    proof = _hashes(given["proof"])
    return _compared(given, lambda: merkle.verify_inclusion(given["index"], given["size"], leaf, proof, root))


def check_consistency(given: Given) -> str:
    before, after = _hashes([given["old_root"], given["root"]])
    proof = _hashes(given["proof"])
    return _compared(
        given, lambda: merkle.verify_consistency(given["old"], before, given["size"], after, proof) or None
    )


@cache
def counted(size: int) -> dict[str, bytes]:
    """The tiles of a tree whose leaves are their numbers in four bytes, by level and place."""
    return plain_tiles([merkle.leaf(n.to_bytes(4, "big")) for n in range(size)])


def plain_tiles(hashes: list[bytes]) -> dict[str, bytes]:
    """Tiles over leaf hashes, made the plain way."""
    found, level = {}, 0
    while hashes:
        rows = [hashes[n : n + 256] for n in range(0, len(hashes), 256)]
        found.update({f"{level}/{n}": b"".join(row) for n, row in enumerate(rows)})
        hashes, level = [_full(row) for row in rows if len(row) == 256], level + 1
    return found


def _full(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [merkle.node(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]


def check_tree(given: Given) -> str:
    """The root over `size` leaves and the proof that they continue `old`, from tiles."""
    leaves = given.get("leaves")
    kept = counted(given["count"]) if leaves is None else plain_tiles([merkle.leaf(one) for one in _hashes(leaves)])

    def read(tile: Tile) -> bytes:
        return kept[f"{tile.level}/{tile.n}"][: tile.width * 32]

    def run() -> list[object]:
        subtree = Tiles(given["size"], read)
        proof = merkle.consistency_proof(given["old"], given["size"], subtree)
        return [merkle.head(given["size"], subtree).hex(), [one.hex() for one in proof]]

    return _compared(given, run)


def check_tile(given: Given) -> str:
    return _compared(given, lambda: Tile(given["level"], given["n"], given["width"]).path)


def check_receipt(given: Given) -> str:
    """Number, time, name and subject of the line, the size of the log, and which witnesses have seen it."""

    def run() -> list[object]:
        proven = receipt.verify(b64decode(given["receipt"]), _trust(given))
        line, names = proven.line, [one.witness.name for one in proven.cosigned]
        return [line.seq, line.at, line.name, line.subject, proven.checkpoint.size, names]

    return _compared(given, run)


def check_relied(given: Given) -> str:
    """The state of the log that a manifest and an envelope name, or null."""

    def run() -> list[object]:
        found = [Envelope.from_bytes(given["envelope"].encode()), Manifest.from_bytes(given["manifest"].encode())]
        return [written(one.seen) for one in found]

    return _compared(given, run)


def check_handled(given: Given) -> str:
    """The handling limits that a manifest and an envelope name."""

    def run() -> list[object]:
        found = [Envelope.from_bytes(given["envelope"].encode()), Manifest.from_bytes(given["manifest"].encode())]
        return [list(one.handling) for one in found]

    return _compared(given, run)


def check_translated(given: Given) -> str:
    """Of what document a manifest says that it is a translation."""

    def run() -> dict[str, object] | None:
        Envelope.from_bytes(given["envelope"].encode())
        found = Manifest.from_bytes(given["manifest"].encode()).translation
        return found.to_json() if found else None

    return _compared(given, run)


CHECKS: dict[str, Callable[[Given], str]] = {
    "key": check_key,
    "note": check_note,
    "checkpoint": check_checkpoint,
    "inclusion": check_inclusion,
    "consistency": check_consistency,
    "tree": check_tree,
    "tile": check_tile,
    "receipt": check_receipt,
    "relied": check_relied,
    "handled": check_handled,
    "translated": check_translated,
}
