"""What `policies/access.cedar` may ask about an authority and a profile."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from comity.core.access import attribute
from comity.directory.model import Authority, Profile


@attribute(Authority, "code")
def _code(authority: type[Authority]) -> ColumnElement[str]:
    return authority.code  # type: ignore[return-value]


@attribute(Authority, "kind")
def _kind(authority: type[Authority]) -> ColumnElement[str]:
    return authority.of  # type: ignore[return-value]


@attribute(Profile, "authority")
def _authority(profile: type[Profile]) -> ColumnElement[str]:
    return profile.authority  # type: ignore[return-value]


@attribute(Profile, "published")
def _published(profile: type[Profile]) -> ColumnElement[bool]:
    return profile.published_at.is_not(None)
