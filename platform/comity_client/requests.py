"""What people do with requests for assistance, sealed and signed on this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from comity_client.errors import NotVerified
from comity_client.http import Http
from comity_client.transfer import Deposited, Now, Received, deposit_bytes, pieces, read, receive, stamp
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.approval import Approved, cover, cover_sha256
from comity_seal.errors import CoverMismatch, SealError
from comity_seal.opening.opening import compare_cover
from comity_seal.opening.sealing import Label, Matter, approve, reheader
from comity_seal.opening.sealing import acknowledge as sign_acknowledgement

REQUEST = Label("request.json", "application/vnd.comity.request.v1+json")
MESSAGE = Label("message.json", "application/vnd.comity.message.v1+json")
ANSWER = Label("answer.json", "application/vnd.comity.answer.v1+json")


def cover_of(request: dict[str, Any]) -> dict[str, Any]:
    """The cover as the platform shows it, in the form that is sealed and compared."""
    return cover(
        reference=request["reference"],
        requesting=request["requesting"],
        requested=request["requested"],
        requested_on=request["requested_on"],
        measures=[(one["n"], one["letter"], one["act"]) for one in request["measures"]],
    )


def both(request: dict[str, Any]) -> list[str]:
    """The two parties of a request."""
    return [request["requesting"], request["requested"]]


def matter(request: dict[str, Any], purpose: str) -> Matter:
    return Matter(request["reference"], request["id"], purpose)


def write(
    me: Unlocked,
    request: dict[str, Any],
    subject: str,
    text: str,
    annexes: Sequence[Deposited] = (),
    *,
    replaces: Deposited | None = None,
    now: Now | None = None,
) -> Deposited:
    """Seal subject and text of a draft, with a copy of its cover and the list of its annexes, to one's own team."""
    content = {
        "v": 1,
        "subject": subject,
        "text": text,
        "cover": cover_of(request),
        "annexes": sorted((one.annex for one in annexes), key=lambda one: one["doc"]),
    }
    return deposit_bytes(
        me,
        canonical.dumps(content),
        matter=matter(request, "request"),
        readers=[me.code],
        label=REQUEST,
        replaces=replaces,
        now=now,
    )


def message(me: Unlocked, request: dict[str, Any], purpose: str, text: str, *, now: Now | None = None) -> Deposited:
    """Seal a question, a reply, or why an answer is returned, to both parties."""
    content = canonical.dumps({"v": 1, "text": text, "cover": cover_of(request)})
    return deposit_bytes(me, content, matter=matter(request, purpose), readers=both(request), label=MESSAGE, now=now)


def answer_text(
    me: Unlocked,
    request: dict[str, Any],
    text: str,
    outcomes: Sequence[dict[str, Any]],
    annexes: Sequence[Deposited] = (),
    *,
    now: Now | None = None,
) -> Deposited:
    """Seal the text of an answer with the outcome of every measure, to both parties."""
    return deposit_bytes(
        me,
        answer_content(request, text, outcomes, [one.annex for one in annexes]),
        matter=matter(request, "answer"),
        readers=both(request),
        label=ANSWER,
        now=now,
    )


def answer_content(
    request: dict[str, Any], text: str, outcomes: Sequence[dict[str, Any]], annexes: Sequence[dict[str, str]]
) -> bytes:
    """The text of an answer as it is sealed."""
    measures = [
        {"n": one["n"], "outcome": one["outcome"], "ground": one["ground"], "text": one.get("text", "")}
        for one in outcomes
    ]
    content = {
        "v": 1,
        "text": text,
        "measures": measures,
        "cover": cover_of(request),
        "annexes": sorted(annexes, key=lambda one: one["doc"]),
    }
    return canonical.dumps(content)


def send_answer(
    me: Unlocked, request: dict[str, Any], outcomes: Sequence[dict[str, Any]], documents: Sequence[Deposited]
) -> dict[str, Any]:
    """Give the outcomes, with the sealed documents."""
    given: dict[str, Any] = me.http.post(
        f"/requests/{request['id']}/answer", answer_body(outcomes, [one.doc for one in documents])
    )
    return given


def answer_body(outcomes: Sequence[dict[str, Any]], documents: Sequence[str]) -> dict[str, Any]:
    """What gives an answer: the outcomes, and which documents were sealed for it."""
    given = [{"n": one["n"], "outcome": one["outcome"], "ground": one["ground"]} for one in outcomes]
    return {"outcomes": given, "documents": list(documents)}


@dataclass(frozen=True)
class Read:
    """The verified text of a request, and its annexes as the text lists them."""

    received: Received
    subject: str
    text: str
    annexes: dict[str, str]


