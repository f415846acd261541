"""What `policies/access.cedar` may ask about a document."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression

from comity.core.access import attribute
from comity.exchange.model import Document


@attribute(Document, "sender")
def _sender(document: type[Document]) -> SQLColumnExpression[str]:
    return document.sender


@attribute(Document, "author")
def _author(document: type[Document]) -> SQLColumnExpression[str]:
    return document.author


@attribute(Document, "requesting")
def _requesting(document: type[Document]) -> SQLColumnExpression[str]:
    return document.requesting


@attribute(Document, "requested")
def _requested(document: type[Document]) -> SQLColumnExpression[str]:
    return document.requested


@attribute(Document, "released")
def _released(document: type[Document]) -> ColumnElement[bool]:
    return document.released_at.is_not(None)


@attribute(Document, "export_blocked")
def _export_blocked(document: type[Document]) -> SQLColumnExpression[bool]:
    return document.export_blocked


@attribute(Document, "share_blocked")
def _share_blocked(document: type[Document]) -> SQLColumnExpression[bool]:
    return document.share_blocked


@attribute(Document, "disposed")
def _disposed(document: type[Document]) -> ColumnElement[bool]:
    return document.disposed_at.is_not(None)
