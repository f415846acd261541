"""What a request is as it stands, in the form in force, and what came later than it did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from comity_seal.approval import cover

if TYPE_CHECKING:
    from comity.assistance.amendment_model import Form
    from comity.assistance.model import Measure
    from comity.assistance.supplement_model import Supplement


class Formed:
    """The part of a request that follows from its forms."""

    if TYPE_CHECKING:
        request_kind: Any
        reference: Any
        requesting: Any
        requested: Any
        requested_on: Any
        situation: Any
        basis: Any
        form: Any
        measures: Any
        supplements: Any
        forms: Any

    @property
    def later(self) -> list[Supplement | Form]:
        """What came later than the request, and of which no receipt was acknowledged yet, oldest first."""
        came: list[Supplement | Form] = [*self.supplements, *self.forms]
        return sorted((one for one in came if one.acknowledged_at is None), key=lambda one: one.sent_at)

    @property
    def taken_back(self) -> dict[int, int]:
        """The measures that an amendment took back, by number, each with the form that did."""
        return {n: form.n for form in self.forms for n in form.taken_back}

    @property
    def in_force(self) -> list[Measure]:
        """The measures that the request asks for as it stands."""
        gone = self.taken_back
        return [measure for measure in self.measures if measure.n not in gone]

    @property
    def cover(self) -> dict[str, Any]:
        """The cover in the form that is signed and compared."""
        return self.cover_with(self.requested_on, self.in_force, self.form)

    def cover_with(self, requested_on: date | None, measures: Iterable[Measure], form: int) -> dict[str, Any]:
        """The cover of one form of it."""
        return cover(
            kind=self.request_kind,
            reference=self.reference,
            requesting=self.requesting,
            requested=self.requested,
            requested_on=requested_on.isoformat() if requested_on else None,
            situation=self.situation,
            basis=self.basis,
            measures=[(measure.n, measure.letter, measure.act) for measure in measures],
            form=form,
        )
