"""What people do with requests for assistance, sealed and signed on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from comity_client import forms
from comity_client.errors import ClientError, NotVerified
from comity_client.forms import cover_of as cover_of
from comity_client.http import Http
from comity_client.transfer import Deposited, Now, Received, deposit_bytes, read, receive
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.approval import Approved
from comity_seal.errors import CoverMismatch, SealError
from comity_seal.opening.sealing import Label, Matter

REQUEST = Label("request.json", "application/vnd.comity.request.v1+json")
MESSAGE = Label("message.json", "application/vnd.comity.message.v1+json")
ANSWER = Label("answer.json", "application/vnd.comity.answer.v1+json")
PART = Label("part.json", ANSWER.media)


@dataclass(frozen=True)
class Line:
    """One line of a request's checklist: what it says or, where it does not apply, why."""

    line: str
    text: str
    applies: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"line": self.line, "applies": self.applies, "text": self.text}


@dataclass(frozen=True)
class Requirement:
    """Something that the requested State wants of a request, in the words that the drafter saw, and how it stands.

    `met` is met, not_met, waived (`text` says why) or open.
    """

    requirement: str
    words: str
    met: str = "open"
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"requirement": self.requirement, "words": self.words, "met": self.met, "text": self.text}


@dataclass(frozen=True)
class Requirements:
    """The requirements of a State by the version of its profile; 0 where it has published none."""

    profile: int = 0
    lines: Sequence[Requirement] = ()

    def to_json(self) -> dict[str, Any]:
        return {"profile": self.profile, "lines": [one.to_json() for one in self.lines]}

    @classmethod
    def from_json(cls, value: dict[str, Any] | None) -> Requirements:
        """What a text says; nothing where it was sealed before there were any."""
        if value is None:
            return cls()
        names = ("requirement", "words", "met", "text")
        return cls(value["profile"], [Requirement(*(one[name] for name in names)) for one in value["lines"]])


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
    checklist: Sequence[Line] = (),
    requirements: Requirements | None = None,
    replaces: Deposited | None = None,
    now: Now | None = None,
) -> Deposited:
    """Seal subject, text and checklist of a draft, with a copy of its cover and the list of its annexes, to one's own
    team.
    """
    content = {
        "v": 1,
        "subject": subject,
        "text": text,
        "checklist": [one.to_json() for one in checklist],
        "requirements": (requirements or Requirements()).to_json(),
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
    purpose: str = "answer",
    handling: Sequence[str] = (),
    now: Now | None = None,
) -> Deposited:
    """Seal the text of an answer, with the outcome of every measure, or of a part before it, to both parties."""
    return deposit_bytes(
        me,
        answer_content(request, text, outcomes, [one.annex for one in annexes]),
        matter=matter(request, purpose),
        readers=both(request),
        label=replace(ANSWER if purpose == "answer" else PART, handling=tuple(sorted(handling))),
        now=now,
    )


def answer_content(
    request: dict[str, Any], text: str, outcomes: Sequence[dict[str, Any]], annexes: Sequence[dict[str, str]]
) -> bytes:
    """The text of an answer as it is sealed."""
    measures = [
        {"n": one["n"], "outcome": one["outcome"], "ground": one["ground"], "text": _beside(one, consented=False)}
        for one in outcomes
    ]
    content = {
        "v": 1,
        "text": text,
        "measures": measures,
        "cover": cover_of(request),
        "annexes": sorted(annexes, key=lambda one: one["doc"]),
    }
    consents = [
        {"n": one["n"], "consent": one["consent"], "text": _beside(one, consented=True)}
        for one in outcomes
        if one.get("consent")
    ]
    return canonical.dumps(content | ({"consents": consents} if consents else {}))


def _beside(one: dict[str, Any], *, consented: bool) -> str:
    """The note on a measure: it stands with the consent where there is one, and else with the outcome."""
    has_consent = one.get("consent") in ("not_needed", "recorded")
    return one.get("text", "") if has_consent is consented else ""


def send_answer(
    me: Unlocked, request: dict[str, Any], outcomes: Sequence[dict[str, Any]], documents: Sequence[Deposited]
) -> dict[str, Any]:
    """Give the outcomes, with the sealed documents."""
    given: dict[str, Any] = me.http.post(
        f"/requests/{request['id']}/answer", answer_body(request, outcomes, [one.doc for one in documents])
    )
    return given


def answer_body(
    request: dict[str, Any], outcomes: Sequence[dict[str, Any]], documents: Sequence[str]
) -> dict[str, Any]:
    """What gives an answer: the outcomes, which documents were sealed for it, and the form that is answered."""
    given = [
        {"n": one["n"], "outcome": one["outcome"], "ground": one["ground"], "consent": one.get("consent")}
        for one in outcomes
    ]
    return {"form": request.get("form", 1), "outcomes": given, "documents": list(documents)}


@dataclass(frozen=True)
class Read:
    """The verified text of a request, and its annexes as the text lists them."""

    received: Received
    subject: str
    text: str
    checklist: list[Line]
    requirements: Requirements
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


