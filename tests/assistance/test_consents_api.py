"""Consent by the API: asked, decided and withdrawn, and a document that is not handed out for taking away."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.assistance.test_messages_api import deposit
from tests.exchange import limited, sealed
from tests.people import AMINA, BRUNO, CHIDI, CHINUA, DORA, EMRE
from tests.visits import Program

from comity.core import database
from comity.notifications.model import Notification
from comity_workers.relay import relay


def told(of: str) -> set[str]:
    with database.Session() as session:
        return set(session.scalars(select(Notification.account_id).where(Notification.of == of)))


def sought(program: Program, rfa, file, use: str = "evidence"):
    reason = deposit(program, AMINA, rfa, "use")
    body = {"document": str(file.id), "use": use, "reason": reason}
    return program.api("POST", f"/requests/{rfa.id}/consents", body)


def test_asked_given_and_withdrawn_and_the_document_is_handed_out_for_taking_away_only_between(app):
    rfa, chidi, amina = sealed.acknowledged(), Program(app, CHIDI), Program(app, AMINA)
    file = limited.sent(rfa, "lead_only")
    shown = next(one for one in amina.api("GET", f"/requests/{rfa.id}").json["documents"] if one["doc"] == str(file.id))
    assert (shown["handling"], shown["blocked"]) == (["lead_only"], ["export", "share"])
    refused = amina.api("GET", f"/documents/{file.id}?keep=true")
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/withheld")
    assert "header" not in refused.json
    assert amina.api("GET", f"/documents/{file.id}").status_code == 200  # reading stays
    asked = sought(amina, rfa, file)
    assert asked.status_code == 201
    assert asked.json["consents"][0]["extent"] is None
    words = deposit(chidi, CHIDI, rfa, "consent")
    body = {"extent": "use", "words": words}
    given = chidi.api("POST", f"/requests/{rfa.id}/consents/1/decision", body).json["consents"][0]
    assert (given["extent"], given["decision"]) == ("use", words)
    assert amina.api("GET", f"/documents/{file.id}?keep=true").status_code == 200
    words = deposit(chidi, CHIDI, rfa, "consent")
    gone = chidi.api("POST", f"/requests/{rfa.id}/consents/1/withdrawal", {"words": words})
    assert gone.json["consents"][0]["withdrawal"] == words
    assert amina.api("GET", f"/documents/{file.id}?keep=true").status_code == 403
    relay()
    assert told("consent.asked") == {CHIDI.id, CHINUA.id}
    assert told("consent.given") == told("consent.withdrawn") == {AMINA.id, BRUNO.id}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"use": "publication"}, 422),
        ({"document": str(uuid4())}, 404),
        ({"reason": str(uuid4())}, 404),
        ({"use": 1}, 422),
        ({"more": 1}, 422),
    ],
    ids=["use", "document", "reason", "form", "more"],
)
def test_what_is_wrong_is_refused_and_nobody_is_asked(app, body, status):
    rfa, amina = sealed.acknowledged(), Program(app, AMINA)
    file = limited.sent(rfa, "lead_only")
    right = {"document": str(file.id), "use": "evidence", "reason": deposit(amina, AMINA, rfa, "use")}
    assert amina.api("POST", f"/requests/{rfa.id}/consents", {**right, **body}).status_code == status
    assert amina.api("GET", f"/requests/{rfa.id}").json["consents"] == []


def test_nobody_else_decides_and_what_nobody_asked_is_not_there(app):
    rfa, amina = sealed.acknowledged(), Program(app, AMINA)
    file = limited.sent(rfa, "lead_only")
    words = deposit(Program(app, CHIDI), CHIDI, rfa, "consent")
    body = {"extent": "whole", "words": words}
    assert Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/consents/1/decision", body).status_code == 404
    assert sought(amina, rfa, file).status_code == 201
    for actor, status in ((AMINA, 403), (DORA, 404), (EMRE, 404)):
        answer = Program(app, actor).api("POST", f"/requests/{rfa.id}/consents/1/decision", body)
        assert answer.status_code == status
    answer = Program(app, CHIDI).api("POST", f"/requests/{rfa.id}/consents/1/decision", {**body, "extent": "half"})
    assert answer.status_code == 422
    assert amina.api("GET", f"/requests/{rfa.id}").json["consents"][0]["extent"] is None
    assert limited.options(AMINA, file.id) == set()


def test_the_catalogue_names_limits_and_uses_in_both_languages(app):
    found = Program(app, CHIDI).api("GET", "/handling").json
    lead = next(one for one in found["limits"] if one["limit"] == "lead_only")
    assert (lead["basis"], lead["blocks"]) == ("Statute art. 93(8)(b), 54(3)(e)", ["export", "share"])
    assert all(one["names"]["en"] and one["names"]["fr"] for one in [*found["limits"], *found["uses"]])
