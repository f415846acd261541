"""Chidi reads what Amina wrote and writes back from the command line; what was tampered with is not shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests import people
from tests.client.conftest import Command, Server

from comity_client import messages, requests
from comity_client.transfer import deposit_bytes, read
from comity_client.unlocked import Unlocked
from comity_seal.opening.sealing import Label

WORDS = "Please send the originals by courier."


@pytest.fixture
def amina(server: Server) -> Unlocked:
    return server.unlocked(people.AMINA)


def write(me: Unlocked, request: dict[str, Any], text: str, *names: str) -> dict[str, Any]:
    files = [
        deposit_bytes(
            me,
            name.encode(),
            matter=requests.matter(request, "attachment"),
            readers=requests.both(request),
            label=Label(name, "text/plain"),
        )
        for name in names
    ]
    return messages.send(me, request, text, files)


def key(row: dict[str, Any]) -> str:
    """An identifier as SQLite keeps it."""
    return str(row["id"]).replace("-", "")


def listed(me: Unlocked, request: dict[str, Any]) -> list[dict[str, Any]]:
    return list(messages.every(me.http, request))


def test_a_message_is_listed_read_once_and_answered_with_a_file(
    chidi: Command, sent: dict[str, Any], amina: Unlocked
) -> None:
    name = sent["reference"]
    assert chidi("message", "list", name).out == "There is no message.\n"
    write(amina, sent, WORDS, "Address.txt")

    assert json.loads(chidi("status", "--json").out)["messages"] == {name: 1}
    assert "1 new" in chidi("request", "list").out
    said = chidi("message", "list", name)
    assert said.code == 0
    assert "1 new  Amina Diallo, OTP" in said.out
    assert "nobody yet" in said.out
    assert WORDS not in said.out
    assert listed(amina, sent)[0]["readings"] == []

    said = chidi("message", "read", name)
    assert said.code == 0, said.err
    assert WORDS in said.out
    assert "Address.txt" in said.out
    assert [one["name"] for one in listed(amina, sent)[0]["readings"]] == [people.NAMES[people.CHIDI]]
    said = chidi("message", "read", name)
    assert (said.code, "--all" in said.out, WORDS in said.out) == (0, True, False)
    assert WORDS in chidi("message", "read", name, "--all").out

    Path("Receipt.pdf").write_bytes(b"%PDF-1.4")
    said = chidi("message", "send", name, "--text", "Sent today.", "--file", "Receipt.pdf", "--yes", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["n"] == 2
    found = messages.open_(amina, amina.http.get(f"/requests/{sent['id']}"), listed(amina, sent)[1])
    assert found.text == "Sent today."
    assert [(one.manifest.name, read(amina, one)) for one in found.files] == [("Receipt.pdf", b"%PDF-1.4")]
    assert json.loads(chidi("message", "list", name, "--json").out)["unread"] == 0


def test_a_download_brings_the_messages_and_their_files(chidi: Command, sent: dict[str, Any], amina: Unlocked) -> None:
    write(amina, sent, WORDS, "Address.txt")
    said = chidi("request", "download", sent["reference"], "--to", "here")
    assert said.code == 0, said.err
    assert Path("here/Address.txt").read_bytes() == b"Address.txt"
    assert WORDS in Path("here/message.json").read_text()
    assert chidi("verify", "here/message.json", "here/Address.txt").code == 0


def test_6_for_a_message_that_is_not_what_was_signed_and_the_others_are_read(
    chidi: Command, sent: dict[str, Any], amina: Unlocked, server: Server
) -> None:
    first, second = write(amina, sent, "Number one.", "a.txt"), write(amina, sent, "Number two.")
    third = write(amina, sent, "Number three.")
    server.change("UPDATE message SET attachments = '[]' WHERE id = ?", key(first))
    server.change("UPDATE message SET author = ? WHERE id = ?", people.BRUNO.id, key(third))
    said = chidi("message", "read", sent["reference"])
    assert said.code == 6
    assert "Number two." in said.out
    assert "Number one." not in said.out + said.err
    assert "Number three." not in said.out + said.err
    assert "Message 1: This message is not authentic: its attachments" in said.err
    assert "Message 3: This message is not authentic: somebody else signed it" in said.err
    read_ = {one["id"]: [each["id"] for each in one["readings"]] for one in listed(amina, sent)}
    assert read_ == {first["id"]: [], second["id"]: [people.CHIDI.id], third["id"]: []}


def test_6_for_a_cover_that_differs_from_the_one_that_was_signed(
    chidi: Command, sent: dict[str, Any], amina: Unlocked, server: Server
) -> None:
    write(amina, sent, WORDS)
    server.change("UPDATE measure SET act = 'seize' WHERE letter = 'k' AND rfa_id = ?", key(sent))
    said = chidi("message", "read", sent["reference"])
    assert (said.code, WORDS in said.out) == (6, False)
    assert listed(amina, sent)[0]["readings"] == []


def test_3_for_an_empty_text_and_5_for_a_request_that_has_ended(
    chidi: Command, sent: dict[str, Any], amina: Unlocked
) -> None:
    name = sent["reference"]
    assert chidi("message", "send", name, "--text", "  ", "--yes").code == 3
    assert chidi("message", "send", name, "--text-file", "-", "--file", "missing.txt", "--yes").code == 2
    write(amina, sent, WORDS)
    requests.act(amina, sent, "withdraw")
    said = chidi("message", "send", name, "--text", "too late", "--yes")
    assert said.code == 5
    assert "withdrawn" in said.err
    assert len(listed(amina, sent)) == 1
    assert WORDS in chidi("message", "read", name).out


def test_1_for_a_text_that_should_be_a_file(chidi: Command, sent: dict[str, Any], amina: Unlocked) -> None:
    Path("long.txt").write_text("word " * 220_000)
    said = chidi("message", "send", sent["reference"], "--text-file", "long.txt", "--yes")
    assert said.code == 1
    assert "put the text into a file" in said.err
    assert listed(amina, sent) == []
