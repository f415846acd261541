"""Amendments of transmitted requests for tests: prepared by one officer, approved by a second, transmitted."""

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tests import people
from tests.exchange import sealed
from tests.people import AMINA, BRUNO, CHIDI

from comity.assistance import amending, amendments, receiving
from comity.assistance.amendment_model import Amendment
from comity.assistance.amendments import Changes
from comity.assistance.cover import Asked
from comity.assistance.model import RequestForAssistance
from comity.assistance.resealing import Resealed
from comity.core.actors import Actor
from comity.core.errors import Refused
from comity.core.transaction import transaction
from comity.exchange import queries as documents
from comity.exchange.actions import Signed
from comity_seal.approval import Approved, cover_sha256
from comity_seal.opening.opening import Expected
from comity_seal.opening.sealing import acknowledge, approve, reheader

WITNESS = Asked("b")
"""A measure that comes in: the taking of evidence."""


def prepared(
    rfa: RequestForAssistance,
    add: Sequence[Asked] = (),
    take_back: Sequence[int] = (),
    on: date | None = None,
    *,
    by: Actor = AMINA,
    text: bool = True,
) -> Amendment:
    """What is prepared, with its sealed text."""
    with transaction(by) as tx:
        amendment = amending.prepare(tx, rfa.id, Changes(add, take_back, on))
    if text:
        written(rfa, by=by)
    return amendment


def written(rfa: RequestForAssistance, words: str = "we now ask for more", *, by: Actor = AMINA) -> UUID:
    """The text of what is prepared, with the amended cover."""
    content = {"v": 1, "text": words, "cover": cover(rfa, by=by), "annexes": []}
    document, _made = sealed.deposit(by, rfa, "amendment", json.dumps(content).encode())
    return document.id


def cover(rfa: RequestForAssistance, *, by: Actor = AMINA) -> dict[str, object]:
    with transaction(by, writes=False) as tx:
        here = tx.read(RequestForAssistance, rfa.id)
        found = amendments.prepared(tx, here)
        if found is None:
            raise Refused("No amendment is prepared any more.")
        return amendments.cover_of(here, found)


def approval(rfa: RequestForAssistance, *, by: Actor = BRUNO) -> bytes:
    with transaction(by, writes=False) as tx:
        here = tx.read(RequestForAssistance, rfa.id)
        present = amending.going(tx, here)
    approved = [Approved(str(document.id), version.ver, version.envelope_sha256) for document, version in present]
    return approve(
        people.author(by),
        request=str(rfa.id),
        cover_sha256=cover_sha256(cover(rfa, by=by)),
        documents=approved,
        created=sealed.created(),
    )


def approved(rfa: RequestForAssistance, *, by: Actor = BRUNO) -> Amendment:
    signed = approval(rfa, by=by)
    with transaction(by) as tx:
        return amending.approve(tx, rfa.id, signed)


def resealed(rfa: RequestForAssistance, *, by: Actor = AMINA) -> list[Resealed]:
    """Every document of what is prepared, sealed again for both parties."""
    with transaction(by, writes=False) as tx:
        present = amending.going(tx, tx.read(RequestForAssistance, rfa.id))
    found = []
    for document, version in present:
        expected = Expected(str(document.id), str(rfa.id))
        opened = people.opener(by).open(version.envelope, version.header, version.manifest_age, expected)
        again = reheader(
            opened.file_key,
            opened.manifest,
            version.envelope_sha256,
            author=people.author(by),
            readers=[people.verified(code) for code in (rfa.requesting, rfa.requested)],
            created=sealed.created(),
        )
        found.append(Resealed(document.id, Signed(again.envelope, again.header, again.manifest_age)))
    return found


def transmitted(rfa: RequestForAssistance, *, by: Actor = AMINA) -> RequestForAssistance:
    again = resealed(rfa, by=by)
    with transaction(by) as tx:
        return amending.transmit(tx, rfa.id, again)


def amended(
    rfa: RequestForAssistance,
    add: Sequence[Asked] = (),
    take_back: Sequence[int] = (),
    on: date | None = None,
    *,
    by: Actor = AMINA,
    second: Actor = BRUNO,
) -> RequestForAssistance:
    """The whole way."""
    prepared(rfa, add, take_back, on, by=by)
    approved(rfa, by=second)
    return transmitted(rfa, by=by)


def receipt(rfa: RequestForAssistance, docs: Sequence[str], *, by: Actor = CHIDI, **changes: object) -> bytes:
    """What the recipient signs of something that came later."""
    with transaction(by, writes=False) as tx:
        present = documents.documents_of(tx, rfa.id)
    received = [
        Approved(str(document.id), version.ver, version.envelope_sha256)
        for document, version in present
        if str(document.id) in docs
    ]
    said = {"request": str(rfa.id), "reference": rfa.reference, "documents": received, "created": sealed.created()}
    return acknowledge(people.author(by), **(said | changes))


def received(rfa: RequestForAssistance, docs: Sequence[str], *, by: Actor = CHIDI) -> RequestForAssistance:
    signed = receipt(rfa, docs, by=by)
    with transaction(by) as tx:
        return receiving.receive(tx, rfa.id, signed)
