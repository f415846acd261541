"""Who signs for an authority when, which chain continues what was seen, and that no change of a chain goes unseen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.seal.chains import ADA, BEN, CARO, DAN, THE_ROOT, Office, at

from comity_seal import errors
from comity_seal.authority import Pin, check_pin, pin_of, verify_chain
from comity_seal.confirmation import Link
from comity_seal.opening.statements import ROOT


class TestSigners:
    """Caro is a member from minute 0, is removed in minute 2, comes back in minute 3 with another key set."""

    @pytest.fixture
    def office(self):
        office = Office()
        office.take(*office.rotate(ADA))
        office.take(*office.remove(ADA, CARO))
        link, wraps = office.add(ADA, CARO.renewed)
        office.take(office.confirmed(link, CARO.renewed), wraps)
        return office

    def test_a_present_member_signs(self, office):
        assert office.verified.signer(ADA.user, ADA.id).name == "Ada"
        assert office.verified.signer(CARO.user, CARO.renewed.id).keys == CARO.renewed.keys.public

    @pytest.mark.parametrize("when", [at(0), at(1), "2026-03-02T08:01:59Z"])
    def test_a_former_member_signed_while_she_was_one(self, office, when):
        assert office.verified.signer(CARO.user, CARO.id, when).keys == CARO.keys.public

    @pytest.mark.parametrize("when", [None, "2026-03-02T07:59:59Z", at(2), at(3)])
    def test_and_neither_before_nor_after(self, office, when):
        with pytest.raises(errors.UnknownSigner):
            office.verified.signer(CARO.user, CARO.id, when)

    def test_nobody_signs_with_the_key_set_of_another(self, office):
        for user, keyset in ((ADA.user, BEN.id), (DAN.user, DAN.id), (CARO.user, ADA.id), (BEN.user, CARO.id)):
            with pytest.raises(errors.UnknownSigner):
                office.verified.signer(user, keyset, at(1))

    @pytest.mark.parametrize("when", ["", "yesterday", "2026-03-02"])
    def test_what_is_no_time_is_refused(self, office, when):
        with pytest.raises(errors.FormatError):
            office.verified.signer(CARO.user, CARO.id, when)
        office.take(office.revoke(ADA, BEN, at(3)))
        with pytest.raises(errors.FormatError):
            office.verified.signer(BEN.user, BEN.id, at(1), when)

    @pytest.mark.parametrize(("whose", "signed"), [(BEN, at(1)), (CARO, at(1))], ids=["present", "former"])
    def test_a_revoked_key_set_signed_only_what_was_logged_before(self, office, whose, signed):
        office.take(office.revoke(ADA, whose, at(2)))
        found = office.verified
        for logged in ("2026-03-02T08:01:59.999999Z", "2026-03-02T08:01:59Z"):
            assert found.signer(whose.user, whose.id, signed, logged).name == whose.name
        for logged in (None, at(2), "2026-03-02T08:02:00.000001Z", at(3)):
            with pytest.raises(errors.RevokedSigner):
                found.signer(whose.user, whose.id, signed, logged)


def test_only_the_newest_epoch_is_sealed_to():
    office = Office()
    office.take(*office.rotate(ADA))
    office.verified.require_newest(2)
    for n in (1, 3):
        with pytest.raises(errors.OldEpoch):
            office.verified.require_newest(n)


def test_a_chain_that_continues_what_was_seen_is_taken():
    office = Office()
    pins = [pin_of(office.verified)]
    for _each in range(2):
        office.take(*office.rotate(ADA))
        pins.append(pin_of(office.verified))
    for pin in pins:
        check_pin(office.chain, pin)
    assert pins[2] == Pin(2, office.verified.sha256)
    with pytest.raises(errors.RolledBack):
        check_pin(office.chain[:2], pins[2])
    with pytest.raises(errors.RolledBack):
        check_pin([], pins[0])


def test_another_statement_at_a_place_that_was_seen_is_a_fork():
    office, other = Office(), Office()
    other.chain = list(office.chain)
    office.take(*office.rotate(ADA))
    pin = pin_of(office.verified)
    other.take(*other.rotate(BEN))
    other.take(*other.rotate(BEN))
    assert other.verified.seq == 2
    with pytest.raises(errors.ForkedChain):
        check_pin(other.chain, pin)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_change_of_a_byte_goes_unseen(data):
    office = GROWN
    place = data.draw(st.integers(0, len(office.chain) - 1))
    link = office.chain[place]
    spot = data.draw(st.integers(0, len(link) - 1))
    changed = link[:spot] + bytes([link[spot] ^ data.draw(st.integers(1, 255))]) + link[spot + 1 :]
    chain = [*office.chain[:place], changed, *office.chain[place + 1 :]]
    with pytest.raises(errors.SealError):
        verify_chain(chain, THE_ROOT.public, "XA")


@settings(max_examples=40, deadline=None)
@given(order=st.lists(st.integers(0, 4), max_size=6))
def test_links_in_another_order_dropped_or_doubled_are_refused(order):
    chain = [GROWN.chain[place] for place in order]
    if order == list(range(len(order))) and order:
        assert verify_chain(chain, THE_ROOT.public, "XA").seq == len(order) - 1
    else:
        with pytest.raises(errors.SealError):
            verify_chain(chain, THE_ROOT.public, "XA")


def _grown() -> Office:
    office = Office().with_recovery()
    office.take(office.confirmed(office.name_admin(ADA, CARO), BEN, ROOT))
    office.take(*office.rotate(CARO))
    office.take(office.revoke(ADA, BEN))
    assert len(Link.parse(office.chain[2]).confirmations) == 3
    return office


GROWN = _grown()
