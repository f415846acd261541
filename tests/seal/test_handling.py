"""Handling limits: said inside and outside, signed, and kept when a document is sealed for other readers."""

import pytest
from tests.seal.test_documents import AMINA, NOW, OTP, THREAD, XA, Sent, opener

from comity_seal import canonical, dsse, errors
from comity_seal.encoding import b64
from comity_seal.envelope import parse_envelope
from comity_seal.opening.opening import Expected
from comity_seal.opening.sealing import reheader

LEAD = ("lead_only",)
BOTH = ("lead_only", "protected_person")


def signed(sent: Sent, handling: tuple[str, ...]) -> bytes:
    """The envelope of a document, signed again by its own author with other limits."""
    said = canonical.loads_strict(dsse.Dsse.parse(sent.envelope).payload)
    said.pop("handling", None)
    return AMINA.sign(dsse.ENVELOPE, canonical.dumps({**said, **({"handling": list(handling)} if handling else {})}))


def opened(sent: Sent):
    return opener(XA).open(sent.envelope, sent.header, sent.manifest_age, Expected(sent.doc, THREAD))


@pytest.mark.parametrize("handling", [(), LEAD, BOTH])
def test_manifest_and_envelope_name_the_same_limits(handling):
    sent = Sent(b"x", handling=handling)
    assert parse_envelope(sent.envelope).handling == opened(sent).manifest.handling == handling


def test_a_document_without_limits_is_written_as_before_there_were_any():
    sent = Sent(b"x")
    assert b"handling" not in dsse.Dsse.parse(sent.envelope).payload
    assert "handling" not in sent.sealed.manifest.to_json()


def test_limits_stay_when_a_document_is_sealed_for_other_readers():
    first = opened(Sent(b"x", handling=BOTH))
    again = reheader(
        first.file_key, first.manifest, first.envelope.sha256,
        author=OTP.author, readers=[OTP.verified, XA.verified], created=NOW,
    )  # fmt: skip
    assert parse_envelope(again.envelope).handling == again.manifest.handling == BOTH


@pytest.mark.parametrize(("inside", "outside"), [((), LEAD), (LEAD, ()), (BOTH, LEAD)])
def test_an_envelope_that_names_other_limits_than_its_manifest_is_refused(inside, outside):
    sent = Sent(b"x", handling=inside)
    sent.envelope = signed(sent, outside)
    with pytest.raises(errors.ManifestMismatch, match="handling"):
        opened(sent)


def test_a_limit_that_the_platform_takes_out_breaks_the_signature():
    sent = Sent(b"x", handling=LEAD)
    said = dsse.Dsse.parse(sent.envelope)
    body = canonical.loads_strict(said.payload)
    body.pop("handling")
    old, new = (b64(payload).encode() for payload in (said.payload, canonical.dumps(body)))
    sent.envelope = sent.envelope.replace(old, new)
    assert parse_envelope(sent.envelope).handling == ()
    with pytest.raises(errors.SignatureInvalid):
        opened(sent)
