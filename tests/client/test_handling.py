"""Chidi sends under limits from the command line, Amina reads, asks, and takes away what is freed; nothing before."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import Command, Said, Server

from comity_client import handling, requests
from comity_client.errors import NotVerified


@pytest.fixture
def amina(chidi: Command, server: Server, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Amina's command, in a home of her own beside Chidi's."""

    def command(*arguments: object) -> Said:
        with monkeypatch.context() as patch:
            patch.setenv("COMITY_CONFIG_HOME", str(tmp_path / "amina"))
            return chidi(*arguments)

    said = command(
        *("login", "--server", server.url, "--root", people.root().public.id),
        *("--email", people.email(people.AMINA), "--password-file", files / "password"),
    )
    assert said.code == 0, said.err
    return command


@pytest.fixture
def name(chidi: Command, sent: dict[str, Any]) -> str:
    """A request to which Chidi has written, with a file that is for generating new evidence alone."""
    assert chidi("request", "ack", sent["reference"], "--yes").code == 0
    Path("witness.txt").write_text("the name of the witness\x07\n")
    answer = chidi(
        *("message", "send", sent["reference"], "--file", "witness.txt", "--limit", "lead_only"),
        *("--limit", "protected_person", "--text", "In confidence.", "--yes"),
    )
    assert answer.code == 0, answer.err
    return str(sent["reference"])


def limited(shown: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in shown["documents"] if one["handling"])


def test_it_is_read_here_and_taken_away_only_after_consent(
    amina: Command, chidi: Command, name: str, sent: dict[str, Any], server: Server
) -> None:
    doc = limited(server.unlocked(people.AMINA).http.get(f"/requests/{sent['id']}"))["doc"]
    read = amina("request", "read", name, doc[:8])
    assert (read.code, read.out) == (0, "the name of the witness\N{REPLACEMENT CHARACTER}\n\n")
    held = amina("request", "download", name, "--to", "before")
    assert held.code == 7
    assert "may be read and not taken away: witness.txt (lead_only, protected_person)" in held.err
    assert "consent ask" in held.err
    assert list(Path("before").glob("witness*")) == []
    packed = amina("bundle", "pack", name, "--to", "a.bundle")
    assert packed.code == 1
    assert "is not packed" in packed.err
    assert not Path("a.bundle").exists()

    asked = amina("consent", "ask", name, doc[:8], "--use", "evidence", "--text", "For the hearing.", "--yes")
    assert asked.code == 0, asked.err
    given = chidi("consent", "decide", name, "1", "--give", "use", "--text", "For this case.", "--yes")
    assert given.code == 0, given.err
    assert "For the hearing." in given.err
    assert amina("request", "download", name, "--to", "after").code == 0
    assert Path("after/witness.txt").read_text() == "the name of the witness\x07\n"
    listed = json.loads(amina("consent", "list", name, "--json").out)
    assert [(one["use"], one["extent"]) for one in listed["consents"]] == [("evidence", "use")]

    packed = amina("bundle", "pack", name, "--to", "b.bundle")
    assert packed.code == 0, packed.err
    opened = amina("bundle", "open", "b.bundle", "--to", "carried")
    assert opened.code == 0, opened.err
    assert [one.read_text() for one in Path("carried").rglob("witness.txt")] == ["the name of the witness\x07\n"]

    gone = chidi("consent", "withdraw", name, "1", "--text", "The witness asks for it.", "--yes")
    assert gone.code == 0, gone.err
    assert amina("request", "download", name, "--to", "later").code == 7
    assert list(Path("later").glob("witness*")) == []


def test_a_refusal_leaves_it_where_it_is(amina: Command, chidi: Command, name: str, sent: dict[str, Any]) -> None:
    shown = json.loads(amina("request", "view", name, "--json").out)
    doc = limited(shown)["doc"]
    assert amina("consent", "ask", name, doc, "--use", "sharing", "--text", "To Yvoria.", "--yes").code == 0
    assert chidi("consent", "decide", name, "1", "--refuse", "--text", "No.", "--yes").code == 0
    assert amina("request", "download", name, "--to", "here").code == 7
    wrong = amina("consent", "ask", name, doc, "--use", "publication", "--text", "x", "--yes")
    assert wrong.code == 2
    assert "disclosure, evidence, sharing" in wrong.err
    assert amina("consent", "ask", name, "ffffffff", "--use", "sharing", "--text", "x", "--yes").code == 1
    assert chidi("consent", "decide", name, "1", "--text", "x", "--yes").code == 2
    assert chidi("consent", "withdraw", name, "7", "--text", "x", "--yes").code == 1


