"""A platform that shows sender and recipient two logs is found out by the first document between them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bench._proxy import Proxy
from tests.client.conftest import At, Server
from tests.forking import another
from tests.people import AMINA, CHIDI

from comity_client import messages
from comity_client.seen import Seen
from comity_client.transfer import receive
from comity_seal.log.checkpoint import Checkpoint
from comity_seal.log.signer import NoteKey
from comity_seal.log.state import State

WORDS = "Please send the originals by courier."


class Elsewhere(Seen):
    """What somebody saw who calls the log by another name."""

    @property
    def state(self) -> State | None:
        found = super().state
        return found and replace(found, origin="elsewhere.example")


@pytest.fixture
def logged(sent: dict[str, Any], server: Server) -> dict[str, Any]:
    server.seal()
    return sent


def key(server: Server) -> NoteKey:
    """The key that signs the log, which the platform has."""
    return NoteKey.from_text((server.folder / "data" / "log-key").read_text())


def write(comity: Callable[..., Any], request: dict[str, Any]) -> None:
    said = comity("message", "send", request["reference"], "--text", WORDS, "--yes")
    assert said.code == 0, said.err


def read(comity: Callable[..., Any], request: dict[str, Any]) -> Any:
    return comity("message", "read", request["reference"])


def newest(server: Server, request: dict[str, Any]) -> Any:
    """The last message as Xandria is handed it out."""
    chidi = server.unlocked(CHIDI)
    last = list(messages.every(chidi.http, request))[-1]
    return receive(chidi, last["id"], request=request["id"], purpose="message").manifest


def test_a_sender_names_the_newest_state_that_she_has_seen(at: At, server: Server, logged: dict[str, Any]) -> None:
    state = Checkpoint.parse(server.unlocked(AMINA).http.get_bytes("/log/checkpoint"))
    write(at(AMINA), logged)
    seen = newest(server, logged).seen
    assert (seen.origin, seen.root if seen.size == state.size else None) == (state.origin, state.root)
    server.seal()
    said = read(at(CHIDI), logged)
    assert said.code == 0, said.err
    assert WORDS in said.out


@pytest.mark.parametrize("more", [0, 300])
def test_a_sender_who_was_shown_another_log_is_noticed(
    at: At, server: Server, logged: dict[str, Any], line: Proxy, more: int
) -> None:
    amina = at(AMINA)
    line.begin(another(key(server), more))
    write(amina, logged)
    assert line.changed
    said = read(at(CHIDI), logged)
    assert said.code == 6
    assert "not what you saw before" in said.err
    assert said.out.strip() == ""
    assert [one["readings"] for one in messages.every(server.unlocked(AMINA).http, logged)] == [[]]


def test_a_reader_who_is_shown_another_log_notices(at: At, server: Server, logged: dict[str, Any], line: Proxy) -> None:
    write(at(AMINA), logged)
    chidi = at(CHIDI)
    line.begin(another(key(server), 300))
    said = read(chidi, logged)
    assert line.changed
    assert said.code == 6
    assert "not what you saw before" in said.err
    assert said.out.strip() == ""
    line.begin(None)


def test_a_log_of_another_name_is_none_of_this_one(at: At, server: Server, logged: dict[str, Any]) -> None:
    """Its state is that of the platform's log but for the name."""
    amina = server.unlocked(AMINA)
    amina.log = Elsewhere(amina.http, str(amina.http.get("/log/key")["key"]))
    amina.log.look()
    messages.send(amina, logged, WORDS)
    said = read(at(CHIDI), logged)
    assert said.code == 6
    assert "the log of elsewhere.example" in said.err
    assert said.out.strip() == ""
