"""From the command line: Xandria's request to the Registry is approved, transmitted, answered and accepted."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import At, Server
from tests.people import CHIDI, CHINUA, GRACE

from comity_client import requests
from comity_client.errors import NotVerified
from comity_client.transfer import receive

SUBJECT = "Statements about the harbour"
FROM = "Yvoria, by its note of 3 November"
WHY = "Her counsel has not been heard yet."


@pytest.fixture
def drafted(server: Server) -> dict[str, Any]:
    """A draft of Chidi's to the Registry; drafts are written in the browser."""
    chidi = server.unlocked(CHIDI)
    measures = [{"letter": None, "act": "evidence"}, {"letter": None, "act": "questioning"}]
    body = {"kind": "assistance_to_state", "requested": "REG", "requested_on": "2027-03-01", "measures": measures}
    found: dict[str, Any] = chidi.http.post("/requests", body)
    requests.write(chidi, found, SUBJECT, "Please send the statements of the two pilots.")
    return found


def test_each_side_takes_its_steps_by_the_command(drafted: dict[str, Any], server: Server, at: At) -> None:
    name = drafted["reference"]
    assert name.startswith("XA/REG/")
    assert at(CHIDI)("request", "approve", name, "--yes").code != 0
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", name) == "draft"
    said = at(CHINUA)("request", "approve", name, "--yes")
    assert said.code == 0, said.err
    said = at(CHIDI)("request", "transmit", name, "--yes")
    assert said.code == 0, said.err

    grace = at(GRACE)
    said = grace("request", "view", name)
    assert said.code == 0, said.err
    assert "Evidence that the Court has obtained" in said.out
    said = grace("request", "open", name)
    assert said.code == 0, said.err
    assert SUBJECT in said.out
    said = grace("request", "ack", name, "--yes")
    assert said.code == 0, said.err
    said = grace("request", "ask", name, "--text", "Which trial is it for?", "--yes")
    assert said.code == 0, said.err
    said = at(CHIDI)("request", "reply", name, "--text", "The one of the spring.", "--yes")
    assert said.code == 0, said.err

    _answered(at, server, name)

    chidi = at(CHIDI)
    said = chidi("request", "open", name)
    assert said.code == 0, said.err
    assert f"Consent recorded: {FROM}" in said.out
    assert f"2. {WHY}" in said.out
    said = chidi("request", "view", name, "--json")
    assert [(one["status"], one["consent"]) for one in json.loads(said.out)["measures"]] == [
        ("executed", "recorded"),
        ("denied", None),
    ]
    assert chidi("request", "close", name, "--yes").code == 0
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", name) == "closed"


def _answered(at: At, server: Server, name: str) -> None:
    """Each option that is missing is named, and nothing is sealed or sent until none is."""
    grace = at(GRACE)
    Path("Statement.txt").write_bytes(b"as heard")
    answers = "SELECT count(*) FROM document WHERE purpose = 'answer'"
    before = server.look(answers)
    outcomes = ("--outcome", "1=executed", "--outcome", "2=denied", "--text", "Attached.", "--yes")
    for options, wanted in (
        ((), "--consent 1="),
        (("--consent", "1=withheld"), "nothing of it can be handed over"),
        (("--consent", "1=recorded"), "--note 1=TEXT"),
        (("--consent", "1=recorded", "--note", f"1={FROM}"), "--note 2=TEXT"),
        (("--consent", "1=perhaps"), "not_needed, recorded, withheld"),
        (("--consent", "3=recorded"), "no measure of that number"),
    ):
        said = grace("request", "answer", name, "Statement.txt", *outcomes, *options)
        assert (said.code, wanted in said.err) == (2, True), said.err
    assert server.look(answers) == before
    full = ("--consent", "1=recorded", "--note", f"1={FROM}", "--note", f"2={WHY}")
    said = grace("request", "answer", name, "Statement.txt", *outcomes, *full)
    assert said.code == 0, said.err


def test_a_state_asks_the_registry_and_nobody_else(drafted: dict[str, Any], server: Server) -> None:
    """Whoever shows a State's text as a request to another State, or to the Prosecutor, is not believed."""
    chidi = server.unlocked(CHIDI)
    shown = chidi.http.get(f"/requests/{drafted['id']}")
    found = receive(chidi, requests.documents(shown, "request")[0]["doc"], request=shown["id"])
    requests.check_side(chidi, shown, found)
    for other in ("OTP", "YB"):
        with pytest.raises(NotVerified):
            requests.check_side(chidi, shown | {"requested": other}, found)
    assert people.AUTHORITIES["REG"][:2] == ("court", "registry")
