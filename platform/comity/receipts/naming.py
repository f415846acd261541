"""Evidence in words: what a receipt proves, and on whose word."""

from __future__ import annotations

from flask_babel import gettext as _

from comity.receipts.queries import Evidence
from comity.web.layout import template_name


@template_name("evidence_name")
def evidence_name(found: Evidence) -> str:
    """What happened, by the terms of registered delivery."""
    names: dict[str, str] = {
        "submission_accepted": _("Submission accepted"),
        "submission_rejected": _("Submission rejected"),
        "made_available": _("Made available to the other side"),
        "granted": _("Sealed anew, for newer keys or further readers"),
        "notified": _("Notice sent by e-mail"),
        "retrieved": _("Retrieved"),
        "acknowledged": _("Receipt acknowledged by a person"),
        "disposed": _("Signed: what became of the documents"),
    }
    return names[found.kind]


@template_name("evidence_strength")
def evidence_strength(found: Evidence) -> str:
    """On whose word it stands, and what it does not say."""
    if found.kind == "acknowledged" and found.strength == "signed":
        return str(_("Signed by the recipient. This is the strongest evidence of receipt."))
    if found.kind == "disposed":
        return str(_("Signed by a person of the requested party, over every document that it had received."))
    names: dict[str, str] = {
        "submission_accepted": _("Names what the sender signed, and that the platform took it."),
        "submission_rejected": _("Recorded by the platform."),
        "made_available": _("Recorded by the platform: from then on the other side could open it."),
        "granted": _("Names what was signed for it, and since when the platform has it."),
        "notified": _("A mail server took the notice over. It does not show that anybody read it."),
        "retrieved": _("The platform handed the sealed document out. It does not show that anybody read it."),
        "acknowledged": _("Recorded by the platform."),
    }
    return names[found.kind]
