"""Templates for the page on which a request is written."""

from __future__ import annotations

from flask_babel import gettext as _

from comity.assistance import kinds, policy
from comity.assistance.model import RequestForAssistance
from comity.library import queries
from comity.library.model import Template
from comity.web.languages import current
from comity.web.layout import template_name
from comity.web.page import current_transaction


@template_name("templates_for")
def templates_for(rfa: RequestForAssistance) -> list[Template]:
    """Those of the reader's team that fit a request."""
    tx = current_transaction()
    letters = [one.letter for one in rfa.measures]
    return queries.in_use(tx, rfa.request_kind, letters) if tx is not None else []


@template_name("template_title")
def template_title(of_kind: str, letter: str | None) -> str:
    """What a template is for."""
    kind = kinds.kind_of(of_kind).name(current())
    if not letter:
        return kind
    return str(_("%(kind)s: %(measure)s", kind=kind, measure=policy.measures()[letter].name(current())))