def every(http: Http, stage: str = "") -> Iterator[dict[str, Any]]:
    """All requests that one may see, page by page, the latest change first."""
    after = None
    while True:
        page = http.get("/requests", stage=stage or None, after=after, limit=200)
        yield from page["items"]
        after = page["next"]
        if not after:
            return


def documents(request: dict[str, Any], *purposes: str) -> list[dict[str, Any]]:
    """The documents of these purposes, oldest first."""
    return [one for one in request["documents"] if one["purpose"] in purposes]


def read_request(me: Unlocked, request: dict[str, Any]) -> Read | None:
    """Open the text of a request and compare its sealed cover with what the platform shows; None without a text.

    Raises NotVerified.
    """
    found = documents(request, "request")
    if not found:
        return None
    received = receive(me, found[0]["doc"], request=request["id"], purpose="request")
    content = _content(me, received, request)
    annexes = {one["doc"]: one["plain_sha256"] for one in content["annexes"]}
    if set(annexes) != {one["doc"] for one in documents(request, "annex")}:
        raise NotVerified("The annexes that the platform shows are not those that were sealed with the text.")
    return Read(received, content["subject"], content["text"], annexes)


def read_message(me: Unlocked, request: dict[str, Any], doc: str, purpose: str) -> tuple[Received, dict[str, Any]]:
    """Open a question, reply, return or answer text and compare its cover.  Raises NotVerified."""
    received = receive(me, doc, request=request["id"], purpose=purpose)
    return received, _content(me, received, request)


def _content(me: Unlocked, received: Received, request: dict[str, Any]) -> dict[str, Any]:
    try:
        content = canonical.loads_strict(read(me, received))
        compare_cover(content.get("cover"), cover_of(request))
    except CoverMismatch as error:
        raise NotVerified(f"This request is not authentic: {error}.") from error
    except SealError as error:
        raise NotVerified(f"The sealed text cannot be read: {error}.") from error
    return content


MESSAGES = {MESSAGE.media, ANSWER.media}
"""Documents that are read on the page and not as files."""


def is_message(received: Received) -> bool:
    return received.manifest.media in MESSAGES


def message_of(me: Unlocked, request: dict[str, Any], received: Received) -> dict[str, Any]:
    """The content of a received message, its cover compared.  Raises NotVerified."""
    return _content(me, received, request)


def tell(me: Unlocked, request: dict[str, Any], purpose: str, verb: str, text: str, **more: Any) -> dict[str, Any]:
    """Seal a question, a reply or why an answer is returned, and take the step that goes with it."""
    sealed = message(me, request, purpose, text)
    return act(me, request, verb, document=sealed.doc, **more)


def answer(
    me: Unlocked,
    request: dict[str, Any],
    text: str,
    outcomes: Sequence[dict[str, Any]],
    files: Sequence[Deposited] = (),
) -> dict[str, Any]:
    """Seal the text of an answer over files already sealed, and give it."""
    sealed = answer_text(me, request, text, outcomes, files)
    return send_answer(me, request, outcomes, [sealed, *files])


def sign_approval(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> dict[str, Any]:
    """Open and compare everything, then sign cover and documents, and approve.  Raises NotVerified."""
    read_request(me, request)
    for one in documents(request, "annex"):
        receive(me, one["doc"], request=request["id"], purpose="annex")
    approved = [
        Approved(one["doc"], one["ver"], one["envelope_sha256"]) for one in documents(request, "request", "annex")
    ]
    signed = approve(
        me.author,
        request=request["id"],
        cover_sha256=cover_sha256(cover_of(request)),
        documents=approved,
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
    read_request(me, request)
    received = []
    for one in documents(request, "request", "annex"):
        opened = receive(me, one["doc"], request=request["id"], purpose=one["purpose"]).opened
        received.append(Approved(one["doc"], opened.envelope.ver, opened.envelope.sha256))
    return sign_acknowledgement(
        me.author, request=request["id"], reference=request["reference"], documents=received, created=stamp(now)
    )


def transmit(me: Unlocked, request: dict[str, Any], *, now: Now | None = None) -> dict[str, Any]:
    """Seal every approved document for both parties, without uploading again, and transmit."""
    readers = [me.authority(code) for code in both(request)]
    resealed = []
    for one in documents(request, "request", "annex"):
        received = receive(me, one["doc"], request=request["id"])
        again = reheader(
            received.opened.file_key,
            received.manifest,
            received.opened.envelope.sha256,
            author=me.author,
            readers=readers,
            created=stamp(now),
        )
        resealed.append({"doc": one["doc"], **pieces(again)})
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/transmit", {"documents": resealed})
    return given


def act(me: Unlocked, request: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """A verb that needs nothing sealed, or the identifier of what was."""
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/{verb}", body or None)
    return given


def as_json(value: Any) -> str:
    """What `--json` prints."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
