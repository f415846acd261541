"""That a document is a translation: said inside the seal alone, and kept when it is sealed for other readers."""

from tests.seal.test_documents import NOW, OTP, THREAD, XA, Sent, opener

from comity_seal import dsse
from comity_seal.envelope import parse_envelope
from comity_seal.opening.opening import Expected
from comity_seal.opening.sealing import reheader
from comity_seal.translated import TranslationOf

MARK = TranslationOf("00000000-0000-4000-8000-0000000000aa", "en", True)


def opened(sent: Sent):
    return opener(XA).open(sent.envelope, sent.header, sent.manifest_age, Expected(sent.doc, THREAD))


def test_a_document_that_is_none_is_written_as_before_there_were_any():
    assert "translation" not in Sent(b"x").sealed.manifest.to_json()


def test_it_is_said_inside_the_seal_and_not_outside():
    sent = Sent(b"x", translation=MARK)
    assert opened(sent).manifest.translation == MARK
    assert b"translation" not in dsse.Dsse.parse(sent.envelope).payload


def test_it_stays_when_the_document_is_sealed_for_other_readers():
    first = opened(Sent(b"x", translation=MARK))
    again = reheader(
        first.file_key, first.manifest, first.envelope.sha256,
        author=OTP.author, readers=[OTP.verified, XA.verified], created=NOW,
    )  # fmt: skip
    assert again.manifest.translation == MARK
    assert parse_envelope(again.envelope).ver == 2
