"""A translation that a team of the Court asks of the language service: one text, its languages, a day of its own.

It is a matter of its own, with its own reference and documents: of the request from which the text comes, the service
learns nothing.  Only the team's own view names it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column

from comity.core.errors import Refused
from comity.core.model import Row, enumerated
from comity.core.text import _


class TranslationStage(StrEnum):
    """Where a translation stands.  `prepared`: the team is about to seal the text; nobody else knows of it."""

    PREPARED = "prepared"
    ASKED = "asked"
    TAKEN = "taken"
    GIVEN = "given"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


OPEN = (TranslationStage.ASKED, TranslationStage.TAKEN)
"""What somebody waits for."""

LIFECYCLE = {
    # verb     from                          to
    "ask":      ({TranslationStage.PREPARED}, TranslationStage.ASKED),
    "take":     ({TranslationStage.ASKED},    TranslationStage.TAKEN),
    "put_back": ({TranslationStage.TAKEN},    TranslationStage.ASKED),
    "give":     ({TranslationStage.TAKEN},    TranslationStage.GIVEN),
    "return":   ({TranslationStage.TAKEN},    TranslationStage.RETURNED),
    "withdraw": (set(OPEN),                   TranslationStage.WITHDRAWN),
}  # fmt: skip
"""The whole lifecycle.  A move not in this table is refused."""


def translation_stage_name(stage: TranslationStage) -> str:
    """The stage as a refusal says it."""
    return {
        TranslationStage.PREPARED: _("not asked for yet"),
        TranslationStage.ASKED: _("asked for, and nobody has taken it yet"),
        TranslationStage.TAKEN: _("taken by a translator"),
        TranslationStage.GIVEN: _("given already"),
        TranslationStage.RETURNED: _("returned to the team"),
        TranslationStage.WITHDRAWN: _("no longer asked for"),
    }[stage]


class Translation(Row):
    """One sealed text of a request, to be translated from one language into another by a day.

    `request` and `document` are what the text comes from, for the asking team alone; `document_ver` is the version that
    was asked about.  `source` is the text as it was sealed to the service, `answer` what came back: the translation, or
    the reason why it was returned.
    """

    __tablename__ = "translation"
    kind = "translation"

    reference: Mapped[str] = mapped_column(unique=True)
    request: Mapped[UUID] = mapped_column(index=True)
    document: Mapped[UUID]
    document_ver: Mapped[int]
    team: Mapped[str]
    service: Mapped[str] = mapped_column(index=True)
    source_language: Mapped[str]
    target_language: Mapped[str]
    certified: Mapped[bool]
    wanted_on: Mapped[date] = mapped_column(Date)
    stage: Mapped[TranslationStage] = mapped_column(enumerated(TranslationStage), default=TranslationStage.PREPARED)
    asked_by: Mapped[str]
    prepared_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    source: Mapped[UUID | None]
    taken_by: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    answer: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]

    def allows(self, verb: str) -> bool:
        """Whether the step can be taken now."""
        return self.stage in LIFECYCLE[verb][0]

    def check(self, verb: str) -> None:
        """Raises Refused, in a sentence that a person can read, where the table does not allow the step."""
        if not self.allows(verb):
            raise Refused(
                _("This cannot be done with the translation %(reference)s now: it is %(stage)s.",
                  reference=self.reference, stage=translation_stage_name(self.stage))
            )  # fmt: skip

    def move(self, verb: str) -> None:
        """Take the step that the table names.  Raises Refused."""
        self.check(verb)
        self.stage = LIFECYCLE[verb][1]

    @property
    def open(self) -> bool:
        """Whether somebody waits for it."""
        return self.stage in OPEN
