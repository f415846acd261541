"""Messages about a request: listed from outside, opened and verified here, sealed and sent; said to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from comity_client.errors import NotVerified
from comity_client.http import Http
from comity_client.requests import MESSAGE, both, check_limits, check_side, cover_of, matter, message_of
from comity_client.transfer import Deposited, Now, Received, deposit_bytes, receive
from comity_client.unlocked import Unlocked
from comity_seal import canonical


@dataclass(frozen=True)
class Read:
    """A verified message, with its attachments as its text lists them."""

    shown: dict[str, Any]
    received: Received
    text: str
    files: list[Received]

    def to_json(self) -> dict[str, Any]:
        manifest = self.received.manifest
        return {
            "id": manifest.doc,
            "n": self.shown["n"],
            "by": f"{self.received.opened.author.name}, {manifest.sender.authority}",
            "on": manifest.created,
            "text": self.text,
            "files": [
                {"doc": one.manifest.doc, "name": one.manifest.name, "size": one.manifest.size} for one in self.files
            ],
        }


def every(http: Http, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All messages about a request as the platform shows them, the oldest first."""
    after: int | None = 0
    while after is not None:
        page = http.get(f"/requests/{request['id']}/messages", after=after, limit=200)
        yield from page["items"]
        after = page["next"]


def open_(me: Unlocked, request: dict[str, Any], shown: dict[str, Any]) -> Read:
    """Open a message and compare sender, cover and attachments with what the platform shows.  Raises NotVerified."""
    received = receive(me, shown["id"], request=request["id"], purpose="message")
    check_side(me, request, received)
    check_limits(shown["document"], received)
    content = message_of(me, request, received)
    signed_by = (received.opened.author.user, received.manifest.sender.authority)
    if signed_by != (shown["sender"]["id"], shown["sender"]["authority"]):
        raise NotVerified("This message is not authentic: somebody else signed it than the platform says.")
    listed = {one["doc"]: one["plain_sha256"] for one in content["annexes"]}
    if set(listed) != {one["doc"] for one in shown["attachments"]}:
        raise NotVerified("This message is not authentic: its attachments are not those that were signed.")
    files = [receive(me, doc, request=request["id"], purpose="attachment") for doc in listed]
    views = {one["doc"]: one for one in shown["attachments"]}
    for file in files:
        check_side(me, request, file)
        check_limits(views[file.manifest.doc], file)
    if any(file.manifest.plain_sha256 != listed[file.manifest.doc] for file in files):
        raise NotVerified("This message is not authentic: an attachment is not the one that was signed.")
    return Read(shown, received, content["text"], files)


def mark(http: Http, shown: dict[str, Any]) -> None:
    """Say that a message was opened and verified."""
    http.post(f"/messages/{shown['id']}/read", again=True)


def send(
    me: Unlocked,
    request: dict[str, Any],
    text: str,
    files: Sequence[Deposited] = (),
    *,
    handling: Sequence[str] = (),
    now: Now | None = None,
) -> dict[str, Any]:
    """Seal a message over attachments already sealed, and send it."""
    content = {
        "v": 1,
        "text": text,
        "cover": cover_of(request),
        "annexes": sorted((one.annex for one in files), key=lambda one: one["doc"]),
    }
    sealed = deposit_bytes(
        me,
        canonical.dumps(content),
        matter=matter(request, "message"),
        readers=both(request),
        label=replace(MESSAGE, handling=tuple(sorted(handling))),
        now=now,
    )
    body = {"document": sealed.doc, "attachments": [one.doc for one in files]}
    sent: dict[str, Any] = me.http.post(f"/requests/{request['id']}/messages", body, again=True)
    return sent
