"""The steps of an explanation as sentences.  A step is data; the words are chosen here, in the reader's language."""

from __future__ import annotations

from comity.core.text import _

from .counting import Step


def sentence(step: Step, locale: str = "en") -> str:
    """What a step says; `locale` chooses name and source of a holiday, everything else follows the reader's catalogue.

    Dates are not inside the sentence: they stand in `step.on` and `step.due`, for the page to write in words.
    """
    words = SENTENCES[step.what]()
    values = dict(step.values)
    french = locale.startswith("fr")
    name = values.pop("fr" if french else "en", "")
    if french and "source_fr" in values:
        values["source"] = values["source_fr"]
    return words % {"days": step.days, "name": name, **values}


SENTENCES = {
    "started": lambda: _("The period starts. This day is not counted."),
    "corrected": lambda: _("The report was corrected: the period is counted anew from the beginning."),
    "agreed": lambda: _("The date that was asked for."),
    "agreed between them": lambda: _("The date on which the parties agreed, instead of the length that the rule has."),
    "same day": lambda: _("To be done on the same day."),
    "counted calendar days": lambda: _("Calendar days counted: %(days)s."),
    "counted back": lambda: _("Calendar days counted back: %(days)s."),
    "counted working days": lambda: _("Working days counted: %(days)s."),
    "counted hours": lambda: _("Hours counted: %(number)s."),
    "counted months": lambda: _("Months counted: %(number)s."),
    "weekend": lambda: _("A day of the weekend: not a working day."),
    "holiday": lambda: _("%(name)s: not a working day (%(source)s)."),
    "stands still": lambda: _("A question is open: the clock stands still from here until it is answered."),
    "stood still": lambda: _("A question was asked: the clock stood still from here."),
    "runs again": lambda: _("The question was answered and the clock runs again. Days added: %(days)s."),
    "returned": lambda: _("The answer was returned and the clock runs again. Days added: %(days)s."),
    "extended by": lambda: _("The period was extended. Days added: %(days)s."),
    "extended to": lambda: _("The period was extended to this new date."),
    "amended to": lambda: _("The request was amended: another date is asked for from then on."),
    "extended at most": lambda: _("Extensions can add no more than this: the rule sets a bound to them."),
    "rolled": lambda: _("The last day was not a working day: the end moves to the next working day."),
    "due": lambda: _("Due at the end of this day (%(zone)s)."),
    "due at an hour": lambda: _("Due at %(hour)s on this day (%(zone)s)."),
    "met": lambda: _("Done: the clock has stopped."),
    "ended": lambda: _("The matter ended and the clock with it."),
}  # fmt: skip
"""Every step that `counting` can make, and its sentence."""
