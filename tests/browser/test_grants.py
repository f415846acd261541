"""Documents with grants, and documents of older epochs, in the browser."""

import base64

import pytest
from playwright.sync_api import Page
from tests.browser.test_interop import b64, call, failure
from tests.seal.chains import ADA, CARO, DAN, EVA, OLE, THE_ROOT, Person
from tests.seal.granting import THREAD, Files, changed

from comity_seal.opening.granting import Granted


@pytest.fixture
def files() -> Files:
    return Files()


def world(files: Files, code: str, who: Person) -> dict:
    office = files.offices[code]
    wraps = {str(n): b64(held[who.id]) for n, held in office.wraps.items() if who.id in held}
    chains = {str(n): b64(data) for n, data in office.chains.items()}
    return {
        "root": b64(THE_ROOT.public.canonical),
        "chains": {one: [b64(link) for link in files.offices[one].chain] for one in files.offices},
        "me": {"code": code, "keys": who.keys.to_text(), "wraps": wraps, "chains": chains},
    }


def given(files: Files) -> dict:
    pieces = {name: b64(getattr(files, name)) for name in ("envelope", "header", "manifest_age", "payload")}
    return {**pieces, "grants": [b64(one) for one in files.grants], "doc": files.doc, "thread": THREAD}


def opens(page: Page, files: Files, code: str, who: Person) -> str:
    return call(page, "open", world(files, code, who), given(files))


def test_what_was_sealed_to_an_older_epoch_still_opens(page, files):
    files.rotate("XA", CARO)
    files.rotate("XA", CARO)
    assert opens(page, files, "XA", DAN) == "Annex 3.pdf"
    assert opens(page, files, "OTP", ADA) == "Annex 3.pdf"


def test_whoever_is_added_reads_and_all_before_still_do(page, files):
    assert failure(page, "open", world(files, "YB", EVA), given(files)) == "WrongRecipients"
    files.rotate("XA", CARO)
    files.take(files.granted("XA", CARO, "OTP", "XA"))
    files.take(files.granted("OTP", ADA, "OTP", "XA", "YB", minute=2))
    for code, who in (("OTP", ADA), ("XA", DAN), ("YB", OLE)):
        assert opens(page, files, code, who) == "Annex 3.pdf"


def test_header_and_manifest_are_those_of_the_last_grant(page, files):
    files.take(files.granted("OTP", ADA, "OTP", "XA", "YB"))
    present = given(files)
    old = {"header": b64(files.first[0]), "manifest_age": b64(files.first[1])}
    for wrong in ({**present, **old}, {**present, "header": old["header"]}, {**present, "grants": []}):
        assert failure(page, "open", world(files, "XA", CARO), wrong) == "HashMismatch"


def test_a_grant_with_a_recipient_that_no_statement_names_is_refused(page, files):
    made = files.granted("OTP", ADA, "OTP", "XA", "YB")
    files.take(made)
    readers = [{"authority": code, "epoch": 1, "recipient_sha256": "0" * 64} for code in ("OTP", "XA", "YB")]
    files.grants = [changed(made.grant, ADA, to=readers)]
    assert failure(page, "open", world(files, "XA", CARO), given(files)) == "WrongRecipients"


def test_what_the_browser_seals_to_newer_keys_python_takes_and_all_readers_open(page, files):
    assert call(page, "rewrap", world(files, "XA", CARO), given(files), CARO.user, ["OTP", "XA"]) is None
    files.rotate("XA", CARO)
    made = call(page, "rewrap", world(files, "XA", CARO), given(files), CARO.user, ["OTP", "XA"])
    pieces = {name: base64.b64decode(one) for name, one in made.items()}
    files.take(Granted(**pieces))
    assert files.opened("OTP", ADA).present.n == files.opened("XA", DAN).present.n == 1
    for code, person in (("OTP", ADA), ("XA", DAN)):
        assert opens(page, files, code, person) == "Annex 3.pdf"


def test_a_grant_leaves_nobody_out_and_adds_nobody(page, files):
    files.rotate("XA", CARO)
    for readers in (["XA"], ["OTP", "XA", "YB"], ["OTP"]):
        arguments = (world(files, "XA", CARO), given(files), CARO.user, readers)
        assert failure(page, "rewrap", *arguments) == "WrongRecipients"
