"""Requests that were withdrawn, and what the requested party signs about their documents, for tests."""

from uuid import UUID

from tests import people
from tests.exchange import sealed
from tests.people import AMINA, CHIDI

from comity.assistance import disposals, withdrawing
from comity.assistance.model import RequestForAssistance
from comity.assistance.withdrawal_model import Fate
from comity.core.actors import Actor
from comity.core.transaction import transaction
from comity_seal.approval import Approved
from comity_seal.opening.sealing import dispose


def withdrawn(rfa: RequestForAssistance, actor: Actor = AMINA, **more) -> RequestForAssistance:
    with transaction(actor) as tx:
        return withdrawing.withdraw(tx, rfa.id, **more)


def statement(
    actor: Actor,
    rfa: RequestForAssistance,
    fate: str = "destroyed",
    kept_for: str | None = None,
    note: UUID | None = None,
    **changes,
) -> bytes:
    """What a person of the requested party signs: every document that she sees of the other side."""
    with transaction(actor, writes=False) as tx:
        there = disposals.received(tx, rfa)
    named = [Approved(str(document.id), version.ver, version.envelope_sha256) for document, version in there]
    said = {
        "request": str(rfa.id),
        "reference": rfa.reference,
        "fate": fate,
        "kept_for": kept_for,
        "note": str(note) if note else None,
        "documents": named,
        "created": sealed.created(),
    } | changes
    return dispose(people.author(actor), **said)


def confirmed(
    rfa: RequestForAssistance, actor: Actor = CHIDI, fate: str = "destroyed", kept_for: str | None = None, **changes
) -> RequestForAssistance:
    signed = statement(actor, rfa, fate, kept_for, **changes)
    with transaction(actor) as tx:
        return withdrawing.confirm(tx, rfa.id, signed, Fate(fate), kept_for)