def still_held(me: Unlocked, request: dict[str, Any]) -> dict[str, Any]:
    """The same without the documents that one's own side has said to be destroyed or returned."""
    gone = [one for one in request["documents"] if one.get("disposed_at") and one["sender"]["authority"] != me.code]
    return {**request, "documents": [one for one in request["documents"] if one not in gone]}


EITHER = {"message", "attachment", "consultation", "meeting", "proposal", "agreement", "use", "consent"}
"""What both parties send."""

REQUESTED = {"question", "answer", "extension", "part", "denial", "disposal"}
"""What the requested party sends; everything else comes from the requesting one."""


def received(me: Unlocked, request: dict[str, Any], shown: dict[str, Any]) -> Received:
    """Be handed one of the documents that the platform shows of a request: that version, by the side that sends it.

    Raises NotVerified.
    """
    found = receive(me, shown["doc"], request=request["id"], purpose=shown["purpose"], ver=shown["ver"])
    check_side(me, request, found)
    check_limits(shown, found)
    return found


def check_limits(shown: dict[str, Any], found: Received) -> None:
    """Raises NotVerified where the platform shows other handling limits than were signed."""
    if tuple(shown.get("handling", ())) != found.manifest.handling:
        raise NotVerified(
            f"The document {found.manifest.doc} is shown with other handling limits than its sender has signed."
        )


def check_side(me: Unlocked, request: dict[str, Any], found: Received) -> None:
    """Raises NotVerified where a document is signed by somebody whose authority does not send such."""
    purpose, by = found.manifest.purpose, found.manifest.sender.authority
    side = both(request) if purpose in EITHER else [request["requested" if purpose in REQUESTED else "requesting"]]
    if by not in side or not _exchange(me, request):
        raise NotVerified(
            f"The document {found.manifest.doc} is not authentic: {by} signed it, which does not send it."
        )


def _exchange(me: Unlocked, request: dict[str, Any]) -> bool:
    """Whether its parties ask one another at all: the Court asks anybody, a State the Registry [art. 93(10)]."""
    asking, asked = me.authority(request["requesting"]), me.authority(request["requested"])
    if asking.kind == "court":
        return True
    return asking.kind == "state" and (asked.kind, asked.organ) == ("court", "registry")


def read_annexes(me: Unlocked, request: dict[str, Any], read: Read) -> list[Received]:
    """The annexes of a request, each the one that its text lists.  Raises NotVerified."""
    annexes = [received(me, request, one) for one in documents(request, "annex")]
    check_listed(read.annexes, annexes, "annexes")
    return annexes


def check_listed(listed: dict[str, str], files: Sequence[Received], what: str) -> None:
    """Raises NotVerified unless these are exactly the files that a text lists, by identifier and hash."""
    if {one.manifest.doc: one.manifest.plain_sha256 for one in files} != listed:
        raise NotVerified(f"The {what} that the platform shows are not those that were sealed with the text.")


def check_answers(answers: Sequence[tuple[Received, dict[str, Any]]], papers: Sequence[Received]) -> None:
    """Whether the files of all answers and parts are those that their texts list.  Raises NotVerified."""
    texts = [content for one, content in answers if is_answer(one)]
    listed = {one["doc"]: one["plain_sha256"] for content in texts for one in content["annexes"]}
    files = [one for one in papers if one.manifest.purpose in ("answer", "part") and not is_answer(one)]
    check_listed(listed, files, "files of the answer")


LATER = ("supplement", "amendment")
"""What came later than the request: a text that lists files."""


def check_later(answers: Sequence[tuple[Received, dict[str, Any]]], papers: Sequence[Received]) -> None:
    """Whether the files of all supplements and amendments are those that their texts list.  Raises NotVerified."""
    for purpose in LATER:
        texts = [content for one, content in answers if one.manifest.purpose == purpose]
        listed = {one["doc"]: one["plain_sha256"] for content in texts for one in content["annexes"]}
        files = [one for one in papers if one.manifest.purpose == purpose and not is_message(one)]
        check_listed(listed, files, f"files of the {purpose}")


def every_paper(me: Unlocked, request: dict[str, Any]) -> list[Received]:
    """All documents of a request as the platform shows them, compared with what its texts list.  Raises NotVerified.

    What is the team's own stays with it: it is not taken away with the papers of a request.
    """
    read = read_request(me, request)
    first = {read.received.manifest.doc: read.received} if read else {}
    shown = [one for one in request["documents"] if not _is_inside(one)]
    papers = [first.get(one["doc"]) or received(me, request, one) for one in shown]
    check_listed(read.annexes if read else {}, [one for one in papers if one.manifest.purpose == "annex"], "annexes")
    texts = [one for one in papers if is_answer(one) or (one.manifest.purpose in LATER and is_message(one))]
    opened = [(one, message_of(me, request, one)) for one in texts]
    check_answers(opened, papers)
    check_later(opened, papers)
    return papers


def _is_inside(shown: dict[str, Any]) -> bool:
    """Whether it is the team's own: a note of a review, or an amendment that is still prepared."""
    return shown["purpose"] == "review" or (shown["purpose"] == "amendment" and not shown["released_at"])


