"""The inbox: what waits for the reader, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from comity.assistance.model import RequestForAssistance
from comity.assistance.translation_model import Translation
from comity.core.transaction import Transaction
from comity.deadlines.model import Deadline
from comity.directory.model import Profile
from comity.web import Pages
from comity.web.resource import LARGEST_NUMBER

from . import actions, queries
from .model import Notification
from .sentences import sentence

PAGE = 50
"""Notices on one page."""

READERS = {"focal point", "cooperation officer", "registry officer", "translator"}

pages = Pages("notifications", __name__, url_prefix="/inbox")


@dataclass(frozen=True)
class Item:
    """A notice as the page shows it; reference, State and date only if the reader may see what they belong to."""

    notice: Notification
    sentence: str
    request: RequestForAssistance | None
    state: str | None
    due_on: date | None
    translation: Translation | None


@pages.page("", menu=_l("Inbox"), roles=READERS)
def inbox(tx: Transaction) -> str:
    after = min(max(request.args.get("after", 0, type=int), 0), LARGEST_NUMBER)
    notices = queries.inbox(tx, limit=PAGE + 1, offset=after)
    return render_template(
        "notifications/inbox.html",
        items=_items(tx, notices[:PAGE]),
        unread=queries.unread(tx),
        before=max(after - PAGE, 0) if after else None,
        after=after + PAGE if len(notices) > PAGE else None,
    )


@pages.page("/<uuid:notification_id>/read", methods=["POST"], roles=READERS)
def mark(tx: Transaction, notification_id: UUID) -> Response:
    """Mark a notice as read, and go to what it is about if the form asks so."""
    notice = actions.mark(tx, notification_id)
    if "open" in request.form and (notice.matter or "").startswith("rfa:"):
        return redirect(f"/requests/{UUID((notice.matter or '').partition(':')[2])}")
    if "open" in request.form and (notice.matter or "").startswith("translation:"):
        return redirect(f"/translations/{UUID((notice.matter or '').partition(':')[2])}")
    return redirect(url_for(".inbox"))


@pages.page("/read", methods=["POST"], roles=READERS)
def mark_all(tx: Transaction) -> Response:
    actions.mark_all(tx)
    return redirect(url_for(".inbox"))


def _items(tx: Transaction, notices: list[Notification]) -> list[Item]:
    """The notices with what the reader may see of their matters: four queries for a page, not two for each."""
    requests = {row.subject: row for row in tx.find(RequestForAssistance, RequestForAssistance.id.in_(_ids(notices)))}
    profiles = {row.subject: row.authority for row in tx.find(Profile, Profile.id.in_(_ids(notices, "profile")))}
    asked = (Translation.id.in_(_ids(notices, "translation")),)
    translations = {row.subject: row for row in tx.find(Translation, *asked)}
    deadlines = {row.subject: row for row in tx.find(Deadline, Deadline.id.in_(_ids(notices, "deadline", "about")))}
    return [
        Item(
            notice,
            sentence(notice.of),
            requests.get(notice.matter or ""),
            profiles.get(notice.matter or ""),
            deadlines[notice.about].due_on if notice.about in deadlines else None,
            translations.get(notice.matter or ""),
        )
        for notice in notices
    ]


def _ids(notices: Iterable[Notification], kind: str = "rfa", field: str = "matter") -> list[UUID]:
    names = {getattr(notice, field) or "" for notice in notices}
    return [UUID(name.partition(":")[2]) for name in sorted(names) if name.startswith(f"{kind}:")]
