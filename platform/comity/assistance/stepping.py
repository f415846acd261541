"""The page of a step: who may take it now, and what every such page is given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import gettext as _

from comity.assistance import showing
from comity.assistance.model import RequestForAssistance, stage_name
from comity.assistance.reading import readers
from comity.core.errors import Denied, Refused
from comity.core.transaction import Transaction


def for_step(tx: Transaction, rfa_id: UUID, step: str) -> RequestForAssistance:
    """The request, for the page of a step that its reader may take now.  Raises NotFound, Denied or Refused."""
    rfa = tx.read(RequestForAssistance, rfa_id)
    if f"rfa.{step}" not in tx.options(rfa):
        raise Denied(_("You can read this, but you may not do this to it."))
    if not showing.opens(rfa, step):
        if rfa.paused and step in ("ask", "answer"):
            raise Refused(_("A question is open: wait for the reply first."))
        raise Refused(
            _("This cannot be done with %(reference)s now: it is %(stage)s.", reference=rfa.reference,
              stage=stage_name(rfa.stage))
        )  # fmt: skip
    return rfa


def sealed(tx: Transaction, rfa_id: UUID, step: str, template: str, **names: Any) -> str:
    """The page of a step that seals or signs in the browser."""
    rfa = for_step(tx, rfa_id, step)
    both = [rfa.requesting, rfa.requested]
    return render_template(
        f"assistance/{template}",
        rfa=rfa,
        step=step,
        readers=readers(tx, [rfa.requesting] if step in ("edit", "approve", "review") else both),
        clocks=showing.clocks(tx, [rfa])[rfa.id],
        **{name: make(rfa) for name, make in names.items()},
    )
