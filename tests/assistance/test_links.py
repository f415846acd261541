"""Links between requests of one team, who sees them, and asking whoever controls what a State has not."""

from datetime import date

import pytest
from sqlalchemy import select
from tests.exchange import consulted, sealed
from tests.people import AMINA, BRUNO, CHIDI, DORA, EMRE, FAYE, GRACE

from comity.assistance import actions, links, redirecting, timeline
from comity.assistance.addressees import Standing
from comity.assistance.link_model import Link
from comity.assistance.model import RequestForAssistance
from comity.core import database
from comity.core.actors import SYSTEM
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.directory import actions as directory
from comity.directory.model import Authority


def link(one, other, relation="follows", actor=AMINA):
    with transaction(actor) as tx:
        return links.link(tx, one.id, other.id, relation)


def seen(actor, rfa):
    with transaction(actor, writes=False) as tx:
        return [(one.rfa.reference, one.relation) for one in links.of(tx, tx.read(RequestForAssistance, rfa.id))]


def kept():
    with database.Session() as session:
        return [(one.rfa_id, one.to_id, one.relation) for one in session.scalars(select(Link))]


def lines(*names):
    with database.Session() as session:
        found = session.scalars(select(Entry).order_by(Entry.seq)).all()
    return [one for one in found if one.name in names]


@pytest.mark.parametrize(
    ("relation", "there", "back"),
    [
        ("follows", "follows", "followed_by"),
        ("same_matter", "same_matter", "same_matter"),
        ("replaces", "replaces", "replaced_by"),
    ],
)
def test_a_link_is_seen_from_both_ends_journalled_and_taken_back_from_either(relation, there, back):
    one, other = sealed.transmitted(), sealed.drafted()
    versions = [sealed.read(AMINA, rfa.id).version for rfa in (one, other)]
    link(other, one, relation)
    assert seen(BRUNO, other) == [(one.reference, there)]
    assert seen(BRUNO, one) == [(other.reference, back)]
    (line,) = lines("rfa.linked")
    assert (line.subject, line.data["relation"], line.data["other"]) == (other.subject, relation, one.subject)
    with transaction(BRUNO) as tx:
        links.unlink(tx, one.id, other.id)
    assert (seen(AMINA, one), seen(AMINA, other), kept()) == ([], [], [])
    assert [each.name for each in lines("rfa.linked", "rfa.unlinked")] == ["rfa.linked", "rfa.unlinked"]
    assert [sealed.read(AMINA, rfa.id).version for rfa in (one, other)] == versions


def test_a_state_sees_a_link_only_where_both_requests_were_transmitted_to_it():
    here, draft, elsewhere = sealed.transmitted(), sealed.written(), sealed.transmitted(requested="YB")
    link(draft, here)
    link(elsewhere, here, "same_matter")
    assert (seen(CHIDI, here), seen(DORA, elsewhere)) == ([], [])
    assert len(seen(AMINA, here)) == 2
    with transaction(CHIDI, writes=False) as tx:
        told = [fact.name for fact in timeline.facts(tx, here)]
    assert "rfa.linked" not in told
    signed = sealed.approval(BRUNO, draft)
    with transaction(BRUNO) as tx:
        actions.approve(tx, draft.id, signed)
    again = sealed.resealed(AMINA, draft)
    with transaction(AMINA) as tx:
        actions.transmit(tx, draft.id, again)
    assert seen(CHIDI, here) == [(draft.reference, "followed_by")]
    assert seen(CHIDI, draft) == [(here.reference, "follows")]


def test_a_request_one_may_not_see_is_one_that_does_not_exist():
    from uuid import uuid4

    own = sealed.drafted()
    with transaction(GRACE) as tx:
        registry = actions.draft(tx, "XA", None, sealed.BANK_AND_FREEZE)
    told = []
    for other in (registry.id, uuid4()):
        with pytest.raises(NotFound) as error, transaction(AMINA) as tx:
            links.link(tx, own.id, other, "follows")
        told.append(str(error.value))
    assert told[0] == told[1]
    assert kept() == []
    assert lines("rfa.linked") == []


@pytest.mark.parametrize("actor", [CHIDI, DORA, GRACE, EMRE, FAYE])
def test_only_the_requesting_team_links(actor):
    one, other = sealed.transmitted(), sealed.transmitted()
    with pytest.raises(Denied if actor is CHIDI else NotFound):
        link(one, other, actor=actor)
    assert kept() == []


def test_what_cannot_be_linked_is_refused_with_the_mend():
    one, other = sealed.drafted(), sealed.drafted()
    for pair, relation, why in (
        ((one, one), "follows", "not linked to itself"),
        ((one, other), "redirected_from", "Choose how"),
        ((one, other), "friend_of", "Choose how"),
    ):
        with pytest.raises(Invalid, match=why):
            link(*pair, relation)
    with pytest.raises(Invalid, match="are not linked"), transaction(AMINA) as tx:
        links.unlink(tx, one.id, other.id)
    link(one, other)
    for pair in ((one, other), (other, one)):
        with pytest.raises(Conflict, match="linked already"):
            link(*pair, "replaces")
    assert kept() == [(one.id, other.id, "follows")]


