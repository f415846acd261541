"""Names of what became of the documents of a withdrawn request, for templates."""

from __future__ import annotations

from flask_babel import gettext as _

from comity.assistance import disposals
from comity.assistance.withdrawal_model import Withdrawal
from comity.core.errors import PolicyError
from comity.web.languages import current
from comity.web.layout import template_name


@template_name("fate_name")
def fate_name(fate: str) -> str:
    """What became of the documents."""
    names: dict[str, str] = {
        "destroyed": _("Destroyed"),
        "returned": _("Returned to the sender"),
        "kept": _("Kept"),
    }
    return names[fate]


@template_name("kept_for_name")
def kept_for_name(reason: str) -> str:
    """Why documents are kept.  Raises PolicyError where the catalogue lost the reason."""
    try:
        return disposals.reasons()[reason].name(current())
    except KeyError:
        raise PolicyError(f"disposal.toml: documents are kept for {reason!r}, which is not there any more.") from None


@template_name("disposal_state")
def disposal_state(one: Withdrawal | None) -> str:
    """What became of the documents, or that it is not known; nothing where nobody asks."""
    if one is None or not one.asked:
        return ""
    if one.fate is None:
        return str(_("Not said yet"))
    return f"{fate_name(one.fate)}: {kept_for_name(one.kept_for)}" if one.kept_for else fate_name(one.fate)
