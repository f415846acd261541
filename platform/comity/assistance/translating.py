"""Translations by the language service: asked for by a team, taken by one translator, given or returned.

The service is given one text, sealed to it alone beside the team, in a matter of its own: neither the request nor its
reference, parties, kind or other documents.  Whether an office is the language service, the directory says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from comity.assistance import cover as covers
from comity.assistance import queries, translation_events
from comity.assistance.model import RequestForAssistance
from comity.assistance.translation_model import OPEN, Translation, TranslationStage
from comity.core.errors import Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.deadlines import queries as deadlines
from comity.directory import profile
from comity.directory import queries as directory
from comity.directory.model import Authority
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange import withholding
from comity.exchange.actions import Matter
from comity.exchange.checks import wrong
from comity.exchange.model import Document

SERVICE = "language"
"""The directory's word for the office of the Court that translates."""

NOT_TRANSLATED = ("review",)
"""Purposes of what a team notes for itself: nobody else is ever given it."""


@dataclass(frozen=True)
class Wanted:
    """From which language into which, by which day, and whether the translation is to be certified."""

    source_language: str
    target_language: str
    wanted_on: date
    certified: bool = False


def prepare(tx: Transaction, rfa_id: UUID, document: UUID, wanted: Wanted, service: str | None = None) -> Translation:
    """Begin to ask for the translation of a text that the team holds; then it is sealed, and asked for.

    Whoever prepares the same text again, not having asked, changes what she has prepared.  Raises Invalid, Refused, or
    Withheld where whoever sent the text has not consented to its being given on.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.translate")
    rfa.check("translate")
    team = tx.actor.authority or ""
    _check(tx, team, wanted)
    office = _service(tx, service)
    version = _held(tx, rfa, document)
    found = tx.find(
        Translation,
        Translation.document == document,
        Translation.asked_by == tx.actor.id,
        Translation.stage == TranslationStage.PREPARED,
    )
    translation = found[0] if found else None
    if translation is None:
        day = covers.today(tx, team)
        translation = Translation(
            reference=queries.next_reference(tx, team, office.code, day),
            request=rfa.id, document=document, team=team, service=office.code, asked_by=tx.actor.id,
            **_columns(wanted), document_ver=version, prepared_at=tx.now,
        )  # fmt: skip
        tx.add(translation, to="translation.ask")
    else:
        translation = tx.load(Translation, translation.id, to="translation.ask")
        for name, value in {**_columns(wanted), "document_ver": version, "prepared_at": tx.now}.items():
            setattr(translation, name, value)
    about = (team, rfa.subject, str(document))
    tx.record(translation, translation_events.TranslationPrepared(*about))
    return translation


def _columns(wanted: Wanted) -> dict[str, object]:
    return {
        "source_language": wanted.source_language,
        "target_language": wanted.target_language,
        "wanted_on": wanted.wanted_on,
        "certified": wanted.certified,
    }


def ask(tx: Transaction, translation_id: UUID, docs: Sequence[UUID]) -> Translation:
    """Ask the service for it: the sealed text first, then a file if the text is one.  Raises Invalid or Refused."""
    translation = tx.load(Translation, translation_id, to="translation.ask")
    translation.move("ask")
    _not_past(tx, translation.team, translation.wanted_on)
    translation.source = _released(tx, translation, "source", docs)
    translation.asked_at = tx.now
    languages, day = (translation.source_language, translation.target_language), translation.wanted_on.isoformat()
    asked = translation_events.TranslationAsked(*_about(translation), *languages, translation.certified, day)
    tx.record(translation, asked)
    return translation


def take(tx: Transaction, translation_id: UUID) -> Translation:
    """Take a text that waits: one translator has it.  Raises Refused where a colleague was faster."""
    translation = tx.load(Translation, translation_id, to="translation.take")
    translation.move("take")
    translation.taken_by, translation.taken_at = tx.actor.id, tx.now
    tx.record(translation, translation_events.TranslationTaken(*_about(translation)))
    return translation


def put_back(tx: Transaction, translation_id: UUID) -> Translation:
    """Let a text that was taken wait for a translator again: by any of the service, for whoever has it may be away."""
    translation = tx.load(Translation, translation_id, to="translation.put_back")
    translation.move("put_back")
    had, translation.taken_by, translation.taken_at = translation.taken_by or "", None, None
    tx.record(translation, translation_events.TranslationPutBack(*_about(translation), had))
    return translation


def give(tx: Transaction, translation_id: UUID, docs: Sequence[UUID]) -> Translation:
    """Give the translation: the sealed text first, then its files.  Raises Invalid or Refused."""
    translation = tx.load(Translation, translation_id, to="translation.give")
    translation.move("give")
    translation.answer = _released(tx, translation, "translation", docs)
    translation.ended_at = tx.now
    about = (*_about(translation), translation.asked_by)
    tx.record(translation, translation_events.TranslationGiven(*about))
    return translation


def send_back(tx: Transaction, translation_id: UUID, doc: UUID) -> Translation:
    """Return it with a sealed question or reason; the team asks again if it wants.  Raises Invalid or Refused."""
    translation = tx.load(Translation, translation_id, to="translation.return")
    translation.move("return")
    translation.answer = _released(tx, translation, "question", [doc])
    translation.ended_at = tx.now
    about = (*_about(translation), translation.asked_by)
    tx.record(translation, translation_events.TranslationReturned(*about))
    return translation


def withdraw(tx: Transaction, translation_id: UUID) -> Translation:
    """Ask for it no longer.  Raises Refused where it has ended."""
    translation = tx.load(Translation, translation_id, to="translation.withdraw")
    withdrawn(tx, translation)
    return translation


def withdrawn(tx: Transaction, translation: Translation) -> None:
    """It ends without a translation; for whoever may end it."""
    translation.move("withdraw")
    translation.ended_at = tx.now
    about = (*_about(translation), translation.taken_by or "")
    tx.record(translation, translation_events.TranslationWithdrawn(*about))


def _about(translation: Translation) -> tuple[str, str]:
    return translation.team, translation.service


def matter_of(translation: Translation) -> Matter:
    """The matter of its documents: the team on one side, the service on the other, and nothing of the request."""
    return Matter(translation.id, translation.team, translation.service)


def _released(tx: Transaction, translation: Translation, purpose: str, docs: Sequence[UUID]) -> UUID:
    """Let the other side have a text and its files; gives the text.  Raises Invalid."""
    if not docs:
        raise wrong("/documents", _("Name the sealed text first, then its files."))
    found = exchange.staged(tx, matter_of(translation), purpose, docs[:1])
    found += exchange.staged(tx, matter_of(translation), "attachment", docs[1:])
    if documents.latest(tx, [found[0].id])[found[0].id].author != tx.actor.id:
        raise wrong("/documents/0", _("A colleague has sealed this text: seal it yourself."))
    for document in found:
        exchange.release(tx, document)
    return found[0].id


def _check(tx: Transaction, team: str, wanted: Wanted) -> None:
    """Raises Invalid, with every fault."""
    known, faults = profile.languages(), []
    for field, code in (("source_language", wanted.source_language), ("target_language", wanted.target_language)):
        if code not in known:
            faults.append(Fault(f"/{field}", _("Choose a language of the list.")))
    if wanted.source_language == wanted.target_language:
        faults.append(Fault("/target_language", _("The text is in this language already: choose another.")))
    if faults:
        raise Invalid(_("This cannot be asked for yet: mend what is marked."), faults)
    _not_past(tx, team, wanted.wanted_on)


def _not_past(tx: Transaction, team: str, day: date) -> None:
    here = covers.today(tx, team)
    if day < here:
        raise wrong("/wanted_on", _("This day has passed: choose a later one."))
    if day.year > here.year + covers.FURTHEST:
        raise wrong("/wanted_on", _("This day is too far away: choose an earlier one."))


def offices(tx: Transaction) -> list[Authority]:
    """The language services of the Court."""
    return directory.services(tx, SERVICE)


def _service(tx: Transaction, code: str | None) -> Authority:
    """The service of that code, or the only one.  Raises Invalid or Refused."""
    known = offices(tx)
    if not known:
        raise Refused(_("The directory has no language service: ask your administrator."))
    found = [one for one in known if code in (None, one.code)]
    if len(found) != 1:
        names = ", ".join(one.code for one in known)
        raise wrong("/service", _("Choose one of the language services: %(names)s.", names=names))
    return found[0]


def _held(tx: Transaction, rfa: RequestForAssistance, doc: UUID) -> int:
    """The present version of a text of the request that the team holds.  Raises Invalid, NotFound or Withheld."""
    document = tx.read(Document, doc)
    if document.request != rfa.id or document.purpose in NOT_TRANSLATED:
        raise wrong("/document", _("Choose a text of this request that your team holds."))
    if document.released_at is None and document.sender != tx.actor.authority:
        raise wrong("/document", _("Choose a text of this request that your team holds."))
    version = documents.latest(tx, [doc])[doc]
    withholding.require(tx, document, version, "share")
    return version.ver


def texts(tx: Transaction, rfa: RequestForAssistance) -> list[Document]:
    """The sealed texts and files of a request of which the reader's team can ask for a translation.

    Its own text comes first, then the oldest.
    """
    found = [
        document for document, _version in documents.documents_of(tx, rfa.id) if document.purpose not in NOT_TRANSLATED
    ]
    options = tx.options_of(found)
    found.sort(key=lambda one: one.purpose != "request")
    return [one for one in found if "document.share" in options[one.id]]


def of_request(tx: Transaction, rfa: RequestForAssistance) -> list[Translation]:
    """The translations that were asked for of a request, oldest first; none for anybody outside of the team."""
    if tx.actor.authority not in (rfa.requesting, rfa.requested):
        return []
    asked = (Translation.request == rfa.id, Translation.team == tx.actor.authority)
    return tx.find(
        Translation,
        *asked,
        Translation.stage != TranslationStage.PREPARED,
        order_by=(Translation.asked_at, Translation.id),
    )


def listing(tx: Transaction, *, only_open: bool, reference: str | None = None, limit: int = 200) -> list[Translation]:
    """What was asked of the reader's service, or by her team: what somebody waits for, the most urgent first.

    Then, unless only that is wanted, what has ended, the latest first; `limit` of each.
    """
    one, by_day = Translation, (Translation.wanted_on, Translation.reference)
    named = [one.reference == reference.upper()] if reference else []
    found = tx.find(one, one.stage.in_(OPEN), *named, order_by=by_day, limit=limit)
    if not only_open:
        latest = (one.ended_at.desc(), one.reference)
        found += tx.find(one, one.ended_at.is_not(None), *named, order_by=latest, limit=limit)
    return found


def due_days(tx: Transaction, found: Sequence[Translation]) -> dict[UUID, date]:
    """By which day each of them is due, as its clock stands; the day that was asked for where none runs yet."""
    clocks = deadlines.deadlines_of_many(tx, found)
    return {one.id: clocks[one.subject][0].due_on if clocks[one.subject] else one.wanted_on for one in found}
