"""What can be asked, and what may stand in the way, as a JSON resource."""

from __future__ import annotations

from comity.assistance import addressees, grounds, kinds, policy
from comity.assistance.policy import Named
from comity.core.transaction import Transaction
from comity.web import Api
from comity.web.resource import View

catalogue = Api("catalogue", __name__, url_prefix="/measures")


class ActView(View):
    act: str
    names: dict[str, str]


class MeasureKindView(View):
    letter: str
    names: dict[str, str]
    basis: str
    acts: list[ActView]


class AskView(View):
    ask: str
    names: dict[str, str]


class GroundView(View):
    """What may stand in the way.

    `kinds` and `letters` are what it fits, none named being every one; `leads_to` are outcomes.
    """

    ground: str
    names: dict[str, str]
    basis: str
    kinds: list[str]
    letters: list[str]
    asks: list[AskView]
    leads_to: list[str]
    unverified: bool


class EndingView(View):
    """How a consultation may end, who says it, and whether it needs nobody's agreement."""

    outcome: str
    names: dict[str, str]
    status: str
    said_by: str
    alone: bool
    dated: bool
    denial: bool


class LineView(View):
    """A line; its own basis, or none where that of the list is enough."""

    line: str
    names: dict[str, str]
    basis: str


class ChecklistView(View):
    """What a text must say, or say why not."""

    basis: str
    lines: list[LineView]


class OwnActView(ActView):
    """Something that a kind of its own asks for; `consent` where whoever gave it to the Court must consent."""

    basis: str
    consent: bool


class KindView(View):
    """A kind of request; `unverified` where its source was not read in a verified text yet.

    `free`: whoever is asked may decline in the answer, with reasons, and no consultation is held.
    """

    kind: str
    names: dict[str, str]
    basis: str
    organs: list[str]
    states: list[str]
    to: list[str]
    measures: bool
    acts: list[OwnActView]
    free: bool
    checklist: ChecklistView
    unverified: bool


class BasisView(View):
    """On what a State not party (`non_party`) or an `organisation` may be asked [Statute art. 87(5), 87(6)]."""

    code: str
    of: list[str]
    names: dict[str, str]
    basis: str
    unverified: bool


class CatalogueView(View):
    """What can be asked, on what basis, and what may stand in the way."""

    kinds: list[KindView]
    letters: list[MeasureKindView]
    grounds: list[GroundView]
    bases: list[BasisView]
    outcomes: list[EndingView]


@catalogue.get("", answers=CatalogueView)
def catalogued(_tx: Transaction) -> CatalogueView:
    """The kinds of requests, what can be asked under article 93(1), and what may stand in the way."""
    return CatalogueView(
        kinds=[_kind(one) for one in kinds.kinds().values()],
        letters=[_measure(one) for one in policy.measures().values()],
        grounds=[_ground(one) for one in grounds.grounds().values()],
        outcomes=[_ending(one) for one in grounds.endings().values()],
        bases=[
            BasisView(code=one.code, of=list(one.of), names=_names(one), basis=one.basis, unverified=one.unverified)
            for one in addressees.bases().values()
        ],
    )


def _kind(one: kinds.Kind) -> KindView:
    checklist = kinds.checklist_of(one.kind)
    lines = [LineView(line=line.line, names=_names(line), basis=line.basis) for line in checklist.lines]
    acts = [OwnActView(act=act.act, names=_names(act), basis=act.basis, consent=act.consent) for act in one.acts]
    return KindView(
        kind=one.kind,
        names=_names(one),
        basis=one.basis,
        organs=list(one.organs),
        states=list(one.states),
        to=list(one.to),
        measures=one.measures,
        acts=acts,
        free=one.free,
        checklist=ChecklistView(basis=checklist.basis, lines=lines),
        unverified=one.unverified,
    )


def _ground(one: grounds.Ground) -> GroundView:
    return GroundView(
        ground=one.ground,
        names=_names(one),
        basis=one.basis,
        kinds=one.kinds,
        letters=one.letters,
        asks=[AskView(ask=ask.ask, names=_names(ask)) for ask in one.asked],
        leads_to=[ending.outcome for ending in one.endings],
        unverified=one.unverified,
    )


def _ending(one: grounds.Ending) -> EndingView:
    return EndingView(
        outcome=one.outcome,
        names=_names(one),
        status=one.status.value,
        said_by=one.said_by,
        alone=one.alone,
        dated=one.dated,
        denial=one.denial,
    )


def _measure(one: policy.MeasureKind) -> MeasureKindView:
    acts = [ActView(act=act.act, names=_names(act)) for act in one.acts]
    return MeasureKindView(letter=one.letter, names=_names(one), basis=one.basis, acts=acts)


def _names(one: Named) -> dict[str, str]:
    return {"en": one.en, "fr": one.fr}
