"""Who can read a request: the people whom signed statements name, never a list of the server's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.core.transaction import Transaction
from comity.keys import queries as keys
from comity_seal.errors import SealError


@dataclass(frozen=True)
class Readers:
    """An authority and its members as its chain names them; empty where the chain is missing or does not verify."""

    authority: str
    people: list[tuple[str, str]]


def readers(tx: Transaction, authorities: Iterable[str]) -> list[Readers]:
    """For each authority, the names and roles of those who hold its key.  The browser checks the same chain itself."""
    return [Readers(code, _people(tx, code)) for code in authorities]


def _people(tx: Transaction, code: str) -> list[tuple[str, str]]:
    try:
        found = keys.verified(tx, code)
    except SealError:
        return []
    return sorted((member.name, member.role) for member in found.readers().values()) if found else []
