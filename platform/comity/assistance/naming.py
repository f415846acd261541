"""Names of measures, outcomes, grounds and dates, for templates."""

from __future__ import annotations

import re
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from comity.assistance import (
    addressees,
    amendment_naming,  # noqa: F401  (its names are names of this domain)
    disposal_naming,  # noqa: F401  (and these)
    grounds,
    handling_naming,  # noqa: F401  (its names are names of this domain)
    kinds,
    occurrences,
    policy,
    portfolio_policy,
    showing,
    standing,
    translation_naming,  # noqa: F401  (and its names too)
)
from comity.assistance.consultation_model import Consultation
from comity.assistance.model import Measure, RequestForAssistance
from comity.assistance.showing import Clock
from comity.directory.naming import authority_name
from comity.exchange.model import Document
from comity.web.formatting import date_text
from comity.web.languages import current
from comity.web.layout import template_name
from comity.web.page import current_transaction


@template_name("measure_name")
def measure_name(measure: Measure) -> str:
    """A measure of article 93(1) in words, or an act of the kind, or the kind itself where that is what is asked."""
    if measure.letter is None:
        return measure.of_its_kind.name(current())
    act = policy.act_of(measure.letter, measure.act)
    name = policy.measures()[measure.letter].name(current())
    return str(_("%(measure)s: %(kind)s", measure=name, kind=act.name(current()))) if act else name


@template_name("measures_in_words")
def measures_in_words(rfa: RequestForAssistance) -> list[str]:
    """The measures of a request, short."""
    return showing.measures_in_words(rfa, current())


@template_name("measure_article")
def measure_article(measure: Measure) -> str:
    """Where the Statute names it."""
    if measure.letter is None:
        return in_the_statute(measure.of_its_kind.basis)
    return in_the_statute(policy.measures()[measure.letter].basis)


@template_name("letter_name")
def letter_name(letter: str) -> str:
    """What a letter of article 93(1) stands for."""
    kind = policy.measures()[letter]
    return f"{kind.name(current())}, {in_the_statute(kind.basis)}"


@template_name("letters")
def letters() -> list[tuple[str, str]]:
    """The measures of article 93(1), to choose from."""
    return [(letter, letter_name(letter)) for letter in policy.measures()]


@template_name("kind_name")
def kind_name(rfa: RequestForAssistance) -> str:
    """The kind of a request in words."""
    return kinds.kind_of(rfa.request_kind).name(current())


@template_name("addressee_of")
def addressee_of(rfa: RequestForAssistance) -> str:
    """How the one who is asked stands, where that is to be said: nothing for another State Party."""
    parts = [str(_("the State of the situation"))] if rfa.situation else []
    basis = addressees.bases().get(rfa.basis or "")
    if basis is not None:
        parts.append(f"{basis.name(current())} ({in_the_statute(basis.basis)})")
    return "; ".join(parts)


@template_name("other_party")
def other_party(rfa: RequestForAssistance) -> str:
    """The party of a request to which the reader does not belong, by its code."""
    tx = current_transaction()
    own = tx.actor.authority if tx is not None else None
    return rfa.requested if own == rfa.requesting else rfa.requesting


@template_name("with_direction")
def with_direction(rfa: RequestForAssistance) -> str:
    """The other party, and who has asked: for readers whose office does both."""
    other = other_party(rfa)
    name = authority_name(other)
    return str(_("To %(party)s", party=name) if other == rfa.requested else _("From %(party)s", party=name))


@template_name("checklist_of")
def checklist_of(rfa: RequestForAssistance) -> kinds.Checklist:
    """What its text must say, or say why not."""
    return kinds.checklist_of(rfa.request_kind)


@template_name("in_the_statute")
def in_the_statute(basis: str) -> str:
    """The basis of a catalogue entry, with Statute and Rules called as the reader calls them."""
    return "; ".join(_source(part) for part in basis.split("; "))


def _source(part: str) -> str:
    if article := re.fullmatch(r"Statute art\. (.+)", part):
        return str(_("Statute art. %(article)s", article=article[1]))
    if rules := re.fullmatch(r"Rules (\S+) and (\S+)", part):
        return str(_("Rules %(one)s and %(other)s", one=rules[1], other=rules[2]))
    rule = re.fullmatch(r"Rule (\S+)", part)
    return str(_("Rule %(number)s", number=rule[1])) if rule else part


