"""Chains: what each statement changes, and what a genesis must be."""

import dataclasses

import pytest
from tests.seal.chains import (
    ADA,
    BEN,
    CARO,
    DAN,
    FIRST,
    FIRST_OF_OTP,
    OLE,
    OTHER_ROOT,
    PIA,
    QUY,
    SECOND,
    STRANGER,
    THE_ROOT,
    THIRD,
    Office,
    again,
    at,
    payload,
    said,
)

from comity_demo.roots import confirmed_by
from comity_seal import errors
from comity_seal.authority import Former, Revocation, verify_chain
from comity_seal.confirmation import Link
from comity_seal.opening import statements
from comity_seal.opening.statements import ROOT
from comity_seal.root import Root


def test_the_genesis_names_members_and_administrators():
    found = Office().verified
    assert (found.seq, found.admins, found.root_id) == (0, {ADA.user, BEN.user}, THE_ROOT.public.id)
    assert set(found.members) == {ADA.user, BEN.user, CARO.user}
    assert (found.former, found.revoked, found.recovery, found.missing) == ((), {}, None, ())
    assert [(one.seq, one.type, one.by, one.at) for one in found.history] == [(0, "genesis", ROOT, at(0))]
    assert found.epoch.chain is found.epoch.previous is found.epoch.recovery is None


def test_all_members_administer_unless_some_are_named():
    office = Office(admins=(BEN,))
    assert office.verified.admins == {BEN.user}
    everybody = THE_ROOT.genesis(
        code="XA",
        kind="state",
        organ=None,
        names={"en": "X", "fr": "X"},
        members=[ADA.member, CARO.member],
        epoch=office.epochs[1],
        wraps=statements.wraps_for(office.epochs[1], [ADA.member, CARO.member]),
        created=at(0),
    )
    assert verify_chain([everybody], THE_ROOT.public, "XA").admins == {ADA.user, CARO.user}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"admins": []}, errors.FormatError, id="no administrator"),
        pytest.param({"admins": [BEN.user, ADA.user]}, errors.FormatError, id="administrators not in order"),
        pytest.param({"admins": [ADA.user, ADA.user]}, errors.FormatError, id="an administrator twice"),
        pytest.param({"admins": ["Ada"]}, errors.FormatError, id="an administrator by name"),
        pytest.param({"admins": [DAN.user]}, errors.BrokenChain, id="an administrator who is no member"),
        pytest.param({"admins": ...}, errors.FormatError, id="administrators left out"),
        pytest.param({"by": ROOT}, errors.FormatError, id="a field too many"),
        pytest.param({"members": []}, errors.FormatError, id="no member"),
        pytest.param({"seq": 1}, errors.BrokenChain, id="not the first"),
        pytest.param({"seq": False}, errors.FormatError, id="a place that is no number"),
        pytest.param({"prev": "0" * 64}, errors.BrokenChain, id="after another"),
        pytest.param({"authority": "YB"}, errors.WrongAuthority, id="of another authority"),
    ],
)
def test_a_genesis_must_be_one(changes, error):
    chain = [again(Office().chain[0], FIRST, **changes)]
    with pytest.raises(error):
        verify_chain(chain, THE_ROOT.public, "XA")


@pytest.mark.parametrize(
    "changes",
    [{"n": 2}, {"previous": "0" * 64}, {"chain": "0" * 64}, {"recovery": "0" * 64}, {"wraps": []}],
    ids=lambda changes: next(iter(changes)),
)
def test_the_first_epoch_follows_nothing(changes):
    genesis = Office().chain[0]
    epoch = {**payload(genesis)["epoch"], **changes}
    with pytest.raises(errors.BrokenChain):
        verify_chain([again(genesis, FIRST, epoch=epoch)], THE_ROOT.public, "XA")


def test_two_members_of_a_genesis_have_two_key_sets():
    office = Office(members=(ADA, BEN))
    twin = dataclasses.replace(ADA, number=BEN.number)
    members = [payload(Office(members=(one,), admins=(one,)).chain[0])["members"][0] for one in (ADA, twin)]
    with pytest.raises(errors.BrokenChain, match="same key set"):
        verify_chain([again(office.chain[0], FIRST, members=members)], THE_ROOT.public, "XA")


