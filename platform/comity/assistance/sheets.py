"""The columns of an exported list, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import gettext as _

from comity.accounts.naming import person_name
from comity.assistance import assigning, exporting, showing
from comity.assistance.disposal_naming import disposal_state
from comity.assistance.exporting import FORMATS, Cell, day_of
from comity.assistance.filtering import Filter
from comity.assistance.model import RequestForAssistance
from comity.assistance.naming import days_left, kind_name, measures_in_words, stage_name
from comity.assistance.tracking import turn_of
from comity.core.transaction import Transaction
from comity.directory.naming import authority_name


def sheet(tx: Transaction, wanted: Filter, ending: str) -> tuple[bytes, str]:
    """The file of a filter and its media type; journalled.  Raises Refused where the list is too long for one file."""
    zone = ZoneInfo(str(get_timezone() or "UTC"))
    rows: list[list[Cell]] = []
    for some in exporting.requests(tx, wanted):
        rows += _rows(tx, some, zone)
    exporting.note(tx, wanted, ending, len(rows))
    return exporting.write(ending, str(_("Requests")), _head(), rows), FORMATS[ending]


def _head() -> list[str]:
    return [
        _("Reference"), _("Kind of request"), _("From"), _("To"), _("Measures"), _("Articles"), _("Stage"),
        _("Next step"), _("Requested date"), _("How it stands"), _("Transmitted"), _("Opened"), _("Acknowledged"),
        _("Answered"), _("Closed"), _("Withdrawn"), _("Reminded"), _("Latest change"), _("Who works on it"),
        _("Documents after the withdrawal"),
    ]  # fmt: skip


def _rows(tx: Transaction, some: Sequence[RequestForAssistance], zone: ZoneInfo) -> list[list[Cell]]:
    clocks, given = showing.clocks(tx, some), assigning.assigned(tx, some)
    found: list[list[Cell]] = []
    for rfa in some:
        clock = clocks[rfa.id].requested
        turn = {"requesting": rfa.requesting, "requested": rfa.requested}.get(turn_of(rfa))
        letters = ", ".join(dict.fromkeys(f"93(1)({one.letter})" for one in rfa.in_force if one.letter))
        moments = (
            rfa.transmitted_at, rfa.opened_at, rfa.acknowledged_at, rfa.answered_at, rfa.closed_at, rfa.withdrawn_at,
            rfa.reminded_at, rfa.changed_at,
        )  # fmt: skip
        found.append(
            [
                rfa.reference, kind_name(rfa), authority_name(rfa.requesting), authority_name(rfa.requested),
                "; ".join(measures_in_words(rfa)), letters, stage_name(rfa.stage),
                authority_name(turn) if turn else None,
                clock.due_on if clock else None, days_left(clock) if clock else None,
                *(day_of(moment, zone) for moment in moments),
                person_name(given[rfa.id]) if rfa.id in given else None, disposal_state(rfa.withdrawal) or None,
            ]
        )  # fmt: skip
    return found
