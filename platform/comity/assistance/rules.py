"""What `policies/access.cedar` may ask about a request for assistance, its messages and what is prepared for it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, String, cast

from comity.assistance.amendment_model import Amendment
from comity.assistance.model import Message, RequestForAssistance
from comity.assistance.review_model import Review
from comity.assistance.translation_model import Translation
from comity.core.access import attribute


@attribute(RequestForAssistance, "requesting")
def _requesting(rfa: type[RequestForAssistance]) -> SQLColumnExpression[str]:
    return rfa.requesting


@attribute(RequestForAssistance, "requested")
def _requested(rfa: type[RequestForAssistance]) -> SQLColumnExpression[str]:
    return rfa.requested


@attribute(RequestForAssistance, "drafted_by")
def _drafted_by(rfa: type[RequestForAssistance]) -> SQLColumnExpression[str]:
    return rfa.drafted_by


@attribute(RequestForAssistance, "changed_by")
def _changed_by(rfa: type[RequestForAssistance]) -> SQLColumnExpression[str]:
    return rfa.changed_by


@attribute(RequestForAssistance, "stage")
def _stage(rfa: type[RequestForAssistance]) -> ColumnElement[str]:
    return cast(rfa.stage, String)


@attribute(RequestForAssistance, "transmitted")
def _transmitted(rfa: type[RequestForAssistance]) -> ColumnElement[bool]:
    return rfa.transmitted_at.is_not(None)


@attribute(Message, "sender")
def _sender(message: type[Message]) -> SQLColumnExpression[str]:
    return message.sender


@attribute(Message, "author")
def _author(message: type[Message]) -> SQLColumnExpression[str]:
    return message.author


@attribute(Message, "requesting")
def _of_requesting(message: type[Message]) -> SQLColumnExpression[str]:
    return message.requesting


@attribute(Message, "requested")
def _of_requested(message: type[Message]) -> SQLColumnExpression[str]:
    return message.requested


@attribute(Review, "requesting")
def _team(review: type[Review]) -> SQLColumnExpression[str]:
    return review.requesting


@attribute(Review, "reviewer")
def _reviewer(review: type[Review]) -> SQLColumnExpression[str]:
    return review.reviewer


@attribute(Review, "deputy")
def _deputy(review: type[Review]) -> SQLColumnExpression[str | None]:
    return review.deputy


@attribute(Amendment, "requesting")
def _amending(amendment: type[Amendment]) -> SQLColumnExpression[str]:
    return amendment.requesting


@attribute(Amendment, "prepared_by")
def _prepared_by(amendment: type[Amendment]) -> SQLColumnExpression[str]:
    return amendment.prepared_by


@attribute(Amendment, "changed_by")
def _amendment_changed_by(amendment: type[Amendment]) -> SQLColumnExpression[str]:
    return amendment.changed_by


@attribute(Translation, "team")
def _asking_team(translation: type[Translation]) -> SQLColumnExpression[str]:
    return translation.team


@attribute(Translation, "service")
def _service(translation: type[Translation]) -> SQLColumnExpression[str]:
    return translation.service


@attribute(Translation, "asked")
def _asked(translation: type[Translation]) -> ColumnElement[bool]:
    return translation.asked_at.is_not(None)


@attribute(Translation, "asked_by")
def _asked_by(translation: type[Translation]) -> SQLColumnExpression[str]:
    return translation.asked_by


@attribute(Translation, "taken_by")
def _taken_by(translation: type[Translation]) -> SQLColumnExpression[str | None]:
    return translation.taken_by