def test_limits_that_the_platform_drops_or_a_consent_that_nobody_signed_are_noticed(
    amina: Command, chidi: Command, name: str, sent: dict[str, Any], server: Server
) -> None:
    me = server.unlocked(people.AMINA)
    shown = me.http.get(f"/requests/{sent['id']}")
    one = limited(shown)
    for lie in ([], ["lead_only"]):
        told = {**shown, "documents": [{**doc, "handling": lie} if doc is one else doc for doc in shown["documents"]]}
        with pytest.raises(NotVerified, match="other handling limits than its sender has signed"):
            requests.every_paper(me, told)
    paper = requests.received(me, shown, one)
    assert handling.held_back(me, shown, paper) == ["lead_only", "protected_person"]
    assert amina("consent", "ask", name, one["doc"], "--use", "evidence", "--text", "Please.", "--yes").code == 0
    asked = me.http.get(f"/requests/{sent['id']}")
    (consent,) = asked["consents"]
    # the reason that Amina herself sealed is no consent of Xandria, whatever the platform says
    forged = {**asked, "consents": [{**consent, "extent": "whole", "decision": consent["reason"]}]}
    with pytest.raises(NotVerified, match="not here"):
        handling.held_back(me, forged, paper)
    assert chidi("consent", "decide", name, "1", "--refuse", "--text", "No.", "--yes").code == 0
    refused = me.http.get(f"/requests/{sent['id']}")
    forged = {**refused, "consents": [{**refused["consents"][0], "extent": "whole"}]}
    with pytest.raises(NotVerified, match="something else of this consent than what was signed"):
        handling.held_back(me, forged, paper)
    assert handling.held_back(me, refused, paper) == ["lead_only", "protected_person"]


def test_a_limit_that_is_taken_out_of_the_envelope_breaks_its_signature(
    name: str, sent: dict[str, Any], server: Server
):
    me = server.unlocked(people.AMINA)
    doc = limited(me.http.get(f"/requests/{sent['id']}"))["doc"]
    get = me.http.get

    def meddled(path: str, **query: Any) -> Any:
        given = get(path, **query)
        if path == f"/documents/{doc}":
            signed = json.loads(b64decode(given["envelope"]))
            said = json.loads(b64decode(signed["payload"]))
            assert said.pop("handling") == ["lead_only", "protected_person"]
            signed["payload"] = b64encode(json.dumps(said, separators=(",", ":"), sort_keys=True).encode()).decode()
            given["envelope"] = b64encode(json.dumps(signed).encode()).decode()
        return given

    me.http.get = meddled  # type: ignore[method-assign]
    shown = get(f"/requests/{sent['id']}")
    with pytest.raises(NotVerified, match="not authentic"):
        requests.received(me, shown, {**limited(shown), "handling": []})


def test_a_request_is_supplemented_and_its_files_are_those_that_the_text_lists(
    amina: Command, chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    name = sent["reference"]
    Path("Order.txt").write_text("the second order")
    added = amina(
        *("request", "supplement", name, "Order.txt", "--text", "The account is at the port.", "--until", "2027-04-05"),
        "--yes",
    )
    assert (added.code, "Supplement 1" in added.out) == (0, True), added.err
    read = chidi("request", "open", name)
    assert read.code == 0, read.err
    assert "The account is at the port." in read.out
    assert "Order.txt" in read.out
    assert chidi("request", "download", name, "--to", "all").code == 0
    assert Path("all/Order.txt").read_text() == "the second order"
    me = server.unlocked(people.CHIDI)
    shown = me.http.get(f"/requests/{sent['id']}")
    dates = {one["rule"]: one["due_on"] for one in shown["deadlines"]}
    assert (shown["supplements"][0]["until"], dates["requested date"]) == ("2027-04-05", "2027-04-05")
    files = [one for one in shown["documents"] if one["purpose"] == "supplement"]
    smallest = min(files, key=lambda one: one["payload_bytes"])
    told = {**shown, "documents": [one for one in shown["documents"] if one is not smallest]}
    with pytest.raises(NotVerified, match="files of the supplement"):
        requests.every_paper(me, told)
    assert chidi("request", "supplement", name, "--text", "x", "--yes").code == 1
