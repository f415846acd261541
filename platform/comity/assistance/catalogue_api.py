"""What can be asked, and what may stand in the way, as a JSON resource."""

from __future__ import annotations

from comity.assistance import addressees, channels, comparators, grounds, kinds, occurrences, policy
from comity.core.transaction import Transaction
from comity.deadlines.calendars import wording
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


class PracticeView(View):
    """A length that others give for the like, for the kinds and letters named; never the law of the Court."""

    code: str
    names: dict[str, str]
    within: str
    letters: list[str]
    kinds: list[str]
    basis: str
    unverified: bool


class ReportKindView(View):
    """What is reported of the world, on which kinds (`*` for all), by whose side; `hour` where it is a moment."""

    what: str
    names: dict[str, str]
    kinds: list[str]
    by: list[str]
    hour: bool
    basis: str
    unverified: bool


class ChannelView(View):
    """By what a request can travel: `carries` a `request` registered afterwards, an `urgent` one, a `confirmation`."""

    channel: str
    carries: list[str]
    names: dict[str, str]
    basis: str


class CatalogueView(View):
    """What can be asked, on what basis, by what channel; what may stand in the way; lengths; reports."""

    kinds: list[KindView]
    letters: list[MeasureKindView]
    grounds: list[GroundView]
    bases: list[BasisView]
    outcomes: list[EndingView]
    practices: list[PracticeView]
    reports: list[ReportKindView]
    channels: list[ChannelView]


@catalogue.get("", answers=CatalogueView)
def catalogued(_tx: Transaction) -> CatalogueView:
    """The kinds of requests, what can be asked under article 93(1), and what may stand in the way."""
    return CatalogueView(
        kinds=[_kind(one) for one in kinds.kinds().values()],
        letters=[_measure(one) for one in policy.measures().values()],
        grounds=[_ground(one) for one in grounds.grounds().values()],
        outcomes=[_ending(one) for one in grounds.endings().values()],
        bases=[
            BasisView(code=one.code, of=list(one.of), names=one.names, basis=one.basis, unverified=one.unverified)
            for one in addressees.bases().values()
        ],
        practices=[_practice(one) for one in comparators.practices().values()],
        reports=[_report(one) for one in occurrences.catalogue().values()],
        channels=[
            ChannelView(channel=one.channel, carries=list(one.carries), names=one.names, basis=one.basis)
            for one in channels.catalogue().values()
        ],
    )


def _kind(one: kinds.Kind) -> KindView:
    checklist = kinds.checklist_of(one.kind)
    lines = [LineView(line=line.line, names=line.names, basis=line.basis) for line in checklist.lines]
    acts = [OwnActView(act=act.act, names=act.names, basis=act.basis, consent=act.consent) for act in one.acts]
    return KindView(
        kind=one.kind,
        names=one.names,
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
        names=one.names,
        basis=one.basis,
        kinds=one.kinds,
        letters=one.letters,
        asks=[AskView(ask=ask.ask, names=ask.names) for ask in one.asked],
        leads_to=[ending.outcome for ending in one.endings],
        unverified=one.unverified,
    )


def _practice(one: comparators.Practice) -> PracticeView:
    return PracticeView(
        code=one.code,
        names=one.names,
        within=one.within,
        letters=one.letters,
        kinds=one.kinds,
        basis=one.source("en"),
        unverified=one.unverified,
    )


def _report(one: occurrences.What) -> ReportKindView:
    return ReportKindView(
        what=one.occurrence,
        names=one.names,
        kinds=one.kinds,
        by=list(one.by),
        hour=one.hour,
        basis=wording(one.basis, "en"),
        unverified=one.unverified,
    )


def _ending(one: grounds.Ending) -> EndingView:
    return EndingView(
        outcome=one.outcome,
        names=one.names,
        status=one.status.value,
        said_by=one.said_by,
        alone=one.alone,
        dated=one.dated,
        denial=one.denial,
    )


def _measure(one: policy.MeasureKind) -> MeasureKindView:
    acts = [ActView(act=act.act, names=act.names) for act in one.acts]
    return MeasureKindView(letter=one.letter, names=one.names, basis=one.basis, acts=acts)
