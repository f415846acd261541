"""Kinds of requests: who sends which, what each asks for, and the checklist that its text goes through."""

import pytest
from sqlalchemy import select
from tests.exchange import sealed
from tests.people import AMINA, CHIDI, GRACE
from tests.visits import Program

from comity.assistance import actions, kinds
from comity.assistance.actions import Answer
from comity.assistance.cover import Asked
from comity.assistance.model import Outcome, RequestForAssistance
from comity.core import database, policy
from comity.core.errors import Invalid, PolicyError
from comity.core.transaction import transaction


def nothing_was_drafted() -> bool:
    with database.Session(writes=False) as session:
        return not session.scalars(select(RequestForAssistance)).all()


def faults(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [fault.pointer for fault in refusal.value.faults]


@pytest.mark.parametrize(
    "kind", [one.kind for one in kinds.kinds().values() if "registry" in one.organs and not one.measures]
)
def test_a_kind_without_measures_asks_for_the_one_thing_that_it_is(kind):
    rfa = sealed.drafted(GRACE, kind=kind, measures=[])
    assert [(one.n, one.letter, one.act) for one in rfa.measures] == [(1, None, None)]
    assert rfa.cover["kind"] == kind
    assert rfa.cover["measures"] == [{"n": 1, "letter": None, "act": None}]


def test_measures_of_article_93_are_refused_for_such_a_kind():
    with pytest.raises(Invalid) as refusal:
        sealed.drafted(GRACE, kind="transit", measures=[Asked("d")])
    assert faults(refusal) == ["/measures"]
    assert nothing_was_drafted()


def test_assistance_without_a_measure_is_refused():
    with pytest.raises(Invalid) as refusal:
        sealed.drafted(measures=[])
    assert faults(refusal) == ["/measures"]
    assert nothing_was_drafted()


@pytest.mark.parametrize(("actor", "kind"), [(AMINA, "arrest_surrender"), (GRACE, "direct_execution"), (AMINA, "gift")])
def test_an_organ_sends_only_its_own_kinds(actor, kind):
    with pytest.raises(Invalid) as refusal:
        sealed.drafted(actor, kind=kind, measures=[])
    assert "/kind" in faults(refusal)
    assert nothing_was_drafted()


def test_the_kind_is_kept_when_the_cover_changes():
    rfa = sealed.drafted(GRACE, kind="transit", measures=[])
    with transaction(GRACE) as tx:
        changed = actions.edit(tx, rfa.id, None, [], version=rfa.version)
        assert changed.cover["kind"] == "transit"
    with pytest.raises(Invalid), transaction(GRACE) as tx:
        actions.edit(tx, rfa.id, None, [Asked("d")], version=changed.version)


def test_the_one_thing_is_answered_like_a_measure():
    rfa = sealed.acknowledged(kind="direct_execution", measures=[])
    document, _made = sealed.deposit(CHIDI, rfa, "answer", b"the Prosecutor may come")
    with transaction(CHIDI) as tx:
        answered = actions.answer(tx, rfa.id, [Answer(1, Outcome.EXECUTED)], [document.id])
        assert [one.status for one in answered.measures] == [Outcome.EXECUTED]


def test_the_interface_tells_kinds_and_checklists_and_takes_a_kind(app):
    grace = Program(app, GRACE)
    told = {one["kind"]: one for one in grace.api("GET", "/measures").json["kinds"]}
    assert [one["line"] for one in told["provisional_arrest"]["checklist"]["lines"]] == ["a", "b", "c", "d"]
    assert told["release_hosting"]["unverified"]
    assert not told["assistance"]["unverified"]
    body = {"kind": "transit", "requested": "XA", "requested_on": None, "measures": []}
    drafted = grace.api("POST", "/requests", body)
    assert drafted.status_code == 201
    assert drafted.json["kind"] == "transit"
    assert Program(app, AMINA).api("POST", "/requests", body).status_code == 422


def test_every_line_of_every_checklist_is_said_in_both_languages():
    for one in kinds.kinds().values():
        for line in kinds.checklist_of(one.kind).lines:
            assert line.en != line.fr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace('checklist = "transit"', 'checklist = "nowhere"', 1), "nowhere"),
        (lambda text: text.replace('kind      = "transit"', 'kind      = "assistance"'), "twice"),
        (lambda text: text.replace('{ line = "b"', '{ line = "a"', 1), "a line stands twice"),
        (lambda text: text.replace('organs    = ["otp"]', 'organs    = ["assembly"]'), "organs"),
        (lambda text: text.replace('states     = ["state_party", "non_party"]', ""), "nobody sends"),
        (lambda text: text.replace('act = "questioning"', 'act = "evidence"'), "an act stands twice"),
        (lambda text: text.replace("free       = true", "measures   = true"), "not for both"),
    ],
    ids=[
        "no such checklist",
        "a kind twice",
        "a line twice",
        "no such organ",
        "nobody sends it",
        "an act twice",
        "two ways to ask",
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(spoil, said, tmp_path):
    text = (policy.policies_dir() / "kinds.toml").read_text()
    assert spoil(text) != text
    (tmp_path / "kinds.toml").write_text(spoil(text))
    policy.use_policies(tmp_path)
    try:
        with pytest.raises(PolicyError, match=said):
            kinds.check()
    finally:
        policy.use_policies(None)
        kinds.check()
