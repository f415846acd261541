"""Handling limits, from Python to the browser and back."""

import base64

import pytest
from tests.browser.test_interop import call, failure, given, world
from tests.seal.test_documents import OTP, XA, Sent, opener
from tests.seal.test_handling import BOTH, LEAD, signed

from comity_seal.opening.opening import Expected


@pytest.mark.parametrize("handling", [(), LEAD, BOTH])
def test_the_browser_opens_what_has_limits_and_keeps_them_for_other_readers(page, handling):
    sent = Sent(b"draft text", handling=handling)
    assert call(page, "open", world(XA), given(sent)) == "Annex 3.pdf"
    made = call(page, "again", world(OTP), given(sent), ["XA", "OTP"])
    pieces = [base64.b64decode(made[name]) for name in ("envelope", "header", "manifest_age")]
    opened = opener(XA).open(*pieces, Expected(sent.doc, sent.sealed.manifest.thread, ver=2))
    assert opened.manifest.handling == opened.envelope.handling == handling


@pytest.mark.parametrize(("inside", "outside"), [((), LEAD), (LEAD, ()), (BOTH, LEAD)])
def test_the_browser_refuses_an_envelope_that_names_other_limits(page, inside, outside):
    sent = Sent(b"x", handling=inside)
    sent.envelope = signed(sent, outside)
    assert failure(page, "open", world(XA), given(sent)) == "ManifestMismatch"
