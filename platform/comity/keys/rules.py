"""What `policies/access.cedar` may ask about key sets, statements, proposals and memberships."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression

from comity.core.access import attribute
from comity.keys.model import KeySet, Membership, Proposal, Statement


@attribute(KeySet, "owner")
def _owner(keyset: type[KeySet]) -> ColumnElement[str]:
    return keyset.account_id  # type: ignore[return-value]


@attribute(Statement, "authority")
def _authority(statement: type[Statement]) -> ColumnElement[str]:
    return statement.authority  # type: ignore[return-value]


@attribute(Statement, "rooted")
def _rooted(statement: type[Statement]) -> SQLColumnExpression[bool]:
    return statement.rooted


@attribute(Membership, "person")
def _person(membership: type[Membership]) -> ColumnElement[str]:
    return membership.account_id  # type: ignore[return-value]


@attribute(Membership, "authority")
def _of(membership: type[Membership]) -> SQLColumnExpression[str]:
    return membership.authority


@attribute(Membership, "serving")
def _serving(membership: type[Membership]) -> ColumnElement[bool]:
    return membership.member & ~membership.revoked & membership.leaving_at.is_(None)


@attribute(Membership, "admin")
def _admin(membership: type[Membership]) -> SQLColumnExpression[bool]:
    return membership.admin


@attribute(Membership, "officer")
def _officer(membership: type[Membership]) -> SQLColumnExpression[bool]:
    return membership.officer


@attribute(Proposal, "authority")
def _proposed_for(proposal: type[Proposal]) -> SQLColumnExpression[str]:
    return proposal.authority


@attribute(Proposal, "by")
def _by(proposal: type[Proposal]) -> SQLColumnExpression[str]:
    return proposal.by