def test_a_genesis_is_signed_by_one_of_the_root_and_confirmed_by_another():
    office = Office()
    for keys in (STRANGER, ADA.keys):
        with pytest.raises(errors.UntrustedRoot):
            verify_chain([again(office.chain[0], keys)], THE_ROOT.public, "XA")
    with pytest.raises(errors.BrokenChain):
        verify_chain([], THE_ROOT.public, "XA")
    with pytest.raises(errors.UntrustedRoot):
        verify_chain(office.chain, OTHER_ROOT.public, "XA")
    first = office.chain[0].split(b"\n")[0]
    foreign = office.confirmed(office.name_admin(ADA, CARO), BEN).split(b"\n")[1]
    with pytest.raises(errors.NotConfirmed):
        verify_chain([first + b"\n" + foreign], THE_ROOT.public, "XA")
    three = confirmed_by([SECOND, THIRD], first, at(1))
    assert verify_chain([three], THE_ROOT.public, "XA").history[0].confirmed_by == (ROOT, ROOT)


def test_a_genesis_may_wait_for_the_second_holder_but_nothing_follows_it_then():
    office = Office()
    first = office.chain[0].split(b"\n")[0]
    assert said((first,), "XA", unconfirmed=True).missing == (ROOT,)
    assert said(tuple(office.chain), "XA", unconfirmed=True).missing == ()
    with pytest.raises(errors.NotConfirmed):
        verify_chain([first, office.rotate(ADA)[0]], THE_ROOT.public, "XA", unconfirmed=True)


def test_the_root_begins_a_chain_with_nothing_but_a_genesis():
    link = again(Office().name_admin(ADA, CARO), FIRST, seq=0, prev=None, by=ROOT)
    with pytest.raises(errors.BrokenChain, match="must be its genesis"):
        verify_chain([link], THE_ROOT.public, "XA")


def test_the_prosecutor_s_holders_speak_for_the_prosecutor_and_the_registry_s_for_its_own_teams():
    otp = Office(kind="court", organ="otp")
    assert Link.parse(otp.chain[0]).statement.keyset == FIRST_OF_OTP.public.id
    otp.take(otp.confirmed(otp.name_admin(ADA, CARO), ROOT))
    assert (otp.verified.root_id, CARO.user in otp.verified.admins) == (THE_ROOT.public.id, True)
    registry = Office(kind="court", organ="registry")
    assert Link.parse(registry.chain[0]).statement.keyset == FIRST.public.id
    for holders in ((FIRST, SECOND), (FIRST_OF_OTP, SECOND)):
        with pytest.raises(errors.UntrustedRoot):
            said((*otp.chain, otp.confirmed(otp.unname_admin(ADA, BEN), *holders)), "XA")


def test_a_root_that_needs_one_is_confirmed_by_nobody():
    alone = Root.of(1, [FIRST.public], [FIRST_OF_OTP.public])
    office = Office()
    first = office.chain[0].split(b"\n")[0]
    assert verify_chain([first], alone, "XA").root_id == alone.id
    with pytest.raises(errors.NotConfirmed):
        verify_chain([confirmed_by([FIRST], first, at(1))], alone, "XA")
    revoked = office.revoke(None, CARO)
    assert CARO.id in verify_chain([first, revoked], alone, "XA").revoked
    named = office.confirmed(office.name_admin(ADA, CARO), FIRST)
    assert CARO.user in verify_chain([first, named], alone, "XA").admins


def test_a_root_that_needs_three_takes_three():
    three = Root.of(3, [FIRST.public, SECOND.public, THIRD.public], THE_ROOT.public.prosecutor)
    first = Office().chain[0].split(b"\n")[0]
    with pytest.raises(errors.NotConfirmed):
        verify_chain([confirmed_by([SECOND], first, at(1))], three, "XA")
    assert verify_chain([confirmed_by([SECOND, THIRD], first, at(1))], three, "XA").seq == 0


