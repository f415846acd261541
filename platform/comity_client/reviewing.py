"""Reviews of a draft by a colleague of one's own team: asked, given with a sealed note, read."""

from __future__ import annotations

from typing import Any

from comity_client.errors import ClientError, NotVerified
from comity_client.http import Http
from comity_client.requests import cover_of, matter, read_whole, received
from comity_client.transfer import Now, Received, deposit_bytes, read
from comity_client.unlocked import Unlocked
from comity_seal import canonical
from comity_seal.errors import SealError
from comity_seal.opening.sealing import Label

LONGEST = 4_000_000
"""Characters of a note."""

REVIEW = Label("review.json", "application/vnd.comity.review.v1+json")


def colleague(me: Unlocked, words: str) -> str:
    """The identifier of a member of one's own office, by name or identifier.  Raises ClientError, NotVerified."""
    members = me.authority(me.code).readers().values()
    found = [one for one in members if words.casefold() in (one.name.casefold(), one.user)]
    if len(found) != 1:
        names = ", ".join(sorted(one.name for one in members if one.user != me.me["id"]))
        raise ClientError(f"Your office has {'no' if not found else 'more than one'} {words}: name one of {names}.")
    return str(found[0].user)


def ask(
    me: Unlocked, request: dict[str, Any], reviewer: str, deputy: str | None = None, wanted_on: str | None = None
) -> dict[str, Any]:
    """Ask a colleague to review a draft, by a day if one is named."""
    body = {"reviewer": reviewer, "deputy": deputy, "wanted_on": wanted_on}
    given: dict[str, Any] = me.http.post(f"/requests/{request['id']}/reviews", body)
    return given


def offered(request: dict[str, Any], option: str) -> dict[str, Any]:
    """The review of which one may do that now.  Raises ClientError."""
    for one in request["reviews"]:
        if option in one["options"]:
            found: dict[str, Any] = one
            return found
    raise ClientError(f"{request['reference']}: there is no review with which you could do this.")


def give(me: Unlocked, request: dict[str, Any], finding: str, text: str, *, now: Now | None = None) -> dict[str, Any]:
    """Open and compare the draft, then seal a note to one's own team, and give the review.  Raises NotVerified."""
    asked = offered(request, "review.give")
    read_whole(me, request)
    content = canonical.dumps({"v": 1, "cover": cover_of(request), "finding": finding, "text": text})
    note = deposit_bytes(me, content, matter=matter(request, "review"), readers=[me.code], label=REVIEW, now=now)
    body = {"finding": finding, "draft_sha256": request["draft_sha256"], "document": note.doc}
    given: dict[str, Any] = me.http.post(f"/reviews/{asked['id']}/give", body)
    return given


def act(http: Http, review: dict[str, Any], verb: str) -> dict[str, Any]:
    """Take a review over, or withdraw it."""
    given: dict[str, Any] = http.post(f"/reviews/{review['id']}/{verb}")
    return given


def notes(me: Unlocked, request: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The reviews that were given, each with its note; reviewer and finding are as signed.  Raises NotVerified."""
    papers = {one["doc"]: one for one in request["documents"]}
    given = [one for one in request["reviews"] if one["note"]]
    return [(one, _note(me, received(me, request, _shown(papers, one)), one)) for one in given]


def _shown(papers: dict[str, Any], review: dict[str, Any]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = papers[review["note"]]
    except KeyError:
        raise NotVerified(f"The platform does not show the note of review {review['n']}.") from None
    return found


def _note(me: Unlocked, paper: Received, review: dict[str, Any]) -> str:
    try:
        content = canonical.Reader(
            canonical.loads_strict(read(me, paper)), "the review", {"v", "cover", "finding", "text"}
        )
        said = (paper.manifest.purpose, paper.manifest.sender.user, content.one_of("finding", "ready", "changes"))
        text = content.text("text", LONGEST)
    except SealError as error:
        raise NotVerified(f"The sealed note cannot be read: {error}.") from error
    if said != ("review", review["reviewer"]["id"], review["finding"]):
        raise NotVerified(f"Review {review['n']} is not authentic: its reviewer has signed something else.")
    return text
