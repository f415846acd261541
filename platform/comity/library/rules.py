"""What `policies/access.cedar` may ask about a template."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from comity.core.access import attribute
from comity.library.model import Template


@attribute(Template, "authority")
def _authority(template: type[Template]) -> ColumnElement[str]:
    return template.authority  # type: ignore[return-value]


@attribute(Template, "published")
def _published(template: type[Template]) -> ColumnElement[bool]:
    return template.published_at.is_not(None)
