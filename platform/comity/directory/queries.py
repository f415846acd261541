"""Questions to the directory."""

from __future__ import annotations

from sqlalchemy import select

from comity.core.transaction import Transaction
from comity.directory.model import Authority


def authority(tx: Transaction, code: str) -> Authority | None:
    """The authority of that code, if there is one."""
    return tx.session.scalar(select(Authority).where(Authority.code == code))


def authorities(tx: Transaction) -> list[Authority]:
    """All of them, by code; the directory is open to everyone who signs in."""
    return tx.find(Authority, order_by=Authority.code)


def services(tx: Transaction, service: str) -> list[Authority]:
    """The offices of the Court that serve its teams in that way, by code."""
    return tx.find(Authority, Authority.of == "court", Authority.service == service, order_by=Authority.code)


def names(tx: Transaction) -> dict[str, dict[str, str]]:
    """The official names of all, by code and language."""
    columns = (Authority.code, Authority.name_en, Authority.name_fr)
    return {code: {"en": en, "fr": fr} for code, en, fr in tx.session.execute(select(*columns))}
