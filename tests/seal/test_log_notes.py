"""Notes, checkpoints, cosignatures: the published examples verify, and nothing that only resembles one does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.seal.log_cases import LOG_KEY, NOT_CHECKPOINTS, NOT_KEYS, NOT_NOTES, ROOT, SIGNED

from comity_seal.errors import BadNote, SignatureInvalid, TooFewWitnesses, UnknownLogKey
from comity_seal.log.checkpoint import (
    Checkpoint,
    body,
    cosignatures,
    cosigned_message,
    open_checkpoint,
    require_witnesses,
    verify_cosignature,
)
from comity_seal.log.notes import LOG, WITNESS, Note, VerifierKey
from comity_seal.log.signer import NoteKey

VECTORS = Path(__file__).parents[1] / "vectors/log"
AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
WITNESSES = [NoteKey(f"witness.example/{n}", WITNESS, bytes([n]) * 32) for n in (2, 3, 4)]


def cosigned(*witnesses: NoteKey, data: bytes = SIGNED) -> bytes:
    checkpoint = Checkpoint.parse(data)
    return data + b"".join(f"{one.cosign(checkpoint, AT)}\n".encode() for one in witnesses)


@pytest.mark.parametrize("name", ["example", "neumann"])
def test_the_published_notes_verify_and_their_keys_are_written_the_same_again(name):
    key = VerifierKey.parse((VECTORS / f"{name}.vkey").read_text())
    assert f"{key}\n" == (VECTORS / f"{name}.vkey").read_text()
    data = (VECTORS / f"{name}.note").read_bytes()
    assert Note.parse(data).signed_by(key)
    with pytest.raises(SignatureInvalid):
        Note.parse(data.replace(b"e", b"E", 1)).signed_by(key)


def test_the_published_signing_key_signs_the_published_note():
    key = NoteKey.from_text((VECTORS / "neumann.skey").read_text())
    assert key.to_text() == (VECTORS / "neumann.skey").read_text()
    note = (VECTORS / "neumann.note").read_bytes()
    assert key.sign_note(Note.parse(note).text) == note


def test_the_published_checkpoint_is_read_with_its_cosignature():
    checkpoint = Checkpoint.parse((VECTORS / "sofa.checkpoint").read_bytes())
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    witness = checkpoint.note.signatures[1]
    assert (witness.name, len(witness.signature)) == ("witness.example.com/w1", 72)
    seconds = int.from_bytes(witness.signature[:8], "big")
    expected = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
    expected += "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosigned_message(checkpoint.text, seconds) == expected.encode()


def test_a_checkpoint_opens_with_its_log_s_key_alone():
    assert open_checkpoint(SIGNED, LOG_KEY.public).size == 1
    other = NoteKey(LOG_KEY.public.name, LOG, b"\7" * 32)
    elsewhere = NoteKey("other.example/log", LOG, b"\1" * 32)
    for key in (other.public, elsewhere.public, WITNESSES[0].public):
        with pytest.raises(UnknownLogKey):
            open_checkpoint(SIGNED, key)
    with pytest.raises(UnknownLogKey):
        open_checkpoint(elsewhere.sign_note(body(LOG_KEY.public.name, 1, ROOT)), LOG_KEY.public)


def test_a_signature_that_names_the_log_s_key_and_does_not_verify_spoils_the_note():
    with pytest.raises(SignatureInvalid):
        open_checkpoint(SIGNED.replace(b"\n1\n", b"\n2\n"), LOG_KEY.public)


def test_witnesses_are_counted_once_and_only_those_that_are_known():
    first, second, third = WITNESSES
    alias = NoteKey("another.name/2", WITNESS, b"\2" * 32)
    checkpoint = open_checkpoint(cosigned(first, second, alias, first), LOG_KEY.public)
    assert len(cosignatures(checkpoint, [first.public, alias.public])) == 1
    found = require_witnesses(checkpoint, [one.public for one in WITNESSES], 2)
    assert {one.witness.name for one in found} == {first.public.name, second.public.name}
    assert {one.at for one in found} == {AT}
    for known, least in (([third.public], 1), ([first.public, alias.public], 2)):
        with pytest.raises(TooFewWitnesses):
            require_witnesses(checkpoint, known, least)


def test_a_cosignature_of_another_checkpoint_or_time_does_not_verify():
    other = LOG_KEY.sign_checkpoint(2, ROOT)
    line = WITNESSES[0].cosign(Checkpoint.parse(other), AT).encode()
    moved = open_checkpoint(SIGNED + line + b"\n", LOG_KEY.public)
    with pytest.raises(SignatureInvalid):
        cosignatures(moved, [WITNESSES[0].public])
    checkpoint = Checkpoint.parse(cosigned(WITNESSES[0]))
    signature = checkpoint.note.signatures[1]
    later = (int.from_bytes(signature.signature[:8], "big") + 1).to_bytes(8, "big") + signature.signature[8:]
    with pytest.raises(SignatureInvalid):
        verify_cosignature(checkpoint.text, WITNESSES[0].public, later)


@pytest.mark.parametrize("text", NOT_NOTES)
def test_what_is_not_a_note_is_refused(text):
    with pytest.raises(BadNote):
        Note.parse(text.encode())


@pytest.mark.parametrize("text", NOT_CHECKPOINTS)
def test_what_is_not_a_checkpoint_is_refused_even_when_it_is_signed(text):
    with pytest.raises(BadNote):
        open_checkpoint(LOG_KEY.sign_note(text), LOG_KEY.public)


@pytest.mark.parametrize("text", NOT_KEYS)
def test_a_mistyped_verifier_key_is_refused(text):
    with pytest.raises(BadNote):
        VerifierKey.parse(text)


@pytest.mark.parametrize("text", ["", "PRIVATE+KEY+a+00000000+AAAA", LOG_KEY.to_text().replace("court", "Court")])
def test_what_is_not_a_signing_key_is_refused(text):
    with pytest.raises(BadNote):
        NoteKey.from_text(text)


def test_a_key_signs_only_what_is_its_business():
    with pytest.raises(ValueError, match="no checkpoint"):
        WITNESSES[0].sign_checkpoint(1, ROOT)
    with pytest.raises(ValueError, match="does not witness"):
        LOG_KEY.cosign(Checkpoint.parse(SIGNED), AT)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_note_or_are_refused_by_name(data):
    try:
        Note.parse(data)
    except BadNote:
        return


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_no_byte_of_a_checkpoint_can_be_changed(place, change):
    changed = bytearray(SIGNED)
    changed[place] ^= change
    with pytest.raises((BadNote, UnknownLogKey, SignatureInvalid)):
        open_checkpoint(bytes(changed), LOG_KEY.public)
