"""What programs send about translations, and what they are given of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from comity.accounts import queries as accounts
from comity.assistance import translating
from comity.assistance.model import RequestForAssistance
from comity.assistance.review_views import PersonView
from comity.assistance.translating import Wanted
from comity.assistance.translation_model import Translation
from comity.core.transaction import Transaction
from comity.exchange import queries as documents
from comity.exchange.views import DocumentView, Moment
from comity.web import Body, Query, View
from comity.web.dates import Day

MOST = 100
"""Documents of one translation."""


class TranslateBody(Body):
    """Which text of the request, from which language into which (ISO 639-1), by which day; `service` if several are."""

    document: UUID
    source_language: str = Field(max_length=10)
    target_language: str = Field(max_length=10)
    wanted_on: Day
    certified: bool = False
    service: str | None = Field(None, max_length=8)

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.source_language, self.target_language, self.wanted_on, self.certified)


class PapersBody(Body):
    """The sealed text, then its files."""

    documents: list[UUID] = Field(max_length=MOST)


class TranslationsQuery(Query):
    """`open`: only what somebody still waits for; `reference`: only the one of that reference."""

    open: bool = False
    reference: str | None = Field(default=None, max_length=50)


class TranslationView(View):
    """A translation.  `request` and `document`, from which the text comes, are the asking team's alone.

    `changed`: the document has another version than the one that was asked about; whether its words are others, only
    its readers can see.  `source` is the text as it was sealed to the service; `answer` the translation or, where it
    was `returned`, the question.
    """

    id: UUID
    version: int
    reference: str
    team: str
    service: str
    stage: str
    source_language: str
    target_language: str
    certified: bool
    wanted_on: date
    due_on: date
    asked_by: PersonView
    asked_at: Moment | None
    taken_by: PersonView | None
    taken_at: Moment | None
    ended_at: Moment | None
    source: UUID | None
    answer: UUID | None
    request: UUID | None
    document: UUID | None
    purpose: str | None
    changed: bool
    documents: list[DocumentView]
    options: list[str]


class TranslationList(View):
    items: list[TranslationView]


def views(tx: Transaction, found: Sequence[Translation]) -> list[TranslationView]:
    """Translations, as the actor may see them."""
    if not found:
        return []
    people = {UUID(one) for each in found for one in (each.asked_by, each.taken_by) if one}
    names, due, options = accounts.names(tx, people), translating.due_days(tx, found), tx.options_of(found)
    papers = documents.documents_by_id(tx, [one.document for one in found if one.team == tx.actor.authority])

    def person(account: str) -> PersonView:
        return PersonView(id=account, name=names.get(UUID(account), ""))

    def view(one: Translation) -> TranslationView:
        same: dict[str, Any] = {name: getattr(one, name) for name in SAME}
        from_ = papers.get(one.document)
        mine = one.team == tx.actor.authority
        return TranslationView(
            **same,
            stage=one.stage.value,
            due_on=due[one.id],
            asked_by=person(one.asked_by),
            taken_by=person(one.taken_by) if one.taken_by else None,
            request=one.request if mine else None,
            document=one.document if mine else None,
            purpose=from_[0].purpose if from_ else None,
            changed=mine and (from_ is None or from_[1].ver != one.document_ver) and not _went(from_),
            documents=[DocumentView.of(*pair) for pair in documents.documents_of(tx, one.id)],
            options=possible(one, options[one.id]),
        )

    return [view(one) for one in found]


SAME = (
    "id", "version", "reference", "team", "service", "source_language", "target_language", "certified", "wanted_on",
    "asked_at", "taken_at", "ended_at", "source", "answer",
)  # fmt: skip


def _went(paper: Any) -> bool:
    """Whether the document was released: it is sealed again for others then, and never changed."""
    return paper is not None and paper[0].released_at is not None


def possible(translation: Translation, permitted: set[str]) -> list[str]:
    """What policy permits and the lifecycle allows, by action name."""
    return sorted(
        option for option in permitted if option == "translation.read" or translation.allows(option.partition(".")[2])
    )


def full(tx: Transaction, translation: Translation) -> TranslationView:
    """One translation."""
    return views(tx, [translation])[0]


def of_request(tx: Transaction, rfa: RequestForAssistance) -> list[TranslationView]:
    """Those that the reader's team has asked for of a request; none for anybody else."""
    return views(tx, translating.of_request(tx, rfa))
