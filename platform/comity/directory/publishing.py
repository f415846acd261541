"""A State's requirement profile: prepared by its focal points, then published whole as its next version.

A changed channel or language takes effect at a date agreed with the Registrar, or 45 days after she received it, and
never touches requests under way; everything else counts from its publication [Rules 176(3), 180; art. 96(3)].
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from comity.core.errors import Denied, Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.directory import events, policy, profile, profiles, queries
from comity.directory.model import PREPARED, Profile
from comity.directory.profile import Content


def begin(tx: Transaction) -> Profile:
    """The change that one's State prepares: the one that a colleague has begun, or a copy of what is published."""
    own = queries.authority(tx, tx.actor.authority or "")
    if own is None or own.of != "state":
        raise Denied(_("Only States have a profile."))
    begun = profiles.prepared(tx, own.code)
    if begun is not None:
        return begun
    row = Profile(
        authority=own.code,
        n=PREPARED,
        content=profiles.newest(tx, own.code).model_dump(mode="json"),
        changed_by=tx.actor.id,
        changed_at=tx.now,
    )
    tx.add_first(row, to="profile.begin", late=_("A colleague has just begun a change: look at it."))
    tx.record(row, events.ProfileBegun(row.authority))
    return row


def change(tx: Transaction, profile_id: UUID, content: Content, *, version: int) -> Profile:
    """Keep another content.  Raises Invalid with every fault, Stale or Refused."""
    row = tx.load(Profile, profile_id, to="profile.change", version=version)
    _still_prepared(row)
    content = profile.numbered(content, profiles.every(tx, row.authority))
    found = profile.faults(content)
    if found:
        raise Invalid(_("The profile cannot be kept like this: mend what is marked."), found)
    row.content = content.model_dump(mode="json")
    row.changed_by, row.changed_at = tx.actor.id, tx.now
    tx.record(row, events.ProfileChanged(row.authority))
    return row


def discard(tx: Transaction, profile_id: UUID) -> None:
    """Throw a prepared change away; what is published stays."""
    row = tx.load(Profile, profile_id, to="profile.discard")
    _still_prepared(row)
    tx.remove(row)
    tx.record(row, events.ProfileDiscarded(row.authority))


def publish(tx: Transaction, profile_id: UUID, *, version: int) -> Profile:
    """Make it the State's next version.  Raises Refused where nothing was changed."""
    row = tx.load(Profile, profile_id, to="profile.publish", version=version)
    _still_prepared(row)
    latest = profiles.latest(tx, row.authority)
    content = row.said
    if latest is not None and latest.said == content:
        raise Refused(_("Nothing differs from what is published."))
    row.n = latest.n + 1 if latest else 1
    row.published_by, row.published_at = tx.actor.id, tx.now
    row.effective_on = _takes_effect(tx, latest, content)
    state = queries.authority(tx, row.authority)
    assert state is not None, "a profile is begun by an authority of the directory"
    state.days = [one.model_dump(mode="json") for one in content.days]  # dates that they move say so
    fact = events.ProfilePublished(row.authority, row.n, row.effective_on.isoformat())
    tx.record(row, fact, covers=[state])
    return row


def agree(tx: Transaction, profile_id: UUID, on: date) -> Profile:
    """The Registrar agrees with the State on the day from which its new channel or language counts [Rule 180(2)].

    Raises Invalid or Refused.
    """
    row = tx.load(Profile, profile_id, to="profile.agree")
    here = received_on(tx, row)
    today = tx.now.astimezone(_zone(tx)).date()
    if row.effective_on is None or row.effective_on <= today:
        raise Refused(_("What this version says of channel and languages counts already."))
    if row.effective_on == _effect_before(tx, row):
        raise Refused(_("This version has changed neither the channel nor the languages."))
    if not max(here, today) <= on:
        message = _("The agreed day has passed: choose today or a later one.")
        raise Invalid(message, [Fault("/on", message)])
    row.agreed_by, row.agreed_at, row.effective_on = tx.actor.id, tx.now, on
    tx.record(row, events.ProfileAgreed(row.authority, row.n, on.isoformat()))
    return row


def received_on(tx: Transaction, row: Profile) -> date:
    """The day on which the Registrar received a published version."""
    return (row.published_at or tx.now).astimezone(_zone(tx)).date()


def _takes_effect(tx: Transaction, latest: Profile | None, content: Content) -> date:
    today = tx.now.astimezone(_zone(tx)).date()
    if latest is None:
        return today  # what a State chose when it joined counts already
    if latest.said.channel_and_languages == content.channel_and_languages:
        return latest.effective_on or today
    return today + timedelta(days=policy.takes_effect().calendar_days)


def _effect_before(tx: Transaction, row: Profile) -> date | None:
    before = [one for one in profiles.published(tx, row.authority) if one.n < row.n]
    return before[-1].effective_on if before else None


def _zone(tx: Transaction) -> ZoneInfo:
    registry = next((one for one in queries.authorities(tx) if one.organ == "registry"), None)
    return ZoneInfo(registry.time_zone if registry else "UTC")


def _still_prepared(row: Profile) -> None:
    if row.n != PREPARED:
        raise Refused(_("This has been published already: begin another change."))
