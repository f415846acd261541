"""Names of measures that are asked for, forms of a request and their receipts, for templates."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from comity.assistance import amendments, kinds, policy
from comity.assistance.amendment_model import Form
from comity.assistance.model import RequestForAssistance
from comity.assistance.supplement_model import Supplement
from comity.assistance.timeline import Fact
from comity.exchange.model import Document
from comity.web.languages import current
from comity.web.layout import template_name


@template_name("asked_name")
def asked_name(rfa: RequestForAssistance, letter: str | None, act: str | None) -> str:
    """A measure that is not a row of a request yet, in words."""
    if letter is None:
        kind = kinds.kind_of(rfa.request_kind)
        return (kind.act(act) or kind).name(current())
    found = policy.act_of(letter, act)
    name = policy.measures()[letter].name(current())
    return str(_("%(measure)s: %(kind)s", measure=name, kind=found.name(current()))) if found else name


@template_name("covers_of")
def covers_of(rfa: RequestForAssistance) -> list[dict[str, Any]]:
    """The cover of every form, for a browser that compares them with what was signed."""
    return amendments.covers_of(rfa)


@template_name("form_of")
def form_of(rfa: RequestForAssistance, document: Document) -> Form | None:
    """The form that a document came with."""
    return next((one for one in rfa.forms if str(document.id) in one.documents), None)


@template_name("later_of")
def later_of(rfa: RequestForAssistance, document: Document) -> Form | Supplement | None:
    """The amendment or supplement that a document came with."""
    came: list[Form | Supplement] = [*rfa.forms, *rfa.supplements]
    return next((one for one in came if str(document.id) in one.documents), None)


@template_name("is_amendment")
def is_amendment(one: Form | Supplement) -> bool:
    """Whether it is a form, and not a supplement."""
    return isinstance(one, Form)


@template_name("not_acknowledged")
def not_acknowledged(rfa: RequestForAssistance, fact: Fact) -> bool:
    """Whether a fact is that something came later, and nobody has acknowledged its receipt."""
    if fact.name == "rfa.amended":
        return any(is_amendment(one) and one.n == fact.data["form"] for one in rfa.later)
    if fact.name == "rfa.supplemented":
        return any(not is_amendment(one) and one.n == fact.data["supplement"] for one in rfa.later)
    return False


@template_name("form_notes")
def form_notes(rfa: RequestForAssistance) -> dict[int, tuple[int | None, int | None]]:
    """For each measure that an amendment has to do with: the form in which it came, and the one that took it back."""
    came, gone = amendments.came_in(rfa), rfa.taken_back
    return {n: (came.get(n), gone.get(n)) for n in came | gone}