@template_name("outcome_name")
def outcome_name(status: str) -> str:
    """What became of a measure; none of these is a reproach."""
    names: dict[str, str] = {
        "pending": _("No outcome yet"),
        "in_progress": _("Under way"),
        "executed": _("Executed"),
        "partly_executed": _("Partly executed"),
        "nothing_found": _("Nothing found"),
        "postponed": _("Postponed"),
        "modification_required": _("For the Court to modify"),
        "not_possible": _("Not possible"),
        "denied": _("Denied"),
        "withdrawn": _("Withdrawn"),
    }
    return names[status]


@template_name("consent_name")
def consent_name(consent: str) -> str:
    """How the consent stands of whoever gave the Court what is handed over."""
    names: dict[str, str] = {
        "not_needed": _("Nobody's consent is needed"),
        "recorded": _("Consent recorded"),
        "withheld": _("Consent withheld"),
    }
    return names[consent]


@template_name("outcomes_of")
def outcomes_of(rfa: RequestForAssistance) -> list[dict[str, object]]:
    """The outcomes as the page shows them, for a browser that compares them with what was signed."""
    return [{"n": one.n, "outcome": one.status.value, "ground": one.ground} for one in rfa.measures]


@template_name("ground_name")
def ground_name(ground: str | None) -> str:
    """What stands in the way."""
    return grounds.ground_of(ground).name(current()) if ground else ""


@template_name("ending_name")
def ending_name(outcome: str) -> str:
    """How a consultation ends."""
    return grounds.endings()[outcome].name(current())


@template_name("every_ask")
def every_ask() -> list[grounds.Ask]:
    """What the form of a consultation may ask for."""
    return list(grounds.asks().values())


@template_name("every_ending")
def every_ending() -> list[grounds.Ending]:
    """How consultations may end."""
    return list(grounds.endings().values())


@template_name("part_number")
def part_number(rfa: RequestForAssistance, document: Document) -> str:
    """The number of the part that a document came with."""
    return next((str(one.n) for one in rfa.instalments if str(document.id) in one.documents), "")


@template_name("consultation_state")
def consultation_state(rfa: RequestForAssistance, one: Consultation) -> str:
    """How a consultation stands: how it ended, or what it waits for."""
    if not one.open:
        return ending_name(one.outcome or "")
    if not rfa.allows("meet"):
        return str(_("Ended with the request"))
    if one.proposed:
        return str(_("Open: an outcome is proposed"))
    return str(_("Open"))


@template_name("postponed_until")
def postponed_until(rfa: RequestForAssistance, measure: Measure) -> date | None:
    """The agreed date of what is postponed."""
    one = standing.postponed_by(rfa, measure)
    return one.until if one else None


@template_name("days_left")
def days_left(clock: Clock) -> str:
    """How a date stands, without blame."""
    if clock.state == "paused":
        return str(_("Paused while a question is open"))
    if clock.state == "met":
        return str(_("Done"))
    if clock.state == "ended":
        return str(_("No longer runs"))
    if clock.state == "planned":
        return str(_("Runs from transmission"))
    if clock.state == "past" and not clock.asked:
        return str(ngettext("%(num)s day past this date", "%(num)s days past this date", clock.days))
    if clock.state == "past":
        return str(ngettext("%(num)s day past the requested date", "%(num)s days past the requested date", clock.days))
    if clock.days == 0:
        return str(_("No working day left after today"))
    return str(ngettext("%(num)s working day left", "%(num)s working days left", clock.days))


@template_name("stage_name")
def stage_name(stage: str) -> str:
    """The stage, as the list's filter names it."""
    names: dict[str, str] = {
        "draft": _("Draft"),
        "approved": _("Approved"),
        "transmitted": _("Transmitted"),
        "acknowledged": _("Acknowledged"),
        "answered": _("Answered"),
        "closed": _("Closed"),
        "withdrawn": _("Withdrawn"),
    }
    return names[stage]


