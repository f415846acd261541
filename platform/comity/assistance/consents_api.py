"""Consent to what handling limits block and supplements, as JSON resources; and the catalogue of limits and uses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from comity.assistance import bodies, consents, handling, supplementing, views
from comity.assistance.consent_model import Extent
from comity.core.transaction import Transaction
from comity.web import Api, Body
from comity.web.resource import View

consenting = Api("consents", __name__, url_prefix="/requests/<uuid:rfa_id>/consents")
supplements = Api("supplements", __name__, url_prefix="/requests/<uuid:rfa_id>/supplements")
limits = Api("limits", __name__, url_prefix="/handling")


class SeekBody(Body):
    """A document with limits, the use that is wanted of it, and the sealed reason."""

    document: UUID
    use: str = Field(max_length=40)
    reason: UUID


class DecisionBody(Body):
    """How far one consents, and the sealed words."""

    extent: Extent
    words: UUID


class WordsBody(Body):
    words: UUID


class UseView(View):
    """A use, and the acts that consent to it frees."""

    use: str
    names: dict[str, str]
    permits: list[str]


class LimitView(View):
    """A limit: who may set it, who has to agree, which acts it blocks."""

    limit: str
    names: dict[str, str]
    hints: dict[str, str]
    basis: str
    set_by: list[str]
    consent: dict[str, str]
    blocks: list[str]
    unverified: bool


class HandlingView(View):
    limits: list[LimitView]
    uses: list[UseView]


@supplements.post("", body=bodies.SupplementBody, answers=views.RequestView, status=201)
def supplement_request(tx: Transaction, rfa_id: UUID, body: bodies.SupplementBody) -> views.RequestView:
    """Add sealed documents to a transmitted request, with a later requested date if wanted."""
    return views.full(tx, supplementing.supplement(tx, rfa_id, body.documents, body.until))


@limits.get("", answers=HandlingView)
def handling_catalogued(_tx: Transaction) -> HandlingView:
    """The handling limits that a document may carry, and the uses to which its sender may consent."""
    return HandlingView(
        limits=[_limit(one) for one in handling.limits().values()],
        uses=[UseView(use=one.use, names=one.names, permits=list(one.permits)) for one in handling.uses().values()],
    )


def _limit(one: handling.Limit) -> LimitView:
    same: dict[str, Any] = {name: getattr(one, name) for name in ("limit", "basis", "unverified")}
    return LimitView(
        **same,
        names=one.names,
        hints={"en": one.hint_en, "fr": one.hint_fr},
        set_by=list(one.set_by),
        consent={"en": one.consent_en, "fr": one.consent_fr},
        blocks=list(one.blocks),
    )


@consenting.post("", body=SeekBody, answers=views.RequestView, status=201)
def seek(tx: Transaction, rfa_id: UUID, body: SeekBody) -> views.RequestView:
    """Ask the sender of a document for consent to one use of it; nothing is freed by asking."""
    return views.full(tx, consents.ask(tx, rfa_id, body.document, body.use, body.reason))


@consenting.post("/<int:n>/decision", body=DecisionBody, answers=views.RequestView)
def decide_consent(tx: Transaction, rfa_id: UUID, n: int, body: DecisionBody) -> views.RequestView:
    """Give consent for the use that was asked for, or wholly, or refuse it, in sealed words."""
    return views.full(tx, consents.decide(tx, rfa_id, n, body.extent, body.words))


@consenting.post("/<int:n>/withdrawal", body=WordsBody, answers=views.RequestView)
def withdraw_consent(tx: Transaction, rfa_id: UUID, n: int, body: WordsBody) -> views.RequestView:
    """Withdraw consent for the future, in sealed words: what was done meanwhile stays done."""
    return views.full(tx, consents.withdraw(tx, rfa_id, n, body.words))
