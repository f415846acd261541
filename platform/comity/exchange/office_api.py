"""How the reader's own authority stands: its members, its key, and what is sealed to an older one."""

from __future__ import annotations

from uuid import UUID

from comity.core.errors import NotFound
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import queries
from comity.exchange.views import Moment
from comity.keys import office as offices_of
from comity.keys import queries as keys
from comity.keys import serving
from comity.keys.office_api import CandidateView
from comity.web import Api, Query, View

offices = Api("offices", __name__, url_prefix="/authorities/<code>")

PAGE = 100
"""Documents behind on one page."""


class MemberView(View):
    """A member as the statements list her; `leaving` is what she said herself."""

    user: UUID
    name: str
    role: str
    admin: bool
    keyset: str
    leaving: bool
    revoked: bool


class OfficeQuery(Query):
    """`without`: a member of whom one asks what could not be read if she left."""

    without: UUID | None = None


class OfficeView(View):
    """How an authority stands.

    `rotation_due` says why it should have a new key: `revoked`, `leaving`, `removal` (a member's account was closed) or
    `yearly`.  `unread` are the requests that would be left without a reader.
    """

    seq: int
    epoch: int
    epoch_since: Moment
    rotation_due: str | None
    members: list[MemberView]
    candidates: list[CandidateView]
    unread: list[UUID]


class BehindQuery(Query):
    """`after`: the identifier of the last document of the page before.  `request`: only of that one."""

    after: UUID | None = None
    request: UUID | None = None


class BehindView(View):
    """A document that is sealed to an older epoch of the reader's authority."""

    doc: UUID
    request: UUID
    epoch: int


class BehindList(View):
    """One page, by identifier; `left` is how many there are in all."""

    items: list[BehindView]
    left: int
    next: UUID | None


@offices.get("/office", query=OfficeQuery, answers=OfficeView)
def office(tx: Transaction, code: str, query: OfficeQuery) -> OfficeView:
    """The members of one's own authority, who could become one, and whether a new key is due."""
    found = offices_of.office(tx, code)
    unread = query.without is not None and offices_of.readers_without(tx, code, str(query.without)) == 0
    return OfficeView(
        seq=found.said.seq,
        epoch=found.said.epoch.n,
        epoch_since=offices_of.began(found.said),
        rotation_due=found.rotation_due,
        members=[
            MemberView(
                user=account.id,
                name=found.said.members[str(account.id)].name,
                role=found.said.members[str(account.id)].role,
                admin=one.admin,
                keyset=one.keyset,
                leaving=one.leaving_at is not None,
                revoked=one.revoked,
            )
            for one, account in found.members
        ],
        candidates=[CandidateView.of(account, kept) for account, kept in found.candidates],
        unread=queries.requests_held(tx) if unread else [],
    )


@offices.get("/behind", query=BehindQuery, answers=BehindList)
def behind(tx: Transaction, code: str, query: BehindQuery) -> BehindList:
    """Documents that are sealed to an older epoch of one's own authority, to be sealed to the newest."""
    if tx.actor.authority != code:
        raise NotFound(_("There is nothing here that you can see."))
    serving.require(tx)
    present = keys.current_epoch(tx, code)
    assert present is not None, "whoever is a member was listed by a statement"
    found, left = queries.behind(tx, present[0], query.after, PAGE + 1, query.request)
    page = found[:PAGE]
    return BehindList(
        items=[BehindView(doc=document.id, request=document.request, epoch=epoch) for document, epoch in page],
        left=left,
        next=page[-1][0].id if len(found) > PAGE else None,
    )
