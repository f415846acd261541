"""Recovery: two officers together open the recovery key, none of them alone, and only the key that is named counts."""

from itertools import combinations

import pytest
from tests.seal.chains import ADA, BEN, CARO, DAN, EVA, OLE, PIA, QUY, Office, again, payload

from comity_seal import errors
from comity_seal.opening import age
from comity_seal.opening.identities import HybridIdentity, HybridRecipient
from comity_seal.opening.recovery import (
    hand_over,
    open_inner,
    open_outer,
    recovery_text,
    seal_pair,
    take_over,
    unwrap_recovery,
)
from comity_seal.opening.wraps import Epoch, open_below, recovery_wrap


@pytest.fixture
def office():
    """With three officers, and an epoch made after they were named."""
    office = Office().with_recovery(OLE, PIA, QUY)
    office.take(*office.rotate(ADA))
    return office


def recovered(office, outer, inner, file):
    handed = hand_over(open_outer(file, outer.keys, office.verified), inner.keys.public)
    return open_inner(take_over(handed, inner.keys), inner.keys, office.verified)


def test_every_pair_opens_the_recovery_key_and_with_it_all_epochs(office):
    for (outer, inner), file in zip(combinations((OLE, PIA, QUY), 2), office.recovery.files, strict=True):
        identity = recovered(office, outer, inner, file)
        assert identity.recipient == office.verified.recovery.recipient
        newest = unwrap_recovery(office.recovery_wraps[2], identity, office.verified)
        assert newest.recipient == office.epochs[2].recipient
        below = open_below(newest, office.chains, office.verified)
        assert {n: one.recipient for n, one in below.items()} == {n: e.recipient for n, e in office.epochs.items()}


def test_the_files_of_four_officers_are_six(office):
    four = Office().with_recovery(OLE, PIA, QUY, EVA)
    assert len(four.recovery.files) == len(four.verified.recovery.files) == 6
    assert len({one.sha256 for one in four.verified.recovery.files}) == 6


def test_no_officer_alone_and_no_outsider_opens_anything(office):
    first = office.recovery.files[0]  # outer Ole, inner Pia
    for person in (PIA, QUY, ADA, DAN):
        with pytest.raises(errors.ForgedWrap):
            open_outer(first, person.keys, office.verified)
    inner = open_outer(first, OLE.keys, office.verified)
    for person in (OLE, QUY, ADA):
        with pytest.raises(errors.ForgedWrap):
            open_inner(inner, person.keys, office.verified)
    assert b"AGE-SECRET-KEY" not in inner


def test_what_is_handed_over_is_for_the_other_officer_alone(office):
    handed = hand_over(open_outer(office.recovery.files[0], OLE.keys, office.verified), PIA.keys.public)
    for person in (OLE, QUY):
        with pytest.raises(errors.ForgedWrap):
            take_over(handed, person.keys)
    with pytest.raises(errors.ForgedWrap):
        take_over(handed[:-1], PIA.keys)


def test_a_forged_recovery_file_is_not_opened(office):
    """Made rightly for the two officers, with a key of the server's own."""
    text = recovery_text("XA", HybridIdentity.generate())
    forged = seal_pair(text, OLE.keys.public, PIA.keys.public)
    with pytest.raises(errors.ForgedWrap, match="do not name"):
        open_outer(forged, OLE.keys, office.verified)
    again_sealed = seal_pair(recovery_text("XA", HybridIdentity.generate()), OLE.keys.public, PIA.keys.public)
    with pytest.raises(errors.ForgedWrap, match="do not name"):
        open_outer(again_sealed, OLE.keys, office.verified)


@pytest.mark.parametrize(
    "text",
    [
        recovery_text("XA", HybridIdentity.generate()),
        b"# comity recovery v1 XA\n",
        b"# comity epoch v1 XA 1\nAGE-SECRET-KEY-PQ-1QQQQ\n",
        b"# comity recovery v1 XA\nAGE-SECRET-KEY-PQ-1QQQQ\n",
        b"\xff",
    ],
    ids=["another key", "no key", "not a recovery key", "a damaged key", "no text"],
)
def test_a_recovery_key_that_is_not_the_one_named_is_not_used(office, text):
    inner = age.seal(text, [HybridRecipient(PIA.keys.public.age)])
    with pytest.raises(errors.ForgedWrap):
        open_inner(inner, PIA.keys, office.verified)


def test_the_recovery_key_of_another_authority_is_not_this_one(office):
    identity = recovered(office, OLE, PIA, office.recovery.files[0])
    inner = age.seal(recovery_text("YB", identity), [HybridRecipient(PIA.keys.public.age)])
    with pytest.raises(errors.ForgedWrap):
        open_inner(inner, PIA.keys, office.verified)


def test_a_forged_recovery_wrap_gives_no_key(office):
    identity = recovered(office, OLE, PIA, office.recovery.files[0])
    recipient = office.verified.recovery.recipient
    for forged in (
        recovery_wrap(Epoch.generate("XA", 2), recipient),
        recovery_wrap(office.epochs[2], recipient),
        office.recovery_wraps[1],
        b"",
    ):
        with pytest.raises(errors.ForgedWrap):
            unwrap_recovery(forged, identity, office.verified)
    with pytest.raises(errors.ForgedWrap):
        unwrap_recovery(office.recovery_wraps[2], HybridIdentity.generate(), office.verified)


def test_where_no_recovery_was_set_there_is_nothing_to_open(office):
    without = Office().verified
    with pytest.raises(errors.ForgedWrap, match="no recovery"):
        open_outer(office.recovery.files[0], OLE.keys, without)


def test_a_new_recovery_key_ends_the_old_one(office):
    old = office.recovery.files[0]
    identity = recovered(office, OLE, PIA, old)
    office.with_recovery(PIA, QUY)
    with pytest.raises(errors.ForgedWrap):
        open_outer(old, OLE.keys, office.verified)
    with pytest.raises(errors.ForgedWrap):
        unwrap_recovery(office.recovery_wraps[2], identity, office.verified)
    assert set(office.verified.recovery.wraps) == {2}


def test_a_key_of_recovery_that_was_not_named_rightly_is_not_used():
    """Two administrators of bad will name a recipient whose key the files do not hold: nobody uses what comes out."""
    office = Office()
    link, wraps = office.set_recovery(ADA, OLE, PIA)
    other = HybridIdentity.generate().recipient
    office.take(office.confirmed(again(link, ADA.keys, recipient=other), BEN), wraps)
    assert payload(office.chain[1])["recipient"] == other
    with pytest.raises(errors.ForgedWrap, match="not the one"):
        recovered(office, OLE, PIA, wraps.files[0])


def test_officers_bring_an_authority_back_whose_administrators_lost_their_keys(office):
    """Ada and Ben lost theirs: the officers open the newest key, and admit Ada with a new key set, with the root."""
    newest = unwrap_recovery(
        office.recovery_wraps[2], recovered(office, OLE, PIA, office.recovery.files[0]), office.verified
    )
    office.epochs = {2: newest}
    link, wraps = office.admit(OLE, ADA.renewed, admin=True)
    office.take(office.confirmed(link, PIA, "root"), wraps)
    found = open_below(office.epochs[3], office.chains, office.verified)
    assert set(found) == {1, 2, 3}
    office.epochs[3] = found[3]
    link, wraps = office.add(ADA.renewed, DAN)
    office.take(office.confirmed(link, DAN), wraps)
    assert set(office.verified.members) == {ADA.user, BEN.user, CARO.user, DAN.user}