def parties(me: Unlocked, request: dict[str, Any]) -> list[str]:
    """The two parties of a request, if they are those that its sealed text names: only to them is anything sealed.

    Raises NotVerified.
    """
    if read_request(me, request) is None:
        raise NotVerified("The platform shows no text of this request: nothing is sealed for its parties.")
    return both(request)


def read_request(me: Unlocked, request: dict[str, Any]) -> Read | None:
    """Open the text of a request and compare its sealed cover with what the platform shows; None without a text.

    Raises NotVerified.
    """
    found = documents(request, "request")
    if not found:
        return None
    text = received(me, request, found[0])
    content = _content(me, text, request)
    _check_forms(me, request)
    annexes = {one["doc"]: one["plain_sha256"] for one in content["annexes"]}
    if set(annexes) != {one["doc"] for one in documents(request, "annex")}:
        raise NotVerified("The annexes that the platform shows are not those that were sealed with the text.")
    lines = [Line(one["line"], one["text"], one["applies"]) for one in content["checklist"]]
    wanted = Requirements.from_json(content.get("requirements"))
    return Read(text, content["subject"], content["text"], lines, wanted, annexes)


def _check_forms(me: Unlocked, request: dict[str, Any]) -> None:
    """Raises NotVerified unless each later form of a request is the one that the text of its amendment carries."""
    shown = {one["doc"]: one for one in request["documents"]}
    for form in forms.later(request):
        paper = shown.get(form["documents"][0]) if form["documents"] else None
        if paper is None or paper["purpose"] != "amendment":
            raise NotVerified(f"The amendment that made form {form['n']} of this request is not here.")
        _content(me, received(me, request, paper), request)


def read_message(me: Unlocked, request: dict[str, Any], doc: str, purpose: str) -> tuple[Received, dict[str, Any]]:
    """Open a question, reply, return or answer text and compare its cover.  Raises NotVerified."""
    found = receive(me, doc, request=request["id"], purpose=purpose)
    check_side(me, request, found)
    return found, _content(me, found, request)


def _content(me: Unlocked, received: Received, request: dict[str, Any]) -> dict[str, Any]:
    try:
        content = canonical.loads_strict(read(me, received))
        forms.check(content.get("cover"), request, received)
    except CoverMismatch as error:
        raise NotVerified(f"This request is not authentic: {error}.") from error
    except SealError as error:
        raise NotVerified(f"The sealed text cannot be read: {error}.") from error
    return content


def is_answer(received: Received) -> bool:
    """Whether it is the text of an answer or of a part before it, and not one of its files."""
    return received.manifest.purpose in ("answer", "part") and received.manifest.media == ANSWER.media


STEPS = tuple(
    f"application/vnd.comity.{form}.v1+json" for form in ("consultation", "meeting", "settlement", "use", "consent")
)
MESSAGES = {MESSAGE.media, ANSWER.media, *STEPS}
"""Documents that are read on the page and not as files."""


def is_message(received: Received) -> bool:
    return received.manifest.media in MESSAGES


def message_of(me: Unlocked, request: dict[str, Any], received: Received) -> dict[str, Any]:
    """The content of a received message, its cover compared.  Raises NotVerified."""
    return _content(me, received, request)


def undecided(request: dict[str, Any]) -> dict[str, Any]:
    """The other date that the State asks for.  Raises ClientError where there is none to decide about."""
    for one in request["extensions"]:
        if one["decided_at"] is None:
            found: dict[str, Any] = one
            return found
    raise ClientError(f"{request['reference']}: no other date is asked for.")


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
    *,
    handling: Sequence[str] = (),
) -> dict[str, Any]:
    """Seal the text of an answer over files already sealed, and give it."""
    sealed = answer_text(me, request, text, outcomes, files, handling=handling)
    return send_answer(me, request, outcomes, [sealed, *files])


def deliver(
    me: Unlocked,
    request: dict[str, Any],
    text: str,
    reports: Sequence[dict[str, Any]],
    files: Sequence[Deposited] = (),
    *,
    handling: Sequence[str] = (),
    now: Now | None = None,
) -> dict[str, Any]:
    """Seal the text of a part over files already sealed, and deliver it."""
    sealed = answer_text(me, request, text, reports, files, purpose="part", handling=handling, now=now)
    measures = [{"n": one["n"], "outcome": one["outcome"], "consent": one.get("consent")} for one in reports]
    return act(me, request, "deliver", measures=measures, documents=[one.doc for one in (sealed, *files)])


def read_whole(me: Unlocked, request: dict[str, Any]) -> list[Received]:
    """The text of a request and its annexes, opened and compared.  Raises NotVerified."""
    read = read_request(me, request)
    return [read.received, *read_annexes(me, request, read)] if read else []


def named(one: Received) -> Approved:
    """A document as statements name it: what was opened here, not what the platform shows."""
    return Approved(one.manifest.doc, one.opened.envelope.ver, one.opened.envelope.sha256)


def act(me: Unlocked, request: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """A verb that needs nothing sealed, or the identifier of what was."""
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/{verb}", body or None)
    return given


def as_json(value: Any) -> str:
    """What `--json` prints."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
