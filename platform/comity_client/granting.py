"""Documents sealed anew: to newer keys of their readers, or to the other party; the payload stays where it is."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from comity_client.errors import Conflicted, NotVerified, Refused
from comity_client.transfer import Progress, Received, receive, stamp
from comity_client.unlocked import Unlocked
from comity_seal.errors import SealError
from comity_seal.opening.granting import grant

TOO_MANY = 429
WAIT, LONGEST = 5.0, 90.0
"""Seconds to wait where the platform is asked too much at once, each time and in all."""

T = TypeVar("T")


@dataclass
class Renewed:
    """How far it came: what was sealed anew, what was so already, and what is not authentic."""

    done: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def renew(me: Unlocked, received: Received, add: Sequence[str] = ()) -> bool:
    """Seal a document to the newest keys of its readers, and of those in `add`; whether that changed anything.

    Raises NotVerified, Conflicted where somebody was faster.
    """
    present = {to.authority: to.epoch for to in received.opened.present.to}
    readers = [me.authority(code) for code in sorted({*present, *add})]
    if {one.code: one.epoch.n for one in readers} == present:
        return False
    try:
        made = grant(received.opened, author=me.author, readers=readers, created=stamp())
    except SealError as error:
        raise NotVerified(f"The document {received.manifest.doc} cannot be sealed anew: {error}.") from error
    pieces = {"header": made.header, "manifest_age": made.manifest_age, "grant": made.grant}
    body = {name: base64.b64encode(piece).decode() for name, piece in pieces.items()}
    me.http.post(f"/documents/{received.manifest.doc}/grants", body)
    return True


def behind(me: Unlocked) -> tuple[int, Iterator[dict[str, Any]]]:
    """How many documents are sealed to an older key of one's authority, and each of them."""
    first = me.http.get(f"/authorities/{me.code}/behind")

    def every() -> Iterator[dict[str, Any]]:
        page = first
        while True:
            yield from page["items"]
            if page["next"] is None:
                return
            page = me.http.get(f"/authorities/{me.code}/behind", after=page["next"])

    return int(first["left"]), every()


def renew_all(
    me: Unlocked,
    documents: Iterator[dict[str, Any]],
    whole: int,
    *,
    add: Sequence[str] = (),
    progress: Progress | None = None,
) -> Renewed:
    """One after the other; what is not authentic is left as it is, and the rest goes on."""
    found = Renewed()
    for n, one in enumerate(documents, 1):
        doc = str(one["doc"])
        try:
            changed = _patiently(lambda one=one, doc=doc: _one(me, one, doc, add))  # type: ignore[misc]
        except NotVerified as error:
            found.failed.append(str(error))
        else:
            (found.done if changed else found.before).append(doc)
        if progress:
            progress(min(n, whole), whole)
    return found


def _one(me: Unlocked, one: dict[str, Any], doc: str, add: Sequence[str]) -> bool:
    try:
        return renew(me, receive(me, doc, request=one["request"]), add)
    except Conflicted:  # somebody was faster, or an authority has a newer key: look again, once
        for code in list(me.authorities.chains):
            me.authorities.forget(code)
        return renew(me, receive(me, doc, request=one["request"]), add)


def _patiently(work: Callable[[], T]) -> T:
    """Once more after a while where the platform is asked too much at once."""
    until = time.monotonic() + LONGEST
    while True:
        try:
            return work()
        except Refused as refused:
            if refused.status != TOO_MANY or time.monotonic() > until:
                raise
        time.sleep(WAIT)
