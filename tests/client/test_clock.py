"""A machine whose clock is wrong: told once, and far off nothing is signed, while everything can still be read."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests import people
from tests.client.conftest import TEXT, WITNESSES, Command, Server

MINE = "This machine's clock says"


def off(**by: float) -> time_machine.travel:
    """This machine's clock, wrong by so much; the platform is a process of its own, and is right."""
    return time_machine.travel(datetime.now(UTC) + timedelta(**by))


@pytest.mark.parametrize("minutes", [-4, 0, 4])
def test_a_clock_that_is_nearly_right_is_no_matter(chidi: Command, sent: dict[str, Any], minutes: float) -> None:
    with off(minutes=minutes):
        said = chidi("request", "ack", sent["reference"], "--yes")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("minutes", [-6, 6, 11 * 60])
def test_a_clock_that_is_wrong_is_told_once_and_things_go_on(
    chidi: Command, sent: dict[str, Any], server: Server, minutes: float
) -> None:
    with off(minutes=minutes):
        said = chidi("request", "ack", sent["reference"], "--yes", "--json")
    assert said.code == 0, said.err
    assert said.err.count(MINE) == 1
    assert len(said.err.splitlines()) == 1
    assert MINE not in said.out
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", sent["reference"]) == "acknowledged"


@pytest.mark.parametrize("hours", [-13, 13, 24 * 400])
def test_with_a_clock_far_off_nothing_is_signed_and_everything_can_be_read(
    chidi: Command, sent: dict[str, Any], server: Server, hours: float
) -> None:
    name = sent["reference"]
    Path("paper.txt").write_text("paper")
    changes = "SELECT (SELECT count(*) FROM upload) || ' ' || (SELECT count(*) FROM document)"
    before = server.look(changes)
    with off(hours=hours):
        for arguments in (
            ["request", "ack", name, "--yes"],
            ["message", "send", name, "--file", "paper.txt", "--text", "Hello.", "--yes"],
            ["bundle", "pack", name, "-o", "there.comity"],
        ):
            said = chidi(*arguments)
            assert (said.code, said.out) == (1, ""), arguments
            told = [datetime.fromisoformat(one) for one in re.findall(r"[-0-9]{10}T[:0-9]{8}Z", said.err)]
            mine, platforms = told[:2]
            assert abs(mine - datetime.now(UTC)) < timedelta(minutes=2)
            assert abs(mine - timedelta(hours=hours) - platforms) < timedelta(minutes=2)
            assert "nothing is signed" in said.err
        said = chidi("request", "open", name)
        assert said.code == 0, said.err
        assert TEXT in said.out
        assert chidi("request", "download", name, "--to", "here").code == 0
    assert server.look(changes) == before
    assert server.look("SELECT stage FROM rfa WHERE reference = ?", name) == "transmitted"
    assert not Path("there.comity").exists()


def test_the_ways_to_a_key_set_are_not_changed_either(
    chidi: Command, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["same"])
    monkeypatch.setattr("comity_client.cli_keys.new_passphrase", lambda: "same")  # words that a test can type
    monkeypatch.setattr("click.prompt", lambda *_a, **_o: next(typed))
    count = "SELECT count(*) FROM keyset_way"
    before = server.look(count)
    with off(hours=13):
        said = chidi("key", "passphrase", "--demonstration")
    assert said.code == 1
    assert "nothing is signed" in said.err
    assert server.look(count) == before


def test_a_witness_signs_nothing_by_a_clock_far_off(comity: Command, sent: dict[str, Any], server: Server) -> None:
    server.seal()
    Path("key").write_text(WITNESSES[0].to_text())
    Path("key").chmod(0o600)
    http = server.unlocked(people.CHIDI).http
    Path("log.vkey").write_text(http.get("/log/key")["key"])
    arguments = ("witness", "--log", server.url, "--key", "key", "--state", "state", "--log-key", "log.vkey", "--once")
    with off(hours=-13):
        said = comity(*arguments)
    assert said.code != 0
    assert b"witness.example/2" not in http.get_bytes("/log/checkpoint")
    assert comity(*arguments).code == 0
    assert b"witness.example/2" in http.get_bytes("/log/checkpoint")


def test_offline_it_cannot_be_earlier_than_the_bundle(chidi: Command, sent: dict[str, Any]) -> None:
    assert chidi("bundle", "pack", sent["reference"], "-o", "there.comity").code == 0
    answer = (
        *("bundle", "answer", sent["reference"], "--from", "there.comity", "-o", "back.comity", "--text", "x", "--yes"),
        *("--outcome", "1=executed", "--outcome", "2=executed"),
    )
    with off(hours=-13):
        said = chidi(*answer)
        assert said.code == 1
        assert "nothing is signed" in said.err
        assert not Path("back.comity").exists()
        said = chidi("bundle", "open", "there.comity", "-o", "here")
        assert said.code == 0, said.err
        assert MINE in said.err
    with off(hours=24 * 30):  # a bundle may be as old as it is
        said = chidi(*answer)
        assert (said.code, said.err) == (0, "")
