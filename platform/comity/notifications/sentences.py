"""What an inbox says: a sentence for each event of policies/notifications.toml, in the reader's language."""

from __future__ import annotations

from comity.core.text import _


def sentence(of: str) -> str:
    """What happened, without content; the reference and the date stand beside it."""
    return SENTENCES.get(of, lambda: _("Something happened that concerns you."))()


SENTENCES = {
    "rfa.approved": lambda: _("Your draft was approved. It can be transmitted."),
    "rfa.transmitted": lambda: _("A request was transmitted to your State."),
    "rfa.acknowledged": lambda: _("The State acknowledged the request."),
    "clarification.asked": lambda: _("The State asks a question. The clock stands still until it is answered."),
    "clarification.answered": lambda: _("Your State's question was answered. The clock runs again."),
    "rfa.answered": lambda: _("The State answered the request."),
    "rfa.returned": lambda: _("The request came back to your State: please look at the answer again."),
    "rfa.closed": lambda: _("The answer was accepted and the request is closed."),
    "rfa.withdrawn": lambda: _("The request was withdrawn: nothing more is to be done."),
    "message.sent": lambda: _("A message about a request was sent to your office."),
    "deadline.reminded": lambda: _("A date is near."),
    "deadline.passed": lambda: _("A requested date has passed."),
}
