"""What a key set signed that was revoked later: it counts with a receipt of before, and with nothing else."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from bench._proxy import Exchange, Proxy
from tests.client.conftest import TEXT, At, Server
from tests.people import CHIDI
from tests.revoking import LONG_AGO, NOT_YET, backdated, resigned, revoked

from comity_seal.log.notes import LOG
from comity_seal.log.signer import NoteKey

Receipt = Callable[[bytes], bytes]


def platform(since: str, receipt: Receipt = bytes) -> Callable[[Exchange], bool]:
    """One that shows Amina's key set as revoked, and such receipts."""

    def meddle(exchange: Exchange) -> bool:
        if exchange.resource == "/authorities/OTP/chain":
            exchange.json = exchange.json | {"chain": [b64encode(one).decode() for one in revoked(since)]}
            return True
        if "/receipts/" in exchange.resource and exchange.status == 200:
            exchange.content = receipt(exchange.content)
        return False

    return meddle


@pytest.fixture
def logged(sent: dict[str, Any], server: Server) -> dict[str, Any]:
    """A request whose lines the log holds."""
    server.seal()
    return sent


def test_it_opens_with_a_receipt_of_before(at: At, line: Proxy, logged: dict[str, Any]) -> None:
    comity = at(CHIDI)
    line.begin(platform(NOT_YET))
    said = comity("request", "open", logged["reference"])
    assert said.code == 0, said.err
    assert TEXT in said.out
    assert any("/receipts/" in path for _method, path in line.seen)


def test_it_does_not_where_the_log_held_it_only_afterwards(at: At, line: Proxy, logged: dict[str, Any]) -> None:
    comity = at(CHIDI)
    line.begin(platform(LONG_AGO))
    said = comity("request", "open", logged["reference"])
    assert said.code == 6
    assert "revoked" in said.err
    assert said.out == ""


def test_a_receipt_of_another_log_or_of_a_fork_proves_nothing(
    at: At, line: Proxy, server: Server, logged: dict[str, Any]
) -> None:
    key = NoteKey.from_text((server.folder / "data" / "log-key").read_text())
    other = NoteKey(key.public.name, LOG, b"\5" * 32)
    comity = at(CHIDI)
    for receipt, words in (
        (lambda data: resigned(data, other), "has not signed this checkpoint with the key that is known"),
        (lambda data: backdated(data, key), "not what you saw before"),
    ):
        line.begin(platform(LONG_AGO, receipt))
        said = comity("request", "open", logged["reference"])
        assert said.code == 6
        assert words in said.err
        assert said.out == ""
