"""Names of handling limits, uses and consents, for templates."""

from __future__ import annotations

from flask_babel import gettext as _

from comity.assistance import handling
from comity.assistance.consent_model import Consent
from comity.web.languages import current
from comity.web.layout import template_name


@template_name("every_limit")
def every_limit() -> list[handling.Limit]:
    """The limits of the catalogue."""
    return list(handling.limits().values())


@template_name("every_use")
def every_use() -> list[handling.Use]:
    """The uses of the catalogue."""
    return list(handling.uses().values())


@template_name("limit_name")
def limit_name(limit: str) -> str:
    """A limit in words."""
    return handling.limit_of(limit).name(current())


@template_name("use_name")
def use_name(use: str) -> str:
    """A use in words."""
    return handling.uses()[use].name(current())


@template_name("consent_state")
def consent_state(one: Consent) -> str:
    """What the sender of the document has said."""
    names: dict[str, str] = {
        "": _("Not decided yet"),
        "none": _("Refused: the limits stay"),
        "use": _("Given for this use"),
        "whole": _("Given for every use"),
        "withdrawn": _("Withdrawn for the future"),
    }
    return names[one.said]
