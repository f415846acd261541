"""The tree of the log: published roots and proofs, every proof of trees of many sizes, and none that was altered."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity_seal.errors import BadNote, BadProof, InconsistentLog
from comity_seal.log import merkle, tiles
from comity_seal.log.tiles import Tile

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/log/tree.json").read_text())
LEAVES = [merkle.leaf(bytes.fromhex(one)) for one in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(one) for one in VECTORS["roots"]]
MANY = [merkle.leaf(n.to_bytes(4, "big")) for n in range(70_000)]


def plain_root(leaves: list[bytes]) -> bytes:
    """As RFC 6962 writes it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else merkle.EMPTY
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return merkle.node(plain_root(leaves[:half]), plain_root(leaves[half:]))


def kept(leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles over these leaves, made the plain way."""
    found, hashes, level = {}, leaves, 0
    while hashes:
        rows = [hashes[n : n + 256] for n in range(0, len(hashes), 256)]
        found.update({(level, n): b"".join(row) for n, row in enumerate(rows)})
        hashes, level = [plain_root(row) for row in rows if len(row) == 256], level + 1
    return found


TILES = kept(MANY)


def read(tile: Tile) -> bytes:
    return TILES[tile.level, tile.n][: tile.width * 32]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_found(size):
    assert merkle.head(size, merkle.from_leaves(LEAVES)) == ROOTS[size] == plain_root(LEAVES[:size])


@pytest.mark.parametrize(("index", "size", "proof"), VECTORS["inclusion"])
def test_the_published_inclusion_proofs_are_made_and_verify(index, size, proof):
    hashes = [bytes.fromhex(one) for one in proof]
    assert merkle.inclusion_proof(index, size, merkle.from_leaves(LEAVES)) == hashes
    merkle.verify_inclusion(index, size, LEAVES[index], hashes, ROOTS[size])


@pytest.mark.parametrize(("old", "new", "proof"), VECTORS["consistency"])
def test_the_published_consistency_proofs_are_made_and_verify(old, new, proof):
    hashes = [bytes.fromhex(one) for one in proof]
    assert merkle.consistency_proof(old, new, merkle.from_leaves(LEAVES)) == hashes
    merkle.verify_consistency(old, ROOTS[old], new, ROOTS[new], hashes)


def test_every_proof_of_small_trees_verifies_and_none_at_another_place():
    subtree = merkle.from_leaves(MANY)
    for size in range(1, 40):
        root = plain_root(MANY[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, subtree)
            for place in range(size):
                if place == index:
                    merkle.verify_inclusion(place, size, MANY[index], proof, root)
                else:
                    with pytest.raises(BadProof):
                        merkle.verify_inclusion(place, size, MANY[index], proof, root)
        for old in range(size + 1):
            before = plain_root(MANY[:old])
            merkle.verify_consistency(old, before, size, root, merkle.consistency_proof(old, size, subtree))


sizes = st.integers(1, len(MANY))


@settings(max_examples=60, deadline=None)
@given(sizes, st.data())
def test_proofs_from_tiles_verify_against_a_root_computed_plainly(size, data):
    subtree = tiles.Tiles(size, read)
    root = plain_root(MANY[:size])
    assert merkle.head(size, subtree) == root
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    merkle.verify_inclusion(index, size, MANY[index], merkle.inclusion_proof(index, size, subtree), root)
    proof = merkle.consistency_proof(old, size, subtree)
    merkle.verify_consistency(old, plain_root(MANY[:old]), size, root, proof)


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 600), st.data())
def test_an_altered_proof_is_refused(size, data):
    subtree = merkle.from_leaves(MANY)
    root = plain_root(MANY[:size])
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    for proof, check, error in (
        (
            merkle.inclusion_proof(index, size, subtree),
            lambda changed: merkle.verify_inclusion(index, size, MANY[index], changed, root),
            BadProof,
        ),
        (
            merkle.consistency_proof(old, size, subtree),
            lambda changed: merkle.verify_consistency(old, plain_root(MANY[:old]), size, root, changed),
            InconsistentLog,
        ),
    ):
        place = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        altered = (
            [*proof[:place], flipped, *proof[place + 1 :]],
            proof[:place] + proof[place + 1 :],
            [*proof, proof[place]],
            [proof[place], *proof],
        )
        for changed in altered:
            with pytest.raises(error):
                check(changed)


def test_a_shorter_or_another_log_is_inconsistent():
    three, four = plain_root(MANY[:3]), plain_root(MANY[:4])
    for old, before, new, after in ((4, four, 3, three), (3, three, 3, four), (0, three, 3, three)):
        with pytest.raises(InconsistentLog):
            merkle.verify_consistency(old, before, new, after, [])


def test_the_specification_s_tree_of_70_000_has_the_tiles_that_it_says():
    count = {level: sum(1 for one, _ in TILES if one == level) for level in range(3)}
    assert count == {0: 274, 1: 2, 2: 1}
    assert [len(TILES[at]) // 32 for at in ((0, 273), (1, 0), (1, 1), (2, 0))] == [112, 256, 17, 1]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 0, 5), "tile/0/000.p/5"),
        (Tile(7, 255, 1), "tile/7/255.p/1"),
        (Tile(1, 1000), "tile/1/x001/000"),
    ],
)
def test_a_tile_has_one_address(tile, path):
    assert tile.path == path
    assert Tile.parse(tile.level, path.split("/", 2)[2]) == tile


@pytest.mark.parametrize(
    "rest",
    [
        "0",
        "00",
        "x000/001",
        "000.p/0",
        "000.p/256",
        "000.p/05",
        "001/002",
        "x001",
        "000/",
        "x1/000",
        "",
        "\N{ARABIC-INDIC DIGIT ZERO}" * 3,
    ],
)
def test_any_other_address_is_none(rest):
    with pytest.raises(BadNote):
        Tile.parse(0, rest)


def test_a_tile_of_another_length_is_refused():
    with pytest.raises(InconsistentLog):
        merkle.head(300, tiles.Tiles(300, lambda tile: read(tile)[:-1]))
