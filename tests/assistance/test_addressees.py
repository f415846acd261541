"""Who can be asked, for what and on what basis: a State Party, another State, an organisation [Statute art. 87]."""

import shutil

import pytest
from tests.people import AMINA, CHIDI
from tests.visits import Program, visitor

from comity.assistance import actions, addressees
from comity.assistance.addressees import Standing
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance
from comity.core import policy as core_policy
from comity.core.actors import SYSTEM
from comity.core.errors import Invalid, PolicyError
from comity.core.transaction import transaction
from comity.directory import actions as directory
from comity.directory.model import Authority

D = [Asked("d")]


@pytest.fixture(autouse=True)
def addressees_too(database, policies):
    with transaction(SYSTEM) as tx:
        same = {"organ": None, "time_zone": "UTC", "calendar": "XA"}
        directory.register(
            tx,
            Authority(code="VD", of="state", standing="non_party", name_en="Valdoria", name_fr="Valdorie", **same),
        )
        directory.register(tx, Authority(code="UFR", of="organisation", name_en="Union", name_fr="Union", **same))


def draft(requested, kind="assistance", **standing):
    with transaction(AMINA) as tx:
        return actions.draft(tx, requested, None, D, kind, Standing(**standing))


def drafts():
    with transaction(AMINA, writes=False) as tx:
        return tx.find(RequestForAssistance)


def test_a_state_party_is_bound_and_needs_no_basis():
    rfa = draft("XA", situation=True)
    assert (rfa.cover["situation"], rfa.cover["basis"]) == (True, None)


def test_a_state_that_is_not_party_is_asked_on_a_basis_that_the_cover_names():
    assert draft("VD", basis="ad_hoc_arrangement", situation=True).cover["basis"] == "ad_hoc_arrangement"


def test_an_organisation_is_asked_for_its_own_kind_of_assistance():
    assert draft("UFR", "organisation_assistance", basis="competence").request_kind == "organisation_assistance"


WRONG = {
    "no basis": ("VD", "assistance", {}, "/basis"),
    "basis of an organisation": ("VD", "assistance", {"basis": "competence"}, "/basis"),
    "no such basis": ("VD", "assistance", {"basis": "courtesy"}, "/basis"),
    "basis for a State Party": ("XA", "assistance", {"basis": "agreement"}, "/basis"),
    "organisation for a State's kind": ("UFR", "assistance", {"basis": "competence"}, "/requested"),
    "State for an organisation's kind": ("XA", "organisation_assistance", {}, "/requested"),
    "organisation without a basis": ("UFR", "organisation_assistance", {}, "/basis"),
    "organisation as the State of the situation": (
        "UFR", "organisation_assistance", {"basis": "competence", "situation": True}, "/situation"),
    "a team of the Court": ("REG", "assistance", {}, "/requested"),
    "nobody": ("QQ", "assistance", {}, "/requested"),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_whom_one_cannot_ask_like_this_is_said_and_nothing_is_drafted(what):
    requested, kind, standing, place = WRONG[what]
    with pytest.raises(Invalid) as refused:
        draft(requested, kind, **standing)
    assert [fault.pointer for fault in refused.value.faults] == [place]
    assert drafts() == []


def test_another_basis_is_another_cover_and_drops_the_approval():
    rfa = draft("VD", basis="agreement")
    with transaction(AMINA) as tx:
        actions.edit(tx, rfa.id, None, D, Standing(basis="declaration"), version=rfa.version)
    with transaction(AMINA, writes=False) as tx:
        assert tx.read(RequestForAssistance, rfa.id).cover["basis"] == "declaration"
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        actions.edit(tx, rfa.id, None, D, version=rfa.version + 1)


def test_the_interface_takes_and_gives_the_basis(app):
    program = Program(app, AMINA)
    catalogue = program.api("GET", "/measures").json
    assert {one["code"] for one in catalogue["bases"] if "organisation" in one["of"]} == {"agreement", "competence"}
    body = {"requested": "VD", "requested_on": None, "measures": [{"letter": "d", "act": None}]}
    assert program.api("POST", "/requests", body).status_code == 422
    made = program.api("POST", "/requests", {**body, "basis": "agreement"})
    assert (made.status_code, made.json["basis"], made.json["situation"]) == (201, "agreement", False)


def test_the_form_offers_whom_the_kind_can_go_to_and_says_what_is_missing(app):
    amina = visitor(app, AMINA)
    seen = amina.get("/requests/new?kind=assistance").get_data(as_text=True)
    assert "not party to the Statute" in seen
    assert 'value="UFR"' not in seen
    seen = amina.get("/requests/new?kind=organisation_assistance").get_data(as_text=True)
    assert 'value="UFR"' in seen
    assert 'value="XA"' not in seen
    answer = amina.post("/requests/new?kind=assistance", requested="VD", measure="d")
    assert answer.status_code == 422
    assert 'href="#basis"' in answer.get_data(as_text=True)
    answer = amina.post("/requests/new?kind=assistance", requested="VD", measure="d", basis="agreement")
    assert answer.status_code == 303
    seen = amina.get(answer.location).get_data(as_text=True)
    assert "An agreement" in seen
    seen = visitor(app, CHIDI).get("/requests/new").get_data(as_text=True)
    assert 'value="REG"' in seen
    assert 'value="OTP"' not in seen


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace('code  = "agreement"', 'code  = "declaration"'), "stands twice"),
        (lambda text: text.replace('of    = ["organisation"]', 'of    = ["planet"]'), "organisation"),
    ],
    ids=["twice", "no such addressee"],
)
def test_a_wrong_catalogue_stops_the_process(tmp_path, change, reason):
    folder = tmp_path / "policies"
    shutil.copytree(core_policy.policies_dir(), folder)
    file = folder / "bases.toml"
    file.write_text(change(file.read_text()))
    core_policy.use_policies(folder)
    try:
        with pytest.raises(PolicyError, match=reason):
            addressees.check()
    finally:
        core_policy.use_policies(None)
        addressees.check()
