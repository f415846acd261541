"""A team asks for a translation from the command line, a translator gives it; what was signed is what is shown."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import POPULATE, At, Server, platform

from comity.core.actors import Actor
from comity_client import requests, translating
from comity_client.errors import NotVerified
from comity_client.transfer import deposit_bytes, receive
from comity_seal.opening.sealing import Label

DAY = (datetime.now(UTC).date() + timedelta(days=9)).isoformat()
TABLE = b"name;amount\r\na;1\r\n"
WITH_SERVICE = POPULATE + "\nfrom tests.people import populate_service\npopulate_service()\n"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with platform(tmp_path_factory.mktemp("translating"), WITH_SERVICE) as running:
        yield running


@pytest.fixture
def draft(server: Server) -> dict[str, Any]:
    """Amina's draft: a text with a line of its checklist, and an annex."""
    amina = server.unlocked(people.AMINA)
    measures = [{"letter": "i", "act": "bank"}]
    drafted = amina.http.post("/requests", {"requested": "XA", "requested_on": None, "measures": measures})
    annex = deposit_bytes(
        amina, TABLE, matter=requests.matter(drafted, "annex"), readers=["OTP"],
        label=Label("Accounts of Mr X.csv", "text/csv"),
    )  # fmt: skip
    lines = [requests.Line("a", "As the text says."), requests.Line("b", "")]
    requests.write(amina, drafted, "A secret subject", "Please.", [annex], checklist=lines)
    return drafted


def shown(server: Server, draft: dict[str, Any], actor: Actor = people.AMINA) -> dict[str, Any]:
    found: dict[str, Any] = server.unlocked(actor).http.get(f"/requests/{draft['id']}")
    return found


def last(server: Server, actor: Actor = people.AMINA) -> dict[str, Any]:
    found = translating.every(server.unlocked(actor).http)
    return max(found, key=lambda one: one["reference"])


def asked(server: Server, draft: dict[str, Any], purpose: str = "request") -> dict[str, Any]:
    amina = server.unlocked(people.AMINA)
    request = shown(server, draft)
    (paper,) = requests.documents(request, purpose)
    return translating.ask(amina, request, paper, ("en", "fr"), DAY, note="Bank terms, please.")


def taken(server: Server, draft: dict[str, Any], purpose: str = "request") -> dict[str, Any]:
    one = asked(server, draft, purpose)
    return translating.act(server.unlocked(people.LENA).http, one, "take")


def test_a_text_is_asked_for_taken_given_and_read(at: At, draft: dict[str, Any], server: Server) -> None:
    amina = at(people.AMINA)
    said = amina("translation", "ask", draft["reference"], "--from", "en", "--to", "fr", "--by", DAY, "--yes")
    assert said.code == 0, said.err
    one = last(server)
    assert one["reference"] in amina("translation", "list").out
    assert one["reference"] in amina("translation", "show", one["id"]).out
    lena = at(people.LENA)
    waiting = lena("translation", "list", "--open").out
    assert (one["reference"] in waiting, draft["reference"] in waiting) == (True, False)
    assert lena("translation", "take", one["reference"], "--yes").code == 0
    text = lena("translation", "show", one["reference"])
    assert "Please.\n\nAs the text says." in text.out, text.err
    assert [word for word in ("secret subject", draft["reference"], "XA", "Mr X") if word in text.out] == []
    refused = lena("translation", "give", one["reference"], "--text", " ", "--yes")
    assert (refused.code, last(server)["stage"]) == (3, "taken")
    given = lena("translation", "give", one["reference"], "--text", "Veuillez.", "--yes")
    assert given.code == 0, given.err
    again = lena("translation", "give", one["reference"], "--text", "Encore.", "--yes")
    assert (again.code != 0, last(server)["answer"] is not None) == (True, True)
    read = at(people.BRUNO)("translation", "show", one["reference"])
    assert ("Veuillez." in read.out, "earlier form" in read.out) == (True, False), read.err


def test_once_its_words_have_changed_it_is_of_an_earlier_form_and_not_before(
    draft: dict[str, Any], server: Server
) -> None:
    amina, lena = server.unlocked(people.AMINA), server.unlocked(people.LENA)
    one = taken(server, draft)
    translating.give(lena, one, "Veuillez.")
    mine = translating.find(amina.http, one["reference"])
    assert translating.given(amina, mine, shown(server, draft)).earlier is False
    (paper,) = requests.documents(shown(server, draft), "request")
    before = receive(amina, paper["doc"], request=draft["id"])
    assert (
        translating.words_of({"text": " a ", "checklist": [{"text": "b"}, {"text": " "}], "subject": "c"}) == "a\n\nb"
    )
    lines = [requests.Line("a", "Otherwise.")]
    amina.http.delete(f"/documents/{before.manifest.doc}")
    requests.write(amina, draft, "A secret subject", "Please.", checklist=lines)
    assert translating.given(amina, mine, shown(server, draft)).earlier is True


