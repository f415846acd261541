"""Chidi, focal point of Xandria, works from the command line against a running platform."""

import json
from pathlib import Path
from typing import Any

from tests import people
from tests.client.conftest import SUBJECT, TEXT, Command, Server

from comity_client import requests
from comity_client.transfer import read, receive


def test_the_whole_of_it_from_signing_in_to_an_answer_that_amina_can_read(
    chidi: Command, sent: dict[str, Any], server: Server
) -> None:
    name = sent["reference"]

    said = chidi("status", "--json")
    assert said.code == 0
    assert json.loads(said.out)["authority"] == "XA"
    assert name in json.loads(said.out)["waiting"]

    said = chidi("request", "list", "--stage", "transmitted")
    assert said.code == 0
    assert f"{name}  transmitted" in said.out
    assert "(k) freeze" in said.out

    said = chidi("request", "view", name)
    assert said.code == 0
    assert "acknowledge" in said.out
    assert SUBJECT not in said.out

    said = chidi("request", "open", name)
    assert said.code == 0, said.err
    assert SUBJECT in said.out
    assert TEXT in said.out
    assert "Amina Diallo" in said.out

    assert chidi("request", "ack", name, "--yes").code == 0

    said = chidi("request", "ask", name, "--text", "Which of the two accounts?", "--yes", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["paused"] is True

    bruno = server.unlocked(people.BRUNO)
    asked = bruno.http.get(f"/requests/{sent['id']}")
    question = requests.documents(asked, "question")[0]["doc"]
    assert requests.read_message(bruno, asked, question, "question")[1]["text"] == "Which of the two accounts?"
    replied = requests.message(bruno, asked, "reply", "The first.")
    requests.act(bruno, asked, "reply", clarification=1, document=replied.doc)

    Path("Statements.csv").write_bytes(b"date;amount\r\n2021-02-03;100\r\n")
    said = chidi(
        *("request", "answer", name, "Statements.csv", "--text", "Attached.", "--yes"),
        *("--outcome", "1=executed", "--outcome", "2=nothing_found"),
    )
    assert said.code == 0, said.err

    amina = server.unlocked(people.AMINA)
    answered = amina.http.get(f"/requests/{sent['id']}")
    assert answered["stage"] == "answered"
    assert [one["status"] for one in answered["measures"]] == ["executed", "nothing_found"]
    papers = [receive(amina, one["doc"], request=sent["id"]) for one in requests.documents(answered, "answer")]
    contents = {one.manifest.name: read(amina, one) for one in papers}
    assert contents["Statements.csv"] == b"date;amount\r\n2021-02-03;100\r\n"
    assert json.loads(contents["answer.json"])["text"] == "Attached."


def test_a_download_is_whole_named_harmlessly_and_verifies_offline(chidi: Command, sent: dict[str, Any]) -> None:
    said = chidi("request", "download", sent["reference"], "--to", "here")
    assert said.code == 0, said.err
    names = sorted(path.name for path in Path("here").iterdir())
    assert names == ["Known accounts.csv", "Known accounts.csv.proof.json", "request.json", "request.json.proof.json"]
    assert Path("here/Known accounts.csv").read_bytes() == b"bank;account\r\nUnion;1\r\n"

    chidi("logout")
    said = chidi("verify", "here/Known accounts.csv", "here/request.json", "--json")
    assert said.code == 0, said.err
    first = json.loads(said.out)["items"][0]
    assert first["signed_by"] == people.NAMES[people.AMINA]
    assert first["fingerprint"] == people.keyset(people.AMINA).public.fingerprint
    assert first["readers"] == ["OTP", "XA"]


def test_each_key_has_the_fingerprint_that_is_compared(chidi: Command) -> None:
    mine = people.keyset(people.CHIDI).public
    assert chidi("key", "fingerprint").out.strip() == mine.fingerprint
    shown = json.loads(chidi("key", "show", "--json").out)
    assert (shown["keyset"], shown["listed"], shown["recipient"]) == (mine.id, True, mine.age)


def test_what_the_command_remembers_is_readable_by_its_owner_alone(chidi: Command, tmp_path: Path) -> None:
    kept = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "home").iterdir()}
    assert kept == {"settings.json": 0o600, "token": 0o600}
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


def test_after_signing_out_the_token_opens_nothing(chidi: Command, server: Server, tmp_path: Path) -> None:
    token = (tmp_path / "home/token").read_text()
    assert chidi("logout").code == 0
    assert not (tmp_path / "home/token").exists()
    (tmp_path / "home/token").write_text(token)
    assert chidi("status").code == 4
