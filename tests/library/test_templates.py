"""Templates: prepared, complete in both languages before they are published, of one team, in versions."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from tests import people
from tests.people import AMINA, BRUNO, CHIDI, EMRE, FAYE, GRACE
from tests.visits import Program, visitor

from comity.core.database import Session
from comity.core.errors import Conflict, Denied, Invalid, NotFound, Refused, Stale
from comity.core.journal import Entry
from comity.core.transaction import transaction
from comity.library import actions, queries
from comity.library.model import Template
from comity.library.wording import Said, Wording

ASKED = ("assistance", "i")


@pytest.fixture(autouse=True)
def cast(database, policies):
    people.populate()


def whole(**more):
    lines = dict.fromkeys("abcdef", "As the text says.")
    english = Said(subject="Records of [company]", text="Please send the records of [company].", lines=lines)
    return Wording(en=english, fr=Said(subject="Documents", text="Veuillez transmettre.", lines=lines), **more)


def prepare(who=AMINA, said=None, asked=ASKED):
    with transaction(who) as tx:
        row = actions.begin(tx, *asked)
        row = actions.change(tx, row.id, said or whole(), version=row.version)
        return row.id, row.version


def publish(who=AMINA, said=None, asked=ASKED):
    row_id, version = prepare(who, said, asked)
    with transaction(who) as tx:
        return actions.publish(tx, row_id, version=version).n


def used(who=AMINA):
    with transaction(who, writes=False) as tx:
        return [(one.of_kind, one.measure, one.n) for one in queries.in_use(tx)]


def lines():
    with Session(writes=False) as session:
        found = session.scalars(select(Entry.name).where(Entry.name.like("template.%")).order_by(Entry.seq))
        return list(found)


def test_a_team_prepares_publishes_and_has_the_newest_version_in_use():
    assert publish() == 1
    assert publish(BRUNO, whole().model_copy(update={"fr": whole().fr.model_copy(update={"subject": "Pièces"})})) == 2
    assert used(BRUNO) == [("assistance", "i", 2)]
    assert lines() == ["template.begun", "template.changed", "template.published"] * 2


def test_a_template_of_one_team_is_no_business_of_anybody_else():
    publish()
    row_id, version = prepare(said=whole().model_copy(update={"en": whole().fr}))
    assert used(GRACE) == []
    for stranger in (GRACE, CHIDI, EMRE, FAYE):
        with pytest.raises(NotFound), transaction(stranger) as tx:
            actions.publish(tx, row_id, version=version)
    assert used() == [("assistance", "i", 1)]


@pytest.mark.parametrize("who", [EMRE, FAYE], ids=["auditor", "administrator"])
def test_only_whoever_works_on_requests_keeps_templates(who):
    with pytest.raises(Denied), transaction(who) as tx:
        actions.begin(tx, *ASKED)
    assert lines() == []


@pytest.mark.parametrize(("who", "kind"), [(CHIDI, "assistance"), (AMINA, "transit"), (GRACE, "assistance_to_state")])
def test_an_office_keeps_templates_of_the_kinds_that_it_sends_alone(who, kind):
    with pytest.raises(Invalid) as refusal, transaction(who) as tx:
        actions.begin(tx, kind, None)
    assert [fault.pointer for fault in refusal.value.faults] == ["/kind"]
    assert lines() == []


def test_a_state_keeps_templates_of_what_it_asks_of_the_court(app):
    more = dict.fromkeys("abcdefgh", "As the text says.")
    said = Wording(**{one: whole().said(one).model_copy(update={"lines": more}) for one in ("en", "fr")})
    assert publish(CHIDI, said, ("assistance_to_state", None)) == 1
    assert used(CHIDI) == [("assistance_to_state", None, 1)]
    assert used(GRACE) == []
    page = visitor(app, CHIDI).get("/templates/").get_data(as_text=True)
    assert "Assistance of the Court to a State" in page
    assert 'value="assistance:"' not in page


LACKS = {
    "line": (whole().model_copy(update={"fr": whole().fr.model_copy(update={"lines": {"a": "Oui."}})}), "/fr/lines/b"),
    "subject": (whole().model_copy(update={"en": whole().en.model_copy(update={"subject": " "})}), "/en/subject"),
    "language": (whole().model_copy(update={"fr": Said()}), "/fr/text"),
}


@pytest.mark.parametrize("what", sorted(LACKS))
def test_a_template_with_a_missing_part_is_kept_but_not_published(what):
    said, place = LACKS[what]
    row_id, version = prepare(said=said)
    with pytest.raises(Invalid) as refused, transaction(AMINA) as tx:
        actions.publish(tx, row_id, version=version)
    assert place in [fault.pointer for fault in refused.value.faults]
    assert used() == []


WRONG = {
    "no such line": Wording(en=Said(lines={"z": "?"})),
    "a long subject": Wording(en=Said(subject="x" * 301)),
    "a long line": Wording(fr=Said(lines={"a": "x" * 5001})),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_cannot_be_kept_is_refused_and_the_old_words_stay(what):
    row_id, version = prepare()
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        actions.change(tx, row_id, WRONG[what], version=version)
    with transaction(AMINA, writes=False) as tx:
        assert queries.prepared(tx, *ASKED).said == whole()


@pytest.mark.parametrize(
    "asked",
    [("assistance", "m"), ("transit", "i"), ("nothing", None)],
    ids=["no such letter", "a kind without measures", "no such kind"],
)
def test_there_is_no_template_for_what_cannot_be_asked(asked):
    with pytest.raises(Invalid), transaction(AMINA) as tx:
        actions.begin(tx, *asked)
    assert lines() == []


def test_two_who_change_it_at_once_and_one_who_publishes_nothing_new():
    row_id, version = prepare()
    with transaction(BRUNO) as tx:
        actions.change(tx, row_id, whole(), version=version)
    with pytest.raises(Stale), transaction(AMINA) as tx:
        actions.change(tx, row_id, Wording(), version=version)
    with transaction(AMINA) as tx:
        done = actions.publish(tx, row_id, version=version + 1)
    with pytest.raises(Denied), transaction(AMINA) as tx:
        actions.change(tx, done.id, Wording(), version=done.version)
    row_id, version = prepare()
    with pytest.raises(Refused, match="Nothing differs"), transaction(AMINA) as tx:
        actions.publish(tx, row_id, version=version)
    with transaction(AMINA) as tx:
        actions.discard(tx, row_id)
    assert used() == [("assistance", "i", 1)]


def test_of_two_who_begin_at_once_one_counts_and_the_other_is_told():
    row_id, _version = prepare()
    twin = {"authority": "OTP", "of_kind": "assistance", "letter": "i", "n": 0, "wording": {}}
    late = Template(**twin, changed_by=BRUNO.id, changed_at=datetime.now(UTC))
    with pytest.raises(Conflict, match="somebody was faster"), transaction(BRUNO) as tx:
        tx.add_first(late, to="template.begin", late="somebody was faster")
    with transaction(AMINA, writes=False) as tx:
        assert queries.prepared(tx, *ASKED).id == row_id


def test_those_that_fit_a_request_are_for_its_kind_or_a_measure_that_it_asks_for():
    publish(asked=("assistance", None))
    publish(asked=("assistance", "i"))
    publish(asked=("assistance", "h"))
    with transaction(AMINA, writes=False) as tx:
        found = queries.in_use(tx, "assistance", ["i", "d", None])
    assert [one.measure for one in found] == [None, "i"]


def test_the_pages_lead_from_nothing_to_a_version_in_use_and_say_what_is_missing(app):
    amina = visitor(app, AMINA)
    assert "no templates yet" in amina.get("/templates/").get_data(as_text=True)
    answer = amina.post("/templates/begin", purpose="assistance:i")
    assert answer.location.endswith("/templates/assistance/i/change")
    assert "In preparation" in amina.get("/templates/").get_data(as_text=True)
    fields = {f"{one}-{part}": "Words" for one in ("en", "fr") for part in ("subject", "text")}
    fields |= {f"{one}-lines-{line}": "Words" for one in ("en", "fr") for line in "abcde"}
    answer = amina.post(answer.location, version="2", publish="1", **fields)
    assert (answer.status_code, used()) == (422, [])  # line (f) is missing, and the version was another
    assert 'href="#fr-lines-f"' in answer.get_data(as_text=True)
    assert 'value="Words"' in answer.get_data(as_text=True)
    fields |= {"en-lines-f": "Words", "fr-lines-f": "Mots"}
    assert amina.post("/templates/assistance/i/change", version="9", publish="1", **fields).status_code == 412
    answer = amina.post("/templates/assistance/i/change", version="1", publish="1", **fields)
    assert answer.status_code == 303
    assert "Mots" in amina.get("/templates/assistance/i").get_data(as_text=True)
    assert amina.get("/templates/assistance/z").status_code == 404
    assert amina.get("/templates/assistance/h/change").status_code == 404
    assert visitor(app, GRACE).get("/templates/assistance/i").get_data(as_text=True).count("Mots") == 0


def test_a_program_reads_those_of_its_own_team(app):
    publish()
    found = Program(app, BRUNO).api("GET", "/templates").json["items"]
    assert [(one["kind"], one["letter"], one["n"]) for one in found] == [("assistance", "i", 1)]
    assert found[0]["wording"]["en"]["subject"] == "Records of [company]"
    assert Program(app, CHIDI).api("GET", "/templates").json["items"] == []