@template_name("fact_name")
def fact_name(name: str) -> str:
    """What happened, as the timeline says it."""
    names: dict[str, str] = {
        "rfa.drafted": _("Draft begun"),
        "rfa.edited": _("Draft changed: it needs approval"),
        "rfa.approved": _("Approved by a colleague"),
        "review.asked": _("Review asked for"),
        "review.given": _("Review given"),
        "review.taken_over": _("Review taken over by the deputy"),
        "review.withdrawn": _("Review no longer asked for"),
        "translation.asked": _("Translation asked for"),
        "translation.taken": _("Translation taken by a translator"),
        "translation.put_back": _("Translation waits for a translator again"),
        "translation.given": _("Translation given"),
        "translation.returned": _("Translation returned with a question"),
        "translation.withdrawn": _("Translation no longer asked for"),
        "rfa.reminded": _("Reminder sent"),
        "rfa.assigned": _("Given to somebody of your office"),
        "rfa.transmitted": _("Transmitted"),
        "rfa.linked": _("Linked to another request"),
        "rfa.unlinked": _("Link taken back"),
        "rfa.redirected": _("Asked of whoever has control of it"),
        "rfa.expedited": _("Urgency changed"),
        "rfa.confirmed": _("Formally confirmed"),
        "rfa.opened": _("Opened for the first time"),
        "rfa.acknowledged": _("Receipt acknowledged"),
        "clarification.asked": _("Question asked: the requested date stands still"),
        "clarification.answered": _("Question answered: the requested date runs again"),
        "part.delivered": _("A part delivered"),
        "consultation.opened": _("Consultation opened"),
        "consultation.met": _("Meeting recorded"),
        "consultation.proposed": _("Outcome of the consultation proposed"),
        "consultation.settled": _("Consultation ended"),
        "measure.denied": _("Denied, with reasons"),
        "measure.resumed": _("What was postponed goes on"),
        "rfa.postponed": _("Everything still to be done is postponed"),
        "extension.asked": _("Another date asked for"),
        "rfa.extended": _("Another date granted"),
        "extension.declined": _("The requested date stays"),
        "rfa.supplemented": _("Request supplemented"),
        "supplement.acknowledged": _("Receipt of a supplement acknowledged"),
        "rfa.amended": _("Request amended"),
        "amendment.prepared": _("Amendment begun"),
        "amendment.changed": _("Amendment changed: it needs approval"),
        "amendment.approved": _("Amendment approved by a colleague"),
        "amendment.discarded": _("Amendment discarded"),
        "amendment.acknowledged": _("Receipt of an amendment acknowledged"),
        "consent.asked": _("Consent asked for"),
        "consent.given": _("Consent given"),
        "consent.refused": _("Consent refused"),
        "consent.withdrawn": _("Consent withdrawn for the future"),
        "rfa.answered": _("Answer sent"),
        "consent.stated": _("Consent of whoever gave it to the Court"),
        "rfa.returned": _("Answer returned"),
        "rfa.closed": _("Answer accepted: request closed"),
        "rfa.withdrawn": _("Withdrawn"),
        "disposal.confirmed": _("Said what became of the documents"),
    }
    reported = occurrences.catalogue().get(name)
    return names[name] if reported is None else reported.name(current())


@template_name("reason_name")
def reason_name(reason: str) -> str:
    """Why no reminder goes out."""
    every = portfolio_policy.chosen().reminder.every
    names: dict[str, str] = {
        "paused": _("its date stands still"),
        "not_with_state": _("the next step is not the other party's"),
        "no_date": _("no date runs for it"),
        "not_due": _("its date has not passed yet"),
        "reminded": str(ngettext("reminded within the last day", "reminded within the last %(num)s days", every)),
    }
    return names[reason]


@template_name("purpose_name")
def purpose_name(purpose: str) -> str:
    """What a step of the exchange was."""
    names: dict[str, str] = {
        "request": _("The request"),
        "annex": _("Annex"),
        "question": _("Question"),
        "reply": _("Reply"),
        "answer": _("Answer"),
        "return": _("Return"),
        "extension": _("Reason for another date"),
        "decision": _("Decision about another date"),
        "message": _("Message"),
        "attachment": _("File of a message"),
        "part": _("Part"),
        "consultation": _("Consultation opened"),
        "meeting": _("Note of a meeting"),
        "proposal": _("Proposed outcome of a consultation"),
        "agreement": _("Agreement to the outcome"),
        "denial": _("Denial, with reasons"),
        "supplement": _("Supplement of the request"),
        "amendment": _("Amendment of the request"),
        "use": _("Why consent is asked for"),
        "consent": _("Decision about consent"),
        "review": _("Note of a review"),
        "source": _("Text to be translated"),
        "translation": _("Translation"),
        "withdrawal": _("Reasons of the withdrawal"),
        "disposal": _("Note on what became of the documents"),
    }
    return names[purpose]


@template_name("day_with_state")
def day_with_state(clock: Clock) -> str:
    """A date and how it stands, in one phrase for those who read it aloud."""
    return f"{date_text(clock.due_on)}: {days_left(clock)}"
