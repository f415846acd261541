"""Grants: Ada's office seals to itself and to Xandria; later others read too, or all have newer keys.

What was signed stays as it was, and whatever a server makes of the list of grants is seen.
"""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.chains import ADA, BEN, CARO, DAN, EVA, OLE, at
from tests.seal.granting import THREAD, Files, changed, said, to

from comity_seal import dsse, errors
from comity_seal.envelope import verify_envelope
from comity_seal.grant import Present, follow, verify_grant
from comity_seal.opening.granting import grant
from comity_seal.opening.opening import Expected, Opener


@pytest.fixture
def files():
    return Files()


def test_an_authority_that_is_added_reads_and_all_before_it_still_do(files):
    with pytest.raises(errors.WrongRecipients):
        files.read("YB", EVA)
    files.take(files.granted("OTP", BEN, "OTP", "XA", "YB"))
    for code, who in (("OTP", ADA), ("XA", CARO), ("YB", OLE)):
        assert files.read(code, who) == b"the content"
    opened = files.opened("YB", EVA)
    assert (opened.author.user, opened.manifest.name, opened.present.n) == (ADA.user, "Annex 3.pdf", 1)
    assert [to.authority for to in opened.envelope.to] == ["OTP", "XA"]
    one = said(files.grants[0])
    assert (one.reason, one.n, one.by.user, one.created) == ("added", 1, BEN.user, at(1))
    assert one.prev_header_sha256 == opened.envelope.header_sha256


def test_a_document_is_wrapped_again_for_the_newest_keys(files):
    files.rotate("XA", CARO)
    files.rotate("OTP", ADA)
    files.take(files.granted("XA", DAN, "OTP", "XA"))
    assert said(files.grants[0]).reason == "rewrap"
    assert [(to.authority, to.epoch) for to in files.opened("OTP", ADA).present.to] == [("OTP", 2), ("XA", 2)]
    newest_only = Opener({2: files.offices["XA"].epochs[2]}, "XA", files.verified)
    wanted = Expected(files.doc, THREAD)
    assert newest_only.open(files.envelope, files.header, files.manifest_age, wanted, files.grants).present.n == 1
    with pytest.raises(errors.WrongRecipients):
        newest_only.open(files.envelope, *files.first, wanted)


def test_grants_continue_one_another(files):
    files.rotate("XA", CARO)
    files.take(files.granted("XA", CARO, "OTP", "XA"))
    files.take(files.granted("OTP", ADA, "OTP", "XA", "YB", minute=2))
    files.rotate("YB", EVA)
    files.take(files.granted("YB", OLE, "OTP", "XA", "YB", minute=3))
    assert [said(one).reason for one in files.grants] == ["rewrap", "added", "rewrap"]
    for code, who in (("OTP", BEN), ("XA", DAN), ("YB", EVA)):
        assert files.read(code, who) == b"the content"


def test_header_and_manifest_are_those_of_the_last_grant(files):
    files.take(files.granted("OTP", ADA, "OTP", "XA", "YB"))
    present = (files.header, files.manifest_age)
    for header, manifest_age in (files.first, (files.first[0], present[1]), (present[0], files.first[1])):
        files.header, files.manifest_age = header, manifest_age
        with pytest.raises(errors.HashMismatch):
            files.read("OTP", ADA)
    files.header, files.manifest_age = present
    with pytest.raises(errors.HashMismatch):
        files.read("OTP", ADA, grants=[])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"doc": str(uuid4())}, errors.HashMismatch, id="another document"),
        pytest.param({"ver": 2}, errors.HashMismatch, id="another version"),
        pytest.param({"envelope_sha256": "0" * 64}, errors.HashMismatch, id="another envelope"),
        pytest.param({"n": 2}, errors.HashMismatch, id="another place"),
        pytest.param({"prev_header_sha256": "0" * 64}, errors.HashMismatch, id="after another header"),
        pytest.param({"prev_manifest_age_sha256": "0" * 64}, errors.HashMismatch, id="after another manifest"),
        pytest.param({"header_sha256": "0" * 64}, errors.HashMismatch, id="for another header"),
        pytest.param({"manifest_age_sha256": "0" * 64}, errors.HashMismatch, id="for another manifest"),
        pytest.param({"reason": "rewrap"}, errors.WrongRecipients, id="added, but says that it adds none"),
        pytest.param({"to": []}, errors.SignatureInvalid, id="no reader"),
        pytest.param({"reason": "other"}, errors.SignatureInvalid, id="an unknown reason"),
        pytest.param({"n": 0}, errors.SignatureInvalid, id="before the first"),
        pytest.param({"type": "manifest"}, errors.SignatureInvalid, id="another type"),
        pytest.param({"extra": 1}, errors.SignatureInvalid, id="a field too many"),
        pytest.param({"v": 2}, errors.SignatureInvalid, id="another version of the format"),
    ],
)
def test_a_grant_that_does_not_fit_opens_nothing(files, changes, error):
    made = files.granted("OTP", ADA, "OTP", "XA", "YB")
    files.take(replace(made, grant=changed(made.grant, ADA, **changes)))
    with pytest.raises(error):
        files.read("XA", CARO)


