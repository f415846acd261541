"""What programs send about amendments, and what they are given of them and of the forms of a request."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from comity.accounts import queries as accounts
from comity.assistance import amending, amendments
from comity.assistance.amendments import Changes
from comity.assistance.bodies import MOST, MeasureBody, ResealedBody
from comity.assistance.cover import Asked
from comity.assistance.model import Measure, RequestForAssistance
from comity.assistance.review_views import PersonView
from comity.core.transaction import Transaction
from comity.exchange.views import Moment
from comity.web import Body, View
from comity.web.dates import Day
from comity.web.resource import LARGEST_NUMBER


class AmendBody(Body):
    """Measures that come in, numbers of measures that are taken back, another requested date; null leaves it."""

    add: list[MeasureBody] = Field(default_factory=list, max_length=MOST)
    take_back: list[int] = Field(default_factory=list, max_length=MOST)
    requested_on: Day | None = None

    @property
    def changes(self) -> Changes:
        """What it changes; a number that no measure can have is one that the request does not have."""
        asked = [Asked(one.letter, one.act) for one in self.add]
        return Changes(asked, [min(n, LARGEST_NUMBER) for n in self.take_back], self.requested_on)


class TransmitAmendmentBody(Body):
    """The approved documents, the text first, each sealed again for both parties."""

    documents: list[ResealedBody] = Field(max_length=MOST)


class MeasureView(View):
    """`consent`: how the consent stands of whoever gave the Court what it handed over.

    `form` is the form of the request in which it came in, `taken_back` the one that took it back, if any did.
    """

    n: int
    letter: str | None
    act: str | None
    status: str
    ground: str | None
    consent: str | None
    form: int
    taken_back: int | None

    @classmethod
    def of(cls, measure: Measure, form: int, taken_back: int | None) -> MeasureView:
        same = {name: getattr(measure, name) for name in ("n", "letter", "act", "ground")}
        consent = measure.consent.value if measure.consent else None
        return cls(**same, status=measure.status.value, consent=consent, form=form, taken_back=taken_back)

    @classmethod
    def all_of(cls, rfa: RequestForAssistance) -> list[MeasureView]:
        """The measures that a request asks for and has asked for."""
        came, gone = amendments.came_in(rfa), rfa.taken_back
        return [cls.of(one, came.get(one.n, 1), gone.get(one.n)) for one in rfa.measures]


class AskedView(View):
    """One measure of a cover."""

    n: int
    letter: str | None
    act: str | None


class CoverView(View):
    """The cover of one form, as it is sealed and compared; the first form's sealed cover names no form."""

    kind: str
    reference: str
    requesting: str
    requested: str
    requested_on: date | None
    situation: bool
    basis: str | None
    form: int
    measures: list[AskedView]

    @classmethod
    def of(cls, cover: dict[str, Any]) -> CoverView:
        return cls(**{"form": 1, **cover})


class FormView(View):
    """A form of a request: what it asks for, and what has changed from the one before.

    `date_before` is how the requested date stood where it was changed.  The first form, which is the request itself,
    has neither documents nor acknowledgement of its own here.
    """

    n: int
    cover: CoverView
    added: list[int]
    taken_back: list[int]
    date_before: date | None
    documents: list[UUID]
    approved_by: PersonView | None
    approval: str | None
    sent_at: Moment | None
    acknowledgement: str | None
    acknowledged_at: Moment | None


class AmendmentView(View):
    """An amendment that is being prepared: the requesting side's alone."""

    form: int
    version: int
    add: list[AskedView]
    take_back: list[int]
    requested_on: date | None
    cover: CoverView
    documents: list[UUID]
    prepared_by: PersonView
    prepared_at: Moment
    changed_by: PersonView
    approved_by: PersonView | None
    approval: str | None
    options: list[str]


def forms(tx: Transaction, rfa: RequestForAssistance) -> list[FormView]:
    """Every form of a request, the first one first."""
    covers = amendments.covers_of(rfa)
    people = accounts.names(tx, {UUID(form.approved_by) for form in rfa.forms})
    nothing: dict[str, Any] = dict.fromkeys(
        ("date_before", "approved_by", "approval", "acknowledgement", "acknowledged_at")
    )
    first = FormView(
        **nothing,
        n=1,
        cover=CoverView.of(covers[0]),
        added=[],
        taken_back=[],
        documents=[],
        sent_at=rfa.transmitted_at,
    )
    return [first] + [
        FormView(
            n=form.n,
            cover=CoverView.of(covers[form.n - 1]),
            added=form.added,
            taken_back=form.taken_back,
            date_before=form.date_before,
            documents=[UUID(doc) for doc in form.documents],
            approved_by=PersonView(id=form.approved_by, name=people.get(UUID(form.approved_by), "")),
            approval=b64encode(form.approval).decode(),
            sent_at=form.sent_at,
            acknowledgement=b64encode(form.acknowledgement).decode() if form.acknowledgement else None,
            acknowledged_at=form.acknowledged_at,
        )
        for form in rfa.forms
    ]


def prepared(tx: Transaction, rfa: RequestForAssistance) -> AmendmentView | None:
    """The amendment that is being prepared, as the actor may see it."""
    found = amendments.prepared(tx, rfa) if rfa.transmitted_at is not None else None
    if found is None:
        return None
    who = {UUID(one) for one in (found.prepared_by, found.changed_by, found.approved_by) if one}
    names = accounts.names(tx, who)

    def person(account: str) -> PersonView:
        return PersonView(id=account, name=names.get(UUID(account), ""))

    return AmendmentView(
        form=found.form,
        version=found.version,
        add=[AskedView(**one) for one in found.added],
        take_back=found.taken_back,
        requested_on=found.requested_on,
        cover=CoverView.of(amendments.cover_of(rfa, found)),
        documents=[document.id for document, _version in amending.going(tx, rfa)],
        prepared_by=person(found.prepared_by),
        prepared_at=found.prepared_at,
        changed_by=person(found.changed_by),
        approved_by=person(found.approved_by) if found.approved_by else None,
        approval=b64encode(found.approval).decode() if found.approval else None,
        options=sorted(tx.options(found) - {"amendment.prepare"}),
    )
