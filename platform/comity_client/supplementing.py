"""Supplements: a sealed text and files that the requesting party adds to a transmitted request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from comity_client.requests import MESSAGE, both, cover_of, matter
from comity_client.transfer import Deposited, Now, deposit_bytes
from comity_client.unlocked import Unlocked
from comity_seal import canonical

SUPPLEMENT = replace(MESSAGE, name="supplement.json")


def supplement(
    me: Unlocked,
    request: dict[str, Any],
    text: str,
    files: Sequence[Deposited] = (),
    *,
    until: str | None = None,
    handling: Sequence[str] = (),
    now: Now | None = None,
) -> dict[str, Any]:
    """Seal the text of a supplement over files already sealed, and send it, with a later requested date if wanted."""
    annexes = sorted((one.annex for one in files), key=lambda one: one["doc"])
    content = canonical.dumps({"v": 1, "text": text, "cover": cover_of(request), "annexes": annexes})
    label = replace(SUPPLEMENT, handling=tuple(sorted(handling)))
    sealed = deposit_bytes(
        me, content, matter=matter(request, "supplement"), readers=both(request), label=label, now=now
    )
    body = {"documents": [one.doc for one in (sealed, *files)], "until": until}
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/supplements", body)
    return given