def test_a_file_goes_alone_and_under_another_name(draft: dict[str, Any], server: Server, tmp_path: Path) -> None:
    amina, lena = server.unlocked(people.AMINA), server.unlocked(people.LENA)
    one = taken(server, draft, "annex")
    source = translating.source_of(lena, translating.find(lena.http, one["reference"]))
    assert (source.text, source.note, [file.manifest.name for file in source.files]) == (
        "", "Bank terms, please.", ["text.csv"],
    )  # fmt: skip
    assert source.files[0].manifest.ref == one["reference"]
    path = tmp_path / "relevés.csv"
    path.write_bytes(b"nom;montant\r\n")
    translating.give(lena, one, "", [path])
    mine = translating.find(amina.http, one["reference"])
    given = translating.given(amina, mine, shown(server, draft))
    assert ([file.manifest.name for file in given.files], given.earlier) == (["relevés.csv"], False)


def test_it_is_returned_put_back_and_withdrawn(at: At, draft: dict[str, Any], server: Server) -> None:
    one = taken(server, draft)
    assert at(people.LOUIS)("translation", "put-back", one["reference"], "--yes").code == 0
    louis = at(people.LOUIS)
    assert louis("translation", "take", one["reference"], "--yes").code == 0
    assert louis("translation", "return", one["reference"], "--text", "Which bank?", "--yes").code == 0
    read = at(people.AMINA)("translation", "show", one["reference"])
    assert ("Which bank?" in read.out, "returned with a question" in read.out) == (True, True), read.err
    second = asked(server, draft)
    assert at(people.AMINA)("translation", "withdraw", second["reference"], "--yes").code == 0
    late = at(people.LENA)("translation", "take", second["reference"], "--yes")
    assert (late.code != 0, last(server)["stage"]) == (True, "withdrawn")


def test_what_cannot_be_asked_for_is_refused_and_the_state_asks_for_none(
    at: At, draft: dict[str, Any], server: Server
) -> None:
    before = len(translating.every(server.unlocked(people.AMINA).http))
    amina = at(people.AMINA)
    for to, day in (("en", DAY), ("fr", "2020-01-01"), ("xx", DAY)):
        said = amina("translation", "ask", draft["reference"], "--from", "en", "--to", to, "--by", day, "--yes")
        assert said.code != 0
    none = amina(
        "translation", "ask", draft["reference"], "--document", people.AMINA.id, "--from", "en", "--to", "fr",
        "--by", DAY, "--yes",
    )  # fmt: skip
    assert (none.code, "has no such document" in none.err) == (1, True)
    assert "no translation OTP/LS" in amina("translation", "show", "OTP/LS/1999/001").err
    assert len(translating.every(server.unlocked(people.AMINA).http)) == before


def test_a_text_is_sealed_to_no_state_whatever_the_platform_says(draft: dict[str, Any], server: Server) -> None:
    amina = server.unlocked(people.AMINA)
    one = asked(server, draft)
    for lie in ({"service": "XA"}, {"team": "REG"}, {"service": "OTP"}):
        with pytest.raises(NotVerified, match="inside of the Court"):
            translating._inside(amina, {**one, **lie})


@pytest.mark.parametrize(
    "lie",
    [
        lambda one: one.update(target_language="es"),
        lambda one: one.update(certified=True),
        lambda one: one["taken_by"].update(id=people.LOUIS.id),
        lambda one: one.update(answer=one["source"]),
        lambda one: one.update(source=one["answer"]),
    ],
    ids=["language", "kind", "translator", "answer", "source"],
)
def test_a_platform_that_shows_something_else_is_not_believed(
    draft: dict[str, Any], server: Server, lie: Callable[[dict[str, Any]], None]
) -> None:
    amina, lena = server.unlocked(people.AMINA), server.unlocked(people.LENA)
    one = taken(server, draft)
    translating.give(lena, one, "Veuillez.")
    mine = translating.find(amina.http, one["reference"])
    assert translating.given(amina, mine, shown(server, draft)).text == "Veuillez."
    lie(mine)
    with pytest.raises(NotVerified):
        translating.given(amina, mine, shown(server, draft))
