"""Names of measures, outcomes, grounds and dates, for templates."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from comity.assistance import kinds, policy, portfolio_policy, showing
from comity.assistance.model import Measure, RequestForAssistance
from comity.assistance.showing import Clock
from comity.web.formatting import date_text
from comity.web.languages import current
from comity.web.layout import template_name


@template_name("measure_name")
def measure_name(measure: Measure) -> str:
    """A measure of article 93(1) in words, or the kind of request where that is what is asked."""
    if measure.letter is None:
        return kinds.kind_of(measure.request.request_kind).name(current())
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
        return in_the_statute(kinds.kind_of(measure.request.request_kind).basis)
    return in_the_statute(policy.measures()[measure.letter].basis)


@template_name("kind_name")
def kind_name(rfa: RequestForAssistance) -> str:
    """The kind of a request in words."""
    return kinds.kind_of(rfa.request_kind).name(current())


@template_name("checklist_of")
def checklist_of(rfa: RequestForAssistance) -> kinds.Checklist:
    """What its text must say, or say why not."""
    return kinds.checklist_of(rfa.request_kind)


@template_name("in_the_statute")
def in_the_statute(basis: str) -> str:
    """The basis of a catalogue entry, with the Statute called as the reader calls it."""
    article = basis.removeprefix("Statute art. ")
    return basis if article == basis else str(_("Statute art. %(article)s", article=article))


@template_name("outcome_name")
def outcome_name(status: str) -> str:
    """What became of a measure; none of these is a reproach."""
    names: dict[str, str] = {
        "pending": _("No outcome yet"),
        "executed": _("Executed"),
        "partly_executed": _("Partly executed"),
        "nothing_found": _("Nothing found"),
        "not_possible": _("Not possible"),
    }
    return names[status]


@template_name("outcomes_of")
def outcomes_of(rfa: RequestForAssistance) -> list[dict[str, object]]:
    """The outcomes as the page shows them, for a browser that compares them with what was signed."""
    return [{"n": one.n, "outcome": one.status.value, "ground": one.ground} for one in rfa.measures]


@template_name("ground_name")
def ground_name(ground: str | None) -> str:
    """What stands in the way."""
    return policy.grounds()[ground].name(current()) if ground else ""


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
        "rfa.approved": _("Approved by a second officer"),
        "rfa.reminded": _("Reminder sent"),
        "rfa.assigned": _("Given to somebody of your office"),
        "rfa.transmitted": _("Transmitted"),
        "rfa.opened": _("Opened for the first time"),
        "rfa.acknowledged": _("Receipt acknowledged"),
        "clarification.asked": _("Question asked: the requested date stands still"),
        "clarification.answered": _("Question answered: the requested date runs again"),
        "rfa.answered": _("Answer sent"),
        "rfa.returned": _("Answer returned"),
        "rfa.closed": _("Answer accepted: request closed"),
        "rfa.withdrawn": _("Withdrawn"),
    }
    return names[name]


@template_name("reason_name")
def reason_name(reason: str) -> str:
    """Why no reminder goes out."""
    every = portfolio_policy.chosen().reminder.every
    names: dict[str, str] = {
        "paused": _("its date stands still"),
        "not_with_state": _("the next step is not the State's"),
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
        "message": _("Message"),
        "attachment": _("File of a message"),
    }
    return names[purpose]


@template_name("day_with_state")
def day_with_state(clock: Clock) -> str:
    """A date and how it stands, in one phrase for those who read it aloud."""
    return f"{date_text(clock.due_on)}: {days_left(clock)}"
