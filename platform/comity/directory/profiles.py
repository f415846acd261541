"""Questions about States' profiles: the newest, the one in force on a day, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.core.transaction import Transaction
from comity.directory import policy
from comity.directory.model import PREPARED, Profile
from comity.directory.profile import Content


def published(tx: Transaction, code: str) -> list[Profile]:
    """Every published version of a State's profile, the first one first."""
    return tx.find(Profile, Profile.authority == code, Profile.n > PREPARED, order_by=Profile.n)


def latest(tx: Transaction, code: str) -> Profile | None:
    """The newest published version, if there is one."""
    found = tx.find(Profile, Profile.authority == code, Profile.n > PREPARED, order_by=Profile.n.desc(), limit=1)
    return found[0] if found else None


def prepared(tx: Transaction, code: str) -> Profile | None:
    """The change that is being prepared; only the State's own people see it."""
    found = tx.find(Profile, Profile.authority == code, Profile.n == PREPARED)
    return found[0] if found else None


def newest(tx: Transaction, code: str) -> Content:
    """What the newest version says; the empty profile where there is none."""
    found = latest(tx, code)
    return found.said if found else policy.empty()


def every(tx: Transaction, code: str) -> list[Content]:
    """What every version says."""
    return [one.said for one in published(tx, code)]


@dataclass(frozen=True)
class InForce:
    """What counts on a day: `n` is the newest version, `channels_n` the one whose channel and languages count.

    `newest` is that version; `later` the same where its channel and languages will count from a later day only.
    """

    n: int
    channels_n: int
    content: Content
    newest: Profile | None
    later: Profile | None


def in_force(tx: Transaction, code: str, day: date) -> InForce:
    """Channel and languages as they count on that day, and everything else as it was last published."""
    found = published(tx, code)
    if not found:
        return InForce(0, 0, policy.empty(), None, None)
    counting = [one for one in found if one.effective_on is not None and one.effective_on <= day]
    old = counting[-1] if counting else found[0]
    new = found[-1]
    said = {name: getattr(old.said, name) for name in ("channels", "languages", "manner")}
    later = new if new.effective_on is not None and new.effective_on > day else None
    return InForce(new.n, old.n, new.said.model_copy(update=said), new, later)


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say differently: the part of the profile, and what was and is said there."""

    part: str
    was: object | None
    now: object | None


PARTS = ("channels", "languages", "formalities", "laws", "days")


def difference(old: Content, new: Content) -> list[Difference]:
    """What `new` says otherwise than `old`, in the order of the profile; an order changed alone counts too."""
    found = [
        Difference(name, getattr(old, name), getattr(new, name))
        for name in ("manner", "contact", "contact_details")
        if getattr(old, name) != getattr(new, name)
    ]
    for part in PARTS:
        found += _rows(part, getattr(old, part), getattr(new, part))
    return found


def _rows(part: str, old: Iterable[object], new: Iterable[object]) -> list[Difference]:
    was, now = {_key(part, one): one for one in old}, {_key(part, one): one for one in new}
    found = [Difference(part, was[key], now.get(key)) for key in was if was[key] != now.get(key)]
    found += [Difference(part, None, now[key]) for key in now if key not in was]
    if not found and list(was) != list(now):
        found.append(Difference(part, tuple(was.values()), tuple(now.values())))
    return found


def _key(part: str, row: object) -> object:
    """What makes two rows the same one said differently, rather than two."""
    names = {"channels": "way", "formalities": "formality", "laws": "title", "days": "on"}
    return getattr(row, names[part]) if part in names else row
