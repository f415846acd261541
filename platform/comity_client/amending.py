"""Amendments of a transmitted request: sealed, approved and transmitted here; and the receipt of what came later."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from comity_client import requests, transmitting
from comity_client.errors import ClientError, NotVerified
from comity_client.forms import cover_of, later
from comity_client.requests import MESSAGE, both, check_listed, is_message, matter, message_of, named, received
from comity_client.transfer import Deposited, Now, Received, deposit_bytes, stamp
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.approval import cover_sha256
from comity_seal.opening.sealing import acknowledge, approve

AMENDMENT = replace(MESSAGE, name="amendment.json")


def prepared(request: dict[str, Any]) -> dict[str, Any]:
    """The amendment that is being prepared.  Raises ClientError."""
    found: dict[str, Any] | None = request["amendment"]
    if found is None:
        raise ClientError(f"{request['reference']}: no amendment is prepared; `comity request amend` begins one.")
    return found


def prepare(
    me: Unlocked,
    request: dict[str, Any],
    add: Sequence[dict[str, Any]] = (),
    take_back: Sequence[int] = (),
    requested_on: str | None = None,
) -> dict[str, Any]:
    """Say what changes: measures that come in, numbers that are taken back, another date.

    What an earlier attempt left without a text is begun anew.  Raises ClientError where one is prepared already.
    """
    body = {"add": list(add), "take_back": list(take_back), "requested_on": requested_on}
    before = request["amendment"]
    if before and before["documents"]:
        raise ClientError(
            f"{request['reference']}: an amendment is prepared already; `comity request discard-amendment` throws it "
            "away."
        )
    send = me.http.put_json if before else me.http.post
    given: dict[str, Any] = send(f"/requests/{request['id']}/amendment", body)
    return given


def write(
    me: Unlocked,
    request: dict[str, Any],
    text: str,
    files: Sequence[Deposited] = (),
    *,
    handling: Sequence[str] = (),
    now: Now | None = None,
) -> Deposited:
    """Seal what changes and why, with the amended cover and over files already sealed, to one's own side."""
    content = {
        "v": 1,
        "text": text,
        "cover": cover_of(prepared(request)["cover"]),
        "annexes": sorted((one.annex for one in files), key=lambda one: one["doc"]),
    }
    return deposit_bytes(
        me,
        canonical.dumps(content),
        matter=matter(request, "amendment"),
        readers=[me.code],
        label=replace(AMENDMENT, handling=tuple(sorted(handling))),
        now=now,
    )


def read(me: Unlocked, request: dict[str, Any], docs: Sequence[str], purpose: str = "amendment") -> list[Received]:
    """These documents of one amendment or supplement, opened and compared, the text first.  Raises NotVerified."""
    shown = {one["doc"]: one for one in request["documents"] if one["purpose"] == purpose}
    if not docs or any(doc not in shown for doc in docs):
        raise NotVerified(f"Not every document of the {purpose} that the platform names is here.")
    papers = [received(me, request, shown[doc]) for doc in docs]
    texts = [one for one in papers if is_message(one)]
    if len(texts) != 1:
        raise NotVerified(f"The text of the {purpose} is not here.")
    content = message_of(me, request, texts[0])
    listed = {one["doc"]: one["plain_sha256"] for one in content["annexes"]}
    files = [one for one in papers if one is not texts[0]]
    check_listed(listed, files, f"files of the {purpose}")
    return [texts[0], *files]


def sign_approval(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> dict[str, Any]:
    """Open and compare what is prepared, then sign the amended cover and the documents.  Raises NotVerified."""
    found = prepared(request)
    signed = approve(
        me.author,
        request=request["id"],
        cover_sha256=cover_sha256(cover_of(found["cover"])),
        documents=[named(one) for one in read(me, request, found["documents"])],
        created=stamp(now),
    )
    body = {"approval": base64.b64encode(signed).decode()}
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/amendment/approve", body)
    return given


def check_approval(me: Unlocked, request: dict[str, Any], papers: Sequence[Received]) -> None:
    """Whether a second officer of one's own side has signed this cover and these documents.  Raises NotVerified."""
    found = prepared(request)
    cover = cover_of(found["cover"])
    transmitting.check_signed("amendment", me, found["approval"], request["id"], cover, papers)


def transmit(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> dict[str, Any]:
    """Seal every approved document for both parties, and transmit the amendment.  Raises NotVerified."""
    requests.parties(me, request)
    papers = read(me, request, prepared(request)["documents"])
    check_approval(me, request, papers)
    readers = [me.authority(code) for code in both(request)]
    body = {"documents": transmitting.sealed_again(me, papers, readers, now)}
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/amendment/transmit", body)
    return given


def outstanding(request: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What came later and of which no receipt was acknowledged: its purpose, and what the platform says of it."""
    came = [("supplement", one) for one in request["supplements"]] + [("amendment", one) for one in later(request)]
    return sorted((pair for pair in came if not pair[1]["acknowledged_at"]), key=lambda pair: str(pair[1]["sent_at"]))


def receive(
    me: Unlocked, request: dict[str, Any], purpose: str, came: dict[str, Any], *, now: Now | None = None
) -> dict[str, Any]:
    """Open and compare one of these, then sign that it was received, and say so.  Raises NotVerified."""
    signed = acknowledge(
        me.author,
        request=request["id"],
        reference=request["reference"],
        documents=[named(one) for one in read(me, request, came["documents"], purpose)],
        created=stamp(now),
    )
    return requests.act(me, request, "receive", acknowledgement=base64.b64encode(signed).decode())
