"""The pages and resources of links, pairs, redirecting, urgency and registering: offered, shown, refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.assistance.test_channels import MONDAY, send
from tests.assistance.test_links import controlled, kept, link
from tests.exchange import paired, sealed
from tests.people import AMINA, CHIDI, GRACE
from tests.visits import Program, visitor

from comity.assistance.model import RequestForAssistance
from comity.core import clock
from comity.core.transaction import transaction

LATER = datetime(2031, 3, 6, 9, tzinfo=UTC)


def words(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def requests(actor):
    with transaction(actor, writes=False) as tx:
        return tx.find(RequestForAssistance)


def day(name, on):
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def test_requests_are_linked_by_reference_on_the_page_and_unlinked_there(app):
    one, other = sealed.transmitted(), sealed.drafted()
    page, address = visitor(app, AMINA), f"/requests/{other.id}/links"
    assert "linked to no other request" in words(page.get(address))
    with transaction(GRACE) as tx:
        from comity.assistance import actions

        unseen = actions.draft(tx, "XA", None, sealed.BANK_AND_FREEZE)
    for reference, relation, said in (
        (unseen.reference, "follows", "Your team has no request with this reference."),
        ("OTP/XA/2001/999", "follows", "Your team has no request with this reference."),
        (other.reference, "follows", "not linked to itself"),
        (one.reference, "", "Choose how the two requests belong together."),
        (one.reference, "full_request_of", "is no request for provisional arrest"),
    ):
        answer = page.post(address, reference=reference, relation=relation)
        assert (answer.status_code, said in words(answer)) == (422, True)
    assert kept() == []
    assert page.post(address, reference=one.reference.lower(), relation="follows").status_code == 303
    assert kept() == [(other.id, one.id, "follows")]
    assert "Follow-up to" in words(page.get(f"/requests/{other.id}"))
    assert "Followed up by" in words(page.get(f"/requests/{one.id}"))
    assert "Linked requests" not in words(visitor(app, CHIDI).get(f"/requests/{one.id}"))
    assert page.post(address, unlink=str(one.id)).status_code == 303
    assert kept() == []


def test_the_resource_of_links_and_what_each_side_is_given(app):
    one, other = sealed.transmitted(), sealed.transmitted()
    elsewhere = sealed.transmitted(requested="YB")
    amina, chidi = Program(app, AMINA), Program(app, CHIDI)
    body = {"other": str(one.id), "relation": "replaces"}
    answer = amina.api("POST", f"/requests/{other.id}/links", body)
    assert answer.json["links"] == [
        {"request": str(one.id), "reference": one.reference, "relation": "replaces", "fixed": False}
    ]
    link(elsewhere, one)
    assert [each["relation"] for each in amina.api("GET", f"/requests/{one.id}").json["links"]] == [
        "replaced_by",
        "followed_by",
    ]
    assert [each["relation"] for each in chidi.api("GET", f"/requests/{one.id}").json["links"]] == ["replaced_by"]
    assert chidi.api("POST", f"/requests/{other.id}/links", body).status_code == 403
    assert amina.api("DELETE", f"/requests/{one.id}/links/{other.id}").json["links"][0]["relation"] == "followed_by"
    assert chidi.api("GET", f"/requests/{one.id}").json["links"] == []


def test_the_full_request_is_drafted_from_the_page_of_the_provisional_one_and_the_clock_says_so(app):
    with clock.at(LATER):
        first = paired.provisional()
        paired.arrested(first, date(2031, 3, 6))
        page, state = visitor(app, GRACE), visitor(app, CHIDI)
        assert "Draft the full request that follows" in words(page.get(f"/requests/{first.id}"))
        assert "Draft the full request" not in words(state.get(f"/requests/{first.id}"))
        kinds = words(page.get(f"/requests/new?after={first.id}"))
        assert f'follows <bdi dir="ltr">{first.reference}' in kinds or first.reference in kinds
        assert "kind=arrest_surrender&amp;after=" in kinds
        assert "kind=transit" not in kinds
        address = f"/requests/new?kind=arrest_surrender&after={first.id}"
        assert page.post(address, requested="YB").status_code == 422
        assert len(requests(GRACE)) == 1
        assert page.post(address, requested="XA").status_code == 303
        (full,) = [one for one in requests(GRACE) if one.id != first.id]
        assert page.get(address).status_code == 409
        assert "When Xandria acknowledges its receipt, this period is met" in words(
            page.get(f"/requests/{first.id}/clock")
        )
        assert full.reference not in words(state.get(f"/requests/{first.id}/clock"))
        paired.sent(full)
        paired.acknowledge(full)
        for seat in (page, state):
            assert "with that, its papers have been received" in words(seat.get(f"/requests/{first.id}/clock"))
            assert "Provisional arrest before the full request" in words(seat.get(f"/requests/{first.id}"))


def test_the_resource_drafts_a_full_request(app):
    with clock.at(LATER):
        first = paired.provisional()
        body = {
            "kind": "arrest_surrender",
            "requested": "XA",
            "requested_on": None,
            "measures": [],
            "full_request_of": str(first.id),
        }
        assert Program(app, AMINA).api("POST", "/requests", body).status_code == 404
        grace = Program(app, GRACE)
        wrong = grace.api("POST", "/requests", body | {"measures": [{"letter": "d", "act": None}]})
        assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/measures")
        answer = grace.api("POST", "/requests", body)
        assert (answer.status_code, answer.json["links"][0]["relation"]) == (201, "full_request_of")
        assert grace.api("POST", "/requests", body).status_code == 409
    assert len(requests(GRACE)) == 2


def test_what_both_agreed_to_redirect_is_redirected_from_the_page_of_the_consultation(app):
    rfa = controlled()
    page, address = visitor(app, AMINA), f"/requests/{rfa.id}/consultations/1"
    assert "Ask whoever has control of it" in words(page.get(address))
    assert "Ask whoever has control of it" not in words(visitor(app, CHIDI).get(address))
    for requested, said in (("", "Choose a State."), ("XA", "who was asked first")):
        answer = page.post(f"{address}/redirect", requested=requested)
        assert (answer.status_code, said in words(answer)) == (422, True)
    assert len(requests(AMINA)) == 1
    answer = page.post(f"{address}/redirect", requested="YB")
    (other,) = [one for one in requests(AMINA) if one.id != rfa.id]
    assert (answer.status_code, answer.location) == (303, f"/requests/{other.id}/draft")
    draft = words(page.get(f"/requests/{other.id}/draft"))
    assert f'data-earlier-request="{rfa.id}"' in draft
    assert visitor(app, CHIDI).get(f"{address}/redirect").status_code == 403
    assert page.get(f"/requests/{rfa.id}/consultations/2/redirect").status_code == 404


def test_the_resource_redirects_and_gives_the_draft(app):
    rfa, amina = controlled(), Program(app, AMINA)
    body = {"consultation": 1, "requested": "YB"}
    assert Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/redirect", body).status_code == 403
    answer = amina.api("POST", f"/requests/{rfa.id}/redirect", body)
    assert (answer.status_code, answer.json["links"][0]["relation"]) == (201, "redirected_from")
    assert answer.headers["Location"] == f"/api/v1/requests/{answer.json['id']}"
    assert amina.api("POST", f"/requests/{rfa.id}/redirect", body).status_code == 409
    said = Program(app, CHIDI).api("GET", f"/requests/{rfa.id}").get_data(as_text=True)
    assert answer.json["id"] not in said
    assert answer.json["reference"] not in said


def test_a_draft_is_marked_on_its_page_and_the_confirmation_recorded_there(app):
    with clock.at(MONDAY):
        rfa, page = sealed.approved(), visitor(app, AMINA)
        assert page.post(f"/requests/{rfa.id}/expedite", medium="").status_code == 422
        assert page.post(f"/requests/{rfa.id}/expedite", medium="fax").status_code == 303
        assert "Formal confirmation" in words(page.get(f"/requests/{rfa.id}/clock"))
        send(rfa)
    with clock.at(MONDAY + timedelta(days=3)):
        page, state = visitor(app, AMINA), visitor(app, CHIDI)
        here = f"/requests/{rfa.id}"
        assert 'data-step="confirm"' in words(page.get(here))
        assert 'data-step="confirm"' not in words(state.get(here))
        assert state.get(f"{here}/confirm").status_code == 403
        answer = page.post(f"{here}/confirm", **day("on", date(2031, 3, 9)), channel="diplomatic")
        assert (answer.status_code, "still to come" in words(answer)) == (422, True)
        answer = page.post(f"{here}/confirm", **day("on", date(2031, 3, 9)), channel="fax")
        assert ("still to come" in words(answer), "that the State has designated" in words(answer)) == (True, True)
        answer = page.post(f"{here}/confirm", **{"on-day": "31", "on-month": "2", "on-year": "2031"}, channel="fax")
        assert (answer.status_code, "a day that exists" in words(answer)) == (422, True)
        assert sealed.read(AMINA, rfa.id).confirmed_on is None
        assert page.post(f"{here}/confirm", **day("on", date(2031, 3, 5)), channel="diplomatic").status_code == 303
        told = words(state.get(here))
        assert "Formally confirmed" in told
        assert "Diplomatic channel" in told
        assert page.get(f"{here}/confirm").status_code == 409


def test_the_resources_of_urgency_and_the_filter(app):
    with clock.at(MONDAY):
        rfa, calm = sealed.approved(), sealed.transmitted()
        amina, chidi = Program(app, AMINA), Program(app, CHIDI)
        wrong = amina.api("POST", f"/requests/{rfa.id}/expedite", {"medium": "pigeon"})
        assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/medium")
        assert amina.api("POST", f"/requests/{rfa.id}/expedite", {"medium": "platform"}).json["urgent_by"] == "platform"
        send(rfa)

        def listed(seat, value):
            answer = seat.api("GET", f"/requests?urgent={value}")
            return [one["id"] for one in answer.json["items"]]

        for seat in (amina, chidi):
            assert listed(seat, "yes") == listed(seat, "unconfirmed") == [str(rfa.id)]
        assert amina.api("GET", "/requests?urgent=very").status_code == 422
        body = {"on": "2031-03-03", "channel": "designated"}
        assert chidi.api("POST", f"/requests/{rfa.id}/confirm", body).status_code == 403
        assert amina.api("POST", f"/requests/{calm.id}/confirm", body).status_code == 409
        done = amina.api("POST", f"/requests/{rfa.id}/confirm", body).json
        assert (done["confirmed_on"], done["confirmed_through"]) == ("2031-03-03", "designated")
        for seat in (amina, chidi):
            assert (listed(seat, "yes"), listed(seat, "unconfirmed")) == ([str(rfa.id)], [])
    assert "Urgent, to be confirmed" in words(visitor(app, CHIDI).get("/requests/?urgent=unconfirmed"))


def test_what_travelled_is_said_to_both_sides(app):
    with clock.at(MONDAY):
        rfa = sealed.approved()
    with clock.at(MONDAY + timedelta(days=10)):
        send(rfa, "interpol", date(2031, 3, 6))
        for actor in (AMINA, CHIDI):
            seat = visitor(app, actor)
            here, dates = words(seat.get(f"/requests/{rfa.id}")), words(seat.get(f"/requests/{rfa.id}/clock"))
            assert "Registered here" in here
            assert "INTERPOL" in here
            assert "What runs from transmission runs from the day of receipt" in dates
            assert "6 March 2031" in dates
            assert "13 March 2031" in dates
            given = Program(app, actor).api("GET", f"/requests/{rfa.id}").json
            assert (given["travelled_by"], given["received_on"]) == ("interpol", "2031-03-06")


@pytest.mark.parametrize(
    ("travelled", "pointer"),
    [
        ({"channel": "pigeon", "received_on": "2031-03-03"}, "/travelled/channel"),
        ({"channel": "interpol", "received_on": "2031-03-04"}, "/travelled/received_on"),
        ({"channel": "interpol", "received_on": "soon"}, "/travelled/received_on"),
    ],
)
def test_the_resource_of_transmission_says_what_cannot_have_travelled(app, travelled, pointer):
    from base64 import b64encode

    with clock.at(MONDAY):
        rfa, amina = sealed.approved(), Program(app, AMINA)
        pieces = [
            {
                "doc": str(one.doc),
                "envelope": b64encode(one.signed.envelope).decode(),
                "header": b64encode(one.signed.header).decode(),
                "manifest_age": b64encode(one.signed.manifest_age).decode(),
            }
            for one in sealed.resealed(AMINA, rfa)
        ]
        answer = amina.api("POST", f"/requests/{rfa.id}/transmit", {"documents": pieces, "travelled": travelled})
        assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])
        assert sealed.read(AMINA, rfa.id).stage == "approved"
        travelled = {"channel": "interpol", "received_on": "2031-03-03"}
        answer = amina.api("POST", f"/requests/{rfa.id}/transmit", {"documents": pieces, "travelled": travelled})
        assert (answer.json["stage"], answer.json["travelled_by"]) == ("transmitted", "interpol")


def test_the_catalogue_says_by_what_a_request_can_travel(app):
    found = Program(app, CHIDI).api("GET", "/measures").json["channels"]
    assert {one["channel"] for one in found if "confirmation" in one["carries"]} == {"diplomatic", "designated"}
