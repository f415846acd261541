"""What an amendment makes of a request, whether it can, and the forms that a request has had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.assistance import amendment_events as events
from comity.assistance import cover as covers
from comity.assistance import kinds
from comity.assistance.amendment_model import Amendment, Form
from comity.assistance.cover import Asked
from comity.assistance.model import Measure, Outcome, RequestForAssistance
from comity.assistance.tracking import standing
from comity.core.errors import Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction

NOT_BEGUN = (Outcome.PENDING, Outcome.IN_PROGRESS)
"""What a measure is that has no outcome yet: only such a one is taken back."""


@dataclass(frozen=True)
class Changes:
    """What an amendment changes: measures that come in, numbers of measures that are taken back, another date.

    Without `requested_on` the requested date stays.
    """

    add: Sequence[Asked] = ()
    take_back: Sequence[int] = ()
    requested_on: date | None = None


def of(amendment: Amendment) -> Changes:
    """What an amendment that is prepared changes."""
    added = [Asked(one["letter"], one["act"]) for one in amendment.added]
    return Changes(added, amendment.taken_back, amendment.requested_on)


def prepared(tx: Transaction, rfa: RequestForAssistance) -> Amendment | None:
    """The amendment that is being prepared; none for anybody outside of the requesting side."""
    return next(iter(tx.find(Amendment, Amendment.request == rfa.id)), None)


def check(tx: Transaction, rfa: RequestForAssistance, changes: Changes) -> None:
    """Raises Refused or Invalid, with every fault, where a request as it stands cannot be amended so."""
    if not changes.add and not changes.take_back and changes.requested_on is None:
        raise Invalid(
            _("An amendment changes something: add a measure, take one back, or give another date."),
            [Fault("", _("Nothing is changed yet."))],
        )
    faults = [*_faults_of_taken_back(rfa, changes.take_back), *_faults_of_added(rfa, changes)]
    if not faults and not _staying(rfa, changes.take_back) and not changes.add:
        message = _("Nothing would be left of the request: withdraw it as a whole instead.")
        faults.append(Fault("/take_back", message))
    if changes.requested_on is not None:
        faults += _faults_of_day(tx, rfa, changes.requested_on)
    if faults:
        raise Invalid(_("The request cannot be amended like this: mend what is marked."), faults)


def _staying(rfa: RequestForAssistance, take_back: Sequence[int]) -> list[Measure]:
    return [measure for measure in rfa.in_force if measure.n not in take_back]


def _faults_of_taken_back(rfa: RequestForAssistance, take_back: Sequence[int]) -> list[Fault]:
    faults = []
    if len(set(take_back)) != len(take_back):
        faults.append(Fault("/take_back", _("A measure is named twice.")))
    there = {measure.n: measure for measure in rfa.in_force}
    for place, n in enumerate(take_back):
        message = _why_it_stays(rfa, there.get(n), n)
        if message is not None:
            faults.append(Fault(f"/take_back/{place}", message))
    return faults


def _why_it_stays(rfa: RequestForAssistance, measure: Measure | None, n: int) -> str | None:
    """Why a measure cannot be taken back, if it cannot."""
    if measure is None:
        return _("The request as it stands has no measure %(n)s.", n=n)
    if measure.status not in NOT_BEGUN:
        return _("Measure %(n)s has an outcome already: it cannot be taken back.", n=n)
    consultation = rfa.consultation_on(n)
    if consultation is not None:
        return _(
            "Consultation %(consultation)s on measure %(n)s is still open: end it first.",
            consultation=consultation.n,
            n=n,
        )
    return None


def _faults_of_added(rfa: RequestForAssistance, changes: Changes) -> list[Fault]:
    """Whether the kind allows what comes in, beside what stays."""
    if not changes.add:
        return []
    kind = kinds.kind_of(rfa.request_kind)
    if not kind.measures and not kind.acts:
        return [Fault("/add", _("A request of this kind asks for one thing: nothing can be added to it."))]
    staying = [Asked(one.letter, one.act) for one in _staying(rfa, changes.take_back)]
    faults = covers.faults_of_measures(rfa.request_kind, [*staying, *changes.add])
    return [Fault(_in_added(fault.pointer, len(staying)), fault.message) for fault in faults]


def _in_added(pointer: str, before: int) -> str:
    """Where a fault of the whole cover stands among what comes in."""
    parts = pointer.split("/")
    if len(parts) < 3:
        return "/add"
    return "/".join(["", "add", str(int(parts[2]) - before), *parts[3:]])


def _faults_of_day(tx: Transaction, rfa: RequestForAssistance, day: date) -> list[Fault]:
    """Raises Refused where no date can be changed, or asked for, now."""
    if rfa.undecided is not None:
        raise Refused(_("Another date is asked for: decide about that first."))
    if rfa.requested_on is None and rfa.paused:
        raise Refused(_("A question is open, and no date is asked for yet: reply first, then ask for one."))
    here = covers.today(tx, rfa.requested)
    now, furthest = standing(tx, rfa) if rfa.requested_on else (None, None)
    message = None
    if day < here:
        message = _("This day has passed where the other party is: choose a later one.")
    elif day == now:
        message = _("The date is %(date)s already: choose another day, or leave it out.", date=now)
    elif furthest is not None and day > furthest:
        message = _("This date can be extended to %(date)s at the latest: choose a day up to then.", date=furthest)
    elif day.year > here.year + covers.FURTHEST:
        message = _("This day is too far away: choose an earlier one.")
    return [] if message is None else [Fault("/requested_on", message)]


def numbered(rfa: RequestForAssistance, add: Sequence[Asked]) -> list[dict[str, Any]]:
    """What comes in, with the numbers that follow those which the request has had."""
    last = max(measure.n for measure in rfa.measures)
    return [{"n": n, "letter": one.letter, "act": one.act} for n, one in enumerate(add, last + 1)]


def cover_of(rfa: RequestForAssistance, amendment: Amendment) -> dict[str, Any]:
    """The cover that the request will have."""
    came = [Measure(n=one["n"], letter=one["letter"], act=one["act"]) for one in amendment.added]
    staying = _staying(rfa, amendment.taken_back)
    return rfa.cover_with(amendment.requested_on or rfa.requested_on, [*staying, *came], amendment.form)


def covers_of(rfa: RequestForAssistance) -> list[dict[str, Any]]:
    """The cover of every form that the request has had, the first one first."""
    return [_cover_of_form(rfa, n) for n in range(1, rfa.form + 1)]


def _cover_of_form(rfa: RequestForAssistance, n: int) -> dict[str, Any]:
    after = [form for form in rfa.forms if form.n > n]
    not_yet = {number for form in after for number in form.added}
    gone = {number for form in rfa.forms if form.n <= n for number in form.taken_back}
    measures = [measure for measure in rfa.measures if measure.n not in not_yet | gone]
    return rfa.cover_with(after[0].earlier_on if after else rfa.requested_on, measures, n)


def came_in(rfa: RequestForAssistance) -> dict[int, int]:
    """The measures that an amendment brought in, by number, each with its form."""
    return {n: form.n for form in rfa.forms for n in form.added}


def about(amendment: Amendment) -> tuple[str, str, int]:
    """What every line about one that is prepared says."""
    return amendment.requesting, amendment.matter, amendment.form


def changed(tx: Transaction, amendment: Amendment) -> None:
    """What is prepared has changed: whoever did it cannot approve it, and an approval is dropped."""
    if amendment.approved_by is None and amendment.changed_by == tx.actor.id:
        return
    amendment.approval = amendment.approved_by = None
    amendment.changed_by, amendment.changed_at = tx.actor.id, tx.now
    tx.record(amendment, events.AmendmentChanged(*about(amendment)))


def subjects(tx: Transaction, rfa: RequestForAssistance) -> list[str]:
    """How the journal names every amendment of it that was transmitted or is prepared; for the requesting side."""
    known = {form.amendment for form in rfa.forms}
    now = prepared(tx, rfa)
    return [f"{Amendment.kind}:{one}" for one in sorted(known | ({now.id} if now else set()))]


def require(tx: Transaction, rfa: RequestForAssistance) -> Amendment:
    """The amendment that is prepared, locked, for a document of it.  Raises Refused where there is none."""
    found = prepared(tx, rfa)
    if found is None:
        raise Refused(_("Say first what changes: no amendment of this request is prepared."))
    return tx.load(Amendment, found.id, to="amendment.change")


def put(tx: Transaction, rfa: RequestForAssistance, amendment: Amendment, docs: list[str], before: date) -> Form:
    """Give the request its next form."""
    gone = set(amendment.taken_back)
    for measure in rfa.measures:
        if measure.n in gone:
            measure.status = Outcome.WITHDRAWN
    for one in amendment.added:
        rfa.measures.append(Measure(n=one["n"], letter=one["letter"], act=one["act"], status=Outcome.PENDING))
    form = Form(
        n=amendment.form,
        amendment=amendment.id,
        added=[one["n"] for one in amendment.added],
        taken_back=list(amendment.taken_back),
        requested_on=amendment.requested_on or rfa.requested_on,
        earlier_on=rfa.requested_on,
        date_before=before if amendment.requested_on and rfa.requested_on else None,
        documents=docs,
        prepared_by=amendment.prepared_by,
        approved_by=amendment.approved_by,
        approval=amendment.approval,
        sent_by=tx.actor.id,
        sent_at=tx.now,
    )
    rfa.forms.append(form)
    rfa.requested_on, rfa.form, rfa.changed_at = form.requested_on, form.n, tx.now
    return form
