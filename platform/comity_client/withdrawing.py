"""Taking a request back, and saying with a signature what became of its documents."""

from __future__ import annotations

import base64
from typing import Any

from comity_client.requests import act, message, named, received
from comity_client.transfer import Now, stamp
from comity_client.unlocked import Unlocked
from comity_seal.opening.sealing import dispose as sign_disposal


def withdraw(
    me: Unlocked, request: dict[str, Any], text: str, *, ask: bool = True, now: Now | None = None
) -> dict[str, Any]:
    """Seal the reasons, and take the request back with them."""
    return act(me, request, "withdraw", ask=ask, reasons=message(me, request, "withdrawal", text, now=now).doc)


def of_others(request: dict[str, Any]) -> list[dict[str, Any]]:
    """What was released to the requested party, as the platform shows it; the reasons of the withdrawal apart."""
    return [
        one
        for one in request["documents"]
        if one["sender"]["authority"] == request["requesting"] and one["released_at"] and one["purpose"] != "withdrawal"
    ]


def confirm(
    me: Unlocked,
    request: dict[str, Any],
    fate: str,
    *,
    kept_for: str | None = None,
    text: str | None = None,
    now: Now | None = None,
) -> dict[str, Any]:
    """Verify once more all that was received, then sign what became of it, with a sealed note if wanted.

    Raises NotVerified.
    """
    documents = [named(received(me, request, one)) for one in of_others(request)]
    note = message(me, request, "disposal", text, now=now).doc if text else None
    signed = sign_disposal(
        me.author,
        request=request["id"],
        reference=request["reference"],
        fate=fate,
        kept_for=kept_for,
        note=note,
        documents=documents,
        created=stamp(now),
    )
    said = base64.b64encode(signed).decode()
    return act(me, request, "disposal", disposal=said, fate=fate, kept_for=kept_for, note=note)