def test_a_member_is_added_once_she_confirmed_with_her_own_key_set():
    office = Office()
    link, wraps = office.add(ADA, DAN)
    office.take(office.confirmed(link, DAN), wraps)
    found = office.verified
    assert found.members[DAN.user].keys == DAN.keys.public
    assert found.epoch.n == 1
    assert DAN.id in found.epoch.wraps
    assert DAN.user not in found.admins
    assert found.since[DAN.user] == at(1)
    change = found.history[1]
    assert (change.type, change.by, change.about, change.name) == ("member.add", ADA.user, DAN.user, "Dan")
    assert (change.confirmed_by, change.sha256, change.seq) == ((DAN.user,), found.sha256, found.seq)


def test_who_is_removed_becomes_a_former_member_and_gets_no_wrap():
    office = Office()
    office.take(*office.remove(ADA, CARO))
    found = office.verified
    assert CARO.user not in found.members
    assert found.former == (Former(CARO.member, at(0), at(1), 1),)
    assert (found.epoch.n, set(found.epoch.wraps)) == (2, {ADA.id, BEN.id})
    assert found.epoch.previous == found.epochs[1].recipient_sha256
    assert found.history[1].name == "Caro"


@pytest.mark.parametrize("second", [CARO, ROOT, BEN], ids=["a second administrator", "the root", "she herself"])
def test_an_administrator_is_removed_by_two(second):
    office = Office(admins=(ADA, BEN, CARO))
    link, wraps = office.remove(ADA, BEN)
    office.take(office.confirmed(link, second), wraps)
    assert office.verified.admins == {ADA.user, CARO.user}
    assert BEN.user not in office.verified.members


def test_who_was_removed_may_come_back_with_the_same_key_set_or_another():
    office = Office()
    office.take(*office.remove(ADA, CARO))
    for person in (CARO, CARO.renewed):
        link, wraps = office.add(ADA, person)
        office.take(office.confirmed(link, person), wraps)
        office.take(*office.remove(ADA, person))
    assert [one.member.keys.id for one in office.verified.former] == [CARO.id, CARO.id, CARO.renewed.id]


def test_administrators_are_named_and_unnamed_by_two():
    office = Office()
    office.take(office.confirmed(office.name_admin(ADA, CARO), BEN))
    assert office.verified.admins == {ADA.user, BEN.user, CARO.user}
    office.take(office.confirmed(office.unname_admin(CARO, CARO), ROOT))
    assert office.verified.admins == {ADA.user, BEN.user}
    assert CARO.user in office.verified.members
    office.take(office.confirmed(office.unname_admin(BEN, ADA), ADA))
    assert office.verified.admins == {BEN.user}


def test_recovery_is_set_by_two_and_every_later_epoch_is_wrapped_to_it():
    office = Office().with_recovery(OLE, PIA, QUY)
    found = office.verified.recovery
    assert found is not None
    assert list(found.officers) == [OLE.user, PIA.user, QUY.user]
    assert [(one.outer, one.inner) for one in found.files] == [
        (OLE.id, PIA.id), (OLE.id, QUY.id), (PIA.id, QUY.id),
    ]  # fmt: skip
    office.take(*office.rotate(BEN))
    after = office.verified
    assert after.recovery is not None
    assert set(after.recovery.wraps) == {1, 2}
    assert after.recovery.wraps[2] == after.epoch.recovery


def test_officers_admit_a_person_in_the_place_of_her_membership():
    office = Office().with_recovery()
    link, wraps = office.admit(OLE, CARO.renewed)
    office.take(office.confirmed(link, PIA), wraps)
    found = office.verified
    assert found.members[CARO.user].keys.id == CARO.renewed.id
    assert [one.member.keys.id for one in found.former] == [CARO.id]
    assert set(found.epoch.wraps) == {ADA.id, BEN.id, CARO.renewed.id}
    assert found.admins == {ADA.user, BEN.user}


