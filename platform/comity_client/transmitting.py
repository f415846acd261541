"""From the approval of a request to the acknowledgement of its receipt: what is signed over the whole of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from comity_client.errors import NotVerified
from comity_client.forms import cover_of
from comity_client.requests import act, both, named, read_whole
from comity_client.transfer import Now, Received, pieces, stamp
from comity_client.unlocked import Unlocked
from comity_seal.approval import cover_sha256, parse_approval, verify_approval
from comity_seal.authority import VerifiedAuthority
from comity_seal.encoding import unb64
from comity_seal.errors import SealError
from comity_seal.opening.sealing import acknowledge as sign_acknowledgement
from comity_seal.opening.sealing import approve, reheader


def check_approval(me: Unlocked, request: dict[str, Any], whole: Sequence[Received]) -> None:
    """Whether a second officer of one's own team has signed this cover and these documents.  Raises NotVerified."""
    check_signed("request", me, request["approval"], request["id"], cover_of(request), whole)


def check_signed(
    what: str, me: Unlocked, given: str | None, request: str, cover: dict[str, Any], papers: Sequence[Received]
) -> None:
    """The same of a request or of an amendment of it, whose text is the first of `papers`.  Raises NotVerified."""
    wrong = f"The approval of this {what} is not authentic"
    try:
        signed = unb64(given or "")
        claimed = parse_approval(signed)
        signer = me.authority(me.code).signer(claimed.by.user, claimed.by.keyset, claimed.created)
        approval = verify_approval(signed, signer.keys)
    except SealError as error:
        raise NotVerified(f"{wrong}: {error}.") from error
    said = (approval.request, approval.cover_sha256, approval.by.authority)
    documents = tuple(sorted((named(one) for one in papers), key=lambda one: one.doc))
    if said != (request, cover_sha256(cover), me.code) or approval.documents != documents:
        raise NotVerified(f"{wrong}: it is of something else than what is here.")
    if approval.by.user == papers[0].opened.author.user:
        raise NotVerified(f"{wrong}: who wrote the text has approved it.")


def sign_approval(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> dict[str, Any]:
    """Open and compare everything, then sign cover and documents, and approve.  Raises NotVerified."""
    signed = approve(
        me.author,
        request=request["id"],
        cover_sha256=cover_sha256(cover_of(request)),
        documents=[named(one) for one in read_whole(me, request)],
        created=stamp(now),
    )
    given: dict[str, Any] = me.http.post(
        f"/requests/{request['id']}/approve", {"approval": base64.b64encode(signed).decode()}
    )
    return given


def acknowledge(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> dict[str, Any]:
    """Open and compare what has been received, then sign that it was, and say so.  Raises NotVerified."""
    signed = sign_receipt(me, request, now=now)
    return act(me, request, "acknowledge", acknowledgement=base64.b64encode(signed).decode())


def sign_receipt(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> bytes:
    """Open and compare what has been received, then sign that it was.  Raises NotVerified."""
    return sign_acknowledgement(
        me.author,
        request=request["id"],
        reference=request["reference"],
        documents=[named(one) for one in read_whole(me, request)],
        created=stamp(now),
    )


def sealed_again(
    me: Unlocked, papers: Sequence[Received], readers: Sequence[VerifiedAuthority], now: Now | None
) -> list[dict[str, Any]]:
    """The pieces of each document, sealed anew for these readers without uploading its content again."""
    found = []
    for one in papers:
        again = reheader(
            one.opened.file_key,
            one.manifest,
            one.opened.envelope.sha256,
            author=me.author,
            readers=readers,
            created=stamp(now),
        )
        found.append({"doc": one.manifest.doc, **pieces(again)})
    return found


def transmit(
    me: Unlocked, request: dict[str, Any], *, travelled: dict[str, str] | None = None, now: Now | None = None
) -> dict[str, Any]:
    """Seal every approved document for both parties, without uploading again, and transmit.

    `travelled` (channel, received_on) registers what has reached the State by something else.  Raises NotVerified.
    """
    whole = read_whole(me, request)
    if whole:
        check_approval(me, request, whole)
    readers = [me.authority(code) for code in both(request)]
    body = {"documents": sealed_again(me, whole, readers, now), **({"travelled": travelled} if travelled else {})}
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/transmit", body)
    return given
