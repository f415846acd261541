"""What can be done to a template: begun, changed, thrown away, published whole as the next version."""

from __future__ import annotations

from uuid import UUID

from comity.assistance import kinds, sides
from comity.core.errors import Fault, Invalid, Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.library import events, queries, wording
from comity.library.model import NO_LETTER, PREPARED, Template
from comity.library.wording import Wording


def begin(tx: Transaction, of_kind: str, letter: str | None) -> Template:
    """The version that one's office prepares: a colleague's, or one like that in use.  Raises Invalid or Conflict."""
    faults = wording.faults_of_purpose(of_kind, letter)
    own = sides.own(tx)
    if not faults and own is not None and kinds.kind_of(of_kind) not in kinds.sent_by(own):
        faults = [Fault("/kind", _("Your office does not send requests of this kind."))]
    if faults:
        raise Invalid(_("There can be no such template: mend what is marked."), faults)
    begun = queries.prepared(tx, of_kind, letter)
    if begun is not None:
        return begun
    used = queries.newest(tx, of_kind, letter)
    row = Template(
        authority=tx.actor.authority or "",
        of_kind=of_kind,
        letter=letter or NO_LETTER,
        n=PREPARED,
        wording=(used.said if used else Wording()).model_dump(mode="json"),
        changed_by=tx.actor.id,
        changed_at=tx.now,
    )
    tx.add_first(row, to="template.begin", late=_("A colleague has just begun a version: look at it."))
    tx.record(row, events.TemplateBegun(row.authority, row.of_kind, row.measure))
    return row


def change(tx: Transaction, template_id: UUID, said: Wording, *, version: int) -> Template:
    """Keep other words.  Raises Invalid with every fault, Stale or Refused."""
    row = tx.load(Template, template_id, to="template.change", version=version)
    _still_prepared(row)
    faults = wording.faults(said, row.of_kind)
    if faults:
        raise Invalid(_("The template cannot be kept like this: mend what is marked."), faults)
    row.wording = said.model_dump(mode="json")
    row.changed_by, row.changed_at = tx.actor.id, tx.now
    tx.record(row, events.TemplateChanged(row.authority, row.of_kind, row.measure))
    return row


def discard(tx: Transaction, template_id: UUID) -> None:
    """Throw away what is prepared; the version in use stays."""
    row = tx.load(Template, template_id, to="template.discard")
    _still_prepared(row)
    tx.remove(row)
    tx.record(row, events.TemplateDiscarded(row.authority, row.of_kind, row.measure))


def publish(tx: Transaction, template_id: UUID, *, version: int) -> Template:
    """Make it the version in use.  Raises Invalid where a part is missing, and Refused where nothing was changed."""
    row = tx.load(Template, template_id, to="template.publish", version=version)
    _still_prepared(row)
    lacking = wording.missing(row.said, row.of_kind)
    if lacking:
        raise Invalid(_("The template lacks something: fill in what is marked."), lacking)
    used = queries.newest(tx, row.of_kind, row.measure)
    if used is not None and used.said == row.said:
        raise Refused(_("Nothing differs from the version in use."))
    row.n = used.n + 1 if used else 1
    row.published_by, row.published_at = tx.actor.id, tx.now
    tx.record(row, events.TemplatePublished(row.authority, row.of_kind, row.measure, row.n))
    return row


def _still_prepared(row: Template) -> None:
    if row.n != PREPARED:
        raise Refused(_("This has been published already: begin another version."))
