"""The page of one's calendar address, and what stands at the address itself."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from comity.assistance import calendar_feed
from comity.core.settings import settings
from comity.core.transaction import Transaction, transaction
from comity.web import Pages

calendar = Pages("calendar", __name__, url_prefix="/calendar")

PER_HOUR = 60
"""How often one address is answered in an hour: calendar programs ask every few minutes at most."""


@calendar.page("/")
def index(tx: Transaction) -> str:
    """What a calendar address is, and whether one has one."""
    return _shown(tx, None)


@calendar.page("/new", methods=["POST"])
def make(tx: Transaction) -> str:
    """A new address, shown this once."""
    token = calendar_feed.make(tx)
    address = url_for("assistance.calendar.feed", token=token)
    return _shown(tx, f"{settings().server.public_url}{address}")


@calendar.page("/revoke", methods=["POST"])
def revoke(tx: Transaction) -> AnyResponse:
    """Make the address open nothing."""
    calendar_feed.revoke(tx)
    flash(_("The address opens nothing any more. Remove it from your calendar program."))
    return redirect(url_for("assistance.calendar.index"), 303)


def _shown(tx: Transaction, address: str | None) -> str:
    return render_template(
        "assistance/calendar.html",
        address=address,
        own=calendar_feed.own(tx),
        offered=calendar_feed.offered(tx.actor.authority),
    )


@calendar.page("/<token>.ics", public=True)
def feed(token: str) -> Response:
    """Dates for a calendar program, which has no session: the address itself is the key to them."""
    key = f"calendar {calendar_feed.hashed(token)}"
    for limiter in current_app.extensions["limiter"]:
        with limiter.limit(f"{PER_HOUR} per hour", key_func=lambda: key):
            account = calendar_feed.owner(token)
    if account is None:
        abort(404)
    with force_locale(account.locale), transaction(account.actor, writes=False) as tx:
        content = calendar_feed.written(tx, token, str(_("Cooperation date")))
    return Response(content, mimetype="text/calendar")