def test_officers_and_the_root_admit_an_administrator():
    office = Office().with_recovery()
    link, wraps = office.admit(OLE, DAN, admin=True)
    office.take(office.confirmed(link, PIA, ROOT), wraps)
    assert DAN.user in office.verified.admins
    assert sorted(office.verified.history[-1].confirmed_by) == sorted([PIA.user, ROOT, ROOT])


@pytest.mark.parametrize("by", [ADA, CARO, None], ids=["an administrator", "she herself", "the root"])
def test_a_key_set_is_revoked_and_left_out_of_the_next_epoch(by):
    office = Office()
    link = office.revoke(by, CARO, at(1))
    office.take(link if by else office.confirmed(link, SECOND))
    found = office.verified
    assert found.revoked == {CARO.id: Revocation(at(1), "stolen")}
    assert CARO.user in found.members
    assert CARO.id not in found.readers()
    office.take(*office.rotate(ADA))
    assert set(office.verified.epoch.wraps) == {ADA.id, BEN.id}
    office.take(*office.remove(ADA, CARO))
    assert office.verified.former[0].member.keys.id == CARO.id


def test_a_revoked_administrator_counts_no_more_but_is_named_until_removed():
    office = Office()
    office.take(office.revoke(ADA, BEN))
    assert office.verified.admins == {ADA.user, BEN.user}
    assert (office.verified.usable(ADA.user), office.verified.usable(BEN.user)) == (True, False)
    assert not office.verified.usable(CARO.user)


def test_a_last_statement_may_wait_for_confirmations_if_asked():
    office = Office().with_recovery()
    link, _wraps = office.admit(OLE, DAN, admin=True)
    waiting = [
        (link, ("officer", ROOT)),
        (office.confirmed(link, FIRST), ("officer", ROOT)),
        (office.confirmed(link, ROOT), ("officer",)),
        (office.confirmed(link, PIA), (ROOT,)),
        (office.confirmed(link, PIA, ROOT), ()),
    ]
    for one, missing in waiting:
        assert said((*office.chain, one), "XA", unconfirmed=True).missing == missing
    assert said((*office.chain, office.add(ADA, DAN)[0]), "XA", unconfirmed=True).missing == ("member",)
    named = office.name_admin(ADA, CARO)
    for one in (named, office.confirmed(named, THIRD)):
        assert said((*office.chain, one), "XA", unconfirmed=True).missing == ("administrator",)
    assert said((*office.chain, office.revoke(None, CARO)), "XA", unconfirmed=True).missing == (ROOT,)


def test_what_waits_obeys_every_other_rule_and_only_the_last_may_wait():
    office = Office()
    first = office.name_admin(ADA, CARO)
    with pytest.raises(errors.UnknownSigner):
        said((*office.chain, office.add(CARO, DAN)[0]), "XA", unconfirmed=True)
    with pytest.raises(errors.NotConfirmed):
        said((*office.chain, office.confirmed(first, CARO)), "XA", unconfirmed=True)
    office.take(office.confirmed(first, BEN))
    second = office.rotate(ADA)[0]
    with pytest.raises(errors.NotConfirmed):
        verify_chain([office.chain[0], first, second], THE_ROOT.public, "XA", unconfirmed=True)


def test_times_never_go_back_whatever_the_clock_says():
    office = Office()
    office.take(*office.rotate(ADA))
    early = "2026-01-01T00:00:00Z"
    link = statements.add_admin(ADA.keys, ADA.user, office.verified, user=CARO.user, created=early)
    office.take(statements.confirmed(link, statements.confirm(BEN.keys, BEN.user, link, created=early)))
    assert office.verified.created == at(1)


def test_a_key_that_is_not_the_newest_is_wrapped_to_nobody():
    office = Office()
    office.take(*office.rotate(ADA))
    for old in (office.epochs[1], office.epoch(9), Office("YB").epochs[1]):
        with pytest.raises(errors.ForgedWrap):
            statements.add_member(ADA.keys, ADA.user, office.verified, member=DAN.member, epoch=old, created=at(2))
        with pytest.raises(errors.ForgedWrap):
            statements.rotate(
                ADA.keys, ADA.user, office.verified, reason="", old=old, new=office.epoch(3), created=at(2)
            )
