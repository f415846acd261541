"""Write `log.json` beside this file: notes, checkpoints, proofs, tiles and receipts, and such as are refused.

    ./dev python tests/vectors/log/make.py

Every run gives the same file.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.seal.log_cases import LOG_KEY, NOT_CHECKPOINTS, NOT_KEYS, NOT_NOTES, ROOT, SIGNED, not_receipts
from tests.seal.test_log_notes import WITNESSES, cosigned
from tests.seal.test_log_receipts import KEY, LINES, altered, checkpoint, made
from tests.seal.test_log_receipts import WITNESSES as TWO
from tests.vectors.log_checks import counted

from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import body
from comity_seal.log.notes import LOG, WITNESS
from comity_seal.log.proof import Proof
from comity_seal.log.signer import NoteKey
from comity_seal.log.tiles import Tile, Tiles

SOURCE = "docs/sealing.md, section 11; made by tests/vectors/log/make.py"
VECTORS: list[dict[str, Any]] = []
MANY = 70_000
WIDEST = 2**53 - 1


def vector(name: str, check: str, **given: Any) -> None:
    VECTORS.append({"name": name, "check": check, **given})


def text(data: bytes) -> str:
    return b64encode(data).decode()


def keys() -> None:
    for key in (LOG_KEY, WITNESSES[0]):
        vector(f"key of {key.public.name}", "key", key=str(key.public), gives=str(key.public))
    for n, one in enumerate(NOT_KEYS):
        vector(f"not a key, {n}", "key", key=one, error="BadNote")


def notes() -> None:
    key = str(LOG_KEY.public)
    for n, one in enumerate(NOT_NOTES):
        vector(f"not a note, {n}", "note", key=key, note=text(one.encode()), error="BadNote")
    vector("not UTF-8", "note", key=key, note=text(b"te\xffxt" + SIGNED), error="BadNote")
    said = SIGNED.decode().rpartition("\n\n")[0] + "\n"
    vector("by a key that is not known", "note", key=str(KEY.public), note=text(SIGNED), gives=[said, False])
    two = SIGNED + SIGNED.partition(b"\n\n")[2]
    vector("signed twice", "note", key=key, note=text(two), gives=[said, True])
    other = LOG_KEY.sign_checkpoint(2, ROOT).partition(b"\n\n")[2]
    vector("signed twice, once wrongly", "note", key=key, note=text(SIGNED + other), error="SignatureInvalid")
    # characters that some languages count among white space and others do not
    odd = NoteKey("court\N{ZERO WIDTH NO-BREAK SPACE}.example/log", LOG, b"\1" * 32)
    vector(
        "an odd name", "note", key=str(odd.public), note=text(odd.sign_note("\N{ZERO WIDTH NO-BREAK SPACE}text\n")),
        gives=["\N{ZERO WIDTH NO-BREAK SPACE}text\n", True],
    )  # fmt: skip


def checkpoints() -> None:
    key, first, second, third = (str(one.public) for one in (LOG_KEY, *WITNESSES))
    alias = str(NoteKey("another.name/2", WITNESS, b"\2" * 32).public)
    said = [LOG_KEY.public.name, 1, ROOT.hex()]
    vector("a checkpoint", "checkpoint", key=key, note=text(SIGNED), gives=[*said, []])
    widest = LOG_KEY.sign_checkpoint(WIDEST, ROOT)
    vector("the largest log", "checkpoint", key=key, note=text(widest), gives=[said[0], WIDEST, ROOT.hex(), []])
    empty = LOG_KEY.sign_checkpoint(0, merkle.EMPTY)
    vector("an empty log", "checkpoint", key=key, note=text(empty), gives=[said[0], 0, merkle.EMPTY.hex(), []])
    for n, one in enumerate(NOT_CHECKPOINTS):
        signed = LOG_KEY.sign_note(one)
        vector(f"not a checkpoint, {n}", "checkpoint", key=key, note=text(signed), error="BadNote")
    others = {
        "of its name": NoteKey(LOG_KEY.public.name, LOG, b"\7" * 32),
        "of another name": NoteKey("other.example/log", LOG, b"\1" * 32),
        "of a witness": WITNESSES[0],
    }
    for name, other in others.items():
        vector(f"another key, {name}", "checkpoint", key=str(other.public), note=text(SIGNED), error="UnknownLogKey")
    lent = others["of another name"].sign_note(body(LOG_KEY.public.name, 1, ROOT))
    vector("signed by another log", "checkpoint", key=key, note=text(lent), error="UnknownLogKey")
    changed = SIGNED.replace(b"\n1\n", b"\n2\n")
    vector("another size", "checkpoint", key=key, note=text(changed), error="SignatureInvalid")

    both = text(cosigned(WITNESSES[0], WITNESSES[1], WITNESSES[0]))
    names = [one.public.name for one in WITNESSES[:2]]
    seen = {"key": key, "note": both}
    vector("seen by two", "checkpoint", **seen, witnesses=[first, second, third], least=2, gives=[*said, names])
    vector("seen by two, three required", "checkpoint", **seen, witnesses=[first, second, third], least=3,
           error="TooFewWitnesses")  # fmt: skip
    vector("one witness under two names", "checkpoint", key=key,
           note=text(cosigned(WITNESSES[0], NoteKey("another.name/2", WITNESS, b"\2" * 32))),
           witnesses=[first, alias], least=2, error="TooFewWitnesses")  # fmt: skip
    moved = cosigned(WITNESSES[0], data=LOG_KEY.sign_checkpoint(2, ROOT)).splitlines(keepends=True)[-1]
    vector("a cosignature of another state", "checkpoint", key=key, note=text(SIGNED + moved), witnesses=[first],
           least=1, error="SignatureInvalid")  # fmt: skip


SPECIAL = 2**40 + 12345


@cache
def alike(level: int) -> bytes:
    """Subtrees whose leaves are all the same."""
    return merkle.node(alike(level - 1), alike(level - 1)) if level else merkle.leaf(b"alike")


@cache
def vast(level: int, index: int) -> bytes:
    """Subtrees of a tree without end, whose leaves are alike but for one."""
    if index != SPECIAL >> level:
        return alike(level)
    if level == 0:
        return merkle.leaf(b"special")
    return merkle.node(vast(level - 1, 2 * index), vast(level - 1, 2 * index + 1))


def trees() -> None:
    kept = counted(MANY)
    pairs = [(1, 1), (255, 256), (256, 257), (300, 65_535), (65_536, 65_537), (255, MANY), (65_793, MANY), (0, MANY)]
    for old, size in pairs:
        subtree = Tiles(size, lambda tile: kept[f"{tile.level}/{tile.n}"][: tile.width * 32])
        proof = [one.hex() for one in merkle.consistency_proof(old, size, subtree)]
        gives = [merkle.head(size, subtree).hex(), proof]
        vector(f"from tiles, {old} to {size}", "tree", count=MANY, old=old, size=size, gives=gives)
    for level, n, width in ((0, 1_234_067, 256), (0, 0, 5), (7, 255, 1), (1, 1000, 256), (0, 2**45 - 1, 255)):
        vector(f"tile {level} {n} {width}", "tile", level=level, n=n, width=width, gives=Tile(level, n, width).path)


def proofs() -> None:
    for size in (SPECIAL + 1, 2**52, WIDEST):
        root, leaf = merkle.head(size, vast), merkle.leaf(b"special")
        _inclusions(size, root, leaf, merkle.inclusion_proof(SPECIAL, size, vast))
        for old in (SPECIAL, 2**52):
            if old < size:
                _continuations(old, merkle.head(old, vast), size, root, merkle.consistency_proof(old, size, vast))
    small = merkle.from_leaves([merkle.leaf(bytes([n])) for n in range(9)])
    heads = [merkle.head(size, small).hex() for size in range(10)]
    for name, old, before, size, after in (
        ("shorter", 5, heads[5], 4, heads[4]),
        ("two states of one size", 5, heads[5], 5, heads[4]),
        ("an empty log that was none", 0, heads[3], 3, heads[3]),
    ):
        given = {"old": old, "old_root": before, "size": size, "root": after, "proof": []}
        vector(name, "consistency", **given, error="InconsistentLog")
    same = {"old": 5, "old_root": heads[5], "size": 5, "root": heads[5]}
    vector("the same", "consistency", **same, proof=[], error="")
    vector("the same, with a proof", "consistency", **same, proof=[heads[1]], error="InconsistentLog")


def _inclusions(size: int, root: bytes, leaf: bytes, proof: list[bytes]) -> None:
    given = {"size": size, "leaf": leaf.hex(), "root": root.hex()}
    hashes = [one.hex() for one in proof]
    vector(f"in {size}", "inclusion", index=SPECIAL, proof=hashes, **given, error="")
    for name, index, path in (
        ("beside it", SPECIAL - 1, hashes),
        ("behind the end", size, hashes),
        ("cut", SPECIAL, hashes[:-1]),
        ("longer", SPECIAL, [*hashes, hashes[0]]),
        ("altered", SPECIAL, [root.hex(), *hashes[1:]]),
    ):
        vector(f"in {size}, {name}", "inclusion", index=index, proof=path, **given, error="BadProof")


def _continuations(old: int, before: bytes, size: int, root: bytes, proof: list[bytes]) -> None:
    given = {"old": old, "size": size, "root": root.hex()}
    hashes = [one.hex() for one in proof]
    vector(f"{old} to {size}", "consistency", old_root=before.hex(), proof=hashes, **given, error="")
    for name, path in (
        ("cut", hashes[:-1]),
        ("longer", [*hashes, hashes[0]]),
        ("altered", [root.hex(), *hashes[1:]]),
    ):
        vector(f"{old} to {size}, {name}", "consistency", old_root=before.hex(), proof=path, **given,
               error="InconsistentLog")  # fmt: skip
    forged = sha256(before).hexdigest()
    vector(f"{old} to {size}, of another beginning", "consistency", old_root=forged, proof=hashes, **given,
           error="InconsistentLog")  # fmt: skip


def receipts() -> None:
    key, names = str(KEY.public), [one.public.name for one in TWO]
    both = {"key": key, "witnesses": [str(one.public) for one in TWO], "least": 2}
    for seq, size in ((1, 1), (1, 40), (7, 7), (7, 40), (40, 40)):
        said = [seq, "2026-11-23T20:00:00.000000Z", "rfa.acknowledged", "rfa:é", size, []]
        vector(f"line {seq} of {size}", "receipt", key=key, receipt=text(made(seq, size)), gives=said)
    seen = [7, "2026-11-23T20:00:00.000000Z", "rfa.acknowledged", "rfa:é", 40, names]
    vector("seen by both", "receipt", **both, receipt=text(made(witnesses=tuple(TWO))), gives=seen)
    vector("seen by one", "receipt", **both, receipt=text(made(witnesses=tuple(TWO[:1]))), error="TooFewWitnesses")
    for name, other in (
        ("of another name", NoteKey("elsewhere.example/log", LOG, b"\1" * 32)),
        ("of the same name", NoteKey(KEY.public.name, LOG, b"\5" * 32)),
    ):
        vector(f"another log {name}", "receipt", key=key, receipt=text(made(key=other)), error="UnknownLogKey")
    previous, line, digest = LINES[6]
    for name, changes in {
        "by somebody else": {"line": line.replace("chidi", "amina")},
        "of another year": {"line": line.replace("2026", "2025")},
        "another line": {"line": LINES[7][1]},
        "another line before": {"prev": LINES[7][0]},
    }.items():
        vector(name, "receipt", key=key, receipt=text(altered(**changes)), error="BadProof")
    for name, changes in {"v 2": {"v": 2}, "one more": {"more": 1}, "capitals": {"prev": "F" * 64}}.items():
        vector(f"extra, {name}", "receipt", key=key, receipt=text(altered(**changes)), error="FormatError")
    root = merkle.leaf(bytes.fromhex(digest))
    lying = receipt.make(line, previous, 0, [], KEY.sign_checkpoint(1, root))
    vector("line 7 at place 1", "receipt", key=key, receipt=text(lying), error="BadProof")
    proof = Proof.parse(made())
    spaced = json.dumps(json.loads(proof.extra or b""), indent=1).encode()
    for name, extra in (("spaced", spaced), ("none", None)):
        odd = Proof(proof.index, proof.hashes, checkpoint(), extra).to_bytes()
        vector(f"extra, {name}", "receipt", key=key, receipt=text(odd), error="BadNote")
    for n, one in enumerate(not_receipts(made())):
        vector(f"not a receipt, {n}", "receipt", key=key, receipt=text(one), error="BadNote")


def main() -> None:
    for write in (keys, notes, checkpoints, trees, proofs, receipts):
        write()
    held = {"source": SOURCE, "vectors": VECTORS}
    Path(__file__).with_name("log.json").write_text(json.dumps(held, indent=0) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
