"""The state of the log that a sender relied on, from Python to the browser and back."""

import base64

import pytest
from tests.browser.test_interop import call, failure, given, world
from tests.seal.test_documents import OTP, XA, Sent, opener
from tests.seal.test_relied_on import LATER, SEEN, signed

from comity_seal.opening.opening import Expected


@pytest.mark.parametrize("seen", [None, SEEN])
def test_the_browser_opens_what_names_a_state_and_names_its_own(page, seen):
    sent = Sent(b"draft text", seen=SEEN)
    assert call(page, "open", world(XA), given(sent)) == "Annex 3.pdf"
    said = seen and seen.to_json()
    made = call(page, "again", world(OTP) | {"seen": said}, given(sent), ["XA", "OTP"])
    pieces = [base64.b64decode(made[name]) for name in ("envelope", "header", "manifest_age")]
    opened = opener(XA).open(*pieces, Expected(sent.doc, sent.sealed.manifest.thread, ver=2))
    assert opened.manifest.seen == opened.envelope.seen == seen


@pytest.mark.parametrize(("inside", "outside"), [(None, SEEN), (SEEN, None), (SEEN, LATER)])
def test_the_browser_refuses_a_manifest_that_says_another_one_than_its_envelope(page, inside, outside):
    sent = Sent(b"x", seen=inside)
    sent.envelope = signed(sent, outside)
    assert failure(page, "open", world(XA), given(sent)) == "ManifestMismatch"
