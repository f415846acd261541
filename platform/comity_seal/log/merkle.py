"""The Merkle tree of a log: heads, inclusion and consistency proofs [RFC 6962, 2.1; RFC 9162, 2.1].

Proofs are made from complete subtrees, which `tiles` finds; verification needs the proof alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from comity_seal.errors import BadProof, InconsistentLog

Subtree = Callable[[int, int], bytes]
"""The hash over the 2**level leaves from index * 2**level, for a level and an index."""

EMPTY = sha256(b"").digest()
"""The head of a tree without leaves."""

LARGEST = 2**53 - 1
"""Leaves of a tree."""


def leaf(data: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two children."""
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1


def _hash(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over the leaves from `start` up to `end`; `start` is where the tree divides."""
    count = end - start
    level = count.bit_length() - 1
    if count == 1 << level:
        return subtree(level, start >> level)
    middle = start + _split(count)
    return node(_hash(start, middle, subtree), _hash(middle, end, subtree))


def head(size: int, subtree: Subtree) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return _hash(0, size, subtree) if size else EMPTY


def from_leaves(leaves: Sequence[bytes]) -> Subtree:
    """Subtrees over leaf hashes at hand."""

    def subtree(level: int, index: int) -> bytes:
        hashes = list(leaves[index << level : (index + 1) << level])
        while len(hashes) > 1:
            hashes = [node(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
        return hashes[0]

    return subtree


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """From the leaf's sibling up to the root's child."""
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_hash(middle, end, subtree))
            end = middle
        else:
            proof.append(_hash(start, middle, subtree))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """That the tree of `old` leaves is the beginning of the tree of `new`; nothing for an empty or the same tree."""
    if not 0 <= old <= new:
        raise ValueError("a log only grows")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_hash(middle, end, subtree))
            end = middle
        else:
            proof.append(_hash(start, middle, subtree))
            start, whole = middle, False
    if not whole:
        proof.append(_hash(start, end, subtree))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless the leaf stands at `index` of the tree of `size` leaves with that root."""
    if not 0 <= index < size:
        raise BadProof("the log had no such line then")
    path = list(proof)
    try:
        found = _climb(index, size, leaf_hash, path)
    except IndexError:
        raise BadProof("the proof is too short") from None
    if path:
        raise BadProof("the proof is too long")
    if found != root:
        raise BadProof("the line does not lead to the root that the log signed")


def _climb(index: int, size: int, leaf_hash: bytes, path: list[bytes]) -> bytes:
    """The root that leaf and path give; takes the path's hashes from its end, the highest first."""
    if size == 1:
        return leaf_hash
    half, sibling = _split(size), path.pop()
    if index < half:
        return node(_climb(index, half, leaf_hash, path), sibling)
    return node(sibling, _climb(index - half, size - half, leaf_hash, path))


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises InconsistentLog unless the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if old > new:
        raise InconsistentLog(f"the log had {old} lines, and now it has {new}")
    if old == new and old_root != new_root:
        raise InconsistentLog(f"the log has signed two different states of {old} lines")
    path = list(proof)
    try:
        before, after = (
            _both(old, new, old_root, path) if 0 < old < new else (EMPTY if old == 0 else old_root, new_root)
        )
    except IndexError:
        raise InconsistentLog("the proof is too short") from None
    if path:
        raise InconsistentLog("the proof is too long")
    if before != old_root:
        raise InconsistentLog(f"the first {old} lines are no longer those that were signed")
    if after != new_root:
        raise InconsistentLog(f"the {new} lines do not continue the {old} that were signed")


def _both(old: int, new: int, known: bytes | None, path: list[bytes]) -> tuple[bytes, bytes]:
    """The two roots that the path gives; `known` is the old one as long as the whole of it lies on the way."""
    if old == new:
        found = known if known is not None else path.pop()
        return found, found
    half, sibling = _split(new), path.pop()
    if old <= half:
        before, after = _both(old, half, known, path)
        return before, node(after, sibling)
    before, after = _both(old - half, new - half, None, path)
    return node(sibling, before), node(sibling, after)
