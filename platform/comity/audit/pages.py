"""The journal as a story, its verification, and the health of the platform."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from comity.audit import queries
from comity.audit.queries import SUBJECTS, Filter
from comity.audit.story import Story
from comity.core.errors import Fault, Invalid, JournalBroken, NotFound
from comity.core.transaction import Transaction
from comity.web import Pages
from comity.web.identity import person

pages = Pages("audit", __name__)

OF = {
    "rfa": _l("Requests"),
    "document": _l("Documents"),
    "deadline": _l("Periods and dates"),
    "notification": _l("Notices"),
    "session": _l("Sign-ins"),
    "account": _l("Accounts"),
    "keyset": _l("Keys"),
    "access": _l("Refused attempts"),
    "reaction": _l("Failures"),
}
"""What the lines can be narrowed to, in the words of the page."""


@pages.page("/journal", menu=_l("Journal"), roles={"auditor"}, order=10)
def journal(tx: Transaction) -> str:
    """What happened, the newest first."""
    tx.require("journal.read")
    wanted, problem = _filter()
    found = queries.lines(tx, wanted, before=_number("before"), after=_number("after"))
    story = Story(tx, found.entries)
    who = story.person(wanted.who) if wanted.who else None
    return render_template(
        "audit/journal.html", story=story, wanted=wanted, who=who, of=OF, problem=problem, link=_link(wanted),
        newer=_turn(wanted, after=found.newer), older=_turn(wanted, before=found.older),
    )  # fmt: skip


def _filter() -> tuple[Filter, str | None]:
    """What the address asks for; a day that is none is said, and left out."""
    given = {name: request.args.get(name, "").strip()[:200] or None for name in ("about", "who", "of", "day")}
    problem, chosen = None, None
    if given["day"]:
        try:
            chosen = date.fromisoformat(given["day"])
        except ValueError:
            problem = _("Write the day as year, month and day, for example 2026-11-24.")
    someone = person()
    of = given["of"] if given["of"] in SUBJECTS else None
    zone = someone.time_zone if someone else "UTC"
    return Filter(about=given["about"], who=given["who"], of=of, day=chosen, zone=zone), problem


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return min(int(text), 2**31 - 1) if re.fullmatch(r"\d{1,15}", text) else None


def _given(wanted: Filter, **other: Any) -> dict[str, Any]:
    kept = {"about": wanted.about, "who": wanted.who, "of": wanted.of, "day": wanted.day and wanted.day.isoformat()}
    return {name: value for name, value in (kept | other).items() if value is not None}


def _turn(wanted: Filter, **place: int | None) -> str | None:
    return url_for("audit.journal", **_given(wanted, **place)) if any(place.values()) else None


def _link(wanted: Filter) -> Any:
    """Gives the address of the same page with one thing changed."""
    return lambda **other: url_for("audit.journal", **_given(wanted, **other))


@pages.page("/journal/<int:seq>")
def line(tx: Transaction, seq: int) -> str:
    """One line: the sentence, why, what followed, and its exact text and hash."""
    tx.require("journal.read")
    entry = queries.line(tx, seq) if seq < 2**31 else None
    if entry is None:
        raise NotFound(_("There is no such line."))
    cause = queries.line(tx, entry.cause) if entry.cause else None
    followed = queries.caused_by(tx, seq)
    story = Story(tx, [entry, *([cause] if cause else []), *followed])
    return render_template(
        "audit/line.html", told=story.told[0], cause=story.told[1] if cause else None,
        followed=story.told[2 if cause else 1 :], who=story.person(entry.actor),
    )  # fmt: skip


@pages.page("/journal/verify")
def verification(tx: Transaction) -> str:
    """Whether the journal is as it was written."""
    tx.require("journal.read")
    return render_template("audit/verify.html", faults=[], given="")


@pages.page("/journal/verify", methods=["POST"], writes=False)
def verify(tx: Transaction) -> str | tuple[str, int]:
    """Read every line and check the chain, from the first to the head."""
    tx.require("journal.read")
    given = request.form.get("checkpoint", "").strip()
    try:
        checked = queries.verify(tx, since=_checkpoint(given))
    except Invalid as error:
        faults = [("checkpoint", fault.message) for fault in error.faults]
        return render_template("audit/verify.html", faults=faults, given=given), 422
    except JournalBroken as error:
        return render_template("audit/verify.html", broken=error, faults=[], given=given)
    return render_template("audit/verify.html", verified=checked, faults=[], given=given)


def _checkpoint(given: str) -> tuple[int, str] | None:
    if not given:
        return None
    found = re.fullmatch(r"(\d{1,15}):([0-9a-f]{64})", given)
    if found is None:
        problem = _("A checkpoint is a number, a colon and 64 hexadecimal digits.")
        raise Invalid(problem, [Fault("/checkpoint", problem)])
    return int(found[1]), found[2]


@pages.page("/health", menu=_l("Health"), roles={"administrator", "auditor"}, order=70)
def health(tx: Transaction) -> str:
    """Whether the parts of the platform do their work."""
    tx.require("health.read")
    return render_template("audit/health.html", health=queries.health(tx), now=tx.now)
