"""Receipts: a line of the journal that Chidi can prove offline, and none that somebody altered or made up."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.log_cases import not_receipts

from comity.core import journal
from comity_seal import canonical
from comity_seal.errors import BadNote, BadProof, FormatError, NotAuthentic, SealError, TooFewWitnesses, UnknownLogKey
from comity_seal.log import merkle, receipt
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.notes import LOG, WITNESS
from comity_seal.log.proof import Proof, Trust
from comity_seal.log.signer import NoteKey

AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
KEY = NoteKey("court.example/log", LOG, b"\1" * 32)
WITNESSES = [NoteKey(f"w{n}.example", WITNESS, bytes([n]) * 32) for n in (2, 3)]


def lines(count: int) -> list[tuple[str, str, str]]:
    """A journal: the hash before, the text, the hash, of each line."""
    found, previous = [], journal.GENESIS
    for seq in range(1, count + 1):
        entry = {"actor": "chidi", "at": "2026-11-23T20:00:00.000000Z", "cause": None, "name": "rfa.acknowledged"}
        before, after = journal.around_seq({**entry, "subject": "rfa:é"}, {"requested": "XA", "requesting": "OTP"})
        text = f"{before}{seq}{after}"
        found.append((previous, text, journal.chained(previous, text)))
        previous = found[-1][2]
    return found


LINES = lines(40)
SUBTREE = merkle.from_leaves([merkle.leaf(bytes.fromhex(digest)) for _, _, digest in LINES])


def checkpoint(size: int = 40, *, key: NoteKey = KEY, witnesses: tuple[NoteKey, ...] = ()) -> bytes:
    data = key.sign_checkpoint(size, merkle.head(size, SUBTREE))
    return data + b"".join(f"{one.cosign(Checkpoint.parse(data), AT)}\n".encode() for one in witnesses)


def made(seq: int = 7, size: int = 40, **options) -> bytes:
    previous, text, _ = LINES[seq - 1]
    proof = merkle.inclusion_proof(seq - 1, size, SUBTREE)
    return receipt.make(text, previous, seq - 1, proof, checkpoint(size, **options))


TRUST = Trust(KEY.public)
BOTH = Trust(KEY.public, tuple(one.public for one in WITNESSES), 2)


def test_the_leaf_is_the_hash_that_chains_the_line():
    for previous, text, digest in LINES:
        assert receipt.leaf(previous, text) == bytes.fromhex(digest)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.data())
def test_every_line_can_be_proven_in_every_later_state_of_the_log(seq, data):
    proven = receipt.verify(made(seq, data.draw(st.integers(seq, 40))), TRUST)
    assert (proven.line.seq, proven.line.name, proven.line.subject) == (seq, "rfa.acknowledged", "rfa:é")


def test_witnesses_are_required_when_the_reader_requires_them():
    assert [one.at for one in receipt.verify(made(witnesses=tuple(WITNESSES)), BOTH).cosigned] == [AT, AT]
    with pytest.raises(TooFewWitnesses):
        receipt.verify(made(witnesses=(WITNESSES[0],)), BOTH)


def test_a_receipt_of_another_log_is_refused():
    other = NoteKey("elsewhere.example/log", LOG, b"\1" * 32)
    same_name = NoteKey(KEY.public.name, LOG, b"\5" * 32)
    for key in (other, same_name):
        with pytest.raises(UnknownLogKey):
            receipt.verify(made(key=key), TRUST)


def altered(**changes) -> bytes:
    proof = Proof.parse(made())
    said = {"v": 1, "line": LINES[6][1], "prev": LINES[6][0], **changes}
    return Proof(proof.index, proof.hashes, proof.checkpoint, canonical.dumps(said)).to_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"line": LINES[6][1].replace("chidi", "amina")},
        {"line": LINES[6][1].replace("2026", "2025")},
        {"line": LINES[7][1]},
        {"prev": LINES[7][0]},
        {"prev": "0" * 64},
    ],
)
def test_a_line_that_was_not_logged_is_not_proven(changes):
    with pytest.raises(BadProof):
        receipt.verify(altered(**changes), TRUST)


@pytest.mark.parametrize("changes", [{"v": 2}, {"more": 1}, {"prev": "F" * 64}, {"line": 7}])
def test_an_extra_of_another_form_is_refused(changes):
    with pytest.raises(FormatError):
        receipt.verify(altered(**changes), TRUST)


def test_a_line_at_the_place_of_another_is_refused_even_if_the_log_holds_it_there():
    """A log that lies about a number: its own tree says that line 7 stands first."""
    previous, text, digest = LINES[6]
    root = merkle.leaf(bytes.fromhex(digest))
    lying = receipt.make(text, previous, 0, [], KEY.sign_checkpoint(1, root))
    with pytest.raises(BadProof, match="another number"):
        receipt.verify(lying, TRUST)


def test_an_extra_that_is_not_canonical_or_missing_is_refused():
    proof = Proof.parse(made())
    spaced = json.dumps(json.loads(proof.extra or b""), indent=1).encode()
    for extra in (spaced, None):
        with pytest.raises(BadNote):
            receipt.verify(Proof(proof.index, proof.hashes, proof.checkpoint, extra).to_bytes(), TRUST)


GOOD = made()


@pytest.mark.parametrize("data", not_receipts(GOOD))
def test_what_is_not_a_receipt_is_refused(data):
    with pytest.raises(BadNote):
        receipt.verify(data, TRUST)


def test_a_proof_is_written_as_it_was_read():
    assert Proof.parse(GOOD).to_bytes() == GOOD


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_byte_of_a_receipt_can_be_changed(place, change):
    changed = bytearray(GOOD)
    changed[place] ^= change
    with pytest.raises((FormatError, NotAuthentic)):
        receipt.verify(bytes(changed), TRUST)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(data):
    with pytest.raises(SealError):
        receipt.verify(b"c2sp.org/tlog-proof@v1\n" + data, TRUST)