def test_a_discarded_draft_takes_its_links_along():
    one, other = sealed.transmitted(), sealed.drafted()
    link(other, one)
    with transaction(AMINA) as tx:
        actions.discard(tx, other.id)
    assert (seen(AMINA, one), kept()) == ([], [])


# Redirected


def controlled(settle=True, **cover) -> RequestForAssistance:
    """The second measure is controlled by another; both have agreed that the Court asks there."""
    rfa = sealed.acknowledged(**cover)
    consulted.opened(rfa, "controlled_by_another")
    if settle:
        consulted.settled(rfa, "redirected", by=(AMINA, CHIDI))
    return rfa


def redirect(rfa, requested="YB", n=1, actor=AMINA, **standing):
    with transaction(actor) as tx:
        return redirecting.redirect(tx, rfa.id, n, requested, Standing(**standing))


def test_the_court_asks_whoever_controls_it_for_the_same_measures_in_a_request_of_its_own():
    rfa = controlled(on=date(2031, 3, 3))
    other = redirect(rfa)
    assert (other.requested, other.request_kind, other.requested_on) == ("YB", "assistance", date(2031, 3, 3))
    assert [(one.letter, one.act) for one in other.measures] == [("k", "freeze")]
    assert seen(AMINA, other) == [(rfa.reference, "redirected_from")]
    assert seen(AMINA, rfa) == [(other.reference, "redirected_to")]
    assert consulted.statuses(AMINA, rfa) == [("pending", None), ("withdrawn", "controlled_by_another")]


def test_the_first_state_is_not_told_of_whom_the_court_asks():
    rfa = controlled()
    before = sealed.read(CHIDI, rfa.id)
    other = redirect(rfa)
    after = sealed.read(CHIDI, rfa.id)
    assert (before.version, before.changed_at) == (after.version, after.changed_at)
    assert seen(CHIDI, rfa) == []
    with transaction(CHIDI, writes=False) as tx:
        facts = timeline.facts(tx, rfa)
    assert not any("YB" in str(fact.data) or "redirected" in fact.name for fact in facts)
    with pytest.raises(NotFound):
        sealed.read(CHIDI, other.id)
    (line,) = lines("rfa.redirected")
    assert (line.subject, line.data) == (
        rfa.subject,
        {"requesting": "OTP", "requested": "XA", "consultation": 1},
    )
    assert "rfa.redirected" in [fact.name for fact in _facts(AMINA, rfa)]


def _facts(actor, rfa):
    with transaction(actor, writes=False) as tx:
        return timeline.facts(tx, rfa)


def test_an_organisation_is_asked_in_its_own_kind_and_on_a_basis():
    with transaction(SYSTEM) as tx:
        same = {"organ": None, "time_zone": "UTC", "calendar": "XA"}
        directory.register(tx, Authority(code="UFR", of="organisation", name_en="Union", name_fr="Union", **same))
    rfa = controlled()
    with pytest.raises(Invalid) as told:
        redirect(rfa, "UFR")
    assert [fault.pointer for fault in told.value.faults] == ["/basis"]
    assert redirect(rfa, "UFR", basis="competence").request_kind == "organisation_assistance"


def test_nothing_is_redirected_before_both_have_agreed_to_it_twice_or_back_to_the_same_state():
    rfa = controlled(settle=False)
    with pytest.raises(Refused, match="first agree in consultation 1"):
        redirect(rfa)
    consulted.settled(rfa, "redirected", by=(AMINA, CHIDI))
    with pytest.raises(Invalid, match="no consultation of that number"):
        redirect(rfa, n=2)
    with pytest.raises(Invalid, match="who was asked first"):
        redirect(rfa, "XA")
    with pytest.raises(Invalid, match="cannot be kept like this"):
        redirect(rfa, "REG")
    other = redirect(rfa)
    with pytest.raises(Conflict, match=f"there already: {other.reference}"):
        redirect(rfa)
    with pytest.raises(Refused, match="This link stays"), transaction(AMINA) as tx:
        links.unlink(tx, rfa.id, other.id)
    assert kept() == [(other.id, rfa.id, "redirected_from")]
    assert len(lines("rfa.redirected")) == 1


@pytest.mark.parametrize("actor", [CHIDI, DORA, GRACE])
def test_only_the_requesting_team_redirects(actor):
    rfa = controlled()
    with pytest.raises(Denied if actor is CHIDI else NotFound):
        redirect(rfa, actor=actor)
    assert kept() == []
