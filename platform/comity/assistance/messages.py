"""Messages about a request: sent by either party, and read by each person for herself.

A message moves no date and no stage.  That somebody has read it is what her client says once every check has passed;
the platform keeps it once for each person, and asks for one thing only: that she was handed the message before.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from comity.assistance import events, queries
from comity.assistance.actions import matter_of
from comity.assistance.model import Message, Reading, RequestForAssistance
from comity.core.errors import Refused
from comity.core.text import _
from comity.core.transaction import Transaction
from comity.exchange import actions as exchange
from comity.exchange import queries as documents
from comity.exchange.checks import wrong
from comity.exchange.model import Document


def send(tx: Transaction, rfa_id: UUID, doc: UUID, attachments: Sequence[UUID]) -> Message:
    """Send the other party a sealed message that one has signed oneself: from the commit on both sides read it.

    The same sending again gives the same message.  Raises Invalid or Refused.
    """
    rfa = tx.load(RequestForAssistance, rfa_id, to="rfa.message")
    sent = queries.sent_before(tx, rfa, doc, attachments)
    if sent is not None:
        return sent
    rfa.move("message")
    (text,) = exchange.staged(tx, matter_of(rfa), "message", [doc], at="/document")
    if documents.latest(tx, [doc])[doc].author != tx.actor.id:
        raise wrong("/document", _("A colleague has sealed this message: whoever seals a message sends it."))
    files = exchange.staged(tx, matter_of(rfa), "attachment", attachments, at="/attachments")
    rfa.changed_at = tx.now
    message = tx.add(_message(tx, rfa, text, files), to="message.send")
    for document in (text, *files):
        exchange.release(tx, document)
    fact = events.MessageSent(rfa.subject, message.sender, message.to, message.attachments)
    tx.record(message, fact, covers=[rfa])
    return message


def _message(tx: Transaction, rfa: RequestForAssistance, text: Document, files: Sequence[Document]) -> Message:
    return Message(
        id=text.id,
        request=rfa.id,
        n=queries.last_message(tx, rfa) + 1,
        sender=tx.actor.authority or "",
        author=tx.actor.id,
        requesting=rfa.requesting,
        requested=rfa.requested,
        attachments=[str(file.id) for file in files],
        sent_at=tx.now,
    )


def mark(tx: Transaction, message_id: UUID) -> Reading:
    """Keep that the actor has read a message; again changes nothing.  Raises Refused."""
    message = tx.load(Message, message_id, to="message.mark")
    found = queries.own_reading(tx, message)
    if found is not None:
        return found
    if not documents.was_handed(tx, message.id):
        raise Refused(_("You have not opened this message yet: open it, then say that you have read it."))
    reading = Reading(message_id=message.id, account=tx.actor.id, authority=tx.actor.authority or "", read_at=tx.now)
    tx.session.add(reading)
    tx.record(message, events.MessageRead(f"rfa:{message.request}", reading.authority))
    return reading
