"""What the auditor and the administrator see first."""

from __future__ import annotations

from flask import render_template

from comity.audit import queries
from comity.audit.queries import Filter
from comity.audit.story import Story
from comity.core.transaction import Transaction
from comity.web.home import panel

LATEST = 12
"""Lines on the first page."""


@panel(10, roles={"auditor"})
def latest_lines(tx: Transaction) -> str:
    """The newest lines of the journal."""
    found = queries.lines(tx, Filter())
    return render_template("audit/home_journal.html", story=Story(tx, found.entries[:LATEST]))


@panel(10, roles={"administrator"})
def health(tx: Transaction) -> str:
    """Whether all is well, and where to look if not."""
    return render_template("audit/home_health.html", health=queries.health(tx))
