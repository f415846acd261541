"""The state of the log that a sender relied on: said inside and outside, by each version its own."""

from dataclasses import replace

import pytest
from tests.seal.test_documents import AMINA, NOW, OTP, THREAD, XA, Sent, opener

from comity_seal import canonical, dsse, errors
from comity_seal.envelope import parse_envelope
from comity_seal.log.state import State
from comity_seal.opening.opening import Expected
from comity_seal.opening.sealing import reheader

SEEN = State("court.example/api/v1/log", 4711, b"\1" * 32)
LATER = State("court.example/api/v1/log", 4712, b"\2" * 32)


def signed(sent: Sent, seen: State | None) -> bytes:
    """The envelope of a document, signed again with another state."""
    said = canonical.loads_strict(dsse.Dsse.parse(sent.envelope).payload)
    return AMINA.sign(dsse.ENVELOPE, canonical.dumps({**said, "dir": seen.to_json() if seen else None}))


def opened(sent: Sent):
    return opener(XA).open(sent.envelope, sent.header, sent.manifest_age, Expected(sent.doc, THREAD))


@pytest.mark.parametrize("seen", [None, SEEN])
def test_manifest_and_envelope_say_the_same(seen):
    sent = Sent(b"x", seen=seen)
    assert parse_envelope(sent.envelope).seen == opened(sent).manifest.seen == seen


def test_the_next_version_names_what_its_own_signer_has_seen():
    first = opened(Sent(b"x", seen=SEEN))
    for seen in (LATER, None):
        again = reheader(
            first.file_key,
            first.manifest,
            first.envelope.sha256,
            author=replace(OTP.author, seen=seen),
            readers=[OTP.verified, XA.verified],
            created=NOW,
        )
        assert parse_envelope(again.envelope).seen == again.manifest.seen == seen


@pytest.mark.parametrize(("inside", "outside"), [(None, SEEN), (SEEN, None), (SEEN, LATER)])
def test_a_manifest_that_says_another_one_than_its_envelope_is_refused(inside, outside):
    sent = Sent(b"x", seen=inside)
    sent.envelope = signed(sent, outside)
    with pytest.raises(errors.ManifestMismatch, match="seen"):
        opened(sent)
