"""States' requirement profiles for programs: what counts on a day, and the next version of one's own."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from comity.core.errors import NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory import profiles, publishing, queries
from comity.directory.model import Profile
from comity.directory.profile import Content
from comity.web import Api, if_match
from comity.web.resource import Body, Query, View

profile_api = Api("profiles", __name__)


class OnQuery(Query):
    """A day; without one, today where the State is."""

    on: date | None = None


class LaterView(View):
    """The version whose channel and languages count from a later day [Rule 180]."""

    n: int
    effective_on: date
    channels_and_languages: Content


class ProfileView(View):
    """What counts on a day: version `n`, but channel and languages as version `channels_n` says; 0 is the empty one."""

    authority: str
    on: date
    n: int
    channels_n: int
    content: Content
    later: LaterView | None


class PreparedView(View):
    """The change that one's State prepares; seen by nobody else until it is published."""

    version: int
    content: Content

    @classmethod
    def of(cls, row: Profile) -> PreparedView:
        return cls(version=row.version, content=row.said)


class PublishedView(View):
    n: int
    effective_on: date | None


class ContentBody(Body):
    content: Content


@profile_api.get("/<code>/profile", query=OnQuery, answers=ProfileView)
def profile(tx: Transaction, code: str, query: OnQuery) -> ProfileView:
    """What a State's profile says, as it counts on a day."""
    state = queries.authority(tx, code)
    if state is None or state.of != "state":
        raise NotFound(_("There is no State of that code."))
    day = query.on or tx.now.astimezone(ZoneInfo(state.time_zone)).date()
    found = profiles.in_force(tx, code, day)
    later = None
    if found.later is not None and found.later.effective_on is not None:
        said = found.later.said
        only = Content(channels=said.channels, languages=said.languages, manner=said.manner)
        later = LaterView(n=found.later.n, effective_on=found.later.effective_on, channels_and_languages=only)
    return ProfileView(
        authority=code, on=day, n=found.n, channels_n=found.channels_n, content=found.content, later=later
    )


@profile_api.post("/own/profile", answers=PreparedView)
def begin_profile(tx: Transaction) -> PreparedView:
    """Begin the next version of one's own profile, or go on with the one that is being prepared."""
    row = publishing.begin(tx)
    return PreparedView.of(row)


@profile_api.resource("PUT", "/own/profile", body=ContentBody, answers=PreparedView, versioned=True)
def change_profile(tx: Transaction, body: ContentBody) -> PreparedView:
    """Say anew what the next version will say."""
    row = publishing.change(tx, _prepared(tx).id, body.content, version=if_match())
    return PreparedView.of(row)


@profile_api.post("/own/profile/publication", answers=PublishedView, versioned=True)
def publish_profile(tx: Transaction) -> PublishedView:
    """Publish the next version."""
    row = publishing.publish(tx, _prepared(tx).id, version=if_match())
    return PublishedView(n=row.n, effective_on=row.effective_on)


def _prepared(tx: Transaction) -> Profile:
    found = profiles.prepared(tx, tx.actor.authority or "")
    if found is None:
        raise NotFound(_("No change is being prepared."))
    return found
