"""Amina amends a request from the command line, Bruno approves, Chidi receives it: each side verifies every form."""

from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import At, Command, Said, Server

from comity.core.actors import Actor
from comity_client import amending, receipts, requests
from comity_client.errors import ClientError, Conflicted, NotVerified
from comity_client.forms import cover_of

WORDS = ("--text", "The witness has moved.", "--yes")


@pytest.fixture
def at(chidi: Command, server: Server, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> At:
    """The command of each of the cast, in a home of her own beside Chidi's."""

    def of(actor: Actor) -> Command:
        home = tmp_path / actor.id

        def command(*arguments: object) -> Said:
            with monkeypatch.context() as patch:
                patch.setenv("COMITY_CONFIG_HOME", str(home))
                return chidi(*arguments)

        if not home.exists():
            who = ("--email", people.email(actor), "--password-file", files / "password")
            said = command("login", "--server", server.url, "--root", people.root().public.id, *who)
            assert said.code == 0, said.err
        return command

    return of


def shown(server: Server, sent: dict[str, Any], actor: Actor = people.CHIDI) -> dict[str, Any]:
    found: dict[str, Any] = server.unlocked(actor).http.get(f"/requests/{sent['id']}")
    return found


@pytest.fixture
def amended(at: At, chidi: Command, sent: dict[str, Any]) -> str:
    """Form 2: the second measure is taken back, testimony comes in, and the date is another one."""
    name = sent["reference"]
    assert chidi("request", "ack", name, "--yes").code == 0
    Path("Map.txt").write_text("where she lives now")
    amina, bruno = at(people.AMINA), at(people.BRUNO)
    changes = ("--take-back", 2, "--add", "b", "--until", "2027-05-05")
    said = amina("request", "amend", name, "Map.txt", *changes, *WORDS)
    assert (said.code, "Form 2" in said.out) == (0, True), said.err
    read = bruno("request", "amendment", name)
    assert read.code == 0, read.err
    for words in ("+ 3. (b)", "- 2.", "requested date: 2027-05-05", "The witness has moved.", "Map.txt"):
        assert words in read.out
    assert amina("request", "approve-amendment", name, "--yes").code == 1  # she prepared it
    assert amina("request", "transmit-amendment", name, "--yes").code == 6  # nobody has approved it
    assert bruno("request", "approve-amendment", name, "--yes").code == 0
    sent_now = bruno("request", "transmit-amendment", name, "--yes")
    assert (sent_now.code, "Form 2" in sent_now.out) == (0, True), sent_now.err
    return str(name)


def test_both_sides_verify_every_form(
    at: At, amended: str, chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    for command in (chidi, at(people.AMINA)):
        read = command("request", "open", amended)
        assert read.code == 0, read.err
        assert "The witness has moved." in read.out
    view = chidi("request", "view", amended)
    for words in ("taken back with form 2", "added with form 2", "2, in force", "1 that came later"):
        assert words in view.out
    assert chidi("request", "download", amended, "--to", "all").code == 0
    assert Path("all/Map.txt").read_text() == "where she lives now"
    found = shown(server, sent)
    dates = {one["rule"]: one["due_on"] for one in found["deadlines"]}
    assert dates["requested date"] == "2027-05-05"
    assert [form["n"] for form in found["forms"]] == [1, 2]
    assert cover_of(found["forms"][1]["cover"]) == cover_of(found)
    assert "form" not in cover_of(found["forms"][0]["cover"])


def test_its_receipt_is_signed_and_proven(amended: str, chidi: Command, sent: dict[str, Any], server: Server) -> None:
    said = chidi("request", "receive", amended, "--yes")
    assert (said.code, "form 2" in said.out) == (0, True), said.err
    again = chidi("request", "receive", amended, "--yes")
    assert (again.code, "nothing waits" in again.err) == (1, True)
    found = shown(server, sent, people.AMINA)
    assert (found["unacknowledged"], found["forms"][1]["acknowledged_at"] is not None) == (0, True)
    items = server.unlocked(people.AMINA).http.get(f"/requests/{sent['id']}/receipts")["items"]
    (proof,) = [one for one in items if one["event"] == "amendment.acknowledged"]
    assert (proof["evidence"], proof["strength"]) == ("acknowledged", "signed")
    assert receipts._signed(found, "acknowledgement", proof["data"]) == found["forms"][1]["acknowledgement"]


def test_a_supplement_is_received_too(at: At, chidi: Command, sent: dict[str, Any], server: Server) -> None:
    name = sent["reference"]
    assert at(people.AMINA)("request", "supplement", name, "--text", "One more name.", "--yes").code == 0
    assert shown(server, sent)["unacknowledged"] == 1
    said = chidi("request", "receive", name, "--yes")
    assert (said.code, "supplement 1" in said.out) == (0, True), said.err
    assert shown(server, sent)["supplements"][0]["acknowledged_at"]


def test_it_is_answered_as_it_stands_and_no_other_form_is(
    amended: str, chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    told = chidi("request", "answer", amended, "--outcome", "1=executed", "--outcome", "2=executed", *WORDS)
    assert (told.code, "1, 3" in told.err) == (2, True)
    me = server.unlocked(people.CHIDI)
    old = {**shown(server, sent), "form": 1}
    with pytest.raises((ClientError, NotVerified)):
        requests.answer(me, old, "found", [{"n": 1, "outcome": "executed", "ground": None}])
    sealed = requests.answer_text(me, shown(server, sent), "found", [])
    with pytest.raises(Conflicted, match="form 2 is in force now"):
        me.http.post(f"/requests/{sent['id']}/answer", {"outcomes": [], "documents": [sealed.doc]})
    assert shown(server, sent)["stage"] == "acknowledged"
    done = chidi("request", "answer", amended, "--outcome", "1=executed", "--outcome", "3=nothing_found", *WORDS)
    assert done.code == 0, done.err
    assert chidi("request", "open", amended).code == 0


def test_a_platform_that_shows_another_form_than_was_signed_is_found_out(
    amended: str, sent: dict[str, Any], server: Server
) -> None:
    me = server.unlocked(people.CHIDI)
    found = shown(server, sent)
    first, second = found["forms"]
    later = {**second["cover"], "requested_on": "2027-06-30"}
    lies = [
        {"forms": [first, {**second, "cover": later}], "requested_on": "2027-06-30"},  # another date
        {"forms": [first], "form": 1},  # as if nothing had been amended, but measures and date are others
        {"forms": [first, {**second, "documents": []}]},  # a form that nobody signed
        {"forms": [second, second]},
        {"requested_on": "2027-01-01"},
    ]
    for lie in lies:
        with pytest.raises(NotVerified):
            requests.parties(me, {**found, **lie})
    assert requests.parties(me, found) == ["OTP", "XA"]


def test_a_prepared_amendment_is_discarded_or_begun_anew_without_a_text(
    at: At, chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    name, amina = sent["reference"], at(people.AMINA)
    me = server.unlocked(people.AMINA)
    amending.prepare(me, me.http.get(f"/requests/{sent['id']}"), [{"letter": "b", "act": None}])  # interrupted here
    assert amina("request", "amend", name, "--add", "d", *WORDS).code == 0
    again = amina("request", "amend", name, "--add", "b", *WORDS)
    assert (again.code, "discard-amendment" in again.err) == (1, True)
    assert shown(server, sent)["amendment"] is None  # the State sees nothing
    assert chidi("request", "amendment", name).code == 1
    assert amina("request", "discard-amendment", name, "--yes").code == 0
    assert shown(server, sent, people.AMINA)["amendment"] is None
    assert amina("request", "amend", name, *WORDS).code == 2
    assert chidi("request", "amend", name, "--add", "b", *WORDS).code == 1