def test_a_grant_leaves_no_reader_out_and_takes_none_back(files):
    files.rotate("XA", CARO)
    files.take(files.granted("OTP", ADA, "OTP", "XA"))
    made = files.granted("OTP", ADA, "OTP", "XA", "YB", minute=2)
    for bad, reason in (
        (to(files, "OTP", "YB"), "rewrap"),
        (to(files, "OTP"), "rewrap"),
        (to(files, "OTP", "XA", "YB", XA=1), "added"),
        (to(files, "OTP", "XA"), "added"),
    ):
        grants = [*files.grants, changed(made.grant, ADA, to=bad, reason=reason)]
        with pytest.raises(errors.WrongRecipients):
            follow(verify_envelope(files.envelope, ADA.keys.public), grants, files.verified)


def test_a_grant_to_a_key_that_no_statement_names_is_seen(files):
    made = files.granted("OTP", ADA, "OTP", "XA", "YB")
    for bad in (
        to(files, "OTP", "XA", "YB", YB=2),
        [*to(files, "OTP", "XA"), {**to(files, "XA")[0], "authority": "YB"}],
    ):
        files.grants = [changed(made.grant, ADA, to=bad)]
        files.header, files.manifest_age = made.header, made.manifest_age
        with pytest.raises(errors.WrongRecipients, match="do not name"):
            files.read("OTP", ADA)


def test_only_readers_grant(files):
    made = files.granted("OTP", ADA, "OTP", "XA", "YB")
    stranger = files.author("YB", EVA)
    forged = changed(made.grant, EVA, by=stranger.sender.to_json())
    files.take(replace(made, grant=forged))
    with pytest.raises(errors.UnknownSigner, match="no reader"):
        files.read("OTP", ADA)
    files.grants = [changed(made.grant, EVA)]
    with pytest.raises(errors.SignatureInvalid):
        files.read("OTP", ADA)
    files.grants = [changed(made.grant, EVA, by={**stranger.sender.to_json(), "authority": "OTP"})]
    with pytest.raises(errors.UnknownSigner):
        files.read("OTP", ADA)


def test_something_else_that_was_signed_is_no_grant(files):
    made = files.granted("OTP", ADA, "OTP", "XA", "YB")
    payload = dsse.Dsse.parse(made.grant).payload
    files.take(replace(made, grant=ADA.keys.sign(dsse.ENVELOPE, payload)))
    with pytest.raises(errors.SignatureInvalid):
        files.read("OTP", ADA)


def test_the_grant_of_a_former_member_stands_and_she_makes_no_new_one(files):
    files.take(files.granted("XA", DAN, "OTP", "XA", "YB", minute=0))
    office = files.offices["XA"]
    link, wraps = office.remove(CARO, DAN)
    office.take(office.confirmed(link, DAN), wraps)
    assert files.read("YB", EVA) == b"the content"
    late = changed(files.grants[0], DAN, created=at(1))
    with pytest.raises(errors.UnknownSigner):
        files.read("YB", EVA, grants=[late])


