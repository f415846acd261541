"""The pages of what stands in the way of a measure, of a consultation on it, and of a part before the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, render_template, request

from comity.assistance import answers, grounds, handling, showing
from comity.assistance.consultation_model import REPORTED, Consultation
from comity.assistance.consultations import DONE, said_by
from comity.assistance.grounds import Ending, Ground
from comity.assistance.model import Measure, RequestForAssistance
from comity.assistance.reading import readers
from comity.assistance.stepping import sealed
from comity.core.transaction import Transaction


def consult(tx: Transaction, rfa_id: UUID) -> str:
    """Something stands in the way: what it is, of which measures, and what each ground asks for."""
    return sealed(
        tx,
        rfa_id,
        "consult",
        "consult.html",
        open_to=_open_to,
        offered=_offered,
        asks=lambda _rfa: list(grounds.asks().values()),
        chosen=lambda _rfa: request.args.getlist("measure", type=int),
        own_side=lambda rfa: showing.side(tx, rfa),
    )


def _open_to(rfa: RequestForAssistance) -> list[Measure]:
    """The measures on which a consultation can be opened now."""
    return [one for one in rfa.measures if one.status not in DONE and rfa.consultation_on(one.n) is None]


def _offered(rfa: RequestForAssistance) -> list[tuple[Ground, list[int]]]:
    """Each ground that fits any of them, with the numbers of those that it fits."""
    fits = [
        (ground, [one.n for one in _open_to(rfa) if ground.fits(rfa.request_kind, one.letter)])
        for ground in grounds.grounds().values()
    ]
    return [(ground, numbers) for ground, numbers in fits if numbers]


def consultation(tx: Transaction, rfa_id: UUID, n: int) -> str:
    """One consultation: what was said at its beginning, its meetings, how it ends, and the steps open to the reader."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    found = next((one for one in rfa.consultations if one.n == n), None)
    if found is None:
        abort(404)
    permitted = tx.options(rfa)
    steps = [step for step in ("meet", "propose", "agree", "deny") if f"rfa.{step}" in permitted and rfa.allows(step)]
    return render_template(
        "assistance/consultation.html",
        rfa=rfa,
        consultation=found,
        ground=grounds.ground_of(found.ground),
        ending=grounds.endings().get(found.outcome or ""),
        measures=[one for one in rfa.measures if one.n in found.measures],
        steps=_possible(tx, found, steps) if found.open else [],
        sayable=_sayable(tx, rfa, found),
        redirects="rfa.redirect" in permitted and found in rfa.left_to_another and rfa.allows("redirect"),
        readers=readers(tx, showing.visible_to(rfa)),
        own_side=showing.side(tx, rfa),
    )


def _possible(tx: Transaction, found: Consultation, steps: list[str]) -> list[str]:
    """Those that fit where it stands: one agrees to what the other side has proposed, and denies where one may."""
    fits = {
        "agree": found.waits_for_agreement_of(tx.actor.authority),
        "deny": grounds.ground_of(found.ground).may_be_denied,
    }
    return [step for step in steps if fits.get(step, True)]


def _sayable(tx: Transaction, rfa: RequestForAssistance, found: Consultation) -> list[Ending]:
    """How the reader's side may say that it ends."""
    endings = grounds.ground_of(found.ground).endings
    return [one for one in endings if not one.denial and tx.actor.authority in said_by(rfa, found, one)]


def deliver(tx: Transaction, rfa_id: UUID) -> str:
    """Deliver a part, or report progress, before the answer."""
    return sealed(
        tx,
        rfa_id,
        "deliver",
        "answer.html",
        outcomes=lambda _rfa: [one.value for one in REPORTED],
        ended=answers.settled,
        staged=lambda rfa: showing.own(tx, rfa, ["part"], released=False),
        limits=lambda _rfa: handling.offered(tx),
    )


PAGES: dict[str, Callable[..., Any]] = {
    "/consult": consult,
    "/consultations/<int:n>": consultation,
    "/deliver": deliver,
}
"""By their address below that of the request."""