def test_the_document_of_a_former_member_opens_and_that_of_a_revoked_key_set_only_if_logged_before(files):
    office = files.offices["OTP"]
    link, wraps = office.remove(BEN, ADA)
    office.take(office.confirmed(link, ADA), wraps)
    assert files.read("XA", CARO) == b"the content"
    office.take(office.revoke(BEN, ADA, at(1)))
    envelope = verify_envelope(files.envelope, ADA.keys.public)
    assert files.read("XA", CARO, logged={envelope.sha256: "2026-03-02T08:00:30.5Z"}) == b"the content"
    for logged in ({}, {envelope.sha256: at(1)}, {"0" * 64: at(0)}):
        with pytest.raises(errors.RevokedSigner):
            files.read("XA", CARO, logged=logged)


def test_the_grant_of_a_revoked_key_set_counts_only_if_logged_before(files):
    files.take(files.granted("XA", DAN, "OTP", "XA", "YB"))
    office = files.offices["XA"]
    office.take(office.revoke(CARO, DAN, at(1)))
    with pytest.raises(errors.RevokedSigner):
        files.read("YB", EVA)
    one = verify_grant(files.grants[0], files.verified, {said(files.grants[0]).sha256: at(0)})
    assert files.read("YB", EVA, logged={one.sha256: at(0)}) == b"the content"


def test_a_header_of_another_file_key_shows_when_the_payload_is_opened(files):
    """A reader of bad will gives the others a header that does not fit: nothing but an error comes out."""
    opened = replace(files.opened("XA", CARO), file_key=bytes(16))
    made = grant(
        opened, author=files.author("XA", CARO), readers=[files.verified("OTP"), files.verified("XA")], created=at(1)
    )
    files.take(made)
    with pytest.raises(errors.HashMismatch):
        files.read("OTP", ADA)


def test_another_manifest_is_not_slipped_in_by_a_grant(files):
    """Dan of Xandria reads the document and gives the others the manifest of another one."""
    other = Files()
    opened = replace(files.opened("XA", DAN), signed_manifest=other.opened("XA", DAN).signed_manifest)
    readers = [files.verified("OTP"), files.verified("XA")]
    files.take(grant(opened, author=files.author("XA", DAN), readers=readers, created=at(1)))
    with pytest.raises(errors.CommitmentMismatch):
        files.read("OTP", ADA)


def test_a_grant_is_not_made_that_nobody_would_take(files):
    opened = files.opened("OTP", ADA)
    otp, xa, yb = (files.verified(code) for code in ("OTP", "XA", "YB"))
    with pytest.raises(errors.UnknownSigner):
        grant(opened, author=files.author("YB", EVA), readers=[otp, xa, yb], created=at(1))
    for readers in ([otp], [otp, yb], [otp, xa, xa]):
        with pytest.raises(errors.WrongRecipients):
            grant(opened, author=files.author("OTP", ADA), readers=readers, created=at(1))
    files.rotate("XA", CARO)
    files.take(files.granted("OTP", ADA, "OTP", "XA"))
    with pytest.raises(errors.OldEpoch):
        grant(files.opened("OTP", ADA), author=files.author("OTP", ADA), readers=[otp, xa], created=at(2))


def _three() -> Files:
    files = Files()
    files.take(files.granted("OTP", ADA, "OTP", "XA", "YB"))
    files.rotate("YB", EVA)
    files.take(files.granted("YB", OLE, "OTP", "XA", "YB", minute=2))
    files.take(files.granted("XA", CARO, "OTP", "XA", "YB", minute=3))
    return files


THREE = _three()


@settings(max_examples=40, deadline=None)
@given(order=st.lists(st.integers(0, 2), max_size=5))
def test_grants_dropped_doubled_or_in_another_order_are_refused(order):
    envelope = verify_envelope(THREE.envelope, ADA.keys.public)
    grants = [THREE.grants[place] for place in order]
    if order == list(range(len(order))):
        assert follow(envelope, grants, THREE.verified).n == len(order)
    else:
        with pytest.raises(errors.HashMismatch):
            follow(envelope, grants, THREE.verified)


def test_before_any_grant_the_envelope_says_who_reads(files):
    envelope = verify_envelope(files.envelope, ADA.keys.public)
    assert follow(envelope, [], files.verified) == Present.of(envelope)
    assert Present.of(envelope).to == envelope.to
